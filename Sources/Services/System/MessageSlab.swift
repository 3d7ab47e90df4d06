import Kernel
import Records

/// A message that is still open.
struct Message {
  /// Index of its workload; workloads that handlers make come after the declared ones.
  var population: Int32
  /// The workload item it is about: equals its own position unless a handler made it.
  var root: MessageRoot
  var created: SimTime
  var sizeBytes: Int32
  var generation: UInt32 = 0
  /// Copies under way: subscriptions, readers, the invocation that holds it. The message ends with the last one.
  var openLegs: Int32 = 0
  /// Attempts to hand it to a function, and how often a handler saw it.
  var attempts: Int32 = 0
  var deliveries: Int32 = 0
  /// The worst outcome of the legs that have ended, and where and why.
  var outcome = Outcome.completed
  var lastResource: ResourceName = .none
  var reason: ReasonName = .none
  var isDuplicated = false
  /// Functions that have handled a copy of it: bit n is function n. Beyond the 64th, repeats are not noticed.
  private(set) var handledBy: UInt64 = 0
  /// Whether the last service it was sent to refused it.
  var isRefused = false

  /// A function has handled a copy without an error; the second time it does so the message counts as duplicated.
  mutating func handled(byFunction function: Int) {
    guard function < UInt64.bitWidth else { return }
    let bit: UInt64 = 1 << UInt64(function)
    if handledBy & bit != 0 { isDuplicated = true }
    handledBy |= bit
  }

  /// One copy has ended; the worst outcome of all speaks for the message.
  mutating func endLeg(_ outcome: Outcome, at resource: ResourceName, because reason: ReasonName) {
    openLegs -= 1
    guard outcome.severity >= self.outcome.severity else { return }
    self.outcome = outcome
    lastResource = resource
    self.reason = reason
  }
}

/// The item of a workload that a message is about: what random draws and partner effects are addressed by.
struct MessageRoot: Hashable {
  var workload: Int32
  var index: Int32
}

/// Names of resources and reasons, as dense integers: messages carry them by the million.
struct ResourceName: Hashable {
  var rawValue: Int32
  static let none = ResourceName(rawValue: -1)
}
struct ReasonName: Hashable {
  var rawValue: Int32
  static let none = ReasonName(rawValue: -1)
}

/// Interned strings in order of first use.
struct NameTable {
  private(set) var names: [String] = []
  private var indices: [String: Int32] = [:]

  mutating func intern(_ name: String) -> Int32 {
    if let index = indices[name] { return index }
    let index = Int32(names.count)
    names.append(name)
    indices[name] = index
    return index
  }
  subscript(_ index: Int32) -> String { index < 0 ? "" : names[Int(index)] }
}

/// The open messages of a run, in slots that are used again.
///
/// Memory is in messages in flight, not in messages seen (design §4).
struct MessageSlab {
  private var slots: [Message] = []
  private var free: [UInt32] = []
  private(set) var openCount = 0

  mutating func insert(_ message: Message) -> MessageReference {
    openCount += 1
    if let slot = free.popLast() {
      let generation = slots[Int(slot)].generation &+ 1
      slots[Int(slot)] = message
      slots[Int(slot)].generation = generation
      return MessageReference(slot: slot, generation: generation)
    }
    slots.append(message)
    return MessageReference(slot: UInt32(slots.count - 1), generation: 0)
  }

  func isOpen(_ reference: MessageReference) -> Bool {
    let slot = slots[Int(reference.slot)]
    return slot.generation == reference.generation && slot.openLegs > 0
  }

  subscript(_ reference: MessageReference) -> Message {
    get {
      precondition(slots[Int(reference.slot)].generation == reference.generation, "stale \(reference)")
      return slots[Int(reference.slot)]
    }
    _modify {
      precondition(slots[Int(reference.slot)].generation == reference.generation, "stale \(reference)")
      yield &slots[Int(reference.slot)]
    }
  }

  mutating func remove(_ reference: MessageReference) {
    precondition(slots[Int(reference.slot)].generation == reference.generation, "stale \(reference)")
    slots[Int(reference.slot)].openLegs = 0
    // A new generation now, so that references to the ended message are seen as closed.
    slots[Int(reference.slot)].generation &+= 1
    free.append(reference.slot)
    openCount -= 1
  }

  /// Open messages in slot order, which depends on the run alone.
  var openReferences: [MessageReference] {
    slots.indices.compactMap { index in
      slots[index].openLegs > 0
        ? MessageReference(slot: UInt32(index), generation: slots[index].generation) : nil
    }
  }
}

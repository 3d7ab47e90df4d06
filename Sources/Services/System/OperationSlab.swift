import Kernel

/// Who waits for an operation.
enum OperationOwner {
  case strand(Strand)
  case handler(InvocationID)
  /// Nobody any more: the caller timed out or was killed, the service goes on.
  case abandoned
}

/// Where the answer of an operation goes.
struct OperationCaller {
  var owner: OperationOwner
  /// The invocation it belongs to, and the use of its slot.
  var invocation: Int
  var serial: UInt32
  /// The operation's number in the run.
  var number: UInt64
}

/// An operation that a handler has begun and a service has not finished.
struct PendingOperation {
  enum Work {
    case sleep
    case partner(PartnerCall)
    case table(TableCall)
    case putRecords(stream: Int, entries: [OutgoingMessage])
    case publish(topic: Int, entries: [OutgoingMessage])
    case store(store: Int, entries: [OutgoingMessage])
    case take(store: Int, max: Int?)
    case invokeAsync(function: Int, entries: [OutgoingMessage])
    /// A synchronous invocation: waits for admission, then for the function's answer.
    case invokeSync(function: Int, messages: [MessageReference], attempt: Int)
    /// Already decided; only the answer is under way.
    case answer(OperationResult)
  }
  var caller: OperationCaller
  var work: Work
  var generation: UInt32 = 0
  var isOpen = true
}

/// Operations under way, in slots that are used again.
struct OperationSlab {
  private var slots: [PendingOperation] = []
  private var free: [Int] = []
  private var begun: UInt64 = 0

  mutating func nextNumber() -> UInt64 {
    begun += 1
    return begun
  }

  mutating func insert(_ operation: PendingOperation) -> Int {
    if let slot = free.popLast() {
      let generation = slots[slot].generation &+ 1
      slots[slot] = operation
      slots[slot].generation = generation
      return slot
    }
    slots.append(operation)
    return slots.count - 1
  }

  mutating func remove(_ slot: Int) {
    slots[slot].isOpen = false
    slots[slot].caller.owner = .abandoned
    slots[slot].work = .sleep
    free.append(slot)
  }

  subscript(_ slot: Int) -> PendingOperation {
    get { slots[slot] }
    _modify { yield &slots[slot] }
  }
}

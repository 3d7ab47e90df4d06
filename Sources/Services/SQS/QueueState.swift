import DequeModule
import Kernel

/// A message in a queue.
struct QueueItem {
  enum Phase { case delayed, visible, inFlight }
  /// nil for a dead letter whose message has ended here.
  var message: MessageReference?
  /// The workload item that it is about.
  var root: MessageRoot
  var sizeBytes: Int32
  /// When it was first sent; a dead letter keeps it, and retention counts from it.
  var sent: SimTime
  /// When it came into this queue: what the age of dead letters counts from.
  var entered: SimTime
  /// ApproximateReceiveCount.
  var receives: Int32 = 0
  /// Whether a handler has seen it.
  var isDelivered = false
  var phase = Phase.visible
  /// The newest receipt handle; 0 before the first receive.
  var receipt: UInt64 = 0
  /// When a delayed message or one in flight becomes visible.
  fileprivate(set) var due = SimTime.zero
  /// Changes with every change of phase, so that older timers and places are void.
  fileprivate(set) var ticket: UInt64 = 0
  /// Unique in the queue, 0 for a free slot.
  fileprivate(set) var serial: UInt64 = 0
  /// Waiting of a sampled message.
  var span = SpanID.none
}

/// A message that was received, and the right to delete it.
struct ReceivedMessage {
  var queue: Int32
  var slot: Int32
  var receipt: UInt64
  var message: MessageReference
}

/// The messages of a standard queue: delayed → visible → in flight → visible …, until deleted, redriven or expired.
///
/// Receives return the message that has been visible longest; one that reappears goes to the end. Real standard queues
/// promise no order at all. State only: legs of messages, timers and metrics are the world's. Source: fact sheet §6.
struct QueueState {
  private var slots: [QueueItem] = []
  private var free: [Int32] = []
  private var visible: Deque<(slot: Int32, ticket: UInt64)> = []
  /// When delayed messages and those in flight become visible.
  private var timeouts = VisibilityTimeouts()
  /// When messages pass retention.
  private var retentionEnds = VisibilityTimeouts()
  private var lastTicket: UInt64 = 0
  private(set) var visibleCount = 0
  private(set) var inFlightCount = 0
  private(set) var delayedCount = 0
  /// How long a message may stay, from when it was first sent. [ns]
  let retention: SimDuration

  init(retention: SimDuration) { self.retention = retention }

  var count: Int { visibleCount + inFlightCount + delayedCount }
  subscript(_ slot: Int32) -> QueueItem {
    get { slots[Int(slot)] }
    _modify { yield &slots[Int(slot)] }
  }

  private mutating func nextTicket() -> UInt64 {
    lastTicket += 1
    return lastTicket
  }

  // MARK: In

  /// Takes in a message, visible at once or later.
  mutating func insert(_ item: QueueItem, visibleAt: SimTime?) -> Int32 {
    var item = item
    item.serial = nextTicket()
    let slot: Int32
    if let place = free.popLast() {
      slot = place
      slots[Int(slot)] = item
    } else {
      slot = Int32(slots.count)
      slots.append(item)
    }
    retentionEnds.insert(.init(time: item.sent + retention, ticket: item.serial, slot: slot))
    if let visibleAt {
      slots[Int(slot)].phase = .delayed
      delayedCount += 1
      wait(for: visibleAt, slot)
    } else {
      slots[Int(slot)].phase = .visible
      visibleCount += 1
      appendVisible(slot)
    }
    return slot
  }

  private mutating func appendVisible(_ slot: Int32) {
    let ticket = nextTicket()
    slots[Int(slot)].ticket = ticket
    visible.append((slot, ticket))
  }

  private mutating func wait(for time: SimTime, _ slot: Int32) {
    let ticket = nextTicket()
    slots[Int(slot)].ticket = ticket
    slots[Int(slot)].due = time
    timeouts.insert(.init(time: time, ticket: ticket, slot: slot))
  }

  // MARK: Receive, change, delete

  /// The message that the next receive would return.
  mutating func firstVisible() -> Int32? {
    while let place = visible.first {
      if slots[Int(place.slot)].ticket == place.ticket { return place.slot }
      visible.removeFirst()
    }
    return nil
  }

  /// Hands out a visible message until its visibility timeout; returns its receipt handle.
  mutating func receive(_ slot: Int32, until end: SimTime) -> UInt64 {
    precondition(slots[Int(slot)].phase == .visible, "only visible messages are received")
    visibleCount -= 1
    inFlightCount += 1
    slots[Int(slot)].phase = .inFlight
    slots[Int(slot)].receives += 1
    wait(for: end, slot)
    slots[Int(slot)].receipt = slots[Int(slot)].ticket
    return slots[Int(slot)].receipt
  }

  /// Whether a receipt handle is the newest of a message that is still here.
  func isCurrent(_ slot: Int32, receipt: UInt64) -> Bool {
    slots[Int(slot)].serial != 0 && slots[Int(slot)].receipt == receipt
  }

  /// Sets the end of a visibility timeout anew; false when the message is not in flight under this receipt.
  mutating func changeVisibility(_ slot: Int32, receipt: UInt64, until end: SimTime) -> Bool {
    guard isCurrent(slot, receipt: receipt), slots[Int(slot)].phase == .inFlight else { return false }
    wait(for: end, slot)
    return true
  }

  /// Takes a message out, wherever it is.
  mutating func remove(_ slot: Int32) {
    switch slots[Int(slot)].phase {
    case .delayed: delayedCount -= 1
    case .visible: visibleCount -= 1
    case .inFlight: inFlightCount -= 1
    }
    slots[Int(slot)].serial = 0
    slots[Int(slot)].ticket = 0
    slots[Int(slot)].receipt = 0
    free.append(slot)
    dropVoidEntries()
  }

  // MARK: Time

  /// The next instant at which something happens by itself.
  mutating func nextDue() -> SimTime? {
    dropVoidEntries()
    switch (timeouts.first?.time, retentionEnds.first?.time) {
    case (let a?, let b?): return min(a, b)
    case (let a, let b): return a ?? b
    }
  }

  /// Makes the next message visible whose delay or visibility timeout is over; nil when there is none.
  mutating func becomeVisible(at now: SimTime) -> Int32? {
    dropVoidEntries()
    guard let entry = timeouts.first, entry.time <= now else { return nil }
    timeouts.removeFirst()
    if slots[Int(entry.slot)].phase == .delayed { delayedCount -= 1 } else { inFlightCount -= 1 }
    visibleCount += 1
    slots[Int(entry.slot)].phase = .visible
    appendVisible(entry.slot)
    return entry.slot
  }

  /// The next message past retention that nobody holds; the caller takes it out.
  ///
  /// One in flight is looked at again when its visibility timeout ends.
  mutating func expired(at now: SimTime) -> Int32? {
    while true {
      dropVoidEntries()
      guard let entry = retentionEnds.first, entry.time <= now else { return nil }
      if slots[Int(entry.slot)].phase != .inFlight { return entry.slot }
      let end = max(slots[Int(entry.slot)].due, now + SimDuration(nanoseconds: 1))
      retentionEnds.removeFirst()
      retentionEnds.insert(.init(time: end, ticket: entry.ticket, slot: entry.slot))
    }
  }

  private mutating func dropVoidEntries() {
    while let entry = timeouts.first, slots[Int(entry.slot)].ticket != entry.ticket { timeouts.removeFirst() }
    while let entry = retentionEnds.first, slots[Int(entry.slot)].serial != entry.ticket {
      retentionEnds.removeFirst()
    }
    if timeouts.count > 2 * (inFlightCount + delayedCount) + 64 {
      timeouts.keep { slots[Int($0.slot)].ticket == $0.ticket }
    }
    if retentionEnds.count > 2 * count + 64 {
      retentionEnds.keep { slots[Int($0.slot)].serial == $0.ticket }
    }
  }

  // MARK: Age

  /// How many receives without a delete take a message out of the age metric: a poison pill goes to the back.
  ///
  /// Source: fact sheet §6, ApproximateAgeOfOldestMessage.
  static let poisonReceives: Int32 = 3

  /// Since when the oldest message that counts has been here.
  ///
  /// - Parameter isDeadLetterQueue: Count from when messages came into this queue.
  func oldest(isDeadLetterQueue: Bool) -> SimTime? {
    if !isDeadLetterQueue, let head = retentionEnds.first {
      let item = slots[Int(head.slot)]
      if item.serial == head.ticket, item.receives < Self.poisonReceives, head.time == item.sent + retention {
        return item.sent
      }
    }
    var oldest: SimTime?
    for item in slots where item.serial != 0 && item.receives < Self.poisonReceives {
      let since = isDeadLetterQueue ? item.entered : item.sent
      oldest = min(oldest ?? since, since)
    }
    return oldest
  }
}

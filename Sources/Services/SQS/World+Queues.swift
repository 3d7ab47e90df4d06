import DequeModule
import Kernel
import Records

/// A queue with its books.
struct StandardQueue {
  struct Metrics {
    let sent, received, deleted, emptyReceives, sentSize, age: MetricID
    /// Gauges.
    let visible, notVisible, delayed: MetricID
  }
  let spec: QueueSpec
  let name: ResourceName
  let metrics: Metrics
  /// Indices in `World.queueMappings`.
  let mappings: [Int]
  /// Whether something is compiled to receive from it; dead letters end where nothing is.
  let isConsumed: Bool
  let isDeadLetterQueue: Bool
  let inFlightMax: Int
  /// What one billed request carries. [bytes]
  let unitBytes: Int
  var state: QueueState
  /// Billed requests. [64 KB units]
  var requestCount = 0
  /// During an outage every call is answered with an error of the server.
  var isDown = false
  /// The pending event for delays, visibility timeouts and retention.
  var timer: SimTime?
  var timerGeneration: UInt32 = 0
  /// Operations that wait for a message: long polls.
  var waiting: Deque<(operation: Int, generation: UInt32)> = []
  /// Mapping that gets the next message first, where several read the queue.
  var nextMapping = 0

  /// Counts a call with a payload.
  mutating func bill(bytes: Int) { requestCount += max(1, (bytes + unitBytes - 1) / unitBytes) }
}

/// Where a copy ends that reaches a queue which nothing consumes.
typealias RestingOutcome = (outcome: Outcome, resource: ResourceName, reason: StaticString)

extension World {
  // MARK: Send

  /// Why a queue would refuse a message; nil when it takes it.
  func refusal(of queue: Int, sizeBytes: Int) -> QueueRefusal? {
    if queues[queue].isDown { return .unavailable }
    return sizeBytes > queues[queue].spec.maximumMessageSize ? .tooLong : nil
  }

  /// Takes in a message that the queue does not refuse, with one of its legs.
  ///
  /// - Parameters:
  ///   - delay: In place of the queue's own.
  ///   - restsAs: Dead letters and records: how the leg ends if nothing consumes the queue. The queue keeps the item.
  mutating func send(
    _ message: MessageReference, toQueue queue: Int, sizeBytes: Int, delay: SimDuration? = nil,
    restsAs: RestingOutcome? = nil
  ) {
    metrics.record(queues[queue].metrics.sent, 1, at: now)
    metrics.record(queues[queue].metrics.sentSize, Double(sizeBytes), at: now)
    queues[queue].bill(bytes: sizeBytes)
    let delay = delay ?? queues[queue].spec.delay
    insert(
      message, intoQueue: queue, sizeBytes: sizeBytes, sent: now,
      visibleAt: delay > .zero ? now + delay : nil, restsAs: restsAs)
  }

  private mutating func insert(
    _ message: MessageReference, intoQueue queue: Int, sizeBytes: Int, sent: SimTime, visibleAt: SimTime?,
    restsAs: RestingOutcome?
  ) {
    var item = QueueItem(
      message: message, root: slab[message].root, sizeBytes: Int32(clamping: sizeBytes), sent: sent,
      entered: now)
    if spans.isTraced(item.root) {
      item.span = spans.link(item.root, resource: queues[queue].spec.logicalID, kind: "queue", start: now)
    }
    if let restsAs, !queues[queue].isConsumed {
      item.message = nil
      spans.end(item.span, at: now)
      endLeg(message, restsAs.outcome, at: restsAs.resource, restsAs.reason)
    }
    _ = queues[queue].state.insert(item, visibleAt: visibleAt)
    noteDepth(queue)
    armTimer(queue)
    if visibleAt == nil { messagesAreVisible(queue) }
  }

  private mutating func noteDepth(_ queue: Int) {
    let metrics = queues[queue].metrics
    self.metrics.set(gauge: metrics.visible, to: Double(queues[queue].state.visibleCount), at: now)
    self.metrics.set(gauge: metrics.notVisible, to: Double(queues[queue].state.inFlightCount), at: now)
    self.metrics.set(gauge: metrics.delayed, to: Double(queues[queue].state.delayedCount), at: now)
  }

  // MARK: Receive

  /// Receives one message; nil when none is visible, too many are in flight or the queue is down.
  ///
  /// A receive that would exceed maxReceiveCount moves the message to the dead-letter queue instead.
  ///
  /// - Parameter function: Whose messages a dead letter becomes that has already ended as a message.
  mutating func receive(from queue: Int, visibility: SimDuration, by function: Int) -> ReceivedMessage? {
    guard !queues[queue].isDown, queues[queue].state.inFlightCount < queues[queue].inFlightMax else {
      return nil
    }
    while let slot = queues[queue].state.firstVisible() {
      let item = queues[queue].state[slot]
      if let redrive = queues[queue].spec.redrive, Int(item.receives) >= redrive.maxReceiveCount {
        moveToDeadLetterQueue(slot, of: queue, redrive)
        continue
      }
      let message: MessageReference
      if let open = item.message {
        message = open
      } else {
        message = derive(about: item.root, by: function, sizeBytes: Int(item.sizeBytes))
        queues[queue].state[slot].message = message
      }
      let receipt = queues[queue].state.receive(slot, until: now + visibility)
      if item.span != .none { spans.end(item.span, at: now) }
      metrics.record(queues[queue].metrics.received, 1, at: now)
      noteDepth(queue)
      armTimer(queue)
      return ReceivedMessage(queue: Int32(queue), slot: slot, receipt: receipt, message: message)
    }
    return nil
  }

  /// Redrive keeps the time of the first send: retention does not start again. Source: fact sheet §6.
  private mutating func moveToDeadLetterQueue(_ slot: Int32, of queue: Int, _ redrive: QueueSpec.Redrive) {
    let item = queues[queue].state[slot]
    queues[queue].state.remove(slot)
    noteDepth(queue)
    if item.span != .none {
      spans.end(item.span, at: now, status: "error", detail: "maxReceiveCount exceeded")
    }
    guard let message = item.message else { return }
    insert(
      message, intoQueue: redrive.deadLetterQueue, sizeBytes: Int(item.sizeBytes), sent: item.sent,
      visibleAt: nil, restsAs: (.deadLettered, queues[queue].name, "maxReceiveCount exceeded"))
  }

  // MARK: Delete

  /// Deletes a message that was received; false when a later receive holds it now, which AWS does not report.
  @discardableResult
  mutating func delete(
    _ received: ReceivedMessage, _ outcome: Outcome = .completed, _ reason: StaticString = "",
    wakesReceivers: Bool = true
  ) -> Bool {
    let queue = Int(received.queue)
    guard queues[queue].state.isCurrent(received.slot, receipt: received.receipt) else { return false }
    let wasFull = queues[queue].state.inFlightCount >= queues[queue].inFlightMax
    queues[queue].state.remove(received.slot)
    metrics.record(queues[queue].metrics.deleted, 1, at: now)
    noteDepth(queue)
    endLeg(received.message, outcome, at: queues[queue].name, reason)
    if wasFull, wakesReceivers { messagesAreVisible(queue) }
    return true
  }

  /// Makes a message visible again after `timeout` from now; false when it is not in flight under this receipt.
  mutating func changeVisibility(_ received: ReceivedMessage, to timeout: SimDuration) -> Bool {
    let queue = Int(received.queue)
    guard
      queues[queue].state.changeVisibility(received.slot, receipt: received.receipt, until: now + timeout)
    else { return false }
    armTimer(queue)
    return true
  }

  // MARK: Time

  /// Keeps one event for the queue's next delay, visibility timeout or retention.
  private mutating func armTimer(_ queue: Int) {
    guard let due = queues[queue].state.nextDue() else { return }
    if let timer = queues[queue].timer, timer <= due { return }
    queues[queue].timer = due
    queues[queue].timerGeneration &+= 1
    schedule(.init(.queueDue, queue, queues[queue].timerGeneration), at: max(now, due))
  }

  mutating func queueDue(_ queue: Int, generation: UInt32) {
    guard queues[queue].timerGeneration == generation else { return }
    queues[queue].timer = nil
    while let slot = queues[queue].state.becomeVisible(at: now) {
      let item = queues[queue].state[slot]
      if item.receives > 0, spans.isTraced(item.root) {
        queues[queue].state[slot].span = spans.link(
          item.root, resource: queues[queue].spec.logicalID, kind: "queue", start: now,
          attempt: Int(item.receives) + 1)
      }
    }
    while let slot = queues[queue].state.expired(at: now) { expire(slot, of: queue) }
    noteDepth(queue)
    armTimer(queue)
    messagesAreVisible(queue)
  }

  private mutating func expire(_ slot: Int32, of queue: Int) {
    let item = queues[queue].state[slot]
    queues[queue].state.remove(slot)
    if item.span != .none { spans.end(item.span, at: now, status: "error", detail: "expired") }
    guard let message = item.message else { return }
    endLeg(
      message, .expired, at: queues[queue].name,
      item.receives > 0 ? "retention passed after receives that deleted nothing" : "retention passed unread")
  }

  /// Lets whoever receives from a queue take what has become visible.
  mutating func messagesAreVisible(_ queue: Int) {
    while !queues[queue].waiting.isEmpty, queues[queue].state.firstVisible() != nil {
      let (operation, generation) = queues[queue].waiting.removeFirst()
      guard operations.isDue(operation, generation: generation), isAlive(operations.caller(of: operation))
      else { continue }
      // It takes what is there when its turn comes; the next one is not woken for the same message.
      operationEnds(operation, after: .zero)
      break
    }
    let mappings = queues[queue].mappings
    guard !mappings.isEmpty else { return }
    let first = queues[queue].nextMapping
    if mappings.count > 1 { queues[queue].nextMapping = (first + 1) % mappings.count }
    for offset in mappings.indices { receiveBatches(mappings[(first + offset) % mappings.count]) }
  }

  /// Notes the age of the oldest message of each queue at the end of a minute.
  mutating func queueMinuteEnded() {
    let minute = max(0, now.minute - 1)
    for queue in queues.indices {
      let age = queues[queue].metrics.age
      if let since = queues[queue].state.oldest(isDeadLetterQueue: queues[queue].isDeadLetterQueue) {
        metrics.record(age, (now - since).seconds, count: 1, minute: minute)
      } else if queues[queue].state.count > 0 {
        metrics.record(age, 0, count: 1, minute: minute)
      }
    }
    for mapping in queueMappings.indices { noteEmptyReceives(mapping, minute: minute) }
  }

  /// Begins or ends an outage of a queue.
  mutating func setQueue(_ queue: Int, down isDown: Bool) {
    queues[queue].isDown = isDown
    if !isDown { messagesAreVisible(queue) }
  }
}

/// Why a queue does not take a message.
enum QueueRefusal {
  case unavailable, tooLong

  /// What the SDK tells.
  var code: String {
    switch self {
    case .unavailable: "ServiceUnavailable"
    case .tooLong: "InvalidParameterValue"
    }
  }
}

import Kernel
import Records

/// An event source mapping that reads a queue.
struct QueueMappingState {
  let spec: QueueMappingSpec
  let name: ResourceName
  /// Hash of the logical id: addresses its draws.
  let entity: UInt64
  /// Visibility of what it receives: the queue's, or longer where window and timeout do not fit into that.
  let visibility: SimDuration
  /// From a message's arrival to its handler. [s]
  let deliveryLatency: Distribution
  let payloadMaxBytes: Int
  let recordOverheadBytes: Int
  let receiveMax: Int
  let backoffBase: SimDuration
  let backoffMax: SimDuration
  let backoffJitter: Double
  /// Long polls that run while there is nothing to receive, and how long each lasts.
  let idlePollers: Int
  let longPoll: SimDuration
  var scaling: PollerScaling
  var isEnabled: Bool
  /// Batches it holds: collecting, on their way, invoking or throttled.
  var busy = 0
  /// Of these, the throttled ones.
  var throttledCount = 0
  /// The batch that waits for more messages until its window ends.
  var collecting: Int?
  var growthGeneration: UInt32 = 0
  var isGrowthScheduled = false
  /// ∫ idle pollers dt that has not become whole receives yet. [pollers·ns]
  var idle: Int64 = 0
  var idleSince = SimTime.zero
}

/// Messages that a mapping has received for one invocation.
struct QueueBatch {
  enum Phase { case free, collecting, delivering, invoking, throttled }
  var mapping = 0
  var phase = Phase.free
  var generation: UInt32 = 0
  var received: [ReceivedMessage] = []
  /// [bytes]
  var payload = 0
  /// When the first of them becomes visible again.
  var visibilityEnd = SimTime.distantFuture
  var throttles = 0
}

/// How a mapping takes messages out of a queue and to its function. Source: fact sheet §3.
///
/// An idle long poll answers at once when a message comes, so receiving is no event of its own: what is visible is taken
/// as soon as a batch more may run. Polls that find nothing are only counted.
extension World {
  /// Receives as many batches as the mapping may handle now.
  mutating func receiveBatches(_ mapping: Int) {
    guard queueMappings[mapping].isEnabled else { return }
    let queue = queueMappings[mapping].spec.queue
    let function = queueMappings[mapping].spec.function
    while let next = queues[queue].state.firstVisible() {
      guard let batch = queueMappings[mapping].collecting ?? freshBatch(mapping) else { break }
      let size = Int(queues[queue].state[next].sizeBytes) + queueMappings[mapping].recordOverheadBytes
      if !queueBatches[batch].received.isEmpty,
        queueBatches[batch].payload + size > queueMappings[mapping].payloadMaxBytes
      {
        sendOff(batch)
        continue
      }
      guard
        let received = receive(
          from: queue, visibility: queueMappings[mapping].visibility, by: function)
      else {
        if queueBatches[batch].received.isEmpty { release(batch) }
        break
      }
      add(received, to: batch)
    }
    if let batch = queueMappings[mapping].collecting, queueMappings[mapping].spec.batchingWindow == .zero {
      sendOff(batch)
    }
    followBacklog(mapping)
  }

  /// A batch to fill, when one more may be in hand.
  private mutating func freshBatch(_ mapping: Int) -> Int? {
    var limit = queueMappings[mapping].scaling.limit(at: now)
    if let maximum = queueMappings[mapping].spec.maximumConcurrency { limit = min(limit, maximum) }
    guard queueMappings[mapping].busy < limit else { return nil }
    let slot: Int
    if let free = freeQueueBatches.popLast() {
      slot = free
    } else {
      slot = queueBatches.count
      queueBatches.append(QueueBatch())
    }
    queueBatches[slot].mapping = mapping
    queueBatches[slot].phase = .collecting
    queueBatches[slot].generation &+= 1
    queueBatches[slot].payload = 0
    queueBatches[slot].throttles = 0
    queueBatches[slot].visibilityEnd = .distantFuture
    queueMappings[mapping].collecting = slot
    changeBusy(mapping, by: 1)
    return slot
  }

  private mutating func changeBusy(_ mapping: Int, by change: Int) {
    countIdlePolls(mapping)
    queueMappings[mapping].busy += change
  }

  private mutating func release(_ batch: Int) {
    let mapping = queueBatches[batch].mapping
    if queueMappings[mapping].collecting == batch { queueMappings[mapping].collecting = nil }
    queueBatches[batch].phase = .free
    queueBatches[batch].received.removeAll(keepingCapacity: true)
    freeQueueBatches.append(batch)
    changeBusy(mapping, by: -1)
  }

  /// Adds a message, or deletes it when the filter does not let it through, and sends the batch off when it is full.
  private mutating func add(_ received: ReceivedMessage, to batch: Int) {
    let mapping = queueBatches[batch].mapping
    if let filter = queueMappings[mapping].spec.filter, !passes(received.message, filter) {
      delete(received, .filtered, "filtered out", wakesReceivers: false)
      if queueBatches[batch].received.isEmpty { release(batch) }
      return
    }
    let item = queues[Int(received.queue)].state[received.slot]
    let overhead = queueMappings[mapping].recordOverheadBytes
    let isFirst = queueBatches[batch].received.isEmpty
    queueBatches[batch].received.append(received)
    queueBatches[batch].payload += Int(item.sizeBytes) + overhead
    queueBatches[batch].visibilityEnd = min(
      queueBatches[batch].visibilityEnd, now + queueMappings[mapping].visibility)
    let window = queueMappings[mapping].spec.batchingWindow
    let most =
      window == .zero
      ? min(queueMappings[mapping].spec.batchSize, queueMappings[mapping].receiveMax)
      : queueMappings[mapping].spec.batchSize
    if queueBatches[batch].received.count >= most {
      sendOff(batch)
    } else if isFirst, window > .zero {
      schedule(.init(.queueBatchDue, batch, queueBatches[batch].generation), at: now + window)
    }
  }

  /// The batch is complete: its function is invoked after the time that the way there takes.
  private mutating func sendOff(_ batch: Int) {
    let mapping = queueBatches[batch].mapping
    queueMappings[mapping].collecting = nil
    queueBatches[batch].phase = .delivering
    queueBatches[batch].generation &+= 1
    billReceives(batch)
    let first = queueBatches[batch].received[0]
    let root = slab[first.message].root
    let receives = Int(queues[Int(first.queue)].state[first.slot].receives)
    let u = draws.uniform(
      .delivery, entity: EntityAddress.combine(address(of: root), queueMappings[mapping].entity),
      attempt: receives & 0xFFFF)
    let latency = SimDuration(seconds: queueMappings[mapping].deliveryLatency.sample(u))
    schedule(.init(.queueBatchDue, batch, queueBatches[batch].generation), at: now + latency)
  }

  private mutating func billReceives(_ batch: Int) {
    let mapping = queueBatches[batch].mapping
    let most = queueMappings[mapping].receiveMax
    let count = queueBatches[batch].received.count
    let bytes = queueBatches[batch].payload - count * queueMappings[mapping].recordOverheadBytes
    let calls = (count + most - 1) / most
    let queue = queueMappings[mapping].spec.queue
    let unit = queues[queue].unitBytes
    queues[queue].requestCount += max(calls, (bytes + unit - 1) / unit)
  }

  // MARK: Invocation

  /// A window has ended, a batch has reached its function, or a throttled batch is tried again.
  mutating func queueBatchDue(_ batch: Int, generation: UInt32) {
    guard queueBatches[batch].generation == generation else { return }
    let mapping = queueBatches[batch].mapping
    switch queueBatches[batch].phase {
    case .collecting:
      queueMappings[mapping].collecting = nil
      billReceives(batch)
    case .throttled:
      queueMappings[mapping].throttledCount -= 1
      // When the visibility timeout has passed the batch is dropped: its messages reappear. Source: fact sheet §3.3.
      guard now < queueBatches[batch].visibilityEnd else { return letGo(batch) }
    case .delivering: break
    case .free, .invoking: preconditionFailure("a batch of a queue is due while \(queueBatches[batch].phase)")
    }
    invoke(batch)
  }

  private mutating func letGo(_ batch: Int) {
    let mapping = queueBatches[batch].mapping
    release(batch)
    receiveBatches(mapping)
  }

  private mutating func invoke(_ slot: Int) {
    let mapping = queueBatches[slot].mapping
    // What others have received meanwhile is not ours any more.
    queueBatches[slot].received.removeAll { [queues] received in
      !queues[Int(received.queue)].state.isCurrent(received.slot, receipt: received.receipt)
    }
    guard let first = queueBatches[slot].received.first else { return letGo(slot) }
    queueBatches[slot].phase = .invoking
    queueBatches[slot].generation &+= 1
    for received in queueBatches[slot].received {
      // The invocation holds a copy of its own: the message may be received and deleted by another one meanwhile.
      slab[received.message].openLegs += 1
      batch.append(received.message)
    }
    let function = queueMappings[mapping].spec.function
    let receives = Int(queues[Int(first.queue)].state[first.slot].receives)
    if invokeBatch(function, source: .queueBatch(slot), attempt: receives) { return }
    for received in queueBatches[slot].received {
      endLeg(received.message, .completed, at: queueMappings[mapping].name)
    }
    throttled(slot)
  }

  private mutating func throttled(_ batch: Int) {
    let mapping = queueBatches[batch].mapping
    queueMappings[mapping].throttledCount += 1
    queueBatches[batch].phase = .throttled
    let k = queueBatches[batch].throttles
    queueBatches[batch].throttles += 1
    let first = queueBatches[batch].received[0]
    let entity = EntityAddress.combine(address(of: slab[first.message].root), queueMappings[mapping].entity)
    let u = draws.uniform(
      .backoff, entity: entity, attempt: Int(queues[Int(first.queue)].state[first.slot].receives) & 0xFFFF,
      index: k & 0xFFFF)
    let pause = StreamRetry.doubled(
      queueMappings[mapping].backoffBase, times: k, cap: queueMappings[mapping].backoffMax
    ).scaled(by: 1 - queueMappings[mapping].backoffJitter * u)
    let again = min(now + pause, max(now, queueBatches[batch].visibilityEnd))
    schedule(.init(.queueBatchDue, batch, queueBatches[batch].generation), at: again)
    followBacklog(mapping)
  }

  /// The function has answered for a batch: what it handled is deleted, the rest reappears by itself.
  ///
  /// A partial batch response does not slow the polling; one that names an unknown message fails the whole batch.
  mutating func queueBatchEnded(_ slot: Int, _ invocation: Invocation, error: String?) {
    let mapping = queueBatches[slot].mapping
    let queue = queueMappings[mapping].spec.queue
    let failures = invocation.itemFailures
    if error == nil, !failures.hasUnknownItem {
      var deletedCount = 0
      for (position, received) in queueBatches[slot].received.enumerated()
      where !failures.positions.contains(position) {
        deleteHandled(received)
        deletedCount += 1
      }
      let most = queueMappings[mapping].receiveMax
      queues[queue].requestCount += (deletedCount + most - 1) / most
    } else {
      queueMappings[mapping].scaling.invocationFailed(at: now)
    }
    for message in invocation.messages { endLeg(message, .completed, at: queueMappings[mapping].name) }
    release(slot)
    messagesAreVisible(queue)
  }

  /// Notes that a handler sees a message, and tells whether it is the first time.
  ///
  /// Receives that throttles have used up are no deliveries.
  mutating func isFirstDelivery(_ position: Int, of batch: Int) -> Bool {
    let received = queueBatches[batch].received[position]
    let queue = Int(received.queue)
    guard queues[queue].state.isCurrent(received.slot, receipt: received.receipt),
      !queues[queue].state[received.slot].isDelivered
    else { return false }
    queues[queue].state[received.slot].isDelivered = true
    return true
  }

  // MARK: Scaling

  /// Tells the scaling whether messages wait, and asks to be told when a batch more may be in hand.
  private mutating func followBacklog(_ mapping: Int) {
    let queue = queueMappings[mapping].spec.queue
    let isWaiting = queues[queue].state.firstVisible() != nil
    let busy = queueMappings[mapping].busy
    if !isWaiting {
      // Busy pollers do not find their queue empty.
      let isIdle = busy < queueMappings[mapping].scaling.limit(at: now)
      queueMappings[mapping].scaling.follow(isIdle ? .shrinking : .steady, at: now)
      return
    }
    // A throttle slows the polling down, as an error does.
    let isHeldBack = queueMappings[mapping].throttledCount > 0 || queues[queue].isDown
    queueMappings[mapping].scaling.follow(isHeldBack ? .steady : .growing, at: now)
    let maximum = queueMappings[mapping].spec.maximumConcurrency ?? .max
    guard !queueMappings[mapping].isGrowthScheduled, busy < maximum,
      busy >= queueMappings[mapping].scaling.limit(at: now),
      let time = queueMappings[mapping].scaling.time(ofReaching: busy + 1, from: now)
    else { return }
    queueMappings[mapping].isGrowthScheduled = true
    queueMappings[mapping].growthGeneration &+= 1
    schedule(.init(.queueGrowth, mapping, queueMappings[mapping].growthGeneration), at: time)
  }

  mutating func queueMappingGrows(_ mapping: Int, generation: UInt32) {
    guard queueMappings[mapping].growthGeneration == generation else { return }
    queueMappings[mapping].isGrowthScheduled = false
    receiveBatches(mapping)
  }

  mutating func setQueueMapping(_ mapping: Int, enabled isEnabled: Bool) {
    guard queueMappings[mapping].isEnabled != isEnabled else { return }
    countIdlePolls(mapping)
    queueMappings[mapping].isEnabled = isEnabled
    if isEnabled { receiveBatches(mapping) }
  }

  // MARK: Polls that find nothing

  private mutating func countIdlePolls(_ mapping: Int) {
    let state = queueMappings[mapping]
    if state.isEnabled {
      let idlePollers = max(0, state.idlePollers - state.busy)
      queueMappings[mapping].idle += Int64(idlePollers) * (now - state.idleSince).nanoseconds
    }
    queueMappings[mapping].idleSince = now
  }

  /// Counts the long polls that ended empty in a minute.
  mutating func noteEmptyReceives(_ mapping: Int, minute: Int) {
    countIdlePolls(mapping)
    let length = queueMappings[mapping].longPoll.nanoseconds
    let count = Int(queueMappings[mapping].idle / length)
    guard count > 0 else { return }
    queueMappings[mapping].idle -= Int64(count) * length
    let queue = queueMappings[mapping].spec.queue
    queues[queue].requestCount += count
    metrics.record(queues[queue].metrics.emptyReceives, 1, count: count, minute: minute)
  }
}

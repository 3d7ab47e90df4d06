import Kernel
import Records

/// An event in the asynchronous queue of a function.
struct AsyncEvent {
  enum Origin {
    case topic(Int)
    case schedule(Int)
    /// An object's slot in the index of its bucket.
    case bucket(Int, object: Int)
    case direct
  }
  var function: Int
  /// nil for events that carry no message: a schedule's tick.
  var message: MessageReference?
  var origin: Origin
  var accepted: SimTime
  var errors = 0
  var throttles = 0
  var generation: UInt32 = 0
  var isOpen = true
  /// Addresses its back-off draws.
  var entity: UInt64
  /// Waiting of a sampled message for its next invocation.
  var span = SpanID.none
}

/// The asynchronous events under way, in slots that are used again.
struct AsyncEventSlab {
  private var slots: [AsyncEvent] = []
  private var free: [Int] = []
  private(set) var openCount = 0

  mutating func insert(_ event: AsyncEvent) -> Int {
    openCount += 1
    if let slot = free.popLast() {
      let generation = slots[slot].generation &+ 1
      slots[slot] = event
      slots[slot].generation = generation
      return slot
    }
    slots.append(event)
    return slots.count - 1
  }
  mutating func remove(_ slot: Int) {
    slots[slot].isOpen = false
    free.append(slot)
    openCount -= 1
  }
  subscript(_ slot: Int) -> AsyncEvent {
    get { slots[slot] }
    _modify { yield &slots[slot] }
  }
}

/// Lambda's queue of asynchronous events. Source: fact sheet §4.5.
extension World {
  /// What a handler is told about the sender of an event.
  func handlerSource(of origin: AsyncEvent.Origin) -> HandlerInvocation.Source {
    switch origin {
    case .topic(let topic): return .topic(name: spec.topics[topic].logicalID)
    case .schedule(let schedule): return .schedule(name: spec.schedules[schedule].logicalID, time: now)
    case .bucket(let bucket, let slot):
      let object = buckets[bucket].objects[slot]
      return .bucket(
        name: spec.buckets[bucket].logicalID, key: object.key, sizeBytes: max(0, object.sizeBytes))
    case .direct: return .direct
    }
  }

  /// Accepts an event, taking over one leg of its message; the first attempt comes after `latency`.
  mutating func acceptAsync(
    _ message: MessageReference?, for function: Int, after latency: SimDuration,
    origin: AsyncEvent.Origin = .direct
  ) {
    let entity: UInt64 =
      message.map { EntityAddress.combine(address(of: slab[$0].root), functions[function].entity) }
      ?? EntityAddress.combine(functions[function].entity, functions[function].invocationCount)
    let slot = asyncEvents.insert(
      AsyncEvent(
        function: function, message: message, origin: origin, accepted: now + latency, entity: entity))
    traceQueued(slot, from: now + latency)
    metrics.record(functions[function].metrics.asyncReceived, 1, at: now + latency)
    schedule(.init(.asyncDue, slot, asyncEvents[slot].generation), at: now + latency)
  }

  /// Begins the waiting of a sampled message in the queue.
  private mutating func traceQueued(_ slot: Int, from start: SimTime) {
    guard let message = asyncEvents[slot].message, spans.isTraced(slab[message].root) else { return }
    let function = functions[asyncEvents[slot].function].spec.logicalID
    let attempt = asyncEvents[slot].errors + 1
    asyncEvents[slot].span = spans.link(
      slab[message].root, resource: function, kind: "queue", start: start, attempt: attempt)
  }

  mutating func asyncEventDue(_ slot: Int, generation: UInt32) {
    let event = asyncEvents[slot]
    guard event.generation == generation, event.isOpen else { return }
    let function = event.function
    guard now - event.accepted <= functions[function].spec.asyncMaximumEventAge else {
      giveUp(slot, "MaximumEventAge exceeded")
      return
    }
    // Reserved concurrency 0 is a switch: no retries.
    if functions[function].reserved == 0 {
      noteThrottle(function)
      giveUp(slot, "reserved concurrency is 0")
      return
    }
    if let message = event.message { batch.append(message) }
    if invokeBatch(function, source: .asyncEvent(slot), attempt: event.errors + 1) {
      if event.span != .none { spans.end(event.span, at: now) }
      metrics.record(functions[function].metrics.asyncAge, (now - event.accepted).seconds * 1000, at: now)
      return
    }
    asyncEvents[slot].throttles += 1
    let throttles = asyncEvents[slot].throttles
    let u = draws.uniform(.backoff, entity: event.entity, attempt: throttles & 0xFFFF)
    schedule(
      .init(.asyncDue, slot, generation), at: now + account.asyncRetry.throttleDelay(failure: throttles, u: u)
    )
  }

  mutating func asyncInvocationEnded(_ slot: Int, error: String?) {
    let event = asyncEvents[slot]
    guard error != nil else {
      if let message = event.message {
        if let destination = functions[event.function].spec.onSuccess {
          sendRecord(of: message, from: event.function, to: destination)
        }
        endLeg(message, .completed, at: functions[event.function].name)
      }
      asyncEvents.remove(slot)
      return
    }
    asyncEvents[slot].errors += 1
    guard
      let delay = account.asyncRetry.errorDelay(
        failure: asyncEvents[slot].errors,
        maximumRetryAttempts: functions[event.function].spec.asyncMaximumRetryAttempts)
    else {
      giveUp(slot, "asynchronous retries used up")
      return
    }
    traceQueued(slot, from: now)
    schedule(.init(.asyncDue, slot, event.generation), at: now + delay)
  }

  private mutating func giveUp(_ slot: Int, _ reason: StaticString) {
    let event = asyncEvents[slot]
    if event.span != .none { spans.end(event.span, at: now, status: "error", detail: "\(reason)") }
    metrics.record(functions[event.function].metrics.asyncDropped, 1, at: now)
    if let message = event.message { giveUp(message, of: event.function, reason) }
    asyncEvents.remove(slot)
  }

  /// Dead-letter queue and on-failure destination each get a copy; with neither the event is lost.
  private mutating func giveUp(_ message: MessageReference, of function: Int, _ reason: StaticString) {
    let name = functions[function].name
    var keptCount = 0
    if let target = functions[function].spec.deadLetterTarget {
      if handOver(message, to: target, .deadLettered, from: name, reason) {
        keptCount += 1
      } else {
        metrics.record(functions[function].metrics.deadLetterErrors, 1, at: now)
      }
    }
    if let target = functions[function].spec.onFailure {
      if handOver(message, to: target, .deadLettered, from: name, reason) {
        keptCount += 1
      } else {
        metrics.record(functions[function].metrics.destinationFailures, 1, at: now)
      }
    }
    endLeg(message, keptCount > 0 ? .completed : .discarded, at: name, reason)
  }

  /// The record of an invocation that succeeded goes to its destination; nothing is lost if it cannot.
  private mutating func sendRecord(
    of message: MessageReference, from function: Int, to destination: FailureDestination
  ) {
    if !handOver(message, to: destination, .completed, from: functions[function].name, "") {
      metrics.record(functions[function].metrics.destinationFailures, 1, at: now)
    }
  }

  /// Hands a further leg of a message to a destination; false when that refuses.
  private mutating func handOver(
    _ message: MessageReference, to destination: FailureDestination, _ outcome: Outcome,
    from resource: ResourceName, _ reason: StaticString
  ) -> Bool {
    slab[message].openLegs += 1
    if deliver(
      message, to: destination, isMetadataOnly: false, endsAs: outcome, from: resource, reason)
    {
      return true
    }
    slab[message].openLegs -= 1
    return false
  }
}

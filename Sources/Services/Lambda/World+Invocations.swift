import DequeModule
import Kernel
import Records

/// One invocation from admission to its end. Source: fact sheet §4.
extension World {
  /// Asks for one invocation with the messages in `batch`, which is empty afterwards; false is a throttle (429).
  ///
  /// The concurrency checks come before the search for a warm environment: an idle environment of one function must not
  /// lift the account over its limit. Source: fact sheet §4.3.
  mutating func invokeBatch(_ function: Int, source: Invocation.Source, attempt: Int) -> Bool {
    for message in batch { slab[message].attempts += 1 }
    guard hasConcurrency(function), functions[function].requestRate?.take(1, now: now) ?? true else {
      return throttled(function)
    }
    let environment: Environment
    let isCold: Bool
    if let warm = functions[function].pool.acquire(now: now) {
      environment = warm
      isCold = warm.isReset
    } else {
      let mayScale =
        functions[function].scaling?.takeEnvironment(now: now)
        ?? account.scaling?.takeEnvironment(now: now) ?? true
      guard mayScale else { return throttled(function) }
      environment = functions[function].pool.create(now: now)
      isCold = true
    }
    start(function, source, attempt, environment, isCold: isCold)
    return true
  }

  private mutating func hasConcurrency(_ function: Int) -> Bool {
    if let reserved = functions[function].reserved { return functions[function].inFlight < reserved }
    return account.unreservedInFlight < account.concurrencyLimit - account.reservedTotal
  }

  private mutating func throttled(_ function: Int) -> Bool {
    batch.removeAll(keepingCapacity: true)
    noteThrottle(function)
    return false
  }

  mutating func noteThrottle(_ function: Int) {
    functions[function].throttleCount += 1
    metrics.record(functions[function].metrics.throttles, 1, at: now)
  }

  private mutating func start(
    _ function: Int, _ source: Invocation.Source, _ attempt: Int, _ environment: Environment, isCold: Bool
  ) {
    let invocation = freshInvocation()
    invocation.function = function
    invocation.source = source
    swap(&invocation.messages, &batch)
    invocation.itemFailures.begin(areReported: reportsItemFailures(source))
    invocation.attempt = attempt
    invocation.environment = environment
    invocation.admitted = now
    invocation.number = functions[function].invocationCount
    functions[function].invocationCount += 1
    invocation.isUnreserved = functions[function].reserved == nil
    changeInFlight(invocation, by: 1)
    runningInvocations += 1
    metrics.record(functions[function].metrics.invocations, 1, at: now)

    if isCold {
      let entity = EntityAddress.combine(functions[function].entity, UInt64(environment.id))
      let u = draws.uniform(.coldStart, entity: entity, index: environment.uses & 0xFFFF)
      let time = functions[function].spec.coldStart.sample(u)
      invocation.initTime = SimDuration(seconds: max(0, time))
    } else {
      invocation.initTime = .zero
    }
    // The way from a queue to its handler has been measured as a whole.
    let overhead = if case .queueBatch = source { SimDuration.zero } else { account.invokeOverhead }
    let ready = now + overhead + invocation.initTime
    if ready == now {
      beginHandler(invocation)
    } else {
      schedule(.init(.environmentReady, invocation.slot, invocation.serial), at: ready)
    }
  }

  private mutating func freshInvocation() -> Invocation {
    let invocation: Invocation
    if let slot = freeInvocations.popLast() {
      invocation = invocations[slot]
    } else {
      invocation = Invocation(slot: invocations.count)
      invocations.append(invocation)
      activeSerials.append(0)
    }
    invocationSerial += 1
    invocation.serial = invocationSerial
    invocation.isActive = true
    activeSerials[invocation.slot] = invocationSerial
    invocation.drawCount = 0
    invocation.windowState = nil
    return invocation
  }

  private mutating func changeInFlight(_ invocation: Invocation, by change: Int) {
    let function = invocation.function
    functions[function].inFlight += change
    if change > 0 {
      functions[function].load.changed(by: change, at: now)
    } else {
      functions[function].load.departed(after: now - invocation.admitted, at: now)
    }
    if invocation.isUnreserved { account.unreservedInFlight += change }
    metrics.set(
      gauge: functions[function].metrics.concurrency, to: Double(functions[function].inFlight), at: now)
  }

  mutating func environmentReady(_ slot: Int, serial: UInt32) {
    guard invocations[slot].serial == serial, invocations[slot].isActive else { return }
    beginHandler(invocations[slot])
  }

  private mutating func beginHandler(_ invocation: Invocation) {
    let function = invocation.function
    invocation.started = now
    noteDeliveries(invocation)
    for message in invocation.messages {
      slab[message].deliveries += 1
      let root = slab[message].root
      guard spans.isTraced(root) else { continue }
      invocation.spans.append(
        spans.link(
          root, resource: functions[function].spec.logicalID, kind: "invocation", start: now,
          attempt: invocation.attempt))
    }
    let deadline = now + functions[function].spec.timeout
    switch functions[function].body {
    case .immediate: invocationEnds(invocation, error: nil)
    case .steps(let code):
      schedule(.init(.invocationTimeout, invocation.slot, invocation.serial), at: deadline)
      startSteps(invocation, code)
    case .swift:
      schedule(.init(.invocationTimeout, invocation.slot, invocation.serial), at: deadline)
      guard let host else {
        preconditionFailure("no host for the Swift handler of '\(functions[function].spec.logicalID)'")
      }
      host.start(handlerInvocation(invocation, deadline: deadline))
    }
  }

  private static var timeoutError: String { "Task timed out" }

  /// The handler is over its timeout: the environment is killed, which counts and is billed as a function error.
  ///
  /// Source: fact sheet §4.1.
  mutating func invocationTimedOut(_ slot: Int, serial: UInt32) {
    let invocation = invocations[slot]
    guard invocation.serial == serial, invocation.isActive else { return }
    if let host {
      if host.stalledInvocations.contains(invocation.id) {
        stallReason =
          "an invocation of '\(functions[invocation.function].spec.logicalID)' waits for something outside virtual"
          + " time since \(invocation.started.seconds) s (Task.sleep? a socket?)"
        end(.stalled)
      }
      host.kill(invocation.id)
    }
    invocationEnds(invocation, error: Self.timeoutError)
  }

  /// Releases what the invocation holds and tells whoever started it.
  mutating func invocationEnds(_ invocation: Invocation, error: String?) {
    precondition(invocation.isActive, "invocation ended twice")
    let function = invocation.function
    let duration = now - invocation.started
    invocation.isActive = false
    activeSerials[invocation.slot] = 0
    runningInvocations -= 1
    changeInFlight(invocation, by: -1)
    functions[function].usage.add(
      billed: account.billing.billed(handler: duration, initPhase: invocation.initTime))
    metrics.record(functions[function].metrics.duration, duration.seconds * 1000, at: invocation.admitted)
    metrics.record(functions[function].metrics.errors, error == nil ? 0 : 1, at: invocation.admitted)

    let environment = invocation.environment!
    let entity = EntityAddress.combine(functions[function].entity, UInt64(environment.id))
    let u = draws.uniform(.environmentLifetime, entity: entity, index: environment.uses & 0xFFFF)
    let idleUntil = now + SimDuration(nearest: account.idleLife.sample(u) * 1e9)
    if let error {
      functions[function].errorCount += 1
      functions[function].pool.reset(environment, idleUntil: idleUntil, now: now)
      notes.add(error, resource: functions[function].spec.logicalID)
    } else {
      functions[function].pool.release(environment, idleUntil: idleUntil, now: now)
      noteCompletions(invocation)
    }
    if !invocation.spans.isEmpty {
      for span in invocation.spans {
        let status = error == nil ? "ok" : error == Self.timeoutError ? "timeout" : "error"
        spans.end(span, at: now, status: status, detail: error ?? "")
      }
      invocation.spans.removeAll()
    }
    settleTaken(invocation, succeeded: error == nil)
    if !invocation.held.isEmpty { settleHeld(invocation, succeeded: error == nil) }
    settleRefused(invocation, succeeded: error == nil)
    switch invocation.source {
    case .mapping(let lane): batchFinished(lane: lane, streamResult(invocation, lane, error: error))
    case .asyncEvent(let event): asyncInvocationEnded(event, error: error)
    case .queueBatch(let batch): queueBatchEnded(batch, invocation, error: error)
    case .operation(let slot): syncInvocationEnded(slot, invocation, error: error)
    }
    invocation.messages.removeAll(keepingCapacity: true)
    if !invocation.taken.isEmpty { invocation.taken.removeAll(keepingCapacity: true) }
    // Last, so that nothing above can meet the objects in their next use.
    for strand in invocation.strands { strands[strand].clear() }
    freeStrands.append(contentsOf: invocation.strands)
    invocation.strands.removeAll(keepingCapacity: true)
    freeInvocations.append(invocation.slot)
  }

  /// What was taken and not passed on: done with when the handler succeeded, back in its store otherwise.
  private mutating func settleTaken(_ invocation: Invocation, succeeded: Bool) {
    for (store, messages) in invocation.taken where !messages.isEmpty {
      if succeeded {
        for message in messages {
          if slab[message].isRefused {
            endLeg(message, .dropped, at: functions[invocation.function].name, "refused and not sent again")
          } else {
            endLeg(message, .completed, at: functions[invocation.function].name)
          }
        }
      } else {
        giveBack(messages, toStore: store)
      }
    }
  }

  private mutating func handlerInvocation(_ invocation: Invocation, deadline: SimTime) -> HandlerInvocation {
    let source: HandlerInvocation.Source
    var messages = handlerMessages(invocation.messages)
    var window: TumblingWindow?
    switch invocation.source {
    case .mapping(let lane):
      let reader = lanes[lane].reader
      let (stream, shard) = (readers[reader].stream, readers[reader].shard)
      source = .stream(name: spec.streams[stream].logicalID, shard: shard)
      window = readers[reader].window
      window?.isFinalInvoke = lanes[lane].batches.last!.endsWindow
      for position in messages.indices {
        let sequence = lanes[lane].queue[position]
        messages[position].arrival = streams[stream].shards[shard][sequence].arrival
        messages[position].sequenceNumber = sequence
      }
    case .operation: source = .direct
    case .queueBatch(let batch):
      source = .queue(name: spec.queues[queueMappings[queueBatches[batch].mapping].spec.queue].logicalID)
      for (position, received) in queueBatches[batch].received.enumerated() {
        setReceipt(of: received, in: &messages[position])
      }
    case .asyncEvent(let event): source = handlerSource(of: asyncEvents[event].origin)
    }
    return HandlerInvocation(
      id: invocation.id, function: invocation.function, source: source, deadline: deadline,
      attempt: invocation.attempt, messages: messages, window: window)
  }

  /// Messages as a handler sees them.
  mutating func handlerMessages(_ references: [MessageReference]) -> [HandlerMessage] {
    references.enumerated().map { position, reference in
      let message = slab[reference]
      let source = sources[Int(message.root.workload)]
      let index = Int(message.root.index)
      return HandlerMessage(
        reference: reference, id: source.id(index), created: message.created,
        sizeBytes: Int(message.sizeBytes), partitionKey: source.key(index, draws),
        fields: source.fields(index, draws), arrival: now, sequenceNumber: position)
    }
  }
}

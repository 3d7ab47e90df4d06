import DequeModule
import Kernel
import Records

/// What handlers ask of the world, from Swift and from steps alike.
extension World {
  mutating func begin(_ request: OperationRequest, for id: InvocationID) -> OperationID {
    let invocation = invocations[Int(id.rawValue & 0xFF_FFFF)]
    precondition(invocation.isActive && invocation.id == id, "operation of an ended invocation")
    return OperationID(rawValue: begin(request, for: invocation, owner: .handler(id)))
  }

  mutating func handlerFinished(_ id: InvocationID, error: String?) {
    let invocation = invocations[Int(id.rawValue & 0xFF_FFFF)]
    guard invocation.isActive, invocation.id == id else { return }
    invocationEnds(invocation, error: error)
  }

  mutating func note(_ text: String, from id: InvocationID) {
    notes.add(text, resource: spec.functions[invocations[Int(id.rawValue & 0xFF_FFFF)].function].logicalID)
  }

  /// - Parameter time: Length of the API call where the scenario gives it; nil for the service's own latency.
  @discardableResult
  mutating func begin(
    _ request: OperationRequest, for invocation: Invocation, owner: OperationOwner, time: SimDuration? = nil
  ) -> UInt64 {
    let number = operations.nextNumber()
    let caller = OperationCaller(owner: owner, invocation: invocation.slot, serial: invocation.serial, number: number)
    let putTime = account.putTime
    switch request {
    case .sleep(let duration): pend(.sleep, caller, after: duration)
    case .compute(let duration):
      // CPU share grows with memory up to one full vCPU per thread. Source: fact sheet §4.2.
      let share = min(1, Double(functions[invocation.function].spec.memorySize) / account.fullCPUMemory)
      pend(.sleep, caller, after: SimDuration(seconds: duration.seconds / share))
    case .partnerCall(let partner, let message, let part, let parts, let timeout):
      beginPartnerCall(partner, message, part: part, parts: parts, timeout: timeout, invocation, caller)
    case .getItem(let table, let key, let consistent):
      beginTableCall(table, .get(key: key, consistent: consistent), caller)
    case .putItem(let table, let item, let condition):
      beginTableCall(table, .put(item, condition), caller)
    case .updateItem(let table, let key, let set, let sizeBytes, let condition):
      beginTableCall(table, .update(key: key, set: set, sizeBytes: sizeBytes, condition), caller)
    case .deleteItem(let table, let key, let condition):
      beginTableCall(table, .delete(key: key, condition), caller)
    case .scan(let table, let start, let limit):
      beginTableCall(table, .scan(start: start, limit: limit), caller)
    case .putRecords(let stream, let entries):
      pend(.putRecords(stream: stream, entries: entries), caller, after: time ?? putTime)
    case .publish(let topic, let entries):
      pend(.publish(topic: topic, entries: entries), caller, after: time ?? account.publishTime)
    case .store(let store, let entries):
      pend(.store(store: store, entries: entries), caller, after: time ?? .zero)
    case .take(let store, let max):
      pend(.take(store: store, max: max), caller, after: .zero)
    case .invoke(let function, let isAsync, let entries):
      if isAsync {
        pend(.invokeAsync(function: function, entries: entries), caller, after: time ?? account.invokeOverhead)
      } else {
        let messages = entries.compactMap(\.passing).filter(slab.isOpen)
        for message in messages { slab[message].openLegs += 1 }
        pend(.invokeSync(function: function, messages: messages, attempt: 1), caller, after: .zero)
      }
    }
    return number
  }

  /// Notes an operation under way, without an end yet.
  mutating func pend(_ work: PendingOperation.Work, _ caller: OperationCaller) -> Int {
    operations.insert(PendingOperation(caller: caller, work: work))
  }

  private mutating func pend(_ work: PendingOperation.Work, _ caller: OperationCaller, after delay: SimDuration) {
    operationEnds(pend(work, caller), after: delay)
  }

  mutating func operationEnds(_ slot: Int, after delay: SimDuration) {
    schedule(.init(.operationDue, slot, operations[slot].generation), at: now + delay)
  }

  /// An operation's time is over: its effect happens and its answer goes back.
  mutating func operationDue(_ slot: Int, generation: UInt32) {
    guard operations[slot].generation == generation, operations[slot].isOpen else { return }
    let isAlive = isCallerAlive(slot)
    switch operations[slot].work {
    case .sleep: finish(slot, .done)
    case .answer(let result): finish(slot, result)
    case .partner(let call): partnerCallDue(slot, call, isCallerAlive: isAlive)
    case .table(let call): tableCallDue(slot, call)
    // Effects on messages need the invocation that holds them; a killed one has given them back.
    case .putRecords(let stream, let entries):
      finish(slot, isAlive ? .batch(putRecords(entries, into: stream, invocation(of: slot))) : .done)
    case .publish(let topic, let entries):
      finish(slot, isAlive ? .batch(publish(entries, to: topic, invocation(of: slot))) : .done)
    case .store(let store, let entries):
      finish(slot, isAlive ? .batch(put(entries, intoStore: store, invocation(of: slot))) : .done)
    case .take(let store, let max):
      finish(slot, isAlive ? take(from: store, max: max, slot) : .done)
    case .invokeSync(let function, let messages, let attempt):
      invokeSync(slot, function, messages, attempt: attempt)
    case .invokeAsync(let function, let entries):
      finish(slot, isAlive ? .batch(invokeAsync(entries, function, invocation(of: slot))) : .done)
    }
  }

  /// The caller's own timeout passed before the answer came; the service goes on without it.
  mutating func operationTimedOut(_ slot: Int, generation: UInt32) {
    guard operations[slot].generation == generation, operations[slot].isOpen else { return }
    let owner = operations[slot].caller.owner
    operations[slot].caller.owner = .abandoned
    if case .partner(let call) = operations[slot].work { partners[call.partner].record.timeouts += 1 }
    deliver(.timedOut, to: owner, operation: slot)
  }

  /// Ends an operation and hands its result to whoever still waits.
  mutating func finish(_ slot: Int, _ result: OperationResult) {
    let owner = operations[slot].caller.owner
    let number = operations[slot].caller.number
    let isAlive = isCallerAlive(slot)
    operations.remove(slot)
    guard isAlive else { return }
    deliver(result, to: owner, number: number)
  }

  private mutating func deliver(_ result: OperationResult, to owner: OperationOwner, operation slot: Int) {
    guard isCallerAlive(slot) else { return }
    deliver(result, to: owner, number: operations[slot].caller.number)
  }

  private mutating func deliver(_ result: OperationResult, to owner: OperationOwner, number: UInt64) {
    switch owner {
    case .strand(let strand): resume(strand, with: result)
    case .handler: host!.resume(OperationID(rawValue: number), with: result)
    case .abandoned: break
    }
  }

  private mutating func isCallerAlive(_ slot: Int) -> Bool {
    let invocation = invocations[operations[slot].caller.invocation]
    return invocation.isActive && invocation.serial == operations[slot].caller.serial
  }

  private mutating func invocation(of slot: Int) -> Invocation { invocations[operations[slot].caller.invocation] }

  // MARK: Messages passed on

  private mutating func putRecords(_ entries: [OutgoingMessage], into stream: Int, _ invocation: Invocation) -> [String?] {
    entries.map { entry in
      guard let root = root(of: entry) else { return "ValidationException" }
      let key = entry.partitionKey ?? sources[Int(root.workload)].key(Int(root.index), draws)
      // Admission first: a refused entry leaves every message where it was.
      guard let shard = admit(toStream: stream, key: key, sizeBytes: size(of: entry, root)) else {
        markRefused(entry, true)
        return "ProvisionedThroughputExceededException"
      }
      markRefused(entry, false)
      appendAdmitted(outgoing(entry, root, invocation), toStream: stream, shard: shard, sizeBytes: size(of: entry, root))
      return nil
    }
  }

  private mutating func publish(_ entries: [OutgoingMessage], to topic: Int, _ invocation: Invocation) -> [String?] {
    entries.map { entry in
      guard let root = root(of: entry) else { return "InvalidParameter" }
      publish(outgoing(entry, root, invocation), to: topic)
      return nil
    }
  }

  private mutating func invokeAsync(_ entries: [OutgoingMessage], _ function: Int, _ invocation: Invocation) -> [String?] {
    guard !entries.isEmpty else {
      acceptAsync(nil, for: function, after: .zero)
      return []
    }
    return entries.map { entry in
      guard let root = root(of: entry) else { return "InvalidParameterValueException" }
      acceptAsync(outgoing(entry, root, invocation), for: function, after: .zero)
      return nil
    }
  }

  /// A message refused and never accepted afterwards is lost if its handler ends well: nobody looked at the result.
  private mutating func markRefused(_ entry: OutgoingMessage, _ isRefused: Bool) {
    if let message = entry.passing, slab.isOpen(message) { slab[message].isRefused = isRefused }
  }

  /// The workload item an entry is about; nil when it names none.
  private mutating func root(of entry: OutgoingMessage) -> MessageRoot? {
    if let message = entry.passing, slab.isOpen(message) { return slab[message].root }
    return entry.about.flatMap { root(named: $0) }
  }

  private mutating func size(of entry: OutgoingMessage, _ root: MessageRoot) -> Int {
    entry.sizeBytes ?? sources[Int(root.workload)].size(Int(root.index), draws)
  }

  /// The message of an outgoing entry with a leg to give away.
  ///
  /// A message taken from a store travels on with the leg the invocation held. A message of the invocation's own batch
  /// gets a further leg. One that has ended meanwhile, and an entry that only names an item, become new messages.
  private mutating func outgoing(_ entry: OutgoingMessage, _ root: MessageRoot, _ invocation: Invocation) -> MessageReference {
    if let message = entry.passing, slab.isOpen(message) {
      if !removeTaken(message, from: invocation) { slab[message].openLegs += 1 }
      return message
    }
    return derive(about: root, by: invocation.function, sizeBytes: size(of: entry, root))
  }

  private mutating func removeTaken(_ message: MessageReference, from invocation: Invocation) -> Bool {
    for index in invocation.taken.indices.reversed() {
      // Handlers pass messages on in the order they took them, so the first one nearly always matches.
      if invocation.taken[index].messages.first == message {
        invocation.taken[index].messages.removeFirst()
        return true
      }
      if let position = invocation.taken[index].messages.firstIndex(of: message) {
        invocation.taken[index].messages.remove(at: position)
        return true
      }
    }
    return false
  }

  private mutating func put(_ entries: [OutgoingMessage], intoStore store: Int, _ invocation: Invocation) -> [String?] {
    entries.map { entry in
      guard let root = root(of: entry) else { return "unknown item" }
      put(outgoing(entry, root, invocation), intoStore: store)
      return nil
    }
  }

  private mutating func take(from store: Int, max: Int?, _ slot: Int) -> OperationResult {
    let messages = take(from: store, max: max)
    invocation(of: slot).taken.append((store, Deque(messages)))
    // Steps need no copies of the messages: they work on what the invocation holds.
    if case .strand = operations[slot].caller.owner { return .done }
    return .messages(handlerMessages(messages))
  }

  // MARK: Synchronous invocation

  /// One attempt of a caller's Invoke: its SDK retries throttles, never function errors. Source: fact sheet §4.4.
  private mutating func invokeSync(_ slot: Int, _ function: Int, _ messages: [MessageReference], attempt: Int) {
    if invoke(function, source: .operation(slot), messages: messages, attempt: attempt) { return }
    let entity = EntityAddress.combine(functions[function].entity, operations[slot].caller.number)
    let u = draws.uniform(.backoff, entity: entity, attempt: attempt)
    if let pause = account.sdk.delay(attempt: attempt, u: u) {
      operations[slot].work = .invokeSync(function: function, messages: messages, attempt: attempt + 1)
      schedule(.init(.operationDue, slot, operations[slot].generation), at: now + pause)
    } else {
      for message in messages { endLeg(message, .completed, at: functions[function].name) }
      finish(slot, .serviceError(code: "TooManyRequestsException"))
    }
  }

  /// A synchronously invoked function has answered; its caller judges the error.
  mutating func syncInvocationEnded(_ slot: Int, _ invocation: Invocation, error: String?) {
    for message in invocation.messages { endLeg(message, .completed, at: functions[invocation.function].name) }
    finish(slot, error.map { .serviceError(code: "function error: \($0)") } ?? .done)
  }
}

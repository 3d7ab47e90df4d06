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

  mutating func handlerFinished(_ id: InvocationID, _ result: HandlerResult) {
    let invocation = invocations[Int(id.rawValue & 0xFF_FFFF)]
    guard invocation.isActive, invocation.id == id else { return }
    if !result.failedItems.isEmpty { itemsFailed(result.failedItems, of: invocation) }
    invocation.windowState = result.windowState
    invocationEnds(invocation, error: result.error)
  }

  mutating func note(_ text: String, from id: InvocationID) {
    notes.add(text, resource: spec.functions[invocations[Int(id.rawValue & 0xFF_FFFF)].function].logicalID)
  }

  /// - Parameter time: Length of the API call where the scenario gives it; nil for the service's own latency.
  @discardableResult
  mutating func begin(
    _ request: OperationRequest, for invocation: Invocation, owner: OperationOwner, time: SimDuration? = nil
  ) -> UInt64 {
    let caller = caller(owner, invocation)
    switch request {
    case .sleep(let duration): begin(.sleep, caller, after: duration)
    case .compute(let duration):
      // CPU share grows with memory up to one full vCPU per thread. Source: fact sheet §4.2.
      let share = min(1, Double(functions[invocation.function].spec.memorySize) / account.fullCPUMemory)
      begin(.sleep, caller, after: SimDuration(seconds: duration.seconds / share))
    case .partnerCall(let partner, let message, let part, let parts, let timeout, let replyBytes):
      beginPartnerCall(
        partner, message, part: part, parts: parts, timeout: timeout, replyBytes: replyBytes, invocation,
        caller)
    case .getItem(let table, let key, let consistent):
      beginTableCall(table, .get(slot: itemSlot(table, key), consistent: consistent), caller)
    case .putItem(let table, let item, let condition):
      beginTableCall(table, .put(slot: itemSlot(table, item.key), item, condition), caller)
    case .updateItem(let table, let key, let set, let sizeBytes, let condition):
      let slot = itemSlot(table, key)
      beginTableCall(table, .update(slot: slot, set: set, sizeBytes: sizeBytes, condition), caller)
    case .deleteItem(let table, let key, let condition):
      beginTableCall(table, .delete(slot: itemSlot(table, key), condition), caller)
    case .scan(let table, let start, let limit):
      beginTableCall(table, .scan(start: start, limit: limit), caller)
    case .bucket(let bucket, let request): beginBucketCall(bucket, request, caller)
    case .deliver(let deliveryStream, let entries):
      begin(
        .deliver(deliveryStream: deliveryStream, entries: entries, failures: 0), caller,
        after: time ?? deliveryStreams[deliveryStream].putTime)
    case .putRecords(let stream, let entries):
      begin(.putRecords(stream: stream, entries: entries), caller, after: time ?? account.putTime)
    case .publish(let topic, let entries):
      begin(.publish(topic: topic, entries: entries), caller, after: time ?? account.publishTime)
    case .store(let store, let entries):
      begin(.store(store: store, entries: entries), caller, after: time ?? .zero)
    case .take(let store, let max): begin(.take(store: store, max: max), caller, after: .zero)
    case .sendMessages(let queue, let entries, let delay):
      begin(
        .sendMessages(queue: queue, entries: entries, delay: delay), caller,
        after: time ?? account.queueCallTime)
    case .receiveMessages(let queue, let options):
      begin(
        .receiveMessages(queue: queue, options, isPatient: true), caller, after: time ?? account.queueCallTime
      )
    case .deleteMessages(let queue, let receipts):
      begin(.deleteMessages(queue: queue, receipts), caller, after: time ?? account.queueCallTime)
    case .changeVisibility(let queue, let receipts, let timeout):
      begin(
        .changeVisibility(queue: queue, receipts, timeout: timeout), caller,
        after: time ?? account.queueCallTime)
    case .invoke(let function, let isAsync, let entries):
      if isAsync {
        let time = time ?? account.invokeOverhead
        begin(.invokeAsync(function: function, entries: entries), caller, after: time)
      } else {
        var messages: [MessageReference] = []
        for entry in entries {
          guard let message = entry.passing, slab.isOpen(message) else { continue }
          slab[message].openLegs += 1
          messages.append(message)
        }
        begin(.invokeSync(function: function, messages: messages, attempt: 1), caller, after: .zero)
      }
    }
    return caller.number
  }

  /// Numbers a new operation and says where its answer goes.
  mutating func caller(_ owner: OperationOwner, _ invocation: Invocation) -> OperationCaller {
    OperationCaller(
      owner: owner, invocation: invocation.slot, serial: invocation.serial, number: operations.nextNumber())
  }

  private mutating func begin(
    _ work: PendingOperation.Work, _ caller: OperationCaller, after delay: SimDuration
  ) {
    operationEnds(operations.insert(work, caller), after: delay)
  }

  mutating func operationEnds(_ slot: Int, after delay: SimDuration) {
    schedule(.init(.operationDue, slot, operations.generation(of: slot)), at: now + delay)
  }

  /// An operation's time is over: its effect happens and its answer goes back.
  mutating func operationDue(_ slot: Int, generation: UInt32) {
    guard operations.isDue(slot, generation: generation) else { return }
    switch operations.work(of: slot) {
    case .sleep: finish(slot, .done)
    case .partner(let call): partnerCallDue(slot, call)
    case .tableAnswer(let table, let span, let begun, let answer):
      tableAnswerDue(slot, table: Int(table), span: span, begun: begun, answer)
    case .tableRetry(let call): tableRetryDue(slot, call)
    case .bucket(let call): bucketCallDue(slot, call)
    case .deliver(let deliveryStream, let entries, let failures):
      guard let invocation = livingInvocation(of: slot) else { return finish(slot, .done) }
      deliverDue(slot, deliveryStream, entries, failures: failures, invocation)
    // Effects on messages need the invocation that holds them; a killed one has given them back.
    case .putRecords(let stream, let entries):
      guard let invocation = livingInvocation(of: slot) else { return finish(slot, .done) }
      finish(slot, .batch(putRecords(entries, into: stream, invocation)))
    case .publish(let topic, let entries):
      guard let invocation = livingInvocation(of: slot) else { return finish(slot, .done) }
      finish(slot, .batch(publish(entries, to: topic, invocation)))
    case .store(let store, let entries):
      guard let invocation = livingInvocation(of: slot) else { return finish(slot, .done) }
      finish(slot, .batch(put(entries, intoStore: store, invocation)))
    case .take(let store, let max):
      guard let invocation = livingInvocation(of: slot) else { return finish(slot, .done) }
      finish(slot, take(from: store, max: max, slot, invocation))
    case .sendMessages(let queue, let entries, let delay):
      guard let invocation = livingInvocation(of: slot) else { return finish(slot, .done) }
      finish(slot, .batch(sendMessages(entries, to: queue, delay: delay, invocation)))
    case .receiveMessages(let queue, let options, let isPatient):
      guard let invocation = livingInvocation(of: slot) else {
        finish(slot, .done)
        // A long poll of a killed invocation may have been woken for a message.
        return messagesAreVisible(queue)
      }
      receiveMessages(slot, queue, options, isPatient: isPatient, invocation)
    case .deleteMessages(let queue, let receipts):
      guard let invocation = livingInvocation(of: slot) else { return finish(slot, .done) }
      finish(slot, deleteMessages(receipts, of: queue, invocation))
    case .changeVisibility(let queue, let receipts, let timeout):
      guard let invocation = livingInvocation(of: slot) else { return finish(slot, .done) }
      finish(slot, changeVisibility(receipts, of: queue, to: timeout, invocation))
    case .invokeSync(let function, let messages, let attempt):
      invokeSync(slot, function, messages, attempt: attempt)
    case .invokeAsync(let function, let entries):
      guard let invocation = livingInvocation(of: slot) else { return finish(slot, .done) }
      finish(slot, .batch(invokeAsync(entries, function, invocation)))
    }
  }

  /// The caller's own timeout passed before the answer came; the service goes on without it.
  mutating func operationTimedOut(_ slot: Int, generation: UInt32) {
    guard operations.isDue(slot, generation: generation) else { return }
    let caller = operations.caller(of: slot)
    operations[slot].caller.owner = .abandoned
    if case .partner(let call) = operations.work(of: slot) {
      partners[Int(call.partner)].record.timeouts += 1
    }
    deliver(.timedOut, to: caller)
  }

  /// Ends an operation and hands its result to whoever still waits.
  mutating func finish(_ slot: Int, _ result: OperationResult) {
    deliver(result, to: operations.remove(slot))
  }

  private mutating func deliver(_ result: OperationResult, to caller: OperationCaller) {
    guard isAlive(caller) else { return }
    switch caller.owner {
    case .strand(let strand): resume(strands[strand], with: result)
    case .handler: host!.resume(OperationID(rawValue: caller.number), with: result)
    case .abandoned: break
    }
  }

  func isAlive(_ caller: OperationCaller) -> Bool { activeSerials[caller.invocation] == caller.serial }

  private func livingInvocation(of slot: Int) -> Invocation? {
    let caller = operations.caller(of: slot)
    return isAlive(caller) ? invocations[caller.invocation] : nil
  }

  // MARK: Messages passed on

  private mutating func putRecords(_ entries: [OutgoingMessage], into stream: Int, _ invocation: Invocation)
    -> [String?]
  {
    guard isWithinPutLimits(entries) else {
      for entry in entries { mark(entry, refused: true, by: streams[stream].name, invocation) }
      return Array(repeating: "ValidationException", count: entries.count)
    }
    return entries.map { entry in
      guard let root = root(of: entry) else { return "ValidationException" }
      let key = entry.partitionKey ?? sources[Int(root.workload)].key(Int(root.index), draws)
      // Admission first: a refused entry leaves every message where it was.
      guard let shard = admit(toStream: stream, key: key, sizeBytes: size(of: entry, root)) else {
        mark(entry, refused: true, by: streams[stream].name, invocation)
        return "ProvisionedThroughputExceededException"
      }
      mark(entry, refused: false, by: streams[stream].name, invocation)
      appendAdmitted(
        outgoing(entry, root, invocation), toStream: stream, shard: shard, key: key,
        sizeBytes: size(of: entry, root))
      return nil
    }
  }

  /// Whether PutRecords takes the call at all: its records, its bytes with keys, and each record. Source: fact sheet §1.1.
  private mutating func isWithinPutLimits(_ entries: [OutgoingMessage]) -> Bool {
    guard entries.count <= account.putRecordsMax else { return false }
    var bytes = 0
    for entry in entries {
      guard let root = root(of: entry) else { continue }
      let size = size(of: entry, root)
      guard size <= account.recordMaxBytes else { return false }
      bytes += size
    }
    let keyMaxBytes = 256 * 4
    guard bytes + entries.count * keyMaxBytes > account.putRecordsMaxBytes else { return true }
    for entry in entries {
      guard let root = root(of: entry) else { continue }
      let key = entry.partitionKey ?? sources[Int(root.workload)].key(Int(root.index), draws)
      bytes += key.utf8.count
    }
    return bytes <= account.putRecordsMaxBytes
  }

  private mutating func publish(_ entries: [OutgoingMessage], to topic: Int, _ invocation: Invocation)
    -> [String?]
  {
    entries.map { entry in
      guard let root = root(of: entry) else { return "InvalidParameter" }
      if let refusal = publishRefusal(sizeBytes: size(of: entry, root)) {
        mark(entry, refused: true, by: topics[topic].name, invocation)
        return refusal.code
      }
      mark(entry, refused: false, by: topics[topic].name, invocation)
      publish(outgoing(entry, root, invocation), to: topic)
      return nil
    }
  }

  private mutating func invokeAsync(_ entries: [OutgoingMessage], _ function: Int, _ invocation: Invocation)
    -> [String?]
  {
    guard !entries.isEmpty else {
      acceptAsync(nil, for: function, after: .zero)
      return []
    }
    return entries.map { entry in
      guard let root = root(of: entry) else { return "InvalidParameterValueException" }
      if size(of: entry, root) > account.asyncPayloadMaxBytes {
        mark(entry, refused: true, by: functions[function].name, invocation)
        return "RequestEntityTooLargeException"
      }
      mark(entry, refused: false, by: functions[function].name, invocation)
      acceptAsync(outgoing(entry, root, invocation), for: function, after: .zero)
      return nil
    }
  }

  /// A message refused and never accepted afterwards is lost if its handler ends well: nobody looked at the result.
  ///
  /// What a handler has taken from a store carries the mark itself. A message of the batch may go to several
  /// targets, so that each refusal stands for the copy that this target did not get.
  mutating func mark(
    _ entry: OutgoingMessage, refused isRefused: Bool, by target: ResourceName, _ invocation: Invocation
  ) {
    guard let message = entry.passing, slab.isOpen(message) else { return }
    slab[message].isRefused = isRefused
    if isRefused {
      let isKnown = invocation.refused.contains { $0.message == message && $0.target == target }
      if !isKnown, invocation.messages.contains(message) { invocation.refused.append((message, target)) }
    } else if !invocation.refused.isEmpty {
      invocation.refused.removeAll { $0.message == message && $0.target == target }
    }
  }

  /// The copies that targets have refused to the end of a handler that succeeded.
  mutating func settleRefused(_ invocation: Invocation, succeeded: Bool) {
    guard !invocation.refused.isEmpty else { return }
    if succeeded {
      for (message, target) in invocation.refused where slab.isOpen(message) {
        slab[message].openLegs += 1
        endLeg(message, .dropped, at: target, "refused and not sent again")
      }
    }
    invocation.refused.removeAll()
  }

  /// The workload item an entry is about; nil when it names none.
  mutating func root(of entry: OutgoingMessage) -> MessageRoot? {
    if let message = entry.passing, slab.isOpen(message) { return slab[message].root }
    return entry.about.flatMap { root(named: $0) }
  }

  mutating func size(of entry: OutgoingMessage, _ root: MessageRoot) -> Int {
    entry.sizeBytes ?? sources[Int(root.workload)].size(Int(root.index), draws)
  }

  /// The message of an outgoing entry with a leg to give away.
  ///
  /// A message taken from a store travels on with the leg the invocation held. A message of the invocation's own batch
  /// gets a further leg. One that has ended meanwhile, and an entry that only names an item, become new messages.
  mutating func outgoing(_ entry: OutgoingMessage, _ root: MessageRoot, _ invocation: Invocation)
    -> MessageReference
  {
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

  private mutating func put(_ entries: [OutgoingMessage], intoStore store: Int, _ invocation: Invocation)
    -> [String?]
  {
    entries.map { entry in
      guard let root = root(of: entry) else { return "unknown item" }
      put(outgoing(entry, root, invocation), intoStore: store)
      return nil
    }
  }

  private mutating func take(
    from store: Int, max: Int?, _ slot: Int, _ invocation: Invocation
  ) -> OperationResult {
    let messages = take(from: store, max: max)
    invocation.taken.append((store, Deque(messages)))
    // Steps need no copies of the messages: they work on what the invocation holds.
    if operations.caller(of: slot).isStep { return .done }
    return .messages(handlerMessages(messages))
  }

  /// One attempt of a put into a delivery stream. Source: fact sheet §9, "Over quota"; §14.
  private mutating func deliverDue(
    _ slot: Int, _ deliveryStream: Int, _ entries: [OutgoingMessage], failures: Int, _ invocation: Invocation
  ) {
    let codes = putToDelivery(entries, deliveryStream, invocation)
    let isRefused = !codes.isEmpty && codes.allSatisfy { $0 == "ServiceUnavailableException" }
    let entity = EntityAddress.combine(
      functions[invocation.function].entity, operations.caller(of: slot).number)
    let u = draws.uniform(.backoff, entity: entity, attempt: failures + 1)
    // A batch whose records alone were refused has succeeded as a call; with one record they are the same.
    guard isRefused, entries.count == 1, let pause = account.sdk.delay(attempt: failures + 1, u: u) else {
      return finish(slot, .batch(codes))
    }
    operations[slot].work = .deliver(
      deliveryStream: deliveryStream, entries: entries, failures: failures + 1)
    operationEnds(slot, after: pause)
  }

  // MARK: Synchronous invocation

  /// One attempt of a caller's Invoke: its SDK retries throttles, never function errors. Source: fact sheet §4.4.
  private mutating func invokeSync(_ slot: Int, _ function: Int, _ messages: [MessageReference], attempt: Int)
  {
    batch.append(contentsOf: messages)
    if invokeBatch(function, source: .operation(slot), attempt: attempt) { return }
    let entity = EntityAddress.combine(functions[function].entity, operations.caller(of: slot).number)
    let u = draws.uniform(.backoff, entity: entity, attempt: attempt)
    if let pause = account.sdk.delay(attempt: attempt, u: u) {
      operations[slot].work = .invokeSync(function: function, messages: messages, attempt: attempt + 1)
      operationEnds(slot, after: pause)
    } else {
      for message in messages { endLeg(message, .completed, at: functions[function].name) }
      finish(slot, .serviceError(code: "TooManyRequestsException"))
    }
  }

  /// A synchronously invoked function has answered; its caller judges the error.
  mutating func syncInvocationEnded(_ slot: Int, _ invocation: Invocation, error: String?) {
    for message in invocation.messages {
      endLeg(message, .completed, at: functions[invocation.function].name)
    }
    finish(slot, error.map { .serviceError(code: "function error: \($0)") } ?? .done)
  }
}

import Kernel
import Records

/// Runs handlers written as steps: one instruction after the other until one has to wait.
extension World {
  mutating func startSteps(_ invocation: Invocation, _ code: StepCode) {
    let messageIndex: Int?
    switch code.scope {
    case .perMessage:
      guard !invocation.messages.isEmpty else { return invocationEnds(invocation, error: nil) }
      messageIndex = 0
    case .perBatch, .perInvocation: messageIndex = invocation.messages.count == 1 ? 0 : nil
    }
    let range = 0..<code.instructions.count
    let strand = freshStrand(
      invocation, parent: nil, range: range, messageIndex: messageIndex,
      isPerMessage: code.scope == .perMessage)
    advance(strand, code)
  }

  private mutating func freshStrand(
    _ invocation: Invocation, parent: Int?, range: Range<Int>, messageIndex: Int?, isPerMessage: Bool
  ) -> Strand {
    let strand: Strand
    if let slot = freeStrands.popLast() {
      strand = strands[slot]
    } else {
      strand = Strand(slot: strands.count, invocation)
      strands.append(strand)
    }
    strand.start(
      invocation, parent: parent, range: range, messageIndex: messageIndex, isPerMessage: isPerMessage)
    invocation.strands.append(strand.slot)
    return strand
  }

  private func code(of strand: Strand) -> StepCode {
    guard case .steps(let code) = functions[strand.invocation.function].body else {
      preconditionFailure("a strand of a function without steps")
    }
    return code
  }

  /// Runs a strand until it waits or ends.
  private mutating func advance(_ strand: Strand, _ code: StepCode) {
    while strand.position < strand.end {
      switch code.instructions[strand.position] {
      case .call(let call): return beginCall(call, strand, code)
      case .send(let index): return beginSend(code.sends[index], strand)
      case .take(let store, let max): return begin(.take(store: store, max: max), strand)
      case .receive(let queue, let max):
        let options = ReceiveOptions(max: max, isDeletedOnSuccess: true)
        return begin(.receiveMessages(queue: queue, options), strand)
      case .read(let read):
        let slot = itemSlot(read.table, strand)
        return beginTableCall(read.table, .get(slot: slot, consistent: read.consistent), caller(strand))
      case .write(let index):
        let write = code.writes[index]
        let bytes = Int(max(1, write.size.sample(uniform(.size, strand)).rounded()))
        let slot = itemSlot(write.table, strand)
        return beginTableCall(
          write.table, .update(slot: slot, set: write.set, sizeBytes: bytes, nil), caller(strand))
      case .putObject(let index):
        let put = code.puts[index]
        let request = BucketRequest.put(
          key: itemKey(strand), sizeBytes: bytes(put.size, strand), metadata: [], about: itemMessage(strand))
        return begin(.bucket(put.bucket, request), strand)
      case .getObject(let bucket): return begin(.bucket(bucket, .get(key: itemKey(strand))), strand)
      case .invoke(let target, let isAsync):
        let entries = heldMessages(strand).map { OutgoingMessage(passing: $0) }
        return begin(.invoke(function: target, isAsync: isAsync, entries: entries), strand)
      case .compute(let time):
        return begin(
          .compute(SimDuration(seconds: max(0, code.times[time].sample(uniform(.compute, strand))))), strand)
      case .sleep(let time):
        return begin(
          .sleep(SimDuration(seconds: max(0, code.times[time].sample(uniform(.sleep, strand))))), strand)
      case .fieldTime(let index):
        let time = code.fieldTimes[index]
        let duration = SimDuration(
          seconds: min(max(0, number(time.field, strand) ?? 0) / time.perSecond, FieldTime.longest))
        return begin(time.isCompute ? .compute(duration) : .sleep(duration), strand)
      case .fail(let index):
        let failure = code.failures[index]
        if holds(failure.when, for: strand.message, item: strand.item, callFailed: strand.callFailed),
          failure.rate >= 1 || uniform(.stepFailure, strand) < failure.rate
        {
          return fail(strand, failure.name, rule: caughtRule(strand, partner: nil))
        }
        strand.position += 1
      case .unless(let condition, let target):
        let isMet = holds(
          code.conditions[condition], for: strand.message, item: strand.item, callFailed: strand.callFailed)
        strand.position = isMet ? strand.position + 1 : target
      case .jump(let target): strand.position = target
      case .nextMessage(let body):
        strand.item = nil
        strand.callFailed = false
        if strand.messageIndex! + 1 < strand.invocation.messages.count {
          strand.messageIndex! += 1
          strand.position = body
        } else {
          strand.position += 1
        }
      case .forkEach(let end):
        let body = strand.position + 1..<end
        strand.position = end
        return fork(
          strand, strand.invocation.messages.indices.map { (body, $0) }, isPerMessage: true, code)
      case .forkBranches(let index, let end):
        strand.position = end
        return fork(
          strand, code.branches[index].map { ($0, strand.messageIndex) }, isPerMessage: strand.isPerMessage,
          code)
      }
    }
    strandEnds(strand, code)
  }

  private mutating func fork(
    _ strand: Strand, _ branches: [(range: Range<Int>, messageIndex: Int?)], isPerMessage: Bool,
    _ code: StepCode
  ) {
    guard !branches.isEmpty else { return advance(strand, code) }
    strand.openChildren = branches.count
    let invocation = strand.invocation
    let serial = invocation.serial
    for branch in branches {
      let child = freshStrand(
        invocation, parent: strand.slot, range: branch.range, messageIndex: branch.messageIndex,
        isPerMessage: isPerMessage)
      child.item = strand.item
      advance(child, code)
      // A branch that failed at once has ended the invocation.
      guard invocation.isActive, invocation.serial == serial else { return }
    }
  }

  private mutating func strandEnds(_ strand: Strand, _ code: StepCode) {
    guard let parent = strand.parent else { return invocationEnds(strand.invocation, error: nil) }
    strands[parent].openChildren -= 1
    guard strands[parent].openChildren == 0 else { return }
    if strands[parent].hasFailedItem {
      leaveMessage(strands[parent], code)
    } else {
      advance(strands[parent], code)
    }
  }

  private mutating func caller(_ strand: Strand) -> OperationCaller {
    caller(.strand(strand.slot), strand.invocation)
  }

  private mutating func begin(_ request: OperationRequest, _ strand: Strand, time: SimDuration? = nil) {
    begin(request, for: strand.invocation, owner: .strand(strand.slot), time: time)
  }

  /// The place of the current message's item; a batch as a whole has one of its own.
  private mutating func itemSlot(_ table: Int, _ strand: Strand) -> Int {
    if let message = strand.message { return itemSlot(table, slab[message].root) }
    return itemSlot(table, itemKey(strand))
  }

  /// The key of the current message's item or object.
  private func itemKey(_ strand: Strand) -> String {
    if let message = strand.message { return id(of: slab[message]) }
    let function = functions[strand.invocation.function].spec.logicalID
    return "\(function)-batch-\(strand.invocation.number)"
  }

  /// The message that stands for what a strand works on: the first one of a batch that is handled as a whole.
  private func itemMessage(_ strand: Strand) -> MessageReference? {
    strand.message ?? strand.invocation.messages.first ?? strand.invocation.taken.first?.messages.first
  }

  /// A number of bytes, at least one; a field that the message does not have counts as one.
  private func bytes(_ size: ByteSize, _ strand: Strand) -> Int {
    switch size {
    case .law(let law): return Int(max(1, law.sample(uniform(.size, strand)).rounded()))
    case .field(let name):
      guard let value = number(name, strand) else { return 1 }
      return Int(min(max(1, value.rounded()), 1e15))
    }
  }

  /// A numeric field of the message; nil where it has none of this name.
  private func number(_ field: String, _ strand: Strand) -> Double? {
    guard let message = itemMessage(strand) else { return nil }
    let root = slab[message].root
    guard case .number(let value) = sources[Int(root.workload)].field(field, Int(root.index), draws) else {
      return nil
    }
    return value
  }

  /// A draw that belongs to the current step of the current message, or of the invocation where there is none.
  private func uniform(_ purpose: DrawPurpose, _ strand: Strand) -> Double {
    let function = functions[strand.invocation.function].entity
    let base =
      strand.message.map { EntityAddress.combine(address(of: slab[$0].root), function) }
      ?? EntityAddress.combine(function, strand.invocation.number)
    let attempt = strand.message.map { Int(slab[$0].deliveries) } ?? 1
    return draws.uniform(purpose, entity: base, attempt: attempt & 0xFFFF, index: strand.position)
  }

  // MARK: Answers

  /// An operation of the current step has ended.
  mutating func resume(_ strand: Strand, with result: OperationResult) {
    let code = code(of: strand)
    switch code.instructions[strand.position] {
    case .call(let call): callAnswered(call, strand, result, code)
    case .send(let index): sendAnswered(code.sends[index], strand, result)
    default:
      switch result {
      case .serviceError(let code): return fail(strand, code, rule: caughtRule(strand, partner: nil))
      case .item(let item): strand.item = item
      default: break
      }
      strand.position += 1
      advance(strand, code)
    }
  }

  /// An error of the current step: caught, it ends the message's steps; otherwise it ends the invocation.
  private mutating func fail(_ strand: Strand, _ name: String, rule: ErrorRule?) {
    let function = functions[strand.invocation.function].spec.logicalID
    if rule?.isCaught == true {
      notes.add("caught: \(name)", resource: function)
    } else if strand.isPerMessage, strand.invocation.itemFailures.areReported {
      notes.add(name, resource: function)
      strand.invocation.itemFailures.report(strand.messageIndex)
    } else {
      return invocationEnds(strand.invocation, error: name)
    }
    leaveMessage(strand, code(of: strand))
  }

  /// Leaves out the rest of the current message's steps.
  private mutating func leaveMessage(_ strand: Strand, _ code: StepCode) {
    strand.resetProgress()
    if strand.parent == nil, code.scope == .perMessage, !endsWithFailedItem(strand.invocation) {
      strand.position = strand.end - 1
    } else {
      strand.position = strand.end
    }
    advance(strand, code)
  }

  /// A stream starts again at the lowest failed record, so that going on with later ones would be work for nothing.
  private func endsWithFailedItem(_ invocation: Invocation) -> Bool {
    guard case .mapping = invocation.source else { return false }
    return !invocation.itemFailures.positions.isEmpty
  }

  /// The rule that catches a failure of the current step, if there is one.
  private func caughtRule(_ strand: Strand, partner: Int?) -> ErrorRule? {
    functions[strand.invocation.function].errors.first { rule in
      rule.isCaught && rule.isRaised && (rule.partner == nil || rule.partner == partner)
        && holds(rule.when, for: strand.message, item: strand.item, callFailed: strand.callFailed)
    }
  }

  // MARK: call

  private mutating func beginCall(_ call: StepCode.Call, _ strand: Strand, _ code: StepCode) {
    strand.isPausing = false
    let replyBytes = call.reply.map { bytes(code.replies[$0], strand) } ?? 0
    beginPartnerCall(
      call.partner, strand.message, part: strand.partsDone + 1, parts: call.times, timeout: call.timeout,
      replyBytes: replyBytes, strand.invocation, caller(strand))
  }

  private mutating func callAnswered(
    _ call: StepCode.Call, _ strand: Strand, _ result: OperationResult, _ code: StepCode
  ) {
    if strand.isPausing { return beginCall(call, strand, code) }
    let failure: String
    switch result {
    case .partner(status: 200):
      strand.partsDone += 1
      strand.callFailed = false
      if strand.partsDone < call.times { return beginCall(call, strand, code) }
      strand.resetProgress()
      strand.position += 1
      return advance(strand, code)
    case .clientFault(let name):
      let rules = functions[strand.invocation.function].errors
      return fail(strand, name, rule: rules.first { $0.name == name && $0.partner == call.partner })
    case .timedOut: failure = "\(spec.partners[call.partner].name) timed out"
    case .partner(let status): failure = "\(spec.partners[call.partner].name) answered \(status)"
    default: preconditionFailure("a call was answered with \(result)")
    }
    strand.failedAttempts += 1
    if let retries = call.retries, strand.failedAttempts <= retries.max {
      strand.isPausing = true
      return begin(.sleep(retries.backoff), strand)
    }
    strand.callFailed = true
    fail(strand, failure, rule: caughtRule(strand, partner: call.partner))
  }

  /// What the current step works on: its message, or what the invocation has taken, or its whole batch.
  private func heldMessages(_ strand: Strand) -> [MessageReference] {
    if let message = strand.message { return [message] }
    let taken =
      strand.invocation.taken.flatMap { $0.messages } + strand.invocation.held.map(\.received.message)
    return taken.isEmpty ? strand.invocation.messages : taken
  }

  // MARK: send

  private mutating func beginSend(_ send: SendStep, _ strand: Strand) {
    strand.resetProgress()
    strand.toSend = outgoing(send, strand)
    sendNext(send, strand)
  }

  /// The entries of a `send`: the messages the invocation holds, or one new message.
  private mutating func outgoing(_ send: SendStep, _ strand: Strand) -> [OutgoingMessage] {
    let references: [MessageReference]
    if !send.each {
      let first =
        strand.message ?? strand.invocation.taken.first?.messages.first
        ?? strand.invocation.held.first?.received.message
      references = first.map { [$0] } ?? []
    } else {
      references = heldMessages(strand)
    }
    return references.map { reference in
      var entry = OutgoingMessage(passing: send.each ? reference : nil)
      if !send.each { entry.about = id(of: slab[reference]) }
      if let size = send.size { entry.sizeBytes = Int(max(1, size.sample(uniform(.size, strand)).rounded())) }
      switch send.key {
      case .inherited: break
      case .constant(let key): entry.partitionKey = key
      case .field(let name):
        let root = slab[reference].root
        switch sources[Int(root.workload)].field(name, Int(root.index), draws) {
        case .text(let text): entry.partitionKey = text
        case .number(let number): entry.partitionKey = "\(number)"
        case nil: entry.partitionKey = ""
        }
      }
      return entry
    }
  }

  /// Sends the next entries in one API call, or goes on when there are none left.
  private mutating func sendNext(_ send: SendStep, _ strand: Strand) {
    strand.isPausing = false
    if strand.sending.isEmpty {
      let end = min(strand.toSend.count, strand.nextToSend + send.batch)
      strand.sending = Array(strand.toSend[strand.nextToSend..<end])
      strand.nextToSend = end
      strand.refusals = 0
    }
    guard !strand.sending.isEmpty else {
      strand.resetProgress()
      strand.position += 1
      return advance(strand, code(of: strand))
    }
    let time = SimDuration(seconds: max(0, send.time.sample(uniform(.sendTime, strand))))
    switch send.destination {
    case .stream(let stream): begin(.putRecords(stream: stream, entries: strand.sending), strand, time: time)
    case .queue(let queue):
      begin(.sendMessages(queue: queue, entries: strand.sending, delay: nil), strand, time: time)
    case .topic(let topic): begin(.publish(topic: topic, entries: strand.sending), strand, time: time)
    case .function(let function):
      begin(.invoke(function: function, isAsync: true, entries: strand.sending), strand, time: time)
    case .store(let store): begin(.store(store: store, entries: strand.sending), strand, time: time)
    case .deliveryStream(let stream):
      begin(.deliver(deliveryStream: stream, entries: strand.sending), strand, time: time)
    case .bucket: preconditionFailure("a send to a bucket, which takes writes")
    }
  }

  private mutating func sendAnswered(_ send: SendStep, _ strand: Strand, _ result: OperationResult) {
    if strand.isPausing { return sendNext(send, strand) }
    guard case .batch(let errors) = result else { preconditionFailure("a send was answered with \(result)") }
    let refused = zip(strand.sending, errors).filter { $1.map(SDKRetry.isTransient) ?? false }.map(\.0)
    strand.sending = refused
    if refused.isEmpty || !send.resend {
      strand.sending = []
      return sendNext(send, strand)
    }
    strand.refusals += 1
    strand.isPausing = true
    begin(
      .sleep(
        SDKRetry.resendDelay(round: strand.refusals, first: account.resendFirst, max: account.resendMax)),
      strand)
  }
}

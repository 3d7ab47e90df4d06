import Kernel
import Records

/// What handlers ask of queues. Source: fact sheet §6.
extension World {
  /// SendMessage or SendMessageBatch: entries are judged one by one, a batch over the size of a message as a whole.
  mutating func sendMessages(
    _ entries: [OutgoingMessage], to queue: Int, delay: SimDuration?, _ invocation: Invocation
  ) -> [String?] {
    let total = entries.reduce(0) { sum, entry in sum + (root(of: entry).map { size(of: entry, $0) } ?? 0) }
    if entries.count > 1, total > queues[queue].spec.maximumMessageSize {
      for entry in entries { mark(entry, refused: true, by: queues[queue].name, invocation) }
      return Array(repeating: "BatchRequestTooLong", count: entries.count)
    }
    return entries.map { entry in
      guard let root = root(of: entry) else { return "InvalidParameterValue" }
      let bytes = size(of: entry, root)
      // Admission first: a refused entry leaves every message where it was.
      if let refusal = refusal(of: queue, sizeBytes: bytes) {
        mark(entry, refused: true, by: queues[queue].name, invocation)
        return refusal.code
      }
      mark(entry, refused: false, by: queues[queue].name, invocation)
      send(outgoing(entry, root, invocation), toQueue: queue, sizeBytes: bytes, delay: delay)
      return nil
    }
  }

  /// ReceiveMessage, as often as needed for what was asked; an empty queue is waited for once.
  mutating func receiveMessages(
    _ operation: Int, _ queue: Int, _ options: ReceiveOptions, isPatient: Bool, _ invocation: Invocation
  ) {
    if queues[queue].isDown { return finish(operation, .serviceError(code: QueueRefusal.unavailable.code)) }
    if queues[queue].state.inFlightCount >= queues[queue].inFlightMax {
      return finish(operation, .serviceError(code: "OverLimit"))
    }
    var taken: [ReceivedMessage] = []
    var bytes = 0
    let visibility = options.visibility ?? queues[queue].spec.visibilityTimeout
    while taken.count < options.max ?? .max,
      let received = receive(from: queue, visibility: visibility, by: invocation.function)
    {
      bytes += Int(queues[queue].state[received.slot].sizeBytes)
      taken.append(received)
    }
    let wait = options.wait ?? queues[queue].spec.receiveWait
    if taken.isEmpty, isPatient, wait > .zero {
      operations[operation].work = .receiveMessages(queue: queue, options, isPatient: false)
      queues[queue].waiting.append((operation, operations.generation(of: operation)))
      return operationEnds(operation, after: wait)
    }
    let most = account.queueBatchMax
    let calls = max(1, (taken.count + most - 1) / most)
    let unit = queues[queue].unitBytes
    queues[queue].requestCount += max(calls, (bytes + unit - 1) / unit)
    if taken.isEmpty { metrics.record(queues[queue].metrics.emptyReceives, 1, at: now) }
    for received in taken {
      // The invocation holds a copy of its own: somebody else may receive and delete the message meanwhile.
      slab[received.message].openLegs += 1
      invocation.held.append(
        HeldMessage(received: received, isDeletedOnSuccess: options.isDeletedOnSuccess))
    }
    // Steps need no copies of the messages: they work on what the invocation holds.
    if operations.caller(of: operation).isStep { return finish(operation, .done) }
    var messages = handlerMessages(taken.map(\.message))
    for (position, received) in taken.enumerated() { setReceipt(of: received, in: &messages[position]) }
    finish(operation, .messages(messages))
  }

  func setReceipt(of received: ReceivedMessage, in message: inout HandlerMessage) {
    let item = queues[Int(received.queue)].state[received.slot]
    message.arrival = item.sent
    message.receipt = QueueReceipt(
      slot: received.slot, number: received.receipt, receiveCount: Int(item.receives))
  }

  /// DeleteMessageBatch: what another receive holds meanwhile stays, and nobody is told.
  mutating func deleteMessages(_ receipts: [QueueReceipt], of queue: Int, _ invocation: Invocation)
    -> OperationResult
  {
    if queues[queue].isDown { return .serviceError(code: QueueRefusal.unavailable.code) }
    let most = account.queueBatchMax
    queues[queue].requestCount += (receipts.count + most - 1) / most
    for receipt in receipts {
      guard let received = receivedMessage(receipt, of: queue) else { continue }
      deleteHandled(received)
    }
    return .batch(Array(repeating: nil, count: receipts.count))
  }

  mutating func changeVisibility(
    _ receipts: [QueueReceipt], of queue: Int, to timeout: SimDuration, _ invocation: Invocation
  ) -> OperationResult {
    if queues[queue].isDown { return .serviceError(code: QueueRefusal.unavailable.code) }
    let most = account.queueBatchMax
    queues[queue].requestCount += (receipts.count + most - 1) / most
    return .batch(
      receipts.map { receipt in
        guard let received = receivedMessage(receipt, of: queue),
          changeVisibility(received, to: timeout)
        else { return "MessageNotInflight" }
        return nil
      })
  }

  private func receivedMessage(_ receipt: QueueReceipt, of queue: Int) -> ReceivedMessage? {
    guard queues[queue].state.isCurrent(receipt.slot, receipt: receipt.number),
      let message = queues[queue].state[receipt.slot].message
    else { return nil }
    return ReceivedMessage(
      queue: Int32(queue), slot: receipt.slot, receipt: receipt.number, message: message)
  }

  /// Deletes a message that a function has handled; one that it tried to pass on in vain is lost with that.
  mutating func deleteHandled(_ received: ReceivedMessage) {
    guard
      queues[Int(received.queue)].state.isCurrent(received.slot, receipt: received.receipt),
      slab[received.message].isRefused
    else {
      delete(received)
      return
    }
    delete(received, .dropped, "refused and not sent again")
  }

  /// What an invocation has received: deleted if it asked for that and succeeded; what is left reappears by itself.
  mutating func settleHeld(_ invocation: Invocation, succeeded: Bool) {
    let name = functions[invocation.function].name
    for held in invocation.held {
      if succeeded, held.isDeletedOnSuccess {
        deleteHandled(held.received)
      }
      endLeg(held.received.message, .completed, at: name)
    }
    let most = account.queueBatchMax
    if succeeded {
      for queue in queues.indices {
        let count = invocation.held.count { Int($0.received.queue) == queue && $0.isDeletedOnSuccess }
        queues[queue].requestCount += (count + most - 1) / most
      }
    }
    invocation.held.removeAll(keepingCapacity: true)
  }
}

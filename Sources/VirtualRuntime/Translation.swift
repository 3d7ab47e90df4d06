internal import HandlerKit
internal import Kernel
internal import Services

// Between the handler's words and the engine's: names to indices, values to values.

extension FieldValue {
  init(_ value: AttributeValue) {
    switch value {
    case .text(let text): self = .text(text)
    case .number(let number): self = .number(number)
    }
  }
}

extension AttributeValue {
  init(_ value: FieldValue) {
    switch value {
    case .text(let text): self = .text(text)
    case .number(let number): self = .number(number)
    }
  }
}

extension TableItem.Attribute {
  init(_ entry: Attributes.Entry) { self.init(name: entry.name, value: FieldValue(entry.value)) }
}

extension Item {
  init(_ item: TableItem) {
    self.init(
      key: item.key,
      attributes: Attributes(item.attributes.map { .init(name: $0.name, value: .init($0.value)) }),
      sizeBytes: item.sizeBytes)
  }
}

extension S3Object {
  init(_ object: StoredObject) {
    self.init(
      key: object.key, sizeBytes: object.sizeBytes,
      metadata: Attributes(object.metadata.map { .init(name: $0.name, value: .init($0.value)) }),
      lastModified: HandlerClock.Instant(nanoseconds: object.lastModified.nanoseconds))
  }
}

extension ItemCondition {
  init(_ condition: ConditionExpression) {
    switch condition {
    case .itemExists: self = .itemExists
    case .itemNotExists: self = .itemNotExists
    case .attributeExists(let name): self = .attributeExists(name)
    case .attributeNotExists(let name): self = .attributeNotExists(name)
    case .equals(let name, let value): self = .equals(name, FieldValue(value))
    }
  }
}

extension MessageReference {
  init(_ handle: Message.Handle) {
    self.init(slot: UInt32(truncatingIfNeeded: handle.rawValue), generation: UInt32(handle.rawValue >> 32))
  }
}

extension Message.Handle {
  init(_ reference: MessageReference) {
    self.init(rawValue: UInt64(reference.generation) << 32 | UInt64(reference.slot))
  }
}

extension OutgoingMessage {
  init(_ entry: OutgoingEntry) {
    self.init(
      passing: entry.passing.map(MessageReference.init), about: entry.about, partitionKey: entry.partitionKey,
      sizeBytes: entry.sizeBytes)
  }
}

/// The fields of a simulated message, read in place: one word, so that wrapping them allocates nothing.
struct SimulatedFields: MessageFields {
  let fields: [(name: String, value: FieldValue)]
  var names: [String] { fields.map(\.name) }
  func value(_ name: String) -> AttributeValue? {
    for field in fields where field.name == name { return AttributeValue(field.value) }
    return nil
  }
}

extension Message {
  init(_ message: HandlerMessage) {
    self.init(
      handle: Handle(message.reference), id: message.id,
      created: HandlerClock.Instant(nanoseconds: message.created.nanoseconds), sizeBytes: message.sizeBytes,
      partitionKey: message.partitionKey,
      arrival: HandlerClock.Instant(nanoseconds: message.arrival.nanoseconds),
      sequenceNumber: message.sequenceNumber, fields: SimulatedFields(fields: message.fields),
      receiptHandle: message.receipt.map {
        ReceiptHandle(slot: $0.slot, number: $0.number, receiveCount: $0.receiveCount)
      })
  }
}

extension TimeWindow {
  init(_ window: TumblingWindow) {
    self.init(
      start: HandlerClock.Instant(nanoseconds: window.start.nanoseconds),
      end: HandlerClock.Instant(nanoseconds: window.end.nanoseconds),
      state: Attributes(window.state.map { .init(name: $0.name, value: .init($0.value)) }),
      isFinalInvokeForWindow: window.isFinalInvoke, isWindowTerminatedEarly: window.isTerminatedEarly)
  }
}

extension IncomingEvent {
  init(_ invocation: HandlerInvocation) {
    let source: Source =
      switch invocation.source {
      case .stream(let name, let shard): .stream(name: name, shard: shard)
      case .topic(let name): .topic(name: name)
      case .queue(let name): .queue(name: name)
      case .schedule(let name, let time):
        .schedule(name: name, time: HandlerClock.Instant(nanoseconds: time.nanoseconds))
      case .bucket(let name, let key, let sizeBytes): .bucket(name: name, key: key, sizeBytes: sizeBytes)
      case .direct: .direct
      }
    self.init(
      source: source, messages: invocation.messages.map(Message.init),
      window: invocation.window.map(TimeWindow.init))
  }
}

extension ResourceNames {
  /// - Throws: `UnknownResource` when the request names something that the system does not have.
  func translate(_ request: ServiceRequest, about message: Message.Handle?) throws -> OperationRequest {
    switch request {
    case .sleep(let nanoseconds): return .sleep(SimDuration(nanoseconds: nanoseconds))
    case .compute(let nanoseconds): return .compute(SimDuration(nanoseconds: nanoseconds))
    case .partner(let name, let part, let parts, let timeout, let replyBytes):
      return .partnerCall(
        partner: try partners.index(name), message: message.map(MessageReference.init), part: part,
        parts: parts,
        timeout: timeout.map(SimDuration.init(nanoseconds:)), replyBytes: replyBytes)
    case .getItem(let table, let key, let consistent):
      return .getItem(table: try tables.index(table), key: key, consistent: consistent)
    case .putItem(let table, let item, let condition):
      let stored = TableItem(
        key: item.key, attributes: item.attributes.entries.map(TableItem.Attribute.init),
        sizeBytes: item.sizeBytes)
      return .putItem(
        table: try tables.index(table), item: stored, condition: condition.map(ItemCondition.init))
    case .updateItem(let table, let key, let set, let size, let condition):
      return .updateItem(
        table: try tables.index(table), key: key, set: set.entries.map(TableItem.Attribute.init),
        sizeBytes: size,
        condition: condition.map(ItemCondition.init))
    case .deleteItem(let table, let key, let condition):
      return .deleteItem(
        table: try tables.index(table), key: key, condition: condition.map(ItemCondition.init))
    case .scan(let table, let start, let limit):
      return .scan(table: try tables.index(table), start: start, limit: limit)
    case .putObject(let bucket, let key, let sizeBytes, let metadata):
      return .bucket(
        try buckets.index(bucket),
        .put(
          key: key, sizeBytes: sizeBytes, metadata: metadata.entries.map(TableItem.Attribute.init),
          about: message.map(MessageReference.init)))
    case .getObject(let bucket, let key): return .bucket(try buckets.index(bucket), .get(key: key))
    case .deleteObject(let bucket, let key): return .bucket(try buckets.index(bucket), .delete(key: key))
    case .listObjects(let bucket, let prefix, let marker, let limit):
      return .bucket(try buckets.index(bucket), .list(prefix: prefix, marker: marker, limit: limit))
    case .deliver(let stream, let entries):
      return .deliver(
        deliveryStream: try deliveryStreams.index(stream), entries: entries.map(OutgoingMessage.init))
    case .putRecords(let stream, let entries):
      return .putRecords(stream: try streams.index(stream), entries: entries.map(OutgoingMessage.init))
    case .publish(let topic, let entries):
      return .publish(topic: try topics.index(topic), entries: entries.map(OutgoingMessage.init))
    case .put(let store, let entries):
      return .store(store: try stores.index(store), entries: entries.map(OutgoingMessage.init))
    case .take(let store, let max): return .take(store: try stores.index(store), max: max)
    case .invoke(let function, let isAsync, let entries):
      return .invoke(
        function: try functions.index(function), isAsync: isAsync, entries: entries.map(OutgoingMessage.init))
    case .sendMessages(let queue, let entries, let delay):
      return .sendMessages(
        queue: try queues.index(queue), entries: entries.map(OutgoingMessage.init),
        delay: delay.map(SimDuration.init(nanoseconds:)))
    case .receiveMessages(let queue, let max, let wait, let visibility):
      let options = ReceiveOptions(
        max: max, visibility: visibility.map(SimDuration.init(nanoseconds:)),
        wait: wait.map(SimDuration.init(nanoseconds:)))
      return .receiveMessages(queue: try queues.index(queue), options)
    case .deleteMessages(let queue, let receipts):
      return .deleteMessages(queue: try queues.index(queue), receipts.map(QueueReceipt.init))
    case .changeVisibility(let queue, let receipts, let timeout):
      return .changeVisibility(
        queue: try queues.index(queue), receipts.map(QueueReceipt.init),
        timeout: SimDuration(nanoseconds: timeout))
    }
  }
}

extension QueueReceipt {
  init(_ handle: ReceiptHandle) {
    self.init(slot: handle.slot, number: handle.number, receiveCount: handle.receiveCount)
  }
}

extension OperationRequest {
  /// Index of the partner that it calls, -1 when it calls none.
  var partnerIndex: Int { if case .partnerCall(let partner, _, _, _, _, _) = self { partner } else { -1 } }
}

extension ServiceResponse {
  /// - Throws: What the handler gets to see instead of an answer.
  init(_ result: OperationResult, partner: String) throws {
    switch result {
    case .done: self = .done
    case .partner(let status): self = .status(status)
    case .clientFault(let name): throw PartnerError.clientLibrary(name: name)
    case .timedOut: throw PartnerError.timedOut(partner: partner)
    case .item(let item): self = .item(item.map(Item.init))
    case .page(let items, let next): self = .page(items: items.map(Item.init), next: next)
    case .object(let object): self = .object(S3Object(object))
    case .objects(let objects, let next): self = .objects(objects.map(S3Object.init), next: next)
    case .conditionFailed: throw ConditionalCheckFailedException()
    case .serviceError(let code): throw ServiceError.named(code)
    case .batch(let codes): self = .batch(codes)
    case .messages(let messages): self = .messages(messages.map(Message.init))
    }
  }
}

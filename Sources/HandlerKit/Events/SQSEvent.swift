/// What the mapping of a queue sends to a function: up to a batch of messages.
///
/// Messages of a batch that succeeded are deleted by the mapping. Those of a failed one come again after their
/// visibility timeout; `SQSBatchResponse` names the ones that failed among others that did not.
public struct SQSEvent: LambdaEvent {
  public struct Record: Sendable {
    public let message: Message
    /// What a batch response names.
    public var messageID: String { message.id }
    public var receiptHandle: ReceiptHandle? { message.receiptHandle }
    /// How often the message has been received, this time included.
    public var approximateReceiveCount: Int { message.receiptHandle?.receiveCount ?? 1 }
    public var sentTimestamp: HandlerClock.Instant { message.arrival }
  }
  /// Logical id of the queue.
  public let queue: String
  public let messages: [Message]
  public var records: RecordList<Record> { RecordList(messages: messages) { Record(message: $0) } }

  public static var sources: [SourceKind] { [.queue] }
  public init(_ incoming: IncomingEvent) throws {
    guard case .queue(let name) = incoming.source else {
      throw EventMismatch(expected: "SQSEvent", source: incoming.source.kind)
    }
    queue = name
    messages = incoming.messages
  }
}

/// The messages of a queue's batch that failed: they come again, the others are deleted.
public struct SQSBatchResponse: BatchResponse, Hashable {
  public var batchItemFailures: [BatchItemFailure]
  public init(batchItemFailures: [BatchItemFailure] = []) { self.batchItemFailures = batchItemFailures }
}

/// The right to delete a message that was received, until somebody else receives it.
public struct ReceiptHandle: Sendable, Hashable {
  /// For the transport's own use.
  public let slot: Int32
  public let number: UInt64
  /// ApproximateReceiveCount.
  public let receiveCount: Int
  public init(slot: Int32, number: UInt64, receiveCount: Int) {
    self.slot = slot
    self.number = number
    self.receiveCount = receiveCount
  }
}

/// What a topic sends to a subscribed function: always one record.
public struct SNSEvent: LambdaEvent {
  public struct Record: Sendable {
    public let message: Message
    public var messageID: String { message.id }
    public var timestamp: HandlerClock.Instant { message.arrival }
  }
  /// Logical id of the topic.
  public let topic: String
  public let messages: [Message]
  public var records: RecordList<Record> { RecordList(messages: messages) { Record(message: $0) } }

  public static var sources: [SourceKind] { [.topic] }
  public init(_ incoming: IncomingEvent) throws {
    guard case .topic(let name) = incoming.source else {
      throw EventMismatch(expected: "SNSEvent", source: incoming.source.kind)
    }
    topic = name
    messages = incoming.messages
  }
}

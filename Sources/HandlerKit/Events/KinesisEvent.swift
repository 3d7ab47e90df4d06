/// A batch of records of one shard, in the order of their sequence numbers.
public struct KinesisEvent: LambdaEvent {
  public struct Record: Sendable {
    public let message: Message
    public var partitionKey: String { message.partitionKey }
    public var sequenceNumber: String { String(message.sequenceNumber) }
    public var approximateArrivalTimestamp: HandlerClock.Instant { message.arrival }
  }
  /// Logical id of the stream.
  public let stream: String
  public let shard: Int
  public let messages: [Message]
  /// nil without tumbling windows.
  public let window: TimeWindow?
  public var state: Attributes { window?.state ?? [:] }
  public var isFinalInvokeForWindow: Bool { window?.isFinalInvokeForWindow ?? false }
  public var isWindowTerminatedEarly: Bool { window?.isWindowTerminatedEarly ?? false }
  public var records: RecordList<Record> { RecordList(messages: messages) { Record(message: $0) } }

  public static var sources: [SourceKind] { [.stream] }
  public init(_ incoming: IncomingEvent) throws {
    guard case .stream(let name, let shard) = incoming.source else {
      throw EventMismatch(expected: "KinesisEvent", source: incoming.source.kind)
    }
    stream = name
    self.shard = shard
    messages = incoming.messages
    window = incoming.window
  }
}

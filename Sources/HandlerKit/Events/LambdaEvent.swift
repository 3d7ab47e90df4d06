/// A type of event that a handler can take.
public protocol LambdaEvent: Sendable {
  /// The kinds of sources whose events have this shape.
  static var sources: [SourceKind] { get }
  /// - Throws: `EventMismatch` when the event comes from another kind of source.
  init(_ incoming: IncomingEvent) throws
}

public enum SourceKind: String, Sendable, Hashable, CaseIterable {
  case stream, topic, queue, schedule, bucket, direct
}

/// An event as a transport delivers it, before it has the type that the handler asks for.
public struct IncomingEvent: Sendable {
  public enum Source: Sendable, Hashable {
    case stream(name: String, shard: Int)
    case topic(name: String)
    case queue(name: String)
    case schedule(name: String, time: HandlerClock.Instant)
    /// An object was written or deleted.
    case bucket(name: String, key: String, sizeBytes: Int)
    case direct

    public var kind: SourceKind {
      switch self {
      case .stream: .stream
      case .topic: .topic
      case .queue: .queue
      case .schedule: .schedule
      case .bucket: .bucket
      case .direct: .direct
      }
    }
  }
  public let source: Source
  public let messages: [Message]
  /// Of a stream's batch, where the mapping has tumbling windows.
  public let window: TimeWindow?
  public init(source: Source, messages: [Message], window: TimeWindow? = nil) {
    self.source = source
    self.messages = messages
    self.window = window
  }
}

/// A function was invoked by a source whose events its handler does not take.
public struct EventMismatch: Error, Hashable, CustomStringConvertible {
  public let expected: String
  public let source: SourceKind
  public init(expected: String, source: SourceKind) {
    self.expected = expected
    self.source = source
  }
  public var description: String { "the handler takes \(expected), but a \(source.rawValue) invoked it" }
}

/// The records of an event: views of its messages.
public struct RecordList<Record>: RandomAccessCollection {
  let messages: [Message]
  let view: @Sendable (Message) -> Record
  public var startIndex: Int { 0 }
  public var endIndex: Int { messages.count }
  public subscript(position: Int) -> Record { view(messages[position]) }
}
extension RecordList: Sendable {}

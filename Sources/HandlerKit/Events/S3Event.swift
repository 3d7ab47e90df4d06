/// What a bucket sends to a function: always one record.
public struct S3Event: LambdaEvent {
  /// Logical id of the bucket.
  public let bucket: String
  public let objectKey: String
  public let objectSizeBytes: Int
  /// The message that the object belongs to; none for objects of no message.
  public let messages: [Message]

  public static var sources: [SourceKind] { [.bucket] }
  public init(_ incoming: IncomingEvent) throws {
    guard case .bucket(let name, let key, let sizeBytes) = incoming.source else {
      throw EventMismatch(expected: "S3Event", source: incoming.source.kind)
    }
    bucket = name
    objectKey = key
    objectSizeBytes = sizeBytes
    messages = incoming.messages
  }
}

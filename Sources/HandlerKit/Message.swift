/// A message as a handler receives it: a typed value with a declared size.
public struct Message: Sendable {
  /// What the transport needs to know which message a call is about.
  public struct Handle: Sendable, Hashable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
  }
  public let handle: Handle
  /// The same for every delivery of the message.
  public let id: String
  public let created: HandlerClock.Instant
  /// [bytes]
  public let sizeBytes: Int
  public let partitionKey: String
  /// When it reached the source that delivered it.
  public let arrival: HandlerClock.Instant
  /// Position in that source.
  public let sequenceNumber: Int
  public let fields: any MessageFields
  /// Of a message received from a queue.
  public let receiptHandle: ReceiptHandle?

  public init(
    handle: Handle, id: String, created: HandlerClock.Instant, sizeBytes: Int, partitionKey: String,
    arrival: HandlerClock.Instant, sequenceNumber: Int, fields: any MessageFields,
    receiptHandle: ReceiptHandle? = nil
  ) {
    self.handle = handle
    self.id = id
    self.created = created
    self.sizeBytes = sizeBytes
    self.partitionKey = partitionKey
    self.arrival = arrival
    self.sequenceNumber = sequenceNumber
    self.fields = fields
    self.receiptHandle = receiptHandle
  }
}

/// The fields of a message's payload.
///
/// A protocol, so that a transport decodes a field when a handler asks for it and copies nothing before.
public protocol MessageFields: Sendable {
  /// In the order of the payload.
  var names: [String] { get }
  func value(_ name: String) -> AttributeValue?
}

extension MessageFields {
  public func text(_ name: String) -> String? { value(name)?.text }
  public func number(_ name: String) -> Double? { value(name)?.number }
}

extension Attributes: MessageFields {
  public var names: [String] { entries.map(\.name) }
  public func value(_ name: String) -> AttributeValue? { self[name] }
}

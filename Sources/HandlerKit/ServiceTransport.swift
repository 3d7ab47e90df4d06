/// Carries the calls of a handler's clients to the services.
///
/// The clients of this module only shape requests and answers. A simulator implements this protocol in virtual time;
/// another implementation could call AWS.
public protocol ServiceTransport: AnyObject, Sendable {
  var now: HandlerClock.Instant { get }
  /// Performs one call of an API and returns its answer.
  ///
  /// - Throws: The service's errors as the types of this module, `UnknownResource`, or `CancellationError`.
  func perform(_ request: ServiceRequest, for origin: CallOrigin) async throws -> ServiceResponse
  func log(_ text: String, for origin: CallOrigin)
}

/// Which invocation makes a call, and about which message.
public struct CallOrigin: Sendable, Hashable {
  /// Unique among the invocations of a transport.
  public let invocation: UInt64
  /// For the transport's own use.
  public let slot: Int
  /// The message that the call's effect belongs to.
  public var message: Message.Handle?
  public init(invocation: UInt64, slot: Int, message: Message.Handle?) {
    self.invocation = invocation
    self.slot = slot
    self.message = message
  }
}

/// One call, resources by their logical ids.
public enum ServiceRequest: Sendable {
  case sleep(nanoseconds: Int64)
  case compute(nanoseconds: Int64)
  case partner(name: String, part: Int, parts: Int, timeoutNanoseconds: Int64?)
  case getItem(table: String, key: String, consistentRead: Bool)
  case putItem(table: String, item: Item, condition: ConditionExpression?)
  case updateItem(
    table: String, key: String, set: Attributes, sizeBytes: Int?, condition: ConditionExpression?)
  case deleteItem(table: String, key: String, condition: ConditionExpression?)
  case scan(table: String, start: Int, limit: Int?)
  case putRecords(stream: String, entries: [OutgoingEntry])
  case publish(topic: String, entries: [OutgoingEntry])
  case put(store: String, entries: [OutgoingEntry])
  case take(store: String, max: Int?)
  case invoke(function: String, isAsync: Bool, entries: [OutgoingEntry])
}

public enum ServiceResponse: Sendable {
  case done
  /// HTTP status of a partner.
  case status(Int)
  case item(Item?)
  case page(items: [Item], next: Int?)
  /// Error code per entry, nil = accepted.
  case batch([String?])
  case messages([Message])
}

extension ServiceRequest {
  /// The partner that the request calls.
  public var partnerName: String {
    if case .partner(let name, _, _, _) = self { name } else { "" }
  }
}

/// A message that a handler sends: one that it received, or a new one.
public struct OutgoingEntry: Sendable, Hashable {
  /// The message that travels on.
  public var passing: Message.Handle?
  /// Id of the message that a new one is about.
  public var about: String?
  /// nil: the key of the message that travels on.
  public var partitionKey: String?
  /// nil: the size of the message that travels on. [bytes]
  public var sizeBytes: Int?

  /// Passes a received message on.
  public init(passing message: Message, partitionKey: String? = nil, sizeBytes: Int? = nil) {
    passing = message.handle
    about = nil
    self.partitionKey = partitionKey
    self.sizeBytes = sizeBytes
  }
  /// Sends a new message that belongs to the same piece of work as an earlier one.
  public init(about id: String, partitionKey: String? = nil, sizeBytes: Int? = nil) {
    passing = nil
    about = id
    self.partitionKey = partitionKey
    self.sizeBytes = sizeBytes
  }
}

/// A condition of a conditional write.
public enum ConditionExpression: Sendable, Hashable {
  case itemExists, itemNotExists
  case attributeExists(String), attributeNotExists(String)
  case equals(String, AttributeValue)
}

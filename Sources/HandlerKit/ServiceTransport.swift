public import Synchronization

/// Carries the calls of a handler's clients to the services.
///
/// The clients of this module only shape requests and answers. A simulator implements this protocol in
/// virtual time; another implementation could call AWS. Requirements are synchronous, so that a waiting call
/// holds no frame of the transport's.
public protocol ServiceTransport: AnyObject, Sendable {
  var now: HandlerClock.Instant { get }
  /// Begins one call of an API; its answer, or one of the errors of this module, goes to `reply`.
  ///
  /// - Parameter handle: Where the transport keeps what `cancel` needs, nil when the call cannot be cancelled.
  func begin(_ request: ServiceRequest, for origin: CallOrigin, reply: ServiceReply, handle: CallHandle?)
  /// Answers a waiting call with `CancellationError`; does nothing when it has been answered.
  func cancel(_ handle: CallHandle)
  /// Whether the current task can be cancelled while its invocation goes on.
  func isCancellable(_ origin: CallOrigin) -> Bool
  func log(_ text: String, for origin: CallOrigin)
}

/// Where the answer of a call goes, once.
public struct ServiceReply: Sendable {
  let continuation: UnsafeContinuation<ServiceResponse, any Error>
  @usableFromInline init(continuation: UnsafeContinuation<ServiceResponse, any Error>) {
    self.continuation = continuation
  }
  public func answer(_ response: ServiceResponse) { continuation.resume(returning: response) }
  public func fail(_ error: any Error) { continuation.resume(throwing: error) }
}

/// Names a call that can be cancelled.
public final class CallHandle: Sendable {
  /// The transport's number of the call, `UInt64.max` before it has one.
  public let number = Atomic<UInt64>(.max)
}

/// Makes a call and waits for its answer.
///
/// Inlined into the clients and these into handlers, because each async frame between costs a switch of its
/// own.
@inlinable @inline(__always) func perform(
  _ request: ServiceRequest, for origin: CallOrigin, by transport: any ServiceTransport
) async throws -> ServiceResponse {
  if transport.isCancellable(origin) {
    return try await performCancellably(request, for: origin, by: transport)
  }
  return try await withUnsafeThrowingContinuation { continuation in
    transport.begin(request, for: origin, reply: ServiceReply(continuation: continuation), handle: nil)
  }
}

@usableFromInline func performCancellably(
  _ request: ServiceRequest, for origin: CallOrigin, by transport: any ServiceTransport
) async throws -> ServiceResponse {
  let handle = CallHandle()
  return try await withTaskCancellationHandler {
    try await withUnsafeThrowingContinuation { continuation in
      if Task.isCancelled {
        continuation.resume(throwing: CancellationError())
      } else {
        transport.begin(request, for: origin, reply: ServiceReply(continuation: continuation), handle: handle)
      }
    }
  } onCancel: {
    transport.cancel(handle)
  }
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
  case partner(name: String, part: Int, parts: Int, timeoutNanoseconds: Int64?, replyBytes: Int)
  case getItem(table: String, key: String, consistentRead: Bool)
  case putItem(table: String, item: Item, condition: ConditionExpression?)
  case updateItem(
    table: String, key: String, set: Attributes, sizeBytes: Int?, condition: ConditionExpression?)
  case deleteItem(table: String, key: String, condition: ConditionExpression?)
  case scan(table: String, start: Int, limit: Int?)
  case putObject(bucket: String, key: String, sizeBytes: Int, metadata: Attributes)
  case getObject(bucket: String, key: String)
  case deleteObject(bucket: String, key: String)
  case listObjects(bucket: String, prefix: String, marker: String?, maxKeys: Int?)
  case deliver(deliveryStream: String, entries: [OutgoingEntry])
  case putRecords(stream: String, entries: [OutgoingEntry])
  case publish(topic: String, entries: [OutgoingEntry])
  case put(store: String, entries: [OutgoingEntry])
  case take(store: String, max: Int?)
  case invoke(function: String, isAsync: Bool, entries: [OutgoingEntry])
  case sendMessages(queue: String, entries: [OutgoingEntry], delayNanoseconds: Int64?)
  case receiveMessages(queue: String, max: Int, waitNanoseconds: Int64?, visibilityNanoseconds: Int64?)
  case deleteMessages(queue: String, receipts: [ReceiptHandle])
  case changeVisibility(queue: String, receipts: [ReceiptHandle], timeoutNanoseconds: Int64)
}

public enum ServiceResponse: Sendable {
  case done
  /// HTTP status of a partner.
  case status(Int)
  case item(Item?)
  case page(items: [Item], next: Int?)
  case object(S3Object)
  case objects([S3Object], next: String?)
  /// Error code per entry, nil = accepted.
  case batch([String?])
  case messages([Message])
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

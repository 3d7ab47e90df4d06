/// The code of a function.
///
/// The shape is that of the Swift runtime for AWS Lambda, so that the same source can be deployed. One value
/// handles all invocations of its function, also several at once; state that has to survive belongs into a
/// table.
///
/// ```swift
/// struct Greet: LambdaHandler {
///   func handle(_ event: SNSEvent, context: Context) async throws {
///     for record in event.records {
///       try await context.dynamoDB.updateItem("Greeted", key: record.message.id, set: ["done": 1])
///     }
///   }
/// }
/// ```
public protocol LambdaHandler: Sendable {
  associatedtype Event: LambdaEvent
  associatedtype Output

  /// Handles one event.
  ///
  /// - Throws: Whatever the handler does not catch; the platform then counts a function error and retries by the
  ///   rules of the event's source.
  func handle(_ event: Event, context: Context) async throws -> Output

  /// Decodes an event and handles it; there is no reason to write this oneself.
  func respond(to incoming: IncomingEvent, context: Context) async throws -> HandlerResponse
}

extension LambdaHandler {
  @inlinable public func respond(to incoming: IncomingEvent, context: Context) async throws -> HandlerResponse
  {
    let event = try Event(incoming)
    let output = try await handle(event, context: context)
    return HandlerResponse(output)
  }

  /// Whether the function can be connected to this kind of source.
  public static func accepts(_ kind: SourceKind) -> Bool { Event.sources.contains(kind) }
  /// The event's type, for messages.
  public static var eventName: String { String(describing: Event.self) }
}

/// What the platform reads from a handler's output.
public struct HandlerResponse: Sendable {
  /// Items of the batch that the handler reports as failed, by identifier.
  public var failedItems: [String]
  /// State for the next invocation of a tumbling window; nil when the output has none.
  public var windowState: Attributes?

  /// Keeps what the platform understands; every other output is only for a synchronous caller.
  @inlinable public init<Output>(_ output: Output) {
    failedItems = []
    if Output.self == Void.self { return }
    if let response = output as? any BatchResponse {
      failedItems = response.batchItemFailures.map(\.itemIdentifier)
      windowState = (output as? TimeWindowEventResponse)?.state
    }
  }
}

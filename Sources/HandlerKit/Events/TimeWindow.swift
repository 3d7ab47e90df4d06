/// The tumbling window that an invocation belongs to.
///
/// All records of a shard that arrived in one span of time share a state: a handler returns it in a
/// `TimeWindowEventResponse` and finds it in the next event. The last event of a window has no records.
///
/// ```swift
/// struct CountOrders: LambdaHandler {
///   func handle(_ event: KinesisEvent, context: Context) async throws -> TimeWindowEventResponse {
///     let count = (event.state["count"]?.number ?? 0) + Double(event.records.count)
///     if event.isFinalInvokeForWindow {
///       try await context.dynamoDB.updateItem("Counts", key: "\(event.shard)", set: ["count": .number(count)])
///     }
///     return TimeWindowEventResponse(state: ["count": .number(count)])
///   }
/// }
/// ```
public struct TimeWindow: Sendable, Hashable {
  /// First instant, and first instant of the next window.
  public let start: HandlerClock.Instant
  public let end: HandlerClock.Instant
  /// What the previous invocation of the window returned; empty for the first one.
  public let state: Attributes
  public let isFinalInvokeForWindow: Bool
  /// Whether the window ended before its time, because of its state's size or the end of its shard.
  public let isWindowTerminatedEarly: Bool

  public init(
    start: HandlerClock.Instant, end: HandlerClock.Instant, state: Attributes = [:],
    isFinalInvokeForWindow: Bool = false, isWindowTerminatedEarly: Bool = false
  ) {
    self.start = start
    self.end = end
    self.state = state
    self.isFinalInvokeForWindow = isFinalInvokeForWindow
    self.isWindowTerminatedEarly = isWindowTerminatedEarly
  }
}

/// The reply of a handler with tumbling windows: without it, or another reply with state, an invocation has failed.
public struct TimeWindowEventResponse: BatchResponse, Hashable {
  public var state: Attributes
  public var batchItemFailures: [BatchItemFailure]
  public init(state: Attributes, batchItemFailures: [BatchItemFailure] = []) {
    self.state = state
    self.batchItemFailures = batchItemFailures
  }
}

/// Which way a quantity gets worse.
package enum MeasureDirection: String, Sendable, Hashable {
  case upIsWorse, downIsWorse
  /// Neither way: how much came in, how much was in use. Shown, never judged.
  case neutral

  /// What follows the name of the workload, service or resource, of quantities that are better when small: times,
  /// losses, refusals, what waits, what it costs.
  private static let worseUp: Set<String> = [
    "Latency", "Age", "DrainTime", "Backlog", "DeliveryLatency", "CompletionLatency", "Lost", "Duplicated",
    "DeadLettered", "Expired", "Dropped", "Discarded", "Open", "OverLimit", "Suspended", "Errors", "Timeouts",
    "Duplicates", "Queued", "Throttles", "Duration", "IteratorAge", "AsyncEventAge", "AsyncEventsDropped",
    "DeadLetterErrors", "DestinationDeliveryFailures", "GetRecords.IteratorAgeMilliseconds",
    "ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded", "PutRecords.ThrottledRecords",
    "SubscribeToShardEvent.MillisBehindLatest", "ApproximateAgeOfOldestMessage",
    "ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesDelayed",
    "NumberOfNotificationsFailed", "ThrottledRequests", "ReadThrottleEvents", "WriteThrottleEvents",
    "SystemErrors", "UserErrors", "DeliveryToS3.DataFreshness", "ThrottledRecords", "4xxErrors", "5xxErrors",
    "4XXError", "5XXError", "FirstByteLatency", "TotalRequestLatency", "SuccessfulRequestLatency",
  ]

  /// - Parameter metric: As files name it: `orders.Latency`, `cost.Total`.
  package init(of metric: String) {
    let parts = metric.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      self = .neutral
      return
    }
    if parts[0] == "cost" || Self.worseUp.contains(parts[1]) {
      self = .upIsWorse
    } else {
      self = parts[1] == "Completed" ? .downIsWorse : .neutral
    }
  }
}

package import Services

/// A CloudWatch metric that the model emits.
package struct CloudWatchMetric: Sendable, Hashable {
  package var namespace: String
  /// Logical type of the resource that has it.
  package var resource: ResourceKind
  package var name: String
  /// CloudWatch's unit: `Count`, `Milliseconds`, `Bytes`, `None`.
  package var unit: String
  package var statistic: AlarmSpec.Statistic
  /// The dimension that names the resource in an alarm.
  package var dimension: String

  package enum ResourceKind: String, Sendable, Hashable {
    case stream, consumer, function, topic, queue, table, bucket, deliveryStream
  }

  /// What a threshold's limit is given in.
  package var thresholdUnit: Threshold.Unit {
    switch unit {
    case "Milliseconds", "Seconds": .seconds
    case "Bytes": .bytes
    default: .count
    }
  }
  /// A value of the metric in the base unit of thresholds is the sample times this.
  package var baseUnitsPerSample: Double { unit == "Milliseconds" ? 0.001 : 1 }
}

/// The metrics of the modelled services, with the statistic to read.
///
/// Source: fact sheet §1.9, §4.8, §5.2, §6, §7.10.
package enum MetricCatalogue {
  package static let all: [CloudWatchMetric] =
    kinesis + fanOut + lambda + sns + sqs + dynamodb + s3 + firehose

  package static func metric(_ name: String, of kind: CloudWatchMetric.ResourceKind) -> CloudWatchMetric? {
    all.first { $0.name == name && $0.resource == kind }
  }

  private static let kinesis = list(
    "AWS/Kinesis", .stream, "StreamName",
    [
      ("IncomingRecords", "Count", .sum), ("IncomingBytes", "Bytes", .sum),
      ("GetRecords.IteratorAgeMilliseconds", "Milliseconds", .maximum),
      ("ReadProvisionedThroughputExceeded", "Count", .sum),
      ("WriteProvisionedThroughputExceeded", "Count", .sum), ("GetRecords.Success", "Count", .sum),
      ("GetRecords.Bytes", "Bytes", .sum), ("GetRecords.Records", "Count", .sum),
    ])
  private static let fanOut = list(
    "AWS/Kinesis", .consumer, "ConsumerName",
    [("SubscribeToShardEvent.MillisBehindLatest", "Milliseconds", .maximum)])
  private static let lambda = list(
    "AWS/Lambda", .function, "FunctionName",
    [
      ("Invocations", "Count", .sum), ("Errors", "Count", .sum), ("Throttles", "Count", .sum),
      ("Duration", "Milliseconds", .average), ("ConcurrentExecutions", "Count", .maximum),
      ("IteratorAge", "Milliseconds", .maximum), ("AsyncEventsReceived", "Count", .sum),
      ("AsyncEventsDropped", "Count", .sum), ("AsyncEventAge", "Milliseconds", .maximum),
      ("DeadLetterErrors", "Count", .sum), ("DestinationDeliveryFailures", "Count", .sum),
    ])
  private static let sns = list(
    "AWS/SNS", .topic, "TopicName",
    [
      ("NumberOfMessagesPublished", "Count", .sum), ("NumberOfNotificationsDelivered", "Count", .sum),
      ("NumberOfNotificationsFailed", "Count", .sum), ("NumberOfNotificationsFilteredOut", "Count", .sum),
      ("NumberOfNotificationsRedrivenToDlq", "Count", .sum),
    ])
  private static let sqs = list(
    "AWS/SQS", .queue, "QueueName",
    [
      ("ApproximateNumberOfMessagesVisible", "Count", .maximum),
      ("ApproximateNumberOfMessagesNotVisible", "Count", .maximum),
      ("ApproximateNumberOfMessagesDelayed", "Count", .maximum),
      ("ApproximateAgeOfOldestMessage", "Seconds", .maximum),
      ("NumberOfMessagesSent", "Count", .sum), ("NumberOfMessagesReceived", "Count", .sum),
      ("NumberOfMessagesDeleted", "Count", .sum), ("NumberOfEmptyReceives", "Count", .sum),
      ("SentMessageSize", "Bytes", .average),
    ])
  private static let dynamodb = list(
    "AWS/DynamoDB", .table, "TableName",
    [
      ("ConsumedReadCapacityUnits", "Count", .sum), ("ConsumedWriteCapacityUnits", "Count", .sum),
      ("ReadThrottleEvents", "Count", .sum), ("WriteThrottleEvents", "Count", .sum),
      ("ThrottledRequests", "Count", .sum), ("SuccessfulRequestLatency", "Milliseconds", .average),
      ("ConditionalCheckFailedRequests", "Count", .sum),
    ])

  /// Source: fact sheet §8; names as in the request metrics of a bucket.
  private static let s3 = list(
    "AWS/S3", .bucket, "BucketName",
    [
      ("PutRequests", "Count", .sum), ("GetRequests", "Count", .sum), ("ListRequests", "Count", .sum),
      ("DeleteRequests", "Count", .sum), ("4xxErrors", "Count", .sum), ("5xxErrors", "Count", .sum),
      ("BytesUploaded", "Bytes", .sum), ("BytesDownloaded", "Bytes", .sum),
      ("TotalRequestLatency", "Milliseconds", .average),
    ])

  /// Source: fact sheet §9.
  private static let firehose = list(
    "AWS/Firehose", .deliveryStream, "DeliveryStreamName",
    [
      ("IncomingRecords", "Count", .sum), ("IncomingBytes", "Bytes", .sum),
      ("ThrottledRecords", "Count", .sum), ("DeliveryToS3.Records", "Count", .sum),
      ("DeliveryToS3.Success", "Count", .sum), ("DeliveryToS3.DataFreshness", "Seconds", .maximum),
    ])

  private static func list(
    _ namespace: String, _ kind: CloudWatchMetric.ResourceKind, _ dimension: String,
    _ rows: [(String, String, AlarmSpec.Statistic)]
  ) -> [CloudWatchMetric] {
    rows.map {
      .init(
        namespace: namespace, resource: kind, name: $0.0, unit: $0.1, statistic: $0.2, dimension: dimension)
    }
  }
}

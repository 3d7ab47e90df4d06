/// Event source mappings. Source: scenario format §6; bounds as in the CloudFormation schemas.
extension SchemaTable {
  /// Properties that an event source mapping and a SAM Kinesis event share.
  private static let mappingSettings: [PropertySchema] = [
    .init("Enabled", .boolean, default: "true", "whether the mapping polls"),
    .init("BatchSize", .integer, in: 1...10_000, default: "100", "records of one invocation at most"),
    .init(
      "StartingPosition", .enumeration(["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]),
      "where in the stream the mapping starts"),
    .init(
      "MaximumRetryAttempts", .integer, in: -1...10_000, default: "-1, until the records expire",
      since: .streamFailureControls, neutral: ["-1"], "retries of a failed batch"),
    .init(
      "MaximumRecordAgeInSeconds", .integer, in: -1...604_800, default: "-1, until the records expire",
      since: .streamFailureControls, neutral: ["-1"], "oldest record that is still delivered; -1 or from 60"),
    .init(
      "BisectBatchOnFunctionError", .boolean, default: "false", since: .streamFailureControls,
      neutral: ["false"],
      "whether a failed batch is tried again in halves"),
    .init(
      "ParallelizationFactor", .integer, in: 1...10, default: "1", since: .parallelizationFactor,
      neutral: ["1"], "invocations of one shard at a time"),
    .init(
      "MaximumBatchingWindowInSeconds", .integer, in: 0...300, default: "0", since: .batchingWindow,
      neutral: ["0"], "how long a batch is collected [s]"),
    .init(
      "TumblingWindowInSeconds", .integer, in: 0...900, default: "0, no windows", since: .tumblingWindows,
      neutral: ["0"], "length of an aggregation window [s]"),
    .init(
      "DestinationConfig",
      .object([
        .init(
          "OnFailure",
          .object([
            .init("Destination", .string, required: true, "queue, topic or bucket"),
            .init(
              "Type", .enumeration(["SQS", "SNS", "S3"]), effect: .none, "what the destination is, in SAM"),
          ]), "descriptions of records that were given up; a bucket gets the records too")
      ]), since: .streamFailureControls, "where records go that were given up"),
    .init(
      "FunctionResponseTypes", .list(.enumeration(["ReportBatchItemFailures"])), since: .partialBatchResponse,
      "whether the function's reply may name the items that failed"),
    .init(
      "FilterCriteria",
      .object([
        .init(
          "Filters",
          .list(
            .object([
              .init("Pattern", .string, "JSON; fields of a record under 'data', of a message under 'body'")
            ])),
          "patterns of which one has to match")
      ]), since: .eventFilters, "which records invoke the function; the others are passed over"),
    .init("StartingPositionTimestamp", .number, "instant of AT_TIMESTAMP [s since 1970]"),
    .init(
      "MetricsConfig",
      .object([
        .init(
          "Metrics", .list(.enumeration(["EventCount"])),
          "EventCount: how many events are polled, filtered,"
            + " handed over, failed and given up")
      ]), since: .mappingMetrics, "metrics of the mapping itself"),
  ]

  static let eventSourceMapping = ResourceSchema(
    type: "AWS::Lambda::EventSourceMapping",
    properties: [
      .init("EventSourceArn", .string, "the stream or queue that is read"),
      .init("FunctionName", .string, required: true, "the function that is invoked"),
    ],
    shared: mappingSettings + queueScaling,
    noEffect: [
      "Topics", "Queues", "SourceAccessConfigurations", "SelfManagedEventSource",
      "SelfManagedKafkaEventSourceConfig", "AmazonManagedKafkaEventSourceConfig",
      "DocumentDBEventSourceConfig",
      "KmsKeyArn", "LoggingConfig", "Tags",
    ],
    help: "polls a stream or a queue and invokes a function with batches")

  static let kinesisEvent = ResourceSchema(
    type: "Kinesis",
    properties: [.init("Stream", .string, required: true, "the stream that is read")],
    shared: mappingSettings,
    noEffect: ["KmsKeyArn"],
    help: "SAM event: an event source mapping from a stream")
}

/// Queues and the mappings that read them. Source: scenario format §6; bounds as in the CloudFormation schemas.
extension SchemaTable {
  static let queue = ResourceSchema(
    type: "AWS::SQS::Queue",
    properties: [
      .init(
        "VisibilityTimeout", .integer, in: 0...43_200, default: "30",
        "how long a received message is hidden from others [s]"),
      .init(
        "MessageRetentionPeriod", .integer, in: 60...1_209_600, default: "345600",
        "how long a message stays at most, from its first send [s]"),
      .init(
        "DelaySeconds", .integer, in: 0...900, default: "0", "how long a new message is invisible [s]"),
      .init(
        "ReceiveMessageWaitTimeSeconds", .integer, in: 0...20, default: "0",
        "how long a receive waits for a message [s]"),
      .init(
        "MaximumMessageSize", .integer, in: 1024...1_048_576, default: "the era's maximum",
        "largest message [B]"),
      .init(
        "RedrivePolicy",
        .either([.string, .object(redrive)]), "dead-letter queue, as a mapping or as JSON"),
      .gap("FifoQueue", neutral: ["false"], "order within message groups; a standard queue is taken"),
      .gap("ContentBasedDeduplication", neutral: ["false"], "deduplication of a FIFO queue"),
      .gap("DeduplicationScope", "deduplication of a FIFO queue"),
      .gap("FifoThroughputLimit", "throughput of a FIFO queue"),
    ],
    noEffect: [
      "QueueName", "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "RedriveAllowPolicy",
      "SqsManagedSseEnabled", "Tags",
    ],
    help:
      "keeps messages until a consumer has deleted them; receives are in order here, which AWS does not promise"
  )

  private static let redrive: [PropertySchema] = [
    .init("deadLetterTargetArn", .string, required: true, "the dead-letter queue"),
    .init("maxReceiveCount", .integer, in: 1...1000, required: true, "receives before a message is moved"),
  ]

  /// Properties that only mappings from queues have.
  static let queueScaling: [PropertySchema] = [
    .init(
      "ScalingConfig",
      .object([
        .init("MaximumConcurrency", .integer, in: 2...1000, "concurrent invocations by this mapping")
      ]), since: .maximumConcurrency, "concurrency of an SQS mapping"),
    .init(
      "ProvisionedPollerConfig",
      .object([
        .init("MinimumPollers", .integer, in: 2...200, default: "2", "pollers kept ready"),
        .init("MaximumPollers", .integer, in: 2...2000, default: "200", "pollers at most"),
      ]), since: .provisionedPollers, "pollers kept ready, each for ten concurrent invocations"),
  ]

  static let queueEvent = ResourceSchema(
    type: "SQS", since: .sqsTrigger,
    properties: [
      .init("Queue", .string, required: true, "the queue that is read"),
      .init("Enabled", .boolean, default: "true", "whether the mapping polls"),
      .init("BatchSize", .integer, in: 1...10_000, default: "10", "messages of one invocation at most"),
      .init(
        "MaximumBatchingWindowInSeconds", .integer, in: 0...300, default: "0", since: .batchingWindow,
        neutral: ["0"], "how long a batch is collected [s]"),
      .init(
        "FilterCriteria",
        .object([
          .init(
            "Filters",
            .list(.object([.init("Pattern", .string, "JSON; fields of the message under 'body'")])),
            "patterns of which one has to match")
        ]), since: .eventFilters, "which messages invoke the function; the others are deleted"),
      .init(
        "FunctionResponseTypes", .list(.enumeration(["ReportBatchItemFailures"])),
        since: .queuePartialBatchResponse, "whether the function's reply may name the messages that failed"),
    ],
    shared: queueScaling,
    noEffect: ["KmsKeyArn", "MetricsConfig"],
    help: "SAM event: an event source mapping from a queue")
}

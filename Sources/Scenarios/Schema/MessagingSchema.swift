/// Types that carry messages. Source: scenario format §6; bounds as in the CloudFormation schemas.
extension SchemaTable {
  static let kinesisStream = ResourceSchema(
    type: "AWS::Kinesis::Stream",
    properties: [
      .init("ShardCount", .integer, in: 1...100_000, default: "4 shards on demand", "number of shards"),
      .init(
        "RetentionPeriodHours", .integer, in: 1...8760, default: "24", "how long a record stays readable [h]"),
      .init(
        "StreamModeDetails",
        .object([
          .init(
            "StreamMode", .enumeration(["PROVISIONED", "ON_DEMAND"]), required: true, since: .onDemandStreams,
            effect: .notModelledYet, neutral: ["PROVISIONED"], "capacity mode")
        ]), "capacity mode; on-demand scaling is not modelled yet"),
      .gap("MaxRecordSizeInKiB", since: .largeKinesisRecords, neutral: ["1024"], "largest record"),
      .gap("WarmThroughputMiBps", since: .warmThroughput, "capacity kept ready"),
    ],
    noEffect: ["Name", "StreamEncryption", "Tags", "DesiredShardLevelMetrics"],
    help: "a stream of records in shards")

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
    .gap(
      "ParallelizationFactor", since: .parallelizationFactor, neutral: ["1"],
      "invocations of one shard at a time"),
    .gap(
      "MaximumBatchingWindowInSeconds", since: .batchingWindow, neutral: ["0"],
      "how long a batch is collected"),
    .gap(
      "TumblingWindowInSeconds", since: .tumblingWindows, neutral: ["0"], "length of an aggregation window"),
    .gap("DestinationConfig", since: .streamFailureControls, "where the metadata of discarded records goes"),
    .gap("FunctionResponseTypes", since: .partialBatchResponse, "partial batch responses"),
    .gap("FilterCriteria", since: .eventFilters, "which records invoke the function"),
    .gap("ScalingConfig", since: .maximumConcurrency, "concurrency of an SQS mapping"),
    .gap("ProvisionedPollerConfig", since: .provisionedPollers, "pollers kept ready"),
    .gap("StartingPositionTimestamp", "instant of AT_TIMESTAMP"),
  ]

  static let eventSourceMapping = ResourceSchema(
    type: "AWS::Lambda::EventSourceMapping",
    properties: [
      .init("EventSourceArn", .string, "the stream that is read"),
      .init("FunctionName", .string, required: true, "the function that is invoked"),
    ],
    shared: mappingSettings,
    noEffect: [
      "Topics", "Queues", "SourceAccessConfigurations", "SelfManagedEventSource",
      "SelfManagedKafkaEventSourceConfig", "AmazonManagedKafkaEventSourceConfig",
      "DocumentDBEventSourceConfig",
      "KmsKeyArn", "MetricsConfig", "LoggingConfig", "Tags",
    ],
    help: "polls a stream and invokes a function with batches of its records")

  static let kinesisEvent = ResourceSchema(
    type: "Kinesis",
    properties: [.init("Stream", .string, required: true, "the stream that is read")],
    shared: mappingSettings,
    noEffect: ["KmsKeyArn", "MetricsConfig"],
    help: "SAM event: an event source mapping from a stream")

  static let snsTopic = ResourceSchema(
    type: "AWS::SNS::Topic",
    properties: [
      .init(
        "Subscription",
        .list(
          .object([
            .init("Endpoint", .string, required: true, "who receives"),
            .init("Protocol", .enumeration(subscriptionProtocols), required: true, "how it is delivered"),
          ])), "subscriptions in short"),
      .gap("FifoTopic", neutral: ["false"], "order and deduplication"),
      .gap("ContentBasedDeduplication", neutral: ["false"], "deduplication of a FIFO topic"),
      .gap("FifoThroughputScope", "throughput of a FIFO topic"),
    ],
    noEffect: [
      "TopicName", "DisplayName", "KmsMasterKeyId", "Tags", "DeliveryStatusLogging", "TracingConfig",
      "SignatureVersion", "ArchivePolicy", "DataProtectionPolicy",
    ],
    help: "hands each message to every subscription")

  private static let subscriptionProtocols = [
    "lambda", "sqs", "firehose", "http", "https", "email", "email-json", "sms", "application",
  ]

  static let snsSubscription = ResourceSchema(
    type: "AWS::SNS::Subscription",
    properties: [
      .init("TopicArn", .string, required: true, "the topic"),
      .init("Protocol", .enumeration(subscriptionProtocols), required: true, "how it is delivered"),
      .init("Endpoint", .string, "who receives"),
      .gap("FilterPolicy", "which messages are delivered"),
      .gap("RedrivePolicy", since: .subscriptionDeadLetters, "dead-letter queue of the subscription"),
      .gap("DeliveryPolicy", "retries of HTTP endpoints"),
    ],
    noEffect: ["FilterPolicyScope", "RawMessageDelivery", "Region", "SubscriptionRoleArn", "ReplayPolicy"],
    help: "delivers the messages of a topic to one endpoint")

  static let snsEvent = ResourceSchema(
    type: "SNS",
    properties: [
      .init("Topic", .string, required: true, "the topic"),
      .gap("FilterPolicy", "which messages are delivered"),
      .gap("RedrivePolicy", since: .subscriptionDeadLetters, "dead-letter queue of the subscription"),
      .gap("SqsSubscription", neutral: ["false"], "a queue between topic and function"),
    ],
    noEffect: ["FilterPolicyScope", "Region"],
    help: "SAM event: a subscription of the function to a topic")
}

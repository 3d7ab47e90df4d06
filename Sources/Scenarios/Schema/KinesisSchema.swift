/// Streams and their consumers. Source: scenario format §6; bounds as in the CloudFormation schemas.
extension SchemaTable {
  static let kinesisStream = ResourceSchema(
    type: "AWS::Kinesis::Stream",
    properties: [
      .init("ShardCount", .integer, in: 1...100_000, "number of shards of a provisioned stream"),
      .init(
        "RetentionPeriodHours", .integer, in: 1...8760, default: "24", "how long a record stays readable [h]"),
      .init(
        "StreamModeDetails",
        .object([
          .init(
            "StreamMode", .enumeration(["PROVISIONED", "ON_DEMAND"]), required: true, since: .onDemandStreams,
            neutral: ["PROVISIONED"], "capacity mode")
        ]), default: "PROVISIONED", "whether capacity is given or follows the traffic"),
      .gap("MaxRecordSizeInKiB", since: .largeKinesisRecords, neutral: ["1024"], "largest record"),
      .gap("WarmThroughputMiBps", since: .warmThroughput, "capacity kept ready"),
    ],
    noEffect: ["Name", "StreamEncryption", "Tags", "DesiredShardLevelMetrics"],
    help: "a stream of records in shards")

  static let streamConsumer = ResourceSchema(
    type: "AWS::Kinesis::StreamConsumer", since: .enhancedFanOut,
    properties: [
      .init("StreamARN", .string, required: true, "the stream"),
      .init("ConsumerName", .string, required: true, "name, for the metrics' dimension"),
    ],
    noEffect: ["Tags"],
    help: "a consumer with enhanced fan-out: 2 MB/s of every shard for itself")
}

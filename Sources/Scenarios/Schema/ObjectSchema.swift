/// Types that keep and carry bulk data. Source: fact sheet §8, §9; bounds as in the CloudFormation schemas.
extension SchemaTable {
  private static let bucketFilter = PropertySchema(
    "Filter",
    .object([
      .init(
        "S3Key",
        .object([
          .init(
            "Rules",
            .list(
              .object([
                .init(
                  "Name", .enumeration(["prefix", "suffix", "Prefix", "Suffix"]), required: true,
                  "end of the key"),
                .init("Value", .string, required: true, "text that the key has there"),
              ])), required: true, "conditions on the key")
        ]), required: true, "conditions on the key")
    ]), "which keys count")

  private static func notifications(_ target: String, _ help: String) -> PropertySchema {
    PropertySchema(
      "\(target)Configurations",
      .list(
        .object([
          .init("Event", .string, required: true, "s3:ObjectCreated:* and the like"),
          .init(target == "Lambda" ? "Function" : target, .string, required: true, "who is told"),
          bucketFilter,
        ])), help)
  }

  static let bucket = ResourceSchema(
    type: "AWS::S3::Bucket",
    properties: [
      .init(
        "NotificationConfiguration",
        .object([
          notifications("Lambda", "functions that events invoke"),
          notifications("Queue", "queues that events go to"),
          notifications("Topic", "topics that events go to"),
          .gap("EventBridgeConfiguration", "events to EventBridge"),
        ]), "who is told about written and deleted objects"),
      .gap("ReplicationConfiguration", "copies to other buckets"),
    ],
    noEffect: [
      "AbacStatus", "AccelerateConfiguration", "AccessControl", "AnalyticsConfigurations", "BucketEncryption",
      "BucketName", "BucketNamePrefix", "BucketNamespace", "CorsConfiguration",
      "IntelligentTieringConfigurations", "InventoryConfigurations", "LifecycleConfiguration",
      "LoggingConfiguration", "MetadataConfiguration", "MetadataTableConfiguration", "MetricsConfigurations",
      "ObjectLockConfiguration", "ObjectLockEnabled", "OwnershipControls", "PublicAccessBlockConfiguration",
      "Tags", "VersioningConfiguration", "WebsiteConfiguration",
    ],
    help: "keeps objects under keys and tells about them")

  private static let s3Destination: [PropertySchema] =
    [
      .init("BucketARN", .string, required: true, "the bucket"),
      .init(
        "BufferingHints",
        .object([
          .init(
            "IntervalInSeconds", .integer, in: 0...900, default: "300", "an object collects this long [s]"),
          .init("SizeInMBs", .integer, in: 1...128, default: "5", "an object collects this much [MiB]"),
        ]), "whichever is reached first ends an object"),
      .init("Prefix", .string, "what the keys of the objects begin with"),
      .gap("ProcessingConfiguration", "a function that changes the records"),
      .gap("DynamicPartitioningConfiguration", "objects by the content of the records"),
      .gap("DataFormatConversionConfiguration", "conversion to columns"),
    ]
    + PropertySchema.noEffect([
      "RoleARN", "CloudWatchLoggingOptions", "CompressionFormat", "CustomTimeZone", "EncryptionConfiguration",
      "ErrorOutputPrefix", "FileExtension", "S3BackupConfiguration", "S3BackupMode",
    ])

  static let deliveryStream = ResourceSchema(
    type: "AWS::KinesisFirehose::DeliveryStream",
    properties: [
      .init(
        "DeliveryStreamType",
        .enumeration(["DirectPut", "KinesisStreamAsSource", "MSKAsSource", "DatabaseAsSource"]),
        default: "DirectPut", "where records come from"),
      .init(
        "KinesisStreamSourceConfiguration",
        .object(
          [.init("KinesisStreamARN", .string, required: true, "the stream that it reads")]
            + PropertySchema.noEffect(["RoleARN"])), "the stream that it reads"),
      .init("S3DestinationConfiguration", .object(s3Destination), "the bucket that it writes to"),
      .init("ExtendedS3DestinationConfiguration", .object(s3Destination), "the bucket that it writes to"),
      .gap("AmazonopensearchserviceDestinationConfiguration", "delivery to OpenSearch"),
      .gap("AmazonOpenSearchServerlessDestinationConfiguration", "delivery to OpenSearch"),
      .gap("ElasticsearchDestinationConfiguration", "delivery to Elasticsearch"),
      .gap("HttpEndpointDestinationConfiguration", "delivery to an HTTP endpoint"),
      .gap("IcebergDestinationConfiguration", "delivery to Iceberg tables"),
      .gap("RedshiftDestinationConfiguration", "delivery to Redshift"),
      .gap("SnowflakeDestinationConfiguration", "delivery to Snowflake"),
      .gap("SplunkDestinationConfiguration", "delivery to Splunk"),
      .gap("DirectPutSourceConfiguration", "throughput hint of direct puts"),
      .gap("MSKSourceConfiguration", "a Kafka source"),
      .gap("DatabaseSourceConfiguration", "a database source"),
    ],
    noEffect: ["DeliveryStreamName", "DeliveryStreamEncryptionConfigurationInput", "Tags"],
    help: "collects records and writes them to a bucket, many to an object")

  static let s3Event = ResourceSchema(
    type: "S3",
    properties: [
      .init("Bucket", .string, required: true, "the bucket, of the same template"),
      .init("Events", .either([.string, .list(.string)]), required: true, "s3:ObjectCreated:* and the like"),
      bucketFilter,
    ],
    help: "SAM event: objects of a bucket invoke the function")
}

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

  static let s3Event = ResourceSchema(
    type: "S3",
    properties: [
      .init("Bucket", .string, required: true, "the bucket, of the same template"),
      .init("Events", .either([.string, .list(.string)]), required: true, "s3:ObjectCreated:* and the like"),
      bucketFilter,
    ],
    help: "SAM event: objects of a bucket invoke the function")
}

/// Types that compute, start work or watch. Source: scenario format §6; bounds as in the CloudFormation schemas.
extension SchemaTable {
  private static let functionSettings: [PropertySchema] = [
    .init("Timeout", .integer, in: 1...900, default: "3", "an invocation is killed after this [s]"),
    .init(
      "MemorySize", .integer, in: 128...32_768, default: "128",
      "memory of an environment, and its share of CPU [MB]"),
    .init(
      "ReservedConcurrentExecutions", .integer, in: 0...1_000_000, since: .reservedConcurrency,
      "concurrent executions set aside for the function, and its limit"),
    .init(
      "Architectures", .list(.enumeration(["x86_64", "arm64"])), default: "[x86_64]",
      "processor, for the price"),
    .gap("VpcConfig", "a function inside a VPC starts later in older eras"),
    .gap("SnapStart", "start from a snapshot"),
  ]
  private static let functionExtras = [
    "CodeSigningConfigArn", "Description", "Environment", "EphemeralStorage", "FileSystemConfigs",
    "FunctionName",
    "Handler", "ImageConfig", "KmsKeyArn", "Layers", "LoggingConfig", "PackageType", "RecursiveLoop", "Role",
    "Runtime", "RuntimeManagementConfig", "Tags", "TenancyConfig", "CapacityProviderConfig", "DurableConfig",
    "FunctionScalingConfig", "PublishToLatestPublished",
  ]

  static let lambdaFunction = ResourceSchema(
    type: "AWS::Lambda::Function",
    properties: [
      .init(
        "DeadLetterConfig",
        .object([.init("TargetArn", .string, "queue or topic")]), since: .asyncDeadLetters,
        "where asynchronous events go that the function could not handle")
    ],
    shared: functionSettings,
    noEffect: functionExtras + ["Code", "TracingConfig"],
    help: "a function; its behaviour stands under Simulation.functions")

  private static let destination: [PropertySchema] = [
    .init("Destination", .string, "queue, topic, function, bucket or event bus"),
    .init(
      "Type", .enumeration(["SQS", "SNS", "Lambda", "EventBridge", "S3"]), effect: .none,
      "what the destination is, in SAM"),
  ]

  private static let invokeSettings: [PropertySchema] = [
    .init(
      "MaximumRetryAttempts", .integer, in: 0...2, default: "2", since: .asyncRetrySettings, neutral: ["2"],
      "retries of an asynchronous event whose handler failed"),
    .init(
      "MaximumEventAgeInSeconds", .integer, in: 60...21_600, default: "21600", since: .asyncRetrySettings,
      neutral: ["21600"], "longest wait of an asynchronous event"),
    .init(
      "DestinationConfig",
      .object([
        .init("OnFailure", .object(destination), "records of events that were given up"),
        .init("OnSuccess", .object(destination), "records of events that were handled"),
      ]), since: .asyncDestinations, "where results or failures go"),
  ]

  static let serverlessFunction = ResourceSchema(
    type: "AWS::Serverless::Function",
    properties: [
      .init(
        "Events",
        .names(
          .object([
            .init("Type", .string, required: true, "type of the event"),
            .init("Properties", .any, "settings of the event"),
          ])), "what invokes the function"),
      .init("EventInvokeConfig", .object(invokeSettings), "settings of asynchronous invocation"),
      .init(
        "DeadLetterQueue",
        .object([
          .init("TargetArn", .string, required: true, "queue or topic"),
          .init("Type", .enumeration(["SQS", "SNS"]), required: true, effect: .none, "what the target is"),
        ]), since: .asyncDeadLetters, "where asynchronous events go that the function could not handle"),
      .gap("ProvisionedConcurrencyConfig", since: .provisionedConcurrency, "environments kept ready"),
    ],
    shared: functionSettings,
    noEffect: functionExtras + [
      "CodeUri", "InlineCode", "ImageUri", "Policies", "PermissionsBoundary", "AutoPublishAlias",
      "AutoPublishAliasAllProperties", "AutoPublishCodeSha256", "DeploymentPreference", "Tracing",
      "FunctionUrlConfig", "VersionDescription", "VersionDeletionPolicy", "AssumeRolePolicyDocument",
      "RolePath",
      "PropagateTags", "SourceKMSKeyArn",
    ],
    help: "a function in SAM, with the events that invoke it")

  static let eventInvokeConfig = ResourceSchema(
    type: "AWS::Lambda::EventInvokeConfig", since: .asyncRetrySettings,
    properties: [
      .init("FunctionName", .string, required: true, "the function"),
      .init("Qualifier", .string, required: true, "version or alias"),
    ],
    shared: invokeSettings,
    help: "settings of asynchronous invocation")

  private static let throughput = PropertySchema(
    "ProvisionedThroughput",
    .object([
      .init("ReadCapacityUnits", .integer, in: 1...1_000_000, required: true, "read units a second"),
      .init("WriteCapacityUnits", .integer, in: 1...1_000_000, required: true, "write units a second"),
    ]), "provisioned capacity")

  static let dynamodbTable = ResourceSchema(
    type: "AWS::DynamoDB::Table",
    properties: [
      .init(
        "KeySchema",
        .list(
          .object([
            .init("AttributeName", .string, required: true, "name of the attribute"),
            .init("KeyType", .enumeration(["HASH", "RANGE"]), required: true, "role in the key"),
          ])), required: true, "attributes of the key"),
      .init(
        "BillingMode", .enumeration(["PROVISIONED", "PAY_PER_REQUEST"]), default: "PROVISIONED",
        since: .onDemandTables, neutral: ["PROVISIONED"], "capacity mode"),
      throughput,
      .gap("OnDemandThroughput", since: .onDemandTables, "cap of an on-demand table"),
      .gap("GlobalSecondaryIndexes", "writes to indexes cost and throttle too"),
      .gap("WarmThroughput", since: .warmThroughput, "capacity kept ready"),
      .gap("KinesisStreamSpecification", "changes go to a stream"),
    ],
    noEffect: [
      "AttributeDefinitions", "TableName", "LocalSecondaryIndexes", "StreamSpecification", "SSESpecification",
      "Tags", "TimeToLiveSpecification", "PointInTimeRecoverySpecification",
      "ContributorInsightsSpecification",
      "DeletionProtectionEnabled", "ImportSourceSpecification", "ResourcePolicy", "TableClass",
    ],
    help: "a table of items")

  static let simpleTable = ResourceSchema(
    type: "AWS::Serverless::SimpleTable",
    properties: [
      .init(
        "PrimaryKey",
        .object([
          .init("Name", .string, required: true, "name of the key attribute"),
          .init("Type", .string, required: true, "its type"),
        ]), default: "{Name: id, Type: String}", "key of the table"),
      throughput,
    ],
    noEffect: ["TableName", "SSESpecification", "Tags", "PointInTimeRecoverySpecification"],
    help: "a table in SAM")

  private static let targetProperties: [PropertySchema] =
    [
      .init("Arn", .string, required: true, "the function that is invoked"),
      .gap("DeadLetterConfig", "where failed events go"),
      .gap("RetryPolicy", "retries towards the target"),
    ]
    + PropertySchema.noEffect([
      "Id", "Input", "InputPath", "InputTransformer", "RoleArn", "EcsParameters", "EventBridgeParameters",
      "KinesisParameters", "SqsParameters", "HttpParameters", "BatchParameters", "RunCommandParameters",
      "RedshiftDataParameters", "SageMakerPipelineParameters", "AppSyncParameters",
    ])

  static let eventsRule = ResourceSchema(
    type: "AWS::Events::Rule",
    properties: [
      .init("ScheduleExpression", .string, "rate(...) or cron(...), UTC"),
      .init("State", .enumeration(["ENABLED", "DISABLED"]), default: "ENABLED", "whether the rule fires"),
      .init(
        "Targets",
        .list(.object(targetProperties)), "who is invoked"),
      .gap("EventPattern", "which events of the bus are delivered"),
    ],
    noEffect: ["Name", "Description", "EventBusName", "RoleArn", "Tags"],
    help: "fires on a schedule")

  static let schedulerSchedule = ResourceSchema(
    type: "AWS::Scheduler::Schedule", since: .scheduler,
    properties: [
      .init("ScheduleExpression", .string, required: true, "rate(...) or cron(...)"),
      .init(
        "State", .enumeration(["ENABLED", "DISABLED"]), default: "ENABLED", "whether the schedule fires"),
      .init(
        "Target",
        .object(targetProperties), required: true, "who is invoked"),
      .init(
        "FlexibleTimeWindow",
        .object([
          .init(
            "Mode", .enumeration(["OFF", "FLEXIBLE"]), required: true, effect: .notModelledYet,
            neutral: ["OFF"],
            "whether it may fire later"),
          .gap("MaximumWindowInMinutes", "how much later"),
        ]), required: true, "spread of the firing time"),
      .gap("ScheduleExpressionTimezone", neutral: ["UTC"], "time zone of the expression"),
      .gap("StartDate", "first day"), .gap("EndDate", "last day"),
    ],
    noEffect: ["Name", "Description", "GroupName", "KmsKeyArn"],
    help: "fires on a schedule")

  static let scheduleEvent = ResourceSchema(
    type: "Schedule",
    properties: [
      .init("Schedule", .string, required: true, "rate(...) or cron(...), UTC"),
      .init("Enabled", .boolean, default: "true", "whether the rule fires"),
      .init("State", .enumeration(["ENABLED", "DISABLED"]), default: "ENABLED", "whether the rule fires"),
      .gap("DeadLetterConfig", "where failed events go"), .gap("RetryPolicy", "retries towards the target"),
    ],
    noEffect: ["Name", "Description", "Input", "RoleArn"],
    help: "SAM event: a rule that fires on a schedule")

  static let scheduleV2Event = ResourceSchema(
    type: "ScheduleV2", since: .scheduler,
    properties: [
      .init("ScheduleExpression", .string, required: true, "rate(...) or cron(...)"),
      .init(
        "State", .enumeration(["ENABLED", "DISABLED"]), default: "ENABLED", "whether the schedule fires"),
      .gap("FlexibleTimeWindow", "spread of the firing time"),
      .gap("ScheduleExpressionTimezone", neutral: ["UTC"], "time zone of the expression"),
      .gap("StartDate", "first day"), .gap("EndDate", "last day"),
      .gap("DeadLetterConfig", "where failed events go"), .gap("RetryPolicy", "retries towards the target"),
    ],
    noEffect: [
      "Name", "Description", "GroupName", "Input", "KmsKeyArn", "OmitName", "PermissionsBoundary", "RoleArn",
    ],
    help: "SAM event: an EventBridge Scheduler schedule")

  static let alarm = ResourceSchema(
    type: "AWS::CloudWatch::Alarm",
    properties: [
      .init("Namespace", .string, "namespace of the metric"),
      .init("MetricName", .string, "the metric"),
      .init(
        "Dimensions",
        .list(
          .object([
            .init("Name", .string, required: true, "FunctionName, StreamName, TopicName or TableName"),
            .init("Value", .string, required: true, "the resource"),
          ])), "the resource whose metric is watched"),
      .init(
        "Statistic", .enumeration(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]),
        "statistic of a period"),
      .init("ExtendedStatistic", .string, "percentile of a period: p95"),
      .init("Period", .integer, in: 10...86_400, "length of a period, a multiple of 60 [s]"),
      .init("EvaluationPeriods", .integer, in: 1...86_400, required: true, "periods that are looked at"),
      .init(
        "DatapointsToAlarm", .integer, in: 1...86_400, default: "EvaluationPeriods",
        "breaching periods that alarm"),
      .init("Threshold", .number, "limit of the statistic"),
      .init(
        "ComparisonOperator",
        .enumeration([
          "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold",
          "LessThanOrEqualToThreshold",
          "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold",
        ]), required: true, "which side of the limit breaches"),
      .init(
        "TreatMissingData", .enumeration(["missing", "ignore", "breaching", "notBreaching"]),
        default: "missing; ignore for AWS/DynamoDB", "what a period without samples counts as"),
      .gap("Metrics", "metric math"), .gap("ThresholdMetricId", "anomaly detection"),
      .gap("EvaluateLowSampleCountPercentile", "percentiles of few samples"),
    ],
    noEffect: [
      "AlarmName", "AlarmDescription", "AlarmActions", "OKActions", "InsufficientDataActions",
      "ActionsEnabled",
      "Unit", "Tags",
    ],
    help: "watches a metric")
}

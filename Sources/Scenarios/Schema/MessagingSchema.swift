/// Types that carry messages. Source: scenario format §6; bounds as in the CloudFormation schemas.
extension SchemaTable {
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
      .init(
        "FilterPolicy", .either([.string, .any]), since: .filterPolicies, "which messages are delivered"),
      .init(
        "FilterPolicyScope", .enumeration(["MessageAttributes", "MessageBody"]), default: "MessageAttributes",
        "what the policy looks at: both are the fields of the message here"),
      .init(
        "RedrivePolicy",
        .either([
          .string, .object([.init("deadLetterTargetArn", .string, required: true, "the dead-letter queue")]),
        ]), since: .subscriptionDeadLetters, "dead-letter queue of the subscription"),
      .gap("DeliveryPolicy", "retries of HTTP endpoints"),
    ],
    noEffect: ["RawMessageDelivery", "Region", "SubscriptionRoleArn", "ReplayPolicy"],
    help: "delivers the messages of a topic to one endpoint")

  static let snsEvent = ResourceSchema(
    type: "SNS",
    properties: [
      .init("Topic", .string, required: true, "the topic"),
      .init(
        "FilterPolicy", .either([.string, .any]), since: .filterPolicies, "which messages are delivered"),
      .init(
        "FilterPolicyScope", .enumeration(["MessageAttributes", "MessageBody"]), default: "MessageAttributes",
        "what the policy looks at: both are the fields of the message here"),
      .init(
        "RedrivePolicy",
        .either([
          .string, .object([.init("deadLetterTargetArn", .string, required: true, "the dead-letter queue")]),
        ]), since: .subscriptionDeadLetters, "dead-letter queue of the subscription"),
      .init(
        "SqsSubscription",
        .either([
          .boolean,
          .object([
            .init("BatchSize", .integer, in: 1...10_000, default: "10", "messages of one invocation at most"),
            .init("Enabled", .boolean, default: "true", "whether the mapping polls"),
            .init("QueueArn", .string, "an existing queue"),
            .init("QueueUrl", .string, effect: .none, "the same queue"),
            .init("QueuePolicyLogicalId", .string, effect: .none, "name of the policy"),
          ]),
        ]), neutral: ["false"], "a queue between topic and function"),
    ],
    noEffect: ["Region"],
    help: "SAM event: a subscription of the function to a topic")
}

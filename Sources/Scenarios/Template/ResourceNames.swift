/// The name a resource has in its service, as it stands in ARNs.
package struct PhysicalName: Sendable, Hashable {
  /// The service part of an ARN: `sns`, `kinesis`, ...
  package var service: String
  package var name: String
  package init(service: String, name: String) {
    self.service = service
    self.name = name
  }
}

extension PhysicalName {
  /// The service and the property that holds the name, by resource type.
  ///
  /// Source: CloudFormation resource reference, "Return values" of each type.
  static let properties: [String: (service: String, property: String)] = [
    "AWS::SNS::Topic": ("sns", "TopicName"),
    "AWS::SQS::Queue": ("sqs", "QueueName"),
    "AWS::Lambda::Function": ("lambda", "FunctionName"),
    "AWS::Serverless::Function": ("lambda", "FunctionName"),
    "AWS::Kinesis::Stream": ("kinesis", "Name"),
    "AWS::Kinesis::StreamConsumer": ("kinesis-consumer", "ConsumerName"),
    "AWS::DynamoDB::Table": ("dynamodb", "TableName"),
    "AWS::Serverless::SimpleTable": ("dynamodb", "TableName"),
    "AWS::S3::Bucket": ("s3", "BucketName"),
    "AWS::Events::Rule": ("events", "Name"),
    "AWS::Events::EventBus": ("events", "Name"),
    "AWS::KinesisFirehose::DeliveryStream": ("firehose", "DeliveryStreamName"),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "AlarmName"),
    "AWS::StepFunctions::StateMachine": ("states", "StateMachineName"),
    "AWS::Serverless::StateMachine": ("states", "Name"),
  ]
}

extension ResolvedTemplate {
  /// The resource a value names: by `Ref` or `GetAtt`, by an ARN or URL that ends in a known name, or by its name.
  ///
  /// Names that the template itself does not define give nothing.
  package func referencedResource(_ node: Node) -> ResourceReference? {
    guard let text = node.text, !text.isEmpty else { return nil }
    if let (reference, rest) = TemplateText.leadingReference(text) {
      // `${Function.Arn}:live` and `${Table.Arn}/stream/...` belong to the resource they begin with.
      let isWhole = rest.isEmpty || rest.hasPrefix(":") || rest.hasPrefix("/")
      return isWhole && resource(reference.logicalID) != nil ? reference : nil
    }
    if text.hasPrefix("arn:") { return fromARN(text) }
    if text.hasPrefix("https://sqs.") {
      return TemplateText.split(text, by: "/").last.flatMap {
        named($0, service: "sqs", attribute: "QueueUrl")
      }
    }
    return byBareName(text)
  }

  /// Source: service authorization reference, "Resource types" (forms of ARNs).
  private func fromARN(_ text: String) -> ResourceReference? {
    let parts = TemplateText.split(text, by: ":")
    guard parts.count >= 6 else { return nil }
    let service = parts[2]
    let path = TemplateText.split(parts[5], by: "/")
    let name: String?
    switch service {
    case "lambda", "states", "cloudwatch": name = parts.count > 6 ? parts[6] : nil
    case "kinesis", "dynamodb", "firehose": name = path.count > 1 ? path[1] : nil
    case "s3": name = path.first
    default: name = path.last
    }
    return name.flatMap { named($0, service: service, attribute: "Arn") }
  }

  private func named(_ name: String, service: String, attribute: String) -> ResourceReference? {
    if let (reference, rest) = TemplateText.leadingReference(name), rest.isEmpty {
      guard resource(reference.logicalID) != nil else { return nil }
      return ResourceReference(logicalID: reference.logicalID, attribute: attribute)
    }
    return physicalNames[PhysicalName(service: service, name: name)].map {
      ResourceReference(logicalID: $0, attribute: attribute)
    }
  }

  /// A physical name by itself, when resources of one service only have it.
  private func byBareName(_ name: String) -> ResourceReference? {
    let services = [
      "lambda", "kinesis", "sns", "sqs", "dynamodb", "s3", "events", "firehose", "cloudwatch", "states",
      "kinesis-consumer",
    ]
    let ids = services.compactMap { physicalNames[PhysicalName(service: $0, name: name)] }
    guard ids.count == 1, let id = ids.first else { return nil }
    return ResourceReference(logicalID: id, attribute: nil)
  }
}

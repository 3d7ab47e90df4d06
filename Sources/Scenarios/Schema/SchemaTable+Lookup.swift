extension SchemaTable {
  /// Types that become part of the system.
  package static func isModelled(_ type: String) -> Bool { resource(type) != nil }

  /// Prefixes of types that carry or process messages: leaving them out may change the result.
  private static let significantPrefixes = [
    "AWS::Kinesis::StreamConsumer",
    "AWS::Pipes::",
    "AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine", "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api", "AWS::Serverless::Api", "AWS::Serverless::HttpApi",
    "AWS::ApplicationAutoScaling::",
    "AWS::Events::EventBus", "AWS::MSK::", "AWS::AmazonMQ::", "AWS::Lambda::Alias",
  ]
  /// Whether a type without a model would change what a modelled neighbour does.
  package static func isSignificant(_ type: String) -> Bool {
    significantPrefixes.contains { type.hasPrefix($0) }
  }
}

extension Node {
  /// Whether the value is a reference or something that nobody knows before deployment.
  var isOpenValue: Bool { opaqueReason != nil || displayText != text }
}

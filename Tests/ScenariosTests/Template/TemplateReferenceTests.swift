import Testing

@testable import Scenarios

@Suite struct `Values name resources` {
  @Test(arguments: [
    ("!Ref Topic", "Topic"), ("!GetAtt Stream.Arn", "Stream.Arn"),
    ("!GetAtt Table.StreamArn", "Table.StreamArn"),
    ("!GetAtt Consumer.ConsumerARN", "Consumer.ConsumerARN"),
    ("!Sub 'arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${Topic.TopicName}'", "Topic.Arn"),
    ("!Sub 'arn:aws:sns:eu-west-1:1:orders'", "Topic.Arn"), ("'arn:aws:sns:eu-west-1:1:orders'", "Topic.Arn"),
    ("!Join [':', ['arn:aws:kinesis:eu-west-1:1', !Join ['/', [stream, !Ref Stream]]]]", "Stream.Arn"),
    ("'arn:aws:kinesis:eu-west-1:1:stream/clicks'", "Stream.Arn"),
    ("'arn:aws:dynamodb:eu-west-1:1:table/state/stream/2020'", "Table.Arn"),
    ("!Sub 'arn:aws:lambda:eu-west-1:1:function:${Function}:live'", "Function.Arn"),
    ("!Sub '${Function.Arn}:live'", "Function.Arn"), ("!Ref Function.Alias", "Function.Alias"),
    ("!Sub 'https://sqs.${AWS::Region}.amazonaws.com/1/${Queue.QueueName}'", "Queue.QueueUrl"),
    ("clicks", "Stream"), ("orders", "nothing: two services use the name"),
    ("'arn:aws:sns:eu-west-1:1:other'", "nothing"), ("!Sub 'prefix-${Topic}'", "nothing"),
    ("'${Topic}'", "nothing"),
    ("!Ref AWS::Region", "nothing"), ("[!Ref Topic]", "nothing"),
  ])
  func `by reference, ARN, URL or name`(text: String, expected: String) throws {
    let (template, found) = try resolve(
      """
      Transform: AWS::Serverless-2016-10-31
      Resources:
        Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: orders}}
        Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}
        Stream: {Type: AWS::Kinesis::Stream, Properties: {Name: clicks}}
        Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: state}}
        Consumer: {Type: AWS::Kinesis::StreamConsumer}
        Function: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live}}
        Probe: {Type: Custom::Probe, Properties: {Value: \(text)}}
      """)
    #expect(found == [])
    let value = try #require(template.resource("Probe")?.properties["Value"])
    let shown = template.referencedResource(value).map {
      $0.logicalID + ($0.attribute.map { "." + $0 } ?? "")
    }
    #expect(shown ?? "nothing" == expected.prefix { $0 != ":" })
  }

  @Test(arguments: [
    ("Resources: [a]", "T201 1:12 Resources is a map of logical ids"),
    ("Resources: {A: 1}", "T201 1:13 resource 'A' is a map with Type and Properties"),
    ("Resources: {A: {Properties: {}}}", "T201 1:13 resource 'A' has no Type"),
    ("Resources: {A: {Type: T, Properties: [1]}}", "T201 1:38 Properties is a map"),
    ("Resources: {A: {Type: T, Propertys: {}}}", "T202 1:26 a resource has no key 'Propertys'"),
    (
      "Resources: {A: {Type: T, DependsOn: BB}, B: {Type: T}}",
      "T213 1:37 DependsOn: 'BB' is not a resource of this template"
    ),
    (
      "Transform: My::Macro\nResources: {}",
      "M504 1:12 transform 'My::Macro' is not run; what it would add is missing here"
    ),
    (
      "Resources: {A: {Type: 'AWS::Serverless::SimpleTable'}}",
      "M507 1:23 AWS::Serverless::SimpleTable needs 'Transform: AWS::Serverless-2016-10-31' to be deployed"
    ),
    (
      "Resources: {'Fn::ForEach::X': [a, [b], {}]}",
      "M502 1:13 Fn::ForEach::X is not evaluated; its resources are missing"
    ),
  ])
  func `the frame of a resource is checked`(text: String, expected: String) throws {
    let found = try resolve(text).found
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(expected) == true, "\(found)")
  }
}

import Testing

@testable import Scenarios

@Suite struct `What is toggled off takes along what means nothing without it` {
  static let scenario = """
    Resources:
      Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
      Index:
        Type: AWS::Serverless::Function
        Properties:
          Events: {S: {Type: Kinesis, Properties: {Stream: !GetAtt Events.Arn}}}
      Push:
        Type: AWS::Serverless::Function
        DependsOn: [Index, Events]
        Properties:
          Policies: [{LambdaInvokePolicy: {FunctionName: !Ref Index}}, AWSXrayWriteOnlyAccess]
          Environment: {Variables: {INDEX: !Ref Index, ALARM: !Sub "${IndexAlarm}-x", STREAM: !Ref Events}}
          Events: {S: {Type: Kinesis, Properties: {Stream: !GetAtt IndexConsumer.ConsumerARN}}}
      IndexConsumer:
        Type: AWS::Kinesis::StreamConsumer
        Properties: {ConsumerName: index, StreamARN: !GetAtt Events.Arn}
      IndexAlarm:
        Type: AWS::CloudWatch::Alarm
        Properties: {Dimensions: [{Name: FunctionName, Value: !Ref Index}]}
      Mapping:
        Type: AWS::Lambda::EventSourceMapping
        Properties: {FunctionName: !Ref Index, EventSourceArn: !GetAtt Events.Arn}
      Rule:
        Type: AWS::Events::Rule
        Properties: {Targets: [{Id: a, Arn: !GetAtt Index.Arn}, {Id: b, Arn: !GetAtt Push.Arn}]}
    Outputs:
      A: {Value: !Ref Index}
      B: {Value: !Ref Push}
    Simulation:
      services: {Api: {latency: 1s}, Mail: {latency: 1s}}
      workloads:
        events: {into: Events}
        direct: {into: Index}
      functions:
        Index: {perMessage: [{call: {service: Api}}]}
        Push:
          perMessage:
            - invoke: {function: Index}
            - parallel: {branches: [[{invoke: {function: Index}}], [{call: {service: Api}}]]}
            - if: {when: "attempt > 1", then: [{call: {service: Mail}}], else: [{invoke: {function: Index}}]}
          errors: [{when: call.failed, at: Index}, {when: call.failed, at: Api}]
      timeline:
        - {at: 1h, set: {Index.Timeout: 3, Push.Timeout: 4}}
        - {at: 2h, set: {Simulation.functions.Index.errors.0.raise: false}}
      thresholds:
        Index.IteratorAge: ['max < 1s']
        cost.Index: ['value < 1 USD']
        Push.IteratorAge: ['max < 1s']
        direct.Lost: ['count == 0']
        '*.Errors': ['count == 0']
      expect: {alarms: {IndexAlarm: {never: true}}}
      sweep: {measures: [Index.Errors count, Push.Errors count]}
    """

  func without(_ names: String..., at path: String) throws -> String {
    let root = try #require(load(["main.yaml": Self.scenario]).0).root
    return ToggleRemoval.removing(names, from: root).at(path: path)?.outline ?? "nothing"
  }

  @Test(arguments: [
    ("Resources.Index", "nothing"), ("Resources.IndexAlarm", "nothing"), ("Resources.Mapping", "nothing"),
    ("Resources.Push.DependsOn", "[Events]"),
    ("Resources.Push.Properties.Policies", "[AWSXrayWriteOnlyAccess]"),
    ("Resources.Push.Properties.Environment", "{Variables: {STREAM: {Ref: Events}}}"),
    ("Resources.Push.Properties.Events.S.Type", "Kinesis"),
    ("Resources.IndexConsumer.Type", "AWS::Kinesis::StreamConsumer"),
    ("Resources.Rule.Properties.Targets", "[{Id: b, Arn: {Fn::GetAtt: [Push, Arn]}}]"),
    ("Outputs", "{B: {Value: {Ref: Push}}}"), ("Simulation.workloads", "{events: {into: Events}}"),
    ("Simulation.functions.Index", "nothing"),
    (
      "Simulation.functions.Push.perMessage",
      "[{parallel: {branches: [[{call: {service: Api}}]]}}, {if: {when: 'attempt > 1', then: [{call: {service: Mail}}], else: []}}]"
    ),
    ("Simulation.functions.Push.errors", "[{when: call.failed, at: Api}]"),
    ("Simulation.timeline", "[{at: 1h, set: {Push.Timeout: 4}}]"),
    (
      "Simulation.thresholds", "{Push.IteratorAge: ['max < 1s'], *.Errors: ['count == 0']}"
    ),
    ("Simulation.expect", "{alarms: {}}"), ("Simulation.sweep", "{measures: [Push.Errors count]}"),
  ])
  func `a function goes with its alarm, its mapping, its rules and the steps that invoke it`(
    path: String, expected: String
  ) throws {
    #expect(try without("Index", at: path) == expected)
  }

  @Test func `a consumer goes with its only reader`() throws {
    #expect(try without("Push", at: "Resources.IndexConsumer") == "nothing")
  }

  @Test func `a stream takes the events of its functions along`() throws {
    #expect(try without("Events", at: "Resources.Index.Properties.Events") == "{}")
    #expect(try without("Events", at: "Resources.Push.Properties.Events") == "{}")
    #expect(try without("Events", at: "Simulation.workloads.events") == "nothing")
  }

  @Test func `a queue for what failed takes the policy that names it along`() throws {
    let files = [
      "main.yaml": """
      Resources:
        Dead: {Type: AWS::SQS::Queue}
        Work:
          Type: AWS::SQS::Queue
          Properties: {VisibilityTimeout: 60, RedrivePolicy: {maxReceiveCount: 5, deadLetterTargetArn: !GetAtt Dead.Arn}}
      """
    ]
    let root = try #require(load(files).0).root
    #expect(
      ToggleRemoval.removing(["Dead"], from: root).at(path: "Resources.Work.Properties")?.outline
        == "{VisibilityTimeout: 60}")
  }

  @Test func `a service takes the calls along`() throws {
    #expect(try without("Api", at: "Simulation.functions.Index.perMessage") == "[]")
    #expect(try without("Api", at: "Simulation.services") == "{Mail: {latency: 1s}}")
  }
}

import Testing

@testable import Scenarios

@Suite struct `SAM's globals and events` {
  static let template = """
    Transform: AWS::Serverless-2016-10-31
    Globals:
      Function: {Timeout: 30, MemorySize: 256, Layers: [a], Environment: {Variables: {X: 1, Y: 1}}, Role: !Ref Topic}
      Api: {Auth: {}}
    Resources:
      Topic: {Type: AWS::SNS::Topic}
      Stream: {Type: AWS::Kinesis::Stream}
      Send:
        Type: AWS::Serverless::Function
        Properties:
          Timeout: 60
          Layers: [b]
          Environment: {Variables: {Y: 2}}
          Events:
            Order: {Type: SNS, Properties: {Topic: !Ref Topic}}
            Read: {Type: Kinesis, Properties: {Stream: !GetAtt Stream.Arn, BatchSize: 100}}
            Tick: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}
            Files: {Type: S3}
      Plain: {Type: AWS::Serverless::Function, IgnoreGlobals: [MemorySize]}
      Alone: {Type: AWS::Serverless::Function, IgnoreGlobals: '*', Properties: {Timeout: 1}}
      Lambda: {Type: AWS::Lambda::Function}
      Policy: {Type: AWS::IAM::Policy, Properties: {Role: !Ref SendRole, Url: !Ref ServerlessRestApi}}
    """

  @Test func `globals lie under SAM functions only`() throws {
    let (template, found) = try resolve(Self.template)
    #expect(found == ["M506 4:3 Globals.Api has no effect here"])
    let send = template.resource("Send")?.properties
    #expect(send?["Timeout"]?.text == "60")
    #expect(send?["MemorySize"]?.text == "256")
    #expect(send?["Layers"]?.outline == "[a, b]")
    #expect(send?.at(path: "Environment.Variables")?.outline == "{X: 1, Y: 2}")
    #expect(
      template.resource("Plain")?.properties.entries?.map(\.key) == [
        "Timeout", "Layers", "Environment", "Role",
      ])
    #expect(template.resource("Alone")?.properties.outline == "{Timeout: 1}")
    #expect(template.resource("Lambda")?.properties.outline == "{}")
  }

  @Test func `every event of a function becomes a binding`() throws {
    let (template, _) = try resolve(Self.template)
    #expect(
      template.events.map { "\($0.function).\($0.eventName) \($0.type)" } == [
        "Send.Order SNS", "Send.Read Kinesis", "Send.Tick Schedule", "Send.Files S3",
      ])
    let read = template.events[1]
    #expect(read.position == SourcePosition(file: "t.yaml", line: 16, column: 9))
    let stream = try #require(read.properties["Stream"])
    #expect(template.referencedResource(stream) == ResourceReference(logicalID: "Stream", attribute: "Arn"))
    #expect(template.events[3].properties.outline == "{}")
  }

  @Test func `names that SAM makes are known, others are not`() throws {
    let text = Self.template.split(separator: "SendRole").joined(separator: "SendRule")
    #expect(
      try resolve(text).found.last == "T207 22:55 'SendRule' is not a resource of this template")
  }

  @Test func `a mistake in the globals is reported once`() throws {
    let (_, found) = try resolve(
      "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Role: !Ref Nobody}}\n"
        + "Resources: {A: {Type: 'AWS::Serverless::Function'}, B: {Type: 'AWS::Serverless::Function'}}\n")
    #expect(found == ["T207 2:28 'Nobody' is not a resource of this template"])
  }

  @Test(arguments: [
    ("[a]", "T214 4:60 Events is a map of events by name"),
    ("{E: {Properties: {}}}", "T214 4:61 event 'E' has no Type, such as SNS, Kinesis or Schedule"),
    ("{E: {Type: SNS, Topic: x}}", "T214 4:76 an event has no key 'Topic'"),
    ("{E: {Type: SNS, Properties: 1}}", "T214 4:88 Properties of an event is a map"),
  ])
  func `broken events`(events: String, expected: String) throws {
    let (_, found) = try resolve(
      "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n"
        + "    {Type: AWS::Serverless::Function, Properties: {Events: \(events)}}\n")
    #expect(found == [expected])
  }
}

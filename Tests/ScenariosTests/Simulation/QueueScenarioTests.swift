import Kernel
import Scenarios
import Services
import Testing

/// Queues, their mappings, subscriptions and destinations, from the text to the system.
@Suite struct QueueScenarioTests {
  private static let text = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Dead: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 1209600}}
      Jobs:
        Type: AWS::SQS::Queue
        Properties:
          VisibilityTimeout: 120
          RedrivePolicy: !Sub '{"deadLetterTargetArn": "${Dead.Arn}", "maxReceiveCount": 3}'
      Topic: {Type: AWS::SNS::Topic}
      Fan:
        Type: AWS::SNS::Subscription
        Properties:
          TopicArn: !Ref Topic
          Protocol: sqs
          Endpoint: !GetAtt Jobs.Arn
          RawMessageDelivery: true
          FilterPolicy: {kind: [a, {prefix: b}]}
          RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn}
      Worker:
        Type: AWS::Serverless::Function
        Properties:
          Timeout: 20
          DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}
          EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SNS, Destination: !Ref Topic}}}
          Events:
            Work:
              Type: SQS
              Properties:
                Queue: !GetAtt Jobs.Arn
                BatchSize: 100
                MaximumBatchingWindowInSeconds: 5
                FunctionResponseTypes: [ReportBatchItemFailures]
                ScalingConfig: {MaximumConcurrency: 20}
                FilterCriteria: {Filters: [{Pattern: '{"body": {"size": [{"numeric": [">", 3]}]}}'}]}
            Own:
              Type: SNS
              Properties: {Topic: !Ref Topic, SqsSubscription: {BatchSize: 5}}
    Simulation:
      version: 1
      workloads:
        jobs:
          into: Topic
          arrivals: {process: constant, rate: 1/s}
          fields: {kind: {choice: {a: 50%, c: 50%}}, size: uniform(min=0 max=10)}
      functions: {Worker: {perMessage: [{sleep: 1s}]}}
      thresholds:
        Jobs.ApproximateAgeOfOldestMessage: ['max < 10m']
    """

  private static func compile(_ text: String) throws -> (CompiledScenario?, [Diagnostic]) {
    var diagnostics = Diagnostics()
    let loaded = try ScenarioLoader(fileSystem: MemoryFiles(["x.yaml": text])).load(
      path: "x.yaml", into: &diagnostics)
    let compiled = ScenarioCompiler.compile(loaded, into: &diagnostics)
    return (compiled, diagnostics.all)
  }

  @Test("Queues, redrive, filters, windows and destinations arrive in the system") func compiles() throws {
    let (compiled, diagnostics) = try Self.compile(Self.text)
    let system = try #require(compiled, "\(diagnostics.map(\.message))").system
    #expect(system.queues.map(\.logicalID) == ["Dead", "Jobs", "WorkerOwnQueue"])
    #expect(system.queues[1].redrive == .init(deadLetterQueue: 0, maxReceiveCount: 3))
    #expect(system.queues[0].retention == .hours(336))
    let mapping = try #require(system.queueMappings.first { $0.logicalID == "WorkerWork" })
    #expect(mapping.batchSize == 100)
    #expect(mapping.batchingWindow == .seconds(5))
    #expect(mapping.maximumConcurrency == 20)
    #expect(mapping.reportsItemFailures)
    #expect(mapping.filter == FilterPattern(.init(field: "size", tests: [.numeric([.init(.greater, 3)])])))
    #expect(system.queueMappings.contains { $0.queue == 2 && $0.batchSize == 5 })
    let fan = try #require(system.subscriptions.first { $0.logicalID == "Fan" })
    #expect(fan.queue == 1)
    #expect(fan.deadLetterQueue == 0)
    #expect(fan.filter == FilterPattern(.init(field: "kind", tests: [.text("a"), .prefix("b")])))
    #expect(system.functions[0].deadLetterTarget == .queue(0))
    #expect(system.functions[0].onSuccess == .topic(0))
  }

  @Test("In 2017 no mapping reads a queue") func noTriggerIn2017() throws {
    let (compiled, diagnostics) = try Self.compile(
      Self.text.replacing("version: 1", with: "version: 1\n  era: 2017"))
    #expect(compiled == nil)
    #expect(diagnostics.contains { $0.code == "E402" && $0.message.contains("SQS") })
  }

  @Test("A mapping grows by 60 a minute until November 2023, and by 300 from then on") func growthByEra() {
    #expect(EraPreset.limits(Era("2022")!)[.sqsPollersPerMinute] == 60)
    #expect(EraPreset.limits(Era("2023-11")!)[.sqsPollersPerMinute] == 300)
    #expect(EraPreset.limits(.now)[.sqsPollersMax] == 1250)
  }

  @Test(
    "Lambda's refusal and the advice about queues are told",
    arguments: [
      ("Timeout: 20", "Timeout: 121", "T231"), ("Timeout: 20", "Timeout: 30", "A611"),
      ("BatchSize: 100\n", "BatchSize: 10\n            StartingPosition: LATEST\n", "T203"),
      ("            MaximumBatchingWindowInSeconds: 5\n", "", "T221"),
      ("{\"numeric\": [\">\", 3]}", "{\"numeral\": 3}", "T230"),
      ("[a, {prefix: b}]", "a", "T230"), ("{kind: [a, {prefix: b}]}", "{kin: [a]}", "A610"),
      ("            ScalingConfig: {MaximumConcurrency: 20}\n", "", "A613"),
    ])
  func diagnostics(_ old: String, _ new: String, _ code: String) throws {
    var text = Self.text.replacing(old, with: new)
    if code == "A613" {
      text = text.replacing("Timeout: 20", with: "Timeout: 20\n      ReservedConcurrentExecutions: 2")
    }
    let (_, diagnostics) = try Self.compile(text)
    #expect(diagnostics.contains { $0.code == code }, "\(diagnostics.map { "\($0.code) \($0.message)" })")
  }
}

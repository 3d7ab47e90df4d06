import Kernel
import Records
import Services
import Testing

/// Functions that publish to several targets and invoke others. Source: fact sheet §4.4, §14, §17.1.
@Suite struct PublishingTests {
  private func system(_ steps: [Step], count: Int = 1) -> SystemSpec {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.workloads = [EngineWorld.backlog(count, to: .function(0))]
    spec.functions = [
      EngineWorld.function("Dispatch", retries: 1, scope: .perBatch, steps),
      EngineWorld.function("A", []), EngineWorld.function("B", retries: 0, []),
    ]
    return spec
  }
  private func branches(_ steps: Step...) -> [Step] { [.parallelBranches(steps.map { [$0] })] }
  private let invokeA = Step.invoke(function: 1, isAsync: true)
  private let invokeB = Step.invoke(function: 2, isAsync: true)

  @Test("asynchronous invocations of two branches go on whatever becomes of them")
  func asynchronous() {
    var spec = system(branches(invokeA, invokeB))
    spec.functions[2] = EngineWorld.function("B", retries: 0, [EngineWorld.fails])
    let records = EngineWorld.run(spec)
    #expect(records.total("Dispatch", "Errors") == 0)
    #expect(records.total("A", "Invocations") == 1)
    // One of the message's copies is lost, and the worst outcome speaks.
    #expect(records.count(.discarded) == 1)
    #expect(records.workloads[0].reasons.map(\.resource) == ["B"])
  }

  @Test("a function error of one synchronous branch fails the dispatcher, and the other one is invoked twice")
  func synchronous() {
    var spec = system(
      branches(.invoke(function: 1, isAsync: false), .invoke(function: 2, isAsync: false)))
    let early = Condition.compare(.attempt, .less, .number(4))
    spec.functions[2] = EngineWorld.function("B", [.fail(rate: 1, when: early, name: "boom")])
    let records = EngineWorld.run(spec)
    // The dispatcher, A and B have each seen the message by the end of the first attempt: 3 deliveries.
    #expect(records.total("Dispatch", "Invocations") == 2)
    #expect(records.total("A", "Invocations") == 2)
    #expect(records.total("B", "Invocations") == 2)
    #expect(records.count(.completed) == 1)
    #expect(records.notes.contains { $0.text == "function error: boom" })
  }

  @Test("a throttled branch is tried again by the SDK and then fails the dispatcher; the other has its copy")
  func throttled() {
    var spec = system(branches(.invoke(function: 1, isAsync: false), .invoke(function: 2, isAsync: false)))
    spec.functions[2].reservedConcurrentExecutions = 0
    let records = EngineWorld.run(spec)
    // Four attempts of the SDK in each of the dispatcher's two.
    #expect(records.total("B", "Throttles") == 8)
    #expect(records.total("A", "Invocations") == 2)
    #expect(records.total("Dispatch", "Errors") == 2)
    #expect(records.count(.discarded) == 1)
    #expect(records.notes.contains { $0.text == "TooManyRequestsException" })
  }

  @Test("a stream that refuses does not keep the topic from its copy; whoever ignores the refusal loses one")
  func partialFailure() throws {
    var limits = Limits.test
    limits[.kinesisWriteRecordsPerSecond] = 1
    var spec = EngineWorld.system(limits: limits, duration: .minutes(10))
    spec.workloads = [EngineWorld.backlog(3, to: .function(0))]
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: .hours(1))]
    spec.topics = [TopicSpec(logicalID: "T")]
    spec.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 1, batchSize: 10)]
    spec.subscriptions = [SubscriptionSpec(logicalID: "N", topic: 0, function: 2)]
    func send(_ destination: Destination) -> Step {
      .send(SendStep(destination: destination, each: true, time: .constant(0), resend: false))
    }
    spec.functions = [
      EngineWorld.function("Dispatch", retries: 0, branches(send(.stream(0)), send(.topic(0)))),
      EngineWorld.function("A", []), EngineWorld.function("B", []),
    ]
    let records = EngineWorld.run(spec)
    #expect(records.total("B", "Invocations") == 3)
    #expect(records.functions[1].books[0].delivery.count == 1)
    #expect(records.count(.completed) == 1)
    #expect(records.count(.dropped) == 2)
    let reason = try #require(records.workloads[0].reasons.first { $0.outcome == .dropped })
    #expect(reason.resource == "S")
    #expect(reason.reason == "refused and not sent again")
  }

  @Test("an entry that can never be accepted is not sent again")
  func permanentRefusal() {
    var spec = system([
      .send(
        SendStep(
          destination: .deliveryStream(0), each: true, time: .constant(0.01), size: .constant(2e6),
          resend: true))
    ])
    spec.buckets = [BucketSpec(logicalID: "Images")]
    spec.deliveryStreams = [
      DeliveryStreamSpec(
        logicalID: "Archive", bucket: 0, bufferBytes: 1_048_576, bufferInterval: .seconds(60))
    ]
    let records = EngineWorld.run(spec)
    #expect(records.total("Dispatch", "Invocations") == 1)
    #expect(records.total("Dispatch", "Errors") == 0)
    #expect(records.points("Dispatch", "Duration").map(\.maximum) == [10])
    #expect(records.count(.dropped) == 1)
  }
}

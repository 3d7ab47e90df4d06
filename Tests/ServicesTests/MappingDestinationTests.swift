import Kernel
import Records
import Services
import Testing

/// Filters of a mapping from a stream, and where the records go that it gives up. Source: fact sheet §2.2, §2.3.
@Suite struct MappingDestinationTests {
  /// A stream S of one shard, a mapping M to F, a queue D and a bucket B that nothing reads.
  private func system(
    at times: [Double], bad: Set<Int> = [], retention: SimDuration = .hours(24), batchSize: Int = 1,
    steps: [Step] = [EngineWorld.failsForBad], _ change: (inout StreamMappingSpec) -> Void
  ) -> SystemSpec {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: retention)]
    spec.queues = [QueueSpec(logicalID: "D")]
    spec.buckets = [BucketSpec(logicalID: "B")]
    spec.workloads = [EngineWorld.messages(at: times, bad: bad, to: .stream(0))]
    var mapping = StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: batchSize)
    mapping.countsEvents = true
    change(&mapping)
    spec.mappings = [mapping]
    spec.functions = [EngineWorld.function("F", steps)]
    return spec
  }

  private static let good = FilterPattern(FilterPattern.Rule(field: "bad", tests: [.text("no")]))

  @Test func `records that do not match are passed over without an invocation`() {
    let records = EngineWorld.run(
      system(at: (0..<10).map(Double.init), bad: [0, 3, 4, 5]) { $0.filter = Self.good })
    #expect(records.count(.filtered) == 4)
    #expect(records.count(.completed) == 6)
    #expect(records.total("F", "Invocations") == 6)
    #expect(records.total("F", "Errors") == 0)
    #expect(records.total("M", "PolledEventCount") == 10)
    #expect(records.total("M", "FilteredOutEventCount") == 4)
    #expect(records.total("M", "InvokedEventCount") == 6)
  }

  /// The checkpoint moves past them: nothing is left in the stream, and the next poll goes on behind them.
  @Test func `a shard of nothing but filtered records invokes nothing and is read to its end`() {
    let records = EngineWorld.run(
      system(at: (0..<50).map { Double($0) / 10 }, bad: Set(0..<50), batchSize: 10) { $0.filter = Self.good })
    #expect(records.count(.filtered) == 50)
    #expect(records.total("F", "Invocations") == 0)
    #expect(records.points("S", "Backlog").last?.maximum ?? 0 <= 50)
    #expect(records.workloads[0].emptiedAt.map { $0 < .zero + .seconds(7) } == true)
  }

  /// Between the records of a failing batch are some that ended as filtered: nothing ends twice.
  @Test func `filters and failing batches leave every record with one end`() {
    let records = EngineWorld.run(
      system(at: Array(repeating: 0, count: 9), bad: [1, 4, 7], batchSize: 4, steps: [EngineWorld.fails]) {
        $0.filter = Self.good
        $0.bisectBatchOnFunctionError = true
        $0.maximumRetryAttempts = 1
      })
    #expect(records.count(.filtered) == 3)
    #expect(records.count(.discarded) == 6)
    #expect(records.workloads[0].books[0].isBalanced)
  }

  @Test func `a filtered mapping that is switched off and on handles every record once`() {
    var spec = system(at: (0..<20).map { 10 + Double($0) / 4 }, bad: [1, 3, 8, 9, 15], batchSize: 3) {
      $0.filter = Self.good
    }
    spec.functions = [EngineWorld.function("F", [.sleep(.constant(0.9))])]
    spec.timeline = [
      TimelineEntry(time: .zero + .seconds(13), change: .mappingEnabled(0, false)),
      TimelineEntry(time: .zero + .seconds(60), change: .mappingEnabled(0, true)),
    ]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 15)
    #expect(records.count(.filtered) == 5)
    #expect(records.workloads[0].books[0].deliveries == 15)
  }

  @Test func `records with used up retries go to the queue`() {
    let records = EngineWorld.run(
      system(at: [0, 1, 2], bad: [1]) {
        $0.maximumRetryAttempts = 2
        $0.onFailure = .queue(0)
      })
    #expect(records.count(.completed) == 2)
    #expect(records.count(.deadLettered) == 1)
    #expect(records.workloads[0].reasons.map(\.reason) == ["RetryAttemptsExhausted"])
    #expect(records.workloads[0].reasons.map(\.resource) == ["M"])
    #expect(records.total("D", "NumberOfMessagesSent") == 1)
    #expect(records.total("M", "OnFailureDestinationDeliveredEventCount") == 1)
    #expect(records.total("M", "FailedInvokeEventCount") == 3)
    #expect(records.total("M", "DroppedEventCount") == 0)
  }

  @Test func `records that became too old or expired go to the destination too`() {
    let old = EngineWorld.run(
      system(at: [0, 200], bad: [0]) {
        $0.maximumRecordAge = .seconds(120)
        $0.onFailure = .bucket(0)
      })
    #expect(old.count(.deadLettered) == 1)
    #expect(old.workloads[0].reasons.map(\.reason) == ["RecordAgeExceeded"])
    let expired = EngineWorld.run(
      system(at: [0, 1], bad: [0], retention: .hours(1)) { $0.onFailure = .queue(0) })
    #expect(expired.count(.deadLettered) == 2)
    #expect(expired.workloads[0].reasons.map(\.reason) == ["retention passed behind a failing batch"])
  }

  @Test func `a record is lost when its destination refuses it`() {
    var spec = system(at: [0], bad: [0]) {
      $0.maximumRetryAttempts = 0
      $0.onFailure = .queue(0)
    }
    spec.limits[.lambdaFailureRecordBytes] = 2000
    spec.queues[0].maximumMessageSize = 1024
    let records = EngineWorld.run(spec)
    #expect(records.count(.discarded) == 1)
    #expect(records.total("F", "DestinationDeliveryFailures") == 1)
    #expect(records.total("M", "DroppedEventCount") == 1)
  }

  /// The queue has a consumer: the record travels on and ends as what becomes of it there.
  @Test func `a queue with a mapping repairs what the stream gave up`() {
    var spec = system(at: [0, 1], bad: [0]) {
      $0.maximumRetryAttempts = 0
      $0.onFailure = .queue(0)
    }
    spec.functions.append(EngineWorld.function("Repair", []))
    spec.queueMappings = [QueueMappingSpec(logicalID: "R", queue: 0, function: 1)]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 2)
    #expect(records.total("Repair", "Invocations") == 1)
  }
}

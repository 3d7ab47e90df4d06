import Kernel
import Records
import Services
import Testing

@Suite struct FunctionLatencyTests {
  /// A stream with one record, read by a function that takes a second and by one that fails at first.
  private func records(bad: Set<Int>, maximumRetryAttempts: Int? = nil) -> RunRecords {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: .hours(24))]
    spec.workloads = [EngineWorld.messages(at: [0, 0], bad: bad, to: .stream(0))]
    var mapping = StreamMappingSpec(logicalID: "B", stream: 0, function: 1, batchSize: 10)
    mapping.maximumRetryAttempts = maximumRetryAttempts
    spec.mappings = [StreamMappingSpec(logicalID: "A", stream: 0, function: 0, batchSize: 10), mapping]
    spec.functions = [
      EngineWorld.function("Slow", scope: .perBatch, [.sleep(.constant(1))]),
      EngineWorld.function("Fails", [EngineWorld.failsForBad]),
    ]
    return EngineWorld.run(spec)
  }

  @Test("delivery ends at the start of the first handler, completion at the end of the one that succeeded")
  func latencies() throws {
    let records = records(bad: [])
    let slow = try #require(records.functions.first { $0.name == "Slow" }).books[0]
    #expect(slow.delivery.count == 2)
    #expect(slow.completion.count == 2)
    #expect(slow.completion.minimum - slow.delivery.minimum == .seconds(1))
    // The first poll comes within a second, by the reader's phase.
    #expect(slow.delivery.maximum <= .seconds(1))
    let points = records.points("Slow", "CompletionLatency")
    #expect(points.map(\.sampleCount) == [2])
    #expect(points[0].maximum == slow.completion.maximum.seconds * 1000)
    #expect(points[0].p99 != nil)
  }

  @Test("a batch that is tried again is delivered once, and completed never when it is given up")
  func retries() throws {
    let failing = try #require(
      self.records(bad: [1], maximumRetryAttempts: 3).functions.first { $0.name == "Fails" }
    ).books[0]
    #expect(failing.delivery.count == 2)
    #expect(failing.completion.count == 0)
  }

  @Test("an asynchronous event that fails twice is delivered once and completed at its third attempt")
  func asynchronous() throws {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.workloads = [EngineWorld.messages(at: [0], to: .function(0))]
    let early = Condition.compare(.attempt, .less, .number(3))
    spec.functions = [EngineWorld.function("F", [.fail(rate: 1, when: early, name: "boom")])]
    let book = EngineWorld.run(spec).functions[0].books[0]
    #expect(book.delivery.count == 1)
    #expect(book.delivery.maximum == .zero)
    #expect(book.completion.count == 1)
    // One minute, then two. Source: fact sheet §4.5.
    #expect(book.completion.minimum == .minutes(3))
  }

  @Test("quantiles worked out as minutes end are those of all samples")
  func quantilesInTimeOrder() {
    var all = MetricSeriesBuilder(keepsQuantiles: true)
    var ordered = MetricSeriesBuilder(keepsQuantiles: true, isInTimeOrder: true)
    for i in 0..<1000 {
      // Minutes 3, 4 and 9 have samples.
      let minute: Int64 = i < 300 ? 3 : i < 301 ? 4 : 9
      let time = SimTime.zero + .minutes(minute) + .milliseconds(Int64(i))
      all.add(Double(i * 7919 % 1009), at: time)
      ordered.add(Double(i * 7919 % 1009), at: time)
    }
    #expect(ordered.series() == all.series())
    #expect(ordered.series().map(\.minute) == [3, 4, 9])
  }

  @Test("items that a batch reports as failed are completed when a later attempt handles them")
  func itemFailures() {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: .hours(24))]
    spec.workloads = [EngineWorld.messages(at: [0, 0, 0], bad: [1], to: .stream(0))]
    var mapping = StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 10)
    mapping.reportsBatchItemFailures = true
    mapping.maximumRetryAttempts = 1
    spec.mappings = [mapping]
    spec.functions = [EngineWorld.function("F", [EngineWorld.failsForBad])]
    let records = EngineWorld.run(spec)
    // Record 0 at once; 1 and 2 come again once and are given up.
    #expect(records.functions[0].books[0].completion.count == 1)
    #expect(records.functions[0].books[0].delivery.count == 3)
  }
}

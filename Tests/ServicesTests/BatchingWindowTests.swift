import Kernel
import Records
import Services
import Testing

/// When a batch goes to its function. Source: fact sheet §2.2 step 4.
@Suite struct BatchingWindowTests {
  private func system(
    at times: [Double], window: Int64, batchSize: Int = 100, size: Int = 100, steps: [Step] = []
  ) -> SystemSpec {
    var spec = EngineWorld.system(duration: .minutes(10), traces: times.count)
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: .hours(24))]
    let rows = times.map {
      TraceRow(time: .zero + SimDuration(seconds: $0), sizeBytes: size, key: "k", fields: [])
    }
    spec.workloads = [WorkloadSpec(name: "orders", destination: .stream(0), arrivals: .trace(rows))]
    var mapping = StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: batchSize)
    mapping.maximumBatchingWindow = .seconds(window)
    spec.mappings = [mapping]
    spec.functions = [EngineWorld.function("F", steps)]
    return spec
  }

  /// When each record was handed over. [s]
  private func handOvers(_ spec: SystemSpec) -> [Double] {
    EngineWorld.run(spec).spans.filter { $0.kind == "stream" }.sorted { $0.index < $1.index }
      .map { $0.end.seconds }
  }

  @Test func `without a window a record is handed over at the poll that finds it`() {
    let times = handOvers(system(at: [10, 10.2, 10.4], window: 0))
    for (time, arrival) in zip(times, [10, 10.2, 10.4]) { #expect((arrival...arrival + 1).contains(time)) }
  }

  @Test func `a lone record waits for the window that begins when it is read`() {
    let times = handOvers(system(at: [10], window: 20))
    #expect((30...31).contains(times[0]))
  }

  @Test func `records of several polls go together when the window is over`() {
    let times = handOvers(system(at: [10, 14, 22, 28], window: 20))
    #expect(Set(times).count == 1)
    #expect((30...31).contains(times[0]))
  }

  @Test func `a full batch ends the window`() {
    let times = handOvers(system(at: [10, 12, 14, 16], window: 60, batchSize: 3))
    #expect(Set(times.prefix(3)).count == 1)
    #expect((14...15).contains(times[0]))
    // The next window began when that invocation ended, which took no time.
    #expect(abs(times[3] - times[0] - 60) < 0.001)
  }

  @Test func `the next window begins when the invocation has ended`() {
    let times = handOvers(system(at: [10, 33, 40], window: 20, steps: [.sleep(.constant(5))]))
    #expect((30...31).contains(times[0]))
    #expect(abs(times[1] - (times[0] + 5 + 20)) < 0.001)
    #expect(times[2] == times[1])
  }

  @Test func `a window that passes without records starts anew with the next one`() {
    let times = handOvers(system(at: [10, 100], window: 20))
    #expect((30...31).contains(times[0]))
    #expect((120...121).contains(times[1]))
  }

  /// 23 records of 200,000 B are 23 · (555 + 266,668) B = 6,146,129 B in the event; another one is over 6 MB.
  @Test func `six megabytes of payload end the window`() {
    let times = handOvers(system(at: (0..<24).map { 10 + 0.25 * Double($0) }, window: 60, size: 200_000))
    #expect(Set(times.prefix(23)).count == 1)
    #expect((15.75...17).contains(times[0]))
    #expect(abs(times[23] - times[0] - 60) < 0.001)
  }

  @Test func `a failed batch comes back as it was, whatever has arrived meanwhile`() {
    let fails = Step.fail(rate: 1, when: .compare(.attempt, .less, .number(2)), name: "boom")
    var spec = system(at: [10, 31.5], window: 20, steps: [fails])
    spec.functions[0].handler = .steps(StepProgram(scope: .perMessage, steps: [fails]))
    let records = EngineWorld.run(spec)
    let starts = records.spans.filter { $0.kind == "invocation" && $0.index == 0 }.map { $0.start.seconds }
    #expect(starts.count == 2)
    #expect(abs(starts[1] - starts[0] - 1) < 0.001)
    #expect(records.total("F", "Invocations") == 4)
  }
}

import Kernel
import Records
import Services
import Testing

@Suite struct StreamEngineTests {
  private func stream(_ workload: WorkloadSpec, retention: SimDuration = .hours(24), traces: Int = 0)
    -> SystemSpec
  {
    var spec = EngineWorld.system(duration: .minutes(10), traces: traces)
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: retention)]
    spec.workloads = [workload]
    return spec
  }

  /// [0-3]✗ [0-1]✓ [2-3]✗ [2]✗ [2]✗ [2]✗ [3]✓. Source: fact sheet §2.3.
  @Test func `a bisected batch of four with one bad record takes seven invocations`() {
    var spec = stream(EngineWorld.messages(at: [0, 0, 0, 0], bad: [2], to: .stream(0)))
    var mapping = StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 4)
    mapping.bisectBatchOnFunctionError = true
    mapping.maximumRetryAttempts = 2
    spec.mappings = [mapping]
    spec.functions = [EngineWorld.function("F", scope: .perMessage, [EngineWorld.failsForBad])]
    let records = EngineWorld.run(spec)
    #expect(records.total("F", "Invocations") == 7)
    #expect(records.total("F", "Errors") == 5)
    #expect(records.count(.completed) == 3)
    #expect(records.count(.discarded) == 1)
    // Records seen: 4 + 2 + 2 + 1 + 1 + 1 + 1.
    #expect(records.workloads[0].books[0].deliveries == 12)
    // IteratorAge once per attempt, failing ones included. Source: fact sheet §2.5.
    #expect(records.points("F", "IteratorAge").reduce(0) { $0 + $1.sampleCount } == 7)
  }

  @Test func `a batch behind a failing record expires with it after the retention time`() {
    var spec = stream(EngineWorld.messages(at: [0, 0, 0], bad: [0], to: .stream(0)), retention: .hours(1))
    spec.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 1)]
    spec.functions = [EngineWorld.function("F", [EngineWorld.failsForBad])]
    let records = EngineWorld.run(spec)
    #expect(records.count(.expired) == 3)
    #expect(records.count(.completed) == 0)
    #expect(records.workloads[0].emptiedAt == .zero + .hours(1))
    #expect(records.workloads[0].reasons.map(\.reason) == ["retention passed behind a failing batch"])
    // Backoff 1, 2, 4, ... 32 s and then 60 s: failures 1...6 end by 63 s; then one a minute until 3,600 s. The first
    // attempt comes at the first poll, within a second.
    let invocations = records.total("F", "Invocations")
    #expect(invocations == 7 + Double((3600 - 64) / 60))
  }

  @Test func `records older than the maximum age are discarded, younger ones are not`() {
    var spec = stream(EngineWorld.messages(at: [0, 200], bad: [0], to: .stream(0)))
    var mapping = StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 1)
    mapping.maximumRecordAge = .seconds(120)
    spec.mappings = [mapping]
    spec.functions = [EngineWorld.function("F", [EngineWorld.failsForBad])]
    let records = EngineWorld.run(spec)
    #expect(records.count(.discarded) == 1)
    #expect(records.count(.completed) == 1)
    #expect(records.workloads[0].reasons.map(\.reason) == ["RecordAgeExceeded"])
  }

  /// The shard's bucket holds 1,000 records and gains 100 between two calls of 0.1 s: of 5 × 500 entries it takes
  /// 500, 500, 200, 100, 100. Source: fact sheet §1.3.
  @Test(arguments: [false, true]) func `a producer that ignores rejected entries loses them`(resend: Bool) {
    var spec = stream(EngineWorld.backlog(2500, to: .store(0)))
    spec.stores = [StoreSpec(name: "Db")]
    let send = SendStep(
      destination: .stream(0), each: true, batch: 500, time: .constant(0.1), resend: resend)
    spec.functions = [
      EngineWorld.function("Fetch", scope: .perInvocation, [.take(store: 0, max: nil), .send(send)]),
      EngineWorld.function("F", []),
    ]
    spec.schedules = [ScheduleSpec(logicalID: "Tick", expression: .rate(minutes: 5), function: 0)]
    spec.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 1, batchSize: 100)]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == (resend ? 2500 : 1400))
    #expect(records.count(.dropped) == (resend ? 0 : 1100))
    #expect(records.total("S", "WriteProvisionedThroughputExceeded") >= 1100)
  }

  @Test func `a mapping switched off leaves records in the stream until it is on again`() {
    var spec = stream(EngineWorld.messages(at: [60], to: .stream(0)))
    spec.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 1)]
    spec.functions = [EngineWorld.function("F", [])]
    spec.timeline = [
      TimelineEntry(time: .zero + .seconds(30), change: .mappingEnabled(0, false)),
      TimelineEntry(time: .zero + .seconds(300), change: .mappingEnabled(0, true)),
    ]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 1)
    #expect(records.workloads[0].books[0].latency.minimum >= .seconds(240))
    #expect(records.workloads[0].books[0].latency.maximum <= .seconds(241))
  }

  @Test func `spans tell where a message waited and what its invocation did`() {
    var spec = stream(EngineWorld.messages(at: [0], to: .stream(0)), traces: 1)
    spec.partners = [PartnerSpec(name: "P", latency: .constant(2))]
    spec.tables = [TableSpec(logicalID: "T", keyAttribute: "id", capacity: .onDemand)]
    spec.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 1)]
    spec.functions = [
      EngineWorld.function(
        "F",
        [
          .call(CallStep(partner: 0)), .write(WriteStep(table: 0, size: .constant(1000))),
          .read(ReadStep(table: 0)),
        ])
    ]
    let spans = EngineWorld.run(spec).spans
    #expect(spans.map(\.kind) == ["stream", "invocation", "call", "write", "read"])
    #expect(spans.map(\.resource) == ["S", "F", "P", "T", "T"])
    #expect(spans.map(\.parent) == [nil, 0, 1, 1, 1])
    #expect(spans.allSatisfy { $0.status == "ok" })
    #expect(spans[0].end == spans[1].start)
    #expect(spans[2].end - spans[2].start == .seconds(2))
    #expect(spans[4].end == spans[1].end)
  }
}

@Suite struct FunctionEngineTests {
  @Test func `an event that always fails is tried at once, after 60 s and after 180 s`() {
    var spec = EngineWorld.system(duration: .minutes(10), traces: 1)
    spec.workloads = [EngineWorld.messages(at: [10], to: .function(0))]
    spec.functions = [EngineWorld.function("F", [EngineWorld.fails])]
    let records = EngineWorld.run(spec)
    // Source: fact sheet §4.5. Started at 10, 70 and 190 s.
    #expect(records.points("F", "Invocations").map(\.minute) == [0, 1, 3])
    #expect(records.points("F", "AsyncEventAge").map(\.maximum) == [0, 60_000, 180_000])
    #expect(records.count(.discarded) == 1)
    #expect(records.total("F", "AsyncEventsDropped") == 1)
    #expect(
      records.spans.map(\.kind) == ["queue", "invocation", "queue", "invocation", "queue", "invocation"])
    #expect(records.spans.map { ($0.end - $0.start).seconds } == [0, 0, 60, 0, 120, 0])
  }

  private func burst(_ limits: Limits, seconds: Double, functions: Int) -> [Double] {
    var spec = EngineWorld.system(limits: limits, duration: SimDuration(seconds: seconds), drain: .zero)
    spec.functions = (0..<functions).map { EngineWorld.function("F\($0)", [.sleep(.constant(600))]) }
    spec.workloads = (0..<functions).map {
      var workload = EngineWorld.backlog(5000, to: .function($0))
      workload.name = "orders\($0)"
      return workload
    }
    let records = EngineWorld.run(spec)
    return (0..<functions).map { records.total("F\($0)", "Invocations") }
  }

  @Test func `in 2017 a region starts 3000 environments at once and 500 a minute from then on`() {
    #expect(burst(.test, seconds: 0.5, functions: 1) == [3000])
    #expect(burst(.test, seconds: 0.5, functions: 2).reduce(0, +) == 3000)
    let later = burst(.test, seconds: 120.5, functions: 1)[0]
    // Retries of throttled events come at 1, 3, 7, ... 127 s, so the refill after 63 s is still unused.
    #expect(later == 3000 + (500 * 63.0 / 60).rounded(.down))
  }

  @Test func `now every function starts 1000 environments at once and 100 a second from then on`() {
    var limits = Limits.test
    limits[.lambdaFunctionBurst] = 1000
    limits[.lambdaFunctionBurstPerSecond] = 100
    #expect(burst(limits, seconds: 0.5, functions: 2) == [1000, 1000])
    // Retries at 1, 3 and 7 s take what has been refilled by then.
    #expect(burst(limits, seconds: 7.5, functions: 1) == [1700])
  }

  @Test func `reserved concurrency of zero gives events up without a retry`() {
    var spec = EngineWorld.system(duration: .minutes(5))
    spec.workloads = [EngineWorld.messages(at: [10, 40, 70], to: .function(0))]
    spec.functions = [EngineWorld.function("F", [])]
    spec.timeline = [
      TimelineEntry(time: .zero + .seconds(30), change: .reservedConcurrency(function: 0, 0)),
      TimelineEntry(time: .zero + .seconds(60), change: .reservedConcurrency(function: 0, nil)),
    ]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 2)
    #expect(records.count(.discarded) == 1)
    #expect(records.workloads[0].reasons.map(\.reason) == ["reserved concurrency is 0"])
    #expect(records.total("F", "Throttles") == 1)
    #expect(records.points("F", "Invocations").map(\.minute) == [0, 1])
  }

  @Test func `an environment idle for longer than its life is gone and the next start is cold`() {
    var spec = EngineWorld.system(duration: .hours(1))
    spec.workloads = [EngineWorld.messages(at: [0, 300, 1000], to: .function(0))]
    spec.functions = [EngineWorld.function("F", coldStart: .constant(1), [])]
    let latency = EngineWorld.run(spec).workloads[0].books[0].latency
    // Cold, warm after 299 s, cold again after 700 s of the 600 it lives.
    #expect(latency.mean == 2.0 / 3)
    #expect(latency.minimum == .zero)
    #expect(latency.maximum == .seconds(1))
  }

  @Test func `an error resets the environment`() {
    var spec = EngineWorld.system(duration: .hours(1))
    spec.workloads = [EngineWorld.messages(at: [0, 300], bad: [0], to: .function(0))]
    spec.functions = [
      EngineWorld.function("F", retries: 0, coldStart: .constant(1), [EngineWorld.failsForBad])
    ]
    let records = EngineWorld.run(spec)
    #expect(records.count(.discarded) == 1)
    #expect(records.workloads[0].books[0].latency.minimum == .seconds(1))
  }

  @Test func `a synchronous invocation lasts as long as the function it waits for`() {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.workloads = [EngineWorld.messages(at: [0], to: .function(0))]
    spec.functions = [
      EngineWorld.function("A", [.invoke(function: 1, isAsync: false)]),
      EngineWorld.function("B", [.sleep(.constant(2))]),
    ]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 1)
    #expect(records.workloads[0].books[0].latency.maximum == .seconds(2))
    #expect(records.total("A", "Duration") == 2000)
    #expect(records.total("B", "Duration") == 2000)
  }

  @Test func `a synchronous caller sees the error of the function and is retried, the callee is not`() {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.workloads = [EngineWorld.messages(at: [0], to: .function(0))]
    spec.functions = [
      EngineWorld.function("A", retries: 1, [.invoke(function: 1, isAsync: false)]),
      EngineWorld.function("B", [EngineWorld.fails]),
    ]
    let records = EngineWorld.run(spec)
    #expect(records.count(.discarded) == 1)
    #expect(records.total("A", "Errors") == 2)
    #expect(records.total("B", "Errors") == 2)
    #expect(records.notes.map(\.text) == ["function error: boom", "boom"])
  }

  @Test func `rates fire every so many minutes and cron expressions at their time`() {
    var spec = EngineWorld.system(duration: .hours(24), drain: .zero)
    spec.functions = [
      EngineWorld.function("R", scope: .perInvocation, []),
      EngineWorld.function("C", scope: .perInvocation, []),
    ]
    let noon = CronExpression(
      text: "cron(0 12 * * ? *)", minutes: [0], hours: [12], daysOfMonth: Array(1...31),
      months: Array(1...12),
      daysOfWeek: nil, years: Array(1970...2199))
    spec.schedules = [
      ScheduleSpec(logicalID: "Rate", expression: .rate(minutes: 30), function: 0),
      ScheduleSpec(logicalID: "Cron", expression: .cron(noon), function: 1),
    ]
    let records = EngineWorld.run(spec)
    let minutes = records.points("R", "Invocations").map(\.minute)
    // The first one comes 30 minutes after the start; the one at 24 h is past the end.
    #expect(minutes.first == 30 && minutes.count == 47)
    #expect(zip(minutes, minutes.dropFirst()).allSatisfy { $1 - $0 == 30 })
    #expect(records.points("C", "Invocations").map(\.minute) == [720])
  }

  @Test func `an alarm changes its state at the end of the minute that breaches`() {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.workloads = [EngineWorld.messages(at: [10, 150], bad: [1], to: .function(0))]
    spec.functions = [EngineWorld.function("F", retries: 0, [EngineWorld.failsForBad])]
    spec.alarms = [
      AlarmSpec(
        logicalID: "A", namespace: "AWS/Lambda", metricName: "Errors", resource: "F", statistic: .sum,
        period: .seconds(60), evaluationPeriods: 1, datapointsToAlarm: 1, threshold: 1,
        comparison: .greaterOrEqual,
        treatMissingData: .notBreaching)
    ]
    let records = EngineWorld.run(spec)
    let alarm = records.alarms.first { $0.to == "ALARM" }
    #expect(alarm?.time == .zero + .seconds(180))
    #expect(alarm?.value == 1)
    #expect(records.alarms.last?.to == "OK")
  }
}

@Suite struct PartnerEngineTests {
  private func calls(drain: SimDuration) -> SystemSpec {
    var spec = EngineWorld.system(duration: SimDuration(seconds: 0.25), drain: drain)
    spec.partners = [
      PartnerSpec(
        name: "P", latency: .constant(1), maxConcurrent: 1,
        overLimit: .reply(status: 429, after: .milliseconds(500)))
    ]
    spec.workloads = [EngineWorld.messages(at: [0, 0, 0], to: .function(0))]
    spec.functions = [EngineWorld.function("F", retries: 0, [.call(CallStep(partner: 0))])]
    return spec
  }

  @Test func `a partner has refused calls in flight, too, while it answers them`() {
    let records = EngineWorld.run(calls(drain: .hours(1)))
    let partner = records.partners[0]
    #expect(partner.overLimit == 2)
    #expect(partner.succeeded == 1)
    #expect(partner.inFlightPeak == 3)
    // One call of a second and two of half a second.
    #expect(partner.inFlightIntegral == 2)
    #expect(records.station("P")?.peak == 3)
    #expect(records.points("P", "InFlight").map(\.maximum) == [3])
    #expect(records.points("P", "Latency").map(\.sampleCount) == [1])
  }

  @Test func `Little's law holds for partners and functions, at the end and when the end cuts calls off`()
    throws
  {
    for (drain, inside) in [(SimDuration.hours(1), 0), (.milliseconds(500), 1), (.zero, 3)] {
      let records = EngineWorld.run(calls(drain: drain))
      for name in ["P", "F"] {
        let little = try #require(records.station(name)?.little)
        #expect(little.arrivals == 3)
        #expect(little.inside == inside)
        #expect(little.holds)
      }
    }
    let whole = try #require(EngineWorld.run(calls(drain: .hours(1))).station("P")?.little)
    #expect(whole.sojournSum == 2_000_000_000)
  }
}

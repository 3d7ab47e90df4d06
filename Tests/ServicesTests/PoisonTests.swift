import Kernel
import Records
import Services
import Testing

/// What a record that cannot be handled does to its shard. Source: fact sheet §2.3, §17.
@Suite struct PoisonTests {
  private func system(
    at times: [Double], bad: Set<Int>, retention: SimDuration,
    change: (inout StreamMappingSpec) -> Void = { _ in },
    steps: [Step] = [EngineWorld.failsForBad]
  ) -> SystemSpec {
    var spec = EngineWorld.system(duration: .minutes(10), drain: .hours(200))
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: retention)]
    spec.workloads = [EngineWorld.messages(at: times, bad: bad, to: .stream(0))]
    var mapping = StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 1)
    change(&mapping)
    spec.mappings = [mapping]
    spec.functions = [EngineWorld.function("F", steps)]
    return spec
  }

  /// 1 + 2 + ... + 32 s and then 60 s a time: 6 + (86,400 − 63) / 60 + 1 attempts.
  @Test func `a poison pill is tried about 1,445 times in the 24 hours that it lives`() {
    let records = EngineWorld.run(system(at: [0], bad: [0], retention: .hours(24)))
    #expect((1444...1446).contains(records.total("F", "Invocations")))
    #expect(records.count(.expired) == 1)
    #expect(records.workloads[0].emptiedAt.map { $0 >= .zero + .hours(24) } == true)
  }

  @Test func `without a limit it is tried until it expires, however long that is`() {
    let day = EngineWorld.run(system(at: [0], bad: [0], retention: .hours(24))).total("F", "Invocations")
    let week = EngineWorld.run(system(at: [0], bad: [0], retention: .hours(168))).total("F", "Invocations")
    #expect(abs(week - day - 6 * 1440) <= 1)
  }

  /// The records behind it had less than the retention time left when it went.
  @Test func `what waits behind it expires in its turn when it is handled slower than it ages`() {
    // Ten minutes' worth of records behind the poison; each takes ten minutes to handle.
    let times = [0] + (0..<60).map { 10 * Double($0) + 5 }
    let records = EngineWorld.run(
      system(
        at: times, bad: [0], retention: .hours(1),
        steps: [EngineWorld.failsForBad, .sleep(.constant(600))]))
    #expect(records.count(.completed) + records.count(.expired) == 61)
    // One record per ten minutes, from the hour on until the last of them is an hour old: not more than two.
    #expect((1...2).contains(records.count(.completed)))
    #expect(records.workloads[0].reasons.filter { $0.outcome == .expired }.count == 2)
  }

  /// A throttle blocks the lane as an error does and uses up no retry.
  @Test func `throttles use up no retries`() {
    var spec = system(at: [0], bad: [], retention: .hours(24), change: { $0.maximumRetryAttempts = 0 })
    spec.functions[0].reservedConcurrentExecutions = 0
    spec.timeline = [
      TimelineEntry(time: .zero + .minutes(5), change: .reservedConcurrency(function: 0, 1))
    ]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 1)
    #expect(records.total("F", "Throttles") >= 8)
    #expect(records.total("F", "Invocations") == 1)
  }

  @Test func `records age while the function is throttled`() {
    var spec = system(
      at: [0, 200], bad: [], retention: .hours(24),
      change: {
        $0.maximumRecordAge = .seconds(120)
      })
    spec.functions[0].reservedConcurrentExecutions = 0
    spec.timeline = [
      TimelineEntry(time: .zero + .seconds(210), change: .reservedConcurrency(function: 0, 1))
    ]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 1)
    #expect(records.workloads[0].reasons.map(\.reason) == ["RecordAgeExceeded"])
  }

  @Test func `records written before the starting position are not for the function`() {
    let records = EngineWorld.run(
      system(
        at: [0, 50, 100, 150], bad: [], retention: .hours(24),
        change: {
          $0.startTime = .zero + .seconds(100)
        }))
    #expect(records.count(.filtered) == 2)
    #expect(records.count(.completed) == 2)
    #expect(records.total("F", "Invocations") == 2)
  }

  @Test func `a lost checkpoint brings a handled batch again`() {
    var spec = system(at: (0..<200).map(Double.init), bad: [], retention: .hours(24))
    spec.limits[.mappingCheckpointLoss] = 0.25
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 200)
    // 200 / (1 − 0.25) = 267 invocations, standard deviation 9.
    #expect((230...310).contains(records.total("F", "Invocations")))
  }
}

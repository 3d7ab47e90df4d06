import Kernel
import Records
import Services
import Testing

/// Many subscribers that poll one stream. Source: fact sheet §1.4, §1.5.
@Suite struct HotStreamTests {
  /// The platform of round numbers, with the poll drift and back-off of the presets.
  private static var limits: Limits {
    var limits = Limits.test
    limits[.mappingPollJitter] = 0.05
    return limits
  }

  private static func system(subscribers: Int, shards: Int, duration: SimDuration) -> SystemSpec {
    var spec = EngineWorld.system(limits: limits, duration: duration, drain: .zero)
    spec.streams = [StreamSpec(logicalID: "Events", shardCount: shards, retention: .hours(24))]
    spec.functions = (0..<subscribers).map { EngineWorld.function("F\($0)", [.compute(.constant(0))]) }
    spec.mappings = (0..<subscribers).map {
      StreamMappingSpec(logicalID: "M\($0)", stream: 0, function: $0, batchSize: 100)
    }
    return spec
  }

  private static func throttlesPerMinuteAndShard(subscribers: Int, shards: Int) -> Double {
    let minutes: Int64 = 60
    let run = EngineWorld.run(system(subscribers: subscribers, shards: shards, duration: .minutes(minutes)))
    return run.total("Events", "ReadProvisionedThroughputExceeded") / Double(Int(minutes) * shards)
  }

  @Test(arguments: [(5, 54.0), (6, 82), (7, 108), (8, 129), (10, 170), (15, 249), (30, 439)])
  func `throttles as the table of the fact sheet says, within a fifth`(subscribers: Int, expected: Double) {
    let measured = Self.throttlesPerMinuteAndShard(subscribers: subscribers, shards: 2)
    #expect(abs(measured - expected) < 0.2 * expected, "\(measured) per minute and shard")
  }

  @Test func `up to four subscribers nearly fit`() {
    #expect(Self.throttlesPerMinuteAndShard(subscribers: 3, shards: 2) < 0.05)
    let four = Self.throttlesPerMinuteAndShard(subscribers: 4, shards: 4)
    #expect(four > 1 && four < 5, "\(four) per minute and shard")
  }

  @Test func `shards multiply the throttles and cure nothing`() {
    let one = Self.throttlesPerMinuteAndShard(subscribers: 6, shards: 2)
    let many = Self.throttlesPerMinuteAndShard(subscribers: 6, shards: 6)
    #expect(abs(one - many) < 0.1 * many, "\(one) and \(many) per shard")
  }

  @Test func `throttles do not follow the traffic`() {
    var spec = Self.system(subscribers: 6, shards: 1, duration: .hours(3))
    // Half the time 15 messages a minute, half the time 90.
    spec.workloads = [
      WorkloadSpec(
        name: "events", destination: .stream(0),
        arrivals: .mmpp([(rate: 0.25, stay: 300), (rate: 1.5, stay: 300)]),
        size: .constant(200))
    ]
    spec.run.drain = .minutes(5)
    let run = EngineWorld.run(spec)
    let minutes = 0..<180
    func counts(_ metric: String) -> [Double] {
      var counts = Array(repeating: 0.0, count: minutes.count)
      for point in run.points("Events", metric) where minutes.contains(point.minute) {
        counts[point.minute] = point.sum
      }
      return counts
    }
    let arrivals = counts("IncomingRecords")
    let throttles = counts("ReadProvisionedThroughputExceeded")
    #expect(arrivals.max()! > 4 * arrivals.min()!)
    // Of 180 independent pairs |r| exceeds 0.25 once in a thousand.
    let r = Self.correlation(arrivals, throttles)
    #expect(abs(r) < 0.25, "r = \(r)")
    #expect(abs(throttles.reduce(0, +) / 180 - 82) < 0.2 * 82)
  }

  private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let meanX = x.reduce(0, +) / Double(x.count)
    let meanY = y.reduce(0, +) / Double(y.count)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      yy += (b - meanY) * (b - meanY)
      xy += (a - meanX) * (b - meanY)
    }
    return xy / (xx * yy).squareRoot()
  }

  @Test func `counts the polls that found nothing`() {
    for subscribers in [1, 2, 3] {
      let run = EngineWorld.run(Self.system(subscribers: subscribers, shards: 2, duration: .minutes(30)))
      let calls = run.total("Events", "GetRecords.Success")
      let expected = Double(subscribers * 2 * 30 * 60)
      #expect(abs(calls - expected) < 0.01 * expected, "\(calls) calls of \(subscribers)")
      #expect(run.eventCount < 40, "\(run.eventCount) events for idle shards")
    }
  }

  /// Gaps between polls that a shard answered, with the engine's own admission and back-off.
  private func gaps(subscribers: Int) -> [Double] {
    var state: UInt64 = 20_170_501
    func word() -> UInt32 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt32(truncatingIfNeeded: state >> 32)
    }
    func uniform() -> Double { Double(word()) / 4_294_967_296 }
    var shard = ShardReadAdmission(callsPerSecond: 5, bytesPerSecond: 2_097_152)
    var due = (0..<subscribers).map { _ in SimTime.zero + SimDuration(seconds: uniform()) }
    var failures = Array(repeating: 0, count: subscribers)
    var answered: [SimTime?] = Array(repeating: nil, count: subscribers)
    var gaps: [Double] = []
    while let next = due.indices.min(by: { due[$0] < due[$1] }), due[next] < .zero + .hours(2) {
      let now = due[next]
      if shard.admit(now: now) {
        if let last = answered[next] { gaps.append((now - last).seconds) }
        answered[next] = now
        failures[next] = 0
        due[next] = now + SimDuration(seconds: 0.95 + 0.1 * uniform())
      } else {
        failures[next] += 1
        due[next] =
          now
          + StreamRetry.readThrottleDelay(
            failure: failures[next], base: .seconds(1), cap: .seconds(10), word: word())
      }
    }
    return gaps.sorted()
  }

  @Test(arguments: [(5, 2.0), (6, 6.8), (8, 17), (10, 23), (15, 38)])
  func `some subscribers starve for seconds while most polls succeed`(subscribers: Int, p99: Double) {
    let gaps = gaps(subscribers: subscribers)
    #expect(abs(gaps[gaps.count * 99 / 100] - p99) < 0.25 * p99, "p99 \(gaps[gaps.count * 99 / 100]) s")
    #expect(gaps[gaps.count / 2] < 1.05)
  }

  // MARK: Bytes

  /// Two megabytes a second are all that pollers of one shard get, whatever they buffer.
  @Test func `pollers of a shard share two mebibytes a second`() {
    var limits = Self.limits
    limits[.kinesisWriteBytesPerSecond] = 100_000_000
    var spec = EngineWorld.system(limits: limits, duration: .seconds(1), drain: .minutes(10))
    spec.streams = [StreamSpec(logicalID: "Events", shardCount: 1, retention: .hours(24))]
    spec.functions = (0..<2).map { EngineWorld.function("F\($0)", [.compute(.constant(0))]) }
    spec.mappings = (0..<2).map {
      StreamMappingSpec(logicalID: "M\($0)", stream: 0, function: $0, batchSize: 100)
    }
    // 40 MiB, read twice.
    spec.workloads = [
      WorkloadSpec(
        name: "orders", destination: .stream(0), arrivals: .backlog(count: 160, sendRate: nil),
        size: .constant(262_144), key: .constant("k"))
    ]
    let run = EngineWorld.run(spec)
    #expect(run.count(.completed) == 160)
    #expect(run.total("Events", "GetRecords.Bytes") == 80 * 1_048_576)
    #expect(run.total("Events", "GetRecords.Records") == 320)
    #expect(run.total("Events", "ReadProvisionedThroughputExceeded") > 0)
    // 80 MiB at 2 MiB/s take 40 s, less the reply that leaves the last debt; back-off adds a good deal.
    #expect(run.end.seconds > 37 && run.end.seconds < 130, "\(run.end.seconds) s")
  }
}

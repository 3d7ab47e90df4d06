import Kernel
import Records
import Services
import Testing

/// Consumers with enhanced fan-out. Source: fact sheet §1.1, §1.4.
@Suite struct FanOutTests {
  private static var limits: Limits {
    var limits = Limits.test
    limits[.kinesisFanOutP10Seconds] = 0.004
    limits[.kinesisFanOutP50Seconds] = 0.024
    limits[.kinesisFanOutP90Seconds] = 0.043
    limits[.kinesisFanOutP99Seconds] = 0.084
    limits[.priceKinesisConsumerShardHour] = 0.015
    limits[.priceKinesisConsumerGB] = 0.013
    return limits
  }

  private static func system(consumers: Int, shards: Int, duration: SimDuration) -> SystemSpec {
    var spec = EngineWorld.system(limits: limits, duration: duration, drain: .minutes(30))
    spec.streams = [StreamSpec(logicalID: "Events", shardCount: shards, retention: .hours(24))]
    spec.consumers = (0..<consumers).map { StreamConsumerSpec(logicalID: "C\($0)", stream: 0) }
    spec.functions = (0..<consumers).map { EngineWorld.function("F\($0)", [.compute(.constant(0))]) }
    spec.mappings = (0..<consumers).map {
      var mapping = StreamMappingSpec(logicalID: "M\($0)", stream: 0, function: $0, batchSize: 100)
      mapping.consumer = $0
      return mapping
    }
    return spec
  }

  @Test func `pushes as fast as measured, and six consumers throttle nothing`() throws {
    var spec = Self.system(consumers: 6, shards: 1, duration: .minutes(10))
    spec.workloads = [
      WorkloadSpec(
        name: "events", destination: .stream(0), arrivals: .constant(rate: 2), size: .constant(200))
    ]
    let run = EngineWorld.run(spec)
    #expect(run.count(.completed) == 1199)
    #expect(run.total("Events", "ReadProvisionedThroughputExceeded") == 0)
    #expect(run.total("Events", "GetRecords.Success") == 0)
    for consumer in 0..<6 {
      let ages = run.points("F\(consumer)", "IteratorAge")
      let median = ages.compactMap(\.p50).reduce(0, +) / Double(ages.count)
      #expect(abs(median - 24) < 2, "median \(median) ms")
      #expect(ages.map(\.maximum).max()! <= 84)
      #expect(
        run.points("C\(consumer)", "SubscribeToShardEvent.MillisBehindLatest").map(\.maximum).max() == 0)
    }
  }

  @Test func `each consumer has two mebibytes a second of its own`() throws {
    var spec = Self.system(consumers: 3, shards: 1, duration: .seconds(1))
    spec.limits[.kinesisWriteBytesPerSecond] = 100_000_000
    spec.workloads = [
      WorkloadSpec(
        name: "orders", destination: .stream(0), arrivals: .backlog(count: 160, sendRate: nil),
        size: .constant(262_144), key: .constant("k"))
    ]
    let run = EngineWorld.run(spec)
    #expect(run.count(.completed) == 160)
    // 40 MiB at 2 MiB/s, less the push that leaves the last debt.
    #expect(run.end.seconds > 17 && run.end.seconds < 20.5, "\(run.end.seconds) s")
    let behind = run.points("C0", "SubscribeToShardEvent.MillisBehindLatest").map(\.maximum).max()!
    #expect(behind > 10_000)
  }

  @Test func `records that come while the function works cost no event of their own`() {
    var spec = Self.system(consumers: 1, shards: 1, duration: .seconds(100))
    spec.functions = [EngineWorld.function("F0", scope: .perBatch, [.sleep(.constant(10))])]
    spec.workloads = [
      WorkloadSpec(
        name: "events", destination: .stream(0), arrivals: .constant(rate: 100), size: .constant(200),
        key: .constant("k"))
    ]
    spec.mappings[0].batchSize = 10_000
    let run = EngineWorld.run(spec)
    #expect(run.count(.completed) == 9999)
    // Of the 9,999 arrivals beyond one event each: a push, a delivery and an invocation for each of 11 batches.
    #expect(run.eventCount < 9999 + 100, "\(run.eventCount) events")
  }

  @Test func `costs by consumer, shard and gigabyte`() {
    var spec = Self.system(consumers: 2, shards: 3, duration: .hours(1))
    spec.workloads = [
      WorkloadSpec(
        name: "events", destination: .stream(0), arrivals: .constant(rate: 1), size: .constant(100_000))
    ]
    let run = EngineWorld.run(spec)
    func quantity(_ resource: String, _ item: String) -> Double {
      run.usage.first { $0.resource == resource && $0.item == item }?.quantity ?? 0
    }
    let hours = run.end.seconds / 3600
    for consumer in ["C0", "C1"] {
      #expect(abs(quantity(consumer, "fan-out shard hours") - 3 * hours) < 1e-9)
      #expect(abs(quantity(consumer, "fan-out data") - 3599 * 100_000 / 1_073_741_824) < 1e-9)
    }
    #expect(abs(quantity("Events", "shard hours") - 3 * hours) < 1e-9)
  }
}

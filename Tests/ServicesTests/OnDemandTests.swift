import Kernel
import Records
import Services
import Testing

/// Streams whose capacity follows the traffic. Source: fact sheet §1.7.
@Suite struct OnDemandTests {
  private static func system(key: KeySpec, rate: Double) -> SystemSpec {
    var limits = Limits.test
    limits[.kinesisOnDemandWriteBytesPerSecond] = 4_194_304
    limits[.kinesisOnDemandMaxBytesPerSecond] = 200 * 1_048_576
    limits[.kinesisOnDemandSplitBytesPerSecond] = 512_000
    limits[.kinesisOnDemandSplitSeconds] = 900
    limits[.priceKinesisOnDemandInGB] = 0.08
    limits[.priceKinesisOnDemandStreamHour] = 0.04
    var spec = EngineWorld.system(limits: limits, duration: .minutes(25), drain: .minutes(5))
    spec.streams = [StreamSpec(logicalID: "Events", shardCount: 4, retention: .hours(24))]
    spec.streams[0].isOnDemand = true
    spec.functions = [EngineWorld.function("F", scope: .perBatch, [.compute(.constant(0))])]
    spec.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 10_000)]
    spec.workloads = [
      WorkloadSpec(
        name: "events", destination: .stream(0), arrivals: .constant(rate: rate), size: .constant(100_000),
        key: key)
    ]
    spec.workloads[0].producer.retry = .none
    return spec
  }

  @Test func `a busy shard is split within a quarter of an hour`() {
    // 5 MB/s on four shards of 1 MiB/s: a sixth is refused until eight shards are open.
    let run = EngineWorld.run(Self.system(key: .uniform, rate: 50))
    let throttles = run.points("Events", "WriteProvisionedThroughputExceeded")
    func share(_ minutes: Range<Int>) -> Double {
      throttles.filter { minutes.contains($0.minute) }.reduce(0) { $0 + $1.sum }
        / Double(3000 * minutes.count)
    }
    #expect(abs(share(0..<16) - 0.16) < 0.03, "\(share(0..<16))")
    #expect(share(17..<25) < 0.005, "\(share(17..<25))")
    #expect(run.station("Events")!.capacityLabel == "4–8 shards")
    #expect(run.count(.completed) + run.count(.dropped) == 74_999)
    let usage = run.usage.filter { $0.resource == "Events" }
    #expect(usage.map(\.item) == ["data in", "data out", "stream hours"])
    // Each record of 100,000 bytes and its key is billed as 98 KiB.
    let accepted = run.total("Events", "IncomingRecords")
    #expect(abs(usage[0].quantity - accepted * 98 / 1_048_576) < 1e-6)
  }

  @Test func `a hot key is throttled however often its shard is split`() {
    let run = EngineWorld.run(Self.system(key: .constant("hot"), rate: 20))
    let throttles = run.points("Events", "WriteProvisionedThroughputExceeded")
    let late = throttles.filter { $0.minute >= 17 && $0.minute < 25 }.reduce(0) { $0 + $1.sum }
    // 2 MB/s of which one shard takes 1 MiB/s.
    let expected = 480 * (20 - 1_048_576 / 100_008.0)
    #expect(abs(late - expected) < 0.02 * expected, "\(late) of \(expected)")
    #expect(run.station("Events")!.capacityLabel == "4–5 shards")
  }

  @Test func `a quiet stream stays as it is`() {
    let run = EngineWorld.run(Self.system(key: .uniform, rate: 15))
    #expect(run.station("Events")!.capacityLabel == "4 shards")
    #expect(Double(run.count(.dropped)) < 0.001 * 22_499)
  }
}

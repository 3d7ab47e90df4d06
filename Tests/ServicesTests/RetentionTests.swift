import Kernel
import Records
import Services
import Testing

/// Records that are not read in time. Source: fact sheet §1.10, §17.
@Suite struct RetentionTests {
  /// Images put at once into one shard, 20 to a batch, which takes a while.
  private static func system(images: Int, seconds: Double, readers: Int = 1, retention: SimDuration)
    -> SystemSpec
  {
    var limits = Limits.test
    limits[.kinesisWriteRecordsPerSecond] = 1_000_000
    limits[.kinesisWriteBytesPerSecond] = 100_000_000
    limits[.priceKinesisShardHour] = 0.015
    limits[.priceKinesisExtendedRetentionShardHour] = 0.02
    limits[.priceKinesisLongRetentionGBMonth] = 0.023
    var spec = EngineWorld.system(limits: limits, duration: .minutes(1), drain: .hours(60))
    spec.streams = [StreamSpec(logicalID: "Images", shardCount: 1, retention: retention)]
    spec.functions = (0..<readers).map {
      EngineWorld.function("Download\($0)", scope: .perBatch, [.sleep(.constant(seconds))])
    }
    spec.mappings = (0..<readers).map {
      StreamMappingSpec(logicalID: "M\($0)", stream: 0, function: $0, batchSize: 20)
    }
    spec.workloads = [EngineWorld.backlog(images, to: .stream(0))]
    return spec
  }

  /// 25,000 batches at 4 s are 27.8 h of work: what is not begun after 24 h is gone. Here a tenth of it.
  @Test func `half a million images at four seconds a batch outlive a day's retention`() {
    let tenthOfDay = SimDuration.minutes(144)
    let run = EngineWorld.run(Self.system(images: 50_000, seconds: 4, retention: tenthOfDay))
    // 8,640 s hold 2,160 batches; the first poll comes within the first second.
    let served = run.count(.completed)
    #expect(served >= 2159 * 20 && served <= 2160 * 20, "\(served)")
    #expect(run.count(.expired) == 50_000 - served)
    let reasons = run.workloads[0].reasons.filter { $0.outcome == .expired }
    #expect(reasons.map(\.reason) == ["retention passed unread"])
    #expect(reasons[0].count == 50_000 - served && reasons[0].resource == "M0")
    // Three seconds a batch are 20.8 h of work, which fits.
    let faster = EngineWorld.run(Self.system(images: 50_000, seconds: 3, retention: tenthOfDay))
    #expect(faster.count(.completed) == 50_000)
    #expect(abs(faster.end.seconds / 360 - 20.83) < 0.01)
  }

  @Test func `every expired record is named`() {
    // An hour keeps 900 batches of 1,250.
    var spec = Self.system(images: 25_000, seconds: 4, retention: .hours(1))
    spec.output.messages = .all
    let run = EngineWorld.run(spec)
    let expired = run.messages.filter { $0.outcome == .expired }
    let served = run.count(.completed)
    #expect(served >= 899 * 20 && served <= 900 * 20, "\(served)")
    #expect(expired.map(\.index).sorted() == Array(served..<25_000))
    #expect(expired.allSatisfy { $0.ended.seconds >= 3600 && $0.lastResource == "M0" && $0.deliveries == 0 })
  }

  @Test func `a slow reader loses what a fast one has read, and the worst outcome speaks`() {
    var spec = Self.system(images: 25_000, seconds: 4, readers: 2, retention: .hours(1))
    spec.functions[1] = EngineWorld.function("Fast", scope: .perBatch, [.sleep(.constant(0.1))])
    let run = EngineWorld.run(spec)
    #expect(run.count(.expired) >= 25_000 - 900 * 20)
    #expect(run.count(.completed) + run.count(.expired) == 25_000)
    #expect(run.total("Fast", "Invocations") == 1250)
  }

  @Test func `retention beyond a day costs by the shard, beyond a week by the data`() {
    func items(_ hours: Int64) -> [String] {
      EngineWorld.run(Self.system(images: 1000, seconds: 0, retention: .hours(hours))).usage
        .filter { $0.resource == "Images" && $0.item != "put units" }.map(\.item)
    }
    #expect(items(24) == ["shard hours"])
    #expect(items(48) == ["extended retention", "shard hours"])
    #expect(items(24 * 30) == ["extended retention", "long-term retention", "shard hours"])
  }
}

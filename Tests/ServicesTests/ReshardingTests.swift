import Kernel
import Records
import Services
import Testing

/// Splits and merges while records flow. Source: fact sheet §1.6.
@Suite struct ReshardingTests {
  @Test(arguments: [(4, 8, 1), (8, 4, 1), (2, 3, 2), (3, 2, 2), (1, 2, 1), (4, 5, 2), (10, 20, 1), (7, 7, 0)])
  func `reaches equal ranges in few waves`(from: Int, to: Int, waves: Int) {
    let target = ReshardingPlan.uniformStarts(to)
    let plan = ReshardingPlan.waves(from: ReshardingPlan.uniformStarts(from), to: target)
    #expect(plan.count == waves)
    var starts = ReshardingPlan.uniformStarts(from)
    for wave in plan {
      for step in wave.reversed() {
        switch step {
        case .split(let position, let start): starts.insert(start, at: position + 1)
        case .merge(let position): starts.remove(at: position + 1)
        }
      }
    }
    #expect(starts.count == target.count)
    // Borders that were there already may have been rounded differently.
    #expect(zip(starts, target).allSatisfy { max($0, $1) - min($0, $1) < UInt128(1) << 64 })
  }

  /// A stream with readers that work a second on each record.
  private static func system(
    shards: Int, readers: Int, changes: [(seconds: Int64, count: Int)], rate: Double = 5
  ) -> SystemSpec {
    var spec = EngineWorld.system(duration: .minutes(5), drain: .hours(40))
    spec.streams = [StreamSpec(logicalID: "Events", shardCount: shards, retention: .hours(24))]
    spec.functions = (0..<readers).map {
      EngineWorld.function("F\($0)", scope: .perBatch, [.sleep(.constant(1))])
    }
    spec.mappings = (0..<readers).map {
      StreamMappingSpec(logicalID: "M\($0)", stream: 0, function: $0, batchSize: 1)
    }
    spec.workloads = [
      WorkloadSpec(
        name: "events", destination: .stream(0), arrivals: .constant(rate: rate), size: .constant(200),
        key: .zipf(exponent: 0, keys: 50))
    ]
    spec.timeline = changes.map {
      TimelineEntry(time: .zero + .seconds($0.seconds), change: .shardCount(stream: 0, $0.count))
    }
    return spec
  }

  @Test(arguments: [(1, 4), (2, 1), (4, 3), (3, 5)])
  func `loses and doubles nothing, and keeps the order of a key`(from: Int, to: Int) {
    let steps = from == 1 ? [(30, 2), (90, 4)] : [(30, to)]
    var spec = Self.system(
      shards: from, readers: 1, changes: steps.map { (Int64($0.0), $0.1) })
    spec.output.messages = .all
    let run = EngineWorld.run(spec)
    #expect(run.count(.completed) == 1499)
    #expect(run.workloads[0].books[0].deliveries == 1499)
    // With one reader a record's end is its place in the order of its key.
    var last: [String: SimTime] = [:]
    for message in run.messages.sorted(by: { $0.index < $1.index }) {
      if let before = last[message.key] { #expect(message.ended > before, "key \(message.key)") }
      last[message.key] = message.ended
    }
  }

  @Test func `more shards serve a backlog faster once the parents are drained`() {
    let still = EngineWorld.run(Self.system(shards: 2, readers: 1, changes: []))
    let split = EngineWorld.run(Self.system(shards: 2, readers: 1, changes: [(30, 4), (120, 8)]))
    #expect(still.count(.completed) == 1499 && split.count(.completed) == 1499)
    #expect(split.end.seconds < 0.7 * still.end.seconds, "\(split.end.seconds) of \(still.end.seconds) s")
  }

  @Test func `bills open shards for the time they were open`() {
    let run = EngineWorld.run(Self.system(shards: 2, readers: 1, changes: [(60, 4), (240, 2)], rate: 0.1))
    let hours = run.usage.first { $0.item == "shard hours" }!.quantity
    let expected = (2 * 60 + 4 * 180 + 2 * (run.end.seconds - 240)) / 3600
    #expect(abs(hours - expected) < 1e-9, "\(hours) of \(expected)")
    #expect(run.station("Events")!.capacityLabel == "2–4 shards")
  }

  @Test func `six readers stay contended on the children`() {
    var spec = Self.system(shards: 2, readers: 6, changes: [(600, 4)], rate: 1)
    spec.limits[.mappingPollJitter] = 0.05
    spec.run.duration = .minutes(20)
    spec.workloads[0].arrivals = .constant(rate: 0.05)
    let run = EngineWorld.run(spec)
    let points = run.points("Events", "ReadProvisionedThroughputExceeded")
    func rate(_ minutes: Range<Int>) -> Double {
      points.filter { minutes.contains($0.minute) }.reduce(0) { $0 + $1.sum } / Double(minutes.count)
    }
    #expect(abs(rate(0..<10) - 2 * 82) < 0.25 * 2 * 82, "\(rate(0..<10)) a minute")
    #expect(abs(rate(11..<20) - 4 * 82) < 0.25 * 4 * 82, "\(rate(11..<20)) a minute")
  }

  @Test func `a mapping switched off reads the parents first when it is switched on again`() {
    var spec = Self.system(shards: 1, readers: 2, changes: [(60, 2)])
    spec.mappings[1].enabled = false
    spec.timeline.append(
      TimelineEntry(time: .zero + .minutes(6), change: .mappingEnabled(1, true)))
    let run = EngineWorld.run(spec)
    #expect(run.count(.completed) == 1499)
    #expect(run.workloads[0].books[0].deliveries == 2 * 1499)
  }

  @Test func `lanes finish the parents together`() {
    var spec = Self.system(shards: 1, readers: 1, changes: [(60, 2), (200, 1)])
    spec.mappings[0].parallelizationFactor = 4
    spec.output.messages = .all
    let run = EngineWorld.run(spec)
    #expect(run.count(.completed) == 1499)
    #expect(run.workloads[0].books[0].deliveries == 1499)
    var last: [String: SimTime] = [:]
    for message in run.messages.sorted(by: { $0.index < $1.index }) {
      if let before = last[message.key] { #expect(message.ended > before, "key \(message.key)") }
      last[message.key] = message.ended
    }
  }

  @Test func `the end of a shard closes its tumbling window early`() {
    var spec = Self.system(shards: 1, readers: 1, changes: [(90, 2)])
    spec.run.duration = .minutes(3)
    spec.workloads[0].arrivals = .constant(rate: 0.2)
    spec.mappings[0].tumblingWindow = .minutes(2)
    let whole = Self.system(shards: 1, readers: 1, changes: [])
    var still = whole
    still.run.duration = .minutes(3)
    still.workloads[0].arrivals = .constant(rate: 0.2)
    still.mappings[0].tumblingWindow = .minutes(2)
    let split = EngineWorld.run(spec)
    #expect(split.count(.completed) == 35)
    // One shard ends two windows; the split one ends one early, and its children two each at most.
    #expect(EngineWorld.run(still).total("F0", "Invocations") == 35 + 2)
    let ends = split.total("F0", "Invocations") - 35
    #expect(ends > 2 && ends <= 5, "\(ends) windows")
  }

  @Test func `records of a closed shard expire as others do`() {
    var spec = Self.system(shards: 1, readers: 1, changes: [(60, 2)])
    spec.functions = [EngineWorld.function("F0", [EngineWorld.fails])]
    let run = EngineWorld.run(spec)
    #expect(run.count(.expired) == 1499)
    #expect(run.end.seconds < 25 * 3600)
  }
}

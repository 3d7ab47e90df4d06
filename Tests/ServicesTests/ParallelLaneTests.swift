import Kernel
import Records
import Services
import Testing

/// ParallelizationFactor: keys in order, shards no longer. Source: fact sheet §2.2 step 5.
@Suite struct ParallelLaneTests {
  private static let factor = 4

  /// Messages with the given keys, ten milliseconds apart, in one shard.
  private func system(keys: [String], bad: Set<String> = [], factor: Int = Self.factor, steps: [Step])
    -> SystemSpec
  {
    var spec = EngineWorld.system(duration: .minutes(10), traces: keys.count)
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: .hours(1))]
    let rows = keys.enumerated().map { index, key in
      TraceRow(
        time: .zero + .milliseconds(Int64(10 * index)), sizeBytes: 100, key: key,
        fields: [.text(bad.contains(key) ? "yes" : "no")])
    }
    spec.workloads = [
      WorkloadSpec(
        name: "orders", destination: .stream(0), arrivals: .trace(rows), size: .constant(100),
        fields: [FieldSpec(name: "bad", source: .trace)])
    ]
    var mapping = StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 1)
    mapping.parallelizationFactor = factor
    spec.mappings = [mapping]
    spec.functions = [EngineWorld.function("F", steps)]
    return spec
  }

  private func lane(_ key: String) -> Int {
    Int(UInt32(truncatingIfNeeded: EntityAddress.name(key)) % UInt32(Self.factor))
  }

  private func spans(_ records: RunRecords) -> [SpanRecord] {
    records.spans.filter { $0.kind == "invocation" }.sorted { ($0.start, $0.index) < ($1.start, $1.index) }
  }

  @Test func `a poisoned key blocks its own lane only`() {
    let keys = (0..<40).map { "key-\($0 % 20)" }
    let spec = system(keys: keys, bad: ["key-3"], steps: [EngineWorld.failsForBad])
    let blocked = keys.enumerated().filter { lane($1) == lane("key-3") && $0 >= 3 }.count
    #expect(blocked > 2 && blocked < 20)
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 40 - blocked)
    #expect(records.count(.expired) == blocked)
    // The others were done within the first polls; the lane was blocked until the records expired.
    #expect(records.workloads[0].books[0].latency.maximum < .seconds(3))
    #expect(records.workloads[0].emptiedAt.map { $0 >= .zero + .hours(1) } == true)
  }

  @Test(arguments: [1, 2, 4, 10]) func `a shard has as many invocations in flight as it has lanes`(
    factor: Int
  ) {
    let keys = (0..<200).map { "key-\($0)" }
    let records = EngineWorld.run(system(keys: keys, factor: factor, steps: [.sleep(.constant(1))]))
    #expect(records.count(.completed) == 200)
    #expect(records.station("F")?.peak == Double(factor))
    #expect(records.station("F")?.capacityLabel == "conc \(factor)")
  }

  @Test func `records of a key are handled in their order and never two at once`() {
    let keys = (0..<120).map { "key-\($0 % 7)" }
    let records = EngineWorld.run(system(keys: keys, steps: [.sleep(.constant(0.3))]))
    let ordered = spans(records)
    #expect(ordered.count == 120)
    for key in 0..<7 {
      let own = ordered.filter { $0.index % 7 == key }
      #expect(own.map(\.index) == own.map(\.index).sorted())
      for (earlier, later) in zip(own, own.dropFirst()) { #expect(earlier.end <= later.start) }
    }
    // Different keys overlap.
    #expect(zip(ordered, ordered.dropFirst()).contains { $1.start < $0.end })
  }

  /// Lanes finish out of order; the shard's records are forgotten up to the lowest that is not done with.
  @Test func `the checkpoint waits for the lowest unfinished record`() {
    var spec = system(
      keys: (0..<30).map { "key-\($0)" }, bad: ["key-0"],
      steps: [
        .fail(
          rate: 1,
          when: .and(
            .compare(.field("bad"), .equal, .text("yes")), .compare(.attempt, .less, .number(4))),
          name: "boom")
      ])
    spec.run.duration = .minutes(2)
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 30)
    // Attempts at 0, 1, 3 and 7 s: until then the backlog of the stream keeps every record.
    let backlog = records.points("S", "Backlog")
    #expect(backlog.first?.maximum == 30)
    #expect(records.workloads[0].books[0].latency.maximum >= .seconds(7))
    #expect(records.workloads[0].books[0].latency.maximum < .seconds(9))
  }
}

import Kernel
import Records
import Services
import Testing

/// Producers outside AWS that meet the write quota of a shard. Source: fact sheet §1.3, §1.10.
@Suite struct ProducerTests {
  /// 6,000 records of one key in a second and a half into a shard that takes 1,000 at once and 1,000 a second.
  private static func run(_ change: (inout ProducerSpec) -> Void) -> RunRecords {
    var spec = EngineWorld.system(duration: .seconds(60), drain: .minutes(30))
    spec.limits[.sdkBackoffMaxSeconds] = 20
    spec.streams = [StreamSpec(logicalID: "Events", shardCount: 1, retention: .hours(24))]
    spec.functions = [EngineWorld.function("F", scope: .perBatch, [.compute(.constant(0))])]
    spec.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 10_000)]
    var workload = WorkloadSpec(
      name: "orders", destination: .stream(0), arrivals: .backlog(count: 6000, sendRate: 4000),
      size: .constant(100), key: .constant("k"))
    change(&workload.producer)
    spec.workloads = [workload]
    spec.output.messages = .all
    return EngineWorld.run(spec)
  }

  @Test func `PutRecords without a look at the answer loses what was rejected`() {
    for retry in [ProducerSpec.Retry.sdk, .none] {
      let run = Self.run {
        $0.retry = retry; $0.batch = 500; $0.linger = .milliseconds(200)
      }
      // A full bucket of 1,000 and 1,000 a second until the last call, 1.5 s after the first message.
      let accepted = run.count(.completed)
      #expect(accepted >= 2300 && accepted <= 2500, "\(accepted) accepted")
      #expect(run.count(.dropped) == 6000 - accepted)
      #expect(run.total("Events", "WriteProvisionedThroughputExceeded") == Double(6000 - accepted))
      #expect(run.workloads[0].reasons.contains { $0.reason == "WriteProvisionedThroughputExceeded" })
    }
  }

  @Test func `a producer that sends rejected entries again loses nothing, but their order`() {
    let run = Self.run {
      $0.retry = .untilAccepted; $0.batch = 500; $0.linger = .milliseconds(200)
    }
    #expect(run.count(.completed) == 6000)
    #expect(run.total("Events", "IncomingRecords") == 6000)
    let byEnd = run.messages.sorted { ($0.ended, $0.index) < ($1.ended, $1.index) }
    let inversions = zip(byEnd, byEnd.dropFirst()).filter { $0.index > $1.index }
    #expect(!inversions.isEmpty)
    #expect(run.messages.contains { $0.attempts > 3 })
  }

  @Test func `PutRecord is repeated by the SDK three times, or not at all`() {
    let sdk = Self.run { $0.retry = .sdk }
    let none = Self.run { $0.retry = .none }
    #expect(sdk.count(.completed) > none.count(.completed))
    #expect(sdk.count(.dropped) > 0)
    #expect(none.count(.completed) + none.count(.dropped) == 6000)
    #expect(none.messages.allSatisfy { $0.outcome == .completed || $0.attempts == 1 })
  }

  @Test func `a call leaves when it is full, or when its first record has waited`() {
    let full = Self.run {
      $0.batch = 10; $0.linger = .seconds(30); $0.retry = .untilAccepted
    }
    #expect(full.count(.completed) == 6000)
    var spec = EngineWorld.system(duration: .seconds(60))
    spec.streams = [StreamSpec(logicalID: "Events", shardCount: 1, retention: .hours(24))]
    spec.functions = [EngineWorld.function("F", [.compute(.constant(0))])]
    spec.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 100)]
    spec.workloads = [EngineWorld.messages(at: [1, 3, 20], to: .stream(0))]
    spec.workloads[0].producer.batch = 500
    spec.workloads[0].producer.linger = .seconds(5)
    spec.output.messages = .all
    let run = EngineWorld.run(spec)
    // Put at 6, 6 and 25 s, and read within a second.
    let ends = run.messages.sorted { $0.index < $1.index }.map(\.ended.seconds)
    #expect(ends[0] > 6 && ends[0] < 7 && ends[1] == ends[0] && ends[2] > 25 && ends[2] < 26, "\(ends)")
  }

  @Test func `a record beyond the limit is refused for good`() {
    var spec = EngineWorld.system(duration: .seconds(60))
    spec.streams = [StreamSpec(logicalID: "Events", shardCount: 1, retention: .hours(24))]
    spec.workloads = [
      WorkloadSpec(
        name: "orders", destination: .stream(0), arrivals: .constant(rate: 0.1), size: .constant(1_048_577))
    ]
    spec.workloads[0].producer.retry = .untilAccepted
    let run = EngineWorld.run(spec)
    #expect(run.count(.dropped) == 5)
    #expect(run.workloads[0].reasons.first?.reason == "the record is larger than the stream takes")
  }

  @Test func `PutRecords takes five megabytes at most`() {
    var spec = EngineWorld.system(duration: .seconds(60))
    spec.limits[.kinesisWriteBytesPerSecond] = 100_000_000
    spec.streams = [StreamSpec(logicalID: "Events", shardCount: 1, retention: .hours(24))]
    spec.functions = [EngineWorld.function("F", [.compute(.constant(0))])]
    spec.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 100)]
    // Six of 1,000,000 bytes: five fit into one call with their keys.
    spec.workloads = [
      WorkloadSpec(
        name: "orders", destination: .stream(0), arrivals: .backlog(count: 6, sendRate: nil),
        size: .constant(1_000_000))
    ]
    spec.workloads[0].producer.batch = 100
    spec.workloads[0].producer.linger = .seconds(20)
    spec.output.messages = .all
    let run = EngineWorld.run(spec)
    let ends = run.messages.map(\.ended.seconds).sorted()
    #expect(ends.count == 6 && ends[4] < 10 && ends[5] > 20, "\(ends)")
  }
}

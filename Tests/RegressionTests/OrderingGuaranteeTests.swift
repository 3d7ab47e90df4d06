import HandlerKit
import Kernel
import Planning
import Records
import Scenarios
import Services
import Synchronization
import Testing
import VirtualRuntime

/// The sentences of ARCHITECTURE's ordering guarantees that are about handlers and shards, each held by the engine.
///
/// Event order, ranks and ties are held in KernelTests and by the fingerprints; draws by CommonRandomNumbersTests;
/// the number of threads by DeterminismTests.
@Suite struct OrderingGuaranteeTests {
  /// What handlers did, in the order in which they did it.
  final class Journal: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  struct StartWriter: LambdaHandler {
    let journal: Journal
    func handle(_ event: TriggerEvent, context: Context) async throws {
      for message in event.messages { journal.add("start \(message.id) at \(context.clock.now.nanoseconds)") }
      try await context.clock.sleep(for: .milliseconds(3))
      for message in event.messages { journal.add("end \(message.id) at \(context.clock.now.nanoseconds)") }
    }
  }

  /// Three equal waits and a shorter one, begun in this order.
  struct EqualWaits: LambdaHandler {
    let journal: Journal
    func handle(_ event: TriggerEvent, context: Context) async throws {
      let journal = journal
      await withTaskGroup(of: Void.self) { group in
        for (name, wait) in [("a", 5), ("b", 5), ("short", 1), ("c", 5)] {
          group.addTask {
            try? await context.clock.sleep(for: .milliseconds(wait))
            journal.add(name)
          }
        }
      }
    }
  }

  /// Fails every batch twice before it lets it pass.
  struct Stubborn: LambdaHandler {
    let journal: Journal
    func handle(_ event: KinesisEvent, context: Context) async throws {
      let numbers = event.records.map(\.sequenceNumber).joined(separator: "+")
      journal.add(numbers)
      if journal.all.count(where: { $0 == numbers }) < 3 { throw Refusal() }
    }
  }
  struct Refusal: Error {}

  private func run(
    _ journal: Journal, destination: Destination = .function(0), rate: Double, seconds: Int64,
    batchSize: Int? = nil,
    _ make: @escaping @Sendable (Journal) -> any LambdaHandler
  ) throws -> RunRecords {
    var system = SystemSpec(
      name: "ordering", limits: EraPreset.limits(.now),
      run: RunSpec(duration: .seconds(seconds), drain: .hours(1), replications: 1, seed: 11))
    system.workloads = [
      WorkloadSpec(
        name: "events", destination: destination, arrivals: .constant(rate: rate), key: .constant("one shard")
      )
    ]
    system.functions = [
      FunctionSpec(
        logicalID: "Worker", memorySize: 128, timeout: .seconds(60),
        handler: .swift(name: "worker", config: []))
    ]
    if let batchSize {
      system.streams = [StreamSpec(logicalID: "Stream", shardCount: 1, retention: .hours(24))]
      system.mappings = [
        StreamMappingSpec(logicalID: "Mapping", stream: 0, function: 0, batchSize: batchSize)
      ]
    }
    let registry: HandlerRegistry = ["worker": { _ in make(journal) }]
    let host = try HandlerHost(registry: registry, system: system)
    let records = Simulation(system, replication: 0, host: host).run()
    try RunChecks.verify(records)
    return records
  }

  @Test func `a handler that an event starts has run before the next event happens`() throws {
    let journal = Journal()
    // 1,000 a second and 3 ms each: starts and ends interleave, all on whole milliseconds apart from the overhead.
    _ = try run(journal, rate: 1000, seconds: 1) { StartWriter(journal: $0) }
    let times = journal.all.map { Int64($0.split(separator: " ").last!)! }
    #expect(times.count >= 1900)
    #expect(times == times.sorted(), "a handler ran at an instant that was over")
    let starts = journal.all.filter { $0.hasPrefix("start") }.map { $0.split(separator: " ")[1] }
    let cold = Set(starts.prefix(1))
    #expect(!cold.isEmpty && Set(starts).count == starts.count, "every message starts one handler")
  }

  @Test func `operations of one handler are answered in time and equal times in order of beginning`() throws {
    let journal = Journal()
    _ = try run(journal, rate: 1, seconds: 4) { EqualWaits(journal: $0) }
    #expect(journal.all.count == 12)
    for start in stride(from: 0, to: journal.all.count, by: 4) {
      #expect(Array(journal.all[start..<start + 4]) == ["short", "a", "b", "c"])
    }
  }

  @Test func `a shard hands over in sequence and waits for a batch to succeed`() throws {
    let journal = Journal()
    let records = try run(journal, destination: .stream(0), rate: 5, seconds: 4, batchSize: 3) {
      Stubborn(journal: $0)
    }
    #expect(records.workloads[0].books[0][.completed] == records.workloads[0].books[0].created)
    // Three attempts of each batch one after the other, and the batches in order without a gap.
    let attempts = journal.all
    #expect(attempts.count % 3 == 0)
    var next = 0
    for batch in stride(from: 0, to: attempts.count, by: 3) {
      #expect(Set(attempts[batch..<batch + 3]).count == 1, "\(attempts[batch..<batch + 3])")
      for number in attempts[batch].split(separator: "+") {
        #expect(Int(number) == next)
        next += 1
      }
    }
    #expect(next == records.workloads[0].books[0].created)
  }
}

import HandlerKit
import Kernel
import Planning
import Records
import Scenarios
import Services
import Synchronization
import Testing
import VirtualRuntime

/// Swift handlers behind a stream: what their replies do to the shard, and what they see of tumbling windows.
@Suite struct StreamHandlerTests {
  final class Journal: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  /// Records a second, from 60 s on, the first of them long before.
  private func run(
    at times: [Double], journal: Journal, limits: (inout Limits) -> Void = { _ in },
    mapping change: (inout StreamMappingSpec) -> Void, handler: any LambdaHandler
  ) throws -> RunRecords {
    var platform = EraPreset.limits(.now)
    limits(&platform)
    var system = SystemSpec(
      name: "handlers", limits: platform,
      run: RunSpec(duration: .minutes(5), drain: .hours(30), replications: 1, seed: 3))
    let rows = times.map {
      TraceRow(time: .zero + SimDuration(seconds: $0), sizeBytes: 100, key: "k", fields: [])
    }
    system.workloads = [WorkloadSpec(name: "orders", destination: .stream(0), arrivals: .trace(rows))]
    system.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: .hours(24))]
    system.functions = [
      FunctionSpec(
        logicalID: "F", memorySize: 128, timeout: .seconds(60), handler: .swift(name: "f", config: []))
    ]
    var mapping = StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 100)
    change(&mapping)
    system.mappings = [mapping]
    let host = try HandlerHost(registry: ["f": { _ in handler }], system: system)
    let records = Simulation(system, replication: 0, host: host).run()
    try RunChecks.verify(records)
    return records
  }

  // MARK: Batch responses

  /// Answers with the given identifiers once for each attempt, then with success.
  struct Answering: LambdaHandler {
    let journal: Journal
    let answers: [[String]]
    func handle(_ event: KinesisEvent, context: Context) async throws -> StreamsEventResponse {
      let attempt = journal.all.count
      journal.add(event.records.map(\.sequenceNumber).joined(separator: "+"))
      let failed = attempt < answers.count ? answers[attempt] : []
      return StreamsEventResponse(batchItemFailures: failed.map { .init(itemIdentifier: $0) })
    }
  }

  private func attempts(_ answers: [[String]], reports: Bool = true) throws -> (
    attempts: [String], records: RunRecords
  ) {
    let journal = Journal()
    let records = try run(
      at: [1, 1, 1, 1], journal: journal, mapping: { $0.reportsBatchItemFailures = reports },
      handler: Answering(journal: journal, answers: answers))
    return (journal.all, records)
  }

  @Test func `an empty list is a success`() throws {
    #expect(try attempts([[]]).attempts == ["0+1+2+3"])
  }

  @Test func `the stream goes on from the lowest record of the reply`() throws {
    let result = try attempts([["3", "1"], ["1"], ["2"]])
    #expect(result.attempts == ["0+1+2+3", "1+2+3", "1+2+3", "2+3"])
    #expect(result.records.workloads[0].books[0][.completed] == 4)
    let errors = result.records.metrics.first { $0.resource == "F" && $0.metric == "Errors" }
    #expect(errors?.datapoints.reduce(0) { $0 + $1.sum } == 0)
  }

  /// Also when another identifier of the reply is right.
  @Test(arguments: ["", "17", "x"]) func `an identifier that the batch does not have fails the whole batch`(
    wrong: String
  ) throws {
    #expect(try attempts([["2", wrong]]).attempts == ["0+1+2+3", "0+1+2+3"])
  }

  @Test func `a mapping without ReportBatchItemFailures does not read the reply`() throws {
    let result = try attempts([["1"]], reports: false)
    #expect(result.attempts == ["0+1+2+3"])
    #expect(
      result.records.notes.map(\.text) == [
        "warning: batchItemFailures not read, no mapping with ReportBatchItemFailures"
      ])
  }

  // MARK: Tumbling windows

  /// Counts its records in the window's state, which also carries some ballast.
  struct Counting: LambdaHandler {
    let journal: Journal
    var ballast = 0
    func handle(_ event: KinesisEvent, context: Context) async throws -> TimeWindowEventResponse {
      let count = (event.state["count"]?.number ?? 0) + Double(event.records.count)
      guard let window = event.window else { throw CancellationError() }
      let end = event.isFinalInvokeForWindow ? event.isWindowTerminatedEarly ? " early" : " final" : ""
      journal.add("\(window.start.nanoseconds / 1_000_000_000) \(event.records.count) \(Int(count))\(end)")
      return TimeWindowEventResponse(
        state: ["count": .number(count), "ballast": .text(String(repeating: "x", count: ballast))])
    }
  }

  @Test func `a window carries its state from invocation to invocation and ends with one of its own`() throws
  {
    let journal = Journal()
    let records = try run(
      at: [5, 15, 16, 25, 65, 130], journal: journal, mapping: { $0.tumblingWindow = .seconds(60) },
      handler: Counting(journal: journal))
    #expect(records.workloads[0].books[0][.completed] == 6)
    #expect(
      journal.all.filter { $0.hasSuffix("final") } == ["0 0 4 final", "60 0 1 final", "120 0 1 final"])
    // Sums of each window in its invocations; windows without records have none.
    #expect(journal.all.filter { $0.hasPrefix("0 ") }.last == "0 0 4 final")
    #expect(journal.all.firstIndex(of: "60 1 1")! > journal.all.firstIndex(of: "0 0 4 final")!)
    let starts = records.metrics.first { $0.resource == "F" && $0.metric == "Invocations" }!.datapoints
    // Windows end at 60, 120 and 180 s.
    #expect(starts.map(\.minute) == [0, 1, 2, 3])
  }

  @Test func `records of two windows never share a batch`() throws {
    let journal = Journal()
    _ = try run(
      at: [58, 58.5, 59, 60.5, 61], journal: journal,
      mapping: {
        $0.tumblingWindow = .seconds(60)
        $0.maximumBatchingWindow = .seconds(30)
      }, handler: Counting(journal: journal))
    #expect(journal.all == ["0 3 3", "0 0 3 final", "60 2 2", "60 0 2 final"])
  }

  @Test func `state over the limit ends the window early, and the rest of it begins anew`() throws {
    let journal = Journal()
    _ = try run(
      at: [5, 15, 25], journal: journal, limits: { $0[.mappingWindowStateMaxBytes] = 1000 },
      mapping: { $0.tumblingWindow = .seconds(60) }, handler: Counting(journal: journal, ballast: 1200))
    #expect(
      journal.all == ["0 1 1", "0 0 1 early", "0 1 1", "0 0 1 early", "0 1 1", "0 0 1 early"])
  }

  struct Forgetful: LambdaHandler {
    let journal: Journal
    func handle(_ event: KinesisEvent, context: Context) async throws {
      journal.add("\(event.records.count)")
    }
  }

  @Test func `a reply without state is a failure`() throws {
    let journal = Journal()
    let records = try run(
      at: [5], journal: journal,
      mapping: {
        $0.tumblingWindow = .seconds(60)
        $0.maximumRetryAttempts = 2
      }, handler: Forgetful(journal: journal))
    // Three attempts, then the invocation that ends the window and needs no state.
    #expect(journal.all == ["1", "1", "1", "0"])
    #expect(records.workloads[0].books[0][.discarded] == 1)
    #expect(records.notes.map(\.text) == ["no state in the reply of a tumbling window"])
  }

  /// A run lasts until the last window has ended, not only until the last record is handled.
  @Test func `the last window of a run ends`() throws {
    let journal = Journal()
    let records = try run(
      at: [290], journal: journal, mapping: { $0.tumblingWindow = .seconds(900) },
      handler: Counting(journal: journal))
    #expect(journal.all == ["0 1 1", "0 0 1 final"])
    #expect(records.end >= .zero + .seconds(900))
  }
}

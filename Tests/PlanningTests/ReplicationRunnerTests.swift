import Foundation
import Kernel
@testable import Planning
import Records
import Reports
import Scenarios
import Synchronization
import Testing

@Suite struct ReplicationRunnerTests {
  struct Broken: Error, Equatable { var replication: Int }

  /// Work of very different lengths, so that threads overtake each other.
  private static func run(_ replication: Int) -> RunRecords {
    var x = UInt64(replication) &+ 1
    for _ in 0..<((replication * 7919) % 5) * 4_000 { x = x &* 6_364_136_223_846_793_005 &+ 1 }
    var run = AlbumFixture.run(
      replication, shift: replication % 3, keepsMessages: replication.isMultiple(of: 2))
    run.eventCount = 10 + (x == 0 ? 1 : 0)
    return run
  }

  @Test func `gives the same bytes with one thread and with eight`() {
    let files = [1, 8].map { jobs -> [[UInt8]] in
      let results = ReplicationRunner(replicationCount: 12, jobs: jobs).run { Self.run($0) }
      let result = ScenarioResult(
        label: "", header: AlbumFixture.header(replications: 12), system: AlbumFixture.system(), era: .y2017,
        thresholds: AlbumFixture.thresholds, expectations: AlbumFixture.expectations, runs: results.records)
      let manifest = RunManifest(programVersion: "1", scenarioSHA256: [], resolvedScenario: "")
      return [
        SummaryFile.bytes([result]), ThresholdsFile.bytes([result]), MetricsFile.bytes([result], jobs: jobs),
        AlarmsFile.bytes([result]), CostFile.bytes([result]), manifest.bytes([result]),
        Array(TerminalSummary.text(result).utf8),
      ]
    }
    #expect(files[0] == files[1])
    #expect(files[0].allSatisfy { $0.count > 100 })
  }

  @Test func `hands runs on in order, each once`() {
    let seen = Mutex<[Int]>([])
    let finished = Mutex<[Int]>([])
    let results = ReplicationRunner(replicationCount: 20, jobs: 8).run(
      progress: { progress in finished.withLock { $0.append(progress.finished) } },
      onEach: { run in
        seen.withLock { $0.append(run.replication) }
        run.messages = []
        return .proceed
      },
      makeRun: { Self.run($0) })
    #expect(seen.withLock { $0 } == Array(0..<20))
    #expect(finished.withLock { $0 } == Array(1...20))
    #expect(results.isComplete && results.failure == nil)
    #expect(results.records.map(\.messages.count) == Array(repeating: 0, count: 20))
  }

  @Test(arguments: [1, 4]) func `stops after the same replication for any number of threads`(jobs: Int) {
    let results = ReplicationRunner(replicationCount: 16, jobs: jobs).run(
      onEach: { $0.replication == 5 ? .stop : .proceed }, makeRun: { Self.run($0) })
    #expect(results.records.map(\.replication) == Array(0...5))
    #expect(results.wasStopped && !results.isComplete)
  }

  @Test(arguments: [1, 4]) func `keeps what was finished before an error`(jobs: Int) {
    let results = ReplicationRunner(replicationCount: 16, jobs: jobs).run { replication in
      if replication == 3 || replication == 4 { throw Broken(replication: replication) }
      return Self.run(replication)
    }
    #expect(results.records.map(\.replication) == [0, 1, 2])
    #expect(results.failure?.replication == 3)
    #expect(results.failure?.error as? Broken == Broken(replication: 3))
  }

  @Test func `stops between replications when cancelled`() {
    let flag = CancellationFlag()
    let results = ReplicationRunner(replicationCount: 50, jobs: 2).run(
      cancellation: flag,
      onEach: { run in
        if run.replication == 4 { flag.cancel() }
        return .proceed
      },
      makeRun: { replication in
        // However slow one thread is, the other one does not run far ahead.
        while replication > 6, !flag.isCancelled { Thread.sleep(forTimeInterval: 0.001) }
        return Self.run(replication)
      })
    #expect(results.records.count >= 5 && results.records.count <= 8)
    #expect(results.records.map(\.replication) == Array(0..<results.records.count))
    #expect(!results.isComplete && results.failure == nil)
  }

  @Test func `leaves out a run that was interrupted in the middle and keeps the others`() {
    let results = ReplicationRunner(replicationCount: 3, jobs: 1).run { replication in
      var run = Self.run(replication)
      if replication == 2 { run.ending = .interrupted }
      return run
    }
    #expect(results.records.map(\.replication) == [0, 1])
  }

  @Test func `refuses a run whose books do not balance`() throws {
    let results = ReplicationRunner(replicationCount: 2, jobs: 1).run { replication in
      var run = Self.run(replication)
      if replication == 1 { run.workloads[0].books[0].created += 1 }
      return run
    }
    let error = try #require(results.failure?.error as? InternalInvariantError)
    #expect(results.records.count == 1 && error.replication == 1)
    #expect(error.message.contains("created 60001 is not the sum of completed 59990"))
    #expect(InternalInvariantError.exitCode == 70)
  }

  @Test func `refuses a run that breaks Little's law`() throws {
    var run = AlbumFixture.run(0)
    run.stations[1].little!.numberIntegral += 1
    #expect(throws: InternalInvariantError.self) { try RunChecks.verify(run) }
    run.stations[1].little!.numberIntegral -= 1
    run.stations[1].little!.inside = 1
    #expect(throws: InternalInvariantError.self) { try RunChecks.verify(run) }
    run.stations[1].little!.inside = 2
    try RunChecks.verify(run)
  }
}

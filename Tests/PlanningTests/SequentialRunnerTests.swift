import Kernel
@testable import Planning
import Records
import Statistics
import Synchronization
import Testing

@Suite struct SequentialRunnerTests {
  /// A run that says nothing but its number; what it measured is computed from that.
  private static func run(_ replication: Int) -> RunRecords {
    // Work of different lengths, so that threads overtake each other.
    var x = UInt64(replication) &+ 1
    for _ in 0..<((replication * 7919) % 5) * 2_000 { x = x &* 6_364_136_223_846_793_005 &+ 1 }
    return RunRecords(
      replication: replication, end: .zero, ending: .settled, traceHash: x, eventCount: 1)
  }

  /// A mean of 100 and a deviation of 12, in a fixed order that is no trend.
  private static func value(_ replication: Int) -> Double {
    100 + [12.0, -12, 9, -9, 15, -15, 3, -3][replication % 8]
  }

  private static let wait = PrecisionTarget(name: "orders.Latency avg", unit: .seconds, goal: .relative(0.05))
  private static let lost = PrecisionTarget(name: "orders.Lost count", unit: .count, goal: .absolute(0.5))

  private static func study(
    _ targets: [PrecisionTarget], most: Int = 200, jobs: Int = 2,
    read: @escaping @Sendable (RunRecords) -> [Double?]
  ) -> (ReplicationResults, PrecisionReport) {
    SequentialRunner(targets: targets, replicationsMax: most, jobs: jobs).run(
      read: read, makeRun: { run($0) })
  }

  @Test(arguments: [1, 2, 7]) func `stops after the same replication for any number of threads`(jobs: Int) {
    let (results, report) = Self.study([Self.wait], jobs: jobs) { [Self.value($0.replication)] }
    // The same rule on whole samples: half-width ≤ γ/(1 + γ)·mean.
    let expected = (10...200).first { count in
      let interval = MeanInterval((0..<count).map(Self.value))!
      return interval.halfWidth! <= 0.05 / 1.05 * interval.mean
    }
    #expect(report.ending == .reached && report.replications == expected && expected! > 10)
    #expect(results.records.map(\.replication) == Array(0..<expected!))
    #expect(results.isComplete)
    #expect(report.decidedBy?.target == Self.wait)
    #expect(
      report.text == [
        "precision reached after \(expected!) replications; orders.Latency avg took longest (goal 5 %)"
      ])
  }

  @Test func `equal values need the fewest replications`() {
    let (results, report) = Self.study([Self.wait, Self.lost]) { _ in [4, 0] }
    #expect(results.records.count == 10 && report.ending == .reached && report.decidedBy == nil)
    #expect(report.confidenceEach == 0.975)
    #expect(report.text == ["precision reached after 10 replications, the fewest that are judged"])
  }

  @Test func `says which measure missed at the cap and how many replications it would take`() throws {
    let (results, report) = Self.study([Self.wait, Self.lost], most: 20) {
      [100, $0.replication.isMultiple(of: 2) ? 5 : -5]
    }
    #expect(results.records.count == 20 && results.isComplete && report.ending == .capped)
    #expect(report.missed.map(\.target) == [Self.lost])
    // t²·s²/0.5² with s about 5: some five hundred.
    let predicted = try #require(report.missed[0].predictedTotal)
    #expect(predicted > 300 && predicted < 700)
    #expect(report.text[1].contains("orders.Lost count misses its goal ± 0.5"))
    #expect(report.text[1].contains("\(predicted) replications are predicted to do"))
  }

  @Test func `leaves out measures that never have a value`() {
    let (results, report) = Self.study([Self.wait, Self.lost]) { _ in [nil, 0] }
    #expect(results.records.count == 10 && report.ending == .reached)
    #expect(report.confidenceEach == 0.95, "nobody shares the error with a measure without values")
    #expect(report.text.last == "not judged, without a value: orders.Latency avg")
    let nothing = Self.study([Self.wait]) { _ in [nil] }
    #expect(nothing.1.ending == .nothingToJudge && nothing.0.records.count == 10)
  }

  @Test func `a rule that stops the others leaves the study incomplete`() {
    let runner = SequentialRunner(targets: [Self.wait], replicationsMax: 50, jobs: 2)
    let (results, report) = runner.run(
      onEach: { $0.replication == 3 ? .stop : .proceed }, read: { [Self.value($0.replication)] },
      makeRun: { Self.run($0) })
    #expect(results.records.count == 4 && !results.isComplete && report.ending == .unfinished)
  }

  @Test func `shows the predicted number as the total`() {
    let totals = Mutex<[Int]>([])
    let runner = SequentialRunner(targets: [Self.wait], replicationsMax: 200, jobs: 1)
    let (results, _) = runner.run(
      progress: { progress in totals.withLock { $0.append(progress.total) } },
      read: { [Self.value($0.replication)] }, makeRun: { Self.run($0) })
    let seen = totals.withLock { $0 }
    #expect(seen.first == 10 && seen.allSatisfy { $0 < 200 } && seen.contains { $0 >= results.records.count })
  }

  @Test(arguments: [(0.02, "2 %"), (0.000_125, "0.0125 %"), (1e-11, "1e-9 %"), (1.234e-7, "1.234e-5 %")])
  func `goals are shown as they were asked for`(share: Double, text: String) {
    for goal in [PrecisionGoal.relative(share), .relativeOrAbsolute(share, 0.5)] {
      #expect(PrecisionTarget(name: "orders.Latency avg", unit: .seconds, goal: goal).goalText == text)
    }
  }
}

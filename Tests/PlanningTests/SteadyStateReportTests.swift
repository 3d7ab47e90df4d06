import Kernel
@testable import Planning
import Records
@testable import Reports
import Scenarios
import Services
import Statistics
import Testing

/// Warm-up that is found out, and backlogs that grow, on series made by hand.
@Suite struct SteadyStateReportTests {
  typealias Fixture = AlbumFixture

  /// Repeatable noise between −1 and 1.
  private static func noise(_ index: Int) -> Double {
    let x = UInt64(truncatingIfNeeded: index &* 2_654_435_761 &+ 12_345) &* 6_364_136_223_846_793_005
    return Double(x >> 11) / Double(1 << 52) - 1
  }

  // MARK: Warm-up

  private static func pilots(_ value: (_ pilot: Int, _ minute: Int) -> Double) -> [[MinuteSeries]] {
    (0..<5).map { pilot in
      [
        MinuteSeries(name: "steady", values: (0..<120).map { 50 + noise(pilot * 1000 + $0) }),
        MinuteSeries(name: "orders.Backlog", values: (0..<120).map { value(pilot, $0) }),
      ]
    }
  }

  private static func choice(_ pilots: [[MinuteSeries]]) -> WarmUpChoice? {
    var settling = Settling()
    settling.look(at: pilots)
    return settling.choice
  }

  @Test func `cuts off what a run needs to settle`() throws {
    let choice = try #require(
      Self.choice(
        Self.pilots { 100 * (1 - Double(max(0, 20 - $1)) / 20) + Self.noise(77 + $0 * 1000 + $1) }))
    let minutes = choice.time.nanoseconds / 60_000_000_000
    #expect((15...25).contains(minutes), "the ramp lasts 20 minutes, cut at \(minutes)")
    #expect(minutes % 5 == 0, "groups of five minutes")
    #expect(choice.decidedBy == "orders.Backlog" && choice.pilots == 5)
  }

  @Test func `refuses what never settles`() {
    #expect(Self.choice(Self.pilots { Double($1) + Self.noise($0 * 1000 + $1) }) == nil)
  }

  @Test func `a launch has no warm-up`() {
    var system = Fixture.system()
    #expect(LoadShape.transience(of: system) == nil)
    #expect(LoadShape.transience(of: system, rules: Fixture.thresholds)?.contains("orders.DrainTime") == true)
    let ramp = { (end: Double) in
      ArrivalProcess.poisson([RateKnot(time: 0, rate: 1), RateKnot(time: end, rate: 10)])
    }
    system.workloads[0].arrivals = ramp(600)
    #expect(LoadShape.transience(of: system) == nil, "50 minutes of equal load follow")
    system.workloads[0].arrivals = ramp(3000)
    #expect(LoadShape.transience(of: system) == "workload 'orders' changes its rate")
    system.workloads[0].arrivals = .backlog(count: 5, sendRate: nil)
    #expect(LoadShape.transience(of: system)?.contains("drains") == true)
    #expect(
      WarmUpChoice(time: .zero, pilots: 0, reason: "workload 'orders' changes its rate").text
        == "no warm-up: workload 'orders' changes its rate")
  }

  // MARK: Stability

  /// Two replications of an hour with a backlog by minute; 1,000 orders come every minute.
  private static func result(
    replications: Int = 2, rules: [Threshold] = [], _ backlog: (_ replication: Int, _ minute: Int) -> Double
  ) -> ScenarioResult {
    let runs = (0..<replications).map { replication in
      var run = Fixture.run(replication)
      run.workloads[0].backlogByMinute = (0..<60).map { Int(backlog(replication, $0).rounded()) }
      return run
    }
    return ScenarioResult(
      label: "", header: Fixture.header(replications: replications), system: Fixture.system(), era: .y2017,
      thresholds: rules, expectations: [], runs: runs)
  }

  private static func growing(_ replication: Int, _ minute: Int) -> Double {
    850 * Double(minute + 1) + 40 * noise(replication * 1000 + minute)
  }

  @Test func `an overloaded workload is unstable and has no mean latency`() throws {
    let result = Self.result(Self.growing)
    let growth = try #require(result.stability.growth(of: "orders"))
    #expect(abs(growth.mean - 850) < 3)
    #expect(result.stability.text[0].hasPrefix("orders: unstable, grows by 8"))
    let text = TerminalSummary.text(result)
    #expect(text.contains("unstable, grows by") && text.contains("latency   no steady state"))
    #expect(!text.contains("p(99)="))
    let rows = String(decoding: SummaryFile.bytes([result]), as: UTF8.self).split(separator: "\n")
    let latency = try #require(rows.first { $0.hasPrefix(",orders.Latency,p(95),") })
    #expect(latency.hasPrefix(",orders.Latency,p(95),s,,,,"), "no mean, but extremes: \(latency)")
    let row = try #require(rows.first { $0.hasPrefix(",orders.Backlog,growth,1/min,") })
    let mean = try #require(Double(row.split(separator: ",", omittingEmptySubsequences: false)[4]))
    #expect(abs(mean - 850) < 3)
    #expect(VerdictFormat.json.text([result]).contains("\"growth_per_min\": 8"))
    #expect(VerdictFormat.markdown.text([result]).contains("⚠️ orders: unstable, grows by"))
  }

  @Test func `a launch that drains is not unstable`() {
    #expect(!Self.result(rules: Fixture.thresholds, Self.growing).stability.isUnstable)
    #expect(
      !Self.result { $1 < 20 ? 850 * Double($1) : max(0, 17_000 - 400 * Double($1 - 20)) }.stability
        .isUnstable)
  }

  @Test func `a busy queue that is stable is not unstable`() {
    // Swings of half its mean, and a small drift that a t test alone would take for growth.
    #expect(!Self.result { 400 + 200 * Self.noise($0 * 1000 + $1) + 0.5 * Double($1) }.stability.isUnstable)
    // The saw-tooth of a poller that comes every ten minutes, equal in all replications.
    #expect(!Self.result { 1000 * Double($1 % 10) }.stability.isUnstable)
  }

  @Test func `one replication is not judged`() {
    #expect(!Self.result(replications: 1, Self.growing).stability.isUnstable)
  }

  @Test func `a comparison shows no difference of latencies that grow`() throws {
    let comparison = Comparison([Self.result { _, _ in 100 }, Self.result(Self.growing)])
    let row = try #require(comparison.rows.first { $0.metric == "orders.Latency" && $0.statistic == "avg" })
    #expect(row.cells[0].mean != nil && row.cells[1].mean == nil && row.cells[1].paired == nil)
    #expect(row.cells[1].growth != nil)
  }

  @Test func `equal replications are called deterministic`() {
    let runs = (0..<3).map { replication in
      var run = Fixture.run(0)
      run.replication = replication
      return run
    }
    let result = ScenarioResult(
      label: "", header: Fixture.header(replications: 3), system: Fixture.system(), era: .y2017,
      thresholds: Fixture.thresholds, expectations: [], runs: runs)
    #expect(TerminalSummary.text(result).contains("deterministic"))
    #expect(VerdictFormat.markdown.text([result]).contains("60,000, deterministic") == false)
    #expect(VerdictFormat.markdown.text([result]).contains(", deterministic |"))
  }
}

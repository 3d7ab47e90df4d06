import Kernel
import Scenarios
import Services
import Testing

/// What counts per period become.
@Suite struct CountsTests {
  private func process(_ keys: String, _ text: String, file: String = "c.csv") throws -> ArrivalProcess {
    try TraceTests.compiled("{process: counts, file: \(file)\(keys)}", files: [file: text]).system.workloads[
      0
    ].arrivals
  }

  private func profile(_ keys: String, _ text: String, file: String = "c.csv") throws -> CountProfile? {
    guard case .counts(let profile) = try process(keys, text, file: file) else { return nil }
    return profile
  }

  private static let statistics = """
    {"Label": "NumberOfMessagesSent", "Datapoints": [
      {"Timestamp": "2026-08-19T12:10:00+00:00", "Sum": 7.0, "Unit": "Count"},
      {"Timestamp": "2026-08-19T12:00:00+00:00", "Sum": 3.0, "Unit": "Count"},
      {"Timestamp": "2026-08-19T12:05:00+00:00", "Sum": 0.0, "Unit": "Count"}]}
    """
  private static let data = """
    {"MetricDataResults": [
      {"Id": "m1", "Label": "sent", "Timestamps": ["2026-08-19T12:10:00Z", "2026-08-19T12:00:00Z"], "Values": [7, 3], "StatusCode": "Complete"}
    ], "Messages": []}
    """
  private static let table =
    "Timestamp,Sum\n2026-08-19T12:00:00Z,3\n2026-08-19T12:05:00Z,0\n2026-08-19T12:10:00Z,7\n"
  private static let console = """
    Full label,NumberOfMessagesSent
    Label,sent
    Period,300
    2026/08/19 12:00:00,3
    2026/08/19 12:05:00,
    2026/08/19 12:10:00,7
    """

  @Test(
    "the command line, the console and a plain table give the same counts",
    arguments: [statistics, table, console, "minute_ms,time,count\n0,0,3\n1,300,0\n2,600,7\n"])
  func forms(text: String) throws {
    let profile = try #require(try profile(", within: even", text))
    #expect(profile.counts == [3, 0, 7] && profile.period == .minutes(5) && profile.start == .zero)
  }

  @Test("get-metric-data needs the period only when every gap is wider")
  func metricData() throws {
    #expect(try profile(", within: uniform", Self.data, file: "c.json")?.counts == [3, 7])
    #expect(try profile(", within: uniform, period: 5m", Self.data, file: "c.json")?.counts == [3, 0, 7])
    #expect(
      try profile(", within: uniform, columns: {value: sent}", Self.data, file: "c.json")?.counts == [3, 7])
    #expect(throws: ScenarioError.self) { try profile(", columns: {value: m2}", Self.data, file: "c.json") }
  }

  @Test("Poisson counts are a rate that is constant in each period")
  func poisson() throws {
    guard case .poisson(let knots) = try process(", scale: 2, speed: 2, at: 1m", Self.table) else {
      Issue.record("no profile"); return
    }
    #expect(knots.map(\.time) == [0, 60, 60, 210, 210, 360, 360, 510, 510])
    #expect(knots.map { ($0.rate * 1e6).rounded() / 1e6 } == [0, 0, 0.04, 0.04, 0, 0, 0.093333, 0.093333, 0])
  }

  @Test("a loop repeats the periods to the end of the run")
  func loop() throws {
    #expect(try profile(", within: even, loop: true", Self.table)?.isCyclic == true)
    guard case .poisson(let knots) = try process(", loop: true", Self.table) else {
      Issue.record("no profile"); return
    }
    // One hour of run holds four cycles of 15 minutes.
    #expect(knots.last?.time == 3600 && knots.last?.rate == 0)
    #expect(knots.filter { $0.rate > 0.02 }.count == 8)
  }

  @Test("equal periods are one stretch")
  func merged() throws {
    guard case .poisson(let knots) = try process("", "time_s,count\n0,6\n60,6\n120,6\n") else {
      Issue.record("no profile"); return
    }
    #expect(knots.map(\.time) == [0, 180, 180] && knots.map(\.rate) == [0.1, 0.1, 0])
  }
}

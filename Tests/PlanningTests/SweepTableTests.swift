import Planning
import Reports
import Testing

/// The table of a sweep, from a result made by hand: no simulation changes these files.
@Suite struct SweepTableTests {
  /// Three subscribers by two shard counts; the third subscriber has a rule of its own.
  static let result: SweepResult = {
    var points: [SweepPoint] = []
    for subscribers in 1...3 {
      for shards in [1, 16] {
        let age = Double(subscribers * subscribers) / Double(shards)
        let throttles = subscribers < 2 ? 0 : Double(subscribers * shards * 7)
        var rules = [
          rule("EventStream.ReadProvisionedThroughputExceeded", "max", .count, "max < 1", throttles, 1),
          rule("*.IteratorAge", "p(99)", .seconds, "p(99) < 5s", age == 9 ? .infinity : age, 5),
        ]
        if subscribers == 3 {
          rules.append(rule("Audit.Errors", "max", .count, "max < 1", shards == 16 ? 3 : nil, 1, .warning))
        }
        let cost = 10.25 * Double(shards) + Double(subscribers)
        points.append(
          SweepPoint(
            number: points.count + 1, levels: ["\(subscribers)", "\(shards)"],
            rows: [
              row("*.DeliveryLatency", "p(99)", .seconds, 0.2 * Double(subscribers), half: 0.0125),
              row("cost.Monthly", "value", .usd, cost, half: nil),
              row("events.DrainTime", "value", .seconds, age == 9 ? .infinity : age, half: nil),
            ], rules: rules))
      }
    }
    return SweepResult(
      header: SweepHeader(name: "hot-stream", era: "2017", region: "us-east-1", seed: 7, replications: 10),
      axes: ["subscribers", "shards"],
      measures: [
        SweepColumn(metric: "*.DeliveryLatency", statistic: "p(99)"),
        SweepColumn(metric: "cost.Monthly", statistic: "value"),
        SweepColumn(metric: "Nobody.Duration", statistic: "avg"),
      ], points: points, pointCount: 6)
  }()

  static func rule(
    _ metric: String, _ statistic: String, _ unit: QuantityUnit, _ expression: String, _ observed: Double?,
    _ limit: Double, _ severity: Verdict.Severity = .error
  ) -> SweepRule {
    SweepRule(
      metric: metric, statistic: statistic, unit: unit, expression: expression, across: "every",
      observed: observed, limit: limit, outcome: observed.map { $0 < limit ? .pass : .fail } ?? .undecided,
      worstReplication: 3, severity: severity)
  }

  static func row(_ metric: String, _ statistic: String, _ unit: QuantityUnit, _ mean: Double, half: Double?)
    -> SweepRow
  {
    SweepRow(
      metric: metric, statistic: statistic, unit: unit, mean: mean, low: half.map { mean - $0 },
      high: half.map { mean + $0 }, minimum: mean, maximum: mean, count: 10,
      outcome: metric == "cost.Monthly" ? nil : .pass)
  }

  @Test("a row for each point, a column for each rule and measure")
  func rows() {
    GoldenFile.expect(
      SweepTable.text(Self.result, style: TerminalStyle(width: 160)), matches: "sweep-rows.txt")
  }

  @Test("names that are too long for the terminal get letters")
  func letters() {
    GoldenFile.expect(
      SweepTable.text(Self.result, options: .init(rowsMax: 4, showsIntervals: true)),
      matches: "sweep-letters.txt")
  }

  @Test("the values of an axis stand side by side")
  func across() {
    GoldenFile.expect(
      SweepTable.text(Self.result, options: .init(across: "shards")), matches: "sweep-across.txt")
  }

  @Test("other programs get the same as Markdown and JSON")
  func documents() {
    GoldenFile.expect(SweepDocuments.markdown(Self.result), matches: "sweep.md")
    GoldenFile.expect(SweepDocuments.json(Self.result), matches: "sweep.json")
  }

  @Test("the files quote what needs quotes and write never as inf")
  func files() {
    var result = Self.result
    result.axes[0] = "who, how many"
    result.points[0].levels[0] = "lognormal(mean=1s cv=0.4)"
    result.points[1].levels[0] = "{a: 1, b: 2}"
    GoldenFile.expect(SweepFile.bytes(result), matches: "sweep.csv")
    GoldenFile.expect(SweepThresholdsFile.bytes(result), matches: "sweep_thresholds.csv")
  }

  @Test("the sentence says what holds, what is nearest and what is missing")
  func sentences() {
    func sentence(_ change: (inout SweepResult) -> Void) -> Substring? {
      var result = Self.result
      change(&result)
      return SweepTable.text(result, style: TerminalStyle(width: 160)).split(separator: "\n").last
    }
    #expect(
      sentence { _ in }
        == "  2 of 6 points pass all thresholds; the cheapest is subscribers=1 shards=1 at 11.25 USD a month")
    #expect(
      sentence { $0.points.removeFirst(2) }
        == "  4 of 6 points finished; no point passes all thresholds; subscribers=2 shards=1 fails the fewest, 1"
    )
    #expect(
      sentence { $0.points.removeLast(5) }?.hasPrefix("  1 of 6 points finished; 1 of 1 points passes")
        == true)
    #expect(
      sentence { for i in $0.points.indices { $0.points[i].rules = [] } } == "  no thresholds to judge by")
  }
}

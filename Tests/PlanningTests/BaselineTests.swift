@testable import Planning
@testable import Reports
import Statistics
import Testing

@Suite struct BaselineTests {
  typealias Quantity = RecordedResult.Quantity

  private static func quantity(
    _ metric: String, _ statistic: String, _ unit: QuantityUnit, _ mean: Double?, half: Double? = 0,
    count: Int = 10
  ) -> Quantity {
    Quantity(
      variant: "", metric: metric, statistic: statistic, unit: unit, mean: mean,
      low: mean.flatMap { mean in half.map { mean - $0 } },
      high: mean.flatMap { mean in half.map { mean + $0 } },
      count: count)
  }

  private static func rule(_ outcome: Verdict.Outcome, _ severity: Verdict.Severity = .error)
    -> RecordedResult.Rule
  {
    .init(
      variant: "", metric: "orders.Latency", expression: "p(95) < 5s", across: "every", outcome: outcome,
      severity: severity)
  }

  private static func result(
    _ folder: String, _ quantities: [Quantity], _ rules: [RecordedResult.Rule] = [], seed: UInt64 = 7
  ) -> RecordedResult {
    RecordedResult(
      folder: folder, designs: [.init(label: "", name: "orders", seed: seed, replications: 10)],
      quantities: quantities, rules: rules)
  }

  private static func judge(_ old: Quantity, _ new: Quantity, _ tolerance: Tolerance = Tolerance())
    -> BaselineComparison.Judgement
  {
    BaselineComparison(result("old", [old]), result("new", [new]), tolerance: tolerance).rows[0].judgement
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var metric: String
    var old: Double
    var new: Double
    var half = 0.1
    var tolerance = 0.0
    var expected: BaselineComparison.Judgement
    var testDescription: String { "\(metric) \(old) → \(new) ± \(half) within \(tolerance)" }
  }

  @Test(arguments: [
    Case(metric: "orders.Latency", old: 10, new: 10, expected: .same),
    Case(metric: "orders.Latency", old: 10, new: 10.000_000_000_1, half: 0, expected: .same),
    Case(metric: "orders.Latency", old: 10, new: 11, expected: .worse),
    Case(metric: "orders.Latency", old: 10, new: 9, expected: .better),
    Case(metric: "orders.Latency", old: 10, new: 11, tolerance: 0.2, expected: .same),
    Case(metric: "orders.Latency", old: 10, new: 12.5, tolerance: 0.2, expected: .worse),
    Case(metric: "orders.Latency", old: 10, new: 11, half: 5, expected: .undecided),
    Case(metric: "orders.Latency", old: 10, new: 9, half: 5, expected: .same),
    Case(metric: "orders.Completed", old: 10, new: 9, expected: .worse),
    Case(metric: "orders.Completed", old: 10, new: 11, expected: .better),
    Case(metric: "cost.Anything", old: 10, new: 11, expected: .worse),
    Case(metric: "orders.Created", old: 10, new: 11, expected: .changed),
    Case(metric: "SendZip.ConcurrentExecutions", old: 10, new: 10.0001, half: 0, expected: .changed),
    Case(
      metric: "Orders.GetRecords.IteratorAgeMilliseconds", old: 0, new: 1, tolerance: 0.5, expected: .worse),
  ])
  func `judges by direction, tolerance and interval`(_ c: Case) {
    let old = Self.quantity(c.metric, "avg", .count, c.old, half: c.half)
    let new = Self.quantity(c.metric, "avg", .count, c.new, half: c.half)
    #expect(Self.judge(old, new, Tolerance(common: c.tolerance)) == c.expected)
  }

  @Test func `a tolerance of its own wins over the common one`() {
    let old = Self.quantity("cost.Total", "value", .usd, 10)
    let new = Self.quantity("cost.Total", "value", .usd, 11)
    let named = { (width: Tolerance.Width) in
      Tolerance(common: 0.5, named: [.init(metric: "cost.Total", statistic: nil, width: width)])
    }
    #expect(Self.judge(old, new, Tolerance(common: 0.5)) == .same)
    #expect(Self.judge(old, new, named(.relative(0.01))) == .worse)
    #expect(Self.judge(old, new, named(.absolute(2))) == .same)
  }

  @Test func `one replication has no interval, and the means decide`() throws {
    let comparison = BaselineComparison(
      Self.result("old", [Self.quantity("orders.Latency", "avg", .seconds, 1, half: nil, count: 1)]),
      Self.result("new", [Self.quantity("orders.Latency", "avg", .seconds, 1.2, half: nil, count: 1)]))
    #expect(comparison.rows[0].judgement == .worse && comparison.rows[0].halfWidth == nil)
    #expect(comparison.rows[0].note == "one replication, no interval")
  }

  @Test func `a latency that has no mean any more is worse`() {
    let steady = Self.quantity("orders.Latency", "avg", .seconds, 1)
    let unstable = Self.quantity("orders.Latency", "avg", .seconds, nil, half: nil)
    #expect(Self.judge(steady, unstable) == .worse)
    #expect(Self.judge(unstable, steady) == .better)
    #expect(Self.judge(unstable, unstable) == .same)
  }

  @Test func `rules that newly fail are always worse`() {
    func compare(_ old: [RecordedResult.Rule], _ new: [RecordedResult.Rule]) -> BaselineComparison {
      BaselineComparison(
        Self.result("old", [], old), Self.result("new", [], new), tolerance: Tolerance(common: 100))
    }
    #expect(compare([Self.rule(.pass)], [Self.rule(.pass)]).exitCode(strict: true) == 0)
    #expect(compare([Self.rule(.fail)], [Self.rule(.fail)]).exitCode(strict: true) == 0)
    #expect(compare([Self.rule(.pass)], [Self.rule(.fail)]).exitCode(strict: false) == 97)
    #expect(compare([], [Self.rule(.fail)]).exitCode(strict: false) == 97)
    let warning = compare([Self.rule(.pass, .warning)], [Self.rule(.fail, .warning)])
    #expect(warning.exitCode(strict: false) == 0 && warning.exitCode(strict: true) == 97)
    let undecided = compare([Self.rule(.pass)], [Self.rule(.undecided)])
    #expect(undecided.exitCode(strict: false) == 0 && undecided.exitCode(strict: true) == 98)
    #expect(compare([Self.rule(.fail)], [Self.rule(.pass)]).ruleChanges[0].judgement == .better)
    #expect(compare([Self.rule(.pass)], []).ruleChanges[0].judgement == .missing)
  }

  @Test func `Welch from intervals is Welch from values`() throws {
    let a = [1.0, 2, 4, 3, 9, 2]
    let b = [5.0, 6, 4, 8]
    let direct = try #require(WelchComparison(a, b))
    let (x, y) = (MeanInterval(a)!, MeanInterval(b)!)
    let summary = try #require(
      WelchComparison(
        .init(mean: x.mean, halfWidth: x.halfWidth!, count: 6),
        .init(mean: y.mean, halfWidth: y.halfWidth!, count: 4)))
    #expect(abs(direct.difference - summary.difference) < 1e-12)
    #expect(abs(direct.halfWidth - summary.halfWidth) < 1e-9)
    #expect(abs(direct.degreesOfFreedom - summary.degreesOfFreedom) < 1e-9)
  }

  private static let comparison = BaselineComparison(
    result(
      "out-old",
      [
        quantity("orders.Latency", "p(95)", .seconds, 3.77, half: 0.1),
        quantity("orders.Lost", "count", .count, 12, half: 1), quantity("orders.Age", "max", .seconds, 9),
        quantity("orders.Created", "count", .count, 1000, half: 2),
        quantity("cost.Total", "value", .usd, 2, half: 0.9),
      ], [rule(.pass)]),
    result(
      "out-new",
      [
        quantity("orders.Latency", "p(95)", .seconds, 4.9, half: 0.1),
        quantity("orders.Lost", "count", .count, 3, half: 1),
        quantity("orders.Created", "count", .count, 1200, half: 2),
        quantity("cost.Total", "value", .usd, 2.4, half: 0.9), quantity("orders.Open", "count", .count, 1),
      ], [rule(.fail)], seed: 8), tolerance: Tolerance(common: 0.05))

  @Test func `a section that is cut says which rows it shows`() {
    func quantities(_ mean: Double) -> [Quantity] {
      (0..<12).map { Self.quantity("cost.Part\($0)", "value", .usd, mean) }
    }
    let comparison = BaselineComparison(
      Self.result("old", quantities(2), [Self.rule(.fail)]),
      Self.result("new", quantities(1), [Self.rule(.pass)]))
    let text = BaselineTable.text(comparison, strict: false)
    #expect(
      text.contains(
        "    the first 8 of 13, rules first, then in the order of summary.csv (--summary full: all)\n"),
      "\(text)")
    #expect(text.contains("cost.Part6 ") && !text.contains("cost.Part7 "))
    let whole = BaselineTable.text(comparison, strict: false, detail: .full)
    #expect(whole.contains("cost.Part11 ") && !whole.contains("the first"))
  }

  @Test func `shows everything in every form`() {
    let comparison = Self.comparison
    GoldenFile.expect(BaselineTable.text(comparison, strict: false), matches: "baseline.txt")
    GoldenFile.expect(
      BaselineTable.text(comparison, strict: false, style: TerminalStyle(width: 60)),
      matches: "baseline-narrow.txt")
    for format in VerdictFormat.allCases {
      GoldenFile.expect(
        BaselineFormat.text(comparison, as: format, strict: false), matches: "baseline.\(format.rawValue)")
    }
    GoldenFile.expect(BaselineFile.bytes(comparison), matches: "baseline.csv")
    #expect(comparison.exitCode(strict: false) == 97)
    #expect(
      comparison.sentence(strict: false)
        == "worse than the baseline: 1 rule newly fails, 1 of 3 judged quantities got worse beyond the tolerance"
    )
  }
}

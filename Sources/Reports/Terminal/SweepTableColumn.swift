import Planning

/// A column of the table of a sweep.
enum SweepTableColumn: Hashable {
  /// A rule, with what it measured.
  case rule(metric: String, statistic: String, expression: String)
  case measure(SweepColumn)
  /// How many rules fail.
  case verdict

  /// Rules and measures of all points, in the order of the scenario.
  static func columns(of result: SweepResult) -> [SweepTableColumn] {
    var columns: [SweepTableColumn] = []
    for rule in result.points.flatMap(\.rules) {
      let column = SweepTableColumn.rule(
        metric: rule.metric, statistic: rule.statistic, expression: rule.expression)
      if !columns.contains(column) { columns.append(column) }
    }
    return columns + result.measures.map { .measure($0) }
  }

  /// Line by line: whose, what, how.
  var heading: [String] {
    switch self {
    case .rule(let metric, _, let expression): Self.split(metric) + [expression]
    case .measure(let column): Self.split(column.metric) + [column.statistic]
    case .verdict: ["verdict"]
    }
  }

  /// On one line.
  var name: String {
    switch self {
    case .rule(let metric, _, let expression): "\(metric)   \(expression)"
    case .measure(let column): "\(column.metric)   \(column.statistic)"
    case .verdict: "verdict"
    }
  }

  private static func split(_ metric: String) -> [String] {
    metric.split(separator: ".", maxSplits: 1).map(String.init)
  }

  func cell(_ point: SweepPoint, _ options: SweepTable.Options) -> SweepCell {
    switch self {
    case .rule(let metric, let statistic, let expression):
      guard
        let rule = point.rules.first(where: {
          $0.metric == metric && $0.statistic == statistic && $0.expression == expression
        })
      else { return SweepCell(value: "–") }
      let value = rule.observed.map { QuantityText.value($0, rule.unit) } ?? "no data"
      return SweepCell(value: value, outcome: rule.outcome)
    case .measure(let column):
      guard let row = point[column] else { return SweepCell(value: "–") }
      var value = QuantityText.value(row.mean, row.unit)
      if options.showsIntervals, let high = row.high, high > row.mean {
        value += " ± " + QuantityText.halfWidth(high - row.mean, of: row.mean, row.unit)
      }
      return SweepCell(value: value)
    case .verdict:
      guard !point.rules.isEmpty else { return SweepCell(value: "–") }
      let failures = point.failures
      let isUndecided = !point.rules.contains { $0.outcome == .fail && $0.severity == .error }
      return SweepCell(
        value: "", outcome: failures == 0 ? .pass : isUndecided ? .undecided : .fail,
        suffix: failures == 0 ? "" : " \(failures)")
    }
  }
}

/// A value with the mark of a verdict behind it.
struct SweepCell {
  var value: String
  var outcome: Verdict.Outcome?
  var suffix = ""

  private var mark: String {
    switch outcome {
    case .pass: "✓"
    case .fail: "✗"
    case .undecided: "?"
    case nil: ""
    }
  }
  private var gap: String { value.isEmpty || mark.isEmpty ? "" : " " }
  var plain: String { value + gap + mark + suffix }

  func painted(_ style: TerminalStyle, to width: Int) -> String {
    let painted =
      switch outcome {
      case .pass: style.good(mark)
      case .fail: style.bad(mark)
      case .undecided: style.doubtful(mark)
      case nil: ""
      }
    let blanks = String(repeating: " ", count: max(0, width - DisplayWidth.of(plain)))
    return value + gap + painted + suffix + blanks
  }
}

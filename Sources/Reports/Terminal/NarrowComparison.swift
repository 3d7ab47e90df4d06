import Planning

/// The table of `compare` for many designs: columns by number, values without differences.
///
/// Differences and their intervals stand in `compare.csv`; a table that fits the terminal is worth more than they are.
struct NarrowComparison {
  let labels: [String]
  let rows: [ComparisonRow]
  let failures: [Int]
  let style: TerminalStyle

  private static let statisticWidth = 10
  private var columnWidth: Int {
    (rows.flatMap { row in row.cells.map { DisplayWidth.of(text($0, row).plain) } } + [5]).max()! + 2
  }
  var fits: Bool { 4 + Self.statisticWidth + labels.count * columnWidth <= style.width }

  func lines() -> [String] {
    let legend = labels.enumerated().map { "\($0 + 1) \($1)" }.joined(separator: "   ")
    var lines = DisplayWidth.wrapped(legend, to: style.width - 2).map { "  " + $0 }
    lines.append("")
    let header = labels.indices.map { leading("\($0 + 1)", "\($0 + 1)") }.joined()
    lines.append(style.strong(String(repeating: " ", count: 4 + Self.statisticWidth) + header))
    var metric: String?
    for row in rows {
      if row.metric != metric { lines.append("  " + row.metric) }
      metric = row.metric
      let cells = row.cells.map { cell in
        let text = text(cell, row)
        return leading(text.plain, text.painted)
      }
      lines.append("    " + DisplayWidth.padded(row.statistic, to: Self.statisticWidth) + cells.joined())
    }
    let verdicts = failures.map { failed in
      let text = failed == 0 ? "✓" : "✗ \(failed)"
      return leading(text, failed == 0 ? style.good(text) : style.bad(text))
    }
    lines.append("  " + DisplayWidth.padded("verdict", to: Self.statisticWidth + 2) + verdicts.joined())
    lines.append("")
    lines += DisplayWidth.wrapped(
      "values alone: the differences from design 1 and their intervals are in compare.csv",
      to: style.width - 2
    ).map { style.faint("  " + $0) }
    return lines
  }

  private func leading(_ plain: String, _ painted: String) -> String {
    String(repeating: " ", count: max(1, columnWidth - DisplayWidth.of(plain))) + painted
  }

  private func text(_ cell: ComparisonCell, _ row: ComparisonRow) -> (plain: String, painted: String) {
    if cell.growth != nil { return ("unstable", style.bad("unstable")) }
    guard let mean = cell.mean else { return ("–", "–") }
    let value = QuantityText.value(mean, row.unit)
    switch cell.verdict {
    case .pass: return ("\(value) ✓", "\(value) \(style.good("✓"))")
    case .fail: return ("\(value) ✗", "\(value) \(style.bad("✗"))")
    case .undecided: return ("\(value) ?", "\(value) \(style.doubtful("?"))")
    case nil: return (value, value)
    }
  }
}

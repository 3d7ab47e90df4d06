package import Planning
import Statistics

/// The table of `compare` on the terminal. Source: scenario format §12.
package enum ComparisonTable {
  /// Shows the quantities that some rule is about, the bill, and those headlines of workloads and services that
  /// change; `full` shows all that differ.
  package static func text(
    _ comparison: Comparison, style: TerminalStyle = TerminalStyle(),
    detail: TerminalSummary.Detail = .compact
  ) -> String {
    guard detail != .off else { return "" }
    let rows = comparison.rows.filter { row in
      row.cells.contains { $0.verdict != nil } || isHeadline(row)
        || (detail == .full && row.cells.contains { $0.differs })
    }
    let cells = rows.map { row in row.cells.map { cell($0, row) } }
    let names = rows.map { "  \($0.metric) \($0.statistic)" }
    let labels = comparison.labels
    let nameWidth = min(44, max(16, names.map { DisplayWidth.of($0) }.max() ?? 0))
    let widths = labels.indices.map { column in
      max(DisplayWidth.of(labels[column]), cells.map { DisplayWidth.of($0[column].plain) }.max() ?? 0)
    }
    let fits = nameWidth + widths.reduce(0) { $0 + $1 + 3 } <= style.width
    var lines: [String] = [""]
    let narrow = NarrowComparison(
      labels: labels, rows: rows, failures: comparison.failures, style: style)
    if !fits, narrow.fits {
      return (lines + narrow.lines() + closing(comparison, style, detail)).joined(separator: "\n") + "\n"
    }
    if fits {
      let header =
        DisplayWidth.padded("  metric", to: nameWidth)
        + zip(labels, widths).map { "   " + DisplayWidth.padded($0, to: $1) }.joined()
      lines.append(style.strong(header.trimmingTrailingBlanks()))
    }
    for (name, row) in zip(names, cells) {
      var start = DisplayWidth.padded(name, to: nameWidth)
      if !fits || DisplayWidth.of(name) > nameWidth {
        lines.append(contentsOf: DisplayWidth.wrapped(name, to: style.width - 2).map { "  " + $0 })
        start = DisplayWidth.padded("", to: nameWidth)
      }
      guard fits else {
        let width = labels.map { DisplayWidth.of($0) }.max() ?? 0
        lines.append(
          contentsOf: zip(labels, row).map {
            "    " + DisplayWidth.padded($0, to: min(width, 40)) + "  " + $1.painted(style)
          })
        continue
      }
      let columns = zip(row, widths).map { cell, width in
        "   " + cell.painted(style)
          + String(repeating: " ", count: max(0, width - DisplayWidth.of(cell.plain)))
      }
      lines.append((start + columns.joined()).trimmingTrailingBlanks())
    }
    lines.append(contentsOf: verdictLines(comparison, fits ? (nameWidth, widths) : nil, style))
    return (lines + closing(comparison, style, detail)).joined(separator: "\n") + "\n"
  }

  /// How the designs differ, the verdict in a sentence, and what the common random numbers were worth.
  private static func closing(
    _ comparison: Comparison, _ style: TerminalStyle, _ detail: TerminalSummary.Detail
  ) -> [String] {
    var lines = ComparisonBlocks(
      comparison: comparison, style: style, linesMax: detail == .full ? nil : 6
    ).lines()
    lines.append("")
    lines.append(contentsOf: DisplayWidth.wrapped(comparison.verdict, to: style.width - 2).map { "  " + $0 })
    let factors = comparison.labels.indices.dropFirst().compactMap { design in
      comparison.varianceReduction(of: design).map { (label: comparison.labels[design], factor: $0) }
    }
    func faint(_ text: String) {
      lines.append(
        contentsOf: DisplayWidth.wrapped(text, to: style.width - 2).map { style.faint("  " + $0) })
    }
    if !factors.isEmpty {
      faint(
        "same random numbers in all designs cut the variance of differences by a factor of "
          + factors.map { "\(number($0.factor)) (\($0.label))" }.joined(separator: ", ")
          + ", median of all quantities")
    }
    for (label, factor) in factors where factor < 1 {
      faint(
        "a factor below 1: \(label) and \(comparison.labels[0]) react oppositely to the same numbers: run them apart with "
          + "different seeds (--seed)")
    }
    return lines
  }

  /// One decimal; three below 1, where it matters.
  private static func number(_ factor: Double) -> String {
    let scale = factor < 1 ? 1000.0 : 10
    return QuantityText.plain((factor * scale).rounded() / scale)
  }

  private struct Cell {
    var value: String
    var verdict: Verdict.Outcome?
    var change: String
    var plain: String { value + (mark.isEmpty ? "" : " " + mark) + (change.isEmpty ? "" : "  " + change) }
    private var mark: String {
      switch verdict {
      case .pass: "✓"
      case .fail: "✗"
      case .undecided: "?"
      case nil: ""
      }
    }
    func painted(_ style: TerminalStyle) -> String {
      let painted =
        switch verdict {
        case .pass: " " + style.good(mark)
        case .fail: " " + style.bad(mark)
        case .undecided: " " + style.doubtful(mark)
        case nil: ""
        }
      return value + painted + (change.isEmpty ? "" : "  " + change)
    }
  }

  private static func isHeadline(_ row: ComparisonRow) -> Bool {
    let wanted = [
      (".Latency", "p(95)"), (".DrainTime", "value"), (".Lost", "count"), (".InFlight", "max"),
      (".OverLimit", "count"),
    ]
    if row.metric == "cost.Total" || row.metric == "cost.Monthly" { return true }
    return wanted.contains { row.metric.hasSuffix($0.0) && row.statistic == $0.1 }
      && row.cells.contains { $0.difference != nil && $0.difference != 0 }
  }

  /// Durations and small counts change by an amount, everything else by a share; `≈` when no difference is shown.
  private static func cell(_ cell: ComparisonCell, _ row: ComparisonRow) -> Cell {
    if let growth = cell.growth {
      return Cell(
        value: "unstable", verdict: cell.verdict, change: "+\(QuantityText.value(growth.mean, .perMinute))")
    }
    guard let mean = cell.mean else { return Cell(value: "–", verdict: cell.verdict, change: "") }
    var change = ""
    if let difference = cell.difference {
      let half = cell.differenceHalfWidth ?? 0
      if difference == 0, half == 0 {
        change = "="
      } else if cell.differenceHalfWidth != nil, !cell.differs {
        change = "≈"
      } else if row.unit == .seconds || row.unit == .share || mean - difference == 0 {
        let sign = difference > 0 ? "+" : "−"
        change = sign + QuantityText.value(difference.magnitude, row.unit)
        if half > 0 { change += " ± " + QuantityText.halfWidth(half, of: mean, row.unit) }
      } else {
        let share = difference / (mean - difference).magnitude
        change =
          (share > 0 ? "+" : "−")
          + QuantityText.percent(share.magnitude, digits: share.magnitude < 0.1 ? 1 : 0)
        let halfShare = half / (mean - difference).magnitude
        if halfShare >= 0.0005 {
          change += " ± " + QuantityText.percent(halfShare, digits: halfShare < 0.1 ? 1 : 0)
        }
      }
    }
    return Cell(value: QuantityText.value(mean, row.unit), verdict: cell.verdict, change: change)
  }

  private static func verdictLines(
    _ comparison: Comparison, _ layout: (name: Int, widths: [Int])?, _ style: TerminalStyle
  ) -> [String] {
    let texts = comparison.failures.map { $0 == 0 ? ("✓", true) : ("✗ \($0)", false) }
    let paint = { (text: (String, Bool)) in text.1 ? style.good(text.0) : style.bad(text.0) }
    guard let layout else {
      let width = min(40, comparison.labels.map { DisplayWidth.of($0) }.max() ?? 0)
      return ["  verdict"]
        + zip(comparison.labels, texts).map { "    " + DisplayWidth.padded($0, to: width) + "  " + paint($1) }
    }
    let columns = zip(texts, layout.widths).map { text, width in
      "   " + paint(text) + String(repeating: " ", count: max(0, width - DisplayWidth.of(text.0)))
    }
    return [(DisplayWidth.padded("  verdict", to: layout.name) + columns.joined()).trimmingTrailingBlanks()]
  }
}

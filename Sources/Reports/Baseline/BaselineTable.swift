package import Planning

/// Two result folders side by side on the terminal.
package enum BaselineTable {
  /// Most lines of a section that judges nothing, unless everything is shown.
  private static let linesMax = 8

  package static func text(
    _ comparison: BaselineComparison, strict: Bool, style: TerminalStyle = TerminalStyle(),
    detail: TerminalSummary.Detail = .compact
  ) -> String {
    guard detail != .off else { return "" }
    var lines = ["", "  baseline   \(comparison.old.folder)   \(comparison.old.description)"]
    lines.append("  new        \(comparison.new.folder)   \(comparison.new.description)")
    for note in comparison.notes {
      lines += DisplayWidth.wrapped(note, to: style.width - 2).map { "  " + style.doubtful($0) }
    }
    let sections: [(BaselineComparison.Judgement, String, Bool)] = [
      (.worse, style.bad("WORSE"), true), (.undecided, style.doubtful("UNDECIDED"), true),
      (.better, style.good("BETTER"), detail == .full),
      (.changed, "CHANGED, NEITHER GOOD NOR BAD", detail == .full),
      (.missing, "ON ONE SIDE ONLY", detail == .full),
    ]
    for (judgement, title, isWhole) in sections {
      let rules = comparison.ruleChanges.filter { $0.judgement == judgement }.map(rule)
      let rows = comparison.rows(judgement).map(row)
      guard !(rules + rows).isEmpty else { continue }
      lines += ["", "  \(style.strong("█")) \(title)   \(rules.count + rows.count)", ""]
      let shown = (rules + rows).prefix(isWhole ? .max : linesMax)
      for (name, facts) in shown {
        let gap = max(0, min(44, style.width / 2) - DisplayWidth.of(name))
        let line = "    \(name)\(String(repeating: " ", count: gap))  \(facts)"
        if DisplayWidth.of(line) <= style.width {
          lines.append(line)
        } else {
          lines += DisplayWidth.wrapped(name, to: style.width - 4).map { "    " + $0 }
          lines += DisplayWidth.wrapped(facts, to: style.width - 8).map { "        " + $0 }
        }
      }
      if shown.count < rules.count + rows.count {
        let order =
          rules.isEmpty ? "in the order of summary.csv" : "rules first, then in the order of summary.csv"
        lines.append(
          style.faint(
            "    the first \(shown.count) of \(rules.count + rows.count), \(order) (--summary full: all)"))
      }
    }
    lines.append("")
    let sentence = comparison.sentence(strict: strict)
    lines += DisplayWidth.wrapped(sentence, to: style.width - 2).map {
      "  " + (comparison.isWorse(strict: strict) ? style.bad($0) : style.good($0))
    }
    return lines.map { $0.trimmingTrailingBlanks() }.joined(separator: "\n") + "\n"
  }

  private static func rule(_ change: BaselineComparison.RuleChange) -> (String, String) {
    let note = change.severity == .warning ? "   (warning only)" : ""
    return (
      label(change.variant) + "\(change.metric) '\(change.expression)'",
      "\(change.before?.rawValue ?? "no rule") → \(change.after?.rawValue ?? "no rule")\(note)"
    )
  }

  private static func row(_ row: BaselineComparison.Row) -> (String, String) {
    (label(row.variant) + row.name, facts(row))
  }

  private static func label(_ variant: String) -> String { variant.isEmpty ? "" : "\(variant): " }

  /// `3.77s → 4.9s   +1.13s ± 200ms (+30 %), tolerance 190ms`.
  static func facts(_ row: BaselineComparison.Row) -> String {
    let value = { (value: Double?) in value.map { QuantityText.value($0, row.unit) } ?? "–" }
    var text = "\(value(row.old)) → \(value(row.new))"
    if let difference = row.difference {
      text += "   \(difference < 0 ? "−" : "+")\(QuantityText.value(difference.magnitude, row.unit))"
      if let half = row.halfWidth, half > 0 { text += " ± \(QuantityText.value(half, row.unit))" }
      if let relative = row.relative {
        let digits = relative.magnitude < 0.1 ? 1 : 0
        text += " (\(relative < 0 ? "−" : "+")\(QuantityText.percent(relative.magnitude, digits: digits)))"
      }
      if row.judgement != .changed, let tolerated = row.tolerated, tolerated > 0 {
        text += ", tolerance \(QuantityText.value(tolerated, row.unit))"
      }
    }
    if let note = row.note { text += ", \(note)" }
    return text
  }
}

import Planning
import Scenarios

/// What stands below the table of `compare`: how the designs differ, and which verdicts change with that.
struct ComparisonBlocks {
  let comparison: Comparison
  let style: TerminalStyle
  /// Most lines of a design; nil for all.
  let linesMax: Int?

  func lines() -> [String] { changes() + verdicts() }

  private func changes() -> [String] {
    var lines: [String] = []
    for (label, changes) in zip(comparison.labels, comparison.changes).dropFirst() {
      lines.append("    \(label)")
      if changes.isEmpty { lines.append("      no difference") }
      let shown = changes.prefix(linesMax ?? changes.count)
      for change in shown {
        lines += DisplayWidth.wrapped(Self.text(change), to: style.width - 8).enumerated().map {
          ($0 == 0 ? "      " : "        ") + $1
        }
      }
      if shown.count < changes.count {
        lines.append(
          style.faint(
            "      the first \(shown.count) of \(changes.count), in the order of the scenario (--summary full: all)"
          ))
      }
    }
    return lines.isEmpty ? [] : ["", style.strong("  changes from \(comparison.labels[0])")] + lines
  }

  /// `~ OrderStream.ShardCount 4 → 16`, `− Audit (AWS::Lambda::Function)`.
  static func text(_ change: ScenarioChange) -> String {
    switch change.kind {
    case .added: "+ \(change.path) \(change.new.map { Self.inBrackets($0, change) } ?? "")"
    case .removed: "− \(change.path) \(change.old.map { Self.inBrackets($0, change) } ?? "")"
    case .changed: "~ \(change.path) \(change.old ?? "") → \(change.new ?? "")"
    }
  }

  private static func inBrackets(_ value: String, _ change: ScenarioChange) -> String {
    value.contains("::") && !change.path.contains(".") ? "(\(value))" : value
  }

  private func verdicts() -> [String] {
    let changes = comparison.verdictChanges
    guard !changes.isEmpty else {
      guard comparison.hasRules, comparison.labels.count > 1 else { return [] }
      return ["", "  no verdict changes from \(comparison.labels[0])"]
    }
    var lines = ["", style.strong("  verdicts that change from \(comparison.labels[0])")]
    var design: Int?
    for change in changes {
      if change.design != design { lines.append("    \(comparison.labels[change.design])") }
      design = change.design
      let text =
        "\(change.metric) '\(change.expression)'   \(mark(change.before)) \(change.beforeText) → "
        + "\(mark(change.after)) \(change.afterText)"
      lines += DisplayWidth.wrapped(text, to: style.width - 8).enumerated().map {
        ($0 == 0 ? "      " : "        ") + $1
      }
    }
    return lines
  }

  private func mark(_ outcome: Verdict.Outcome) -> String {
    switch outcome {
    case .pass: "✓"
    case .fail: "✗"
    case .undecided: "?"
    }
  }
}

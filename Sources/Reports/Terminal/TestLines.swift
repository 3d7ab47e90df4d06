package import Planning
import Scenarios

/// The results of `highwater test` on a terminal: a line for each rule.
package enum TestLines {
  /// One file with its designs.
  package static func text(_ file: TestedFile, strict: Bool, style: TerminalStyle = TerminalStyle()) -> String
  {
    guard !file.isBroken else {
      let errors = file.diagnostics.count { $0.severity == .error }
      return style.strong(file.file) + "\n"
        + "  \(style.bad("✗")) broken: \(errors) \(errors == 1 ? "error" : "errors"); nothing was simulated\n"
    }
    return file.designs.map { text($0, strict: strict, style: style) }.joined()
  }

  /// The line under all files.
  package static func summary(_ report: TestReport) -> String { "\n\(report.summary)\n" }

  private static func text(_ design: TestedDesign, strict: Bool, style: TerminalStyle) -> String {
    let count = "\(design.replications) \(design.replications == 1 ? "replication" : "replications")"
    let facts = design.replications > 0 ? style.faint("  \(count), seed \(design.seed)") : ""
    var lines = [style.strong(design.title) + facts]
    if let crash = design.crash {
      lines.append("  \(style.bad("✗")) \(crash.message)")
      lines.append("    \(style.faint("again"))  \(design.command)")
    } else if design.rules.isEmpty {
      lines.append("  \(style.faint("– no thresholds"))")
    }
    let metric = design.rules.map { DisplayWidth.of($0.verdict.metric) }.max() ?? 0
    let rule = design.rules.map { DisplayWidth.of($0.verdict.expression) }.max() ?? 0
    for tested in design.rules {
      lines.append(
        "  \(mark(tested, strict: strict, style)) \(DisplayWidth.padded(tested.verdict.metric, to: metric))  "
          + "\(DisplayWidth.padded(tested.verdict.expression, to: rule))  \(tested.words(in: design))")
    }
    if design.rules.contains(where: { $0.outcome == .fails && $0.isFailure(strict: strict) }) {
      let room = max(30, style.width - 11)
      let why = DisplayWidth.wrapped(design.why, to: room)
      lines += why.enumerated().map {
        "    " + ($0.offset == 0 ? style.faint("why  ") : "     ") + "  \($0.element)"
      }
      if let advice = design.advice { lines.append("    \(style.faint("try"))    --set \(advice)") }
      lines.append("    \(style.faint("again"))  \(design.command)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func mark(_ rule: TestedRule, strict: Bool, _ style: TerminalStyle) -> String {
    switch rule.outcome {
    case .holds: style.good("✓")
    case .failsAsExpected: style.faint("~")
    case .undecided: style.doubtful("?")
    case .fails, .holdsUnexpectedly:
      rule.isFailure(strict: strict) ? style.bad("✗") : style.doubtful("✗")
    }
  }
}

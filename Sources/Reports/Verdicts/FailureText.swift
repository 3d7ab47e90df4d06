package import Planning

/// A failed rule in a test of a user: what, how far, where, why, and how to see it again.
package enum FailureText {
  /// - Parameters:
  ///   - design: Name of the variant, or `base`.
  ///   - command: Runs as many replications as it takes to see the failure.
  ///   - needsProgram: The scenario has handlers in Swift, which only the user's own program knows.
  package static func text(
    _ rule: TestedRule, of result: ScenarioResult, design: String, command: RunCommandLine, needsProgram: Bool
  ) -> String {
    let verdict = rule.verdict
    let file = result.header.file + (design == "base" ? "" : " (\(design))")
    var lines = ["\(file): \(verdict.metric): \(verdict.expression): \(phrase(rule, design))"]
    if let facts = facts(verdict) { lines.append("  over \(facts)") }
    lines.append("  why: \(result.diagnosis.text)")
    if rule.outcome != .holdsUnexpectedly, let advice = result.diagnosis.advice {
      lines.append("  try: --set \(advice.override)")
    }
    lines.append("  again: \(command.text)")
    if needsProgram { lines.append("    (with the program that registers the scenario's handlers)") }
    return lines.joined(separator: "\n")
  }

  private static func phrase(_ rule: TestedRule, _ design: String) -> String {
    switch rule.outcome {
    case .undecided: "undecided, \(rule.verdict.explanation)"
    case .holdsUnexpectedly:
      "holds with \(rule.verdict.explanation), but knownFailures lists it for \(design)"
    default: "observed \(rule.verdict.explanation)"
    }
  }

  /// `5 replications: mean 4.2s ± 0.3s, worst 5.1s in replication 3`; nil for one.
  private static func facts(_ verdict: Verdict) -> String? {
    guard verdict.replicationCount > 1, verdict.kind == .threshold else { return nil }
    var parts: [String] = []
    if let mean = verdict.mean {
      var text = "mean \(QuantityText.value(mean, verdict.unit))"
      if let half = verdict.halfWidth, half > 0 {
        text += " ± \(QuantityText.halfWidth(half, of: mean, verdict.unit))"
      }
      parts.append(text)
    }
    if let worst = verdict.worstReplication, let value = verdict.worstValue {
      parts.append("worst \(QuantityText.value(value, verdict.unit)) in replication \(worst)")
    }
    return parts.isEmpty
      ? nil : "\(verdict.replicationCount) replications: \(parts.joined(separator: ", "))"
  }
}

/// A rule that one design keeps and the baseline does not, or the other way round.
package struct VerdictChange: Sendable, Hashable {
  /// Position of the design among those compared.
  package var design: Int
  package var metric: String
  package var expression: String
  package var before: Verdict.Outcome
  package var after: Verdict.Outcome
  /// What decided, in words: `6h4m`, `no data`.
  package var beforeText: String
  package var afterText: String

  /// The rules that both designs have, in the order of the baseline.
  static func changes(from baseline: ScenarioResult, to result: ScenarioResult, design: Int)
    -> [VerdictChange]
  {
    baseline.verdicts.compactMap { before in
      guard
        let after = result.verdicts.first(where: {
          $0.kind == before.kind && $0.metric == before.metric && $0.expression == before.expression
            && $0.across == before.across
        }), after.outcome != before.outcome
      else { return nil }
      return VerdictChange(
        design: design, metric: before.metric, expression: before.expression, before: before.outcome,
        after: after.outcome, beforeText: words(before), afterText: words(after))
    }
  }

  private static func words(_ verdict: Verdict) -> String {
    guard let value = verdict.observed ?? verdict.worstValue else {
      return verdict.kind == .alarm ? "not entered" : "no data"
    }
    let text = QuantityText.value(value, verdict.unit)
    guard verdict.across == "every", verdict.replicationCount > 1, let worst = verdict.worstReplication else {
      return text
    }
    return "\(text) (replication \(worst))"
  }
}

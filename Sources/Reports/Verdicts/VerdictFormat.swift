package import Planning
import Statistics

/// Verdicts for other programs. Source: scenario format §14.
package enum VerdictFormat: String, Sendable, Hashable, CaseIterable {
  case json, github, junit, markdown

  /// - Parameters:
  ///   - results: One for a run, one a design for a comparison.
  ///   - strict: Failed warnings and undecided rules count as failed.
  ///   - comparison: Of these results; JSON and Markdown show it.
  package func text(
    _ results: [ScenarioResult], comparison: Comparison? = nil, strict: Bool = false
  ) -> String {
    switch self {
    case .json: VerdictJSON.text(results, comparison, strict: strict)
    case .github: VerdictAnnotations.text(results.map { VerdictSuite($0, strict: strict) })
    case .junit: VerdictJUnit.text(results.map { VerdictSuite($0, strict: strict) })
    case .markdown: VerdictMarkdown.text(results, comparison)
    }
  }
}

extension Verdict {
  /// `observed p(95)=11h02m in replication 17`, or why there is nothing to observe.
  var explanation: String {
    var text: String
    if kind == .alarm {
      text =
        observed.map { $0.isFinite ? "entered at \(QuantityText.duration($0))" : "never entered" }
        ?? "not entered"
    } else if let value = observed {
      text = "\(aggregation)=\(QuantityText.value(value, unit))"
    } else {
      text = "no data"
    }
    if let worstReplication, replicationCount > 1, across == "every", outcome == .fail {
      text += " in replication \(worstReplication)"
    }
    if let subject { text += " of \(subject)" }
    if let note { text += ": \(note)" }
    return text
  }

  func counts(asFailed strict: Bool) -> Bool {
    isFailure(strict: strict) || (strict && outcome == .undecided)
  }
}

/// One object with all verdicts.
enum VerdictJSON {
  static func text(_ results: [ScenarioResult], _ comparison: Comparison?, strict: Bool) -> String {
    let exit = results.map { VerdictExit.code($0.verdicts, strict: strict) }.max() ?? 0
    let value = JSONWriter.Value.object(
      [
        ("exitCode", .integer(Int(exit))),
        ("results", .array(results.map(result))),
      ] + (comparison.map { [("comparison", ComparisonDocuments.json($0))] } ?? []))
    return String(decoding: JSONWriter.bytes(value), as: UTF8.self)
  }

  private static func result(_ result: ScenarioResult) -> JSONWriter.Value {
    .object([
      ("name", .text(result.header.name)), ("variant", .text(result.label)),
      ("seed", .unsigned(result.header.seed)),
      ("replications", .integer(result.runs.count)), ("complete", .boolean(result.isComplete)),
      ("method", .array(result.method.text.map { .text($0) })),
      ("unstable", MethodJSON.unstable(result.stability)),
      ("verdicts", .array(result.verdicts.map(verdict))),
      ("why", .text(result.diagnosis.text)),
      ("try", result.diagnosis.advice.map { .text($0.override) } ?? .null),
      ("cost_usd", .number(result.cost.totalUSD)), ("monthly_usd", .number(result.cost.monthlyUSD)),
    ])
  }

  static func verdict(_ verdict: Verdict) -> JSONWriter.Value {
    let number = { (value: Double?) -> JSONWriter.Value in value.map { .number($0) } ?? .null }
    return .object([
      ("metric", .text(verdict.metric)), ("expression", .text(verdict.expression)),
      ("across", .text(verdict.across)), ("severity", .text(verdict.severity.rawValue)),
      ("verdict", .text(verdict.outcome.rawValue)), ("unit", .text(verdict.unit.rawValue)),
      ("observed", number(verdict.observed)), ("limit", number(verdict.limit)),
      ("mean", number(verdict.mean)), ("halfWidth", number(verdict.halfWidth)),
      ("low", number(verdict.interval?.low)), ("high", number(verdict.interval?.high)),
      ("worstReplication", verdict.worstReplication.map { .integer($0) } ?? .null),
      ("worst", number(verdict.worstValue)),
      ("note", verdict.note.map { .text($0) } ?? .null),
      ("file", .text(verdict.source.file)), ("line", .integer(verdict.source.line)),
      ("column", .integer(verdict.source.column)),
    ])
  }
}

import Planning

/// A table for the comment on a pull request; the hidden first line lets a bot find its own comment.
enum VerdictMarkdown {
  static func text(_ results: [ScenarioResult], _ comparison: Comparison? = nil) -> String {
    guard let first = results.first else { return "" }
    var lines = ["<!-- highwater:\(first.header.name) -->", "### \(cell(first.header.name))", ""]
    let hasVariants = results.count > 1
    lines.append("| |\(hasVariants ? " variant |" : "") metric | rule | observed | mean, 95 % | worst |")
    lines.append("|---|\(hasVariants ? "---|" : "")---|---|---|---|---|")
    for result in results {
      for verdict in result.verdicts {
        let variant = hasVariants ? " \(cell(result.label)) |" : ""
        lines.append(
          "| \(mark(verdict)) |\(variant) \(cell(verdict.metric)) | `\(cell(verdict.expression))` | \(cell(verdict.explanation)) | \(mean(verdict)) | \(worst(verdict)) |"
        )
      }
    }
    lines.append("")
    if let comparison { lines += ComparisonDocuments.markdown(comparison) + [""] }
    for result in results {
      let label = hasVariants ? "**\(cell(result.label))**: " : ""
      for text in result.stability.text { lines += ["\(label)⚠️ \(text)", ""] }
      for text in result.method.text { lines += ["\(label)\(text)", ""] }
      lines.append("\(label)\(result.diagnosis.text)")
      if let advice = result.diagnosis.advice {
        lines.append("Try `highwater run \(result.header.file) --set \(advice.override)`")
      }
      lines.append("")
    }
    let runs = first.runs.count
    lines.append(
      "\(runs) \(runs == 1 ? "replication" : "replications"), seed \(first.header.seed), era \(first.header.era)"
    )
    return lines.joined(separator: "\n") + "\n"
  }

  /// `11h02m ± 2m`; `deterministic` when all replications agree, nothing with one of them.
  private static func mean(_ verdict: Verdict) -> String {
    guard verdict.kind == .threshold, let mean = verdict.mean, let half = verdict.halfWidth else {
      return "–"
    }
    let text = QuantityText.value(mean, verdict.unit)
    return half > 0
      ? "\(text) ± \(QuantityText.halfWidth(half, of: mean, verdict.unit))" : "\(text), deterministic"
  }

  private static func worst(_ verdict: Verdict) -> String {
    guard verdict.kind == .threshold, verdict.replicationCount > 1, let value = verdict.worstValue,
      let replication = verdict.worstReplication
    else { return "–" }
    return "\(QuantityText.value(value, verdict.unit)) (replication \(replication))"
  }

  static func mark(_ verdict: Verdict) -> String {
    switch verdict.outcome {
    case .pass: "✅"
    case .fail: verdict.severity == .error ? "❌" : "⚠️"
    case .undecided: "❔"
    }
  }

  /// A bar would end the cell.
  static func cell(_ text: String) -> String {
    text.map { $0 == "|" ? "\\|" : $0 == "\n" ? " " : String($0) }.joined()
  }
}

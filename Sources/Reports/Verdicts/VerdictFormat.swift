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
    case .github: VerdictAnnotations.text(results, strict: strict)
    case .junit: VerdictJUnit.text(results, strict: strict)
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

  private static func verdict(_ verdict: Verdict) -> JSONWriter.Value {
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

/// Workflow commands that annotate the scenario file in a pull request.
enum VerdictAnnotations {
  static func text(_ results: [ScenarioResult], strict: Bool) -> String {
    var lines: [String] = []
    for result in results {
      for verdict in result.verdicts where verdict.outcome != .pass {
        let level = verdict.counts(asFailed: strict) ? "error" : "warning"
        let code = verdict.outcome == .fail ? "threshold failed" : "threshold undecided"
        let place = [
          "file=\(property(verdict.source.file))", "line=\(verdict.source.line)",
          "col=\(verdict.source.column)",
          "title=\(property(code))",
        ].joined(separator: ",")
        let variant = result.label.isEmpty ? "" : " (\(result.label))"
        lines.append(
          "::\(level) \(place)::"
            + data("\(verdict.metric): \(verdict.expression): \(verdict.explanation)\(variant)"))
      }
    }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }

  /// Escapes of the runner's own toolkit.
  static func data(_ text: String) -> String {
    replace(text, ["%": "%25", "\r": "%0D", "\n": "%0A"])
  }
  private static func property(_ text: String) -> String {
    replace(text, ["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"])
  }
  private static func replace(_ text: String, _ table: [Character: String]) -> String {
    text.map { table[$0] ?? String($0) }.joined()
  }
}

/// One test case a rule.
enum VerdictJUnit {
  static func text(_ results: [ScenarioResult], strict: Bool) -> String {
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
    let all = results.flatMap(\.verdicts)
    let failures = all.count { $0.counts(asFailed: strict) }
    let skipped = all.count { $0.outcome != .pass && !$0.counts(asFailed: strict) }
    lines.append("<testsuites tests=\"\(all.count)\" failures=\"\(failures)\" skipped=\"\(skipped)\">")
    for result in results {
      let name = result.label.isEmpty ? result.header.name : "\(result.header.name).\(result.label)"
      let failed = result.verdicts.count { $0.counts(asFailed: strict) }
      let passedOver = result.verdicts.count { $0.outcome != .pass && !$0.counts(asFailed: strict) }
      lines.append(
        "  <testsuite name=\"\(escape(name))\" tests=\"\(result.verdicts.count)\" failures=\"\(failed)\" "
          + "skipped=\"\(passedOver)\">")
      for verdict in result.verdicts {
        let title = escape("\(verdict.metric): \(verdict.expression)")
        let open = "    <testcase classname=\"\(escape(name))\" name=\"\(title)\""
        guard verdict.outcome != .pass else {
          lines.append(open + "/>")
          continue
        }
        let tag = verdict.counts(asFailed: strict) ? "failure" : "skipped"
        lines.append(open + ">")
        lines.append("      <\(tag) message=\"\(escape(verdict.explanation))\"/>")
        lines.append("    </testcase>")
      }
      lines.append("  </testsuite>")
    }
    lines.append("</testsuites>")
    return lines.joined(separator: "\n") + "\n"
  }

  static func escape(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "\n": "&#10;"
      default: String(character)
      }
    }.joined()
  }
}

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
        let mark =
          switch verdict.outcome {
          case .pass: "✅"
          case .fail: verdict.severity == .error ? "❌" : "⚠️"
          case .undecided: "❔"
          }
        let variant = hasVariants ? " \(cell(result.label)) |" : ""
        lines.append(
          "| \(mark) |\(variant) \(cell(verdict.metric)) | `\(cell(verdict.expression))` | \(cell(verdict.explanation)) | \(mean(verdict)) | \(worst(verdict)) |"
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

  /// A bar would end the cell.
  static func cell(_ text: String) -> String {
    text.map { $0 == "|" ? "\\|" : $0 == "\n" ? " " : String($0) }.joined()
  }
}

package import Planning

/// A comparison with a baseline for other programs. Source: scenario format §14.
package enum BaselineFormat {
  package static func text(_ comparison: BaselineComparison, as format: VerdictFormat, strict: Bool) -> String
  {
    switch format {
    case .json: json(comparison, strict: strict)
    case .github: annotations(comparison, strict: strict)
    case .junit: junit(comparison, strict: strict)
    case .markdown: markdown(comparison, strict: strict)
    }
  }

  /// What counts as worse, each with a name and what happened.
  private static func complaints(_ comparison: BaselineComparison, strict: Bool) -> [(String, String)] {
    let rules = comparison.ruleChanges.filter {
      $0.judgement == .worse && (strict || $0.severity == .error)
    }
    let failing = rules.map { rule -> (String, String) in
      (title(rule.variant, "\(rule.metric): \(rule.expression)"), "newly fails, was \(word(rule.before))")
    }
    let worse = comparison.rows(.worse).map { row -> (String, String) in
      (title(row.variant, row.name), BaselineTable.facts(row))
    }
    return failing + worse
  }

  private static func word(_ outcome: Verdict.Outcome?) -> String { outcome?.rawValue ?? "no rule" }

  private static func title(_ variant: String, _ name: String) -> String {
    variant.isEmpty ? name : "\(variant): \(name)"
  }

  private static func json(_ comparison: BaselineComparison, strict: Bool) -> String {
    let number = { (value: Double?) -> JSONWriter.Value in value.map { .number($0) } ?? .null }
    let outcome = { (value: Verdict.Outcome?) -> JSONWriter.Value in value.map { .text($0.rawValue) } ?? .null
    }
    let side = { (result: RecordedResult) -> JSONWriter.Value in
      .object([
        ("folder", .text(result.folder)),
        (
          "designs",
          .array(
            result.designs.map {
              .object([
                ("variant", .text($0.label)), ("name", .text($0.name)), ("seed", .unsigned($0.seed)),
                ("replications", .integer($0.replications)),
              ])
            })
        ),
      ])
    }
    let rules = comparison.ruleChanges.map { change -> JSONWriter.Value in
      .object([
        ("variant", .text(change.variant)), ("metric", .text(change.metric)),
        ("expression", .text(change.expression)), ("before", outcome(change.before)),
        ("after", outcome(change.after)), ("severity", .text(change.severity.rawValue)),
        ("judgement", .text(change.judgement.rawValue)),
      ])
    }
    let quantities = comparison.rows.filter { $0.judgement != .same }.map { row -> JSONWriter.Value in
      .object([
        ("variant", .text(row.variant)), ("metric", .text(row.metric)),
        ("statistic", .text(row.statistic)), ("unit", .text(row.unit.rawValue)),
        ("baseline", number(row.old)), ("mean", number(row.new)),
        ("difference", number(row.difference)), ("halfWidth", number(row.halfWidth)),
        ("relative", number(row.relative)), ("tolerance", number(row.tolerated)),
        ("judgement", .text(row.judgement.rawValue)), ("note", row.note.map { .text($0) } ?? .null),
      ])
    }
    let value = JSONWriter.Value.object([
      ("exitCode", .integer(Int(comparison.exitCode(strict: strict)))),
      ("verdict", .text(comparison.sentence(strict: strict))),
      ("baseline", side(comparison.old)), ("new", side(comparison.new)),
      ("confidenceEach", .number(comparison.confidence)),
      ("notes", .array(comparison.notes.map { .text($0) })), ("rules", .array(rules)),
      ("quantities", .array(quantities)),
    ])
    return String(decoding: JSONWriter.bytes(value), as: UTF8.self)
  }

  private static func annotations(_ comparison: BaselineComparison, strict: Bool) -> String {
    var lines = complaints(comparison, strict: strict).map { name, text in
      "::error title=worse than the baseline::" + VerdictAnnotations.data("\(name): \(text)")
    }
    for row in comparison.rows(.undecided) {
      lines.append(
        "::\(strict ? "error" : "warning") title=undecided against the baseline::"
          + VerdictAnnotations.data("\(title(row.variant, row.name)): \(BaselineTable.facts(row))"))
    }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }

  /// A test case for every quantity that is judged and every rule that changed.
  private static func junit(_ comparison: BaselineComparison, strict: Bool) -> String {
    let suite = VerdictJUnit.escape("baseline.\(comparison.new.designs.first?.name ?? "")")
    var cases: [(name: String, failure: String?, isSkipped: Bool)] = []
    for rule in comparison.ruleChanges where rule.judgement != .missing {
      let isFailure = rule.judgement == .worse && (strict || rule.severity == .error)
      let text = "\(word(rule.before)) → \(word(rule.after))"
      let isUndecided = rule.judgement == .undecided
      cases.append(
        (
          title(rule.variant, "\(rule.metric): \(rule.expression)"),
          isFailure || isUndecided ? text : nil, isUndecided && !strict
        ))
    }
    for row in comparison.rows where MeasureDirection(of: row.metric) != .neutral && row.judgement != .missing
    {
      let isUndecided = row.judgement == .undecided
      cases.append(
        (
          title(row.variant, row.name),
          row.judgement == .worse || isUndecided ? BaselineTable.facts(row) : nil, isUndecided && !strict
        ))
    }
    let failures = cases.count { $0.failure != nil && !$0.isSkipped }
    let skipped = cases.count(where: \.isSkipped)
    let counts = "tests=\"\(cases.count)\" failures=\"\(failures)\" skipped=\"\(skipped)\""
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites \(counts)>"]
    lines.append("  <testsuite name=\"\(suite)\" \(counts)>")
    for (name, failure, isSkipped) in cases {
      let open = "    <testcase classname=\"\(suite)\" name=\"\(VerdictJUnit.escape(name))\""
      guard let failure else {
        lines.append(open + "/>")
        continue
      }
      lines.append(open + ">")
      lines.append(
        "      <\(isSkipped ? "skipped" : "failure") message=\"\(VerdictJUnit.escape(failure))\"/>")
      lines.append("    </testcase>")
    }
    return (lines + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n") + "\n"
  }

  private static func markdown(_ comparison: BaselineComparison, strict: Bool) -> String {
    let name = comparison.new.designs.first?.name ?? ""
    var lines = [
      "<!-- highwater-baseline:\(name) -->", "### \(VerdictMarkdown.cell(name)) against the baseline", "",
    ]
    let marks: [(BaselineComparison.Judgement, String)] = [(.worse, "❌"), (.undecided, "❔"), (.better, "✅")]
    var table: [String] = []
    for (judgement, mark) in marks {
      for rule in comparison.ruleChanges where rule.judgement == judgement {
        let isWarning = rule.severity == .warning && judgement == .worse && !strict
        let name = title(rule.variant, "\(rule.metric) \(rule.expression)")
        table.append(
          "| \(isWarning ? "⚠️" : mark) | \(VerdictMarkdown.cell(name)) | \(word(rule.before)) → \(word(rule.after)) |"
        )
      }
      for row in comparison.rows(judgement) {
        table.append(
          "| \(mark) | \(VerdictMarkdown.cell(title(row.variant, row.name))) | "
            + "\(VerdictMarkdown.cell(BaselineTable.facts(row))) |")
      }
    }
    if !table.isEmpty { lines += ["| | what | change |", "|---|---|---|"] + table + [""] }
    for note in comparison.notes { lines += [note, ""] }
    return (lines + [comparison.sentence(strict: strict)]).joined(separator: "\n") + "\n"
  }
}

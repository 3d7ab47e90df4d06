package import Planning
import Scenarios

/// The results of `highwater test` for other programs. Source: scenario format §14.
package enum TestDocuments {
  /// - Parameters:
  ///   - report: All files in order.
  ///   - exitCode: Of the command, for JSON.
  package static func text(_ report: TestReport, as format: VerdictFormat, exitCode: Int32) -> String {
    switch format {
    case .json: json(report, exitCode: exitCode)
    case .github: github(report)
    case .junit: VerdictJUnit.text(suites(report))
    case .markdown: markdown(report)
    }
  }

  // MARK: Programs

  private static func suites(_ report: TestReport) -> [VerdictSuite] {
    report.files.flatMap { file -> [VerdictSuite] in
      guard !file.isBroken else {
        return [VerdictSuite(scenario: file.file, variant: "", cases: [], error: words(file))]
      }
      return file.designs.map { design in
        VerdictSuite(
          scenario: file.file, variant: design.hasSiblings ? design.design : "",
          cases: design.rules.map { .init(verdict: $0.verdict, standing: standing($0, design, report)) },
          error: design.crash?.message)
      }
    }
  }

  private static func standing(
    _ rule: TestedRule, _ design: TestedDesign, _ report: TestReport
  ) -> VerdictSuite.Standing {
    switch rule.outcome {
    case .holds: .holds
    case .failsAsExpected: .expected(rule.verdict.explanation)
    case .fails, .undecided, .holdsUnexpectedly:
      rule.isFailure(strict: report.strict)
        ? .failed("\(rule.words(in: design)); \(design.command)") : .passedOver(rule.words(in: design))
    }
  }

  /// The mistakes of a broken file, a line each.
  private static func words(_ file: TestedFile) -> String {
    file.diagnostics.filter { $0.severity == .error }.map { diagnostic in
      let place = diagnostic.position.map { "\($0.file):\($0.line):\($0.column): " } ?? ""
      return "\(place)[\(diagnostic.code)] \(diagnostic.message)"
    }.joined(separator: "\n")
  }

  private static func github(_ report: TestReport) -> String {
    report.files.map { file in
      DiagnosticFormatter(sources: file.sources).github(file.diagnostics.filter { $0.severity == .error })
    }.joined()
      + report.crashes.map {
        VerdictAnnotations.error($0.crash?.message ?? "", file: $0.file, title: "simulation failed")
      }.joined()
      + VerdictAnnotations.text(suites(report).filter { $0.error == nil })
  }

  private static func json(_ report: TestReport, exitCode: Int32) -> String {
    let value = JSONWriter.Value.object([
      ("exitCode", .integer(Int(exitCode))), ("summary", .text(report.summary)),
      ("complete", .boolean(report.isComplete)), ("files", .array(report.files.map(json))),
    ])
    return String(decoding: JSONWriter.bytes(value), as: UTF8.self)
  }

  private static func json(_ file: TestedFile) -> JSONWriter.Value {
    .object([
      ("file", .text(file.file)), ("broken", .boolean(file.isBroken)),
      (
        "errors",
        .array(
          file.diagnostics.filter { $0.severity == .error }.map { diagnostic in
            .object([
              ("code", .text(diagnostic.code)), ("message", .text(diagnostic.message)),
              ("file", .text(diagnostic.position?.file ?? file.file)),
              ("line", diagnostic.position.map { .integer($0.line) } ?? .null),
              ("column", diagnostic.position.map { .integer($0.column) } ?? .null),
            ])
          })
      ), ("designs", .array(file.designs.map(json))),
    ])
  }

  private static func json(_ design: TestedDesign) -> JSONWriter.Value {
    .object([
      ("name", .text(design.name)), ("design", .text(design.design)), ("seed", .unsigned(design.seed)),
      ("replications", .integer(design.replications)),
      ("failed", design.crash.map { .text($0.message) } ?? .null),
      (
        "rules",
        .array(
          design.rules.map {
            .object([
              ("outcome", .text($0.outcome.rawValue)), ("verdict", VerdictJSON.verdict($0.verdict)),
            ])
          })
      ), ("why", .text(design.why)), ("try", design.advice.map { .text($0) } ?? .null),
      ("command", .text(design.command)),
    ])
  }

  // MARK: Markdown

  /// What does not hold in a table; everything in a second one that is folded away.
  package static func markdown(_ report: TestReport) -> String {
    let cell = VerdictMarkdown.cell
    var lines = ["<!-- highwater:test -->", "### Highwater: \(cell(report.summary))", ""]
    for file in report.brokenFiles {
      lines += ["**\(cell(file.file))** is broken:", "", "```", words(file), "```", ""]
    }
    for design in report.crashes {
      lines += ["**\(cell(design.title))**: \(cell(design.crash?.message ?? ""))", ""]
    }
    let head = ["| | scenario | metric | rule | observed |", "|---|---|---|---|---|"]
    func row(_ rule: TestedRule, _ design: TestedDesign) -> String {
      "| \(mark(rule)) | \(cell(design.title)) | \(cell(rule.verdict.metric)) | `\(cell(rule.verdict.expression))`"
        + " | \(cell(rule.words(in: design))) |"
    }
    var failing: [String] = []
    var all: [String] = []
    for design in report.designs {
      for rule in design.rules {
        all.append(row(rule, design))
        if rule.outcome != .holds, rule.outcome != .failsAsExpected { failing.append(row(rule, design)) }
      }
    }
    if !failing.isEmpty { lines += head + failing + [""] }
    for design in report.designs where design.rules.contains(where: { $0.isFailure(strict: report.strict) }) {
      lines += ["**\(cell(design.title))**: \(design.why)", "", "    \(design.command)", ""]
    }
    if !all.isEmpty {
      lines += ["<details><summary>All \(all.count) rules</summary>", ""] + head + all + ["", "</details>"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func mark(_ rule: TestedRule) -> String {
    switch rule.outcome {
    case .failsAsExpected: "☑️"
    case .holdsUnexpectedly: "❌"
    default: VerdictMarkdown.mark(rule.verdict)
    }
  }
}

extension TestedRule {
  /// What was observed, and what is said of it.
  func words(in design: TestedDesign) -> String {
    switch outcome {
    case .holds, .undecided: verdict.explanation
    case .fails: verdict.explanation + (verdict.severity == .warning ? " (warning)" : "")
    case .failsAsExpected: "\(verdict.explanation), as expected"
    case .holdsUnexpectedly:
      "\(verdict.explanation), but knownFailures lists it for '\(design.design)'"
    }
  }
}

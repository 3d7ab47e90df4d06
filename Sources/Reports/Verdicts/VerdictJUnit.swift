import Planning

/// One test case a rule. Source: scenario format §14.
enum VerdictJUnit {
  static func text(_ suites: [VerdictSuite]) -> String {
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
    lines.append("<testsuites \(counts(suites))>")
    for suite in suites {
      let name = escape(suite.name)
      lines.append("  <testsuite name=\"\(name)\" \(counts([suite]))>")
      for one in suite.cases {
        let title = escape("\(one.verdict.metric): \(one.verdict.expression)")
        lines += element(named: title, of: name, one.standing)
      }
      if let error = suite.error {
        lines.append("    <testcase classname=\"\(name)\" name=\"simulation\">")
        lines.append("      <error message=\"\(escape(error))\"/>")
        lines.append("    </testcase>")
      }
      lines.append("  </testsuite>")
    }
    lines.append("</testsuites>")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func element(
    named title: String, of suite: String, _ standing: VerdictSuite.Standing
  ) -> [String] {
    let open = "    <testcase classname=\"\(suite)\" name=\"\(title)\""
    func holding(_ tag: String) -> [String] { [open + ">", "      \(tag)", "    </testcase>"] }
    switch standing {
    case .holds: return [open + "/>"]
    case .failed(let text): return holding("<failure message=\"\(escape(text))\"/>")
    case .passedOver(let text): return holding("<skipped message=\"\(escape(text))\"/>")
    case .expected(let text): return holding("<skipped message=\"fails as expected: \(escape(text))\"/>")
    }
  }

  private static func counts(_ suites: [VerdictSuite]) -> String {
    let errors = suites.count { $0.error != nil }
    let tests = suites.reduce(0) { $0 + $1.cases.count } + errors
    return "tests=\"\(tests)\" failures=\"\(suites.reduce(0) { $0 + $1.failures })\" "
      + (errors > 0 ? "errors=\"\(errors)\" " : "") + "skipped=\"\(suites.reduce(0) { $0 + $1.skipped })\""
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

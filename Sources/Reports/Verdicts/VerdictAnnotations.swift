import Planning

/// Workflow commands that annotate the scenario file in a pull request.
enum VerdictAnnotations {
  static func text(_ suites: [VerdictSuite]) -> String {
    var lines: [String] = []
    for suite in suites {
      let variant = suite.variant.isEmpty ? "" : " (\(suite.variant))"
      for one in suite.cases {
        let (level, words): (String, String)
        switch one.standing {
        case .holds, .expected: continue
        case .failed(let text): (level, words) = ("error", text)
        case .passedOver(let text): (level, words) = ("warning", text)
        }
        let verdict = one.verdict
        let code =
          switch verdict.outcome {
          case .pass: "threshold holds unexpectedly"
          case .fail: "threshold failed"
          case .undecided: "threshold undecided"
          }
        let place = [
          "file=\(property(verdict.source.file))", "line=\(verdict.source.line)",
          "col=\(verdict.source.column)",
          "title=\(property(code))",
        ].joined(separator: ",")
        lines.append(
          "::\(level) \(place)::" + data("\(verdict.metric): \(verdict.expression): \(words)\(variant)"))
      }
    }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }

  /// An error about a whole file.
  static func error(_ message: String, file: String, title: String) -> String {
    "::error file=\(property(file)),title=\(property(title))::\(data(message))\n"
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

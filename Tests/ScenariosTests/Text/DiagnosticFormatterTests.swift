import Testing

@testable import Scenarios

@Suite struct `Diagnostics are written as people and programs read them` {
  let source = SourceText(
    file: "orders.sim.yaml", text: "Resources:\n  S:\n    Type: T\n    Properties: {Shards: 5}\n\tx: é 1\n")

  func diagnostic(
    _ line: Int, _ column: Int, severity: Diagnostic.Severity = .error, message: String = "m",
    length: Int = 1,
    hint: String? = nil, path: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      severity, "T203", at: SourcePosition(file: "orders.sim.yaml", line: line, column: column), message,
      length: length, hint: hint, path: path)
  }

  @Test func `a message shows its line, a caret, the hint and the path`() {
    let text = DiagnosticFormatter(sources: [source]).text([
      diagnostic(
        4, 18, message: "AWS::Kinesis::Stream has no property 'Shards'", length: 6,
        hint: "did you mean 'ShardCount'?",
        path: "Resources.S.Properties.Shards")
    ])
    #expect(
      text == """
        orders.sim.yaml:4:18: error[T203]: AWS::Kinesis::Stream has no property 'Shards'
           4 |     Properties: {Shards: 5}
             |                  ^^^^^^ did you mean 'ShardCount'?
             in Resources.S.Properties.Shards
        1 file checked: 1 error

        """)
  }

  @Test func `without a text the hint follows the message; line 0 is the whole file`() {
    let formatter = DiagnosticFormatter(sources: [], filesChecked: 2)
    #expect(
      formatter.text([diagnostic(0, 0, severity: .note, message: "14 resources", hint: "see --verbose")])
        == "orders.sim.yaml: note[T203]: 14 resources; see --verbose\n2 files checked: no errors\n")
    #expect(
      formatter.text(of: Diagnostic(.warning, "M502", at: nil, "\u{E000}Topic.Arn\u{E001} is open"))
        == "warning[M502]: ${Topic.Arn} is open\n")
  }

  @Test func `carets stay inside the line and tabs count as one`() {
    let formatter = DiagnosticFormatter(sources: [source])
    #expect(formatter.text(of: diagnostic(5, 7, length: 50)).hasSuffix("   5 |  x: é 1\n     |       ^\n"))
    #expect(formatter.text(of: diagnostic(99, 1)) == "orders.sim.yaml:99:1: error[T203]: m\n")
    let long = SourceText(file: "orders.sim.yaml", text: String(repeating: "a", count: 500) + "X" + "b\n")
    let shown = DiagnosticFormatter(sources: [long]).text(of: diagnostic(1, 501)).split(separator: "\n")
    let (excerpt, carets) = (Array(shown[1]), Array(shown[2]))
    #expect(carets.firstIndex(of: "^") == excerpt.firstIndex(of: "X"))
  }

  @Test func `sorted by place, at most twenty, errors first when not all fit`() {
    let many = (1...25).reversed().map {
      diagnostic($0, 1, severity: $0 <= 10 ? .warning : .error, message: "n\($0)")
    }
    let lines = DiagnosticFormatter(sources: [], filesChecked: 1).text(many).split(separator: "\n")
    #expect(lines.count == 22)
    #expect(lines.first == "orders.sim.yaml:1:1: warning[T203]: n1")
    #expect(lines[19] == "orders.sim.yaml:25:1: error[T203]: n25")
    #expect(lines[20] == "these are the first 20, errors before warnings; 5 more are not shown")
    #expect(lines[21] == "1 file checked: 15 errors, 10 warnings")
  }

  @Test func `JSON and GitHub's commands`() {
    let formatter = DiagnosticFormatter(sources: [source])
    let one = diagnostic(4, 18, message: "say \"x\": 50%,\nthen", length: 6, hint: "h", path: "P")
    #expect(
      formatter.json([one]) == """
        {
          "files_checked": 1,
          "errors": 1,
          "warnings": 0,
          "diagnostics": [
            {"severity": "error", "code": "T203", "file": "orders.sim.yaml", "line": 4, "column": 18, "length": 6, \
        "message": "say \\"x\\": 50%,\\nthen", "hint": "h", "path": "P"}
          ]
        }

        """)
    #expect(
      formatter.github([one, Diagnostic(.note, "M501", at: nil, "n")]) == """
        ::notice title=M501::n
        ::error file=orders.sim.yaml,line=4,col=18,title=T203::say "x": 50%25,%0Athen; h

        """)
  }

  @Test(arguments: [
    ("ShardCont", "ShardCount"), ("Latancy", "Latency"), ("OrderSteam", "OrderStream"),
    ("orderstream", "OrderStream"),
    ("treshold", "threshold"), ("ab", nil), ("Something", nil), ("ShardCount", nil),
  ])
  func `the nearest name`(name: String, expected: String?) {
    #expect(NearestName.of(name, in: ["Latency", "ShardCount", "OrderStream", "threshold"]) == expected)
  }
}

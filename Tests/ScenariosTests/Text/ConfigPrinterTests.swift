import Testing

@testable import Scenarios

@Suite struct `Trees are written back` {
  @Test(arguments: [
    "{a: 1, b: [x, y], c: {}, d: [], e: null, f: 'null', g: ''}",
    "{a: 'it''s', b: \"two\\nlines\", c: ' padded ', d: 'a: b', e: 'x #y', f: '#z', g: '-', h: -5, i: '- x'}",
    "{a: [{b: 1, c: [1, [2, 3]]}, [[], {}], {d: {e: f}}]}",
    "{a: !GetAtt [S, Arn], b: !Sub '${X}, ${Y}', c: !If [C, {k: v}, !Ref AWS::NoValue]}",
    "{'a: b': 1, '': 2, 'null': 3, '<<': 4, \"t\\tb\": 5, 12:30: 6, ü: ß, '*': 7, \"\\u2028\": \"\\u0085x\"}",
    "[a, [b], {c: d}]",
    "{a: 'lognormal(mean=2s cv=0.4)', b: lognormal(mean=2s cv=0.4), c: 'x{y', d: http://x/y?z, e: '@at'}",
  ])
  func `what is read from the written text is the same tree`(text: String) throws {
    let root = try read(text)
    let written = NodeWriter().text(root)
    #expect(try read(written).outlineOfTexts == root.outlineOfTexts)
    #expect(NodeWriter().text(try read(written)) == written)
  }

  @Test func `block style with long functions and short lists`() throws {
    let root = try read("A: {T: !Ref X, L: [1, 2], M: [{k: v, w: [a]}], S: \"q\"}")
    #expect(
      NodeWriter().text(root) == """
        A:
          T:
            Ref: X
          L: [1, 2]
          M:
            - k: v
              w: [a]
          S: 'q'

        """)
  }

  @Test func `sections and named things say where they come from`() throws {
    let scenario = try #require(
      load(
        [
          "main.yaml": "extends: base.yaml\nResources:\n  B: {Type: T}\nSimulation:\n  run: {seed: 1}\n",
          "base.yaml":
            "Resources:\n  A: {Type: T}\nSimulation:\n  run: {duration: 1h}\n  services: {S: {rate: 1}}\n",
        ], sets: ["run.duration=2h"]
      ).scenario)
    #expect(
      ConfigPrinter.text(scenario) == """
        Resources:  # from base.yaml:1
          A:  # from base.yaml:2
            Type: T
          B:  # from main.yaml:3
            Type: T
        Simulation:  # from base.yaml:3
          run:  # from base.yaml:4
            duration: 2h  # from --set:1
            seed: 1  # from main.yaml:5
          services:  # from base.yaml:5
            S:  # from base.yaml:5
              rate: 1

        """)
  }
}

extension Node {
  /// The tree with nulls told from texts, but without the style of the quotes.
  var outlineOfTexts: String {
    switch value {
    case .null: "null"
    case .scalar(let text, _): "'\(text)'"
    case .sequence(let elements): "[" + elements.map(\.outlineOfTexts).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "'\($0.key)': \($0.value.outlineOfTexts)" }.joined(separator: ", ") + "}"
    }
  }
}

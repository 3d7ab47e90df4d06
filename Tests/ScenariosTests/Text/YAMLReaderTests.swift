import Testing

@testable import Scenarios

/// Reads a text that must be readable.
func read(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Node {
  var diagnostics = Diagnostics()
  let node = YAMLReader.read(text, file: "t.yaml", into: &diagnostics)
  #expect(diagnostics.all == [], sourceLocation: sourceLocation)
  return try #require(node, sourceLocation: sourceLocation)
}

/// `code line:column message` of everything found in a text.
func complaints(_ text: String) -> [String] {
  var diagnostics = Diagnostics()
  let node = YAMLReader.read(text, file: "t.yaml", into: &diagnostics)
  #expect(node != nil || diagnostics.hasErrors)
  return diagnostics.all.map {
    "\($0.code) \($0.position?.line ?? -1):\($0.position?.column ?? -1) \($0.message)"
  }
}

extension Node {
  /// The tree without positions, one line, for comparisons.
  var outline: String {
    switch value {
    case .null: "null"
    case .scalar(let text, let isPlain): isPlain ? text : "'\(text)'"
    case .sequence(let elements): "[" + elements.map(\.outline).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \($0.value.outline)" }.joined(separator: ", ") + "}"
    }
  }
  var place: String { "\(position.line):\(position.column)" }
}

@Suite struct `YAML is read into a positioned tree` {
  @Test func `scalars keep their text and every node its place`() throws {
    let root = try read("at: 12:30:00\nlist:\n  - on\n  - {day: 2016-08-19}\nnone: ~\nempty:\n")
    #expect(root.outline == "{at: 12:30:00, list: [on, {day: 2016-08-19}], none: null, empty: null}")
    #expect(root.at(path: "at")?.place == "1:5")
    #expect(root.at(path: "list.1.day")?.place == "4:11")
    #expect(root["list"]?.elements?[1].entry("day")?.keyPosition.column == 6)
  }

  @Test func `quoted and block scalars are never null or plain`() throws {
    let root = try read("a: 'null'\nb: \"5\"\nc: |\n  two\n  lines\nd: !!str 5\n")
    #expect(root.outline == "{a: 'null', b: '5', c: 'two\nlines\n', d: '5'}")
  }

  @Test func `columns count characters, not bytes`() throws {
    let root = try read("ä: {ßß: é, x: y}\n")
    #expect(root.at(path: "ä.x")?.place == "1:15")
  }

  @Test func `JSON is YAML`() throws {
    let root = try read("{\n  \"Resources\": {\"A\": {\"Type\": \"T\", \"N\": [1, null]}}\n}\n")
    #expect(root.outline == "{Resources: {A: {Type: 'T', N: [1, null]}}}")
    #expect(root.at(path: "Resources.A.N.1")?.isNull == true)
  }

  @Test(arguments: [
    ("!Ref Topic", "{Ref: Topic}"),
    ("!GetAtt Stream.Arn", "{Fn::GetAtt: [Stream, Arn]}"),
    ("!GetAtt Stack.Outputs.Name", "{Fn::GetAtt: [Stack, Outputs.Name]}"),
    ("!GetAtt [Stream, Arn]", "{Fn::GetAtt: [Stream, Arn]}"),
    ("!Sub '${A}-x'", "{Fn::Sub: '${A}-x'}"),
    ("!Sub ['${B}', {B: !Ref C}]", "{Fn::Sub: ['${B}', {B: {Ref: C}}]}"),
    ("!Join ['-', [a, !Ref B]]", "{Fn::Join: ['-', [a, {Ref: B}]]}"),
    ("!If [Big, 1, !Ref AWS::NoValue]", "{Fn::If: [Big, 1, {Ref: AWS::NoValue}]}"),
    ("!Condition Big", "{Condition: Big}"),
    ("!FindInMap [M, a, b]", "{Fn::FindInMap: [M, a, b]}"),
    ("!Transform {Name: AWS::Include}", "{Fn::Transform: {Name: AWS::Include}}"),
  ])
  func `short functions become long ones`(short: String, long: String) throws {
    #expect(try read("x: \(short)\n")["x"]?.outline == long)
  }

  @Test func `the argument of a short function stands behind its tag`() throws {
    let root = try read("x: !Ref   Topic\ny: !GetAtt Stream.Arn\n")
    #expect(root.at(path: "x")?.place == "1:4")
    #expect(root.at(path: "x.Ref")?.place == "1:11")
    #expect(root["y"]?.intrinsic?.argument.elements?.map(\.place) == ["2:12", "2:19"])
  }

  @Test func `an alias repeats its anchor`() throws {
    let root = try read("a: &source {Stream: s, Batch: 1}\nb: *source\n")
    #expect(root["a"]?.outline == root["b"]?.outline)
  }

  @Test func `a merge key fills in what the map does not say itself`() throws {
    let root = try read(
      "base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nuse: {<<: [*b, *m], y: 9}\none: {k: 0, <<: *b}\n")
    #expect(root["use"]?.outline == "{x: 1, z: 4, y: 9}")
    #expect(root["one"]?.outline == "{k: 0, x: 1, y: 2}")
    #expect(complaints("a: {<<: 5}\n") == ["Y114 1:5 '<<' takes a map or a list of maps"])
  }

  @Test func `every repeated key is found at its second use, and the rest of the file is still read`() {
    let text = "Resources:\n  A: {x: 1, y: 2, x: 3}\n  B: 1\n  \"A\": {}\nuse: !Reff z\n"
    #expect(
      complaints(text) == [
        "Y108 2:19 key 'x' appears twice in this map", "Y108 4:3 key 'A' appears twice in this map",
        "Y112 5:6 unknown tag '!Reff'",
      ])
    #expect(complaints("a: 1\na: 2\na: 3\n").map { $0.prefix(8) } == ["Y108 2:1", "Y108 3:1"])
  }

  @Test func `the last of repeated keys counts`() {
    var diagnostics = Diagnostics()
    let root = YAMLReader.read("a: 1\nb: 2\na: 3\n", file: "t.yaml", into: &diagnostics)
    #expect(root?.outline == "{b: 2, a: 3}")
    #expect(diagnostics.all.first?.hint == "first on line 1")
  }
}

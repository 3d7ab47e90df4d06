import Testing

@testable import Scenarios

@Suite struct `Dangerous and broken files are refused quickly` {
  /// Long enough for a debug build on a busy machine, far shorter than any bomb needs.
  static let limit = Duration.seconds(2)

  func refused(_ text: String, _ code: String, sourceLocation: SourceLocation = #_sourceLocation) -> String? {
    var diagnostics = Diagnostics()
    let clock = ContinuousClock()
    let time = clock.measure { _ = YAMLReader.read(text, file: "t.yaml", into: &diagnostics) }
    #expect(time < Self.limit, sourceLocation: sourceLocation)
    let first = diagnostics.all.first
    #expect(first?.code == code, sourceLocation: sourceLocation)
    #expect(first?.severity == .error, sourceLocation: sourceLocation)
    return first?.message
  }

  @Test func `a file over 5 MiB`() {
    let text = String(repeating: "# a comment of some length, nothing else\n", count: 260_000)
    #expect(text.utf8.count > 10_000_000)
    #expect(refused(text, "Y102") == "the file is larger than 5 MiB, which no scenario needs")
  }

  /// Nine levels of nine aliases: 9⁹ = 387,420,489 nodes.
  @Test func `aliases that multiply`() {
    var text = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for (outer, inner) in zip("bcdefghi", "abcdefgh") {
      text += "\(outer): &\(outer) [\(Array(repeating: "*\(inner)", count: 9).joined(separator: ", "))]\n"
    }
    #expect(refused(text, "Y110") == "the file has more than 500,000 nodes once its aliases are written out")
    // As a key the same bomb would hold up the comparison of keys inside the library.
    #expect(refused(text + "? *i\n: 1\n", "Y110")?.contains("aliases stand in keys") == true)
    #expect(refused(text + "j: {*i : 1}\n", "Y110")?.contains("aliases stand in keys") == true)
    #expect(refused(text + "j: {[*i, *i]: 1}\n", "Y110")?.contains("aliases stand in keys") == true)
  }

  /// Every list holds the one before it: 5,000 levels made of lines that nest one level each.
  @Test func `aliases that nest without end`() {
    let chain = (1...5_000).map { "a\($0): &a\($0) [*a\($0 - 1)]\n" }.joined()
    #expect(
      refused("a0: &a0 x\n" + chain, "Y110")
        == "the file has more than 2,000 anchors, which no scenario needs")
    let medium = (1...1_900).map { "a\($0): &a\($0) [*a\($0 - 1)]\n" }.joined()
    #expect(
      refused("a0: &a0 x\n" + medium, "Y110")
        == "the file has more than 500,000 nodes once its aliases are written out")
    #expect(refused("a0: &a0 x\n" + medium + "b: [\n", "Y105") != nil)
    let short = (1...150).map { "a\($0): &a\($0) [*a\($0 - 1)]\n" }.joined()
    #expect(refused("a0: &a0 x\n" + short, "Y109") != nil)
  }

  @Test func `a merge key as the bomb`() {
    var text = "a0: &a0 {k: [1, 1, 1, 1, 1, 1, 1, 1, 1]}\n"
    for level in 1...9 {
      let uses = (0..<9).map { "x\(level)\($0): *a\(level - 1)" }.joined(separator: ", ")
      text += "a\(level): &a\(level) {<<: *a\(level - 1), \(uses)}\n"
    }
    #expect(refused(text, "Y110") != nil)
  }

  enum Nesting: CaseIterable {
    case lists, maps, dashes, indentation, closedLists
    var text: String {
      switch self {
      case .lists: String(repeating: "[", count: 200_000)
      case .maps: String(repeating: "{a: ", count: 100_000)
      case .dashes: String(repeating: "- ", count: 200_000) + "x"
      case .indentation: (0..<1_200).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
      case .closedLists: String(repeating: "[", count: 150) + String(repeating: "]", count: 150)
      }
    }
  }

  @Test(arguments: Nesting.allCases) func `deep nesting`(nesting: Nesting) {
    #expect(refused(nesting.text, "Y109") == "maps and lists are nested deeper than 100 levels")
  }

  @Test func `nesting to the limit is fine`() throws {
    let text = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(try read(text).outline.count == 200)
  }

  @Test func `NUL, control characters and bytes that are not UTF-8`() {
    #expect(complaints("a: b\u{0}c\n") == ["Y103 1:5 a NUL stands in the text; a scenario is plain text"])
    #expect(complaints("a: 1\nb: \u{1B}[0m\n").first?.hasPrefix("Y103 2:4 control character 0x1B") == true)
    var diagnostics = Diagnostics()
    let bytes = [UInt8]("a: ä\nb: ".utf8) + [0xFF, 0x0A]
    #expect(YAMLReader.read(bytes: bytes, file: "t.yaml", into: &diagnostics) == nil)
    #expect(diagnostics.all.first?.message == "byte 0xFF is not UTF-8; save the file as UTF-8")
    #expect(diagnostics.all.first?.position == SourcePosition(file: "t.yaml", line: 2, column: 4))
  }

  @Test func `a byte order mark is fine`() {
    var diagnostics = Diagnostics()
    let root = YAMLReader.read(bytes: [0xEF, 0xBB, 0xBF] + "a: 1\n".utf8, file: "t.yaml", into: &diagnostics)
    #expect(root?.outline == "{a: 1}")
  }

  @Test(arguments: [
    ("", "Y104 0:0 the file holds nothing but blanks and comments"),
    ("# only\n\n", "Y104 0:0 the file holds nothing but blanks and comments"),
    ("a: 1\n\tb: 2\n", "Y106 2:1 a tab cannot indent in YAML"),
    ("a: 1\n---\nb: 2\n", "Y107 2:1 a second document begins; a scenario is one document"),
    ("a: *missing\n", "Y111 1:4 alias '*missing' has no anchor before it"),
    ("? [a, b]\n: 1\n", "Y113 1:3 a key is one word or a quoted text, not a list or a map"),
    ("x: lognormal(mean: 2s, cv: 0.4)\n", "Y105 1:18 a second ': ' stands in one plain value"),
    ("a: [1, 2\nb: 3\n", "Y105 2:2 a list is not closed: expected ',' or ']' (begun on line 1)"),
    ("a: {b: 1\n", "Y105 2:1 a map is not closed: expected ',' or '}' (begun on line 1)"),
    ("a:\n  b: 1\n c: 2\n", "Y105 3:2 expected a key of the map at this indentation (begun on line 1)"),
    ("a: \"open\n", "Y105 2:1 a quoted text is not closed (begun on line 1)"),
    ("a: @x\n", "Y105 1:4 this character cannot begin a value"),
    ("a: \"\\q\"\n", "Y105 1:5 unknown escape after '\\' in a quoted text"),
    ("a: - b\n", "Y105 1:4 '- ' cannot stand on the line of its key"),
  ])
  func `broken YAML, in our words and at its place`(text: String, expected: String) {
    #expect(complaints(text) == [expected])
  }
}

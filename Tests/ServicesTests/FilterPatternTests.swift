import Services
import Testing

@Suite struct FilterPatternTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let test: FilterPattern.Test
    let value: FieldValue?
    let passes: Bool
    var testDescription: String { "\(test) on \(value.map { "\($0)" } ?? "nothing")" }
    init(_ test: FilterPattern.Test, _ value: FieldValue?, _ passes: Bool) {
      self.test = test
      self.value = value
      self.passes = passes
    }
  }
  static let cases = [
    Case(.text("a"), .text("a"), true), Case(.text("a"), .text("ab"), false), Case(.text("a"), nil, false),
    Case(.text("5"), .number(5), false), Case(.number(5), .number(5), true),
    Case(.number(5), .text("5"), false),
    Case(.prefix("ab"), .text("abc"), true), Case(.prefix("ab"), .text("a"), false),
    Case(.prefix(""), .text("a"), true), Case(.prefix("a"), .number(1), false),
    Case(.suffix("bc"), .text("abc"), true), Case(.suffix("bc"), .text("c"), false),
    Case(.equalsIgnoreCase("Zürich"), .text("ZÜRICH"), true),
    Case(.equalsIgnoreCase("a"), .text("b"), false),
    Case(.anythingBut([.text("a"), .text("b")]), .text("c"), true),
    Case(.anythingBut([.text("a"), .text("b")]), .text("b"), false),
    Case(.anythingBut([.text("a")]), nil, false),
    Case(.anythingBut([.prefix("a")]), .text("ab"), false),
    Case(.numeric([.init(.greaterOrEqual, 0), .init(.less, 5)]), .number(0), true),
    Case(.numeric([.init(.greaterOrEqual, 0), .init(.less, 5)]), .number(5), false),
    Case(.numeric([.init(.equal, 3)]), .number(3), true),
    Case(.numeric([.init(.greater, 3)]), .text("4"), false),
    Case(.exists(true), .text(""), true), Case(.exists(true), nil, false),
    Case(.exists(false), nil, true), Case(.exists(false), .number(0), false),
  ]

  @Test("A test holds for the values that EventBridge's patterns say", arguments: cases)
  func holds(_ c: Case) {
    let pattern = FilterPattern(.init(field: "f", tests: [c.test]))
    #expect(pattern.matches { $0 == "f" ? c.value : nil } == c.passes)
  }

  @Test("Tests of a field are alternatives, fields have to match together, patterns are alternatives")
  func combines() {
    let pattern = FilterPattern(
      .init(field: "kind", tests: [.text("a"), .text("b")]), .init(field: "size", tests: [.number(1)])
    ).union(FilterPattern(.init(field: "kind", tests: [.text("z")])))
    func passes(_ kind: String, _ size: Double) -> Bool {
      pattern.matches { $0 == "kind" ? .text(kind) : .number(size) }
    }
    #expect(passes("a", 1))
    #expect(passes("b", 1))
    #expect(!passes("b", 2))
    #expect(!passes("c", 1))
    #expect(passes("z", 7))
    #expect(pattern.fields == ["kind", "size"])
  }

  @Test("A pattern without rules lets everything through, one without alternatives nothing")
  func empty() {
    #expect(FilterPattern().matches { _ in nil })
    #expect(!FilterPattern(alternatives: []).matches { _ in nil })
  }
}

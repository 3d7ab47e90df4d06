/// Which messages a subscription or an event source mapping lets through.
///
/// The patterns of EventBridge, filter criteria and SNS filter policies: alternatives of rules, the rules of an
/// alternative all have to hold, and a rule holds when one of its tests does. A message shows its fields; a pattern on
/// anything else cannot be written. Source: fact sheet §2.1, §5.2.
package struct FilterPattern: Sendable, Hashable {
  /// One test of the value of a field.
  package indirect enum Test: Sendable, Hashable {
    case text(String)
    case number(Double)
    case prefix(String)
    case suffix(String)
    case equalsIgnoreCase(String)
    /// None of the tests holds; the field has to be there.
    case anythingBut([Test])
    /// All comparisons hold.
    case numeric([Bound])
    case exists(Bool)
  }
  package struct Bound: Sendable, Hashable {
    package enum Comparison: String, Sendable, Hashable, CaseIterable {
      case equal = "=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
    }
    package var comparison: Comparison
    package var value: Double
    package init(_ comparison: Comparison, _ value: Double) {
      self.comparison = comparison
      self.value = value
    }
  }
  package struct Rule: Sendable, Hashable {
    package var field: String
    package var tests: [Test]
    package init(field: String, tests: [Test]) {
      self.field = field
      self.tests = tests
    }
  }

  /// At least one of them has to match; an alternative without rules matches everything.
  package var alternatives: [[Rule]]

  package init(alternatives: [[Rule]]) { self.alternatives = alternatives }
  package init(_ rules: Rule...) { alternatives = [rules] }

  /// Tells whether a message passes.
  ///
  /// - Parameter field: The value of a field of the message, nil when it has none of that name.
  package func matches(_ field: (String) -> FieldValue?) -> Bool {
    alternatives.contains { rules in
      rules.allSatisfy { rule in
        let value = field(rule.field)
        return rule.tests.contains { $0.holds(for: value) }
      }
    }
  }

  /// Lets through what either of two patterns does.
  package func union(_ other: FilterPattern) -> FilterPattern {
    FilterPattern(alternatives: alternatives + other.alternatives)
  }

  /// Names of the fields that decide, in order of first use.
  package var fields: [String] {
    var fields: [String] = []
    for rule in alternatives.joined() where !fields.contains(rule.field) { fields.append(rule.field) }
    return fields
  }
}

extension FilterPattern.Test {
  /// Texts and numbers are told apart: the pattern `"5"` does not match the number 5.
  func holds(for value: FieldValue?) -> Bool {
    switch (self, value) {
    case (.exists(let isWanted), _): return (value != nil) == isWanted
    case (_, nil): return false
    case (.text(let text), .text(let value)?): return value == text
    case (.number(let number), .number(let value)?): return value == number
    case (.prefix(let prefix), .text(let value)?): return value.utf8.starts(with: prefix.utf8)
    case (.suffix(let suffix), .text(let value)?):
      return value.utf8.reversed().starts(with: suffix.utf8.reversed())
    case (.equalsIgnoreCase(let text), .text(let value)?): return value.lowercased() == text.lowercased()
    case (.numeric(let bounds), .number(let value)?): return bounds.allSatisfy { $0.holds(for: value) }
    case (.anythingBut(let tests), _?): return !tests.contains { $0.holds(for: value) }
    default: return false
    }
  }
}

extension FilterPattern.Bound {
  func holds(for number: Double) -> Bool {
    switch comparison {
    case .equal: number == value
    case .less: number < value
    case .lessOrEqual: number <= value
    case .greater: number > value
    case .greaterOrEqual: number >= value
    }
  }
}

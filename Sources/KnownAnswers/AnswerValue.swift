/// What a function of the program gives for a known answer.
package enum AnswerValue: Sendable, Hashable {
  /// Lists row by row; nil where there is no value.
  case values([Double?])
  case texts([String])

  static func number(_ value: Double) -> AnswerValue { .values([value]) }
  static func numbers(_ values: [Double]) -> AnswerValue { .values(values.map(Optional.some)) }
}

extension KnownAnswer {
  /// Nil when the value agrees within the stated tolerance, else a sentence with both values.
  package func disagreement(of value: Double) -> String? { disagreement(of: .number(value)) }

  /// The same for lists, element by element; nested expected lists are compared row by row.
  package func disagreement(of values: [Double]) -> String? { disagreement(of: .numbers(values)) }

  /// The same for everything that a function may give.
  package func disagreement(of value: AnswerValue) -> String? {
    switch value {
    case .texts(let texts):
      return texts == expected.texts ? nil : "\(id), \(quantity): \(texts) instead of \(expected)"
    case .values(let values):
      guard let wanted = expected.optionalNumbers else { return "\(id): \(expected) is no number" }
      guard wanted.count == values.count else { return "\(id): \(values.count) values for \(wanted.count)" }
      for (value, want) in zip(values, wanted) {
        guard let value, let want else {
          if value == nil, want == nil { continue }
          return "\(id), \(quantity): \(values) instead of \(wanted)"
        }
        let error = (value - want).magnitude
        guard error <= tolerance * max(want.magnitude, 1e-12) else {
          let relative = error / max(want.magnitude, 1e-12)
          return
            "\(id), \(quantity): \(values) instead of \(wanted), off by \(relative) with \(tolerance) allowed"
        }
      }
      return nil
    }
  }
}

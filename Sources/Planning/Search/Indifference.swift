/// The smallest difference worth finding.
package enum Indifference: Sendable, Hashable {
  /// As a share of the best value, such as 0.01.
  case relative(Double)
  /// In the base unit of the values.
  case absolute(Double)

  /// In the unit of the values, above zero.
  package func amount(at value: Double) -> Double {
    switch self {
    // A best value of nothing leaves no share to be indifferent about.
    case .relative(let share): max(share * value.magnitude, .leastNormalMagnitude)
    case .absolute(let amount): amount
    }
  }

  /// A part of it, for a step of a procedure of several steps.
  package func times(_ factor: Double) -> Indifference {
    switch self {
    case .relative(let share): .relative(share * factor)
    case .absolute(let amount): .absolute(amount * factor)
    }
  }
}

/// How narrow an interval must become before replications stop.
public enum PrecisionGoal: Sendable, Hashable {
  /// Half-width over the magnitude of the true mean, such as 0.02; wrong for means near 0.
  case relative(Double)
  /// Half-width in the unit of the measure; for losses and cold starts, whose mean may be 0.
  case absolute(Double)
  /// Relative like the first, but never narrower than the second, a half-width in the unit of the measure: for means
  /// that may or may not be near 0.
  case relativeOrAbsolute(Double, Double)

  /// Largest half-width that meets the goal at this mean.
  ///
  /// A relative goal γ is judged as γ/(1 + γ), because the estimated mean stands in for the true one.
  /// Source: methods §5.6 (Law 2015, 9.4.1).
  public func halfWidthMax(mean: Double) -> Double {
    switch self {
    case .relative(let gamma): gamma / (1 + gamma) * mean.magnitude
    case .absolute(let width): width
    case .relativeOrAbsolute(let gamma, let width): max(gamma / (1 + gamma) * mean.magnitude, width)
    }
  }
}

/// One of the measures that a sequential experiment must estimate precisely.
public struct PrecisionMeasure: Sendable, Hashable {
  public var name: String
  public var goal: PrecisionGoal

  /// - Parameters:
  ///   - name: As the report calls it.
  ///   - goal: With a positive number inside.
  public init(name: String, goal: PrecisionGoal) {
    switch goal {
    case .relative(let x), .absolute(let x): precondition(x > 0, "a precision of \(x) for \(name)")
    case .relativeOrAbsolute(let x, let y):
      precondition(min(x, y) > 0, "a precision of \(x), \(y) for \(name)")
    }
    self.name = name
    self.goal = goal
  }
}

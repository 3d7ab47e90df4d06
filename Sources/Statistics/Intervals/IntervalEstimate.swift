/// An estimate with a symmetric t interval around it.
public struct IntervalEstimate: Sendable, Hashable {
  public let value: Double
  /// Half the width of the interval. [unit of the value], not negative
  public let halfWidth: Double
  /// Of the t distribution behind the half-width; fractions are usual.
  public let degreesOfFreedom: Double

  public var low: Double { value - halfWidth }
  public var high: Double { value + halfWidth }

  /// Builds the interval from the standard error of the estimate.
  ///
  /// - Parameters:
  ///   - standardError: Standard deviation of the estimate, not negative.
  ///   - degreesOfFreedom: Positive.
  ///   - confidence: Coverage, between 0 and 1, both excluded.
  public init(value: Double, standardError: Double, degreesOfFreedom: Double, confidence: Double = 0.95) {
    precondition(standardError >= 0, "a standard error of \(standardError)")
    self.value = value
    self.degreesOfFreedom = degreesOfFreedom
    halfWidth = StudentT.quantile(1 - (1 - confidence) / 2, degrees: degreesOfFreedom) * standardError
  }

  /// Whether the interval holds the point, ends included.
  public func contains(_ point: Double) -> Bool { point >= low && point <= high }
}

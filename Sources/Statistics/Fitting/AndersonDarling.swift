import CGSL

/// The Anderson-Darling test of values against a law, sensitive to both tails.
///
/// - Source: methods §8.3.
public struct AndersonDarling: Sendable, Hashable {
  /// A²; infinite when a value is impossible under the law.
  public let statistic: Double
  /// [values]
  public let count: Int

  /// Computes A² = −n − (1/n)·Σ(2i − 1)·[ln F(x[i]) + ln(1 − F(x[n+1−i]))].
  ///
  /// - Parameters:
  ///   - sorted: Ascending, at least one value.
  ///   - cumulative: P(X ≤ x) of the law, continuous.
  ///   - survival: P(X > x), computed without a subtraction so that the upper tail keeps its digits.
  /// - Complexity: O(n).
  public init(
    sorted: [Double], cumulative: (Double) -> Double, survival: (Double) -> Double
  ) {
    precondition(!sorted.isEmpty, "no values")
    let n = sorted.count
    var sum = 0.0
    for (index, value) in sorted.enumerated() {
      sum +=
        Double(2 * index + 1) * log(cumulative(value)) + Double(2 * (n - index) - 1) * log(survival(value))
    }
    statistic = -Double(n) - sum / Double(n)
    count = n
  }

  /// Probability of at least this statistic when the law was known in advance; about 5 decimals.
  ///
  /// Too large when the parameters came from the same values.
  /// - Source: Marsaglia & Marsaglia (2004), J. Stat. Software 9(2).
  public var pValue: Double { Self.pValue(statistic: statistic, count: count) }

  /// The same from the statistic and the number of values.
  public static func pValue(statistic z: Double, count: Int) -> Double {
    precondition(count > 0 && !z.isNaN)
    guard z > 0 else { return 1 }
    guard z.isFinite else { return 0 }
    let limit = asymptoticCumulative(z)
    return min(1, max(0, 1 - limit - correction(limit, count: Double(count))))
  }

  /// P(A² < z) for many values.
  private static func asymptoticCumulative(_ z: Double) -> Double {
    if z < 2 {
      let p = horner(z, [2.00012, 0.247105, -0.0649821, 0.0347962, -0.0116720, 0.00168691])
      return exp(-1.2337141 / z) / z.squareRoot() * p
    }
    return exp(-exp(horner(z, [1.0776, -2.30695, 0.43424, -0.082433, 0.008056, -0.0003146])))
  }

  /// What a finite number of values adds to the probability.
  private static func correction(_ x: Double, count n: Double) -> Double {
    if x > 0.8 {
      return horner(x, [-130.2137, 745.2337, -1705.091, 1950.646, -1116.360, 255.7844]) / n
    }
    let split = 0.01265 + 0.1757 / n
    if x < split {
      let t = x / split
      let shape = t.squareRoot() * (1 - t) * (49 * t - 102)
      return shape * (0.0037 / (n * n) + 0.00078 / n + 0.00006) / n
    }
    let t = (x - split) / (0.8 - split)
    let shape = horner(t, [-0.00022633, 6.54034, -14.6538, 14.458, -8.259, 1.91864])
    return shape * (0.04213 + 0.01365 / n) / n
  }

  /// A² above which a fit with parameters from the same values is rejected at 5 %; nil for families without a table
  /// and for fewer than eight values.
  ///
  /// - Source: Stephens (1974, 1977): exponential with unknown mean, normal with both unknown (for the logs of a
  ///   lognormal), extreme value with both unknown (for the logs of a Weibull).
  public static func criticalValue(fitted family: LawFamily, count: Int) -> Double? {
    guard count >= 8 else { return nil }
    let n = Double(count)
    return switch family {
    case .exponential: 1.341 / (1 + 0.6 / n)
    case .lognormal: 0.787 / (1 + 4 / n - 25 / (n * n))
    case .weibull: 0.757 / (1 + 0.2 / n.squareRoot())
    case .gamma, .pareto: nil
    }
  }

  private static func horner(_ x: Double, _ coefficients: [Double]) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }
}

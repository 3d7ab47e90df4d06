import CGSL

/// Whether counts per window could come from a Poisson stream: their index of dispersion and its test.
///
/// The index is 1 for Poisson arrivals, above for bursts, below for paced ones.
///
/// ```swift
/// DispersionTest(counts: [12, 9, 15, 11, 8, 14])?.pValue
/// ```
/// - Source: methods §2 (variance test for Poisson counts).
public struct DispersionTest: Sendable, Hashable {
  /// Sample variance over mean of the counts.
  public let index: Double
  /// Σ(n − mean)²/mean.
  public let statistic: Double
  /// Windows − 1.
  public let degreesOfFreedom: Int
  /// Probability of at least this statistic under Poisson arrivals, upper tail only: small for bursts.
  public let pValue: Double

  /// Tests counts of equal, disjoint windows; nil for fewer than two windows or no arrival at all.
  ///
  /// - Complexity: O(windows).
  public init?(counts: [Int]) {
    let moments = RunningMoments(counts.lazy.map(Double.init))
    guard let variance = moments.variance, moments.mean > 0 else { return nil }
    GSLErrors.areReturned
    index = variance / moments.mean
    statistic = moments.squaredDeviations / moments.mean
    degreesOfFreedom = counts.count - 1
    pValue = gsl_cdf_chisq_Q(statistic, Double(degreesOfFreedom))
  }
}

import CGSL

/// The exact interval of a quantile from independent values: two ranks of the sorted sample.
///
/// Holds for any continuous distribution. Waits within one run are dependent; for those the interval is too narrow
/// and ``QuantileEstimate`` is the tool.
///
/// ```swift
/// let ranks = OrderStatisticInterval(count: 100, quantile: 0.9)
/// ranks.lowerRank  // 84
/// ranks.upperRank  // 96
/// ```
/// - Source: methods §5.5 (Conover 1999; Le Boudec 2010, chapter 2).
public struct OrderStatisticInterval: Sendable, Hashable {
  /// Rank of the lower bound, from 1; nil when the sample cannot bound the quantile from below.
  public let lowerRank: Int?
  /// Rank of the upper bound, from 1; nil when the sample cannot bound the quantile from above.
  public let upperRank: Int?
  /// Probability that the interval holds the quantile, at least the confidence asked for on the bounded sides.
  public let coverage: Double
  private let count: Int

  /// Finds the ranks.
  ///
  /// - Parameters:
  ///   - count: Size of the sample, at least 1. [values]
  ///   - quantile: Between 0 and 1, both excluded.
  ///   - confidence: Nominal coverage, both sides together.
  /// - Complexity: O(log n) evaluations of the binomial distribution, `gsl_cdf_binomial_P`.
  public init(count: Int, quantile: Double, confidence: Double = 0.95) {
    precondition(count > 0 && count <= Int(UInt32.max), "\(count) values")
    precondition(quantile > 0 && quantile < 1, "quantile of \(quantile)")
    precondition(confidence > 0 && confidence < 1, "confidence of \(confidence)")
    GSLErrors.areReturned
    self.count = count
    let tail = (1 - confidence) / 2
    /// P(at most r − 1 values lie below the quantile).
    func below(_ rank: Int) -> Double { gsl_cdf_binomial_P(UInt32(rank - 1), quantile, UInt32(count)) }
    /// First rank in 1...count + 1 of which the monotone condition holds.
    func firstRank(where holds: (Int) -> Bool) -> Int {
      var low = 1
      var high = count + 1
      while low < high {
        let middle = (low + high) / 2
        if holds(middle) { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let lower = firstRank { below($0) > tail } - 1
    let upper = firstRank { below($0) >= 1 - tail }
    lowerRank = lower >= 1 ? lower : nil
    upperRank = upper <= count ? upper : nil
    coverage = (upper <= count ? below(upper) : 1) - (lower >= 1 ? below(lower) : 0)
  }

  /// The bounds in a sorted sample of the size given at the start.
  public func bounds(_ sorted: [Double]) -> (low: Double?, high: Double?) {
    precondition(sorted.count == count, "\(sorted.count) values for ranks of \(count)")
    return (lowerRank.map { sorted[$0 - 1] }, upperRank.map { sorted[$0 - 1] })
  }

  /// Smallest sample whose maximum bounds the quantile from above: 59 for p95, 299 for p99 at 95 %.
  ///
  /// - Source: methods §5.5 (Wilks 1941): 1 − pⁿ ≥ confidence.
  public static func smallestCountBoundingAbove(quantile: Double, confidence: Double = 0.95) -> Int {
    precondition(quantile > 0 && quantile < 1 && confidence > 0 && confidence < 1)
    var count = max(1, Int((log(1 - confidence) / log(quantile)).rounded(.down)))
    // The logarithms place the answer within one; the definition decides.
    while count > 1, 1 - pow(quantile, Double(count - 1)) >= confidence { count -= 1 }
    while 1 - pow(quantile, Double(count)) < confidence { count += 1 }
    return count
  }

  /// Smallest sample that bounds the quantile on both sides: 368 for p99 at 95 %.
  public static func smallestCountBoundingBoth(quantile: Double, confidence: Double = 0.95) -> Int {
    smallestCountBoundingAbove(
      quantile: max(quantile, 1 - quantile), confidence: 1 - (1 - confidence) / 2)
  }
}

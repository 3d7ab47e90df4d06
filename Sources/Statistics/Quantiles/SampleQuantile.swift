import CGSL

/// Quantiles of a sorted sample, by the two usual definitions.
///
/// - Source: methods §3 (Hyndman & Fan 1996, types 7 and 1).
public enum SampleQuantile {
  /// The quantile with linear interpolation between neighbours (type 7); nil for an empty sample.
  ///
  /// - Parameters:
  ///   - sorted: Ascending, fewer than 2³¹ values.
  ///   - probability: 0...1.
  /// - Complexity: O(1).
  /// - Source: `gsl_stats_quantile_from_sorted_data`.
  public static func interpolated(_ sorted: [Double], _ probability: Double) -> Double? {
    precondition((0...1).contains(probability), "quantile of \(probability)")
    // GSL casts the index to a C int.
    precondition(sorted.count <= Int(Int32.max), "\(sorted.count) values")
    guard !sorted.isEmpty else { return nil }
    return gsl_stats_quantile_from_sorted_data(sorted, 1, sorted.count, probability)
  }

  /// The value of rank ⌈n·p⌉, an element of the sample (type 1, nearest rank); nil for an empty sample.
  ///
  /// - Parameters:
  ///   - sorted: Ascending.
  ///   - probability: 0...1; 0 gives the smallest value.
  /// - Complexity: O(1).
  public static func nearestRank(_ sorted: [Double], _ probability: Double) -> Double? {
    precondition((0...1).contains(probability), "quantile of \(probability)")
    guard !sorted.isEmpty else { return nil }
    // 0.999 · 5000 exceeds 4995 in binary; a rank is never meant a billionth above an integer.
    let rank = Int((probability * Double(sorted.count) - 1e-9).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }

  /// Values that a run or batch needs before its quantile estimate is roughly unbiased: 10 beyond the quantile.
  ///
  /// Source: methods §5.5.
  public static func requiredCount(for probability: Double) -> Int {
    precondition(probability > 0 && probability < 1, "quantile of \(probability)")
    return Int((10 / min(probability, 1 - probability) - 1e-9).rounded(.up))
  }
}

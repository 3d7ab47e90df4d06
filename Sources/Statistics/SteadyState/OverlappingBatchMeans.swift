/// A steady-state mean from one long run, by every window of a given size.
///
/// Uses the run better than disjoint batches: the same bias with a third less variance.
///
/// ```swift
/// let windows = OverlappingBatchMeans(series: waits, batchSize: waits.count / 20)
/// windows?.interval.halfWidth
/// ```
/// - Source: methods §5.3 (Meketon & Schmeiser 1984).
public struct OverlappingBatchMeans: Sendable, Hashable {
  /// Estimate of lim n·Var(mean). [square of the unit]
  public let asymptoticVariance: Double
  /// Mean of the whole series with 1.5(n/m − 1) degrees of freedom.
  public let interval: IntervalEstimate

  /// Slides a window over the series; nil unless two disjoint windows fit.
  ///
  /// - Parameters:
  ///   - series: Observations after the warm-up, in order of occurrence.
  ///   - batchSize: Length of the window, at least 1; n/20 to n/30 is usual. [observations]
  ///   - confidence: Coverage of the interval.
  /// - Complexity: O(n), by a running sum.
  public init?(series: [Double], batchSize: Int, confidence: Double = 0.95) {
    precondition(batchSize > 0, "windows of \(batchSize)")
    let count = series.count
    guard count >= 2 * batchSize else { return nil }
    let n = Double(count)
    let m = Double(batchSize)
    // Sums run over deviations from the mean, so that long windows of large values keep their digits.
    let mean = series.reduce(0, +) / n
    var window = 0.0
    var squares = 0.0
    for i in 0..<count {
      window += series[i] - mean
      if i >= batchSize { window -= series[i - batchSize] - mean }
      if i >= batchSize - 1 { squares += (window / m) * (window / m) }
    }
    asymptoticVariance = n * m / ((n - m + 1) * (n - m)) * squares
    interval = IntervalEstimate(
      value: mean, standardError: (asymptoticVariance / n).squareRoot(),
      degreesOfFreedom: 1.5 * (n / m - 1), confidence: confidence)
  }
}

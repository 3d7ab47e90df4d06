/// A quantile of dependent values with an interval: one estimate a replication or a batch, t over those.
///
/// Pooled order statistics of one run are too narrow because neighbours wait alike.
///
/// ```swift
/// let p95 = QuantileEstimate(replications: waitsOfReplications, quantile: 0.95)
/// if p95?.isBiased == true { print("needs \(p95!.requiredSample) waits a replication") }
/// ```
/// - Source: methods §5.5.
public struct QuantileEstimate: Sendable, Hashable {
  /// Over the quantiles of the replications or batches.
  public let interval: MeanInterval
  /// Values in the smallest replication or batch.
  public let smallestSample: Int
  /// Values that each of them needs for a roughly unbiased estimate.
  public let requiredSample: Int

  /// The samples are too small: an upper quantile is then estimated too low.
  public var isBiased: Bool { smallestSample < requiredSample }

  /// Estimates from independent replications; nil when no replication has a value.
  ///
  /// - Parameters:
  ///   - replications: Values after the warm-up, shape (replication, observation); empty ones are left out.
  ///   - quantile: Between 0 and 1, both excluded.
  ///   - confidence: Coverage of the interval.
  /// - Complexity: O(n log n) in all observations.
  public init?(replications: [[Double]], quantile: Double, confidence: Double = 0.95) {
    let filled = replications.filter { !$0.isEmpty }
    let estimates = filled.compactMap { SampleQuantile.interpolated($0.sorted(), quantile) }
    guard let interval = MeanInterval(estimates, confidence: confidence) else { return nil }
    self.interval = interval
    smallestSample = filled.map(\.count).min() ?? 0
    requiredSample = SampleQuantile.requiredCount(for: quantile)
  }

  /// Estimates from one long run cut into batches of equal size; nil when there are fewer values than batches.
  ///
  /// - Parameters:
  ///   - series: Values after the warm-up, in order of occurrence; the remainder at the end is dropped.
  ///   - batches: Number of batches, at least 2.
  /// - Complexity: O(n log n).
  public init?(series: [Double], batches: Int, quantile: Double, confidence: Double = 0.95) {
    precondition(batches >= 2, "\(batches) batches")
    let size = series.count / batches
    guard size > 0 else { return nil }
    let cut = (0..<batches).map { Array(series[$0 * size..<($0 + 1) * size]) }
    self.init(replications: cut, quantile: quantile, confidence: confidence)
  }
}

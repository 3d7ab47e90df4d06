/// A mean over pairs of replications of which the second one used the mirrored draws of the first.
///
/// Replication 2k draws u, replication 2k + 1 draws 1 − u everywhere, by inversion only.
///
/// ```swift
/// AntitheticPairs([10.1, 11.9, 10.8, 11.3])?.interval.mean
/// ```
/// - Source: methods §6.2.
public struct AntitheticPairs: Sendable, Hashable {
  /// Over the averages of the pairs.
  public let interval: MeanInterval
  /// Half the variance of single replications over the variance of pair averages: above 1 the pairs helped; nil
  /// when the averages do not vary or there is only one pair.
  public let varianceReduction: Double?

  /// Averages the pairs; nil without a pair.
  ///
  /// - Parameter values: One value a replication in order of their index; an even number.
  /// - Complexity: O(n).
  public init?(_ values: [Double], confidence: Double = 0.95) {
    precondition(values.count.isMultiple(of: 2), "\(values.count) replications make no pairs")
    let averages = stride(from: 0, to: values.count, by: 2).map { (values[$0] + values[$0 + 1]) / 2 }
    guard let interval = MeanInterval(averages, confidence: confidence) else { return nil }
    self.interval = interval
    // Each half of the pairs is a sample of independent replications; their variances are pooled.
    let first = sampleVariance(stride(from: 0, to: values.count, by: 2).map { values[$0] })
    let second = sampleVariance(stride(from: 1, to: values.count, by: 2).map { values[$0] })
    let ofPairs = sampleVariance(averages)
    varianceReduction = ofPairs > 0 ? (first + second) / 4 / ofPairs : nil
  }

  /// The mirrored draw: 1 − u on the grid of 53-bit uniforms, so that 0 ≤ u < 1 stays so.
  public static func mirror(_ uniform: Double) -> Double {
    precondition(uniform >= 0 && uniform < 1, "a uniform of \(uniform)")
    return (1 - 0x1p-53) - uniform
  }
}

import CGSL

/// A steady-state mean from one long run: the run is cut into batches whose means are nearly independent.
///
/// ```swift
/// let batches = BatchMeans(series: waits, batches: 20)
/// batches?.interval.halfWidth
/// batches?.isNearlyIndependent
/// ```
/// - Source: methods §5.2 (Schmeiser 1982).
public struct BatchMeans: Sendable, Hashable {
  /// Means of the batches, in order of the run.
  public let means: [Double]
  /// [observations a batch]
  public let batchSize: Int
  /// Observations at the end that fill no batch.
  public let droppedCount: Int
  /// t interval over the batch means.
  public let interval: MeanInterval
  /// Lag-1 autocorrelation of the batch means; nil when they do not vary.
  public let lag1Autocorrelation: Double?
  /// Σ(Y[j+1] − Y[j])²/Σ(Y[j] − Ȳ)² of the batch means, near 2 for independent ones; nil when they do not vary.
  public let vonNeumannRatio: Double?

  /// Fewest batches whose interval is trusted.
  public static let batchCountMin = 10
  /// Largest lag-1 autocorrelation that passes as independent.
  public static let autocorrelationMax = 0.2

  private let confidence: Double

  /// Cuts a series into batches of equal size; nil when there are fewer observations than batches.
  ///
  /// - Parameters:
  ///   - series: Observations after the warm-up, in order of occurrence.
  ///   - batches: Number of batches, at least 2; 20 to 30 are usual.
  ///   - confidence: Coverage of the interval.
  /// - Complexity: O(n).
  public init?(series: [Double], batches: Int = 20, confidence: Double = 0.95) {
    precondition(batches >= 2, "\(batches) batches")
    let size = series.count / batches
    guard size > 0 else { return nil }
    let means = (0..<batches).map { batch in
      series[batch * size..<(batch + 1) * size].reduce(0, +) / Double(size)
    }
    self.init(
      means: means, batchSize: size, dropped: series.count - size * batches, confidence: confidence)
  }

  /// Batches paired until their means pass the check or fewer than ten would remain.
  ///
  /// Ask ``isTrustworthy`` of the result: when the check never passes, the run is too short for an interval.
  /// - Complexity: O(n).
  public static func checked(
    series: [Double], batches: Int = 32, confidence: Double = 0.95
  ) -> BatchMeans? {
    guard var current = BatchMeans(series: series, batches: batches, confidence: confidence) else {
      return nil
    }
    while !current.isNearlyIndependent, current.means.count / 2 >= batchCountMin {
      current = current.paired()
    }
    return current
  }

  /// The lag-1 autocorrelation is small enough, or nothing varies.
  public var isNearlyIndependent: Bool { (lag1Autocorrelation ?? 0) < Self.autocorrelationMax }
  /// At least ten batches whose means pass for independent.
  public var isTrustworthy: Bool { means.count >= Self.batchCountMin && isNearlyIndependent }

  /// Half as many batches of twice the size; the last one is dropped from an odd number.
  public func paired() -> BatchMeans {
    precondition(means.count >= 4, "pairing \(means.count) batches leaves no interval")
    let pairs = means.count / 2
    var pairMeans: [Double] = []
    for pair in 0..<pairs { pairMeans.append((means[2 * pair] + means[2 * pair + 1]) / 2) }
    return BatchMeans(
      means: pairMeans, batchSize: batchSize * 2,
      dropped: droppedCount + (means.count - 2 * pairs) * batchSize, confidence: confidence)
  }

  private init(means: [Double], batchSize: Int, dropped: Int, confidence: Double) {
    self.means = means
    self.batchSize = batchSize
    droppedCount = dropped
    self.confidence = confidence
    guard let interval = MeanInterval(means, confidence: confidence) else {
      preconditionFailure("no batch")
    }
    self.interval = interval
    lag1Autocorrelation = SerialDependence.lag1Autocorrelation(means)
    vonNeumannRatio = SerialDependence.vonNeumannRatio(means)
  }
}

/// How much neighbours in a series resemble each other.
public enum SerialDependence {
  /// Lag-1 autocorrelation; nil for fewer than two values or values that do not vary.
  ///
  /// - Complexity: O(n).
  /// - Source: methods §5.2, `gsl_stats_lag1_autocorrelation`.
  public static func lag1Autocorrelation(_ values: [Double]) -> Double? {
    guard values.count > 1, values.contains(where: { $0 != values[0] }) else { return nil }
    return gsl_stats_lag1_autocorrelation(values, 1, values.count)
  }

  /// Sum of squared steps over sum of squared deviations; nil where the autocorrelation is.
  ///
  /// - Complexity: O(n).
  /// - Source: methods §5.2 (von Neumann 1941).
  public static func vonNeumannRatio(_ values: [Double]) -> Double? {
    guard values.count > 1, values.contains(where: { $0 != values[0] }) else { return nil }
    var steps = 0.0
    for i in 1..<values.count { steps += (values[i] - values[i - 1]) * (values[i] - values[i - 1]) }
    return steps / RunningMoments(values).squaredDeviations
  }
}

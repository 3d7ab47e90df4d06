/// A mean over independent replications with its confidence interval.
///
/// One value has no interval; equal values have one of width zero and are deterministic.
///
/// ```swift
/// let waits = MeanInterval([12.3, 11.9, 13.0, 12.0, 12.5])!
/// print(waits.mean, waits.halfWidth!)
/// ```
/// - Source: methods §5.1.
public struct MeanInterval: Sendable, Hashable {
  /// [values]
  public let count: Int
  public let mean: Double
  /// Sample standard deviation, divisor n − 1; nil for one value.
  public let standardDeviation: Double?
  /// Half the width of the interval; nil for one value.
  public let halfWidth: Double?

  /// Summarises values in the order given, which is the order of replications; nil for no value.
  ///
  /// - Parameters:
  ///   - values: One estimate a replication, independent of each other, finite.
  ///   - confidence: Coverage of the interval, 0.95 for the reports.
  /// - Complexity: O(n).
  public init?(_ values: [Double], confidence: Double = 0.95) {
    guard let first = values.first else { return nil }
    count = values.count
    // Equal values are caught before any arithmetic, so that their mean is exact and their width is zero.
    if values.allSatisfy({ $0 == first }) {
      mean = first
      standardDeviation = count > 1 ? 0 : nil
      halfWidth = count > 1 ? 0 : nil
      return
    }
    let n = Double(count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    self.mean = mean
    standardDeviation = variance.squareRoot()
    halfWidth = StudentT.quantile(1 - (1 - confidence) / 2, degrees: n - 1) * (variance / n).squareRoot()
  }

  /// The interval of values of which only the moments are kept; nil for no value.
  public init?(moments: RunningMoments, confidence: Double = 0.95) {
    guard moments.count > 0 else { return nil }
    count = moments.count
    mean = moments.mean
    standardDeviation = moments.standardDeviation
    let n = Double(moments.count)
    halfWidth = moments.variance.map { variance in
      StudentT.quantile(1 - (1 - confidence) / 2, degrees: n - 1) * (variance / n).squareRoot()
    }
  }

  /// Every replication gave the same value.
  public var isDeterministic: Bool { halfWidth == 0 }
  /// Lower end; nil without an interval.
  public var low: Double? { halfWidth.map { mean - $0 } }
  /// Upper end; nil without an interval.
  public var high: Double? { halfWidth.map { mean + $0 } }

  /// Whether the interval leaves out the value: a difference is shown.
  public func excludes(_ value: Double) -> Bool {
    guard let low, let high else { return false }
    return value < low || value > high
  }

  /// Whether the interval exists and holds the value.
  public func contains(_ value: Double) -> Bool {
    guard let low, let high else { return false }
    return value >= low && value <= high
  }
}

/// Sample variance with divisor n − 1; zero for fewer than two values.
func sampleVariance(_ values: [Double]) -> Double {
  guard values.count > 1 else { return 0 }
  let mean = values.reduce(0, +) / Double(values.count)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}

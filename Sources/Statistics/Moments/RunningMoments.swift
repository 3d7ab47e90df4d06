/// Count, mean and variance of a stream of values, in one pass and mergeable.
///
/// Floating-point addition is not associative: merge in the order of replications, never in the order in which
/// they finish, and equal inputs give equal bytes.
///
/// ```swift
/// var waits = RunningMoments()
/// for wait in [1.0, 2.0, 4.5] { waits.add(wait) }
/// waits.mean  // 2.5
/// ```
/// - Source: methods §3 (Welford 1962; merge by Chan, Golub, LeVeque 1979).
public struct RunningMoments: Sendable, Hashable {
  /// [values]
  public private(set) var count: Int
  /// Mean of the values; 0 before the first.
  public private(set) var mean: Double
  /// Σ(x − mean)². [square of the unit]
  public private(set) var squaredDeviations: Double

  public init() {
    count = 0
    mean = 0
    squaredDeviations = 0
  }

  /// Takes up a summary made elsewhere.
  ///
  /// - Parameters:
  ///   - count: Number of values, not negative.
  ///   - mean: Their mean.
  ///   - squaredDeviations: Σ(x − mean)², not negative.
  public init(count: Int, mean: Double, squaredDeviations: Double) {
    precondition(count >= 0 && squaredDeviations >= 0, "\(count) values with \(squaredDeviations)")
    self.count = count
    self.mean = mean
    self.squaredDeviations = squaredDeviations
  }

  /// Summarises values in the order given.
  public init(_ values: some Sequence<Double>) {
    self.init()
    for value in values { add(value) }
  }

  /// Takes in one value. Complexity: O(1).
  public mutating func add(_ value: Double) {
    count += 1
    let delta = value - mean
    mean += delta / Double(count)
    squaredDeviations += delta * (value - mean)
  }

  /// Takes in all values of another summary. Complexity: O(1).
  public mutating func merge(_ other: RunningMoments) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    let total = Double(count + other.count)
    let delta = other.mean - mean
    mean += delta * Double(other.count) / total
    squaredDeviations +=
      other.squaredDeviations + delta * delta * Double(count) * Double(other.count) / total
    count += other.count
  }

  /// Sample variance, divisor n − 1; nil for fewer than two values.
  public var variance: Double? { count > 1 ? squaredDeviations / Double(count - 1) : nil }
  /// Square root of the sample variance; nil for fewer than two values.
  public var standardDeviation: Double? { variance.map { $0.squareRoot() } }

  /// The t interval of the mean of independent values; nil without values.
  public func interval(confidence: Double = 0.95) -> MeanInterval? {
    MeanInterval(moments: self, confidence: confidence)
  }
}

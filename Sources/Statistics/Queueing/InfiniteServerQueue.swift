import CGSL

/// Functions without a limit: every arrival starts at once (M/G/∞).
///
/// The number running is Poisson at every instant, in steady state and on the way to it.
///
/// ```swift
/// let function = try InfiniteServerQueue(arrivalRate: 10, service: .exponential(mean: 2))
/// function.meanConcurrency(at: 3)       // 15.5
/// try function.concurrencyQuantile(0.99)
/// ```
/// Exact.
/// - Source: Palm (1943), Khinchine; Eick, Massey, Whitt, Operations Research (1993); methods §7.8.
public struct InfiniteServerQueue: Sendable, Equatable {
  public let arrivalRate: Double
  public let service: DurationLaw

  public init(arrivalRate: Double, service: DurationLaw) throws(QueueingError) {
    try Check.nonnegative(arrivalRate, "arrival rate")
    try Check.positive(service.mean, "mean service time")
    self.arrivalRate = arrivalRate
    self.service = service
  }

  /// Mean number running in steady state [erlang].
  public var meanConcurrency: Double { arrivalRate * service.mean }

  /// Mean number running a time `t` after an empty start: λ·E[min(S, t)].
  public func meanConcurrency(at t: Double) -> Double { arrivalRate * service.limitedMoment(1, at: t) }

  /// The number running that is not exceeded for the share `probability` of the time. Probability: 0..<1.
  ///
  /// - Complexity: O(√mean) around the mean.
  public func concurrencyQuantile(_ probability: Double) throws(QueueingError) -> Int {
    try Check.level(probability)
    let mean = meanConcurrency
    guard mean < 1e9 else {
      throw .outOfRange(parameter: "mean concurrency", value: mean, expected: "below 1e9")
    }
    // Bisection of a monotone distribution: GSL has no discrete inverse.
    var low = -1
    var high = Int(mean + 40 * (mean + 1).squareRoot()) + 40
    while high - low > 1 {
      let middle = (low + high) / 2
      if 1 - Numerics.poissonTail(beyond: middle, mean: mean) >= probability {
        high = middle
      } else {
        low = middle
      }
    }
    return high
  }

  /// Amplitude and lag of the concurrency when the rate swings by `amplitude` around λ with angular frequency
  /// γ.
  ///
  /// For exponential service: amplitude·E[S]/√(1 + (γE[S])²), lagging atan(γE[S])/γ behind the rate.
  /// - Parameters:
  ///   - amplitude: Of the arrival rate [1/time], at most the rate itself.
  ///   - angularFrequency: 2π over the period [1/time], above 0.
  /// - Throws: `QueueingError.malformed` unless service is exponential.
  public func swing(
    amplitude: Double, angularFrequency: Double
  ) throws(QueueingError) -> (amplitude: Double, lag: Double) {
    guard service.phases?.count == 1 else { throw .malformed("a swing needs exponential service") }
    try Check.positive(angularFrequency, "angular frequency")
    try Check.nonnegative(amplitude, "amplitude")
    guard amplitude <= arrivalRate else {
      throw .outOfRange(
        parameter: "amplitude", value: amplitude, expected: "at most the rate, \(arrivalRate)")
    }
    let turn = angularFrequency * service.mean
    return (amplitude * service.mean / (1 + turn * turn).squareRoot(), atan(turn) / angularFrequency)
  }
}

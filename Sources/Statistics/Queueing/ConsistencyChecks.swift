import CGSL

/// Laws that hold for every run of every system, whatever its distributions.
///
/// A simulation that breaks one of them has a mistake; a system that breaks stability has no mean to report.
/// - Source: Little (1961); methods §7.10.
public enum ConsistencyChecks {
  /// Mean number in a station, λ·W, by Little's law; any units that agree.
  public static func meanNumber(rate: Double, meanTime: Double) -> Double { rate * meanTime }

  /// Relative difference of a measured mean number from rate × mean time.
  ///
  /// On a run that starts and ends empty it is rounding only; else within `littleTolerance`.
  public static func littleGap(meanNumber: Double, rate: Double, meanTime: Double) -> Double {
    let expected = rate * meanTime
    let scale = max(meanNumber.magnitude, expected.magnitude)
    return scale > 0 ? (meanNumber - expected).magnitude / scale : 0
  }

  /// Largest relative difference that jobs inside at the start and at the end of a measurement can cause.
  ///
  /// - Parameters:
  ///   - timeInSystemAtEnds: Time in the system, past and to come, of the jobs inside at either end, summed.
  ///   - duration: Of the measurement.
  ///   - meanNumber: Mean number inside.
  public static func littleTolerance(
    timeInSystemAtEnds: Double, duration: Double, meanNumber: Double
  ) -> Double {
    duration > 0 && meanNumber > 0 ? timeInSystemAtEnds / (duration * meanNumber) : .infinity
  }

  /// Relative difference of a measured utilization from throughput × mean service / servers.
  public static func utilizationGap(
    utilization: Double, throughput: Double, meanService: Double, servers: Int
  ) -> Double {
    let expected = throughput * meanService / Double(max(servers, 1))
    let scale = max(utilization.magnitude, expected.magnitude)
    return scale > 0 ? (utilization - expected).magnitude / scale : 0
  }

  /// Jobs unaccounted for: arrivals − completions − losses − still inside; 0 in a sound run.
  public static func flowImbalance(arrivals: Int, completions: Int, losses: Int, inside: Int) -> Int {
    arrivals - completions - losses - inside
  }
}

/// Whether a backlog grows without end, judged over replications.
///
/// The slope over the second half of every replication by least squares, and a one-sided t test of their
/// mean.
///
/// ```swift
/// let trend = try BacklogTrend(times: times, backlogs: replications, confidence: 0.99)
/// if trend.isUnstable { print("unstable, grows by \(trend.growthRate) a second") }
/// ```
/// - Source: methods §7.10 (4); `gsl_fit_linear`, `gsl_cdf_tdist_Pinv`.
public struct BacklogTrend: Sendable, Equatable {
  /// Mean growth of the backlog per unit of time over the second half.
  public let growthRate: Double
  /// Lower end of the one-sided interval of the growth.
  public let growthRateLowerBound: Double
  /// Slope of each replication. Shape (replication).
  public let slopes: [Double]

  /// Growth is shown: report it, and no steady-state mean.
  public var isUnstable: Bool { growthRateLowerBound > 0 }

  /// - Parameters:
  ///   - times: Ascending sampling times, the same in all replications, 4 or more.
  ///   - backlogs: Backlog at these times. Shape (replication, time), 2 or more replications.
  ///   - confidence: Of the verdict, between 0.5 and 1.
  /// - Complexity: O(replications·times).
  public init(times: [Double], backlogs: [[Double]], confidence: Double = 0.99) throws(QueueingError) {
    try Check.sameCount(backlogs.map(\.count) + [times.count], "times and backlogs")
    try Check.count(backlogs.count, "replications", min: 2)
    try Check.count(times.count, "sampling times", min: 4)
    guard confidence > 0.5, confidence < 1 else {
      throw .outOfRange(parameter: "confidence", value: confidence, expected: "between 0.5 and 1")
    }
    GSLErrors.areReturned
    slopes = backlogs.map { Self.slopeOfSecondHalf(times: times, backlog: $0) }
    let n = Double(slopes.count)
    let mean = slopes.reduce(0, +) / n
    let variance = slopes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    growthRate = mean
    growthRateLowerBound = mean - gsl_cdf_tdist_Pinv(confidence, n - 1) * (variance / n).squareRoot()
  }

  /// Growth of one replication per unit of time over its second half, by least squares.
  ///
  /// - Parameters:
  ///   - times: Ascending, 4 or more.
  ///   - backlog: Parallel to the times.
  /// - Returns: Rounded to 12 significant digits, so that another build of the library gives the same reports.
  /// - Source: `gsl_fit_linear`.
  public static func slopeOfSecondHalf(times: [Double], backlog: [Double]) -> Double {
    precondition(times.count == backlog.count && times.count >= 4, "\(times.count) times")
    let half = times.count / 2
    let (xs, ys) = (Array(times[half...]), Array(backlog[half...]))
    var (intercept, slope, v0, v01, v1, residue) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    _ = gsl_fit_linear(xs, 1, ys, 1, xs.count, &intercept, &slope, &v0, &v01, &v1, &residue)
    return roundedTo12Digits(slope)
  }
}

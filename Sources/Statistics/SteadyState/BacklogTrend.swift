import CGSL

/// Whether a backlog grows without end: the slope of a straight line through the second half of each run.
///
/// A growing backlog has no steady-state mean; print the growth instead.
///
/// ```swift
/// let trend = BacklogTrend(times: minutes, backlogs: backlogsOfReplications)
/// if trend?.isGrowing == true { print("unstable, grows by \(trend!.slope.mean) messages a minute") }
/// ```
/// - Source: methods §7.10 (4), `gsl_fit_linear`.
public struct BacklogTrend: Sendable, Hashable {
  /// Growth over the replications. [backlog/time]
  public let slope: MeanInterval

  /// Fits each replication; nil for fewer than three samples in the second half or no replication.
  ///
  /// - Parameters:
  ///   - times: Instants of the samples, ascending, in the unit of time that the slope shall have.
  ///   - backlogs: Shape (replication, instant).
  ///   - confidence: Coverage of the interval of the slope.
  /// - Complexity: O(n) in all samples.
  public init?(times: [Double], backlogs: [[Double]], confidence: Double = 0.95) {
    precondition(backlogs.allSatisfy { $0.count == times.count }, "a backlog for each instant")
    let half = times.count / 2
    let instants = Array(times[half...])
    guard instants.count >= 3, instants[0] < instants[instants.count - 1] else { return nil }
    GSLErrors.areReturned
    let slopes = backlogs.map { backlog in
      var intercept = 0.0
      var slope = 0.0
      var unused = (0.0, 0.0, 0.0, 0.0)
      gsl_fit_linear(
        instants, 1, Array(backlog[half...]), 1, instants.count, &intercept, &slope, &unused.0, &unused.1,
        &unused.2, &unused.3)
      return slope
    }
    guard let interval = MeanInterval(slopes, confidence: confidence) else { return nil }
    self.slope = interval
  }

  /// The whole interval of the slope lies above 0; never for one replication, which has none.
  public var isGrowing: Bool { (slope.low ?? -.infinity) > 0 }
}

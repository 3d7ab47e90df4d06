import CGSL

/// Welch's curve for the eye: the mean over replications at equal index, smoothed by a moving average.
///
/// The warm-up ends where the curve becomes flat; the choice is the reader's.
/// - Source: methods §4 (Welch 1983).
public struct WelchWarmUpCurve: Sendable, Hashable {
  /// Smoothed means, one an index; near the ends the window is cut to what exists.
  public let values: [Double]
  /// Observations on each side of the centre.
  public let halfWindow: Int

  /// Fewest replications for a readable curve.
  public static let replicationCountMin = 5

  /// Averages and smooths; nil for fewer than five replications or a run of fewer than four observations.
  ///
  /// - Parameters:
  ///   - replications: Shape (replication, observation); the shortest one limits the length.
  ///   - halfWindow: Observations on each side, at least 1; cut to a quarter of the run.
  /// - Complexity: O(n) in all observations.
  /// - Source: `gsl_movstat_mean`.
  public init?(replications: [[Double]], halfWindow: Int) {
    precondition(halfWindow > 0, "a window of \(halfWindow)")
    guard replications.count >= Self.replicationCountMin else { return nil }
    let means = meansOverReplications(replications)
    guard means.count >= 4 else { return nil }
    GSLErrors.areReturned
    let window = min(halfWindow, means.count / 4)
    let input = gsl_vector_alloc(means.count)
    let output = gsl_vector_alloc(means.count)
    let workspace = gsl_movstat_alloc2(window, window)
    defer {
      gsl_vector_free(input)
      gsl_vector_free(output)
      gsl_movstat_free(workspace)
    }
    for (index, value) in means.enumerated() { gsl_vector_set(input, index, value) }
    guard
      gsl_movstat_mean(GSL_MOVSTAT_END_TRUNCATE, input, output, workspace) == GSL_SUCCESS
    else { return nil }
    values = means.indices.map { gsl_vector_get(output, $0) }
    self.halfWindow = window
  }
}

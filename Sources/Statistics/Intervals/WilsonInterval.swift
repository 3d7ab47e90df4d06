/// Wilson's score interval of a share, from independent trials.
///
/// Stays inside 0...1 and is useful for no success at all. Messages of one run are not independent trials: take the
/// share of each replication and ``MeanInterval`` for those.
///
/// ```swift
/// let lost = WilsonInterval(successes: 0, trials: 20)
/// lost?.high  // 0.161: none seen in twenty does not mean none
/// ```
/// - Source: methods §5.5 (Wilson 1927).
public struct WilsonInterval: Sendable, Hashable {
  public let share: Double
  public let low: Double
  public let high: Double

  /// Estimates the share; nil without trials.
  ///
  /// - Parameters:
  ///   - successes: 0...trials.
  ///   - trials: Independent trials.
  ///   - confidence: Coverage of the interval, both sides together.
  public init?(successes: Int, trials: Int, confidence: Double = 0.95) {
    precondition(successes >= 0 && successes <= trials, "\(successes) of \(trials)")
    guard trials > 0 else { return nil }
    let n = Double(trials)
    let p = Double(successes) / n
    let z = StandardNormal.quantile(1 - (1 - confidence) / 2)
    let scale = 1 + z * z / n
    let centre = (p + z * z / (2 * n)) / scale
    let half = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    share = p
    low = successes == 0 ? 0 : centre - half
    high = successes == trials ? 1 : centre + half
  }
}

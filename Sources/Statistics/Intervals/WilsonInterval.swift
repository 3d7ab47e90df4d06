/// Wilson's score interval of a share, from independent trials.
///
/// Stays inside 0...1 and is useful for no success at all. Source: methods §5.5.
public struct WilsonInterval: Sendable, Hashable {
  public let share: Double
  public let low: Double
  public let high: Double

  /// nil without trials.
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

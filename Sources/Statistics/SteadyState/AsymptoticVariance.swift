/// Exact limits of n·Var(mean) against which estimators are checked, and the run lengths that follow.
///
/// - Source: methods §5.4 (Blomqvist 1967; Whitt 1989).
public enum AsymptoticVariance {
  /// lim n·Var(mean of n successive waits) of M/M/1 with unit service rate. [square of the mean service time]
  ///
  /// - Parameter utilisation: ρ, 0..<1.
  public static func mm1Wait(utilisation rho: Double) -> Double {
    precondition(rho >= 0 && rho < 1, "a utilisation of \(rho)")
    let polynomial = 2 + rho * (5 + rho * (-4 + rho))
    return rho * polynomial / fourthPower(1 - rho)
  }

  /// lim t·Var(time average over t of the number in system) of M/M/1 with unit service rate. [mean service times]
  ///
  /// - Parameter utilisation: ρ, 0..<1.
  public static func mm1NumberInSystem(utilisation rho: Double) -> Double {
    precondition(rho >= 0 && rho < 1, "a utilisation of \(rho)")
    return 2 * rho * (1 + rho) / fourthPower(1 - rho)
  }

  /// lim n·Var(mean) of the first-order autoregression x' = φx + e.
  ///
  /// - Parameters:
  ///   - coefficient: φ, between −1 and 1, both excluded.
  ///   - innovationVariance: Variance of e.
  public static func firstOrderAutoregression(
    coefficient phi: Double, innovationVariance: Double = 1
  ) -> Double {
    precondition(phi.magnitude < 1 && innovationVariance >= 0, "φ = \(phi)")
    return innovationVariance / ((1 - phi) * (1 - phi))
  }

  /// Observations, or time, that give an interval of the relative half-width asked for.
  ///
  /// - Parameters:
  ///   - asymptoticVariance: lim n·Var(mean).
  ///   - mean: The steady-state mean, not 0.
  ///   - relativeHalfWidth: Half-width over mean, positive.
  public static func runLength(
    asymptoticVariance: Double, mean: Double, relativeHalfWidth: Double, confidence: Double = 0.95
  ) -> Double {
    precondition(mean != 0 && relativeHalfWidth > 0, "\(relativeHalfWidth) of a mean of \(mean)")
    let z = StandardNormal.quantile(1 - (1 - confidence) / 2)
    let width = relativeHalfWidth * mean
    return z * z * asymptoticVariance / (width * width)
  }

  private static func fourthPower(_ x: Double) -> Double { (x * x) * (x * x) }
}

import CGSL

/// Successive waits of a single server with exponential gaps and services, by Lindley's recursion.
///
/// The reference path of the coverage study: the simulator can stand in its place.
/// - Source: methods §5.7; Lindley (1952): W' = max(0, W + S − A).
public enum MM1Waits {
  /// The first waits in units of the mean service time.
  ///
  /// - Parameters:
  ///   - count: Number of waits, not negative.
  ///   - utilisation: ρ, positive; from 1 on the waits grow without bound.
  ///   - startsEmpty: Whether the first customer finds an idle server; else its wait has the steady-state law,
  ///     which takes one more uniform and ρ below 1.
  ///   - uniform: Gives uniforms in 0..<1, service and gap in turn.
  /// - Complexity: O(count), two logarithms a wait.
  public static func sample(
    count: Int, utilisation rho: Double, startsEmpty: Bool = true, uniform: () -> Double
  ) -> [Double] {
    precondition(count >= 0 && rho > 0, "\(count) waits at \(rho)")
    precondition(startsEmpty || rho < 1, "no steady state at \(rho)")
    var waits: [Double] = []
    waits.reserveCapacity(count)
    var wait = 0.0
    if !startsEmpty {
      // P(W > x) = ρ·e^(−(1 − ρ)x): zero with probability 1 − ρ.
      let u = 1 - uniform()
      wait = max(0, -log(u / rho) / (1 - rho))
    }
    for _ in 0..<count {
      waits.append(wait)
      let service = -log1p(-uniform())
      let gap = -log1p(-uniform()) / rho
      wait = max(0, wait + service - gap)
    }
    return waits
  }
}

import CGSL

/// The Poisson law with all digits, also far from its mean.
extension Numerics {
  /// Probability that a Poisson variable takes the value `count`, to a few units in the last place.
  ///
  /// GSL's density forms k·ln μ − ln k! − μ and loses digits from k in the thousands on: Loader's
  /// saddle-point form.
  /// - Source: Loader (2000), Fast and accurate computation of binomial probabilities.
  static func poisson(_ count: Int, mean: Double) -> Double {
    guard mean > 0 else { return count == 0 ? 1 : 0 }
    guard count > 0 else { return exp(-mean) }
    return poissonDensity(Double(count), mean: mean)
  }

  /// The same for a real argument above 0, with the gamma function for the factorial.
  static func poissonDensity(_ k: Double, mean: Double) -> Double {
    exp(-stirlingError(k) - deviance(k, mean)) / (2 * Double.pi * k).squareRoot()
  }

  /// ln k! less Stirling's approximation of it.
  private static func stirlingError(_ k: Double) -> Double {
    if k < 16 { return gsl_sf_lngamma(k + 1) - ((k + 0.5) * log(k) - k + log(2 * Double.pi) / 2) }
    let square = k * k
    let inner = 1 / 1_260 - (1 / 1_680 - 1 / (1_188 * square)) / square
    return (1 / 12 - (1 / 360 - inner / square) / square) / k
  }

  /// k·ln(k/μ) + μ − k without cancellation where k is near μ.
  private static func deviance(_ k: Double, _ mean: Double) -> Double {
    let ratio = (k - mean) / (k + mean)
    guard ratio.magnitude < 0.1 else { return k * log(k / mean) + mean - k }
    var sum = (k - mean) * ratio
    var term = 2 * k * ratio
    var odd = 3.0
    while true {
      term *= ratio * ratio
      let next = sum + term / odd
      if next == sum { return sum }
      sum = next
      odd += 2
    }
  }

  /// Probability that a Poisson variable exceeds `count`; all digits also where it is tiny.
  static func poissonTail(beyond count: Int, mean: Double) -> Double {
    guard count >= 0 else { return 1 }
    guard mean > 0 else { return 0 }
    return gsl_cdf_poisson_Q(UInt32(count), mean)
  }
}

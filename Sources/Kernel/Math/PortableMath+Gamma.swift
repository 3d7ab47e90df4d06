extension PortableMath {
  /// The logarithm of the gamma function, for x > 0; about 1 part in 10¹⁴.
  ///
  /// Stirling's series beyond 10, the recurrence below. Source: Abramowitz and Stegun, 6.1.41.
  package static func logGamma(_ x: Double) -> Double {
    precondition(x > 0, "logGamma is defined here for positive numbers only")
    if x == 1 || x == 2 { return 0 }
    var y = x
    var product = 1.0
    while y < 10 {
      product *= y
      y += 1
    }
    let z = 1 / (y * y)
    let upper =
      0.0008417508417508417 + z
      * (-0.0019175269175269176 + z * (0.00641025641025641 - z * 0.029550653594771242))
    let series = 1 / 12.0 + z * (-1 / 360.0 + z * (1 / 1260.0 + z * (-1 / 1680.0 + z * upper)))
    let stirling = (y - 0.5) * log(y) - y + 0.9189385332046727 + series / y
    return stirling - log(product)
  }

  /// The probability that a gamma variable of this shape and scale 1 stays below x.
  package static func gammaCDF(_ x: Double, shape: Double) -> Double {
    x <= 0 ? 0 : gammaTails(x, shape: shape, logGammaOfShape: logGamma(shape)).lower
  }

  /// Both tails; the smaller one keeps its relative precision.
  ///
  /// Series below shape + 1, Lentz's continued fraction above. Source: Abramowitz and Stegun, 6.5.29 and
  /// 6.5.31.
  private static func gammaTails(
    _ x: Double, shape: Double, logGammaOfShape: Double
  ) -> (lower: Double, upper: Double) {
    let front = exp(shape * log(x) - x - logGammaOfShape)
    if x < shape + 1 {
      var term = 1 / shape
      var sum = term
      var a = shape
      repeat {
        a += 1
        term *= x / a
        sum += term
      } while term > sum * 0x1p-55
      let lower = min(1, front * sum)
      return (lower, 1 - lower)
    }
    var b = x + 1 - shape
    var c = 0x1p300
    var d = 1 / b
    var fraction = d
    var i = 0.0
    var factor = 0.0
    repeat {
      i += 1
      let an = -i * (i - shape)
      b += 2
      d = an * d + b
      if d.magnitude < 0x1p-300 { d = 0x1p-300 }
      c = b + an / c
      if c.magnitude < 0x1p-300 { c = 0x1p-300 }
      d = 1 / d
      factor = d * c
      fraction *= factor
    } while (factor - 1).magnitude > 0x1p-53 && i < 100_000
    let upper = min(1, front * fraction)
    return (1 - upper, upper)
  }

  /// The number that a gamma variable of this shape and scale 1 stays below with probability p.
  ///
  /// Newton's method on the logarithm of the smaller tail, kept inside a bracket. Relative error below 10⁻¹⁰.
  package static func gammaQuantile(_ p: Double, shape: Double) -> Double {
    precondition(shape > 0, "the shape of a gamma distribution is positive")
    if p <= 0 { return 0 }
    if p >= 1 { return .infinity }
    if shape == 1 { return -log1p(-p) }
    let logGammaOfShape = logGamma(shape)
    var low = 0.0
    var high = Double.infinity
    var x = gammaQuantileGuess(p, shape: shape, logGammaOfShape: logGammaOfShape)
    if x < 1e-300 { return x }
    for _ in 0..<100 {
      let tails = gammaTails(x, shape: shape, logGammaOfShape: logGammaOfShape)
      let isLow = p <= 0.5
      let excess = isLow ? tails.lower - p : (1 - p) - tails.upper
      if excess == 0 { return x }
      if excess < 0 { low = x } else { high = x }
      // d(tail)/d(log x) = density · x; step in log x of the logarithm of the tail.
      let density = exp(shape * log(x) - x - logGammaOfShape)
      let tail = isLow ? tails.lower : tails.upper
      let target = isLow ? p : 1 - p
      let ratio = tail > 0 && density > 0 ? log(tail / target) * tail / density : .infinity
      var next = x * exp(isLow ? -ratio : ratio)
      if !(next > low && next < high && next.isFinite) {
        next = high == .infinity ? x * 2 : low == 0 ? x * 0.5 : (low + high) * 0.5
      }
      if (next - x).magnitude <= x * 0x1p-50 { return next }
      x = next
    }
    return x
  }

  /// Wilson and Hilferty's cube for the body, the leading term of the series for the lower tail.
  private static func gammaQuantileGuess(_ p: Double, shape: Double, logGammaOfShape: Double) -> Double {
    let fromSeries = exp((log(p) + logGammaOfShape + log(shape)) / shape)
    if fromSeries < 0.2 * shape || shape < 0.5 && p < 0.5 { return fromSeries }
    let t = 1 / (9 * shape)
    let base = 1 - t + normalQuantile(p) * t.squareRoot()
    return base > 0.1 ? shape * base * base * base : min(fromSeries, shape)
  }
}

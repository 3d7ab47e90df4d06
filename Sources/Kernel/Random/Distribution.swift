/// A law that turns one uniform number into one value, by inversion.
///
/// Exactly one uniform a value, and the value rises with it: the same address under another design gives the
/// same quantile, which is what common random numbers need. Unit of the values: the caller's.
///
/// Source: scenario format §4; maps from mean and coefficient of variation: methods §1.4.
package enum Distribution: Sendable, Hashable {
  case constant(Double)
  case exponential(mean: Double)
  case uniform(min: Double, max: Double)
  /// Values below `min` count as `min`.
  case normal(mean: Double, sd: Double, min: Double)
  /// The exponential of a normal variable of mean `mu` and standard deviation `sigma`.
  case lognormal(mu: Double, sigma: Double)
  case gamma(shape: Double, scale: Double)
  case weibull(shape: Double, scale: Double)
  /// Cut off at `maximum` by rescaling the probabilities; unbounded when nil.
  case pareto(minimum: Double, alpha: Double, maximum: Double?)
  /// Observed values in rising order, each equally likely.
  case empirical([Double])
  case piecewise(PiecewiseQuantiles)

  /// - Parameter cv: Coefficient of variation; 0 gives a constant.
  package static func lognormal(mean: Double, cv: Double) -> Distribution {
    precondition(mean > 0 && cv >= 0, "a lognormal needs a positive mean and a cv of at least 0")
    let variance = PortableMath.log1p(cv * cv)
    return .lognormal(mu: PortableMath.log(mean) - variance / 2, sigma: variance.squareRoot())
  }

  package static func lognormal(p50: Double, p99: Double) -> Distribution {
    precondition(p50 > 0 && p99 >= p50, "a lognormal needs 0 < p50 <= p99")
    return .lognormal(
      mu: PortableMath.log(p50), sigma: PortableMath.log(p99 / p50) / PortableMath.normalQuantile(0.99))
  }

  /// - Parameter cv: Coefficient of variation; 0 gives a constant.
  package static func gamma(mean: Double, cv: Double) -> Distribution {
    precondition(mean > 0 && cv >= 0, "a gamma needs a positive mean and a cv of at least 0")
    // A gamma of shape 1 is exponential, and its quantile costs a thirtieth.
    if cv == 1 { return .exponential(mean: mean) }
    return cv == 0 ? .constant(mean) : .gamma(shape: 1 / (cv * cv), scale: mean * cv * cv)
  }

  /// The sum of `k` exponential phases.
  package static func erlang(k: Int, mean: Double) -> Distribution {
    precondition(k >= 1 && mean > 0, "an erlang needs at least one phase and a positive mean")
    return k == 1 ? .exponential(mean: mean) : .gamma(shape: Double(k), scale: mean / Double(k))
  }

  package static func weibull(shape: Double, mean: Double) -> Distribution {
    precondition(shape > 0 && mean > 0, "a weibull needs a positive shape and mean")
    return .weibull(
      shape: shape, scale: mean / PortableMath.exp(PortableMath.logGamma(1 + 1 / shape)))
  }

  /// Returns the value below which a share `u` of all values lies.
  ///
  /// - Parameter u: In [0, 1).
  package func sample(_ u: Double) -> Double {
    switch self {
    case .constant(let value): return value
    case .exponential(let mean): return -PortableMath.log1p(-u) * mean
    case .uniform(let min, let max): return min + u * (max - min)
    case .normal(let mean, let sd, let min):
      return sd == 0 ? Swift.max(min, mean) : Swift.max(min, mean + sd * PortableMath.normalQuantile(u))
    case .lognormal(let mu, let sigma):
      return sigma == 0 ? PortableMath.exp(mu) : PortableMath.exp(mu + sigma * PortableMath.normalQuantile(u))
    case .gamma(let shape, let scale): return PortableMath.gammaQuantile(u, shape: shape) * scale
    case .weibull(let shape, let scale):
      return PortableMath.pow(-PortableMath.log1p(-u), 1 / shape) * scale
    case .pareto(let minimum, let alpha, let maximum):
      let cut = maximum.map { 1 - PortableMath.pow(minimum / $0, alpha) } ?? 1
      let value = minimum * PortableMath.exp(-PortableMath.log1p(-u * cut) / alpha)
      return maximum.map { Swift.min($0, value) } ?? value
    case .empirical(let values): return values[Swift.min(Int(u * Double(values.count)), values.count - 1)]
    case .piecewise(let quantiles): return quantiles.value(at: u)
    }
  }

  /// The expected value; infinite for a Pareto law without one.
  package var mean: Double {
    switch self {
    case .constant(let value): return value
    case .exponential(let mean): return mean
    case .uniform(let min, let max): return (min + max) / 2
    case .normal(let mean, let sd, let min): return Self.meanOfFloored(mean: mean, sd: sd, min: min)
    case .lognormal(let mu, let sigma): return PortableMath.exp(mu + sigma * sigma / 2)
    case .gamma(let shape, let scale): return shape * scale
    case .weibull(let shape, let scale):
      return scale * PortableMath.exp(PortableMath.logGamma(1 + 1 / shape))
    case .pareto(let minimum, let alpha, let maximum):
      return Self.meanOfPareto(minimum: minimum, alpha: alpha, maximum: maximum)
    case .empirical(let values): return values.reduce(0, +) / Double(values.count)
    case .piecewise(let quantiles): return quantiles.mean
    }
  }

  private static func meanOfFloored(mean: Double, sd: Double, min: Double) -> Double {
    guard sd > 0, min > -.infinity else { return Swift.max(mean, min) }
    let a = (min - mean) / sd
    let density = PortableMath.exp(-a * a / 2) * 0.3989422804014327
    return min * PortableMath.normalCDF(a) + mean * PortableMath.normalCDF(-a) + sd * density
  }

  private static func meanOfPareto(minimum: Double, alpha: Double, maximum: Double?) -> Double {
    guard let maximum else { return alpha > 1 ? minimum * alpha / (alpha - 1) : .infinity }
    guard maximum > minimum else { return minimum }
    let logRatio = PortableMath.log(minimum / maximum)
    let mass = -PortableMath.expm1(alpha * logRatio)
    if alpha == 1 { return -minimum * logRatio / mass }
    return minimum * alpha / (alpha - 1) * -PortableMath.expm1((alpha - 1) * logRatio) / mass
  }
}

/// A law given by some of its quantiles, straight in between.
package struct PiecewiseQuantiles: Sendable, Hashable {
  package struct Point: Sendable, Hashable {
    /// Share of values at or below, 0...1.
    package let p: Double
    package let value: Double

    package init(p: Double, value: Double) {
      self.p = p
      self.value = value
    }
  }

  /// In rising order of both coordinates; flat before the first and after the last.
  package let points: [Point]

  package init(_ points: [Point]) {
    precondition(!points.isEmpty, "a law by quantiles needs at least one point")
    precondition(
      zip(points, points.dropFirst()).allSatisfy { $0.p <= $1.p && $0.value <= $1.value }
        && points.allSatisfy { $0.p >= 0 && $0.p <= 1 },
      "quantiles rise in both coordinates")
    self.points = points
  }

  package func value(at u: Double) -> Double {
    // The first point above u, by halving: measured laws have a point for each value.
    var after = 0
    var end = points.count
    while after < end {
      let middle = (after + end) / 2
      if points[middle].p > u { end = middle } else { after = middle + 1 }
    }
    guard after < points.count else { return points[points.count - 1].value }
    guard after > 0 else { return points[0].value }
    let (a, b) = (points[after - 1], points[after])
    return a.value + (b.value - a.value) * ((u - a.p) / (b.p - a.p))
  }

  package var mean: Double {
    var sum = points[0].p * points[0].value
    for (a, b) in zip(points, points.dropFirst()) { sum += (b.p - a.p) * (a.value + b.value) / 2 }
    let last = points[points.count - 1]
    return sum + (1 - last.p) * last.value
  }
}

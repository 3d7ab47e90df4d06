import CGSL

/// The law of a random duration: a service time, a gap between arrivals, a cold start.
///
/// Durations are in any unit of time, the same one throughout a calculation; rates are per that unit.
///
/// ```swift
/// let apiTime = try DurationLaw.lognormal(mean: 1.2, scv: 4)
/// let wait = try MG1Queue(arrivalRate: 0.4, service: apiTime).meanWait  // 2.769…
/// ```
public struct DurationLaw: Sendable, Equatable {
  enum Shape: Sendable, Equatable {
    case deterministic(Double)
    /// Shape and scale; exponential and Erlang laws are gamma laws.
    case gamma(Double, Double)
    case lognormal(mu: Double, sigma: Double)
    case uniform(Double, Double)
    case weibull(shape: Double, scale: Double)
    case pareto(shape: Double, scale: Double)
    case phaseType(PhaseType)
  }
  let shape: Shape

  private init(_ shape: Shape) { self.shape = shape }

  /// Always the same duration, 0 allowed.
  public static func deterministic(_ value: Double) throws(QueueingError) -> DurationLaw {
    try Check.nonnegative(value, "duration")
    return DurationLaw(.deterministic(value))
  }

  public static func exponential(mean: Double) throws(QueueingError) -> DurationLaw {
    try gamma(shape: 1, mean: mean)
  }

  /// The sum of `stages` exponential durations; scv 1/stages.
  public static func erlang(stages: Int, mean: Double) throws(QueueingError) -> DurationLaw {
    try Check.count(stages, "stages")
    return try gamma(shape: Double(stages), mean: mean)
  }

  /// Gamma with scv 1/shape.
  public static func gamma(shape: Double, mean: Double) throws(QueueingError) -> DurationLaw {
    try Check.positive(shape, "shape")
    try Check.positive(mean, "mean")
    return DurationLaw(.gamma(shape, mean / shape))
  }

  /// Lognormal by its own mean and scv, not by those of its logarithm.
  public static func lognormal(mean: Double, scv: Double) throws(QueueingError) -> DurationLaw {
    try Check.positive(mean, "mean")
    try Check.positive(scv, "scv")
    let variance = log1p(scv)
    return DurationLaw(.lognormal(mu: Numerics.log(mean) - variance / 2, sigma: variance.squareRoot()))
  }

  public static func uniform(min: Double, max: Double) throws(QueueingError) -> DurationLaw {
    try Check.nonnegative(min, "min")
    guard max > min, max.isFinite else {
      throw .outOfRange(parameter: "max", value: max, expected: "a finite number above min, \(min)")
    }
    return DurationLaw(.uniform(min, max))
  }

  public static func weibull(shape: Double, scale: Double) throws(QueueingError) -> DurationLaw {
    try Check.positive(shape, "shape")
    try Check.positive(scale, "scale")
    return DurationLaw(.weibull(shape: shape, scale: scale))
  }

  /// P(S > x) = (scale/x)^shape for x ≥ scale; moments of order `shape` and above are infinite.
  public static func pareto(shape: Double, scale: Double) throws(QueueingError) -> DurationLaw {
    try Check.positive(shape, "shape")
    try Check.positive(scale, "scale")
    return DurationLaw(.pareto(shape: shape, scale: scale))
  }

  public static func phaseType(_ law: PhaseType) -> DurationLaw { DurationLaw(.phaseType(law)) }

  /// One of several exponential durations, each with its probability.
  public static func hyperexponential(
    probabilities: [Double], means: [Double]
  ) throws(QueueingError) -> DurationLaw {
    .phaseType(try .hyperexponential(probabilities: probabilities, means: means))
  }

  /// Two exponential branches with balanced means: the usual law for a given scv above 1.
  ///
  /// - Source: Tijms, A First Course in Stochastic Models (2003), appendix B.
  public static func hyperexponential(mean: Double, scv: Double) throws(QueueingError) -> DurationLaw {
    try Check.positive(mean, "mean")
    guard scv > 1, scv.isFinite else {
      throw .outOfRange(parameter: "scv", value: scv, expected: "a finite number above 1")
    }
    let p = (1 + ((scv - 1) / (scv + 1)).squareRoot()) / 2
    return try hyperexponential(probabilities: [p, 1 - p], means: [mean / (2 * p), mean / (2 * (1 - p))])
  }
}

extension DurationLaw {
  /// E[S^order]; infinite where a Pareto law has no such moment.
  ///
  /// - Parameter order: 0 or more.
  public func moment(_ order: Int) -> Double {
    precondition(order >= 0, "moment of order \(order)")
    let k = Double(order)
    switch shape {
    case .deterministic(let value): return pow(value, k)
    case .gamma(let shape, let scale):
      var product = 1.0
      for step in 0..<order { product *= (shape + Double(step)) * scale }
      return product
    case .lognormal(let mu, let sigma): return Numerics.exp(k * mu + k * k * sigma * sigma / 2)
    case .uniform: return partialMoment(order, below: .infinity)
    case .weibull(let shape, let scale): return pow(scale, k) * gsl_sf_gamma(1 + k / shape)
    case .pareto(let shape, let scale): return k < shape ? shape / (shape - k) * pow(scale, k) : .infinity
    case .phaseType(let law): return law.moment(order)
    }
  }

  public var mean: Double { moment(1) }

  /// Squared coefficient of variation, variance/mean²; 0 for a deterministic law, 1 for an exponential one.
  public var scv: Double {
    if case .deterministic = shape { return 0 }
    return moment(2) / (mean * mean) - 1
  }

  public var variance: Double { scv * mean * mean }

  /// P(S > x).
  public func survival(_ x: Double) -> Double {
    guard x > 0 else { return atom(at: 0) && x == 0 ? 0 : 1 }
    switch shape {
    case .deterministic(let value): return x < value ? 1 : 0
    case .gamma(let shape, let scale): return gsl_sf_gamma_inc_Q(shape, x / scale)
    case .lognormal(let mu, let sigma): return gsl_cdf_ugaussian_Q((Numerics.log(x) - mu) / sigma)
    case .uniform(let low, let high): return min(1, max(0, (high - x) / (high - low)))
    case .weibull(let shape, let scale): return Numerics.exp(-pow(x / scale, shape))
    case .pareto(let shape, let scale): return x <= scale ? 1 : pow(scale / x, shape)
    case .phaseType(let law): return law.survival(x)
    }
  }

  private func atom(at point: Double) -> Bool {
    if case .deterministic(let value) = shape { value == point } else { false }
  }

  /// Density at x > 0; nil for the deterministic law, which has none.
  public func density(_ x: Double) -> Double? {
    guard x > 0 else { return atom(at: 0) ? nil : 0 }
    switch shape {
    case .deterministic: return nil
    case .gamma(let shape, let scale): return gsl_ran_gamma_pdf(x, shape, scale)
    case .lognormal(let mu, let sigma): return gsl_ran_lognormal_pdf(x, mu, sigma)
    case .uniform(let low, let high): return x >= low && x <= high ? 1 / (high - low) : 0
    case .weibull(let shape, let scale): return gsl_ran_weibull_pdf(x, scale, shape)
    case .pareto(let shape, let scale): return x < scale ? 0 : shape / x * pow(scale / x, shape)
    case .phaseType(let law): return law.density(x)
    }
  }

  /// E[S^order; S ≤ x], the part of the moment that durations up to x contribute.
  ///
  /// Closed forms; for a phase-type law by matrix algebra. Relative accuracy 1e-12 unless the part is tiny.
  public func partialMoment(_ order: Int, below x: Double) -> Double {
    precondition(order >= 0, "moment of order \(order)")
    guard x > 0 else { return 0 }
    guard x < .infinity || isUniform else { return moment(order) }
    let k = Double(order)
    switch shape {
    case .deterministic(let value): return value <= x ? pow(value, k) : 0
    case .gamma(let shape, let scale): return moment(order) * gsl_sf_gamma_inc_P(shape + k, x / scale)
    case .lognormal(let mu, let sigma):
      return moment(order) * gsl_cdf_ugaussian_P((Numerics.log(x) - mu - k * sigma * sigma) / sigma)
    case .uniform(let low, let high):
      let top = min(max(x, low), high)
      return (pow(top, k + 1) - pow(low, k + 1)) / ((k + 1) * (high - low))
    case .weibull(let shape, let scale):
      return moment(order) * gsl_sf_gamma_inc_P(1 + k / shape, pow(x / scale, shape))
    case .pareto(let shape, let scale):
      guard x > scale else { return 0 }
      if k == shape { return shape * pow(scale, shape) * Numerics.log(x / scale) }
      return shape * pow(scale, shape) * (pow(x, k - shape) - pow(scale, k - shape)) / (k - shape)
    case .phaseType(let law): return law.partialMoment(order, below: x)
    }
  }

  private var isUniform: Bool { if case .uniform = shape { true } else { false } }

  /// E[min(S, x)^order], finite for every law.
  public func limitedMoment(_ order: Int, at x: Double) -> Double {
    guard x > 0 else { return order == 0 ? 1 : 0 }
    guard x < .infinity else { return moment(order) }
    return partialMoment(order, below: x) + pow(x, Double(order)) * survival(x)
  }

  /// E[e^{-rate·S}] for rate ≥ 0.
  ///
  /// Closed form for deterministic, gamma, uniform and phase-type laws; else quadrature, relative error
  /// 1e-10.
  public func laplaceTransform(_ rate: Double) throws(QueueingError) -> Double {
    try Check.nonnegative(rate, "rate")
    guard rate > 0 else { return 1 }
    switch shape {
    case .deterministic(let value): return Numerics.exp(-rate * value)
    case .gamma(let shape, let scale): return pow(1 + rate * scale, -shape)
    case .uniform(let low, let high):
      return -Numerics.exp(-rate * low) * expm1(-rate * (high - low)) / (rate * (high - low))
    case .phaseType(let law): return try law.laplaceTransform(rate)
    case .lognormal, .weibull, .pareto:
      return 1 - (try lostByDiscount(rate))
    }
  }

  /// 1 − E[e^{-rate·S}] as the integral of rate·e^{-rate·x}·P(S > x): smooth whatever the density does near
  /// 0.
  private func lostByDiscount(_ rate: Double) throws(QueueingError) -> Double {
    let unit = mean.isFinite ? mean : 1 / rate
    var points = [0, unit / 16, unit, 8 * unit]
    if case .pareto(_, let scale) = shape { points = [0, scale, 4 * scale, 32 * scale] }
    var sum = 0.0
    func integrand(_ x: Double) -> Double { rate * Numerics.exp(-rate * x) * survival(x) }
    for (low, high) in zip(points, points.dropFirst()) {
      sum += try Numerics.integral(from: low, to: high, absoluteError: 1e-14, of: integrand)
    }
    // The rest in units of whichever ends it first, the law or the discount.
    let last = points[points.count - 1]
    let scale = min(unit, 1 / rate)
    sum += try Numerics.integralToInfinity(from: 0, absoluteError: 1e-13) { y in
      scale * integrand(last + scale * y)
    }
    return sum
  }

  /// This law as phases of a Markov chain; nil for laws that are not sums or mixtures of exponentials.
  public var phases: PhaseType? {
    switch shape {
    case .phaseType(let law): return law
    case .gamma(let shape, let scale):
      guard let stages = Int(exactly: shape), stages <= 200 else { return nil }
      return try? .erlang(stages: stages, mean: shape * scale)
    default: return nil
    }
  }
}

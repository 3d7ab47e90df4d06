import CGSL

/// A parametric law of a positive quantity: service times, gaps, sizes.
///
/// ```swift
/// let law = ContinuousLaw.lognormal(mu: 0.5, sigma: 0.6)
/// law.cumulative(2)  // share of values up to 2
/// ```
/// - Source: GSL's `gsl_cdf_*`; methods §8.2 and §1.4.
public enum ContinuousLaw: Sendable, Hashable {
  case exponential(mean: Double)
  /// Mean and standard deviation of the logarithm.
  case lognormal(mu: Double, sigma: Double)
  case gamma(shape: Double, scale: Double)
  case weibull(shape: Double, scale: Double)
  /// Tail (minimum/x)^shape above the minimum.
  case pareto(shape: Double, minimum: Double)

  public var family: LawFamily {
    switch self {
    case .exponential: .exponential
    case .lognormal: .lognormal
    case .gamma: .gamma
    case .weibull: .weibull
    case .pareto: .pareto
    }
  }

  /// P(X ≤ x).
  public func cumulative(_ x: Double) -> Double {
    GSLErrors.areReturned
    // GSL's lognormal knows no 0.
    guard x > 0 else { return 0 }
    return switch self {
    case .exponential(let mean): gsl_cdf_exponential_P(x, mean)
    case .lognormal(let mu, let sigma): gsl_cdf_lognormal_P(x, mu, sigma)
    case .gamma(let shape, let scale): gsl_cdf_gamma_P(x, shape, scale)
    case .weibull(let shape, let scale): gsl_cdf_weibull_P(x, scale, shape)
    case .pareto(let shape, let minimum): gsl_cdf_pareto_P(x, shape, minimum)
    }
  }

  /// P(X > x), accurate in the upper tail where 1 − P is not.
  public func survival(_ x: Double) -> Double {
    GSLErrors.areReturned
    guard x > 0 else { return 1 }
    return switch self {
    case .exponential(let mean): gsl_cdf_exponential_Q(x, mean)
    case .lognormal(let mu, let sigma): gsl_cdf_lognormal_Q(x, mu, sigma)
    case .gamma(let shape, let scale): gsl_cdf_gamma_Q(x, shape, scale)
    case .weibull(let shape, let scale): gsl_cdf_weibull_Q(x, scale, shape)
    case .pareto(let shape, let minimum): gsl_cdf_pareto_Q(x, shape, minimum)
    }
  }

  /// The value below which the share lies: one uniform gives one draw, by inversion.
  ///
  /// - Parameter probability: 0..<1.
  /// - Returns: Not a number where GSL's iteration fails, which happens for gamma shapes far below 1.
  public func quantile(_ probability: Double) -> Double {
    precondition(probability >= 0 && probability < 1, "quantile of \(probability)")
    GSLErrors.areReturned
    return switch self {
    case .exponential(let mean): gsl_cdf_exponential_Pinv(probability, mean)
    case .lognormal(let mu, let sigma): gsl_cdf_lognormal_Pinv(probability, mu, sigma)
    case .gamma(let shape, let scale): gsl_cdf_gamma_Pinv(probability, shape, scale)
    case .weibull(let shape, let scale): gsl_cdf_weibull_Pinv(probability, scale, shape)
    case .pareto(let shape, let minimum): gsl_cdf_pareto_Pinv(probability, shape, minimum)
    }
  }

  /// Logarithm of the density; −∞ outside the support.
  public func logDensity(_ x: Double) -> Double {
    guard x > 0 else { return -.infinity }
    switch self {
    case .exponential(let mean):
      return -log(mean) - x / mean
    case .lognormal(let mu, let sigma):
      let z = (log(x) - mu) / sigma
      return -log(x * sigma) - log(2 * Double.pi) / 2 - z * z / 2
    case .gamma(let shape, let scale):
      return (shape - 1) * log(x / scale) - x / scale - log(scale) - gsl_sf_lngamma(shape)
    case .weibull(let shape, let scale):
      return log(shape / scale) + (shape - 1) * log(x / scale) - pow(x / scale, shape)
    case .pareto(let shape, let minimum):
      return x < minimum ? -.infinity : log(shape / minimum) - (shape + 1) * log(x / minimum)
    }
  }

  /// Expectation; infinite for a Pareto shape of 1 or less.
  public var mean: Double {
    switch self {
    case .exponential(let mean): mean
    case .lognormal(let mu, let sigma): exp(mu + sigma * sigma / 2)
    case .gamma(let shape, let scale): shape * scale
    case .weibull(let shape, let scale): scale * gsl_sf_gamma(1 + 1 / shape)
    case .pareto(let shape, let minimum): shape > 1 ? shape * minimum / (shape - 1) : .infinity
    }
  }

  /// Variance over squared mean; infinite for a Pareto shape of 2 or less, where waits never settle.
  public var squaredVariation: Double {
    switch self {
    case .exponential: 1
    case .lognormal(_, let sigma): expm1(sigma * sigma)
    case .gamma(let shape, _): 1 / shape
    case .weibull(let shape, _):
      gsl_sf_gamma(1 + 2 / shape) / (gsl_sf_gamma(1 + 1 / shape) * gsl_sf_gamma(1 + 1 / shape)) - 1
    case .pareto(let shape, _): shape > 2 ? 1 / (shape * (shape - 2)) : .infinity
    }
  }
}

/// The families of laws that can be fitted.
public enum LawFamily: String, Sendable, Hashable, CaseIterable {
  case exponential, lognormal, gamma, weibull, pareto

  /// Parameters estimated from the data.
  public var parameterCount: Int { self == .exponential ? 1 : 2 }
}

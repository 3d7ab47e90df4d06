import CGSL
import Testing

@testable import Kernel

/// Sampling by inversion, against the quantile functions of GSL, and the means against the laws' closed
/// forms.
@Suite struct DistributionTests {
  init() { gsl_set_error_handler_off() }

  /// The largest relative distance over a grid of probabilities with both tails.
  private func worst(_ ours: (Double) -> Double, _ theirs: (Double) -> Double) -> (error: Double, at: Double)
  {
    var worst = (error: 0.0, at: 0.0)
    var probabilities = (1..<1000).map { Double($0) / 1000 }
    for exponent in 4...15 { probabilities += [PortableMath.pow(10, -Double(exponent))] }
    for exponent in 4...12 { probabilities += [1 - PortableMath.pow(10, -Double(exponent))] }
    for p in probabilities {
      let (a, b) = (ours(p), theirs(p))
      let error = abs(a - b) / max(abs(b), 1e-12)
      if !(error <= worst.error) { worst = (error, p) }
    }
    return worst
  }

  @Test func `normal quantile agrees with GSL to 2e-15`() {
    let result = worst(PortableMath.normalQuantile, gsl_cdf_ugaussian_Pinv)
    #expect(result.error < 2e-15, "at \(result.at)")
    #expect(PortableMath.normalQuantile(0) == -.infinity)
    #expect(PortableMath.normalQuantile(1) == .infinity)
    #expect(PortableMath.normalQuantile(0.5) == 0)
    // Published: qnorm(0.975) = 1.959963984540054 (Wichura 1988, any table).
    #expect(abs(PortableMath.normalQuantile(0.975) - 1.959963984540054) < 4e-16 * 2)
  }

  @Test func `normal CDF agrees with GSL to 2e-15 relative, tails included`() {
    var worst = (error: 0.0, at: 0.0)
    for i in -3000...1000 {
      let x = Double(i) / 100
      let reference = gsl_cdf_ugaussian_P(x)
      let error = abs(PortableMath.normalCDF(x) - reference) / max(reference, 1e-300)
      if !(error <= worst.error) { worst = (error, x) }
    }
    #expect(worst.error < 2e-15, "at \(worst.at)")
  }

  @Test func `normal quantile inverts the CDF`() {
    for i in 1..<2000 {
      let p = Double(i) / 2000
      #expect(abs(PortableMath.normalCDF(PortableMath.normalQuantile(p)) - p) < 1e-15)
    }
  }

  @Test func `log gamma agrees with GSL to 2e-14`() {
    for i in 1...3000 {
      let x = Double(i) / 37
      let reference = gsl_sf_lngamma(x)
      #expect(abs(PortableMath.logGamma(x) - reference) <= 2e-14 * max(1, abs(reference)), "x = \(x)")
    }
  }

  @Test(arguments: [0.1, 0.25, 0.5, 0.9, 1, 1.5, 2, 4, 6.25, 20, 100, 400])
  func `gamma law agrees with GSL`(shape: Double) {
    for i in 1...400 {
      let x = shape * Double(i) / 100
      let reference = gsl_cdf_gamma_P(x, shape, 1)
      #expect(
        abs(PortableMath.gammaCDF(x, shape: shape) - reference) <= 2e-12 * reference + 1e-15, "x = \(x)")
    }
    var failures = 0
    let quantile = worst({ PortableMath.gammaQuantile($0, shape: shape) }) { p in
      // The upper tail by its own function: 1 − p is exact there, GSL's lower one would lose it.
      let reference = p < 0.5 ? gsl_cdf_gamma_Pinv(p, shape, 1) : gsl_cdf_gamma_Qinv(1 - p, shape, 1)
      if !reference.isNaN && shape >= 0.2 { return reference }
      // GSL's own iteration did not converge (or, at shape 0.1, stops after 8 digits): the quantile must then
      // invert GSL's distribution function.
      failures += 1
      let ours = PortableMath.gammaQuantile(p, shape: shape)
      return ours * gsl_cdf_gamma_P(ours, shape, 1) / p
    }
    #expect(quantile.error < 1e-9, "p = \(quantile.at)")
    #expect(shape < 0.2 || failures < 20, "GSL must stay the judge of nearly all points")
  }

  @Test func `lognormal agrees with GSL to 1e-14`() {
    let law = Distribution.lognormal(mu: 0.6, sigma: 0.4)
    let result = worst(law.sample) { gsl_cdf_lognormal_Pinv($0, 0.6, 0.4) }
    #expect(result.error < 1e-14, "at \(result.at)")
  }

  @Test func `exponential, weibull and pareto agree with GSL to 2e-14`() {
    let exponential = worst(Distribution.exponential(mean: 2).sample) { gsl_cdf_exponential_Pinv($0, 2) }
    #expect(exponential.error < 2e-14, "at \(exponential.at)")
    let weibull = worst(Distribution.weibull(shape: 0.7, scale: 0.9).sample) {
      gsl_cdf_weibull_Pinv($0, 0.9, 0.7)
    }
    #expect(weibull.error < 2e-14, "at \(weibull.at)")
    let pareto = worst(Distribution.pareto(minimum: 3, alpha: 1.5, maximum: nil).sample) {
      gsl_cdf_pareto_Pinv($0, 1.5, 3)
    }
    #expect(pareto.error < 2e-14, "at \(pareto.at)")
  }

  @Test func `exponential draws from the generator are the published ones`() {
    // gsl_ran_exponential(mean 2) on Philox4x32-10 with key 42: methods §1.3.
    let expected = [
      1.8984538502962038, 0.15210346224145824, 8.799347003830938, 1.4427071209948947, 3.4958698231293814,
      1.846348535617576,
    ]
    for (i, value) in expected.enumerated() {
      let block = Philox.block(counter: (UInt32(i / 2), 0, 0, 0), key: (42, 0))
      let u = i % 2 == 0 ? Philox.uniform(block.0, block.1) : Philox.uniform(block.2, block.3)
      #expect(abs(Distribution.exponential(mean: 2).sample(u) - value) <= 1e-14 * value)
    }
  }

  static let laws: [Distribution] = [
    .constant(3), .exponential(mean: 0.7), .uniform(min: 1, max: 4), .normal(mean: 2, sd: 1, min: 0),
    .normal(mean: -1, sd: 2, min: 0), .lognormal(mean: 2, cv: 0.4), .lognormal(p50: 0.2, p99: 1.5),
    .gamma(mean: 2, cv: 0.5), .gamma(mean: 2, cv: 1.7), .erlang(k: 3, mean: 6), .erlang(k: 1, mean: 6),
    .weibull(shape: 1.5, mean: 2), .weibull(shape: 0.8, mean: 2),
    .pareto(minimum: 1, alpha: 2.5, maximum: 100),
    .pareto(minimum: 1, alpha: 1, maximum: 50), .pareto(minimum: 1, alpha: 0.5, maximum: 20),
    .empirical([1, 2, 2, 7, 11]),
    .piecewise(
      PiecewiseQuantiles([.init(p: 0, value: 1), .init(p: 0.5, value: 2), .init(p: 0.99, value: 9)])),
  ]

  @Test(arguments: laws) func `values rise with their uniform`(_ law: Distribution) {
    var last = -Double.infinity
    for i in 0..<1000 {
      let value = law.sample(Double(i) / 1000)
      #expect(value >= last, "u = \(Double(i) / 1000)")
      last = value
    }
    #expect(law.sample(1 - 0x1p-53).isFinite)
    #expect(law.sample(0).isFinite)
  }

  @Test(arguments: laws) func `the mean is the integral of the quantiles`(_ law: Distribution) {
    // Midpoint rule, finer towards the upper tail by u = 1 − t³.
    let n = 5_000
    var integral = 0.0
    for i in 0..<n {
      let t = (Double(i) + 0.5) / Double(n)
      integral += law.sample(1 - t * t * t) * 3 * t * t / Double(n)
    }
    #expect(abs(integral - law.mean) < 2e-3 * max(1, abs(law.mean)), "\(integral) against \(law.mean)")
  }

  @Test func `parameters mean what they say`() {
    guard case .lognormal(let mu, let sigma) = Distribution.lognormal(mean: 2, cv: 0.4) else {
      Issue.record("not a lognormal")
      return
    }
    // σ² = ln(1 + cv²), μ = ln mean − σ²/2.
    #expect(abs(sigma * sigma - 0.14842000511827333) < 1e-15)
    #expect(abs(mu - (0.6931471805599453 - 0.14842000511827333 / 2)) < 1e-15)
    let byQuantiles = Distribution.lognormal(p50: 0.2, p99: 1.5)
    #expect(abs(byQuantiles.sample(0.5) - 0.2) < 1e-15)
    #expect(abs(byQuantiles.sample(0.99) - 1.5) < 1e-14)
    #expect(Distribution.pareto(minimum: 2, alpha: 2, maximum: nil).mean == 4)
    #expect(Distribution.pareto(minimum: 2, alpha: 1, maximum: nil).mean == .infinity)
    #expect(Distribution.pareto(minimum: 1, alpha: 0.5, maximum: 20).sample(1 - 0x1p-53) <= 20)
    #expect(Distribution.lognormal(mean: 2, cv: 0).sample(0) == 2)
    #expect(Distribution.lognormal(mean: 2, cv: 0).sample(0.9) == 2)
    #expect(Distribution.normal(mean: 2, sd: 1, min: 0).sample(0) == 0)
    #expect(Distribution.empirical([1, 5]).sample(0.49) == 1)
    #expect(Distribution.empirical([1, 5]).sample(0.5) == 5)
  }

  @Test func `zipf ranks follow the power of their rank`() {
    let sampler = ZipfSampler(exponent: 0.9, keys: 50)
    let weights = (1...50).map { PortableMath.pow(Double($0), -0.9) }
    let total = weights.reduce(0, +)
    var counts = [Int](repeating: 0, count: 51)
    let n = 50_000
    var last = 1
    for i in 0..<n {
      let rank = sampler.rank((Double(i) + 0.5) / Double(n))
      #expect(rank >= last)
      last = rank
      counts[rank] += 1
    }
    // On a grid of n uniforms a cell differs from its share by less than one point at each end.
    for rank in 1...50 { #expect(abs(Double(counts[rank]) - weights[rank - 1] / total * Double(n)) <= 1) }
    #expect(ZipfSampler(exponent: 2, keys: 1).rank(0.999) == 1)
    #expect(sampler.rank(0) == 1)
    #expect(sampler.rank(1 - 0x1p-53) == 50)
    #expect(ZipfSampler(exponent: 0, keys: 4).rank(0.5) == 3)
  }
}

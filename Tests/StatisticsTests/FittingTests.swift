import Foundation
import KnownAnswers
import Statistics
import Testing

@Suite struct FittingTests {
  static var serviceTimes: [Double] {
    get throws { try KnownAnswers.named("fit-exp").numbers("values") }
  }

  /// By scipy 1.17: root of ln k − ψ(k) = ln x̄ − mean ln x, and the log-likelihoods.
  @Test("fits gamma and Pareto by maximum likelihood")
  func gammaAndPareto() throws {
    let gamma = try FittedLaw(.gamma, to: Self.serviceTimes)
    guard case .gamma(let shape, let scale) = gamma.law else {
      Issue.record("\(gamma.law)")
      return
    }
    #expect(isClose(shape, 3.9772155916774867, 1e-10) && isClose(scale, 0.3894810236692879, 1e-10))
    #expect(isClose(gamma.logLikelihood, -43.08282963763414, 1e-10))
    let pareto = try FittedLaw(.pareto, to: Self.serviceTimes)
    guard case .pareto(let exponent, let minimum) = pareto.law else {
      Issue.record("\(pareto.law)")
      return
    }
    #expect(isClose(exponent, 1.1816726951084067, 1e-12) && minimum == 0.583)
    #expect(isClose(pareto.logLikelihood, -45.590358337658614, 1e-10))
  }

  static let laws: [ContinuousLaw] = [
    .exponential(mean: 2), .lognormal(mu: 0.3, sigma: 0.7), .gamma(shape: 2.5, scale: 0.8),
    .gamma(shape: 0.4, scale: 3), .weibull(shape: 0.7, scale: 2), .weibull(shape: 3, scale: 1),
    .pareto(shape: 2.5, minimum: 1.5),
  ]

  /// Every law drawn by its own inverse at the midpoints of 4000 equal slices, so that no sampling error remains.
  @Test("fitting gives back the law that made the values", arguments: laws)
  func roundTrip(_ law: ContinuousLaw) throws {
    let values = (0..<4000).map { law.quantile((Double($0) + 0.5) / 4000) }
    let fit = try FittedLaw(law.family, to: values)
    for share in [0.05, 0.5, 0.95] { #expect(isClose(fit.quantile(share), law.quantile(share), 0.02)) }
    #expect(isClose(fit.mean, law.mean, 0.05))
    #expect(FitQuality(fit, values: values).kolmogorovSmirnov.distance < 0.01)
  }

  @Test("cumulative, survival, quantile, density and moments of a law agree", arguments: laws)
  func consistency(_ law: ContinuousLaw) {
    var mean = 0.0
    var previous = 0.0
    for slice in 0..<20_000 {
      let u = (Double(slice) + 0.5) / 20_000
      let x = law.quantile(u)
      mean += x / 20_000
      if slice.isMultiple(of: 997) {
        #expect(isClose(law.cumulative(x), u, 1e-9) && isClose(law.survival(x), 1 - u, 1e-9))
        let step = x * 1e-5
        let slope = (law.cumulative(x + step) - law.cumulative(x - step)) / (2 * step)
        if slice > 0 { #expect(isClose(slope, exp(law.logDensity(x)), 1e-5)) }
      }
      #expect(x >= previous)
      previous = x
    }
    #expect(isClose(mean, law.mean, 0.01))
    #expect(law.cumulative(0) == 0 && law.survival(-1) == 1 && law.logDensity(0) == -.infinity)
  }

  @Test("ranks families by AIC and uses a shift")
  func ranking() throws {
    let ranked = FittedLaw.ranked(try Self.serviceTimes)
    #expect(ranked.map(\.law.family) == [.lognormal, .gamma, .pareto, .weibull, .exponential])
    let shifted = try FittedLaw(.exponential, to: try Self.serviceTimes, shift: 0.5)
    #expect(shifted.law == .exponential(mean: shifted.law.mean) && isClose(shifted.mean, 1.54905, 1e-12))
    #expect(shifted.cumulative(0.5) == 0 && shifted.quantile(0) == 0.5)
  }

  @Test("refuses values that have no fit, with their count")
  func refusals() {
    #expect(throws: FitError.notPositive(count: 2)) { try FittedLaw(.lognormal, to: [1, 0, -3, 2]) }
    #expect(throws: FitError.notPositive(count: 1)) { try FittedLaw(.gamma, to: [1, 2, 3], shift: 1) }
    #expect(throws: FitError.notFinite(count: 1)) { try FittedLaw(.weibull, to: [1, .nan]) }
    #expect(throws: FitError.tooFewValues(count: 1, needed: 2)) { try FittedLaw(.exponential, to: [1]) }
    for family in LawFamily.allCases where family != .exponential {
      #expect(throws: FitError.noVariation) { try FittedLaw(family, to: [2, 2, 2]) }
    }
    #expect(FittedLaw.ranked([2, 2, 2]).map(\.law) == [.exponential(mean: 2)])
  }

  struct DistanceCase: Sendable {
    var count: Int, distance: Double, pValue: Double, tolerance: Double
  }
  /// scipy 1.17, kstwo.sf, and its Durbin matrix for 1000 values, where kstwo.sf is approximate; 10, 20, 100 are
  /// the published 5 % points. The last one is in the range of the asymptotic law.
  @Test(
    "gives the probability of a Kolmogorov-Smirnov distance",
    arguments: [
      DistanceCase(count: 1, distance: 0.75, pValue: 0.5, tolerance: 1e-12),
      DistanceCase(count: 2, distance: 0.6, pValue: 0.32, tolerance: 1e-12),
      DistanceCase(count: 10, distance: 0.40925, pValue: 0.04999645233425898, tolerance: 1e-10),
      DistanceCase(count: 20, distance: 0.29408, pValue: 0.04999416027203962, tolerance: 1e-10),
      DistanceCase(count: 100, distance: 0.13403, pValue: 0.049994312400810384, tolerance: 1e-10),
      DistanceCase(count: 50, distance: 0.34, pValue: 1.161535875567533e-05, tolerance: 1e-8),
      DistanceCase(count: 50, distance: 0.36, pValue: 2.6114689149705587e-06, tolerance: 1e-8),
      DistanceCase(count: 40, distance: 0.5, pValue: 9.006441529575452e-10, tolerance: 1e-8),
      DistanceCase(count: 200, distance: 0.18, pValue: 3.8466750855482566e-06, tolerance: 1e-8),
      DistanceCase(count: 1000, distance: 0.05, pValue: 0.0130120713099827, tolerance: 1e-8),
      DistanceCase(count: 5000, distance: 0.03, pValue: 0.00024159234422666817, tolerance: 0.02),
    ]) func kolmogorovSmirnov(_ c: DistanceCase)
  {
    #expect(isClose(KolmogorovSmirnov.pValue(distance: c.distance, count: c.count), c.pValue, c.tolerance))
  }

  @Test("distances out of range have certain probabilities")
  func distanceEdges() {
    #expect(KolmogorovSmirnov.pValue(distance: 0, count: 5) == 1)
    #expect(KolmogorovSmirnov.pValue(distance: 1, count: 5) == 0)
    #expect(isClose(KolmogorovSmirnov.asymptoticTail(1.3580986), 0.05, 1e-6))
  }

  /// Published asymptotic points of A²: 10 % 1.933, 5 % 2.492, 1 % 3.878 (Stephens 1974).
  @Test("gives the probability of an Anderson-Darling statistic")
  func andersonDarling() {
    for (statistic, share) in [(1.933, 0.1), (2.492, 0.05), (3.878, 0.01), (0.7740, 0.5)] {
      let p = AndersonDarling.pValue(statistic: statistic, count: 100_000)
      #expect((p - share).magnitude < 3e-4)
    }
    #expect(AndersonDarling.pValue(statistic: .infinity, count: 10) == 0)
    #expect(isClose(AndersonDarling.criticalValue(fitted: .exponential, count: 40), 1.341 / 1.015, 1e-12))
    #expect(AndersonDarling.criticalValue(fitted: .gamma, count: 40) == nil)
  }

  /// Uniform values against the uniform law: p values of both tests are uniform, so about 5 % fall below 0.05.
  @Test("p values against a true law are uniform")
  func uniformPValues() {
    var low = (distance: 0, darling: 0)
    for seed in 0..<400 {
      let uniforms = Uniforms(seed: 31, seed, 0)
      let sorted = (0..<25).map { _ in uniforms.next() }.sorted()
      if KolmogorovSmirnov(sorted: sorted, cumulative: { $0 }).pValue < 0.05 { low.distance += 1 }
      if AndersonDarling(sorted: sorted, cumulative: { $0 }, survival: { 1 - $0 }).pValue < 0.05 {
        low.darling += 1
      }
    }
    // Binomial(400, 0.05): 20 ± 4.4, four deviations on each side.
    #expect((3...37).contains(low.distance) && (3...37).contains(low.darling))
  }

  @Test("the bootstrap accepts the true family and rejects a wrong one, equal uniforms give equal results")
  func bootstrap() throws {
    let values = (0..<100).map {
      ContinuousLaw.lognormal(mu: 0, sigma: 0.5).quantile((Double($0) + 0.5) / 100)
    }
    func test(_ family: LawFamily) throws -> FitBootstrap {
      let uniforms = Uniforms(seed: 12)
      return FitBootstrap(
        FitQuality(try FittedLaw(family, to: values), values: values), samples: 99, uniform: uniforms.next)
    }
    let right = try test(.lognormal)
    #expect(right.sampleCount == 99 && right.andersonDarlingPValue > 0.9)
    let wrong = try test(.exponential)
    #expect(wrong.andersonDarlingPValue < 0.05 && wrong.kolmogorovSmirnovPValue < 0.05)
    #expect(try test(.lognormal) == right)
  }

  @Test("the P-P plot of a perfect fit is the diagonal")
  func probabilityPlot() throws {
    let law = ContinuousLaw.weibull(shape: 1.5, scale: 2)
    let values = (0..<200).map { law.quantile((Double($0) + 0.5) / 200) }
    let quality = FitQuality(try FittedLaw(.weibull, to: values), values: values, plotPoints: 10)
    #expect(quality.probabilityPlot.count == 10 && !quality.isBeyondTesting)
    #expect(quality.probabilityPlot.allSatisfy { ($0.empirical - $0.fitted).magnitude < 0.01 })
  }

  @Test("stopping early gives the answer of all samples", arguments: LawFamily.allCases)
  func earlyAnswer(family: LawFamily) throws {
    for bend in [0.7, 0.85, 1.0] {
      let values = (0..<60).map { pow(-log(1 - (Double($0) + 0.5) / 60), bend) }
      let quality = FitQuality(try FittedLaw(family, to: values), values: values, plotPoints: 0)
      var used = 0
      func uniforms(counted: Bool) -> () -> Double {
        let uniforms = Uniforms(seed: 12)
        return {
          if counted { used += 1 }
          return uniforms.next()
        }
      }
      let whole = FitBootstrap(quality, samples: 299, uniform: uniforms(counted: false)).accepts(quality)
      let early = FitBootstrap.accepts(quality, samples: 299, uniform: uniforms(counted: true))
      #expect(early == whole)
      #expect(!early || used < 299 * values.count)
    }
  }
}

import Statistics
import Testing

@Suite struct ScalabilityFitTests {
  static let loads = [1.0, 18, 36, 72, 108, 144, 216]
  static let throughputs = [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775, 1702.2]

  /// Standard errors by numpy from the Jacobian at scipy's solution; t(0.975, 4) = 2.7764451.
  @Test("gives the intervals of the coefficients")
  func intervals() throws {
    let fit = try ScalabilityFit(loads: Self.loads, throughputs: Self.throughputs)
    #expect(fit.degreesOfFreedom == 4 && fit.cautions.isEmpty)
    let t = 2.7764451051977934
    #expect(isClose(fit.contention?.halfWidth, t * 9.12172060e-3, 1e-4))
    #expect(isClose(fit.coherency?.halfWidth, t * 1.98752622e-5, 1e-4))
    #expect(isClose(fit.rate.halfWidth, t * 1.42134769e1, 1e-4))
  }

  /// scipy.optimize.least_squares on the same data.
  @Test("fits Amdahl's law with its asymptote and no peak")
  func amdahl() throws {
    let fit = try ScalabilityFit(loads: Self.loads, throughputs: Self.throughputs, model: .amdahl)
    #expect(isClose(fit.law.contention, 7.36481611e-2, 1e-5) && isClose(fit.law.rate, 146.210549, 1e-5))
    #expect(isClose(fit.residualStandardError, (131265.38903619413 / 5).squareRoot(), 1e-6))
    #expect(fit.law.peakLoad == nil && fit.coherency == nil && fit.cautions.isEmpty)
    #expect(isClose(fit.law.amdahlAsymptote, 146.210549 / 7.36481611e-2, 1e-5))
  }

  /// The ray tracer of Gunther (2007): the unconstrained coherency is −2.0·10⁻⁴.
  @Test("holds a negative coherency at zero and says so")
  func negativeCoherency() throws {
    let fit = try ScalabilityFit(
      loads: [1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64],
      throughputs: [20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310])
    #expect(fit.law.coherency == 0 && fit.coherency == nil && fit.cautions == [.coherencyHeldAtZero])
    #expect(isClose(fit.law.contention, 0.05777078, 1e-5) && isClose(fit.law.rate, 21.84884294, 1e-5))
    #expect(fit.degreesOfFreedom == 9)
  }

  @Test("finds exact coefficients of exact data, weighted or not")
  func exactData() throws {
    let law = ScalabilityLaw(rate: 50, contention: 0.03, coherency: 2e-4)
    let loads = [1.0, 2, 4, 8, 16, 32, 64, 128]
    let exact = loads.map(law.throughput)
    for weights in [nil, [1, 2, 3, 4, 5, 6, 7, 8.0]] {
      let fit = try ScalabilityFit(loads: loads, throughputs: exact, weights: weights)
      #expect(isClose(fit.law.rate, 50, 1e-6) && isClose(fit.law.contention, 0.03, 1e-6))
      #expect(isClose(fit.law.coherency, 2e-4, 1e-6) && fit.residualStandardError < 1e-4)
    }
  }

  @Test("a heavy weight pulls the curve to its point")
  func weights() throws {
    var weights = Array(repeating: 1.0, count: 7)
    weights[6] = 1e6
    let fit = try ScalabilityFit(loads: Self.loads, throughputs: Self.throughputs, weights: weights)
    let plain = try ScalabilityFit(loads: Self.loads, throughputs: Self.throughputs)
    #expect((fit.law.throughput(216) - 1702.2).magnitude < 0.1)
    #expect((plain.law.throughput(216) - 1702.2).magnitude > 10)
  }

  @Test("warns of narrow loads, of a peak beyond them and of an interval that holds zero")
  func cautions() throws {
    let law = ScalabilityLaw(rate: 50, contention: 0.03, coherency: 1e-5)
    let loads = [4.0, 6, 8, 10, 12]
    let noisy = zip(loads, [1, -1, 1, -1, 1.0]).map { law.throughput($0) + $1 }
    let fit = try ScalabilityFit(loads: loads, throughputs: noisy)
    #expect(fit.cautions.contains(.narrowLoads))
    #expect(fit.cautions.contains(.coherencyHeldAtZero) || fit.cautions.contains(.coherencyNotIdentified))
    let short = try ScalabilityFit(
      loads: [1, 2, 4, 8, 16], throughputs: [1, 2, 4, 8, 16].map(law.throughput))
    #expect(short.cautions == [.noLoadBeyondPeak])
  }

  @Test("refuses too few distinct loads and values that are not positive")
  func refusals() {
    #expect(throws: FitError.tooFewValues(count: 3, needed: 4)) {
      try ScalabilityFit(loads: [1, 2, 2, 4], throughputs: [1, 2, 2, 3])
    }
    #expect(throws: FitError.tooFewValues(count: 0, needed: 4)) {
      try ScalabilityFit(loads: [], throughputs: [])
    }
    #expect(throws: FitError.notPositive(count: 1)) {
      try ScalabilityFit(loads: [1, 2, 3, 4], throughputs: [1, 2, 0, 3])
    }
  }
}

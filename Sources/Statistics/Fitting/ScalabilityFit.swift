/// A scalability law fitted to measured throughputs by least squares, with intervals.
///
/// ```swift
/// let fit = try ScalabilityFit(loads: [1, 18, 36, 72, 108, 144, 216],
///   throughputs: [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775, 1702.2])
/// fit.law.peakLoad  // 96.5
/// ```
/// - Source: methods §8.1, `gsl_multifit_nlinear`.
public struct ScalabilityFit: Sendable, Hashable {
  /// Which law is fitted.
  public enum Model: Sendable, Hashable {
    /// α and β.
    case universal
    /// β = 0.
    case amdahl
  }

  /// What the reader of the fit must know.
  public enum Caution: Sendable, Hashable {
    /// The unconstrained contention was negative; it is 0 in this fit.
    case contentionHeldAtZero
    /// The unconstrained coherency was negative; it is 0 in this fit.
    case coherencyHeldAtZero
    /// The largest load is less than eight times the smallest.
    case narrowLoads
    /// No load lies beyond the fitted peak, so that the peak is an extrapolation.
    case noLoadBeyondPeak
    /// The interval of the coherency contains 0: the peak is not identified.
    case coherencyNotIdentified
  }

  public let law: ScalabilityLaw
  /// Interval of γ.
  public let rate: IntervalEstimate
  /// Interval of α; nil when it was held at 0. May reach below 0.
  public let contention: IntervalEstimate?
  /// Interval of β; nil when it was held at 0. May reach below 0.
  public let coherency: IntervalEstimate?
  /// √(SSE/degrees of freedom). [1/time; without unit when weighted]
  public let residualStandardError: Double
  /// Measurements minus fitted coefficients.
  public let degreesOfFreedom: Int
  /// In the order of the cases.
  public let cautions: [Caution]

  /// Smallest ratio of the largest to the smallest load for which the coefficients are well separated.
  public static let loadSpreadMin = 8.0

  /// Fits the law; coefficients below 0 are held at 0 in a second fit, and the cautions say so.
  ///
  /// - Parameters:
  ///   - loads: N, positive: users, workers, shards.
  ///   - throughputs: X, positive, of the same length. [1/time]
  ///   - weights: 1/variance of each throughput, or nil for equal weights.
  ///   - confidence: Coverage of the intervals, by Student's t.
  /// - Throws: ``FitError``; at least four distinct loads are needed, three for Amdahl.
  /// - Complexity: O(n) an iteration, some ten iterations.
  public init(
    loads: [Double], throughputs: [Double], model: Model = .universal, weights: [Double]? = nil,
    confidence: Double = 0.95
  ) throws(FitError) {
    precondition(loads.count == throughputs.count, "\(loads.count) loads, \(throughputs.count) rates")
    precondition(weights == nil || weights!.count == loads.count, "a weight for each measurement")
    let broken = (loads + throughputs + (weights ?? [])).count { !$0.isFinite }
    guard broken == 0 else { throw .notFinite(count: broken) }
    let nonPositive = (loads + throughputs + (weights ?? [])).count { $0 <= 0 }
    guard nonPositive == 0 else { throw .notPositive(count: nonPositive) }
    let sorted = loads.sorted()
    let distinct = 1 + zip(sorted, sorted.dropFirst()).count { $0 != $1 }
    let needed = model == .universal ? 4 : 3
    guard !loads.isEmpty, distinct >= needed else {
      throw .tooFewValues(count: loads.isEmpty ? 0 : distinct, needed: needed)
    }
    let data = ScalabilityData(loads: loads, throughputs: throughputs, weights: weights)
    let free: [ScalabilityData.Term] = model == .universal ? [.contention, .coherency] : [.contention]
    let solved = try data.solveNonNegative(free)
    law = solved.law

    let degrees = loads.count - 1 - solved.free.count
    let variance = solved.solution.sumOfSquares / Double(degrees)
    degreesOfFreedom = degrees
    residualStandardError = variance.squareRoot()
    func interval(_ index: Int) -> IntervalEstimate {
      IntervalEstimate(
        value: solved.solution.parameters[index],
        standardError: (variance * solved.solution.inverseInformation[index][index]).squareRoot(),
        degreesOfFreedom: Double(degrees), confidence: confidence)
    }
    rate = interval(0)
    contention = solved.free.firstIndex(of: .contention).map { interval($0 + 1) }
    let coherency = solved.free.firstIndex(of: .coherency).map { interval($0 + 1) }
    self.coherency = coherency

    var cautions: [Caution] = []
    if !solved.free.contains(.contention) { cautions.append(.contentionHeldAtZero) }
    if model == .universal, coherency == nil { cautions.append(.coherencyHeldAtZero) }
    if sorted[sorted.count - 1] < Self.loadSpreadMin * sorted[0] { cautions.append(.narrowLoads) }
    if let peak = law.peakLoad, peak > sorted[sorted.count - 1] { cautions.append(.noLoadBeyondPeak) }
    if let coherency, coherency.contains(0) { cautions.append(.coherencyNotIdentified) }
    self.cautions = cautions
  }
}

/// The measurements of a fit and the least squares problem they make.
private struct ScalabilityData {
  enum Term { case contention, coherency }
  struct Solved {
    var law: ScalabilityLaw
    /// Coefficients that were fitted beside the rate, in order of the parameters.
    var free: [Term]
    var solution: NonlinearLeastSquares.Solution
  }

  let loads: [Double]
  let throughputs: [Double]
  let weights: [Double]?

  /// Fits with the free coefficients; holds at 0 what comes out negative, the coherency first.
  func solveNonNegative(_ free: [Term]) throws(FitError) -> Solved {
    let solved = try solve(free)
    if solved.law.coherency < 0 { return try solveNonNegative(free.filter { $0 != .coherency }) }
    if solved.law.contention < 0 { return try solveNonNegative(free.filter { $0 != .contention }) }
    return solved
  }

  private func solve(_ free: [Term]) throws(FitError) -> Solved {
    // The smallest load gives the first guess of the rate, as far as contention spares it.
    let smallest = loads.indices.min { loads[$0] < loads[$1] }!
    let start =
      [throughputs[smallest] / loads[smallest]] + free.map { $0 == .contention ? 0.01 : 1e-4 }
    func law(_ parameters: [Double]) -> ScalabilityLaw {
      func coefficient(_ term: Term) -> Double {
        free.firstIndex(of: term).map { parameters[$0 + 1] } ?? 0
      }
      return ScalabilityLaw(
        rate: parameters[0], contention: coefficient(.contention), coherency: coefficient(.coherency))
    }
    let measured = Array(zip(loads, throughputs))
    let solution = NonlinearLeastSquares.solve(
      count: loads.count, start: start, weights: weights,
      residuals: { parameters in
        let law = law(parameters)
        return measured.map { law.throughput($0.0) - $0.1 }
      },
      jacobian: { parameters in
        let law = law(parameters)
        return measured.map { load, _ in
          // X = γN/D: derivatives N/D, and −X/D times the factor of each coefficient.
          let x = law.throughput(load)
          let denominator = law.rate * load / x
          return [load / denominator]
            + free.map { term in
              let factor = term == .contention ? load - 1 : load * (load - 1)
              return -x / denominator * factor
            }
        }
      })
    guard let solution else { throw .notConverged }
    return Solved(law: law(solution.parameters), free: free, solution: solution)
  }
}

import CGSL

/// A law fitted to data by maximum likelihood.
///
/// ```swift
/// let fits = FittedLaw.ranked(serviceTimes)
/// fits.first?.law  // the family with the smallest AIC
/// ```
/// - Source: methods §8.2.
public struct FittedLaw: Sendable, Hashable {
  public let law: ContinuousLaw
  /// Constant below every value that the law sits on, such as a measured floor; not estimated. [unit of values]
  public let shift: Double
  /// Of all values under the law.
  public let logLikelihood: Double
  /// [values]
  public let count: Int

  /// Twice the parameters minus twice the log-likelihood: smaller is better; compares families on equal data.
  public var akaikeCriterion: Double { 2 * Double(law.family.parameterCount) - 2 * logLikelihood }

  /// P(X ≤ x), shift included.
  public func cumulative(_ x: Double) -> Double { law.cumulative(x - shift) }
  /// P(X > x), shift included.
  public func survival(_ x: Double) -> Double { law.survival(x - shift) }
  /// The value below which the share lies, shift included.
  public func quantile(_ probability: Double) -> Double { shift + law.quantile(probability) }
  /// Expectation, shift included.
  public var mean: Double { shift + law.mean }

  /// Fits one family.
  ///
  /// - Parameters:
  ///   - values: In any order, all above the shift, at least two and not all equal.
  ///   - shift: Subtracted from every value first.
  /// - Throws: ``FitError`` with the count of offending values.
  /// - Complexity: O(n), times some tens of iterations for gamma and Weibull.
  public init(
    _ family: LawFamily, to values: [Double], shift: Double = 0
  ) throws(FitError) {
    let shifted = values.map { $0 - shift }
    let broken = shifted.count { !$0.isFinite }
    guard broken == 0 else { throw .notFinite(count: broken) }
    let nonPositive = shifted.count { $0 <= 0 }
    guard nonPositive == 0 else { throw .notPositive(count: nonPositive) }
    guard shifted.count >= 2 else { throw .tooFewValues(count: shifted.count, needed: 2) }
    guard family == .exponential || shifted.contains(where: { $0 != shifted[0] }) else {
      throw .noVariation
    }
    GSLErrors.areReturned
    switch family {
    case .exponential: law = .exponential(mean: shifted.reduce(0, +) / Double(shifted.count))
    case .lognormal: law = Self.lognormal(shifted)
    case .gamma: law = try Self.gamma(shifted)
    case .weibull: law = try Self.weibull(shifted)
    case .pareto: law = Self.pareto(shifted)
    }
    self.shift = shift
    count = shifted.count
    let fitted = law
    logLikelihood = shifted.reduce(0) { $0 + fitted.logDensity($1) }
  }

  /// Fits several families and puts the best first; those that cannot be fitted are left out.
  ///
  /// - Returns: Ascending in AIC, equal ones in the order of the families.
  public static func ranked(
    _ values: [Double], families: [LawFamily] = LawFamily.allCases, shift: Double = 0
  ) -> [FittedLaw] {
    let fits = families.compactMap { try? FittedLaw($0, to: values, shift: shift) }
    return fits.enumerated().sorted { a, b in
      let first = a.element.akaikeCriterion
      let second = b.element.akaikeCriterion
      return first < second || (first == second && a.offset < b.offset)
    }.map(\.element)
  }

  private static func lognormal(_ values: [Double]) -> ContinuousLaw {
    let logs = RunningMoments(values.lazy.map { log($0) })
    return .lognormal(mu: logs.mean, sigma: (logs.squaredDeviations / Double(logs.count)).squareRoot())
  }

  /// ln k − ψ(k) = ln x̄ − mean ln x, whose left side falls from ∞ to 0.
  private static func gamma(_ values: [Double]) throws(FitError) -> ContinuousLaw {
    let mean = values.reduce(0, +) / Double(values.count)
    // Of values relative to their mean, so that the difference keeps its digits.
    let gap = -values.reduce(0) { $0 + log($1 / mean) } / Double(values.count)
    guard gap > 0 else { throw .noVariation }
    let start = (3 - gap + ((gap - 3) * (gap - 3) + 24 * gap).squareRoot()) / (12 * gap)
    func equation(_ shape: Double) -> Double { log(shape) - gsl_sf_psi(shape) - gap }
    guard let shape = rootNear(start, equation) else { throw .notConverged }
    return .gamma(shape: shape, scale: mean / shape)
  }

  /// Σxᵏ ln x/Σxᵏ − 1/k = mean ln x, whose left side rises.
  private static func weibull(_ values: [Double]) throws(FitError) -> ContinuousLaw {
    // Relative to the maximum no power overflows.
    guard let maximum = values.max() else { throw .tooFewValues(count: 0, needed: 2) }
    let logs = values.map { log($0 / maximum) }
    let moments = RunningMoments(logs)
    func powers(_ shape: Double) -> (sum: Double, weighted: Double) {
      logs.reduce(into: (0, 0)) { sums, logarithm in
        let power = exp(shape * logarithm)
        sums.sum += power
        sums.weighted += power * logarithm
      }
    }
    func equation(_ shape: Double) -> Double {
      let sums = powers(shape)
      return sums.weighted / sums.sum - 1 / shape - moments.mean
    }
    // π/√6 over the deviation of the logs is the moment estimate.
    let start = 1.2825498301618641 / (moments.squaredDeviations / Double(moments.count)).squareRoot()
    guard let shape = rootNear(start, equation) else { throw .notConverged }
    let scale = maximum * pow(powers(shape).sum / Double(values.count), 1 / shape)
    return .weibull(shape: shape, scale: scale)
  }

  private static func pareto(_ values: [Double]) -> ContinuousLaw {
    let minimum = values.min()!
    let sum = values.reduce(0) { $0 + log($1 / minimum) }
    return .pareto(shape: Double(values.count) / sum, minimum: minimum)
  }

  /// Root of a monotone function of a positive parameter near a guess; nil when none is within a factor 2⁶⁰.
  private static func rootNear(_ guess: Double, _ function: (Double) -> Double) -> Double? {
    guard guess.isFinite, guess > 0 else { return nil }
    var low = guess / 2
    var high = guess * 2
    for _ in 0..<60 {
      if (function(low) < 0) != (function(high) < 0) {
        return try? Numerics.root(between: low, and: high, relativeError: 1e-13, of: function)
      }
      low /= 2
      high *= 2
    }
    return nil
  }
}

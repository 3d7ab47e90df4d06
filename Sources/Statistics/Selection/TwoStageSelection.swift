import CGSL

/// Selection in two stages by Rinott: the first stage tells how many replications each design needs.
///
/// For designs on independent random numbers. The constant is found by quadrature and root finding.
/// - Source: methods §6.8 (Rinott 1978).
public enum RinottSelection {
  /// h: the probability of a correct selection is P* at least when n = ⌈(hS/δ)²⌉.
  ///
  /// - Parameters:
  ///   - designs: k, at least 2.
  ///   - probability: P*, between 1/k and 1.
  ///   - firstStage: n0, at least 2.
  /// - Returns: Accurate to 10⁻⁸, relative; compared with published tables for n0 of 10 and 20.
  /// - Complexity: Some 10⁵ evaluations of the normal distribution, a few hundredths of a second.
  /// - Source: `gsl_integration_qag` inside `gsl_root_fsolver_brent`; Bechhofer, Santner, Goldsman (1995), 2.13.
  public static func constant(designs: Int, probability: Double, firstStage: Int) -> Double {
    checkPromise(designs: designs, probability: probability, firstStage: firstStage)
    GSLErrors.areReturned
    let degrees = Double(firstStage - 1)
    // χ² mass outside these ends cannot change the tenth digit.
    let low = gsl_cdf_chisq_Pinv(1e-13, degrees)
    let high = gsl_cdf_chisq_Qinv(1e-13, degrees)
    func correct(_ h: Double) -> Double {
      let outer = try? Numerics.integral(from: low, to: high, relativeError: 1e-9) { y in
        let inner = try? Numerics.integral(from: low, to: high, relativeError: 1e-10) { x in
          gsl_cdf_ugaussian_P(h / (degrees * (1 / x + 1 / y)).squareRoot())
            * gsl_ran_chisq_pdf(x, degrees)
        }
        return pow(inner ?? .nan, Double(designs - 1)) * gsl_ran_chisq_pdf(y, degrees)
      }
      return outer ?? .nan
    }
    return rootAbove0(relativeError: 1e-10) { correct($0) - probability }
  }

  /// Replications that each design needs in all: max(n0, ⌈(hS/δ)²⌉).
  ///
  /// - Parameters:
  ///   - constant: h of ``constant(designs:probability:firstStage:)``.
  ///   - indifference: δ, positive. [unit of the values]
  ///   - sampleVariances: S² of the first stage, one a design.
  public static func replications(
    constant h: Double, indifference: Double, firstStage: Int, sampleVariances: [Double]
  ) -> [Int] {
    precondition(indifference > 0, "an indifference of \(indifference)")
    return sampleVariances.map { variance in
      let needed = (h * h * variance / (indifference * indifference)).rounded(.up)
      return max(firstStage, Int(needed))
    }
  }
}

extension RinottSelection {
  /// A finished selection.
  public struct Result: Sendable, Hashable {
    /// The design with the best mean over both stages, the first one of equals.
    public let selected: Int
    /// Means over both stages, one a design.
    public let means: [Double]
    /// Replications of each design.
    public let replications: [Int]
  }

  /// Runs the whole procedure on a simulator.
  ///
  /// - Parameters:
  ///   - designCount: At least 2.
  ///   - confidence: Probability of a correct selection, P*, between 1/k and 1.
  ///   - indifference: δ, positive. [unit of the values]
  ///   - firstStage: n0, at least 2.
  ///   - goal: Which mean is best.
  ///   - value: Value of a design in a replication, indices from 0; designs on independent random numbers.
  public static func run(
    designCount: Int, confidence: Double = 0.95, indifference: Double, firstStage: Int = 10,
    goal: SelectionGoal, value: (_ design: Int, _ replication: Int) throws -> Double
  ) rethrows -> Result {
    let h = constant(designs: designCount, probability: confidence, firstStage: firstStage)
    var moments: [RunningMoments] = []
    for design in 0..<designCount {
      var first = RunningMoments()
      for replication in 0..<firstStage { first.add(try value(design, replication)) }
      moments.append(first)
    }
    let totals = replications(
      constant: h, indifference: indifference, firstStage: firstStage,
      sampleVariances: moments.map { $0.variance ?? 0 })
    for design in 0..<designCount {
      for replication in firstStage..<totals[design] { moments[design].add(try value(design, replication)) }
    }
    let means = moments.map(\.mean)
    return Result(selected: goal.best(of: means) ?? 0, means: means, replications: totals)
  }
}

/// Selection in two stages by Dudewicz and Dalal: as Rinott's, with weighted means and fewer replications.
///
/// - Source: methods §6.8 (Dudewicz & Dalal 1975; Law 2015, 10.4.1).
public enum DudewiczDalalSelection {
  /// h1, the constant of the second stage.
  ///
  /// - Parameters: As for Rinott's constant.
  /// - Returns: Accurate to 10⁻⁸, relative.
  public static func constant(designs: Int, probability: Double, firstStage: Int) -> Double {
    checkPromise(designs: designs, probability: probability, firstStage: firstStage)
    GSLErrors.areReturned
    let degrees = Double(firstStage - 1)
    func correct(_ h: Double) -> Double {
      // Student's t on (0, 1) by its own quantile: the weight becomes uniform and the interval finite.
      let integral = try? Numerics.integral(from: 0, to: 1, relativeError: 1e-10) { u in
        // The rule of quadrature never asks for the ends, where the quantile is infinite.
        pow(gsl_cdf_tdist_P(gsl_cdf_tdist_Pinv(u, degrees) + h, degrees), Double(designs - 1))
      }
      return integral ?? .nan
    }
    return rootAbove0(relativeError: 1e-10) { correct($0) - probability }
  }

  /// Replications that each design needs in all: max(n0 + 1, ⌈(h1·S/δ)²⌉).
  public static func replications(
    constant h: Double, indifference: Double, firstStage: Int, sampleVariances: [Double]
  ) -> [Int] {
    RinottSelection.replications(
      constant: h, indifference: indifference, firstStage: firstStage + 1,
      sampleVariances: sampleVariances)
  }

  /// The weighted mean of both stages by which designs are compared.
  ///
  /// - Parameters:
  ///   - first: Values of the first stage, at least 2.
  ///   - second: Values of the second stage, at least 1, as many as ``replications`` asks for.
  /// - Source: Law (2015), 10.4.1.
  public static func weightedMean(
    first: [Double], second: [Double], constant h: Double, indifference: Double
  ) -> Double {
    precondition(first.count >= 2 && !second.isEmpty && indifference > 0)
    let firstMean = first.reduce(0, +) / Double(first.count)
    let secondMean = second.reduce(0, +) / Double(second.count)
    let n0 = Double(first.count)
    let n = n0 + Double(second.count)
    let variance = sampleVariance(first)
    // Equal values in the first stage: the weights have no limit, and either mean will do.
    guard variance > 0 else { return firstMean }
    let surplus = (n - n0) * indifference * indifference / (h * h * variance)
    let weight = n0 / n * (1 + max(0, 1 - n / n0 * (1 - surplus)).squareRoot())
    return weight * firstMean + (1 - weight) * secondMean
  }
}

private func checkPromise(designs: Int, probability: Double, firstStage: Int) {
  precondition(designs >= 2, "\(designs) designs")
  precondition(probability > 1 / Double(designs) && probability < 1, "P* = \(probability)")
  precondition(firstStage >= 2, "a first stage of \(firstStage)")
}

/// Root of a function that rises from below 0 at 0 and is positive somewhere above.
private func rootAbove0(relativeError: Double, _ function: (Double) -> Double) -> Double {
  var high = 4.0
  while function(high) < 0, high < 1e6 { high *= 2 }
  guard
    let root = try? Numerics.root(between: 0, and: high, relativeError: relativeError, of: function)
  else { preconditionFailure("no selection constant below \(high)") }
  return root
}

import Kernel
package import Scenarios
package import Statistics

/// Measured values with every family of laws fitted to them. Source: methods §8.2, §8.3.
package struct SampleFit: Sendable {
  package var file: String
  package var column: String
  package var source: Sample.Source
  package var quantity: Literal.Quantity
  /// Rising.
  package var sorted: [Double]
  /// By AIC, the best first; families that cannot be fitted or written are left out.
  package var candidates: [Candidate]
  /// Why there are none.
  package var problem: String?
  /// Of the best one; nil beyond testing or when no bootstrap was asked for.
  package var bootstrap: FitBootstrap?

  package struct Candidate: Sendable {
    package var quality: FitQuality
    package var expression: LawExpression
    package var family: LawFamily { quality.fit.law.family }
  }

  package static let bootstrapSamples = FitJudgement.samples

  /// - Parameters:
  ///   - family: The only one to fit; nil for all.
  ///   - samples: Of the bootstrap; 0 for none.
  ///   - plotPoints: Rows of the P-P table.
  package init(
    _ sample: Sample, file: String, quantity: Literal.Quantity, family: LawFamily? = nil,
    samples: Int = bootstrapSamples, plotPoints: Int = 20
  ) {
    self.file = file
    column = sample.column
    source = sample.source
    self.quantity = quantity
    let values = sample.values
    sorted = values.sorted()
    var problem: FitError?
    var fits: [FittedLaw] = []
    for family in family.map({ [$0] }) ?? LawFamily.allCases {
      do { fits.append(try FittedLaw(family, to: values)) } catch { problem = problem ?? error }
    }
    // Stable: equal criteria stay in the order of the families.
    let ranked = fits.enumerated().sorted {
      ($0.element.akaikeCriterion, $0.offset) < ($1.element.akaikeCriterion, $1.offset)
    }.map(\.element)
    candidates = ranked.filter { LawExpression.isPossible($0.law) }.map { fit in
      Candidate(
        quality: FitQuality(fit, values: values, plotPoints: plotPoints),
        expression: LawExpression(fit.law, quantity))
    }
    if candidates.isEmpty { self.problem = FitProblem.words(problem ?? .noVariation, count: values.count) }
    if let best = candidates.first, samples > 0, !best.quality.isBeyondTesting {
      bootstrap = FitBootstrap(best.quality, samples: samples, uniform: FitJudgement.uniforms())
    }
  }

  /// The best family, or nil where none may stand for the values.
  package var adequate: Candidate? {
    guard let best = candidates.first else { return nil }
    guard let bootstrap else { return best.quality.isAdequate ? best : nil }
    return bootstrap.accepts(best.quality) ? best : nil
  }

  package var moments: RunningMoments { RunningMoments(sorted) }

  /// Nearest-rank quantile.
  package func quantile(_ share: Double) -> Double { SampleQuantile.nearestRank(sorted, share) ?? .nan }
}

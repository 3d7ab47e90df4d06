import Kernel
package import Statistics
import Synchronization

/// Whether a fitted law may stand for its values: what `fit` says of a file, and A616 of a scenario.
///
/// Up to 5000 values by refitted samples of the law, with more by the distance alone. Source: methods §8.3.
package enum FitJudgement {
  /// Samples of a p value to three decimals. Source: methods §8.3.
  package static let samples = 999

  /// A law this unlikely, if it were known in advance, has no chance among refitted samples, which lie nearer to theirs.
  /// Source: assumption; nine hits of 999 would be needed.
  private static let hopeless = 1e-9

  package static func isAdequate(_ quality: FitQuality) -> Bool {
    if quality.isBeyondTesting { return quality.isAdequate }
    guard quality.kolmogorovSmirnov.pValue > hopeless else { return false }
    if let known = answers.withLock({ $0[quality] }) { return known }
    let answer = FitBootstrap.accepts(quality, samples: samples, uniform: uniforms())
    answers.withLock { $0[quality] = answer }
    return answer
  }

  /// What has been found out in this process: a rejected law takes all samples, which for thousands of values is seconds,
  /// and every variant of a scenario asks again.
  private static let answers = Mutex<[FitQuality: Bool]>([:])

  /// Numbers of a lane of their own: the same for equal data on every machine.
  package static func uniforms() -> () -> Double {
    let draws = Draws(seed: 1, replication: 0)
    var number: UInt64 = 0
    return {
      number += 1
      return draws.uniform(.refit, entity: number)
    }
  }
}

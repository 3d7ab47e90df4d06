import CGSL

/// The designs that may still be the best after a few replications; the true best is among them.
///
/// Holds with the confidence asked for when the designs ran on independent random numbers and their values are
/// roughly normal.
///
/// ```swift
/// SubsetScreening.survivors([[1, 1.2, 0.9], [5, 4.8, 5.1], [1.1, 1, 1.3]], goal: .smallest)  // [0, 2]
/// ```
/// - Source: methods §6.6 (Nelson, Swann, Goldsman, Song 2001).
public enum SubsetScreening {
  /// Indices of the designs kept, ascending; never empty for designs that exist.
  ///
  /// - Parameters:
  ///   - samples: Shape (design, replication), equally many replications, at least 2.
  ///   - goal: Whether small or large means are good.
  ///   - confidence: Probability that the best design is kept, 1 − α.
  ///   - indifference: Difference that does not matter, not negative; 0 for plain subsets. [unit of the values]
  /// - Complexity: O(k² + kn) for *k* designs and *n* replications.
  public static func survivors(
    _ samples: [[Double]], goal: SelectionGoal, confidence: Double = 0.95, indifference: Double = 0
  ) -> [Int] {
    let count = samples.first?.count ?? 0
    precondition(samples.allSatisfy { $0.count == count }, "unequal numbers of replications")
    return survivors(
      means: samples.map { $0.reduce(0, +) / Double(count) }, variances: samples.map(sampleVariance),
      replications: count, goal: goal, confidence: confidence, indifference: indifference)
  }

  /// The same from means and sample variances.
  ///
  /// - Parameter replications: Behind each mean, at least 2.
  public static func survivors(
    means: [Double], variances: [Double], replications: Int, goal: SelectionGoal,
    confidence: Double = 0.95, indifference: Double = 0
  ) -> [Int] {
    precondition(means.count == variances.count, "\(means.count) means, \(variances.count) variances")
    precondition(confidence > 0 && confidence < 1 && indifference >= 0)
    guard means.count > 1 else { return Array(means.indices) }
    precondition(replications >= 2, "\(replications) replications")
    let n = Double(replications)
    let each = pow(confidence, 1 / Double(means.count - 1))
    let t = StudentT.quantile(each, degrees: n - 1)
    return means.indices.filter { i in
      means.indices.allSatisfy { l in
        let width = t * ((variances[i] + variances[l]) / n).squareRoot()
        return goal.oriented(means[i]) >= goal.oriented(means[l]) - max(0, width - indifference)
      }
    }
  }
}

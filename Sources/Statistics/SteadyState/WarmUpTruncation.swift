/// How much of the beginning of a run to delete, by the MSER rule on means of small groups (MSER-5).
///
/// Deletes as many groups as make the standard error of the remaining mean smallest, looking at the first half
/// only. When the smallest lies at the end of that half, the run is too short and no truncation is credible.
///
/// ```swift
/// guard let warmUp = WarmUpTruncation(series: waits), !warmUp.isRunTooShort else { return }
/// let steady = waits.dropFirst(warmUp.deletedObservations)
/// ```
/// - Source: methods §4 (White 1997; White, Cobb, Spratt 2000).
public struct WarmUpTruncation: Sendable, Hashable {
  /// Groups to delete.
  public let deletedBatches: Int
  /// Observations to delete. [observations]
  public let deletedObservations: Int
  /// Smallest value of the MSER statistic. [square of the unit]
  public let statistic: Double
  /// Mean of the groups that remain.
  public let mean: Double
  /// The smallest statistic lies at the end of the search range.
  public let isRunTooShort: Bool

  /// Searches 0...⌊k/2⌋ groups, the smallest of equal minima; nil when no group is full.
  ///
  /// - Parameters:
  ///   - series: Observations from the start of the run, or their means over replications at equal index.
  ///   - batchSize: Observations a group, 5 for MSER-5, 1 for plain MSER; the remainder at the end is dropped.
  /// - Complexity: O(n), by sums from the end.
  public init?(series: [Double], batchSize: Int = 5) {
    precondition(batchSize > 0, "groups of \(batchSize)")
    let count = series.count / batchSize
    guard count > 0 else { return nil }
    let groups = (0..<count).map { group in
      series[group * batchSize..<(group + 1) * batchSize].reduce(0, +) / Double(batchSize)
    }
    let lastDeletion = count / 2
    // Sums of deviations from a value near the steady state lose no digits; of equal values they are exactly 0.
    let pilot = groups[count - 1]
    var sum = 0.0
    var squares = 0.0
    var best: (deleted: Int, statistic: Double, mean: Double) = (0, .infinity, 0)
    for index in stride(from: count - 1, through: 0, by: -1) {
      let deviation = groups[index] - pilot
      sum += deviation
      squares += deviation * deviation
      guard index <= lastDeletion else { continue }
      let rest = Double(count - index)
      let statistic = max(0, squares - sum * sum / rest) / (rest * rest)
      // The walk goes down in deletions, so equality takes the smaller one.
      if statistic <= best.statistic { best = (index, statistic, pilot + sum / rest) }
    }
    deletedBatches = best.deleted
    deletedObservations = best.deleted * batchSize
    statistic = best.statistic
    mean = best.mean
    isRunTooShort = best.deleted == lastDeletion
  }

  /// Searches on the means over replications at equal index, which is less noisy than any one run.
  ///
  /// - Parameter replications: Shape (replication, observation); the shortest one limits the length.
  /// - Complexity: O(n) in all observations.
  public init?(replications: [[Double]], batchSize: Int = 5) {
    self.init(series: meansOverReplications(replications), batchSize: batchSize)
  }
}

/// Means at equal index, as long as the shortest replication; empty without replications.
func meansOverReplications(_ replications: [[Double]]) -> [Double] {
  guard let length = replications.map(\.count).min() else { return [] }
  var means = [Double](repeating: 0, count: length)
  for replication in replications {
    for index in 0..<length { means[index] += replication[index] }
  }
  return means.map { $0 / Double(replications.count) }
}

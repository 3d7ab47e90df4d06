/// Several intervals that hold all at once with the confidence asked for.
///
/// - Source: methods §6.5.
public enum Bonferroni {
  /// Confidence of each of several intervals: 1 − α/m.
  ///
  /// - Parameters:
  ///   - count: Number of intervals, at least 1.
  ///   - overall: Confidence that all hold together, 1 − α.
  public static func confidence(each count: Int, overall: Double = 0.95) -> Double {
    precondition(count > 0, "\(count) intervals")
    precondition(overall > 0 && overall < 1, "confidence of \(overall)")
    return 1 - (1 - overall) / Double(count)
  }

  /// Paired differences design − baseline on common random numbers, all holding at once.
  ///
  /// - Parameters:
  ///   - baseline: One value a replication.
  ///   - designs: Shape (design, replication), replications as in the baseline.
  /// - Returns: One comparison a design, in their order; empty without designs or without replications.
  public static func comparisons(
    of designs: [[Double]], againstBaseline baseline: [Double], overall: Double = 0.95
  ) -> [PairedComparison] {
    guard !designs.isEmpty else { return [] }
    let each = confidence(each: designs.count, overall: overall)
    return designs.compactMap { PairedComparison($0, baseline, confidence: each) }
  }

  /// Paired differences of all pairs of designs, all holding at once.
  ///
  /// - Parameter designs: Shape (design, replication), equally many replications, at least one.
  /// - Returns: One entry a pair i < j with the comparison i − j, in lexicographic order.
  public static func allPairs(
    _ designs: [[Double]], overall: Double = 0.95
  ) -> [(first: Int, second: Int, comparison: PairedComparison)] {
    guard designs.count > 1 else { return [] }
    let each = confidence(each: designs.count * (designs.count - 1) / 2, overall: overall)
    var all: [(first: Int, second: Int, comparison: PairedComparison)] = []
    for first in designs.indices {
      for second in (first + 1)..<designs.count {
        guard let comparison = PairedComparison(designs[first], designs[second], confidence: each) else {
          continue
        }
        all.append((first, second, comparison))
      }
    }
    return all
  }
}

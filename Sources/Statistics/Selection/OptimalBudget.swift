/// Optimal computing budget allocation: replications go where they decide which design is best.
///
/// Rivals of the best and noisy designs get most. The result maximises the approximate probability of a correct
/// selection for a given budget; it promises none.
///
/// ```swift
/// let more = OptimalBudget.nextReplications(
///   counts: [10, 10, 10], means: [1, 1.2, 9], standardDeviations: [1, 1, 1], step: 20)  // [10, 10, 0]
/// ```
/// - Source: methods §6.9 (Chen, Lin, Yücesan, Chick 2000).
public enum OptimalBudget {
  /// Replications of the first stage that each design needs at least.
  public static let replicationsMin = 5

  /// Shares a budget; real-valued, of the sum of the budget.
  ///
  /// - Parameters:
  ///   - means: Estimates, one a design, at least one.
  ///   - standardDeviations: Of single replications, not negative.
  ///   - budget: Replications in all, positive.
  ///   - goal: Which mean is best; the first of equal ones counts as the best.
  /// - Returns: One share a design. A design without variance gets none; if none varies, all get the same. A
  ///   rival equal to the best counts as a tenth of the smallest positive difference away, so that the division
  ///   has a value.
  /// - Complexity: O(k).
  public static func allocation(
    means: [Double], standardDeviations: [Double], budget: Double, goal: SelectionGoal = .smallest
  ) -> [Double] {
    precondition(means.count == standardDeviations.count && !means.isEmpty && budget > 0)
    precondition(standardDeviations.allSatisfy { $0 >= 0 }, "a negative standard deviation")
    let best = goal.best(of: means)!
    let equal = means.map { _ in budget / Double(means.count) }
    let differences = means.map { ($0 - means[best]).magnitude }
    // All means equal: every difference is as good as 1.
    let floor = differences.filter { $0 > 0 }.min().map { $0 / 10 } ?? 1
    var weights = means.map { _ in 0.0 }
    var bestWeight = 0.0
    for design in means.indices where design != best {
      let difference = max(differences[design], floor)
      let ratio = standardDeviations[design] / difference
      weights[design] = ratio * ratio
      // (N/s)² with N = (s/δ)², kept free of a division by s.
      bestWeight += (ratio / difference) * (ratio / difference)
    }
    weights[best] = standardDeviations[best] * bestWeight.squareRoot()
    let total = weights.reduce(0, +)
    guard total > 0 else { return equal }
    return weights.map { $0 / total * budget }
  }

  /// Whole replications to add now, of the sum of the step.
  ///
  /// Raises designs below five to five first. Then the step goes to the designs that are short of their share of
  /// the enlarged budget, in proportion to what they lack, rounded by largest remainders with the lower index
  /// first.
  /// - Parameters:
  ///   - counts: Replications so far, one a design.
  ///   - step: Replications to add, not negative; 20 is usual.
  /// - Complexity: O(k log k).
  public static func nextReplications(
    counts: [Int], means: [Double], standardDeviations: [Double], step: Int,
    goal: SelectionGoal = .smallest
  ) -> [Int] {
    precondition(counts.count == means.count && step >= 0)
    var added = counts.map { _ in 0 }
    var left = step
    for design in counts.indices {
      added[design] = min(left, max(0, replicationsMin - counts[design]))
      left -= added[design]
    }
    guard left > 0 else { return added }
    let present = zip(counts, added).map { $0 + $1 }
    let target = allocation(
      means: means, standardDeviations: standardDeviations,
      budget: Double(present.reduce(left, +)), goal: goal)
    let lacks = zip(target, present).map { max(0, $0 - Double($1)) }
    let lack = lacks.reduce(0, +)
    let exact = lacks.map { $0 / lack * Double(left) }
    let whole = exact.map { Int($0.rounded(.down)) }
    let byRemainder = exact.indices.sorted { a, b in
      let first = exact[a] - Double(whole[a])
      let second = exact[b] - Double(whole[b])
      return first > second || (first == second && a < b)
    }
    for design in exact.indices { added[design] += whole[design] }
    left -= whole.reduce(0, +)
    for design in byRemainder.prefix(left) { added[design] += 1 }
    return added
  }
}

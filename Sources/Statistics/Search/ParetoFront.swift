/// The designs that no other design beats in both of two measures, both smaller better: cost and latency.
///
///
/// ```swift
/// ParetoFront.indices(costs: [3, 1, 2], latencies: [1, 9, 9])  // [1, 0]
/// ```
/// - Source: methods §9.4.
public enum ParetoFront {
  /// Place of a design whose second measure is only known to an interval.
  public enum Place: Sendable, Hashable {
    /// No other design can be as cheap and shown to be as good.
    case possiblyOnFront
    /// Another design is no dearer and shown to be better.
    case dominated(by: Int)
  }

  /// Indices on the front in order of rising cost and falling latency.
  ///
  /// Of equal designs the first one represents all. A value that is not a number keeps its design off the front.
  /// - Parameters:
  ///   - costs: First measure, one a design.
  ///   - latencies: Second measure, one a design.
  /// - Complexity: O(n log n).
  public static func indices(costs: [Double], latencies: [Double]) -> [Int] {
    precondition(costs.count == latencies.count, "\(costs.count) costs, \(latencies.count) latencies")
    let order = costs.indices.filter { !costs[$0].isNaN && !latencies[$0].isNaN }.sorted { a, b in
      if costs[a] != costs[b] { return costs[a] < costs[b] }
      if latencies[a] != latencies[b] { return latencies[a] < latencies[b] }
      return a < b
    }
    var front: [Int] = []
    for design in order {
      if let last = front.last, latencies[design] >= latencies[last] { continue }
      front.append(design)
    }
    return front
  }

  /// Places with intervals: a design is dropped only when it is shown to be beaten.
  ///
  /// - Parameters:
  ///   - costs: Known exactly, one a design.
  ///   - lows: Lower ends of the latency intervals.
  ///   - highs: Upper ends, not below the lower ones.
  /// - Returns: One place a design; a dominated one names the design with the smallest upper end, the first of
  ///   equal ones, among those no dearer.
  /// - Complexity: O(n log n).
  public static func places(costs: [Double], lows: [Double], highs: [Double]) -> [Place] {
    precondition(costs.count == lows.count && costs.count == highs.count, "unequal numbers of designs")
    precondition(zip(lows, highs).allSatisfy { $0 <= $1 }, "an interval ends before it starts")
    let order = costs.indices.sorted { costs[$0] < costs[$1] || (costs[$0] == costs[$1] && $0 < $1) }
    var places = costs.map { _ in Place.possiblyOnFront }
    var best: Int?
    var start = 0
    while start < order.count {
      // Designs of equal cost judge each other, so the best is renewed before any of them is placed.
      var end = start
      while end < order.count, costs[order[end]] == costs[order[start]] {
        let design = order[end]
        if best.map({ highs[design] < highs[$0] }) ?? true { best = design }
        end += 1
      }
      for design in order[start..<end] {
        if let best, highs[best] < lows[design] { places[design] = .dominated(by: best) }
      }
      start = end
    }
    return places
  }
}

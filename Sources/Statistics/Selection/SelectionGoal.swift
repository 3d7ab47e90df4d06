/// Which mean the best design has.
public enum SelectionGoal: Sendable, Hashable {
  /// Costs, latencies, losses.
  case smallest
  /// Throughput, attained shares.
  case largest

  /// The value with the sign that makes larger better.
  func oriented(_ value: Double) -> Double { self == .largest ? value : -value }

  /// Index of the best value, the first of equal ones; nil for none.
  func best(of values: [Double]) -> Int? {
    values.indices.reduce(nil as Int?) { best, index in
      guard let best else { return index }
      return oriented(values[index]) > oriented(values[best]) ? index : best
    }
  }
}

/// The knee of a curve without a limit to hold: the point farthest from the straight line between its ends.
///
/// A rate that keeps a stated limit is the better answer wherever there is one.
///
/// ```swift
/// KneePoint.index(x: rates, y: latencies).map { rates[$0] }
/// ```
/// - Source: methods §9.1 (Kneedle; Satopää et al. 2011).
public enum KneePoint {
  /// Index of the knee on axes scaled to 0...1; nil for fewer than three points or a curve that is straight.
  ///
  /// - Parameters:
  ///   - x: Strictly ascending, such as rates.
  ///   - y: Such as latencies.
  /// - Complexity: O(n).
  public static func index(x: [Double], y: [Double]) -> Int? {
    precondition(x.count == y.count, "\(x.count) abscissas, \(y.count) ordinates")
    precondition(zip(x, x.dropFirst()).allSatisfy { $0 < $1 }, "the abscissas do not ascend")
    guard x.count >= 3, let low = y.min(), let high = y.max(), high > low else { return nil }
    let last = x.count - 1
    let width = x[last] - x[0]
    let height = high - low
    var best: Int?
    var farthest = 1e-12
    for index in 1..<last {
      let across = (x[index] - x[0]) / width
      let chord = (y[0] + across * (y[last] - y[0]) - low) / height
      let distance = ((y[index] - low) / height - chord).magnitude
      if distance > farthest {
        farthest = distance
        best = index
      }
    }
    return best
  }
}

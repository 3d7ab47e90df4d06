/// The repeating part of a chain of levels with phases: up, stay, down one level.
struct QuasiBirthDeath {
  let up: Matrix
  let stay: Matrix
  let down: Matrix

  /// The smallest solution R of up + R·stay + R²·down = 0: ratio of the probabilities of successive levels.
  ///
  /// Logarithmic reduction, which doubles the levels looked at in each step; the plain iteration of methods
  /// §7.4 takes thousands of steps for slowly modulated arrivals.
  /// - Source: Latouche & Ramaswami (1993).
  /// - Complexity: O(n³) per step, some 10 to 30 steps.
  func rateMatrix() throws(QueueingError) -> Matrix {
    let stayInverse = try (-stay).inverse()
    var higher = stayInverse * up
    var lower = stayInverse * down
    var first = lower
    var reach = higher
    for _ in 0..<200 {
      let mixed = higher * lower + lower * higher
      let factor = try (Matrix.identity(stay.rows) - mixed).inverse()
      higher = factor * (higher * higher)
      lower = factor * (lower * lower)
      let added = reach * lower
      first = first + added
      reach = reach * higher
      if added.largest < 1e-17 || reach.largest < 1e-17 { break }
    }
    // first is G, the phases at the first visit one level down.
    let rate = try (-(stay + up * first)).solvedFromLeft(for: up)
    let residue = (up + rate * stay + rate * rate * down).largest
    guard residue <= 1e-9 * stay.largest else { throw .noConvergence("logarithmic reduction") }
    return rate
  }
}

/// Steady states of chains that move one step up or down.
enum BirthDeathChain {
  /// Probabilities of the states 0...last of a finite chain.
  ///
  /// Products run outwards from the most probable state, so nothing overflows and no logarithm is rounded.
  /// - Parameters:
  ///   - births: Rate from n to n + 1, n < last.
  ///   - deaths: Rate from n to n − 1, n ≥ 1, above 0.
  /// - Complexity: O(last).
  static func probabilities(
    last: Int, births: (Int) -> Double, deaths: (Int) -> Double
  ) -> [Double] {
    // The mode by logarithms, whose rounding does not matter there.
    var mode = 0
    var height = 0.0
    var highest = 0.0
    for n in stride(from: 1, through: last, by: 1) {
      let birth = births(n - 1)
      guard birth > 0 else { break }
      height += Numerics.log(birth / deaths(n))
      if height > highest { (mode, highest) = (n, height) }
    }
    var weights = Array(repeating: 0.0, count: last + 1)
    weights[mode] = 1
    for n in stride(from: mode + 1, through: last, by: 1) {
      weights[n] = weights[n - 1] * (births(n - 1) / deaths(n))
    }
    for n in stride(from: mode - 1, through: 0, by: -1) {
      weights[n] = weights[n + 1] * (deaths(n + 1) / births(n))
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// The same for an endless chain whose deaths overtake its births, cut where a state adds less than 1e-18.
  ///
  /// - Parameter from: A state beyond which the ratio of births to deaths only falls.
  /// - Throws: `QueueingError.outOfRange` when more than ten million states would count.
  static func probabilities(
    decreasingFrom from: Int, births: (Int) -> Double, deaths: (Int) -> Double
  ) throws(QueueingError) -> [Double] {
    var last = max(from, 0)
    // First past the mode, then down its far side.
    while births(last) >= deaths(last + 1), last < 10_000_000 { last += 1 }
    var ratio = 1.0
    while ratio > 1e-20, last < 10_000_000 {
      ratio *= births(last) / deaths(last + 1)
      last += 1
    }
    guard last < 10_000_000 else {
      throw .outOfRange(parameter: "number of states", value: Double(last), expected: "below ten million")
    }
    return probabilities(last: last, births: births, deaths: deaths)
  }
}

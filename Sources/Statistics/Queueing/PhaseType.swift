/// The time until a Markov chain with some transient phases is absorbed.
///
/// Exponential, Erlang, hyperexponential and Coxian laws are special cases; matrix methods need this form.
///
/// ```swift
/// let gaps = try PhaseType(initial: [0.5, 0.5], generator: [[-1, 0.4], [0.6, -1]])
/// gaps.mean
/// ```
public struct PhaseType: Sendable, Equatable {
  /// Probability of each first phase, summing to 1. Shape (phase).
  let initial: [Double]
  /// Rates between phases; row sums are minus the rate of absorption. Shape (from, to).
  let generator: Matrix
  /// Rate of absorption from each phase. Shape (phase).
  let exit: [Double]
  /// Mean time spent in phase j after a start in phase i, (−T)⁻¹. Shape (i, j).
  private let visits: Matrix

  /// - Parameters:
  ///   - initial: Probability of each first phase, summing to 1.
  ///   - generator: Square matrix T [1/time]: off-diagonal entries ≥ 0, row sums ≤ 0, absorption certain.
  /// - Throws: `QueueingError.malformed` or `.outOfRange`.
  public init(initial: [Double], generator: [[Double]]) throws(QueueingError) {
    try self.init(initial: initial, matrix: try Matrix(generator))
  }

  init(initial: [Double], matrix: Matrix) throws(QueueingError) {
    try Check.sameCount([initial.count, matrix.rows, matrix.columns], "phases of a phase-type law")
    try Check.count(initial.count, "number of phases")
    var sum = 0.0
    for probability in initial {
      try Check.share(probability, "initial probability")
      sum += probability
    }
    guard (sum - 1).magnitude < 1e-9 else {
      throw .outOfRange(parameter: "sum of the initial probabilities", value: sum, expected: "1")
    }
    let rowSums = matrix.rowSums
    for i in 0..<matrix.rows {
      for j in 0..<matrix.columns where i != j { try Check.nonnegative(matrix[i, j], "rate between phases") }
      guard rowSums[i] <= 1e-9 * matrix.largest else {
        throw .outOfRange(parameter: "row sum of a phase-type law", value: rowSums[i], expected: "0 or less")
      }
    }
    self.initial = initial
    generator = matrix
    exit = rowSums.map { max(0, -$0) }
    visits = try (-matrix).inverse()
    guard visits.elements.allSatisfy({ $0 > -1e-9 * visits.largest }) else {
      throw .malformed("a phase-type law that is not absorbed with certainty")
    }
  }

  /// Stages one after the other, with the same mean each.
  public static func erlang(stages: Int, mean: Double) throws(QueueingError) -> PhaseType {
    try Check.count(stages, "stages")
    try Check.positive(mean, "mean")
    return try coxian(
      rates: Array(repeating: Double(stages) / mean, count: stages),
      exitProbabilities: Array(repeating: 0, count: stages - 1))
  }

  /// One of several exponential durations, each with its probability.
  public static func hyperexponential(
    probabilities: [Double], means: [Double]
  ) throws(QueueingError) -> PhaseType {
    try Check.sameCount([probabilities.count, means.count], "branches of a hyperexponential law")
    var matrix = Matrix(rows: means.count, columns: means.count)
    for (index, mean) in means.enumerated() {
      try Check.positive(mean, "mean of a branch")
      matrix[index, index] = -1 / mean
    }
    return try PhaseType(initial: probabilities, matrix: matrix)
  }

  /// Stages in sequence, with a chance to leave after each.
  ///
  /// - Parameters:
  ///   - rates: Rate of each stage [1/time].
  ///   - exitProbabilities: Probability of leaving after each stage but the last, which always leaves.
  public static func coxian(rates: [Double], exitProbabilities: [Double]) throws(QueueingError) -> PhaseType {
    try Check.sameCount(
      [rates.count, exitProbabilities.count + 1], "stages and exits, plus one, of a Coxian law")
    var matrix = Matrix(rows: rates.count, columns: rates.count)
    for (index, rate) in rates.enumerated() {
      try Check.positive(rate, "rate of a stage")
      matrix[index, index] = -rate
      if index + 1 < rates.count {
        try Check.share(exitProbabilities[index], "exit probability")
        matrix[index, index + 1] = rate * (1 - exitProbabilities[index])
      }
    }
    var initial = Array(repeating: 0.0, count: rates.count)
    initial[0] = 1
    return try PhaseType(initial: initial, matrix: matrix)
  }

  /// This duration followed by another, independent one.
  public func followed(by next: PhaseType) throws(QueueingError) -> PhaseType {
    let own = initial.count
    var matrix = Matrix(rows: own + next.initial.count, columns: own + next.initial.count)
    for i in 0..<own {
      for j in 0..<own { matrix[i, j] = generator[i, j] }
      for j in next.initial.indices { matrix[i, own + j] = exit[i] * next.initial[j] }
    }
    for i in next.initial.indices {
      for j in next.initial.indices { matrix[own + i, own + j] = next.generator[i, j] }
    }
    return try PhaseType(initial: initial + next.initial.map { _ in 0 }, matrix: matrix)
  }

  /// Number of phases.
  public var count: Int { initial.count }

  public var mean: Double { moment(1) }

  /// E[S^order] = order!·α(−T)^{−order}1. Complexity: O(order·n²).
  public func moment(_ order: Int) -> Double {
    precondition(order >= 0, "moment of order \(order)")
    var row = initial
    for step in 0..<order { row = (row * visits).map { $0 * Double(step + 1) } }
    return row.reduce(0, +)
  }

  /// P(S > x) = α·e^{Tx}·1. Complexity: O(n³ log(x·rate)).
  public func survival(_ x: Double) -> Double {
    guard x > 0 else { return 1 }
    return min(1, max(0, (initial * generator.scaled(by: x).exponential()).reduce(0, +)))
  }

  /// Density at x.
  public func density(_ x: Double) -> Double {
    guard x >= 0 else { return 0 }
    return max(0, dot(initial * generator.scaled(by: x).exponential(), exit))
  }

  /// E[S^order; S ≤ x]: the whole moment less what survivors of x bring, phase by phase.
  func partialMoment(_ order: Int, below x: Double) -> Double {
    let survivors = initial * generator.scaled(by: x).exponential()
    // E[(x + R)^k; S > x] by the binomial theorem, R the remaining time from the phase reached at x.
    var beyond = 0.0
    var row = survivors
    var weight = 1.0
    for power in 0...order {
      beyond += weight * Numerics.power(x, order - power) * row.reduce(0, +)
      weight *= Double(order - power) / Double(power + 1)
      row = (row * visits).map { $0 * Double(power + 1) }
    }
    return max(0, moment(order) - beyond)
  }

  /// α(sI − T)⁻¹t.
  func laplaceTransform(_ rate: Double) throws(QueueingError) -> Double {
    let resolvent = try (Matrix.identity(count).scaled(by: rate) - generator).solved(for: exit)
    return dot(initial, resolvent)
  }
}

/// Arrivals whose rate follows a Markov chain: bursts, phases of the day, renewal processes.
///
/// ```swift
/// // 1.5 a second for 50 s on average, then 0.1 a second for 50 s.
/// let bursts = try MarkovArrivalProcess.modulatedPoisson(
///   rates: [1.5, 0.1], generator: [[-0.02, 0.02], [0.02, -0.02]])
/// bursts.rate  // 0.8
/// ```
/// - Source: Neuts, Matrix-Geometric Solutions (1981); methods §2.
public struct MarkovArrivalProcess: Sendable, Equatable {
  /// Rates of the transitions without an arrival. Shape (from, to).
  let silent: Matrix
  /// Rates of the transitions with an arrival. Shape (from, to).
  let arriving: Matrix
  /// Share of time in each phase. Shape (phase).
  let phaseShares: [Double]
  /// Mean number of arrivals per unit of time.
  public let rate: Double

  /// - Parameters:
  ///   - silent: D0, transitions without an arrival [1/time]; the diagonal makes the rows of D0 + D1 sum to
  ///     0.
  ///   - arriving: D1, transitions with an arrival [1/time], entries ≥ 0.
  public init(silent: [[Double]], arriving: [[Double]]) throws(QueueingError) {
    try self.init(silent: try Matrix(silent), arriving: try Matrix(arriving))
  }

  init(silent: Matrix, arriving: Matrix) throws(QueueingError) {
    try Check.sameCount(
      [silent.rows, silent.columns, arriving.rows, arriving.columns], "phases of an arrival process")
    try Check.count(silent.rows, "number of phases")
    let whole = silent + arriving
    for i in 0..<whole.rows {
      for j in 0..<whole.columns {
        try Check.nonnegative(arriving[i, j], "rate of a transition with an arrival")
        if i != j { try Check.nonnegative(silent[i, j], "rate of a transition without an arrival") }
      }
      guard whole.rowSums[i].magnitude <= 1e-9 * silent.largest else {
        throw .outOfRange(parameter: "row sum of D0 + D1", value: whole.rowSums[i], expected: "0")
      }
    }
    self.silent = silent
    self.arriving = arriving
    phaseShares = try whole.stationary()
    rate = dot(phaseShares, arriving.rowSums)
    try Check.positive(rate, "arrival rate")
  }

  public static func poisson(rate: Double) throws(QueueingError) -> MarkovArrivalProcess {
    try Check.positive(rate, "arrival rate")
    return try MarkovArrivalProcess(silent: [[-rate]], arriving: [[rate]])
  }

  /// Poisson arrivals whose rate depends on the state of a chain (MMPP).
  ///
  /// - Parameters:
  ///   - rates: Arrival rate in each state [1/time].
  ///   - generator: Generator of the chain [1/time], rows summing to 0.
  public static func modulatedPoisson(
    rates: [Double], generator: [[Double]]
  ) throws(QueueingError) -> MarkovArrivalProcess {
    var arriving = Matrix(rows: rates.count, columns: rates.count)
    for (index, rate) in rates.enumerated() {
      try Check.nonnegative(rate, "arrival rate of a state")
      arriving[index, index] = rate
    }
    let chain = try Matrix(generator)
    try Check.sameCount([chain.rows, chain.columns, rates.count], "states of a modulated Poisson process")
    return try MarkovArrivalProcess(silent: chain - arriving, arriving: arriving)
  }

  /// Independent gaps of a phase-type law.
  public static func renewal(_ gaps: PhaseType) throws(QueueingError) -> MarkovArrivalProcess {
    try MarkovArrivalProcess(silent: gaps.generator, arriving: .outer(gaps.exit, gaps.initial))
  }

  /// Number of phases.
  public var count: Int { silent.rows }
}

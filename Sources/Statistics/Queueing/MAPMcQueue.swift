/// Arrivals modulated by a Markov chain in front of exponential servers (MAP/M/c).
///
/// Bursts and slow changes of the rate, which a Poisson model of the same mean hides: the example below waits
/// twelve times as long as M/M/1.
///
/// ```swift
/// let arrivals = try MarkovArrivalProcess.modulatedPoisson(
///   rates: [1.5, 0.1], generator: [[-0.02, 0.02], [0.02, -0.02]])
/// try MAPMcQueue(arrivals: arrivals, serviceRate: 1, servers: 1).meanSojourn  // 61.4
/// ```
/// Exact; relative error about 1e-10/(1 − utilization).
/// - Source: Neuts, Matrix-Geometric Solutions (1981); methods §7.4.
public struct MAPMcQueue: Sendable, Equatable {
  public let arrivals: MarkovArrivalProcess
  public let serviceRate: Double
  public let servers: Int
  /// Mean number waiting.
  public let meanQueueLength: Double
  /// Probability that an arrival waits.
  public let waitProbability: Double
  private let rate: Matrix
  /// Probability of each phase over all levels with every server busy. Shape (phase).
  private let busyPhases: [Double]

  /// - Throws: `QueueingError.unstable` when arrivals reach what the servers can do.
  /// - Complexity: O((servers + 30)·n³) for n phases.
  public init(
    arrivals: MarkovArrivalProcess, serviceRate: Double, servers: Int
  ) throws(QueueingError) {
    try Check.positive(serviceRate, "service rate")
    try Check.count(servers, "servers")
    let capacity = Double(servers) * serviceRate
    try Check.stable(arrivals.rate / capacity)
    self.arrivals = arrivals
    self.serviceRate = serviceRate
    self.servers = servers
    let one = Matrix.identity(arrivals.count)
    rate = try QuasiBirthDeath(
      up: arrivals.arriving, stay: arrivals.silent - one.scaled(by: capacity), down: one.scaled(by: capacity)
    ).rateMatrix()
    // Below c busy servers each level has its own ratio, from the top down: π_n = π_{n-1}·ratio_n.
    var ratios: [Matrix] = []
    var above = rate
    for busy in stride(from: servers, through: 1, by: -1) {
      let deaths = Double(busy) * serviceRate
      let next = Double(min(busy + 1, servers)) * serviceRate
      let out = -(arrivals.silent - one.scaled(by: deaths) + above.scaled(by: next))
      above = try out.solvedFromLeft(for: arrivals.arriving)
      ratios.append(above)
    }
    var level = try (arrivals.silent + above.scaled(by: serviceRate)).stationary()
    var sum = 0.0
    for ratio in ratios.reversed() {
      sum += level.reduce(0, +)
      level = level * ratio
    }
    let geometric = try (one - rate).inverse()
    let busy = level * geometric
    sum += busy.reduce(0, +)
    busyPhases = busy.map { $0 / sum }
    meanQueueLength = (busyPhases * rate * geometric).reduce(0, +)
    waitProbability = dot(busyPhases, arrivals.arriving.rowSums) / arrivals.rate
  }

  public var arrivalRate: Double { arrivals.rate }
  public var utilization: Double { arrivals.rate / (Double(servers) * serviceRate) }
  public var meanWait: Double { meanQueueLength / arrivals.rate }
  public var meanSojourn: Double { meanWait + 1 / serviceRate }
  public var meanNumber: Double { meanQueueLength + arrivals.rate / serviceRate }

  /// P(wait > t) of an arrival: π_c(I − R)⁻¹·e^{−cμ(I − R)t}·D1·1/λ.
  public func waitTail(beyond t: Double) -> Double {
    guard t >= 0 else { return 1 }
    let ends = Double(servers) * serviceRate * t
    let decay = (rate - .identity(rate.rows)).scaled(by: ends).exponential()
    return min(1, dot(busyPhases * decay, arrivals.arriving.rowSums) / arrivals.rate)
  }

  /// The wait that the share `probability` of arrivals does not exceed, relative error 1e-8. Probability:
  /// 0..<1.
  public func waitQuantile(_ probability: Double) throws(QueueingError) -> Double {
    try Check.level(probability)
    return try Numerics.quantile(tail: 1 - probability, step: 1 / serviceRate) { waitTail(beyond: $0) }
  }
}

/// Arrivals modulated by a Markov chain in front of one server with phase-type service (MAP/PH/1).
///
/// With renewal arrivals of phase-type gaps it is the exact PH/PH/1, the yardstick of two-moment formulas.
/// - Source: Neuts, Matrix-Geometric Solutions (1981); methods §7.4.
public struct MAPPH1Queue: Sendable, Equatable {
  public let arrivals: MarkovArrivalProcess
  public let service: PhaseType
  /// Mean number waiting or in service, relative error about 1e-10/(1 − utilization).
  public let meanNumber: Double
  /// Share of the time the server idles.
  public let emptyProbability: Double

  /// - Throws: `QueueingError.unstable` when arrivals reach what the server can do.
  /// - Complexity: O(30·(n·m)³) for n arrival and m service phases.
  public init(arrivals: MarkovArrivalProcess, service: PhaseType) throws(QueueingError) {
    try Check.stable(arrivals.rate * service.mean)
    self.arrivals = arrivals
    self.service = service
    let arrivalPhases = Matrix.identity(arrivals.count)
    let servicePhases = Matrix.identity(service.count)
    let starts = try Matrix([service.initial])
    let up = arrivals.arriving.kronecker(servicePhases)
    let stay = arrivals.silent.kronecker(servicePhases) + arrivalPhases.kronecker(service.generator)
    let down = arrivalPhases.kronecker(.outer(service.exit, service.initial))
    let rate = try QuasiBirthDeath(up: up, stay: stay, down: down).rateMatrix()
    let fromEmpty = arrivals.arriving.kronecker(starts)
    let toEmpty = arrivalPhases.kronecker(.outer(service.exit, [1]))
    let firstRatio = try (-(stay + rate * down)).solvedFromLeft(for: fromEmpty)
    let empty = try (arrivals.silent + firstRatio * toEmpty).stationary()
    let geometric = try (Matrix.identity(rate.rows) - rate).inverse()
    let busy = empty * firstRatio * geometric
    let sum = empty.reduce(0, +) + busy.reduce(0, +)
    emptyProbability = empty.reduce(0, +) / sum
    meanNumber = (busy * geometric).reduce(0, +) / sum
  }

  public var utilization: Double { arrivals.rate * service.mean }
  public var meanSojourn: Double { meanNumber / arrivals.rate }
  public var meanWait: Double { meanSojourn - service.mean }
}

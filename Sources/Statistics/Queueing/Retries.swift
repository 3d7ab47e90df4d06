/// A message that is received again until it succeeds or its receives are used up.
///
/// ```swift
/// let queue = try ReceiveLimit(failureProbability: 0.1, receivesMax: 3)
/// queue.deadLetterProbability  // 0.001
/// queue.meanReceives           // 1.11
/// ```
/// Exact for independent failures. Source: methods §7.8.
public struct ReceiveLimit: Sendable, Equatable {
  public let failureProbability: Double
  public let receivesMax: Int

  /// - Parameters:
  ///   - failureProbability: Of one receive, 0...1.
  ///   - receivesMax: Receives before the dead-letter queue, 1 or more.
  public init(failureProbability: Double, receivesMax: Int) throws(QueueingError) {
    try Check.share(failureProbability, "failure probability")
    try Check.count(receivesMax, "largest number of receives")
    self.failureProbability = failureProbability
    self.receivesMax = receivesMax
  }

  /// p^m.
  public var deadLetterProbability: Double { Numerics.power(failureProbability, receivesMax) }

  /// Mean receives of a message, (1 − p^m)/(1 − p): the factor by which failures multiply the load.
  public var meanReceives: Double {
    // Summed: the quotient loses its digits near p = 1.
    if failureProbability > 0.5 {
      return (0..<receivesMax).reduce(0) { $0 + Numerics.power(failureProbability, $1) }
    }
    return (1 - deadLetterProbability) / (1 - failureProbability)
  }

  /// Mean workers busy with first and repeated receives [erlang].
  public func offeredLoad(arrivalRate: Double, meanService: Double) -> Double {
    arrivalRate * meanService * meanReceives
  }

  /// Probability that a batch fails as a whole when any one of its records does.
  ///
  /// - Parameters:
  ///   - recordFailure: Failure probability of one record, 0...1.
  ///   - records: In the batch, 1 or more.
  public static func batchFailure(recordFailure: Double, records: Int) throws(QueueingError) -> Double {
    try Check.share(recordFailure, "failure probability of a record")
    try Check.count(records, "records")
    return -Numerics.expMinusOne(Double(records) * Numerics.logOnePlus(-recordFailure))
  }
}

/// Callers that find every server busy, go away and try again after an exponential time (M/M/c with retries).
///
/// Throttled invocations that retry at random: they wait longer than in a queue, because servers idle
/// meanwhile.
///
/// ```swift
/// let throttled = try RetrialQueue(arrivalRate: 0.3, serviceRate: 0.5, servers: 1, retryRate: 0.05)
/// throttled.meanWait  // 33 s
/// ```
/// Exact but for a tail of waiting callers below 1e-13; relative error 1e-10. One server in closed form.
/// - Source: Falin & Templeton (1997); methods §7.8.
public struct RetrialQueue: Sendable, Equatable {
  public let arrivalRate: Double
  public let serviceRate: Double
  public let servers: Int
  /// Rate at which one waiting caller tries again.
  public let retryRate: Double
  /// Mean callers waiting to try again.
  public let meanOrbit: Double
  /// Probability that a first call finds every server busy.
  public let blockingProbability: Double

  /// - Throws: `QueueingError.unstable`; `.outOfRange` when more than a million callers would have to be
  ///   counted.
  /// - Complexity: O(orbit·servers³) for more than one server.
  public init(
    arrivalRate: Double, serviceRate: Double, servers: Int, retryRate: Double
  ) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    try Check.positive(serviceRate, "service rate")
    try Check.count(servers, "servers")
    try Check.positive(retryRate, "retry rate")
    let rho = arrivalRate / serviceRate / Double(servers)
    try Check.stable(rho)
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.servers = servers
    self.retryRate = retryRate
    guard servers > 1 else {
      meanOrbit = rho * (arrivalRate + rho * retryRate) / (retryRate * (1 - rho))
      blockingProbability = rho
      return
    }
    var levels = 64
    var solved = try RetrialQueue.solve(arrivalRate, serviceRate, servers, retryRate, levels)
    while solved.last > 1e-13 {
      levels *= 2
      guard levels <= 1_000_000 else {
        throw .outOfRange(parameter: "callers waiting", value: Double(levels), expected: "at most a million")
      }
      solved = try RetrialQueue.solve(arrivalRate, serviceRate, servers, retryRate, levels)
    }
    meanOrbit = solved.orbit
    blockingProbability = solved.blocking
  }

  /// Mean time from the first call to the start of service.
  public var meanWait: Double { meanOrbit / arrivalRate }
  public var meanSojourn: Double { meanWait + 1 / serviceRate }

  /// The chain (callers waiting, busy servers) with at most `levels` waiting, level by level from the last.
  ///
  /// The orbit grows only while all servers are busy, so a level hangs on the one below by that one state.
  private static func solve(
    _ arrivalRate: Double, _ serviceRate: Double, _ servers: Int, _ retryRate: Double, _ levels: Int
  ) throws(QueueingError) -> (orbit: Double, blocking: Double, last: Double) {
    func stay(_ level: Int) -> Matrix {
      var matrix = Matrix(rows: servers + 1, columns: servers + 1)
      for busy in 0...servers {
        if busy < servers {
          matrix[busy, busy + 1] = arrivalRate
          matrix[busy, busy] -= arrivalRate + Double(level) * retryRate
        } else if level < levels {
          matrix[busy, busy] -= arrivalRate
        }
        if busy > 0 {
          matrix[busy, busy - 1] = Double(busy) * serviceRate
          matrix[busy, busy] -= Double(busy) * serviceRate
        }
      }
      return matrix
    }
    // Probability of the states of a level for one unit in the full state of the level below.
    var shapes: [[Double]] = []
    var closing = stay(levels)
    var up = Matrix(rows: 1, columns: servers + 1)
    up[0, servers] = arrivalRate
    for level in stride(from: levels, through: 1, by: -1) {
      let shape = try (-closing).solvedFromLeft(for: up).elements
      shapes.append(shape)
      closing = stay(level - 1)
      for busy in 0..<servers { closing[servers, busy + 1] += shape[busy] * Double(level) * retryRate }
    }
    var states = try closing.stationary()
    var sum = states.reduce(0, +)
    var blocking = states[servers]
    var orbit = 0.0
    for (level, shape) in shapes.reversed().enumerated() {
      let full = states[servers]
      states = shape.map { $0 * full }
      let share = states.reduce(0, +)
      sum += share
      orbit += Double(level + 1) * share
      blocking += states[servers]
    }
    return (orbit / sum, blocking / sum, states.reduce(0, +) / sum)
  }
}

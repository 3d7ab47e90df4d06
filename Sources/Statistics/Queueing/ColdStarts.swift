import CGSL

/// One worker that goes cold after an idle time: an arrival that finds it cold takes longer.
///
/// ```swift
/// let worker = try SingleWorkerColdStarts(
///   arrivalRate: 0.3, service: .deterministic(2), coldExtra: .exponential(mean: 1.5), keepAlive: 5)
/// worker.coldFraction  // 0.081
/// ```
/// Exact: M/G/1 with an exceptional first service.
/// - Source: Welch, Operations Research (1964); methods §7.2, §7.8.
public struct SingleWorkerColdStarts: Sendable, Equatable {
  public let arrivalRate: Double
  public let service: DurationLaw
  /// What a cold start adds to the service time.
  public let coldExtra: DurationLaw
  /// Idle time after which the worker is cold.
  public let keepAlive: Double

  /// - Throws: `QueueingError.unstable` when arrivals reach what a warm worker can do.
  public init(
    arrivalRate: Double, service: DurationLaw, coldExtra: DurationLaw, keepAlive: Double
  ) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    try Check.positive(service.mean, "mean service time")
    try Check.nonnegative(keepAlive, "keep-alive time")
    try Check.stable(arrivalRate * service.mean)
    self.arrivalRate = arrivalRate
    self.service = service
    self.coldExtra = coldExtra
    self.keepAlive = keepAlive
  }

  /// Probability that an idle spell outlasts the keep-alive: spells are Exp(λ).
  private var coldAfterIdle: Double { Numerics.exp(-arrivalRate * keepAlive) }
  private var firstMean: Double { service.mean + coldAfterIdle * coldExtra.mean }
  private var firstSquare: Double {
    service.moment(2) + coldAfterIdle * (2 * service.mean * coldExtra.mean + coldExtra.moment(2))
  }
  private var warmSlack: Double { 1 - arrivalRate * service.mean }

  /// Probability that an arrival finds the worker idle.
  public var idleProbability: Double { warmSlack / (warmSlack + arrivalRate * firstMean) }
  /// Share of arrivals that see a cold start.
  public var coldFraction: Double { idleProbability * coldAfterIdle }
  public var meanWait: Double {
    let warm = arrivalRate * service.moment(2) / (2 * warmSlack)
    let first = arrivalRate * (firstSquare - service.moment(2)) / (2 * (warmSlack + arrivalRate * firstMean))
    return warm + first
  }
  public var meanSojourn: Double {
    meanWait + idleProbability * firstMean + (1 - idleProbability) * service.mean
  }
}

/// Instances without a limit, the most recently used one first, each lost after a fixed idle time.
///
/// Level k of the concurrency is served by instance k: it is cold when fewer than k ran for longer than the
/// keep-alive. Service takes equally long cold or warm.
///
/// ```swift
/// let pool = try PooledColdStarts(arrivalRate: 0.9, meanService: 1.991, keepAlive: 600)
/// pool.coldFraction   // 0.00133
/// pool.meanInstances  // 7.69
/// ```
/// Exact for Poisson arrivals and exponential service but for levels of probability below 1e-18; relative
/// error 1e-9. Placement "newest created first" differs slightly.
/// - Source: level crossing of M/M/∞, methods §7.8; eigenvalues by `gsl_eigen_symmv`.
public struct PooledColdStarts: Sendable, Equatable {
  public let arrivalRate: Double
  public let meanService: Double
  public let keepAlive: Double
  /// Share of arrivals that start an instance.
  public let coldFraction: Double
  /// Mean instances alive, busy or idle.
  public let meanInstances: Double

  /// - Throws: `QueueingError.outOfRange` above 200 erlang of concurrency.
  /// - Complexity: O(levels⁴) for the highest concurrency that counts; 0.1 s at 10 erlang, a minute at 200.
  public init(arrivalRate: Double, meanService: Double, keepAlive: Double) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    try Check.positive(meanService, "mean service time")
    try Check.nonnegative(keepAlive, "keep-alive time")
    let load = arrivalRate * meanService
    guard load <= 200 else {
      throw .outOfRange(parameter: "offered load", value: load, expected: "at most 200 erlang")
    }
    self.arrivalRate = arrivalRate
    self.meanService = meanService
    self.keepAlive = keepAlive
    var cold = 0.0
    var instances = 0.0
    var level = 1
    while true {
      let passage = try PooledColdStarts.passage(level, arrivalRate, meanService, keepAlive)
      // Crossings from k − 1 to k happen at rate λπ_{k−1}; those that follow a long absence are cold.
      cold += passage.fromTop
      instances += 1 - passage.fromAnywhere
      if Double(level) > load, 1 - passage.fromAnywhere < 1e-13 { break }
      level += 1
    }
    coldFraction = cold
    meanInstances = instances
  }

  /// Joint probabilities, in steady state, of a start below `level` and no visit to it within the keep-alive.
  ///
  /// - Returns: The part that starts at level − 1, and all of it.
  private static func passage(
    _ level: Int, _ rate: Double, _ meanService: Double, _ keepAlive: Double
  ) throws(QueueingError) -> (fromTop: Double, fromAnywhere: Double) {
    // √π_i makes the generator of the states 0..<level symmetric; its eigenvalues are real.
    GSLErrors.areReturned
    let load = rate * meanService
    let roots = (0..<level).map { Numerics.poisson($0, mean: load).squareRoot() }
    let generator = gsl_matrix_calloc(level, level)!
    let vectors = gsl_matrix_alloc(level, level)!
    let values = gsl_vector_alloc(level)!
    let workspace = gsl_eigen_symmv_alloc(level)!
    defer {
      gsl_matrix_free(generator)
      gsl_matrix_free(vectors)
      gsl_vector_free(values)
      gsl_eigen_symmv_free(workspace)
    }
    for n in 0..<level {
      gsl_matrix_set(generator, n, n, -(rate + Double(n) / meanService))
      if n > 0 {
        let coupling = (rate * Double(n) / meanService).squareRoot()
        gsl_matrix_set(generator, n, n - 1, coupling)
        gsl_matrix_set(generator, n - 1, n, coupling)
      }
    }
    guard gsl_eigen_symmv(generator, values, vectors, workspace) == Int32(GSL_SUCCESS) else {
      throw .noConvergence("eigenvalues of a birth-death chain")
    }
    var fromTop = 0.0
    var fromAnywhere = 0.0
    for mode in 0..<level {
      var weight = 0.0
      for n in 0..<level { weight += roots[n] * gsl_matrix_get(vectors, n, mode) }
      let kept = Numerics.exp(min(0, gsl_vector_get(values, mode)) * keepAlive)
      fromTop += roots[level - 1] * gsl_matrix_get(vectors, level - 1, mode) * weight * kept
      fromAnywhere += weight * weight * kept
    }
    return (max(0, fromTop), min(1, fromAnywhere))
  }
}

/// Instances without a limit that idle for an exponential time, with cold service slower than warm.
///
/// A Markov chain of cold-busy, warm-busy and idle instances.
///
/// ```swift
/// let pool = try ExponentialKeepAlivePool(
///   arrivalRate: 1, meanWarmService: 0.5, meanColdService: 2, meanKeepAlive: 60)
/// pool.coldFraction  // 0.040
/// ```
/// Exact but for states cut at a probability of 1e-11 in sum; relative error 1e-8.
/// - Source: three-dimensional chain, methods §7.8; block elimination (Neuts 1981) by GSL.
public struct ExponentialKeepAlivePool: Sendable, Equatable {
  public let arrivalRate: Double
  public let meanWarmService: Double
  public let meanColdService: Double
  public let meanKeepAlive: Double
  /// Share of arrivals that start an instance.
  public let coldFraction: Double
  /// Mean instances idle.
  public let meanIdleInstances: Double

  /// - Throws: `QueueingError.outOfRange` when a level of the chain would have more than 1,500 states.
  /// - Complexity: O(cold·(warm·idle)³) for the numbers of each kind that count.
  public init(
    arrivalRate: Double, meanWarmService: Double, meanColdService: Double, meanKeepAlive: Double
  ) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    try Check.positive(meanWarmService, "mean warm service time")
    try Check.positive(meanColdService, "mean cold service time")
    try Check.positive(meanKeepAlive, "mean keep-alive time")
    self.arrivalRate = arrivalRate
    self.meanWarmService = meanWarmService
    self.meanColdService = meanColdService
    self.meanKeepAlive = meanKeepAlive
    // The numbers of each kind that count are found by growing whichever edge still holds probability.
    var chain = KeepAliveChain(
      arrivalRate: arrivalRate, warmRate: 1 / meanWarmService, coldRate: 1 / meanColdService,
      expiryRate: 1 / meanKeepAlive, cold: 6, warm: 8, idle: 12)
    while true {
      let order = (chain.warm + 1) * (chain.idle + 1)
      guard order <= 1_500, chain.cold <= 100 else {
        throw .outOfRange(parameter: "states of a level", value: Double(order), expected: "at most 1500")
      }
      let solved = try chain.solve()
      if solved.edges.allSatisfy({ $0 < 1e-11 }) {
        coldFraction = solved.coldFraction
        meanIdleInstances = solved.meanIdle
        return
      }
      if solved.edges[0] >= 1e-11 { chain.cold += max(3, chain.cold / 3) }
      if solved.edges[1] >= 1e-11 { chain.warm += max(3, chain.warm / 3) }
      if solved.edges[2] >= 1e-11 { chain.idle += max(3, chain.idle / 3) }
    }
  }
}

/// The chain of `ExponentialKeepAlivePool`: levels are cold-busy instances, phases are (warm-busy, idle).
private struct KeepAliveChain {
  let arrivalRate: Double
  let warmRate: Double
  let coldRate: Double
  let expiryRate: Double
  /// Most cold-busy, warm-busy and idle instances counted.
  var cold: Int
  var warm: Int
  var idle: Int

  private var order: Int { (warm + 1) * (idle + 1) }
  private func index(_ warm: Int, _ idle: Int) -> Int { warm * (self.idle + 1) + idle }

  /// Rates within a level, with all departures on the diagonal.
  private func stay(_ level: Int) -> Matrix {
    var matrix = Matrix(rows: order, columns: order)
    for w in 0...warm {
      for i in 0...idle {
        let from = index(w, i)
        func move(_ rate: Double, to: Int) {
          matrix[from, to] += rate
          matrix[from, from] -= rate
        }
        if i > 0 {
          // At the edge an arrival is lost; the edge is too rare to matter.
          if w < warm { move(arrivalRate, to: index(w + 1, i - 1)) }
          move(expiryRate * Double(i), to: index(w, i - 1))
        } else if level < cold {
          matrix[from, from] -= arrivalRate
        }
        if w > 0 { move(warmRate * Double(w), to: index(w - 1, min(i + 1, idle))) }
        matrix[from, from] -= coldRate * Double(level)
      }
    }
    return matrix
  }

  /// Down one level: a cold instance ends its first work and idles.
  private func down(_ level: Int) -> Matrix {
    var matrix = Matrix(rows: order, columns: order)
    for w in 0...warm {
      for i in 0...idle { matrix[index(w, i), index(w, min(i + 1, idle))] = coldRate * Double(level) }
    }
    return matrix
  }

  /// - Returns: Share of arrivals that find no idle instance, mean idle instances, and the probability at the
  ///   edges of cold, warm and idle.
  func solve() throws(QueueingError) -> (coldFraction: Double, meanIdle: Double, edges: [Double]) {
    // Up moves start only where no instance idles: the ratios have warm + 1 rows that are not zero.
    var up = Matrix(rows: warm + 1, columns: order)
    for w in 0...warm { up[w, index(w, 0)] = arrivalRate }
    var ratios: [Matrix] = []
    var closing = stay(cold)
    for level in stride(from: cold, through: 1, by: -1) {
      let ratio = try (-closing).solvedFromLeft(for: up)
      ratios.append(ratio)
      let fed = ratio * down(level)
      closing = stay(level - 1)
      for w in 0...warm {
        for j in 0..<order { closing[index(w, 0), j] += fed[w, j] }
      }
    }
    var level = try closing.stationary()
    var sum = 0.0
    var coldSum = 0.0
    var idleSum = 0.0
    var edges = [0.0, 0, 0]
    func count(_ coldBusy: Int) {
      for w in 0...warm {
        for i in 0...idle {
          let share = level[index(w, i)]
          sum += share
          idleSum += Double(i) * share
          if i == 0 { coldSum += share }
          if coldBusy == cold { edges[0] += share }
          if w == warm { edges[1] += share }
          if i == idle { edges[2] += share }
        }
      }
    }
    count(0)
    for (lower, ratio) in ratios.reversed().enumerated() {
      level = (0...warm).map { level[index($0, 0)] } * ratio
      count(lower + 1)
    }
    return (coldSum / sum, idleSum / sum, edges.map { $0 / sum })
  }
}

import CGSL

/// One queue in front of `servers` equal servers, Poisson arrivals, exponential service (M/M/c, Erlang C).
///
/// The model of a queue whose consumer is capped at a number of concurrent invocations. First come, first
/// served; waits include arrivals that do not wait.
///
/// ```swift
/// let partner = try MMcQueue(arrivalRate: 4.5, serviceRate: 0.5, servers: 10)
/// partner.waitProbability               // 0.669
/// try partner.sojournQuantile(0.95)     // 8.72 s
/// ```
/// All values are exact; relative error below 1e-11 while 1 - utilization is above 1e-6.
/// - Source: methods §7.1; Gross, Shortle, Thompson, Harris, Fundamentals of Queueing Theory (2008), §2.3.
public struct MMcQueue: Sendable, Equatable {
  /// Arrivals per unit of time.
  public let arrivalRate: Double
  /// Services per unit of time of one busy server.
  public let serviceRate: Double
  public let servers: Int
  /// Probability that an arrival waits (Erlang C).
  public let waitProbability: Double

  /// - Throws: `QueueingError.unstable` when arrivals reach what the servers can do; `.outOfRange`.
  /// - Complexity: O(servers).
  public init(arrivalRate: Double, serviceRate: Double, servers: Int) throws(QueueingError) {
    try Check.nonnegative(arrivalRate, "arrival rate")
    try Check.positive(serviceRate, "service rate")
    try Check.count(servers, "servers")
    let load = arrivalRate / serviceRate
    try Check.stable(load / Double(servers))
    let blocking = try ErlangB.blocking(offeredLoad: load, servers: servers)
    self.init(arrivalRate, serviceRate, servers, blocking: blocking)
  }

  init(_ arrivalRate: Double, _ serviceRate: Double, _ servers: Int, blocking: Double) {
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.servers = servers
    let utilization = arrivalRate / serviceRate / Double(servers)
    waitProbability = blocking / (1 - utilization * (1 - blocking))
  }

  /// Mean number of busy servers [erlang].
  public var offeredLoad: Double { arrivalRate / serviceRate }
  /// Share of the time a server is busy, below 1.
  public var utilization: Double { offeredLoad / Double(servers) }
  /// Rate at which a queue shrinks while no one arrives, less the arrivals: cμ − λ.
  var slack: Double { Double(servers) * serviceRate - arrivalRate }

  /// Mean wait before service.
  public var meanWait: Double { waitProbability / slack }
  /// Mean time from arrival to end of service.
  public var meanSojourn: Double { meanWait + 1 / serviceRate }
  /// Mean number waiting.
  public var meanQueueLength: Double { arrivalRate * meanWait }
  /// Mean number waiting or in service.
  public var meanNumber: Double { meanQueueLength + offeredLoad }

  /// P(wait > t).
  public func waitTail(beyond t: Double) -> Double {
    t < 0 ? 1 : waitProbability * Numerics.exp(-slack * t)
  }

  /// The wait that the share `probability` of arrivals does not exceed; 0 when that many do not wait.
  ///
  /// - Parameter probability: 0..<1.
  public func waitQuantile(_ probability: Double) throws(QueueingError) -> Double {
    try Check.level(probability)
    guard waitProbability > 1 - probability else { return 0 }
    return Numerics.log(waitProbability / (1 - probability)) / slack
  }

  /// P(sojourn > t).
  ///
  /// The textbook form divides by (cμ − λ) − μ; this one has no singular point and no cancellation.
  public func sojournTail(beyond t: Double) -> Double {
    guard t > 0 else { return 1 }
    let difference = (slack - serviceRate) * t
    // (1 - e^{-x})/x for x ≥ 0, of the slower exponential.
    let x = difference.magnitude
    let ratio = x < 1e-300 ? 1 : -expm1(-x) / x
    let slower = Numerics.exp(-(difference >= 0 ? serviceRate : slack) * t)
    return Numerics.exp(-serviceRate * t) + waitProbability * serviceRate * t * slower * ratio
  }

  /// The sojourn that the share `probability` of arrivals does not exceed, relative error 1e-12.
  ///
  /// - Parameter probability: 0..<1.
  public func sojournQuantile(_ probability: Double) throws(QueueingError) -> Double {
    try Check.level(probability)
    return try Numerics.quantile(tail: 1 - probability, step: meanSojourn) { sojournTail(beyond: $0) }
  }

  /// Probability of exactly `count` waiting or in service.
  public func probability(ofNumber count: Int) -> Double {
    guard count >= 0 else { return 0 }
    let full = waitProbability * (1 - utilization)
    guard count < servers else { return full * pow(utilization, Double(count - servers)) }
    guard arrivalRate > 0 else { return count == 0 ? 1 : 0 }
    // So rarely full that no one ever waits: the pool is endless, and the number in it Poisson.
    guard full > 1e-290 else { return Numerics.poisson(count, mean: offeredLoad) }
    var probability = full
    for n in stride(from: servers, to: count, by: -1) { probability *= Double(n) / offeredLoad }
    return probability
  }

  /// Probability that all servers idle.
  public var emptyProbability: Double { probability(ofNumber: 0) }

  /// Limit of the probability of waiting when offeredLoad + beta·√offeredLoad servers serve a growing load.
  ///
  /// - Parameter beta: Spare servers in units of the square root of the load, above 0.
  /// - Source: Halfin & Whitt (1981); methods §7.1.
  public static func halfinWhittWaitProbability(beta: Double) throws(QueueingError) -> Double {
    try Check.positive(beta, "beta")
    return 1 / (1 + beta * Numerics.normalShare(below: beta) / Numerics.normalDensity(beta))
  }
}

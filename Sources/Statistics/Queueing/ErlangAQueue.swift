/// M/M/c whose waiting jobs give up after an exponential patience (M/M/c+M, Erlang A).
///
/// Any load is steady because the impatient leave.
///
/// ```swift
/// let calls = try ErlangAQueue(arrivalRate: 10 / 3, serviceRate: 1 / 3, servers: 14, patienceRate: 0.2)
/// calls.abandonmentProbability  // 0.014
/// ```
/// Exact but for states below 1e-18 in sum; relative error below 1e-11.
/// - Source: methods §7.1; Gross, Shortle, Thompson, Harris (2008), §2.9.
public struct ErlangAQueue: Sendable, Equatable {
  public let arrivalRate: Double
  public let serviceRate: Double
  public let servers: Int
  /// Rate at which one waiting job gives up, the inverse of its mean patience.
  public let patienceRate: Double
  /// Share of the time with n jobs inside. Shape (n), from 0 to where the rest is below 1e-18.
  public let probabilities: [Double]

  /// - Parameter patienceRate: Above 0 [1/time]; for endless patience use `MMcQueue`.
  /// - Complexity: O(states), at most ten million.
  public init(
    arrivalRate: Double, serviceRate: Double, servers: Int, patienceRate: Double
  ) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    try Check.positive(serviceRate, "service rate")
    try Check.count(servers, "servers")
    try Check.positive(patienceRate, "patience rate")
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.servers = servers
    self.patienceRate = patienceRate
    probabilities = try BirthDeathChain.probabilities(
      decreasingFrom: servers, births: { _ in arrivalRate },
      deaths: { Double(min($0, servers)) * serviceRate + Double(max(0, $0 - servers)) * patienceRate })
  }

  /// Probability that an arrival finds every server busy.
  public var waitProbability: Double { probabilities.dropFirst(servers).reduce(0, +) }
  /// Mean number waiting.
  public var meanQueueLength: Double {
    probabilities.indices.reduce(0) { $0 + Double(max(0, $1 - servers)) * probabilities[$1] }
  }
  /// Share of arrivals that give up.
  public var abandonmentProbability: Double { patienceRate * meanQueueLength / arrivalRate }
  /// Mean time in queue over all arrivals, served or not.
  public var meanWait: Double { meanQueueLength / arrivalRate }
  /// Completed services per unit of time.
  public var throughput: Double { arrivalRate * (1 - abandonmentProbability) }
}

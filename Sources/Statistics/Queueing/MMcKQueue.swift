/// Poisson arrivals, exponential service, `servers` servers and room for `capacity` jobs in all (M/M/c/K).
///
/// Arrivals that find the system full are lost. Overload is allowed: losses keep the system steady.
///
/// ```swift
/// let buffer = try MMcKQueue(arrivalRate: 50, serviceRate: 10, servers: 4, capacity: 6)
/// buffer.blockingProbability  // 0.294
/// ```
/// Exact, relative error below 1e-12.
/// - Source: methods §7.1; Gross, Shortle, Thompson, Harris (2008), §2.5.
public struct MMcKQueue: Sendable, Equatable {
  public let arrivalRate: Double
  public let serviceRate: Double
  public let servers: Int
  /// Most jobs at once, waiting and in service.
  public let capacity: Int
  /// Share of the time with n jobs inside. Shape (n), n in 0...capacity.
  public let probabilities: [Double]

  /// - Parameter capacity: Waiting room and servers together, at least 1; servers beyond it stay idle.
  /// - Complexity: O(capacity).
  public init(arrivalRate: Double, serviceRate: Double, servers: Int, capacity: Int) throws(QueueingError) {
    try Check.nonnegative(arrivalRate, "arrival rate")
    try Check.positive(serviceRate, "service rate")
    try Check.count(servers, "servers")
    try Check.count(capacity, "capacity")
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.servers = servers
    self.capacity = capacity
    guard arrivalRate > 0 else {
      probabilities = [1] + Array(repeating: 0, count: capacity)
      return
    }
    probabilities = BirthDeathChain.probabilities(
      last: capacity, births: { _ in arrivalRate }, deaths: { Double(min($0, servers)) * serviceRate })
  }

  /// Share of arrivals lost: they see the time average (PASTA).
  public var blockingProbability: Double { probabilities[capacity] }
  public var emptyProbability: Double { probabilities[0] }
  /// Accepted arrivals, which are the completions, per unit of time.
  public var throughput: Double {
    // By busy servers: 1 - blocking would lose digits under heavy overload.
    serviceRate * probabilities.indices.reduce(0) { $0 + Double(min($1, servers)) * probabilities[$1] }
  }
  /// Mean number waiting or in service.
  public var meanNumber: Double { probabilities.indices.reduce(0) { $0 + Double($1) * probabilities[$1] } }
  /// Mean number waiting.
  public var meanQueueLength: Double {
    probabilities.indices.reduce(0) { $0 + Double(max(0, $1 - servers)) * probabilities[$1] }
  }
  /// Mean wait of accepted jobs.
  public var meanWait: Double { arrivalRate > 0 ? meanQueueLength / throughput : 0 }
  /// Mean time from arrival to completion of accepted jobs.
  public var meanSojourn: Double { meanWait + 1 / serviceRate }
  /// Busy servers over all servers.
  public var utilization: Double { throughput / serviceRate / Double(servers) }

  /// P(wait > t) of accepted jobs. Complexity: O(capacity).
  public func waitTail(beyond t: Double) -> Double {
    guard t >= 0 else { return 1 }
    let accepted = probabilities.dropLast().reduce(0, +)
    var tail = 0.0
    for n in stride(from: servers, to: capacity, by: 1) {
      // n - servers + 1 services must end first, at the full rate of all servers.
      let ends = Double(servers) * serviceRate * t
      tail += probabilities[n] * (1 - Numerics.poissonTail(beyond: n - servers, mean: ends))
    }
    return tail / accepted
  }

  /// The wait that the share `probability` of accepted jobs does not exceed. Probability: 0..<1.
  public func waitQuantile(_ probability: Double) throws(QueueingError) -> Double {
    try Check.level(probability)
    return try Numerics.quantile(tail: 1 - probability, step: 1 / serviceRate) { waitTail(beyond: $0) }
  }
}

/// A fixed number of callers that think, call, and wait for one of `servers` servers (M/M/c//N).
///
/// The machine-repair model: closed-loop clients of a capped partner.
///
/// ```swift
/// let clients = try FiniteSourceQueue(sources: 20, thinkRate: 0.1, serviceRate: 0.5, servers: 5)
/// clients.throughput  // 1.64 calls a second
/// ```
/// Exact, relative error below 1e-12.
/// - Source: methods §7.1; Gross, Shortle, Thompson, Harris (2008), §2.7.
public struct FiniteSourceQueue: Sendable, Equatable {
  public let sources: Int
  /// Rate at which one thinking caller calls, the inverse of the mean think time.
  public let thinkRate: Double
  public let serviceRate: Double
  public let servers: Int
  /// Share of the time with n callers waiting or served. Shape (n), n in 0...sources.
  public let probabilities: [Double]

  /// - Complexity: O(sources).
  public init(sources: Int, thinkRate: Double, serviceRate: Double, servers: Int) throws(QueueingError) {
    try Check.count(sources, "sources")
    try Check.positive(thinkRate, "think rate")
    try Check.positive(serviceRate, "service rate")
    try Check.count(servers, "servers")
    self.sources = sources
    self.thinkRate = thinkRate
    self.serviceRate = serviceRate
    self.servers = servers
    probabilities = BirthDeathChain.probabilities(
      last: sources, births: { Double(sources - $0) * thinkRate },
      deaths: { Double(min($0, servers)) * serviceRate })
  }

  /// Completed calls per unit of time.
  public var throughput: Double {
    serviceRate * probabilities.indices.reduce(0) { $0 + Double(min($1, servers)) * probabilities[$1] }
  }
  /// Mean number waiting or served.
  public var meanNumber: Double { probabilities.indices.reduce(0) { $0 + Double($1) * probabilities[$1] } }
  /// Mean time from call to answer.
  public var meanSojourn: Double { meanNumber / throughput }
  /// Mean time before service.
  public var meanWait: Double { meanSojourn - 1 / serviceRate }
  public var emptyProbability: Double { probabilities[0] }
}

/// A fixed number of callers in front of servers without a queue (Engset loss system).
///
/// - Source: methods §7.1.
public enum Engset {
  /// Share of the time in which all servers are busy.
  ///
  /// - Parameters:
  ///   - sources: Callers, at least 1.
  ///   - loadPerSource: Call rate of an idle caller × mean service time, above 0.
  ///   - servers: At least 1.
  /// - Complexity: O(servers).
  public static func timeCongestion(
    sources: Int, loadPerSource: Double, servers: Int
  ) throws(QueueingError) -> Double {
    try Check.count(sources, "sources", min: 0)
    try Check.positive(loadPerSource, "load per source")
    try Check.count(servers, "servers")
    guard sources >= servers else { return 0 }
    return BirthDeathChain.probabilities(
      last: servers, births: { Double(sources - $0) * loadPerSource }, deaths: { Double($0) }
    )[servers]
  }

  /// Share of the calls that are lost: what the other callers make of the servers.
  public static func callCongestion(
    sources: Int, loadPerSource: Double, servers: Int
  ) throws(QueueingError) -> Double {
    try Check.count(sources, "sources")
    return try timeCongestion(sources: sources - 1, loadPerSource: loadPerSource, servers: servers)
  }
}

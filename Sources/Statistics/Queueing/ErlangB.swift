/// Loss systems: arrivals that find every server busy are turned away (M/G/c/c, Erlang B).
///
/// Holds for any law of the service time. The recursion over servers is stable for any size; the factorial
/// sum of the textbooks overflows near 170 servers.
///
/// ```swift
/// try ErlangB.blocking(offeredLoad: 20, servers: 30)          // 0.00846
/// try ErlangB.servers(offeredLoad: 33.3, blockingMax: 0.001)  // 52
/// ```
/// - Source: methods §7.1; Gross, Shortle, Thompson, Harris, Fundamentals of Queueing Theory (2008), §2.4.
public enum ErlangB {
  /// Share of the arrivals that are turned away.
  ///
  /// Relative error below 1e-12 for any number of servers.
  /// - Parameters:
  ///   - offeredLoad: Arrival rate × mean service time [erlang], 0 or more.
  ///   - servers: 0 or more.
  /// - Complexity: O(servers).
  public static func blocking(offeredLoad: Double, servers: Int) throws(QueueingError) -> Double {
    try Check.nonnegative(offeredLoad, "offered load")
    try Check.count(servers, "servers", min: 0)
    var blocking = 1.0
    for server in stride(from: 1, through: servers, by: 1) {
      blocking = next(blocking, offeredLoad: offeredLoad, servers: server)
    }
    return blocking
  }

  /// Blocking with `servers` servers from that with one fewer.
  static func next(_ blocking: Double, offeredLoad: Double, servers: Int) -> Double {
    let scaled = offeredLoad * blocking
    return scaled / (Double(servers) + scaled)
  }

  /// Mean number of busy servers [erlang].
  public static func carriedLoad(offeredLoad: Double, servers: Int) throws(QueueingError) -> Double {
    offeredLoad * (1 - (try blocking(offeredLoad: offeredLoad, servers: servers)))
  }

  /// Smallest number of servers whose blocking is at most `blockingMax`.
  ///
  /// - Parameter blockingMax: Above 0, at most 1.
  /// - Complexity: O(answer).
  public static func servers(offeredLoad: Double, blockingMax: Double) throws(QueueingError) -> Int {
    try Check.nonnegative(offeredLoad, "offered load")
    try Check.positive(blockingMax, "largest blocking")
    try Check.share(blockingMax, "largest blocking")
    var blocking = 1.0
    var servers = 0
    while blocking > blockingMax {
      servers += 1
      blocking = next(blocking, offeredLoad: offeredLoad, servers: servers)
    }
    return servers
  }

  /// Largest offered load whose blocking is at most `blockingMax` [erlang], relative error 1e-12.
  ///
  /// - Parameter blockingMax: Between 0 and 1, both excluded.
  public static func offeredLoadMax(servers: Int, blockingMax: Double) throws(QueueingError) -> Double {
    try Check.count(servers, "servers")
    try Check.positive(blockingMax, "largest blocking")
    try Check.level(blockingMax, "largest blocking")
    // Carried load is below the number of servers, so blocking exceeds 1 - servers/load.
    let high = Double(servers) / (1 - blockingMax) + 1
    return try Numerics.root(between: 0, and: high) { load in
      var blocking = 1.0
      for server in 1...servers { blocking = next(blocking, offeredLoad: load, servers: server) }
      return blocking - blockingMax
    }
  }
}

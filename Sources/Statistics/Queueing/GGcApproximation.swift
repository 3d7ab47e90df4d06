/// Two-moment estimates of the mean wait of a pool with any arrivals and any service (G/G/c).
///
/// A sanity line beside a simulated value, never an answer to report alone. Against exact values the
/// Allen-Cunneen form is off by −2 % (M/D/5 at utilization 0.9), −4 % (M/D/5 at 0.8), −14 % (arrivals of scv
/// 4 at 0.8), +12 % (scv 0.5 both, one server, 0.7), +4.5 % there with Whitt's factor.
///
/// ```swift
/// let pool = try GGcApproximation(
///   arrivalRate: 4.5, meanService: 2, servers: 10, arrivalScv: 1, serviceScv: 0)
/// pool.allenCunneenMeanWait  // 0.669, exact 0.689
/// ```
/// - Source: Kingman (1962), Krämer & Langenbach-Belz (1976), Whitt (1983), Allen (1990); methods §7.5.
public struct GGcApproximation: Sendable, Equatable {
  public let arrivalRate: Double
  public let meanService: Double
  public let servers: Int
  /// Squared coefficient of variation of the gaps between arrivals, 1 for Poisson.
  public let arrivalScv: Double
  /// Squared coefficient of variation of the service time.
  public let serviceScv: Double
  private let exponentialMeanWait: Double

  /// - Throws: `QueueingError.unstable`; `.outOfRange`.
  /// - Complexity: O(servers).
  public init(
    arrivalRate: Double, meanService: Double, servers: Int, arrivalScv: Double, serviceScv: Double
  ) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    try Check.positive(meanService, "mean service time")
    try Check.nonnegative(arrivalScv, "scv of the arrivals")
    try Check.nonnegative(serviceScv, "scv of the service time")
    let queue = try MMcQueue(arrivalRate: arrivalRate, serviceRate: 1 / meanService, servers: servers)
    self.arrivalRate = arrivalRate
    self.meanService = meanService
    self.servers = servers
    self.arrivalScv = arrivalScv
    self.serviceScv = serviceScv
    exponentialMeanWait = queue.meanWait
  }

  public var utilization: Double { arrivalRate * meanService / Double(servers) }

  /// Erlang C's wait × (cₐ² + cₛ²)/2; with one server Kingman's heavy-traffic form.
  public var allenCunneenMeanWait: Double { exponentialMeanWait * (arrivalScv + serviceScv) / 2 }

  /// The same with Whitt's factor for arrivals smoother than Poisson (QNA).
  public var qnaMeanWait: Double { allenCunneenMeanWait * smoothArrivalFactor }

  /// The same with Krämer and Langenbach-Belz' factors for smoother and for burstier arrivals.
  public var kraemerLangenbachBelzMeanWait: Double {
    guard arrivalScv > 1 else { return qnaMeanWait }
    let exponent = (1 - utilization) * (arrivalScv - 1) / (arrivalScv + 4 * serviceScv)
    return allenCunneenMeanWait * Numerics.exp(-exponent)
  }

  private var smoothArrivalFactor: Double {
    guard arrivalScv < 1 else { return 1 }
    let spread = arrivalScv + serviceScv
    guard spread > 0 else { return 0 }
    let shortfall = (1 - arrivalScv) * (1 - arrivalScv)
    return Numerics.exp(-2 * (1 - utilization) * shortfall / (3 * utilization * spread))
  }

  /// Kingman's upper bound for one server, λ(Var A + Var S)/(2(1−ρ)); nil for more servers.
  ///
  /// A simulated mean wait whose interval lies wholly above it is a mistake.
  public var kingmanBound: Double? {
    guard servers == 1 else { return nil }
    let gapVariance = arrivalScv / (arrivalRate * arrivalRate)
    let serviceVariance = serviceScv * meanService * meanService
    return arrivalRate * (gapVariance + serviceVariance) / (2 * (1 - utilization))
  }

  /// Scv of the gaps between departures: 1 + (1−ρ²)(cₐ²−1) + ρ²(max(cₛ², 0.2)−1)/√c.
  public var departureScv: Double {
    let square = utilization * utilization
    return 1 + (1 - square) * (arrivalScv - 1)
      + square * (max(serviceScv, 0.2) - 1) / Double(servers).squareRoot()
  }
}

/// How flows between stations change their variability, by Whitt's Queueing Network Analyzer.
///
/// Approximate; exact for Poisson flows.
/// - Source: Whitt (1983); methods §7.5.
public enum FlowVariability {
  /// Scv of a flow of which each job is kept with the same probability.
  public static func split(scv: Double, probability: Double) throws(QueueingError) -> Double {
    try Check.nonnegative(scv, "scv")
    try Check.share(probability, "probability")
    return probability * scv + 1 - probability
  }

  /// Scv of several independent flows together, as seen by a station of the given utilization.
  ///
  /// - Parameters:
  ///   - rates: Rate of each flow, above 0.
  ///   - scvs: Scv of each flow.
  ///   - utilization: Of the station the flows enter, 0..<1.
  public static func superposed(
    rates: [Double], scvs: [Double], utilization: Double
  ) throws(QueueingError) -> Double {
    try Check.sameCount([rates.count, scvs.count], "rates and scvs of flows")
    try Check.count(rates.count, "number of flows")
    try Check.level(utilization, "utilization")
    for rate in rates { try Check.positive(rate, "rate of a flow") }
    for scv in scvs { try Check.nonnegative(scv, "scv of a flow") }
    let total = rates.reduce(0, +)
    let concentration = rates.reduce(0) { $0 + ($1 / total) * ($1 / total) }
    let idle = 1 - utilization
    let weight = 1 / (1 + 4 * idle * idle * (1 / concentration - 1))
    return weight * dot(rates, scvs) / total + 1 - weight
  }
}

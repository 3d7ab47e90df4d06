import CGSL

/// Independent gaps of any law in front of exponential servers (GI/M/c).
///
/// ```swift
/// let paced = try GIMcQueue(gaps: .erlang(stages: 4, mean: 1), serviceRate: 2, servers: 1)
/// paced.meanSojourn  // 0.716
/// ```
/// Exact; relative error 1e-10, for up to about 1,000 servers.
/// - Source: Takács (1962); Gross, Shortle, Thompson, Harris (2008), §5.3; methods §7.4.
public struct GIMcQueue: Sendable, Equatable {
  /// Law of the time between arrivals.
  public let gaps: DurationLaw
  public let serviceRate: Double
  public let servers: Int
  /// The root σ of σ = A*(cμ(1 − σ)): ratio of the queue an arrival finds; with one server also the
  /// probability that it waits.
  public let root: Double
  /// Probability that an arrival waits.
  public let waitProbability: Double

  /// - Throws: `QueueingError.unstable` when arrivals reach what the servers can do.
  /// - Complexity: O(servers) transforms of the gap law.
  public init(gaps: DurationLaw, serviceRate: Double, servers: Int) throws(QueueingError) {
    try Check.positive(gaps.mean, "mean gap")
    try Check.positive(serviceRate, "service rate")
    try Check.count(servers, "servers")
    let capacity = Double(servers) * serviceRate
    try Check.stable(1 / gaps.mean / capacity)
    self.gaps = gaps
    self.serviceRate = serviceRate
    self.servers = servers
    // σ = 1 is always a root; the wanted one lies below, where the transform is above the diagonal at 0.
    let found = try Numerics.root(between: 0, and: 1 - 1e-9) { sigma in
      ((try? gaps.laplaceTransform(capacity * (1 - sigma))) ?? .nan) - sigma
    }
    root = found
    waitProbability =
      servers == 1
      ? found : try GIMcQueue.waitProbability(gaps, serviceRate, servers, root: found)
  }

  /// Takács' sum over the number of busy servers, in logarithms: the binomials leave the range of doubles.
  private static func waitProbability(
    _ gaps: DurationLaw, _ serviceRate: Double, _ servers: Int, root: Double
  ) throws(QueueingError) -> Double {
    let c = Double(servers)
    var sum = 1 / (1 - root)
    var logProduct = 0.0
    for j in 1...servers {
      let k = Double(j)
      let transform = try gaps.laplaceTransform(k * serviceRate)
      logProduct += Numerics.log(transform) - log1p(-transform)
      let choices = gsl_sf_lnchoose(UInt32(servers), UInt32(j))
      let distance = c * (1 - root) - k
      let ratio: Double
      if distance.magnitude > 1e-6 * k {
        ratio = (c * (1 - transform) - k) / distance
      } else {
        // Numerator and denominator vanish together: the ratio of their slopes.
        let h = 1e-4 * k
        let above = try gaps.laplaceTransform((k + h) * serviceRate)
        let below = try gaps.laplaceTransform((k - h) * serviceRate)
        ratio = 1 + c * (above - below) / (2 * h)
      }
      sum += Numerics.exp(choices - logProduct) / (1 - transform) * ratio
    }
    return 1 / (sum * (1 - root))
  }

  public var arrivalRate: Double { 1 / gaps.mean }
  public var utilization: Double { arrivalRate / (Double(servers) * serviceRate) }
  private var slack: Double { Double(servers) * serviceRate * (1 - root) }
  public var meanWait: Double { waitProbability / slack }
  public var meanSojourn: Double { meanWait + 1 / serviceRate }
  public var meanQueueLength: Double { arrivalRate * meanWait }
  public var meanNumber: Double { arrivalRate * meanSojourn }

  /// P(wait > t).
  public func waitTail(beyond t: Double) -> Double {
    t < 0 ? 1 : waitProbability * Numerics.exp(-slack * t)
  }

  /// The wait that the share `probability` of arrivals does not exceed. Probability: 0..<1.
  public func waitQuantile(_ probability: Double) throws(QueueingError) -> Double {
    try Check.level(probability)
    return waitProbability > 1 - probability ? Numerics.log(waitProbability / (1 - probability)) / slack : 0
  }

  /// P(sojourn > t): a wait of rate cμ(1 − σ), if any, and a service.
  public func sojournTail(beyond t: Double) -> Double {
    guard t > 0 else { return 1 }
    let x = ((slack - serviceRate) * t).magnitude
    let ratio = x < 1e-300 ? 1 : -expm1(-x) / x
    let slower = Numerics.exp(-min(serviceRate, slack) * t)
    return Numerics.exp(-serviceRate * t) + waitProbability * serviceRate * t * slower * ratio
  }

  /// The sojourn that the share `probability` of arrivals does not exceed. Probability: 0..<1.
  public func sojournQuantile(_ probability: Double) throws(QueueingError) -> Double {
    try Check.level(probability)
    return try Numerics.quantile(tail: 1 - probability, step: meanSojourn) { sojournTail(beyond: $0) }
  }
}

/// Bounds on a closed system that need nothing but demands.
///
/// The asymptotic bounds hold for any laws and any order of service; the balanced-job bounds for product-form
/// networks.
///
/// ```swift
/// let bounds = try ClosedBounds(demands: [0.05, 0.4, 0.1], thinkTime: 5)
/// bounds.saturationPopulation                      // 13.9 jobs
/// try bounds.throughputMax(population: 50)         // 2.5 a second
/// ```
/// - Source: Denning & Buzen (1978); Zahorjan, Sevcik, Eager, Galler (1982); methods §7.7.
public struct ClosedBounds: Sendable, Equatable {
  public let thinkTime: Double
  /// Sum of the demands: the time of a job that meets no one.
  public let totalDemand: Double
  /// Largest demand: the bottleneck's.
  public let demandMax: Double
  /// Mean demand of a station.
  public let demandMean: Double

  /// - Parameters:
  ///   - demands: Mean service time per job and cycle at each single-server station.
  ///   - thinkTime: 0 or more.
  public init(demands: [Double], thinkTime: Double = 0) throws(QueueingError) {
    try Check.count(demands.count, "number of stations")
    for demand in demands { try Check.nonnegative(demand, "demand") }
    try Check.nonnegative(thinkTime, "think time")
    self.thinkTime = thinkTime
    totalDemand = demands.reduce(0, +)
    demandMax = demands.max() ?? 0
    demandMean = totalDemand / Double(demands.count)
    try Check.positive(demandMax, "largest demand")
  }

  /// The population at which the asymptotes cross, (D + Z)/D_max: below it queues are avoidable, above not.
  public var saturationPopulation: Double { (totalDemand + thinkTime) / demandMax }

  /// Throughput that no system of this population exceeds.
  public func throughputMax(population: Int) throws(QueueingError) -> Double {
    try Check.count(population, "population")
    return min(1 / demandMax, Double(population) / (totalDemand + thinkTime))
  }

  /// Response time that no system of this population beats.
  public func sojournMin(population: Int) throws(QueueingError) -> Double {
    try Check.count(population, "population")
    return max(totalDemand, Double(population) * demandMax - thinkTime)
  }

  /// Balanced-job bounds between which the throughput of a product-form network lies.
  public func throughputRange(population: Int) throws(QueueingError) -> ClosedRange<Double> {
    try Check.count(population, "population")
    let n = Double(population)
    let base = totalDemand + thinkTime
    let lower = n / (base + (n - 1) * demandMax / (1 + thinkTime / (n * totalDemand)))
    let upper = min(1 / demandMax, n / (base + (n - 1) * demandMean / (1 + thinkTime / totalDemand)))
    return lower...max(lower, upper)
  }
}

/// Shards with one worker each, to which jobs go by their key.
///
/// Splitting Poisson arrivals by key gives each shard its own M/M/1; a shared pool of the same workers waits
/// less. The hottest shard decides how much the stream can carry.
///
/// ```swift
/// let stream = try ShardedWorkers(arrivalRate: 4, serviceRate: 0.5, shardCount: 10)
/// try stream.waitRatioToSharedPool()  // 19.6
/// ```
/// Exact for Poisson arrivals of independent keys and exponential service.
/// - Source: methods §7.8.
public struct ShardedWorkers: Sendable, Equatable {
  public let arrivalRate: Double
  public let serviceRate: Double
  /// Share of the arrivals that each shard gets, summing to 1. Shape (shard).
  public let shares: [Double]

  /// - Parameter shares: Share of the arrivals of each shard, summing to 1; unequal for hot keys.
  /// - Throws: `QueueingError.unstable` with the utilization of the hottest shard when it cannot keep up.
  public init(arrivalRate: Double, serviceRate: Double, shares: [Double]) throws(QueueingError) {
    try Check.nonnegative(arrivalRate, "arrival rate")
    try Check.positive(serviceRate, "service rate")
    try Check.count(shares.count, "shards")
    var sum = 0.0
    for share in shares {
      try Check.share(share, "share of a shard")
      sum += share
    }
    guard (sum - 1).magnitude < 1e-9 else {
      throw .outOfRange(parameter: "sum of the shares", value: sum, expected: "1")
    }
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.shares = shares
    try Check.stable(utilizations.max() ?? 0)
  }

  /// Shards that share arrivals equally.
  public init(arrivalRate: Double, serviceRate: Double, shardCount: Int) throws(QueueingError) {
    try Check.count(shardCount, "shards")
    let share = 1 / Double(shardCount)
    try self.init(
      arrivalRate: arrivalRate, serviceRate: serviceRate, shares: Array(repeating: share, count: shardCount))
  }

  /// Utilization of each shard's worker. Shape (shard).
  public var utilizations: [Double] { shares.map { arrivalRate * $0 / serviceRate } }

  /// Arrival rate at which the hottest shard stops keeping up: μ/max share.
  public var capacity: Double { serviceRate / (shares.max() ?? 1) }

  /// Mean wait at each shard. Shape (shard).
  public var meanWaits: [Double] { utilizations.map { $0 / (serviceRate * (1 - $0)) } }

  /// Mean wait of a job, shards weighted by their share.
  public var meanWait: Double { dot(shares, meanWaits) }

  /// Mean wait here over that of one queue in front of all workers: the price of partitioning.
  ///
  /// - Complexity: O(shards).
  public func waitRatioToSharedPool() throws(QueueingError) -> Double {
    let pool = try MMcQueue(arrivalRate: arrivalRate, serviceRate: serviceRate, servers: shares.count)
    return meanWait / pool.meanWait
  }
}

/// Classes of jobs with priorities in front of one server (M/G/1), class 0 first.
///
/// ```swift
/// let shop = try PriorityMG1Queue(
///   arrivalRates: [0.1, 0.2], services: [.exponential(mean: 1), .deterministic(2)])
/// shop.meanWaits
/// ```
/// Exact.
/// - Source: Cobham (1954); Harchol-Balter, Performance Modeling (2013), ch. 32; methods §7.6.
public struct PriorityMG1Queue: Sendable, Equatable {
  /// Arrival rate of each class. Shape (class), most urgent first.
  public let arrivalRates: [Double]
  /// Law of the service time of each class. Shape (class).
  public let services: [DurationLaw]

  /// - Throws: `QueueingError.unstable` when the classes together are too much; `.malformed`, `.outOfRange`.
  public init(arrivalRates: [Double], services: [DurationLaw]) throws(QueueingError) {
    try Check.sameCount([arrivalRates.count, services.count], "rates and services of classes")
    try Check.count(arrivalRates.count, "number of classes")
    for rate in arrivalRates { try Check.nonnegative(rate, "arrival rate of a class") }
    self.arrivalRates = arrivalRates
    self.services = services
    try Check.stable(loads.reduce(0, +))
  }

  private var loads: [Double] { zip(arrivalRates, services).map { $0 * $1.mean } }

  /// Mean wait before service of each class when a service in progress is never interrupted. Shape (class).
  public var meanWaits: [Double] {
    let backlog = zip(arrivalRates, services).reduce(0) { $0 + $1.0 * $1.1.moment(2) } / 2
    var before = 0.0
    return loads.map { load in
      let through = before + load
      defer { before = through }
      return backlog / ((1 - before) * (1 - through))
    }
  }

  /// Mean sojourn of each class when a more urgent arrival interrupts, and work resumes later. Shape (class).
  public var preemptiveMeanSojourns: [Double] {
    var before = 0.0
    var backlog = 0.0
    return arrivalRates.indices.map { index in
      let through = before + loads[index]
      backlog += arrivalRates[index] * services[index].moment(2) / 2
      defer { before = through }
      return services[index].mean / (1 - before) + backlog / ((1 - before) * (1 - through))
    }
  }
}

/// Classes with priorities and equal exponential service in front of a pool (M/M/c), no interruption.
///
/// Exact. Source: Cobham (1954); methods §7.6.
public enum PriorityMMc {
  /// Mean wait before service of each class, most urgent first. Shape (class).
  ///
  /// - Throws: `QueueingError.unstable` when the classes together are too much.
  /// - Complexity: O(servers + classes).
  public static func meanWaits(
    arrivalRates: [Double], serviceRate: Double, servers: Int
  ) throws(QueueingError) -> [Double] {
    try Check.count(arrivalRates.count, "number of classes")
    for rate in arrivalRates { try Check.nonnegative(rate, "arrival rate of a class") }
    let all = try MMcQueue(
      arrivalRate: arrivalRates.reduce(0, +), serviceRate: serviceRate, servers: servers)
    let capacity = Double(servers) * serviceRate
    var before = 0.0
    return arrivalRates.map { rate in
      let through = before + rate / capacity
      defer { before = through }
      return all.waitProbability / capacity / ((1 - before) * (1 - through))
    }
  }
}

/// Smallest pools and largest rates that keep a promise about waiting, from exact formulas.
///
/// These are the first guesses of a capacity search and the exact answers it is checked against.
///
/// ```swift
/// try Staffing.servers(arrivalRate: 2, serviceRate: 0.5, waitMax: 1, fractionOverMax: 0.1)  // 7
/// ```
/// - Source: methods §9.1, §9.2; Halfin & Whitt (1981).
public enum Staffing {
  /// Smallest number of exponential servers such that at most a fraction of arrivals waits longer than a
  /// limit.
  ///
  /// Exact for M/M/c. One pass of the Erlang B recursion, so no size is too large.
  /// - Parameters:
  ///   - waitMax: Limit of the wait before service [time], 0 or more.
  ///   - fractionOverMax: Share of arrivals allowed to wait longer, above 0, at most 1.
  /// - Complexity: O(answer).
  public static func servers(
    arrivalRate: Double, serviceRate: Double, waitMax: Double, fractionOverMax: Double
  ) throws(QueueingError) -> Int {
    try Check.nonnegative(waitMax, "largest wait")
    try Check.positive(fractionOverMax, "fraction over the largest wait")
    try Check.share(fractionOverMax, "fraction over the largest wait")
    return try smallest(arrivalRate, serviceRate) { $0.waitTail(beyond: waitMax) <= fractionOverMax }
  }

  /// Smallest number of exponential servers such that at most a fraction of arrivals takes longer than a
  /// limit from arrival to end of service.
  ///
  /// - Throws: `QueueingError.unattainable` when service alone takes longer that often.
  /// - Complexity: O(answer) evaluations of the tail.
  public static func servers(
    arrivalRate: Double, serviceRate: Double, sojournMax: Double, fractionOverMax: Double
  ) throws(QueueingError) -> Int {
    try Check.positive(sojournMax, "largest sojourn")
    try Check.positive(serviceRate, "service rate")
    let alone = Numerics.exp(-serviceRate * sojournMax)
    guard alone < fractionOverMax else { throw serviceTooSlow(alone, sojournMax) }
    return try smallest(arrivalRate, serviceRate) { $0.sojournTail(beyond: sojournMax) <= fractionOverMax }
  }

  /// Smallest number of exponential servers whose mean wait is at most `meanWaitMax`, above 0.
  public static func servers(
    arrivalRate: Double, serviceRate: Double, meanWaitMax: Double
  ) throws(QueueingError) -> Int {
    try Check.positive(meanWaitMax, "largest mean wait")
    return try smallest(arrivalRate, serviceRate) { $0.meanWait <= meanWaitMax }
  }

  private static func smallest(
    _ arrivalRate: Double, _ serviceRate: Double, where holds: (MMcQueue) -> Bool
  ) throws(QueueingError) -> Int {
    try Check.nonnegative(arrivalRate, "arrival rate")
    try Check.positive(serviceRate, "service rate")
    let load = arrivalRate / serviceRate
    guard load < 1e9 else {
      throw .outOfRange(parameter: "offered load", value: load, expected: "below 1e9 erlang")
    }
    var blocking = 1.0
    var servers = 0
    while true {
      servers += 1
      blocking = ErlangB.next(blocking, offeredLoad: load, servers: servers)
      guard load < Double(servers) else { continue }
      if holds(MMcQueue(arrivalRate, serviceRate, servers, blocking: blocking)) { return servers }
    }
  }

  /// Smallest number of servers with a constant service time such that at most a fraction of arrivals waits
  /// longer than a limit.
  ///
  /// Exact for M/D/c; a search that doubles, then bisects, because waits fall as servers are added.
  /// - Complexity: O(log answer) solutions of M/D/c.
  public static func servers(
    arrivalRate: Double, serviceTime: Double, waitMax: Double, fractionOverMax: Double
  ) throws(QueueingError) -> Int {
    try Check.nonnegative(arrivalRate, "arrival rate")
    try Check.positive(serviceTime, "service time")
    try Check.nonnegative(waitMax, "largest wait")
    try Check.positive(fractionOverMax, "fraction over the largest wait")
    try Check.share(fractionOverMax, "fraction over the largest wait")
    let load = arrivalRate * serviceTime
    guard load < 1e5 else {
      throw .outOfRange(parameter: "offered load", value: load, expected: "below 1e5 erlang")
    }
    func holds(_ servers: Int) throws(QueueingError) -> Bool {
      guard load <= 0.9999 * Double(servers) else { return false }
      let queue = try MDcQueue(arrivalRate: arrivalRate, serviceTime: serviceTime, servers: servers)
      return queue.waitTail(beyond: waitMax) <= fractionOverMax
    }
    var fails = Int(load)
    var answer = fails + 1
    var step = 1
    while try !holds(answer) {
      fails = answer
      answer += step
      step *= 2
    }
    while answer - fails > 1 {
      let middle = (answer + fails) / 2
      if try holds(middle) { answer = middle } else { fails = middle }
    }
    return answer
  }

  /// Square-root rule: the number of servers at which about the share `waitProbability` of arrivals waits.
  ///
  /// The rounded-up offeredLoad + β√offeredLoad, β the root of Halfin and Whitt's limit; usually exact to one
  /// server above 10 erlang.
  /// - Parameter waitProbability: Between 0 and 1, both excluded.
  public static func squareRootServers(
    offeredLoad: Double, waitProbability: Double
  ) throws(QueueingError) -> Int {
    try Check.positive(offeredLoad, "offered load")
    try Check.positive(waitProbability, "probability of waiting")
    try Check.level(waitProbability, "probability of waiting")
    let beta = try Numerics.root(between: 1e-9, and: 37) { beta in
      let odds = beta * Numerics.normalShare(below: beta) / Numerics.normalDensity(beta)
      return 1 / (1 + odds) - waitProbability
    }
    return Int((offeredLoad + beta * offeredLoad.squareRoot()).rounded(.up))
  }

  /// Largest arrival rate at which the `quantile` of the sojourn of M/M/c stays within a limit.
  ///
  /// Relative error 1e-11. The knee of a pool whose promise is about the time from order to completion.
  /// - Parameters:
  ///   - quantile: Share of arrivals that must stay within the limit, 0..<1.
  ///   - sojournMax: The limit [time].
  /// - Throws: `QueueingError.unattainable` when the service time alone exceeds the limit too often: then no
  ///   rate, however small, keeps the promise.
  public static func arrivalRateMax(
    servers: Int, serviceRate: Double, sojournMax: Double, quantile: Double
  ) throws(QueueingError) -> Double {
    try Check.count(servers, "servers")
    try Check.positive(serviceRate, "service rate")
    try Check.positive(sojournMax, "largest sojourn")
    try Check.level(quantile, "quantile")
    let alone = Numerics.exp(-serviceRate * sojournMax)
    guard alone < 1 - quantile else { throw serviceTooSlow(alone, sojournMax) }
    return try arrivalRateMax(capacity: Double(servers) * serviceRate) { rate throws(QueueingError) in
      let queue = try MMcQueue(arrivalRate: rate, serviceRate: serviceRate, servers: servers)
      return queue.sojournTail(beyond: sojournMax) - (1 - quantile)
    }
  }

  /// Largest arrival rate at which the `quantile` of the wait of M/M/c stays within a limit, 0 or more.
  ///
  /// Relative error 1e-11.
  public static func arrivalRateMax(
    servers: Int, serviceRate: Double, waitMax: Double, quantile: Double
  ) throws(QueueingError) -> Double {
    try Check.count(servers, "servers")
    try Check.positive(serviceRate, "service rate")
    try Check.nonnegative(waitMax, "largest wait")
    try Check.positive(quantile, "quantile")
    try Check.level(quantile, "quantile")
    return try arrivalRateMax(capacity: Double(servers) * serviceRate) { rate throws(QueueingError) in
      let queue = try MMcQueue(arrivalRate: rate, serviceRate: serviceRate, servers: servers)
      return queue.waitTail(beyond: waitMax) - (1 - quantile)
    }
  }

  /// Largest arrival rate at which the `quantile` of the wait of M/D/c stays within a limit, 0 or more.
  ///
  /// Relative error 1e-9; at most 0.9999 of the capacity. A promise about the sojourn is one about the wait,
  /// less the constant service time.
  /// - Complexity: about 40 solutions of M/D/c.
  public static func arrivalRateMax(
    servers: Int, serviceTime: Double, waitMax: Double, quantile: Double
  ) throws(QueueingError) -> Double {
    try Check.count(servers, "servers")
    try Check.positive(serviceTime, "service time")
    try Check.nonnegative(waitMax, "largest wait")
    try Check.positive(quantile, "quantile")
    try Check.level(quantile, "quantile")
    return try arrivalRateMax(capacity: Double(servers) / serviceTime, utilizationMax: 0.999_899) {
      rate throws(QueueingError) in
      let queue = try MDcQueue(arrivalRate: rate, serviceTime: serviceTime, servers: servers)
      return queue.waitTail(beyond: waitMax) - (1 - quantile)
    }
  }

  /// The rate at which an increasing excess over the promise reaches 0; the largest rate tried when none
  /// does.
  private static func arrivalRateMax(
    capacity: Double, utilizationMax: Double = 1 - 1e-12,
    excess: (Double) throws(QueueingError) -> Double
  ) throws(QueueingError) -> Double {
    let high = capacity * utilizationMax
    guard try excess(high) > 0 else { return high }
    // The root finder takes no throwing function: the first failure is kept and told afterwards.
    var failure: QueueingError?
    let rate = try Numerics.root(between: 0, and: high) { rate in
      do throws(QueueingError) { return try excess(rate) } catch {
        failure = failure ?? error
        return 1
      }
    }
    if let failure { throw failure }
    return rate
  }

  private static func serviceTooSlow(_ share: Double, _ limit: Double) -> QueueingError {
    .unattainable("service alone exceeds \(limit) with probability \(share)")
  }

  /// The knee of a curve without a promise: the index of the point farthest from the chord, both axes
  /// normalised.
  ///
  /// Prefer a promise where there is one.
  /// - Parameters:
  ///   - xs: Ascending loads, at least 3.
  ///   - ys: Latencies at these loads.
  /// - Source: Satopää et al. (2011), Kneedle, without its smoothing; methods §9.1.
  public static func chordKnee(xs: [Double], ys: [Double]) throws(QueueingError) -> Int {
    try Check.sameCount([xs.count, ys.count], "loads and latencies")
    guard xs.count >= 3, let x0 = xs.first, let x1 = xs.last, let y0 = ys.first, let y1 = ys.last else {
      throw .outOfRange(parameter: "number of points", value: Double(xs.count), expected: "3 or more")
    }
    guard zip(xs, xs.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .malformed("loads that do not ascend")
    }
    guard y1 != y0 else { throw .malformed("a curve that ends where it began has no chord to leave") }
    var best = 0
    var farthest = -1.0
    for index in xs.indices {
      let distance = ((xs[index] - x0) / (x1 - x0) - (ys[index] - y0) / (y1 - y0)).magnitude
      if distance > farthest { (best, farthest) = (index, distance) }
    }
    return best
  }
}

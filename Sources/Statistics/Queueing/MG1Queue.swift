/// One server with any law of the service time, Poisson arrivals (M/G/1).
///
/// The model of one shard with one worker. First come, first served unless a property says otherwise.
///
/// ```swift
/// let shard = try MG1Queue(arrivalRate: 0.4, service: .lognormal(mean: 1.2, scv: 4))
/// shard.meanWait                // 2.769 s
/// try shard.waitQuantile(0.95)  // 13.79 s
/// ```
/// Means and variances are exact. They are infinite when the service time has too heavy a tail: a Pareto law
/// of shape 3 or less has an infinite variance of the wait, of shape 2 or less an infinite mean wait, and a
/// simulated mean then never settles.
/// - Source: Pollaczek (1930), Khinchine (1932), Takács (1962); methods §7.2.
public struct MG1Queue: Sendable, Equatable {
  public let arrivalRate: Double
  public let service: DurationLaw

  /// - Throws: `QueueingError.unstable` when arrivals reach what the server can do; `.outOfRange`.
  public init(arrivalRate: Double, service: DurationLaw) throws(QueueingError) {
    try Check.nonnegative(arrivalRate, "arrival rate")
    try Check.positive(service.mean, "mean service time")
    try Check.stable(arrivalRate * service.mean)
    self.arrivalRate = arrivalRate
    self.service = service
  }

  /// Share of the time the server is busy, which is the probability that an arrival waits.
  public var utilization: Double { arrivalRate * service.mean }
  /// λE[S²]/(2(1−ρ)).
  public var meanWait: Double { arrivalRate * service.moment(2) / (2 * (1 - utilization)) }
  /// Wq² + λE[S³]/(3(1−ρ)).
  public var waitVariance: Double {
    meanWait * meanWait + arrivalRate * service.moment(3) / (3 * (1 - utilization))
  }
  public var meanSojourn: Double { meanWait + service.mean }
  public var meanQueueLength: Double { arrivalRate * meanWait }
  public var meanNumber: Double { arrivalRate * meanSojourn }
  /// Mean length of an uninterrupted spell of work.
  public var meanBusyPeriod: Double { service.mean / (1 - utilization) }

  /// P(wait > t) for phase-type service (exponential, Erlang, hyperexponential …) and constant service; nil
  /// else.
  ///
  /// - Source: ρβe^{(T + t⁰ρβ)t}1 with β = α(−T)⁻¹/E[S], methods §7.2; `MDcQueue` for constant service.
  public func waitTail(beyond t: Double) throws(QueueingError) -> Double? {
    guard t >= 0 else { return 1 }
    if case .deterministic(let value) = service.shape {
      return try MDcQueue(arrivalRate: arrivalRate, serviceTime: value, servers: 1).waitTail(beyond: t)
    }
    return try service.phases.map { phases throws(QueueingError) in try residual(phases).tail(t) }
  }

  /// The wait that the share `probability` of arrivals does not exceed.
  ///
  /// Exact to 1e-10 for phase-type and constant service. For other laws the middle of `waitQuantileBounds`.
  /// - Parameter probability: 0..<1.
  public func waitQuantile(_ probability: Double) throws(QueueingError) -> Double {
    try Check.level(probability)
    guard utilization > 1 - probability else { return 0 }
    if case .deterministic(let value) = service.shape {
      return try MDcQueue(arrivalRate: arrivalRate, serviceTime: value, servers: 1).waitQuantile(probability)
    }
    if let phases = service.phases {
      let tail = try residual(phases)
      return try Numerics.quantile(tail: 1 - probability, step: meanWait) { tail.tail($0) }
    }
    let bounds = try waitQuantileBounds(probability)
    return (bounds.lowerBound + bounds.upperBound) / 2
  }

  /// Two bounds between which the wait's quantile lies, for any law of the service time.
  ///
  /// The wait is a geometric sum of residual service times. Rounding each of them down, or up, to a grid
  /// gives the bounds; their distance shrinks like 1/cells.
  /// - Parameter cells: Grid points up to the quantile, 64...32_768.
  /// - Complexity: O(cells²).
  /// - Source: Beneš (1957), Panjer (1981); methods §7.2.
  public func waitQuantileBounds(
    _ probability: Double, cells: Int = 4_096
  ) throws(QueueingError) -> ClosedRange<Double> {
    try Check.level(probability)
    guard (64...32_768).contains(cells) else {
      throw .outOfRange(parameter: "cells", value: Double(cells), expected: "64...32768")
    }
    guard utilization > 1 - probability else { return 0...0 }
    // A coarse pass finds the scale, the fine one the bounds.
    var step = service.mean / 8
    var coarse: Int?
    while coarse == nil {
      coarse = ResidualSum(self, step: step, roundsUp: true).quantileIndex(probability, limit: 256)
      if coarse == nil { step *= 4 }
      guard step.isFinite else { throw .noConvergence("a search for the scale of the wait") }
    }
    step *= Double(max(1, coarse ?? 1)) / (0.9 * Double(cells))
    let lower = ResidualSum(self, step: step, roundsUp: false).quantileIndex(probability, limit: cells)
    let upper = ResidualSum(self, step: step, roundsUp: true).quantileIndex(probability, limit: 4 * cells)
    guard let lower, let upper else { throw .noConvergence("the grid of residual service times") }
    return Double(lower) * step...Double(upper) * step
  }

  /// The wait's tail as matrix exponential.
  private func residual(_ phases: PhaseType) throws(QueueingError) -> PhaseTail {
    // β solves βT = −α/E[S]: the phase in which an observer finds a service in progress.
    let start = try phases.generator.solvedFromLeft(for: Matrix([phases.initial.map { -$0 / service.mean }]))
    let again = Matrix.outer(phases.exit, start.elements.map { $0 * utilization })
    return PhaseTail(weights: start.elements.map { $0 * utilization }, generator: phases.generator + again)
  }
}

/// A tail weights·e^{generator·t}·1.
private struct PhaseTail {
  let weights: [Double]
  let generator: Matrix
  func tail(_ t: Double) -> Double { (weights * generator.scaled(by: t).exponential()).reduce(0, +) }
}

/// The geometric sum of residual service times on a grid.
private struct ResidualSum {
  private let queue: MG1Queue
  private let step: Double
  private let roundsUp: Bool

  init(_ queue: MG1Queue, step: Double, roundsUp: Bool) {
    self.queue = queue
    self.step = step
    self.roundsUp = roundsUp
  }

  /// P(residual ≤ x).
  private func residualShare(_ x: Double) -> Double {
    queue.service.limitedMoment(1, at: x) / queue.service.mean
  }

  /// First grid index at which the sum's distribution reaches `probability`; nil beyond `limit`.
  func quantileIndex(_ probability: Double, limit: Int) -> Int? {
    let rho = queue.utilization
    var pieces: [Double] = []
    var sums: [Double] = []
    var reached = 0.0
    var below = 0.0
    for n in 0...limit {
      // Rounded down, the cell [n, n+1) lies at n; rounded up, the cell (n-1, n] does.
      let share =
        roundsUp ? (n == 0 ? 0 : residualShare(Double(n) * step)) : residualShare(Double(n + 1) * step)
      pieces.append(share - below)
      below = share
      var sum = n == 0 ? 1 - rho : 0
      pieces.withUnsafeBufferPointer { pieces in
        sums.withUnsafeBufferPointer { sums in
          var product = 0.0
          var k = 1
          while k <= n {
            product += pieces[k] * sums[n - k]
            k += 1
          }
          sum += rho * product
        }
      }
      sums.append(sum / (1 - rho * pieces[0]))
      reached += sums[n]
      if reached >= probability { return n }
    }
    return nil
  }
}

/// The backlog of a station whose work arrives and leaves like a fluid, with rates that change in straight
/// lines.
///
/// What an overload leaves behind when randomness does not matter: launches, outages, scale-out.
///
/// ```swift
/// // 1,000 orders a minute for an hour into 150 a minute.
/// let launch = try FluidBacklog(
///   phases: [.init(duration: 60, arrivalRate: 1_000, capacity: 150)],
///   afterwards: (arrivalRate: 0, capacity: 150))
/// launch.peakBacklog  // 51,000 orders
/// launch.drainTime    // 340 minutes after the last phase
/// launch.longestWait  // 340 minutes
/// ```
/// Exact for the fluid; a queue of random jobs waits longer where the load is near the capacity.
/// - Source: methods §7.9.
public struct FluidBacklog: Sendable, Equatable {
  /// A span of time in which both rates are straight lines.
  public struct Phase: Sendable, Equatable {
    public let duration: Double
    /// Arrivals per unit of time at the start and at the end.
    public let arrivalRates: (start: Double, end: Double)
    /// Work that can leave per unit of time at the start and at the end.
    public let capacities: (start: Double, end: Double)

    public init(duration: Double, arrivalRate: Double, capacity: Double) {
      self.init(
        duration: duration, arrivalRates: (arrivalRate, arrivalRate), capacities: (capacity, capacity))
    }

    public init(
      duration: Double, arrivalRates: (start: Double, end: Double), capacities: (start: Double, end: Double)
    ) {
      self.duration = duration
      self.arrivalRates = arrivalRates
      self.capacities = capacities
    }

    public static func == (a: Phase, b: Phase) -> Bool {
      a.duration == b.duration && a.arrivalRates == b.arrivalRates && a.capacities == b.capacities
    }
  }

  /// A stretch without a change of slope: rates, and the backlog at its start.
  private struct Piece: Sendable, Equatable {
    let start: Double
    let end: Double
    let rate: Double
    let rateSlope: Double
    let capacity: Double
    let capacitySlope: Double
    let backlog: Double
    let capacityBefore: Double
    /// The backlog stays 0: everything leaves as it comes.
    let isEmpty: Bool

    func backlog(at t: Double) -> Double {
      let x = t - start
      return isEmpty ? 0 : max(0, backlog + (rate - capacity) * x + (rateSlope - capacitySlope) * x * x / 2)
    }
    func cumulativeCapacity(at t: Double) -> Double {
      let x = t - start
      return capacityBefore + capacity * x + capacitySlope * x * x / 2
    }
    func arrivals() -> Double {
      let x = end - start
      return rate * x + rateSlope * x * x / 2
    }
  }
  private let pieces: [Piece]
  private let finalArrivalRate: Double
  private let finalCapacity: Double
  /// End of the last phase.
  public let horizon: Double

  /// - Parameters:
  ///   - phases: In order of time; durations above 0, rates 0 or more.
  ///   - afterwards: Constant rates after the last phase.
  ///   - initialBacklog: Work waiting at the start.
  /// - Complexity: O(phases).
  public init(
    phases: [Phase], afterwards: (arrivalRate: Double, capacity: Double), initialBacklog: Double = 0
  ) throws(QueueingError) {
    try Check.nonnegative(initialBacklog, "initial backlog")
    try Check.nonnegative(afterwards.arrivalRate, "arrival rate afterwards")
    try Check.nonnegative(afterwards.capacity, "capacity afterwards")
    var pieces: [Piece] = []
    var time = 0.0
    var backlog = initialBacklog
    var capacityBefore = 0.0
    for phase in phases {
      try Check.positive(phase.duration, "duration of a phase")
      for rate in [phase.arrivalRates.start, phase.arrivalRates.end] {
        try Check.nonnegative(rate, "arrival rate of a phase")
      }
      for rate in [phase.capacities.start, phase.capacities.end] {
        try Check.nonnegative(rate, "capacity of a phase")
      }
      let end = time + phase.duration
      let rateSlope = (phase.arrivalRates.end - phase.arrivalRates.start) / phase.duration
      let capacitySlope = (phase.capacities.end - phase.capacities.start) / phase.duration
      // A phase splits where the backlog empties and where arrivals overtake the capacity again.
      var from = time
      while from < end {
        let x = from - time
        let rate = phase.arrivalRates.start + rateSlope * x
        let capacity = phase.capacities.start + capacitySlope * x
        // A difference that is rounding only is none, or a phase would split for ever.
        let excess = (rate - capacity).magnitude > 1e-12 * max(rate, capacity) ? rate - capacity : 0
        let slope = rateSlope - capacitySlope
        let isEmpty = backlog <= 0 && (excess < 0 || (excess == 0 && slope <= 0))
        var to = end
        if isEmpty, slope > 0 {
          to = min(end, from - excess / slope)
        } else if !isEmpty, let empty = FluidBacklog.firstZero(backlog, excess, slope) {
          to = min(end, from + empty)
        }
        if to <= from { to = end }
        let piece = Piece(
          start: from, end: to, rate: rate, rateSlope: rateSlope, capacity: capacity,
          capacitySlope: capacitySlope,
          backlog: backlog, capacityBefore: capacityBefore, isEmpty: isEmpty)
        pieces.append(piece)
        backlog = to < end ? 0 : piece.backlog(at: to)
        capacityBefore = piece.cumulativeCapacity(at: to)
        from = to
      }
      time = end
    }
    self.pieces = pieces
    horizon = time
    finalArrivalRate = afterwards.arrivalRate
    finalCapacity = afterwards.capacity
    finalBacklog = backlog
    capacityAtHorizon = capacityBefore
  }

  /// Backlog at the end of the last phase.
  public let finalBacklog: Double
  private let capacityAtHorizon: Double

  /// The first x > 0 at which b + e·x + s·x²/2 is 0, if any.
  private static func firstZero(_ b: Double, _ e: Double, _ s: Double) -> Double? {
    if s == 0 {
      let zero = -b / e
      return zero > 0 && zero.isFinite ? zero : nil
    }
    let discriminant = e * e - 2 * s * b
    guard discriminant >= 0 else { return nil }
    let root = discriminant.squareRoot()
    // The two zeros without cancellation.
    let q = e < 0 ? -e + root : -(e + root)
    let zeros = [q / s, q == 0 ? .infinity : 2 * b / q].filter { $0 > 0 && $0.isFinite }
    return zeros.min()
  }

  /// Largest backlog up to the end of the last phase and while draining.
  ///
  /// Infinite when work afterwards arrives faster than it can leave.
  public var peakBacklog: Double {
    if finalArrivalRate > finalCapacity { return .infinity }
    var peak = finalBacklog
    for piece in pieces where !piece.isEmpty {
      peak = max(peak, piece.backlog)
      let slope = piece.rateSlope - piece.capacitySlope
      if slope < 0 {
        let top = piece.start + (piece.rate - piece.capacity) / -slope
        if top > piece.start, top < piece.end { peak = max(peak, piece.backlog(at: top)) }
      }
    }
    return peak
  }

  /// Time from the end of the last phase until the backlog is gone; infinite when it never is.
  public var drainTime: Double {
    if finalBacklog == 0 { return 0 }
    return finalCapacity > finalArrivalRate ? finalBacklog / (finalCapacity - finalArrivalRate) : .infinity
  }

  /// Backlog at a time from the start, 0 or more.
  public func backlog(at time: Double) -> Double {
    guard time < horizon else {
      return max(0, finalBacklog + (finalArrivalRate - finalCapacity) * (time - horizon))
    }
    return pieces.first { time < $0.end }?.backlog(at: time) ?? finalBacklog
  }

  /// Wait of work that arrives at a time from the start, first come first served; infinite when it never
  /// leaves.
  public func wait(at time: Double) -> Double {
    let waiting = backlog(at: time)
    guard waiting > 0 else { return 0 }
    let wanted = cumulativeCapacity(at: time) + waiting
    if wanted > capacityAtHorizon {
      guard finalCapacity > 0 else { return .infinity }
      return horizon + (wanted - capacityAtHorizon) / finalCapacity - time
    }
    for piece in pieces where piece.cumulativeCapacity(at: piece.end) >= wanted {
      let missing = wanted - piece.capacityBefore
      let x = FluidBacklog.firstZero(-missing, piece.capacity, piece.capacitySlope) ?? 0
      return max(0, piece.start + x - time)
    }
    return max(0, horizon - time)
  }

  private func cumulativeCapacity(at time: Double) -> Double {
    guard time < horizon else { return capacityAtHorizon + finalCapacity * (time - horizon) }
    return pieces.first { time < $0.end }?.cumulativeCapacity(at: time) ?? capacityAtHorizon
  }

  /// Times at which the wait may change its course: ends of pieces, and arrivals that leave at such an end.
  private func breakpoints() -> [Double] {
    var points = Set([0, horizon])
    for piece in pieces { points.insert(piece.end) }
    for end in pieces.map(\.end) {
      // Arrivals that leave at `end`: their time plus wait is that end; both ascend, so bisect.
      var low = 0.0
      var high = end
      for _ in 0..<100 {
        let middle = (low + high) / 2
        if middle + wait(at: middle) < end { low = middle } else { high = middle }
      }
      points.insert(high)
    }
    return points.sorted()
  }

  /// Longest wait of work that arrives up to the end of the last phase.
  ///
  /// Exact for constant rates; within 1e-6 where rates rise or fall.
  public var longestWait: Double {
    let points = breakpoints()
    var longest = points.reduce(0) { max($0, wait(at: $1)) }
    guard longest.isFinite else { return longest }
    for (low, high) in zip(points, points.dropFirst()) {
      // Arrivals just before a jump of the rates see the limit from the left.
      longest = max(longest, wait(at: high.nextDown))
      var best = (low, high)
      for _ in 0..<80 {
        let a = best.0 + (best.1 - best.0) / 3
        let b = best.1 - (best.1 - best.0) / 3
        if wait(at: a) < wait(at: b) { best.0 = a } else { best.1 = b }
      }
      longest = max(longest, wait(at: (best.0 + best.1) / 2))
    }
    return longest
  }

  /// Work that arrives up to the end of the last phase.
  public var arrivals: Double { pieces.reduce(0) { $0 + $1.arrivals() } }

  /// Mean wait of the work that arrives up to the end of the last phase, relative error 1e-9; 0 without
  /// arrivals.
  ///
  /// - Source: `gsl_integration_qag` between the breakpoints.
  public func meanWait() throws(QueueingError) -> Double {
    try weighted { wait(at: $0) }
  }

  /// Share of the work arriving up to the end of the last phase that waits no longer than `limit`, error
  /// 1e-4.
  public func share(within limit: Double) throws(QueueingError) -> Double {
    try Check.nonnegative(limit, "limit")
    guard arrivals > 0 else { return 1 }
    var within = 0.0
    let points = breakpoints()
    for (low, high) in zip(points, points.dropFirst()) where high > low {
      let cells = 20_000 / max(1, points.count)
      let step = (high - low) / Double(cells)
      for cell in 0..<cells {
        let time = low + (Double(cell) + 0.5) * step
        if wait(at: time) <= limit { within += arrivalRate(at: time) * step }
      }
    }
    return min(1, within / arrivals)
  }

  private func arrivalRate(at time: Double) -> Double {
    guard let piece = pieces.first(where: { time < $0.end }) else { return finalArrivalRate }
    return piece.rate + piece.rateSlope * (time - piece.start)
  }

  private func weighted(_ value: (Double) -> Double) throws(QueueingError) -> Double {
    let total = arrivals
    guard total > 0 else { return 0 }
    var sum = 0.0
    let points = breakpoints()
    for (low, high) in zip(points, points.dropFirst()) where high > low {
      sum += try Numerics.integral(from: low, to: high, relativeError: 1e-10) {
        arrivalRate(at: $0) * value($0)
      }
    }
    return sum / total
  }
}

/// A token bucket under steady demand, as a fluid: provisioned capacity with a burst.
///
/// - Source: methods §7.9.
public struct TokenBucketFluid: Sendable, Equatable {
  /// Tokens per unit of time.
  public let refill: Double
  /// Most tokens kept; the bucket starts full.
  public let burst: Double
  /// Tokens wanted per unit of time.
  public let demand: Double

  public init(refill: Double, burst: Double, demand: Double) throws(QueueingError) {
    try Check.nonnegative(refill, "refill rate")
    try Check.nonnegative(burst, "burst")
    try Check.nonnegative(demand, "demand")
    self.refill = refill
    self.burst = burst
    self.demand = demand
  }

  /// Time until demand is throttled, b/(d − r); infinite when it never is.
  public var throttlingStart: Double { demand > refill ? burst / (demand - refill) : .infinity }

  /// Demand granted in the first `horizon` units of time.
  public func admitted(within horizon: Double) -> Double {
    min(demand * horizon, horizon <= throttlingStart ? .infinity : burst + refill * horizon)
  }
}

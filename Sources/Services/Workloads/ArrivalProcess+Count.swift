import Kernel

extension ArrivalProcess {
  /// Most messages of a workload in one run. [messages]
  ///
  /// Ids name messages by nine digits, and positions are kept in 32 bits.
  package static let messagesMax = 1_000_000_000

  /// Messages that the process emits within a time; the mean where that is random. [messages]
  ///
  /// - Parameters:
  ///   - duration: How long it emits. [s]
  ///   - startEpochMinutes: Begin of the scenario, for schedules. [min since 1970]
  package func count(within duration: Double, startEpochMinutes: Int64) -> Double {
    switch self {
    case .constant(let rate): return rate * duration
    case .poisson(let knots): return knots.pieces(until: duration).reduce(0) { $0 + $1.count }
    case .mmpp(let states):
      let stay = states.reduce(0) { $0 + $1.stay }
      return stay > 0 ? states.reduce(0) { $0 + $1.rate * ($1.stay / stay) } * duration : 0
    case .backlog(let count, let sendRate): return sendRate == 0 ? 0 : Double(count)
    case .trace(let rows, let cycle):
      guard let cycle, cycle > .zero else { return Double(rows.count) }
      return Double(rows.count) * max(1, (duration / cycle.seconds).rounded(.up))
    case .counts(let profile): return profile.count(within: duration)
    case .schedule(let expression, let count):
      let clock = ScheduleClock(expression, startEpochMinutes: startEpochMinutes)
      return Double(count) * clock.firings(within: duration)
    }
  }
}

extension CountProfile {
  fileprivate func count(within duration: Double) -> Double {
    let length = period.seconds
    let left = max(0, duration - start.seconds)
    let cycle = length * Double(counts.count)
    let repeats = isCyclic && cycle > 0 ? (left / cycle).rounded(.down) : 0
    let rest = left - repeats * cycle
    var (whole, partial) = (0.0, 0.0)
    for (index, count) in counts.enumerated() {
      whole += Double(count)
      if Double(index) * length < rest { partial += Double(count) }
    }
    return repeats * whole + partial
  }
}

extension ScheduleClock {
  /// Firings looked up one by one; more are told by how often those came.
  private static let firingsMax = 10_000

  fileprivate func firings(within duration: Double) -> Double {
    var (count, last) = (0, -1)
    while count < Self.firingsMax {
      guard let due = next(afterMinute: last), Double(due) * 60 < duration else { return Double(count) }
      (count, last) = (count + 1, due)
    }
    return Double(count) * max(1, duration / (Double(last + 1) * 60))
  }
}

/// A piece of a rate that is a straight line.
package struct RatePiece: Sendable, Hashable {
  /// [s since start]
  package var start: Double
  package var end: Double
  /// [1/s]
  package var startRate: Double
  package var endRate: Double
  /// [messages]
  package var count: Double { (startRate + endRate) / 2 * (end - start) }

  package init(start: Double, end: Double, startRate: Double, endRate: Double) {
    self.start = start
    self.end = end
    self.startRate = startRate
    self.endRate = endRate
  }
}

extension [RateKnot] {
  /// The straight lines between the knots, the last rate going on to the end. In order of time, none of length zero.
  ///
  /// - Parameter end: Where the last piece is cut. [s]
  package func pieces(until end: Double) -> [RatePiece] {
    indices.compactMap { position in
      let knot = self[position]
      let next = position + 1 < count ? self[position + 1] : RateKnot(time: end, rate: knot.rate)
      let cut = Swift.min(end, next.time)
      guard cut > knot.time else { return nil }
      let share = (cut - knot.time) / (next.time - knot.time)
      return RatePiece(
        start: knot.time, end: cut, startRate: knot.rate,
        endRate: knot.rate + (next.rate - knot.rate) * share)
    }
  }
}

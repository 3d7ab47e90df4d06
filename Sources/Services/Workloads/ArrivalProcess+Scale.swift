extension ArrivalProcess {
  /// The process with all its rates multiplied, on the same random draws; nil for what has no rate.
  ///
  /// A schedule sends more messages each time, rounded, and goes on at its times.
  /// Source: methods §2 (t = E/λ), §9.1.
  package func scaled(by factor: Double) -> ArrivalProcess? {
    switch self {
    case .constant(let rate): .constant(rate: rate * factor)
    case .poisson(let knots): .poisson(knots.map { RateKnot(time: $0.time, rate: $0.rate * factor) })
    case .mmpp(let states): .mmpp(states.map { ($0.rate * factor, $0.stay) })
    case .backlog(let count, let rate?): .backlog(count: count, sendRate: rate * factor)
    case .schedule(let expression, let count):
      .schedule(expression, count: Int((Double(count) * factor).rounded()))
    case .backlog(_, nil), .trace, .counts: nil
    }
  }

  /// The highest rate of the process, up to an instant, and whether it keeps that rate all the time; nil for what has
  /// no rate. [1/s]
  package func peakRate(until end: Double) -> (rate: Double, isSteady: Bool)? {
    switch self {
    case .constant(let rate): return (rate, true)
    case .poisson(let knots):
      let known = knots.filter { $0.time <= end }
      guard let peak = known.map(\.rate).max() else { return nil }
      return (peak, known.allSatisfy { $0.rate == peak })
    case .mmpp(let states):
      // The long-run mean: states take turns, weighted by their stay.
      let stay = states.reduce(0) { $0 + $1.stay }
      guard stay > 0 else { return nil }
      return (states.reduce(0) { $0 + $1.rate * $1.stay } / stay, true)
    case .backlog(_, let rate?): return (rate, false)
    case .backlog(_, nil), .trace, .counts, .schedule: return nil
    }
  }
}

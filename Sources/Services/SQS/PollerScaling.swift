package import Kernel

/// How many batches of a queue an event source mapping handles at a time.
///
/// Grows steadily while messages wait, halves with every failed invocation, shrinks by a tenth a minute while receives
/// come back empty; never below where it starts. `X` rules beyond start, growth and cap. Source: fact sheet §3.1, §3.3.
package struct PollerScaling: Sendable {
  package enum Trend: Sendable, Hashable { case growing, steady, shrinking }

  private let start: Double
  private let maximum: Double
  /// [batches/s]
  private let growth: Double
  private var concurrency: Double
  private var trend = Trend.steady
  private var since = SimTime.zero
  /// ∫ concurrency dt, for the price of provisioned pollers. [batches·s]
  private var integral = 0.0

  private static let sharePerMinute = 0.9

  /// - Parameters:
  ///   - start: Batches at a time from the beginning.
  ///   - growthPerMinute: [batches/min]
  package init(start: Double, growthPerMinute: Double, maximum: Double) {
    self.start = min(start, maximum)
    self.maximum = maximum
    growth = growthPerMinute / 60
    concurrency = self.start
  }

  /// Whole batches at a time now.
  ///
  /// A millionth is added before rounding down: at the instant for which a batch more was promised it is there.
  package mutating func limit(at now: SimTime) -> Int {
    advance(to: now)
    return Int(concurrency + 1e-6)
  }

  /// What happens from now on.
  package mutating func follow(_ trend: Trend, at now: SimTime) {
    guard trend != self.trend else { return }
    advance(to: now)
    integral += concurrency * (now - since).seconds
    self.trend = trend
    since = now
  }

  /// An invocation failed.
  package mutating func invocationFailed(at now: SimTime) {
    advance(to: now)
    concurrency = max(start, concurrency / 2)
  }

  /// When the limit will have grown to a number of batches; nil when it never does.
  package mutating func time(ofReaching batches: Int, from now: SimTime) -> SimTime? {
    advance(to: now)
    guard trend == .growing, Double(batches) <= maximum, growth > 0 else { return nil }
    return now + SimDuration(seconds: max(0, Double(batches) - concurrency) / growth)
  }

  /// ∫ concurrency dt until now. [batches·s]
  package mutating func concurrencySeconds(until now: SimTime) -> Double {
    advance(to: now)
    return integral + concurrency * (now - since).seconds
  }

  private mutating func advance(to now: SimTime) {
    switch trend {
    case .growing:
      let grown = min(maximum, concurrency + growth * (now - since).seconds)
      integral += (concurrency + grown) / 2 * (now - since).seconds
      concurrency = grown
      since = now
    case .steady:
      integral += concurrency * (now - since).seconds
      since = now
    case .shrinking:
      // By whole minutes: what is left of the last one counts next time.
      while now - since >= .minutes(1), concurrency > start {
        integral += concurrency * 60
        concurrency = max(start, concurrency * Self.sharePerMinute)
        since = since + .minutes(1)
      }
      if concurrency <= start {
        integral += concurrency * (now - since).seconds
        since = now
      }
    }
  }
}

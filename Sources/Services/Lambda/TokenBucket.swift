package import Kernel

/// A token bucket that never drifts: levels are exact integers, and time adds exactly rate × elapsed.
///
/// ```swift
/// var bucket = TokenBucket(ratePerSecond: 100, capacity: 1000)
/// bucket.take(1000, now: .zero)                            // true
/// bucket.timeUntil(1000, now: .zero)                       // 10 s
/// ```
package struct TokenBucket: Sendable, Hashable {
  /// Tokens in the bucket. [tokens × 10⁻⁹ / period in ns] -- state, negative while in debt, at most `full`.
  ///
  /// The unit makes every refill an integer: rate [10⁻⁹ tokens per period] × elapsed [ns]. 10⁷ tokens of a
  /// one-minute period are 6·10²⁶ units, far below the 1.7·10³⁸ of an Int128.
  private var level: Int128
  private let full: Int128
  /// [tokens × 10⁻⁹ per period]
  private let rate: Int64
  /// [ns]
  private let period: Int64
  /// Instant up to which the refill is in `level`.
  private var updated: SimTime

  /// - Parameters:
  ///   - initial: Tokens at the start; full when nil.
  ///   - start: When the bucket is set up.
  package init(ratePerSecond: Double, capacity: Double, initial: Double? = nil, at start: SimTime = .zero) {
    self.init(rate: ratePerSecond, per: .seconds(1), capacity: capacity, initial: initial, at: start)
  }

  /// A rate per some other time, exact where the rate per second has no finite decimal fraction (500 per
  /// minute).
  package init(
    rate: Double, per period: SimDuration, capacity: Double, initial: Double? = nil, at start: SimTime = .zero
  ) {
    precondition(rate >= 0 && capacity >= 0 && period > .zero, "a bucket has a rate, a period and a capacity")
    self.rate = Self.scaled(min(rate, Self.most))
    self.period = period.nanoseconds
    full = Int128(Self.scaled(min(capacity, Self.most))) * Int128(period.nanoseconds)
    level = initial.map { Int128(Self.scaled(min($0, Self.most))) * Int128(period.nanoseconds) } ?? full
    level = min(level, full)
    updated = start
  }

  /// Takes n tokens when they are there, nothing otherwise.
  package mutating func take(_ n: Double, now: SimTime) -> Bool {
    refill(now)
    let cost = self.cost(n)
    guard level >= cost else { return false }
    level -= cost
    return true
  }

  /// Whether `take`, or with more than the capacity `takeOrBorrow`, would succeed now.
  package mutating func canTake(_ n: Double, now: SimTime) -> Bool {
    refill(now)
    return level >= min(cost(n), full)
  }

  /// Takes n tokens as `take` does; more than the bucket can hold are taken from a full bucket, which then
  /// owes the rest.
  ///
  /// Without this, a record larger than one second of a shard's rate could never be written.
  package mutating func takeOrBorrow(_ n: Double, now: SimTime) -> Bool {
    guard canTake(n, now: now) else { return false }
    level -= cost(n)
    return true
  }

  /// Tokens now, for decisions of callers and for reports; negative while in debt.
  package mutating func available(now: SimTime) -> Double {
    refill(now)
    return Double(level) / (1e9 * Double(period))
  }

  /// How long until n tokens are there if nobody takes any; nil when they never will be.
  package mutating func timeUntil(_ n: Double, now: SimTime) -> SimDuration? {
    refill(now)
    let missing = cost(n) - level
    if missing <= 0 { return .zero }
    guard cost(n) <= full, rate > 0 else { return nil }
    return SimDuration(nanoseconds: Int64((missing + Int128(rate) - 1) / Int128(rate)))
  }

  private mutating func refill(_ now: SimTime) {
    precondition(now >= updated, "a bucket cannot go back in time")
    if now == updated { return }
    let elapsed = (now - updated).nanoseconds
    updated = now
    if level < full { level = min(full, level + Int128(rate) * Int128(elapsed)) }
  }

  private func cost(_ n: Double) -> Int128 { Int128(Self.scaled(n)) * Int128(period) }

  /// As much as the fixed point holds; more than any simulation asks for, so that more means no limit.
  private static let most = 9e9

  /// Rounds to the nearest 10⁻⁹ token by truncation, which is an instruction where `rounded` is a call.
  private static func scaled(_ tokens: Double) -> Int64 { Int64(tokens * 1e9 + (tokens < 0 ? -0.5 : 0.5)) }
}

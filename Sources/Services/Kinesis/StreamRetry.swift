package import Kernel

/// Pauses of an event source mapping between two attempts on the same shard.
///
/// All results are pure functions of the failure's number and a uniform draw; resetting the number on success
/// is the caller's business. Source: fact sheet §1.5, §2.3.
package enum StreamRetry {
  /// The pause after the k-th failed attempt in a row: min(cap, base·2^(k−1)), ± jitter.
  ///
  /// - Parameters:
  ///   - k: Consecutive failures on this shard, from 1.
  ///   - jitter: Largest relative deviation, 0...1.
  ///   - u: Uniform draw, 0..<1.
  package static func delay(
    failure k: Int, base: SimDuration, cap: SimDuration, jitter: Double, u: Double
  ) -> SimDuration {
    doubled(base, times: k - 1, cap: cap).scaled(by: 1 + jitter * (2 * u - 1))
  }

  /// The pause of a poller after its k-th throttled read in a row: min(cap, base·2^(k−1)) · U(1/2, 1).
  ///
  /// - Parameter word: Uniform draw in 2⁻³².
  @inline(__always)
  package static func readThrottleDelay(
    failure k: Int, base: SimDuration, cap: SimDuration, word: UInt32
  ) -> SimDuration {
    let longest = doubled(base, times: k - 1, cap: cap).nanoseconds
    let drawn = (UInt64(word) << 32).multipliedFullWidth(by: UInt64(longest - longest / 2)).high
    return SimDuration(nanoseconds: longest / 2 + Int64(drawn))
  }

  /// base·2^n, at most `cap`, without overflow for any n.
  static func doubled(_ base: SimDuration, times n: Int, cap: SimDuration) -> SimDuration {
    precondition(n >= 0, "failures are numbered from 1")
    guard n < 62, base.nanoseconds <= cap.nanoseconds >> Int64(n) else { return cap }
    return SimDuration(nanoseconds: base.nanoseconds << Int64(n))
  }
}

extension SimDuration {
  /// A drawn share of a span, rounded once to the nearest nanosecond.
  func scaled(by factor: Double) -> SimDuration { SimDuration(nearest: Double(nanoseconds) * factor) }

  /// Rounds to the nearest nanosecond, ties away from zero, as `init(seconds:)` does.
  ///
  /// By truncation and an exact remainder, which are instructions where the library's rounding is a call; at twenty
  /// million polls a second that call is a seventh of the time.
  @inline(__always)
  init(nearest nanoseconds: Double) {
    let whole = Int64(nanoseconds)
    let rest = nanoseconds - Double(whole)
    self.init(nanoseconds: whole + (rest >= 0.5 ? 1 : 0) - (rest <= -0.5 ? 1 : 0))
  }
}

package import Kernel

/// Decides which GetRecords calls a shard answers; all polling consumers of the shard share it.
///
/// Two rules, in this order: at most `callsPerSecond` admitted calls in any sliding second, and no call
/// before the bytes of earlier replies are paid off at `bytesPerSecond`. Throttled calls do not count.
/// Source: fact sheet §1.4.
package struct ShardReadAdmission: Sendable, Hashable {
  /// Instants of the last admitted calls, a ring. [ns], oldest at `oldest`
  private var calls: [Int64]
  private var oldest = 0
  /// No call is admitted before this instant: the debt of earlier replies.
  package private(set) var blockedUntil = SimTime.zero
  /// [bytes/s]
  private let bytesPerSecond: Int64

  package init(callsPerSecond: Int, bytesPerSecond: Int) {
    precondition(callsPerSecond > 0 && bytesPerSecond > 0, "a shard can be read")
    calls = Array(repeating: .min, count: callsPerSecond)
    self.bytesPerSecond = Int64(bytesPerSecond)
  }

  package init(limits: Limits) {
    self.init(
      callsPerSecond: Int(limits.required(.kinesisReadCallsPerSecond)),
      bytesPerSecond: Int(limits.required(.kinesisReadBytesPerSecond)))
  }

  /// Counts a call that the shard answers; false is `ProvisionedThroughputExceededException`.
  ///
  /// The window is open at its far end: a call exactly one second after the first of five is admitted, so
  /// that five readers at one call a second each fit.
  package mutating func admit(now: SimTime) -> Bool {
    let instant = now.nanoseconds
    guard calls[oldest] <= instant - 1_000_000_000, now >= blockedUntil else { return false }
    calls[oldest] = instant
    oldest += 1
    if oldest == calls.count { oldest = 0 }
    return true
  }

  /// Charges the bytes of a reply, rounded up to a nanosecond: 10 MiB at 2 MiB/s block the shard for exactly
  /// 5 s.
  package mutating func served(bytes: Int, now: SimTime) {
    guard bytes > 0 else { return }
    let cost = (Int64(bytes) * 1_000_000_000 + bytesPerSecond - 1) / bytesPerSecond
    blockedUntil = max(now, blockedUntil) + SimDuration(nanoseconds: cost)
  }

  /// The first instant at which a call would be admitted if nobody else called before.
  package var nextAdmission: SimTime {
    guard calls[oldest] != .min else { return blockedUntil }
    return max(blockedUntil, SimTime(nanoseconds: calls[oldest] + 1_000_000_000))
  }
}

import Kernel

/// How many calls a partner takes in a time: a token bucket, or a count that starts anew at fixed instants.
///
/// A fixed window lets twice its count through across its end. Source: fact sheet §15.2.
enum CallRate: Sendable {
  case bucket(TokenBucket)
  case window(FixedWindow)

  struct FixedWindow: Sendable {
    let limit: Int
    let length: SimDuration
    /// Number of the window that `used` counts in.
    var index: Int64 = -1
    var used = 0
  }

  init(
    _ rate: (perSecond: Double, burst: Double), window: SimDuration?, level: Double? = nil,
    at now: SimTime = .zero
  ) {
    if let window {
      // A little above, so that 100 a minute are not 99 for a rounded rate.
      let limit = Int(rate.perSecond * window.seconds + 1e-6)
      self = .window(FixedWindow(limit: limit, length: window))
    } else {
      self = .bucket(
        TokenBucket(ratePerSecond: rate.perSecond, capacity: rate.burst, initial: level, at: now))
    }
  }

  mutating func admit(now: SimTime) -> Bool {
    switch self {
    case .bucket(var bucket):
      defer { self = .bucket(bucket) }
      return bucket.take(1, now: now)
    case .window(var window):
      let index = now.nanoseconds / window.length.nanoseconds
      if index != window.index { (window.index, window.used) = (index, 0) }
      let isAdmitted = window.used < window.limit
      if isAdmitted { window.used += 1 }
      self = .window(window)
      return isAdmitted
    }
  }

  /// Tokens of a bucket now; nil for windows.
  mutating func level(now: SimTime) -> Double? {
    guard case .bucket(var bucket) = self else { return nil }
    defer { self = .bucket(bucket) }
    return bucket.available(now: now)
  }
}

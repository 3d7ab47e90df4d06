package import Kernel

/// How fast new environments may start.
///
/// Before November 2023 all functions of a region share one pool: a burst at once, then so many more a
/// minute. Since then every function has a bucket of its own. Both are token buckets that refill whether or
/// not environments end, never beyond the burst: after a burst the region's pool of 3,000 is whole again when
/// no environment has started for six minutes. AWS states the burst and the growth but not how the pool
/// recovers, so the refill is an assumption. The account's concurrency limit is a check of its own. Source:
/// fact sheet §4.3.
package struct ScalingRate: Sendable, Hashable {
  package enum Scope: Sendable, Hashable {
    /// One for the whole system.
    case region
    /// One for every function.
    case function
  }
  package let scope: Scope
  private var bucket: TokenBucket

  /// The pool of a region. [environments], [environments/min]
  package init(regionBurst: Double, perMinute: Double) {
    scope = .region
    bucket = TokenBucket(rate: perMinute, per: .minutes(1), capacity: regionBurst)
  }

  /// The bucket of a function. [environments], [environments/s]
  package init(functionBurst: Double, perSecond: Double) {
    scope = .function
    bucket = TokenBucket(ratePerSecond: perSecond, capacity: functionBurst)
  }

  /// The rule of the era: per function where the preset has its burst, else the region's.
  package init(limits: Limits) {
    if let burst = limits[.lambdaFunctionBurst] {
      self.init(functionBurst: burst, perSecond: limits.required(.lambdaFunctionBurstPerSecond))
    } else {
      self.init(
        regionBurst: limits.required(.lambdaRegionBurst),
        perMinute: limits.required(.lambdaRegionBurstPerMinute))
    }
  }

  /// Whether a new environment may start now; false is a throttle.
  package mutating func takeEnvironment(now: SimTime) -> Bool { bucket.take(1, now: now) }

  /// New environments that could start at once.
  package mutating func available(now: SimTime) -> Double { bucket.available(now: now) }
}

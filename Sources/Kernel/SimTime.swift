/// An instant of virtual time.
///
/// Zero is the start of the scenario. Arithmetic traps on overflow: 292 years fit, so an overflow is a bug.
///
/// Usable from inline: `@inlinable package` members are inlined into other modules only when their type is,
/// too.
@usableFromInline
package struct SimTime: Hashable, Comparable, Sendable {
  /// Time since the start of the scenario. [ns]
  @usableFromInline package let nanoseconds: Int64

  @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  @inlinable package static var zero: SimTime { SimTime(nanoseconds: 0) }
  /// Later than every instant a run can reach.
  @inlinable package static var distantFuture: SimTime { SimTime(nanoseconds: .max) }

  @inlinable package static func == (a: SimTime, b: SimTime) -> Bool { a.nanoseconds == b.nanoseconds }
  @inlinable package static func < (a: SimTime, b: SimTime) -> Bool { a.nanoseconds < b.nanoseconds }
  @inlinable package static func + (a: SimTime, b: SimDuration) -> SimTime {
    SimTime(nanoseconds: a.nanoseconds + b.nanoseconds)
  }
  @inlinable package static func - (a: SimTime, b: SimDuration) -> SimTime {
    SimTime(nanoseconds: a.nanoseconds - b.nanoseconds)
  }
  @inlinable package static func - (a: SimTime, b: SimTime) -> SimDuration {
    SimDuration(nanoseconds: a.nanoseconds - b.nanoseconds)
  }

  /// The number of whole minutes since the start: CloudWatch's period stamp.
  @inlinable package var minute: Int { Int(nanoseconds / 60_000_000_000) }
  /// Seconds since the start, for estimates and reports only; never for arithmetic on instants.
  @inlinable package var seconds: Double { Double(nanoseconds) / 1e9 }
}

/// A span of virtual time, negative spans included.
@usableFromInline
package struct SimDuration: Hashable, Comparable, Sendable {
  /// [ns]
  @usableFromInline package let nanoseconds: Int64

  @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  @inlinable package static var zero: SimDuration { SimDuration(nanoseconds: 0) }
  @inlinable package static func milliseconds(_ n: Int64) -> SimDuration { .init(nanoseconds: n * 1_000_000) }
  @inlinable package static func seconds(_ n: Int64) -> SimDuration { .init(nanoseconds: n * 1_000_000_000) }
  @inlinable package static func minutes(_ n: Int64) -> SimDuration { .seconds(n * 60) }
  @inlinable package static func hours(_ n: Int64) -> SimDuration { .seconds(n * 3600) }

  /// Rounds a number of seconds to the nearest nanosecond, ties away from zero.
  ///
  /// The one place where a draw or a literal becomes time. No more than a century, so that an extreme draw of a heavy tail
  /// ends after every run instead of beyond the range of time; traps below −292 years and for NaN.
  @inlinable package init(seconds: Double) {
    self.init(nanoseconds: Int64((min(seconds, 3.15576e9) * 1e9).rounded(.toNearestOrAwayFromZero)))
  }

  @inlinable package static func == (a: SimDuration, b: SimDuration) -> Bool {
    a.nanoseconds == b.nanoseconds
  }
  @inlinable package static func < (a: SimDuration, b: SimDuration) -> Bool { a.nanoseconds < b.nanoseconds }
  @inlinable package static func + (a: SimDuration, b: SimDuration) -> SimDuration {
    SimDuration(nanoseconds: a.nanoseconds + b.nanoseconds)
  }
  @inlinable package static func - (a: SimDuration, b: SimDuration) -> SimDuration {
    SimDuration(nanoseconds: a.nanoseconds - b.nanoseconds)
  }
  @inlinable package static func * (a: SimDuration, n: Int64) -> SimDuration {
    SimDuration(nanoseconds: a.nanoseconds * n)
  }

  /// For estimates and reports only.
  @inlinable package var seconds: Double { Double(nanoseconds) / 1e9 }
}

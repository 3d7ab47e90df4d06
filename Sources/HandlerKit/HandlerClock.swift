/// The clock of an invocation.
///
/// Handlers read time and sleep through it and through nothing else: a simulation's clock is virtual, and a
/// clock of the machine (`Task.sleep`, `ContinuousClock`) would never advance with it.
public struct HandlerClock: Clock {
  public struct Instant: InstantProtocol, Sendable, Hashable {
    /// [ns since the clock's start]
    public let nanoseconds: Int64
    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public func advanced(by duration: Duration) -> Instant {
      Instant(nanoseconds: nanoseconds + duration.wholeNanoseconds)
    }
    public func duration(to other: Instant) -> Duration { .nanoseconds(other.nanoseconds - nanoseconds) }
    @inlinable public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
  }

  @usableFromInline let transport: any ServiceTransport
  @usableFromInline let origin: CallOrigin

  public var now: Instant { transport.now }
  public var minimumResolution: Duration { .nanoseconds(1) }

  /// Waits; costs no CPU time but keeps the function's environment busy.
  ///
  /// - Throws: `CancellationError` when the task is cancelled meanwhile.
  @inlinable public func sleep(for duration: Duration) async throws {
    _ = try await perform(.sleep(nanoseconds: max(0, duration.wholeNanoseconds)), for: origin, by: transport)
  }
  @inlinable public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
    try await sleep(for: now.duration(to: deadline))
  }
}

extension Duration {
  /// The duration cut to nanoseconds; traps outside ±292 years.
  public var wholeNanoseconds: Int64 {
    let parts = components
    return parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000
  }
}

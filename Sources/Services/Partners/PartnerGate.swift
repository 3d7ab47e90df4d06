package import Kernel

/// The door of a partner: admits calls up to its limits, answers the others, and suspends who calls too much.
///
/// Checks in this order: suspension, concurrency, rate. Only admitted calls are in flight; a call refused for
/// its concurrency takes no token. Source: fact sheet §15.1, §15.2, §15.5.
package struct PartnerGate: Sendable {
  package enum Decision: Sendable, Hashable {
    case admitted
    /// Refused by a limit: answers with this HTTP status after this long.
    case overLimit(status: Int, after: SimDuration)
    /// Refused because the caller is suspended.
    case suspended(status: Int, after: SimDuration)
  }

  package private(set) var spec: PartnerSpec
  private var rate: TokenBucket?
  /// How long a partner takes to refuse where its specification does not say. Source: assumption, the default
  /// reply.
  private let refusalTime: SimDuration

  package private(set) var inFlight = 0
  package private(set) var inFlightPeak = 0
  package private(set) var inFlightPeakAt = SimTime.zero
  /// ∫ inFlight dt up to `updated`. [calls·ns]
  private var integral: Int128 = 0
  private var updated = SimTime.zero

  /// Excess calls since the start or the end of the last suspension.
  private var violations = 0
  private var suspendedUntil: SimTime?
  /// Times the caller was suspended.
  package private(set) var suspensions = 0

  package init(spec: PartnerSpec, refusalTime: SimDuration = .milliseconds(10)) {
    self.spec = spec
    self.refusalTime = refusalTime
    rate = spec.maxRate.map { TokenBucket(ratePerSecond: $0.perSecond, capacity: $0.burst) }
  }

  /// Judges a call; an admitted one must be ended by `callEnded`.
  package mutating func callArrived(now: SimTime) -> Decision {
    if let until = suspendedUntil {
      if now < until { return .suspended(status: 403, after: refusalTime) }
      suspendedUntil = nil
      violations = 0
    }
    guard spec.maxConcurrent.map({ inFlight < $0 }) ?? true, rate?.take(1, now: now) ?? true else {
      return excess(now)
    }
    advance(to: now)
    inFlight += 1
    if inFlight > inFlightPeak {
      inFlightPeak = inFlight
      inFlightPeakAt = now
    }
    return .admitted
  }

  package mutating func callEnded(now: SimTime) {
    precondition(inFlight > 0, "a call of '\(spec.name)' ended twice")
    advance(to: now)
    inFlight -= 1
  }

  /// Behaves as another specification from now on: the timeline changed the service.
  ///
  /// Calls in flight stay. The rate's bucket keeps its tokens up to the new burst; one that did not exist
  /// starts full. A suspension ends unless the new specification suspends too.
  package mutating func replace(_ spec: PartnerSpec, now: SimTime) {
    if let new = spec.maxRate {
      let level = rate?.available(now: now)
      rate = TokenBucket(ratePerSecond: new.perSecond, capacity: new.burst, initial: level, at: now)
    } else {
      rate = nil
    }
    if case .reply = spec.overLimit {
      suspendedUntil = nil
      violations = 0
    }
    self.spec = spec
  }

  package func isSuspended(now: SimTime) -> Bool { suspendedUntil.map { now < $0 } ?? false }

  /// ∫ inFlight dt from the start to now. [calls·s]
  package func inFlightIntegral(now: SimTime) -> Double {
    Double(integral + Int128(inFlight) * Int128((now - updated).nanoseconds)) / 1e9
  }

  private mutating func excess(_ now: SimTime) -> Decision {
    switch spec.overLimit {
    case .reply(let status, let after):
      return .overLimit(status: status, after: after)
    case .suspend(let duration, let tolerate):
      // With nothing tolerated the first excess call is itself the one that meets the suspension.
      let isFirst = violations >= tolerate
      violations += 1
      if violations >= tolerate {
        suspendedUntil = now + duration
        suspensions += 1
      }
      return isFirst
        ? .suspended(status: 403, after: refusalTime) : .overLimit(status: 429, after: refusalTime)
    }
  }

  private mutating func advance(to now: SimTime) {
    precondition(now >= updated, "a partner cannot go back in time")
    integral += Int128(inFlight) * Int128((now - updated).nanoseconds)
    updated = now
  }
}

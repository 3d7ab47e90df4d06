package import Kernel

/// The door of a partner: admits calls up to its limits, answers the others, and suspends who calls too much.
///
/// Checks in this order: suspension, concurrency, rate. A call is in flight from its arrival to its answer, admitted or
/// refused: the partner sees both. Its limit looks at admitted calls alone. A call refused for its concurrency takes
/// no token. Source: fact sheet §15.1, §15.2, §15.5.
package struct PartnerGate: Sendable {
  package enum Decision: Sendable, Hashable {
    case admitted
    /// Refused by a limit: answers with this HTTP status after this long.
    case overLimit(status: Int, after: SimDuration)
    /// Waits for a place; who waits this long is answered with the status.
    case waits(atMost: SimDuration, status: Int)
    /// Refused because the caller is suspended.
    case suspended(status: Int, after: SimDuration)
  }

  package private(set) var spec: PartnerSpec
  private var rate: CallRate?
  /// How long a partner takes to refuse where its specification does not say. Source: assumption, the default
  /// reply.
  private let refusalTime: SimDuration

  /// Calls that hold a place: they count against the limit.
  package private(set) var admitted = 0
  package private(set) var inFlightPeak = 0
  package private(set) var inFlightPeakAt = SimTime.zero
  /// Little's law over all calls, from arrival to answer.
  private(set) var load = LittleMeter()

  /// Excess calls since the start or the end of the last suspension.
  private var violations = 0
  private var suspendedUntil: SimTime?
  /// Times the caller was suspended.
  package private(set) var suspensions = 0
  /// When the first one began.
  package private(set) var suspendedAt: SimTime?

  package init(spec: PartnerSpec, refusalTime: SimDuration = .milliseconds(10)) {
    self.spec = spec
    self.refusalTime = refusalTime
    rate = spec.maxRate.map { CallRate($0, window: spec.rateWindow) }
  }

  /// Calls under way, admitted or about to be refused.
  package var inFlight: Int { load.inside }

  /// Judges a call, which must be ended by `callEnded` whatever the decision.
  package mutating func callArrived(now: SimTime) -> Decision {
    load.changed(by: 1, at: now)
    if load.inside > inFlightPeak {
      inFlightPeak = load.inside
      inFlightPeakAt = now
    }
    if let until = suspendedUntil {
      if now < until { return .suspended(status: 403, after: refusalTime) }
      suspendedUntil = nil
      violations = 0
    }
    guard hasPlace else {
      if case .queue(let wait, let status) = spec.overLimit { return .waits(atMost: wait, status: status) }
      return excess(now)
    }
    guard rate?.admit(now: now) ?? true else { return excess(now) }
    admitted += 1
    return .admitted
  }

  package var hasPlace: Bool { spec.maxConcurrent.map { admitted < $0 } ?? true }

  /// A call that has waited gets its place.
  package mutating func placeTaken() {
    precondition(hasPlace, "'\(spec.name)' has no place to give")
    admitted += 1
  }

  /// The partner has answered a call that arrived at `begun`.
  package mutating func callEnded(begun: SimTime, wasAdmitted: Bool, now: SimTime) {
    precondition(load.inside > 0, "a call of '\(spec.name)' ended twice")
    load.departed(after: now - begun, at: now)
    if wasAdmitted { admitted -= 1 }
  }

  /// Behaves as another specification from now on: the timeline changed the service.
  ///
  /// Calls in flight stay. The rate's bucket keeps its tokens up to the new burst; one that did not exist
  /// starts full. A suspension ends unless the new specification suspends too.
  package mutating func replace(_ spec: PartnerSpec, now: SimTime) {
    if let new = spec.maxRate {
      rate = CallRate(new, window: spec.rateWindow, level: rate?.level(now: now), at: now)
    } else {
      rate = nil
    }
    if case .suspend = spec.overLimit {
      // Goes on.
    } else {
      suspendedUntil = nil
      violations = 0
    }
    self.spec = spec
  }

  package func isSuspended(now: SimTime) -> Bool { suspendedUntil.map { now < $0 } ?? false }

  /// ∫ inFlight dt from the start to now. [calls·s]
  package func inFlightIntegral(now: SimTime) -> Double {
    var load = load
    load.advance(to: now)
    return load.numberIntegralSeconds
  }

  private mutating func excess(_ now: SimTime) -> Decision {
    switch spec.overLimit {
    // Only a rate can be exceeded behind a queue.
    case .queue: return .overLimit(status: 429, after: refusalTime)
    case .reply(let status, let after):
      return .overLimit(status: status, after: after)
    case .suspend(let duration, let tolerate):
      // With nothing tolerated the first excess call is itself the one that meets the suspension.
      let isFirst = violations >= tolerate
      violations += 1
      if violations >= tolerate {
        suspendedUntil = now + duration
        suspensions += 1
        suspendedAt = suspendedAt ?? now
      }
      return isFirst
        ? .suspended(status: 403, after: refusalTime) : .overLimit(status: 429, after: refusalTime)
    }
  }
}

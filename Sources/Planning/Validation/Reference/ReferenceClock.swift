import Kernel

/// The random numbers of one replication of a reference simulation.
struct ReferenceDraws: Sendable {
  /// What a number is for.
  enum Use: Int {
    case arrival, service, pause, change
  }
  private let draws: Draws

  init(seed: UInt64, replication: Int) { draws = Draws(seed: seed, replication: replication) }

  /// In [0, 1).
  ///
  /// - Parameters:
  ///   - number: Of the job, or whatever draws.
  ///   - attempt: Which try of the same thing, 0 ..< 2¹⁶.
  func uniform(_ use: Use, _ number: Int, attempt: Int = 0) -> Double {
    draws.uniform(.reference, entity: UInt64(number), attempt: attempt, index: use.rawValue)
  }

  func sample(_ law: Distribution, _ use: Use, _ number: Int, attempt: Int = 0) -> Double {
    law.sample(uniform(use, number, attempt: attempt))
  }
}

/// The present of a reference simulation and what is to happen, in whole nanoseconds like every simulation.
struct ReferenceClock<Kind: RawRepresentable>: ~Copyable where Kind.RawValue == UInt8 {
  private var events = EventQueue()
  private var present = SimTime.zero

  /// [s]
  var now: Double { (present - SimTime.zero).seconds }

  /// - Parameters:
  ///   - delay: From now. [s]
  ///   - number: Below 2⁵⁶: what the event is about.
  mutating func schedule(_ kind: Kind, _ number: Int = 0, after delay: Double) {
    events.schedule(
      at: present + SimDuration(seconds: delay), rank: .completion,
      payload: UInt64(number) << 8 | UInt64(kind.rawValue))
  }

  /// Goes on to the next event; nil when nothing is left before the end. [s]
  mutating func next(before end: Double) -> (kind: Kind, number: Int)? {
    guard let event = events.popNext(), event.time < .zero + SimDuration(seconds: end) else { return nil }
    present = event.time
    let kind = Kind(rawValue: UInt8(truncatingIfNeeded: event.payload))
    guard let kind else { preconditionFailure("an event of no kind") }
    return (kind, Int(event.payload >> 8))
  }
}

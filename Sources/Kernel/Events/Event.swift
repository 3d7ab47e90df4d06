/// The order of events at one instant, the first case first.
///
/// Source: design §3.1.
@usableFromInline
package enum EventRank: UInt8, Sendable, CaseIterable {
  case timer, refill, completion, arrival, poll, metric
}

/// One thing that happens at an instant: who it concerns is the payload's business.
@usableFromInline
package struct Event: Sendable, Hashable {
  @usableFromInline package let time: SimTime
  @usableFromInline package let rank: EventRank
  /// What the engine packed into the event; the queue never looks at it.
  @usableFromInline package let payload: UInt64

  @inlinable package init(time: SimTime, rank: EventRank, payload: UInt64) {
    self.time = time
    self.rank = rank
    self.payload = payload
  }
}

/// One pending event as the queue stores it, 24 bytes.
///
/// The key (time, order) is unique, so every correct queue pops in exactly the same order.
@usableFromInline
package struct EventEntry {
  /// [ns since scenario start], never negative.
  @usableFromInline package var time: Int64
  /// Rank in the top 4 bits, sequence number (or its permutation) in the other 60.
  @usableFromInline package var order: UInt64
  @usableFromInline package var payload: UInt64

  @inlinable package init(time: Int64, order: UInt64, payload: UInt64) {
    self.time = time
    self.order = order
    self.payload = payload
  }

  /// Later than every entry; no event has its rank.
  @inlinable package static var aboveAll: EventEntry { EventEntry(time: .max, order: .max, payload: 0) }

  @inlinable @inline(__always)
  package init(key: UInt128, payload: UInt64) {
    self.init(time: Int64(bitPattern: key._high), order: key._low, payload: payload)
  }

  /// Time and order as one number: times are never negative, so keys compare as entries do.
  @inlinable @inline(__always)
  package var key: UInt128 { UInt128(_low: order, _high: UInt64(bitPattern: time)) }

  /// Whether this entry happens before the other; one 128-bit comparison without a branch.
  @inlinable @inline(__always)
  package static func < (a: EventEntry, b: EventEntry) -> Bool { a.key < b.key }

  @inlinable package var event: Event {
    Event(
      time: SimTime(nanoseconds: time),
      // Sound: `order` is only ever built from a rank's raw value.
      rank: EventRank(rawValue: UInt8(truncatingIfNeeded: order >> 60)).unsafelyUnwrapped,
      payload: payload)
  }
}

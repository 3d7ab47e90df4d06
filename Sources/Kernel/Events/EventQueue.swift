/// The pending events, popped in the order (time, rank, sequence of scheduling).
///
/// A 4-ary heap while few events are pending, a quick heap beyond; which of the two, and when they change,
/// cannot be seen from outside, because every key is unique and so every correct queue pops in the same
/// order. Both were chosen by measurement: docs/benchmarks.md.
///
/// - Complexity: amortised O(log *n*) key comparisons an event; allocates only to grow.
@usableFromInline
package struct EventQueue: ~Copyable {
  @usableFromInline package var heap = EventHeap()
  @usableFromInline package var quickHeap = EventQuickHeap()
  /// Whether the events are in the quick heap. One of the two is empty at any time.
  @usableFromInline package var isLarge = false
  @usableFromInline package var nextSequence: UInt64 = 0
  /// The time of the last popped event. [ns]
  @usableFromInline package var lastPopped: Int64 = 0
  @usableFromInline package let tieSeed: UInt64?
  @usableFromInline package let heapMax: Int

  /// Makes an empty queue.
  ///
  /// - Parameters:
  ///   - tieSeed: Test mode: events of equal time and rank are permuted by this seed.
  ///   - heapMax: The number of events up to which the plain heap is kept; the two are equally fast near
  ///     4,000.
  package init(tieSeed: UInt64? = nil, heapMax: Int = 4096) {
    self.tieSeed = tieSeed
    self.heapMax = heapMax
  }

  deinit {
    heap.deallocate()
    quickHeap.deallocate()
  }

  /// The number of pending events.
  @inlinable package var count: Int { isLarge ? largeCount : heap.count }

  /// The time of the event that pops next; nil when the queue is empty.
  @inlinable package var nextTime: SimTime? {
    (isLarge ? largeEarliest : heap.earliest).map { SimTime(nanoseconds: Int64(bitPattern: $0._high)) }
  }

  /// Adds an event.
  ///
  /// - Parameter time: Not before the event popped last; the same instant is allowed.
  @inlinable package mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64) {
    precondition(time.nanoseconds >= lastPopped, "an event was scheduled before the present")
    var sequence = nextSequence
    nextSequence &+= 1
    if let tieSeed { sequence = permutedSequence(sequence, seed: tieSeed) }
    let entry = EventEntry(
      time: time.nanoseconds, order: UInt64(truncatingIfNeeded: rank.rawValue) << 60 | sequence,
      payload: payload)
    if !isLarge && heap.nodeCount <= heapMax {
      heap.insert(entry)
    } else {
      insertLarge(entry)
    }
  }

  /// Removes and returns the earliest event; nil when none is pending.
  @inlinable package mutating func popNext() -> Event? {
    guard let entry = isLarge ? popLarge() : heap.popFirst() else { return nil }
    lastPopped = entry.time
    return entry.event
  }

  /// Removes and returns the earliest event unless it lies after a given instant.
  @inlinable package mutating func popNext(notAfter end: SimTime) -> Event? {
    guard let next = nextTime, next <= end else { return nil }
    return popNext()
  }

  @usableFromInline package var largeCount: Int { quickHeap.count }
  @usableFromInline package var largeEarliest: UInt128? { quickHeap.earliest }

  @usableFromInline package mutating func insertLarge(_ entry: EventEntry) {
    if !isLarge {
      isLarge = true
      heap.removeAll { quickHeap.insert($0) }
    }
    quickHeap.insert(entry)
  }

  @usableFromInline package mutating func popLarge() -> EventEntry? {
    let entry = quickHeap.popFirst()
    // Far below the limit, so that a queue around it does not move to and fro.
    if quickHeap.count <= heapMax / 4 {
      isLarge = false
      quickHeap.removeAll { heap.append($0) }
    }
    return entry
  }
}

/// A fixed permutation of the 60-bit sequence numbers, another one for every seed.
///
/// Xor-shift and odd multiplication modulo 2⁶⁰ are each invertible, so no two events ever share a key.
@inlinable
package func permutedSequence(_ sequence: UInt64, seed: UInt64) -> UInt64 {
  let mask: UInt64 = (1 << 60) - 1
  var x = (sequence ^ seed) & mask
  x = (x &* 0x9E37_79B9_7F4A_7C15) & mask
  x ^= x >> 31
  x = (x &* 0xBF58_476D_1CE4_E5B9 &+ (seed >> 4)) & mask
  x ^= x >> 29
  x = (x &* 0x94D0_49BB_1331_11EB) & mask
  return x ^ (x >> 32)
}

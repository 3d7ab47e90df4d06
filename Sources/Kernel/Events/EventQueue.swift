/// The pending events, popped in the order (time, rank, sequence of scheduling).
///
/// A quick heap: the earliest few events stand sorted in a *front*; all others lie unsorted in *layers*, each
/// holding later events than the next one. Only when the front runs empty is the last layer partitioned
/// around a sampled pivot, again and again, until what is left fits the front. Memory is read and written in
/// streams, which is why a million pending events cost little more than a thousand.
///
///     layers[0]      layers[1]      …   front, sorted, last one first
///     ≥ limit[1]     ≥ limit[2]         < frontLimit
///
/// Every key is unique, so the order of popping does not depend on pivots, capacities or the history of the
/// layers.
///
/// - Complexity: amortised O(log *n*) key comparisons an event; allocates only to grow.
/// - Source: structure after Breitling, Groot Koerkamp, Williams, "SimdQuickHeap", arXiv 2604.25681 (2026),
///   and Navarro, Paredes, "On sorting, heaps, and minimum spanning trees", Algorithmica 57 (2010). Chosen by
///   measurement, see docs/benchmarks.md.
@usableFromInline
package struct EventQueue: ~Copyable {
  /// The earliest events in falling order, so that the next one is the last. Not empty unless the queue is.
  @usableFromInline package let front: UnsafeMutablePointer<EventEntry>
  @usableFromInline package var frontCount = 0
  /// The key below which a new event belongs in the front; above every key when there are no layers.
  @usableFromInline package var frontLimit = EventEntry.aboveAll
  @usableFromInline package var layers: EventLayers
  @usableFromInline package var nextSequence: UInt64 = 0
  /// The time of the last popped event. [ns]
  @usableFromInline package var lastPopped: Int64 = 0
  @usableFromInline package let tieSeed: UInt64?

  /// The most entries the front may hold.
  @inlinable package static var frontCapacity: Int { 32 }

  /// Makes an empty queue.
  ///
  /// - Parameter tieSeed: Test mode: events of equal time and rank are permuted by this seed.
  package init(tieSeed: UInt64? = nil) {
    self.tieSeed = tieSeed
    front = .allocate(capacity: EventQueue.frontCapacity)
    layers = EventLayers()
  }

  deinit {
    front.deallocate()
    layers.deallocate()
  }

  /// The number of pending events.
  @inlinable package var count: Int { frontCount &+ layers.count }

  /// The time of the event that pops next; nil when the queue is empty.
  @inlinable package var nextTime: SimTime? {
    frontCount == 0 ? nil : SimTime(nanoseconds: front[frontCount &- 1].time)
  }

  /// Adds an event.
  ///
  /// - Parameter time: Not before the event popped last; the same instant is allowed.
  @inlinable package mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64) {
    precondition(time.nanoseconds >= lastPopped, "an event was scheduled before the present")
    var sequence = nextSequence
    nextSequence &+= 1
    if let tieSeed { sequence = permutedSequence(sequence, seed: tieSeed) }
    insert(
      EventEntry(
        time: time.nanoseconds, order: UInt64(truncatingIfNeeded: rank.rawValue) << 60 | sequence,
        payload: payload))
  }

  @inlinable package mutating func insert(_ entry: EventEntry) {
    guard entry < frontLimit else {
      layers.append(entry)
      return
    }
    if frontCount == EventQueue.frontCapacity {
      splitFront()
      insert(entry)
      return
    }
    var hole = frontCount
    while hole > 0, front[hole &- 1] < entry {
      front[hole] = front[hole &- 1]
      hole &-= 1
    }
    front[hole] = entry
    frontCount &+= 1
  }

  /// Removes and returns the earliest event; nil when none is pending.
  @inlinable package mutating func popNext() -> Event? {
    guard frontCount > 0 else { return nil }
    frontCount &-= 1
    let entry = front[frontCount]
    lastPopped = entry.time
    if frontCount == 0 { refillFront() }
    return entry.event
  }

  /// Removes and returns the earliest event unless it lies after a given instant.
  @inlinable package mutating func popNext(notAfter end: SimTime) -> Event? {
    guard frontCount > 0, front[frontCount &- 1].time <= end.nanoseconds else { return nil }
    return popNext()
  }

  /// Moves the later half of a full front to the layers.
  @usableFromInline package mutating func splitFront() {
    let half = EventQueue.frontCapacity / 2
    frontLimit = front[half - 1]
    layers.takeBack(UnsafeBufferPointer(start: front, count: half))
    for i in 0 ..< half { front[i] = front[half + i] }
    frontCount = half
  }

  /// Fills the empty front from the last layer.
  @usableFromInline package mutating func refillFront() {
    frontLimit = layers.moveEarliest(to: front)
    frontCount = layers.lastMoved
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

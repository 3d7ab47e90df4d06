/// The pending events, popped in the order (time, rank, sequence of scheduling).
///
/// - Complexity: O(log *n*) to schedule and to pop; allocates only to grow.
package struct EventQueue: ~Copyable {
  package var heap: [EventEntry] = []
  package var nextSequence: UInt64 = 0
  package var lastPopped: Int64 = 0
  package let tieSeed: UInt64?

  /// Makes an empty queue.
  ///
  /// - Parameter tieSeed: Test mode: events of equal time and rank are permuted by this seed.
  package init(tieSeed: UInt64? = nil) { self.tieSeed = tieSeed }

  /// The number of pending events.
  @inlinable package var count: Int { heap.count }

  /// The time of the event that pops next; nil when the queue is empty.
  @inlinable package var nextTime: SimTime? {
    mutating get { heap.isEmpty ? nil : SimTime(nanoseconds: heap[0].time) }
  }

  @inlinable package mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64) {
    precondition(time.nanoseconds >= lastPopped, "an event was scheduled in the past")
    var sequence = nextSequence
    nextSequence += 1
    if let tieSeed { sequence = permutedSequence(sequence, seed: tieSeed) }
    let entry = EventEntry(
      time: time.nanoseconds, order: UInt64(rank.rawValue) << 60 | sequence, payload: payload)
    var hole = heap.count
    heap.append(entry)
    while hole > 0 {
      let parent = (hole - 1) >> 2
      guard entry < heap[parent] else { break }
      heap[hole] = heap[parent]
      hole = parent
    }
    heap[hole] = entry
  }

  /// Removes and returns the earliest event; nil when none is pending.
  @inlinable package mutating func popNext() -> Event? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    let count = heap.count
    if count > 0 {
      var hole = 0
      while true {
        let child = hole * 4 + 1
        guard child < count else { break }
        var best = child
        for other in child + 1 ..< Swift.max(child + 1, Swift.min(child + 4, count))
        where heap[other] < heap[best] { best = other }
        guard heap[best] < last else { break }
        heap[hole] = heap[best]
        hole = best
      }
      heap[hole] = last
    }
    lastPopped = first.time
    return first.event
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

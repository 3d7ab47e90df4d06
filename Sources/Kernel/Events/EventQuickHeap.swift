/// A quick heap of events: the store for many thousands of them.
///
/// The earliest few events stand sorted in a *front*; all others lie unsorted in *layers*, each holding later
/// events than the next one. Only when the front runs empty is the last layer partitioned around a sampled
/// pivot, again and again, until what is left fits the front. Memory is read and written in streams, which is
/// why a million pending events cost little more than a thousand.
///
///     layers[0]      layers[1]      …   front, sorted, last one first
///     ≥ limit[1]     ≥ limit[2]         < frontLimit
///
/// - Source: structure after Breitling, Groot Koerkamp, Williams, "SimdQuickHeap", arXiv 2604.25681 (2026),
///   and Navarro, Paredes, "On sorting, heaps, and minimum spanning trees", Algorithmica 57 (2010).
@usableFromInline
package struct EventQuickHeap {
  /// The earliest events in falling order, so that the next one is the last. Not empty unless the heap is.
  private let front: UnsafeMutablePointer<EventEntry>
  private var frontCount = 0
  /// The key below which a new event belongs in the front; above every key when there are no layers.
  private var frontLimit = EventEntry.aboveAll
  private(set) var layers: EventLayers

  /// The most entries the front may hold.
  private static let frontCapacity = 32

  init() {
    front = .allocate(capacity: EventQuickHeap.frontCapacity)
    layers = EventLayers()
  }

  func deallocate() {
    front.deallocate()
    layers.deallocate()
  }

  var count: Int { frontCount &+ layers.count }

  /// The earliest key; nil when the heap is empty.
  var earliest: UInt128? { frontCount == 0 ? nil : front[frontCount &- 1].key }

  mutating func insert(_ entry: EventEntry) {
    guard entry < frontLimit else {
      layers.append(entry)
      return
    }
    if frontCount == EventQuickHeap.frontCapacity {
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

  /// Removes and returns the earliest entry; nil when the heap is empty.
  mutating func popFirst() -> EventEntry? {
    guard frontCount > 0 else { return nil }
    frontCount &-= 1
    let entry = front[frontCount]
    if frontCount == 0 { refillFront() }
    return entry
  }

  /// Empties the heap, in no particular order.
  mutating func removeAll(_ take: (EventEntry) -> Void) {
    for i in 0..<frontCount { take(front[i]) }
    frontCount = 0
    frontLimit = .aboveAll
    layers.removeAll(take)
  }

  /// Moves the later half of a full front to the layers.
  private mutating func splitFront() {
    let half = EventQuickHeap.frontCapacity / 2
    frontLimit = front[half - 1]
    layers.takeBack(UnsafeBufferPointer(start: front, count: half))
    for i in 0..<half { front[i] = front[half + i] }
    frontCount = half
  }

  /// Fills the empty front from the last layer.
  private mutating func refillFront() {
    frontLimit = layers.moveEarliest(to: front)
    frontCount = layers.lastMoved
  }
}

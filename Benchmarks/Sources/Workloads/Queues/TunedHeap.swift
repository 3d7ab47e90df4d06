import Kernel

/// Candidate: a 4-ary heap tuned as the C++ baseline is.
///
/// Keys of 16 bytes, the four children of a node in one cache line, a choice among the children that needs no
/// branch, and a pop that leaves the root vacant for the next push.
struct TunedHeap: PendingEvents, ~Copyable {
  private typealias Key = UInt128

  /// Node i lies at slot i + 3, so that its children start at a multiple of 64 bytes.
  private var keys: UnsafeMutablePointer<Key>
  private var payloads: UnsafeMutablePointer<UInt64>
  private var count = 0
  private var capacity = 64
  private var isRootVacant = false
  private var nextSequence: UInt64 = 0

  init() {
    keys = TunedHeap.allocateKeys(capacity)
    payloads = .allocate(capacity: capacity)
  }

  deinit {
    UnsafeMutableRawPointer(keys - 3).deallocate()
    payloads.deallocate()
  }

  private static func allocateKeys(_ capacity: Int) -> UnsafeMutablePointer<Key> {
    let bytes = (capacity + 4) * MemoryLayout<Key>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    return raw.bindMemory(to: Key.self, capacity: capacity + 4) + 3
  }

  @inline(__always)
  mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64) {
    let order = UInt64(rank.rawValue) << 60 | nextSequence
    nextSequence &+= 1
    let key = Key(_low: order, _high: UInt64(bitPattern: time.nanoseconds))
    if isRootVacant {
      isRootVacant = false
      siftDown(key, payload)
      return
    }
    if count == capacity { grow() }
    var hole = count
    count &+= 1
    while hole > 0 {
      let parent = (hole &- 1) >> 2
      guard key < keys[parent] else { break }
      keys[hole] = keys[parent]
      payloads[hole] = payloads[parent]
      hole = parent
    }
    keys[hole] = key
    payloads[hole] = payload
  }

  @inline(__always)
  mutating func popNext() -> Event? {
    if isRootVacant {
      isRootVacant = false
      count &-= 1
      if count > 0 { siftDown(keys[count], payloads[count]) }
    }
    guard count > 0 else { return nil }
    isRootVacant = true
    let key = keys[0]
    return EventEntry(time: Int64(bitPattern: key._high), order: key._low, payload: payloads[0]).event
  }

  private mutating func siftDown(_ key: Key, _ payload: UInt64) {
    var hole = 0
    while true {
      let child = 4 &* hole &+ 1
      var best: Int
      if child &+ 3 < count {
        let a = child &+ (keys[child &+ 1] < keys[child] ? 1 : 0)
        let b = child &+ 2 &+ (keys[child &+ 3] < keys[child &+ 2] ? 1 : 0)
        best = keys[b] < keys[a] ? b : a
      } else {
        guard child < count else { break }
        best = child
        var other = child &+ 1
        while other < count {
          if keys[other] < keys[best] { best = other }
          other &+= 1
        }
      }
      guard keys[best] < key else { break }
      keys[hole] = keys[best]
      payloads[hole] = payloads[best]
      hole = best
    }
    keys[hole] = key
    payloads[hole] = payload
  }

  private mutating func grow() {
    let (oldKeys, oldPayloads) = (keys, payloads)
    capacity *= 2
    keys = TunedHeap.allocateKeys(capacity)
    payloads = .allocate(capacity: capacity)
    keys.update(from: oldKeys, count: count)
    payloads.update(from: oldPayloads, count: count)
    UnsafeMutableRawPointer(oldKeys - 3).deallocate()
    oldPayloads.deallocate()
  }
}

/// A 4-ary heap of events: the fastest store while a few thousand are pending.
///
/// Keys of 16 bytes stand apart from payloads, so that the four children of a node are one cache line; the
/// choice among them has no branch; and a pop leaves the root vacant, which the next insertion fills from the
/// top in one pass. Memory is owned by hand, as in `EventLayers.swift`: every index is below `nodeCount`,
/// which never exceeds the capacity.
@usableFromInline
package struct EventHeap {
  /// Node i lies at slot i + 3 of its allocation, so that its children 4i + 1 ... 4i + 4 start at 64 bytes.
  @usableFromInline package var keys: UnsafeMutablePointer<UInt128>
  @usableFromInline package var payloads: UnsafeMutablePointer<UInt64>
  /// Nodes in use, a vacant root included.
  @usableFromInline package var nodeCount = 0
  @usableFromInline package var isRootVacant = false
  private var capacity: Int

  init() {
    capacity = 64
    keys = EventHeap.allocateKeys(capacity)
    payloads = .allocate(capacity: capacity)
  }

  func deallocate() {
    UnsafeMutableRawPointer(keys - 3).deallocate()
    payloads.deallocate()
  }

  @inlinable package var count: Int { isRootVacant ? nodeCount &- 1 : nodeCount }

  /// The earliest key; nil when the heap is empty.
  @inlinable package var earliest: UInt128? {
    guard isRootVacant else { return nodeCount == 0 ? nil : keys[0] }
    guard nodeCount > 1 else { return nil }
    var least = keys[1]
    for i in 2..<Swift.max(2, Swift.min(5, nodeCount)) where keys[i] < least { least = keys[i] }
    return least
  }

  @inlinable @inline(__always)
  package mutating func insert(_ entry: EventEntry) {
    if isRootVacant {
      isRootVacant = false
      siftDown(entry.key, entry.payload)
    } else {
      append(entry)
    }
  }

  @usableFromInline package mutating func append(_ entry: EventEntry) {
    if nodeCount == capacity { grow() }
    let key = entry.key
    var hole = nodeCount
    nodeCount &+= 1
    while hole > 0 {
      let parent = (hole &- 1) >> 2
      guard key < keys[parent] else { break }
      keys[hole] = keys[parent]
      payloads[hole] = payloads[parent]
      hole = parent
    }
    keys[hole] = key
    payloads[hole] = entry.payload
  }

  /// Removes and returns the earliest entry; nil when the heap is empty.
  @inlinable @inline(__always)
  package mutating func popFirst() -> EventEntry? {
    if isRootVacant { fillRoot() }
    guard nodeCount > 0 else { return nil }
    isRootVacant = true
    return EventEntry(key: keys[0], payload: payloads[0])
  }

  /// Puts the last node into the vacant root.
  @usableFromInline package mutating func fillRoot() {
    isRootVacant = false
    nodeCount &-= 1
    if nodeCount > 0 { siftDown(keys[nodeCount], payloads[nodeCount]) }
  }

  @usableFromInline package func siftDown(_ key: UInt128, _ payload: UInt64) {
    var hole = 0
    while true {
      let child = 4 &* hole &+ 1
      var best: Int
      if child &+ 3 < nodeCount {
        let a = child &+ (keys[child &+ 1] < keys[child] ? 1 : 0)
        let b = child &+ 2 &+ (keys[child &+ 3] < keys[child &+ 2] ? 1 : 0)
        best = keys[b] < keys[a] ? b : a
      } else {
        guard child < nodeCount else { break }
        best = child
        var other = child &+ 1
        while other < nodeCount {
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

  /// Empties the heap, in no particular order.
  mutating func removeAll(_ take: (EventEntry) -> Void) {
    if isRootVacant { fillRoot() }
    for i in 0..<nodeCount { take(EventEntry(key: keys[i], payload: payloads[i])) }
    nodeCount = 0
  }

  private mutating func grow() {
    let (oldKeys, oldPayloads) = (keys, payloads)
    capacity *= 2
    keys = EventHeap.allocateKeys(capacity)
    payloads = .allocate(capacity: capacity)
    keys.update(from: oldKeys, count: nodeCount)
    payloads.update(from: oldPayloads, count: nodeCount)
    UnsafeMutableRawPointer(oldKeys - 3).deallocate()
    oldPayloads.deallocate()
  }

  private static func allocateKeys(_ capacity: Int) -> UnsafeMutablePointer<UInt128> {
    let bytes = (capacity + 4) * MemoryLayout<UInt128>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    return raw.bindMemory(to: UInt128.self, capacity: capacity + 4) + 3
  }
}

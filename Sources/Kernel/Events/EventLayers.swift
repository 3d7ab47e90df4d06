/// The unsorted layers of a quick heap: every layer holds later events than the one after it.
///
/// Layer i holds keys in limit[i + 1] ..< limit[i]; layer 0 has no upper limit, and what lies below the last
/// layer stands in the front. This file and `EventQuickHeap.swift` own their memory by hand: the buffers
/// are allocated and freed here alone, the queue cannot be copied, and every index below is bounded by a
/// count kept beside its buffer.
package struct EventLayers {
  /// One unsorted buffer.
  struct Layer {
    var entries: UnsafeMutablePointer<EventEntry>
    var count: Int
    var capacity: Int
  }

  /// Buffers beyond `depth` are empty and kept for reuse.
  let layers: UnsafeMutablePointer<Layer>
  /// Upper limits of the layers, shape (depth), falling; the first is above every key.
  let limitTimes: UnsafeMutablePointer<Int64>
  let limitOrders: UnsafeMutablePointer<UInt64>
  var depth = 0
  /// Entries in all layers.
  var count = 0
  /// How many entries the last refill moved to the front.
  var lastMoved = 0
  /// Picks the samples for pivots; fixed, and without influence on the order of popping.
  private var sampler: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Ones in the lanes before the index, shape (9).
  private let lanesBefore: UnsafeMutablePointer<SIMD8<UInt64>>
  /// Scratch for one vector, shape (8): lanes go in and out through memory, which is faster than one by one.
  private let lanes: UnsafeMutablePointer<UInt64>

  /// Layers halve in size, so that 2⁴⁰ events fit; a schedule that nests deeper is merged again.
  static let depthMax = 40
  /// A layer of at most this many entries moves to the front as a whole.
  static let wholeMax = 16

  init() {
    layers = .allocate(capacity: EventLayers.depthMax)
    layers.initialize(
      repeating: Layer(entries: .allocate(capacity: 0), count: 0, capacity: 0), count: EventLayers.depthMax)
    limitTimes = .allocate(capacity: EventLayers.depthMax)
    limitOrders = .allocate(capacity: EventLayers.depthMax)
    lanesBefore = .allocate(capacity: 9)
    lanes = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
      .bindMemory(to: UInt64.self, capacity: 8)
    lanes.initialize(repeating: 0, count: 8)
    for i in 0...8 {
      var ones = SIMD8<UInt64>(repeating: 0)
      for lane in 0..<i { ones[lane] = 1 }
      (lanesBefore + i).initialize(to: ones)
    }
  }

  func deallocate() {
    for i in 0..<EventLayers.depthMax where layers[i].capacity > 0 { layers[i].entries.deallocate() }
    layers.deallocate()
    limitTimes.deallocate()
    limitOrders.deallocate()
    lanesBefore.deallocate()
    UnsafeMutableRawPointer(lanes).deallocate()
  }

  /// Adds an entry that does not belong in the front.
  @inline(__always)
  mutating func append(_ entry: EventEntry) {
    var layer = 0
    var next = 1
    // Most new events are late ones: the search starts at the latest layer and mostly ends there.
    while next < depth, entry.time <= limitTimes[next] {
      if entry.time == limitTimes[next], entry.order >= limitOrders[next] { break }
      layer = next
      next &+= 1
    }
    append(entry, to: layer)
  }

  @inline(__always)
  mutating func append(_ entry: EventEntry, to layer: Int) {
    let position = layers[layer].count
    if position == layers[layer].capacity { grow(layer, toHold: position &+ 1) }
    layers[layer].entries[position] = entry
    layers[layer].count = position &+ 1
    count &+= 1
  }

  func grow(_ layer: Int, toHold needed: Int) {
    let old = layers[layer]
    guard needed > old.capacity else { return }
    let capacity = Swift.max(64, needed, old.capacity * 2)
    let entries = UnsafeMutablePointer<EventEntry>.allocate(capacity: capacity)
    if old.capacity > 0 {
      entries.update(from: old.entries, count: old.count)
      old.entries.deallocate()
    }
    layers[layer] = Layer(entries: entries, count: old.count, capacity: capacity)
  }

  /// Takes entries that are earlier than all in the layers.
  mutating func takeBack(_ entries: UnsafeBufferPointer<EventEntry>) {
    if depth == 0 { openLayer(limit: .aboveAll) }
    for entry in entries { append(entry, to: depth - 1) }
  }

  private mutating func openLayer(limit: EventEntry) {
    limitTimes[depth] = limit.time
    limitOrders[depth] = limit.order
    layers[depth].count = 0
    depth += 1
  }

  /// Moves the earliest entries to an empty front, in falling order, and tells what is now the front's limit.
  mutating func moveEarliest(to front: UnsafeMutablePointer<EventEntry>) -> EventEntry {
    while depth > 0, layers[depth - 1].count == 0 { depth -= 1 }
    guard depth > 0 else {
      lastMoved = 0
      return .aboveAll
    }
    while layers[depth - 1].count > EventLayers.wholeMax { partitionLast() }
    depth -= 1
    let layer = layers[depth]
    lastMoved = layer.count
    count -= layer.count
    layers[depth].count = 0
    sort(layer.entries, count: layer.count, to: front)
    return depth == 0
      ? .aboveAll : EventEntry(time: limitTimes[depth], order: limitOrders[depth], payload: 0)
  }

  /// Moves the earlier part of the last layer to a new one.
  private mutating func partitionLast() {
    if depth == EventLayers.depthMax { mergeAll() }
    let source = depth - 1
    let pivot = samplePivot(of: layers[source])
    openLayer(limit: pivot)
    let total = layers[source].count
    let entries = layers[source].entries
    if layers[depth - 1].capacity <= total {
      // Rarely: count before moving, so that the new buffer is no larger than it must be.
      var early = 0
      for i in 0..<total where entries[i] < pivot { early += 1 }
      grow(depth - 1, toHold: early + 1)
    }
    partition(entries, total, pivot, source)
  }

  /// Writes every entry to both sides and advances one of them: no branch to mispredict.
  private func partition(
    _ entries: UnsafeMutablePointer<EventEntry>, _ total: Int, _ pivot: EventEntry, _ source: Int
  ) {
    let earlier = layers[source + 1].entries
    var earlyCount = 0
    var lateCount = 0
    for i in 0..<total {
      let entry = entries[i]
      let isEarly = entry < pivot ? 1 : 0
      earlier[earlyCount] = entry
      entries[lateCount] = entry
      earlyCount &+= isEarly
      lateCount &+= 1 &- isEarly
    }
    layers[source + 1].count = earlyCount
    layers[source].count = lateCount
  }

  /// The median of some entries; never the earliest of the layer, so that a partition always moves something.
  private mutating func samplePivot(of layer: Layer) -> EventEntry {
    func sample() -> EventEntry {
      sampler ^= sampler << 13
      sampler ^= sampler >> 7
      sampler ^= sampler << 17
      let index = (sampler >> 32).multipliedFullWidth(by: UInt64(layer.count) << 32).high
      return layer.entries[Int(truncatingIfNeeded: index)]
    }
    var pivot = median(sample(), sample(), sample())
    if layer.count > 500 {
      pivot = median(pivot, median(sample(), sample(), sample()), median(sample(), sample(), sample()))
    }
    // Samples may coincide; the pivot must have something before it.
    var i = 0
    while i < layer.count, !(layer.entries[i] < pivot) { i += 1 }
    if i == layer.count { pivot = max(layer.entries[0], layer.entries[1]) }
    return pivot
  }

  private func max(_ a: EventEntry, _ b: EventEntry) -> EventEntry { a < b ? b : a }
  private func min(_ a: EventEntry, _ b: EventEntry) -> EventEntry { a < b ? a : b }
  private func median(_ a: EventEntry, _ b: EventEntry, _ c: EventEntry) -> EventEntry {
    max(min(a, b), min(max(a, b), c))
  }

  /// Sorts a few entries into falling order by counting, for each, those that come after it.
  ///
  /// Times are never negative, so the top bit of a difference tells which is earlier: no branch depends on a
  /// key, and eight counts advance at once. Equal times first keep the order of the buffer, then `order`
  /// decides.
  private func sort(
    _ entries: UnsafeMutablePointer<EventEntry>, count: Int, to sorted: UnsafeMutablePointer<EventEntry>
  ) {
    var start = 0
    while start < count {
      let end = Swift.min(start + 8, count)
      for i in start..<end { lanes[i - start] = UInt64(bitPattern: entries[i].time) }
      let times = UnsafeRawPointer(lanes).load(as: SIMD8<UInt64>.self)
      var laterCounts = SIMD8<UInt64>(repeating: 0)
      for j in 0..<start {
        let other = SIMD8<UInt64>(repeating: UInt64(bitPattern: entries[j].time))
        laterCounts &+= (times &- other) &>> 63
      }
      for j in start..<end {
        // Lanes before j count it when it is not earlier, the others when it is later.
        let other = SIMD8<UInt64>(repeating: UInt64(bitPattern: entries[j].time))
        laterCounts &+= (times &- other &- lanesBefore[j - start]) &>> 63
      }
      for j in end..<Swift.max(count, end) {
        let other = SIMD8<UInt64>(repeating: UInt64(bitPattern: entries[j].time))
        laterCounts &+= (times &- other &- lanesBefore[8]) &>> 63
      }
      UnsafeMutableRawPointer(lanes).storeBytes(of: laterCounts, as: SIMD8<UInt64>.self)
      for i in start..<end { sorted[Int(truncatingIfNeeded: lanes[i - start])] = entries[i] }
      start = end
    }
    for i in 1..<Swift.max(count, 1) where sorted[i - 1].time == sorted[i].time {
      var hole = i
      let entry = sorted[i]
      while hole > 0, sorted[hole - 1] < entry {
        sorted[hole] = sorted[hole - 1]
        hole -= 1
      }
      sorted[hole] = entry
    }
  }

  /// Empties all layers, in no particular order.
  mutating func removeAll(_ take: (EventEntry) -> Void) {
    for layer in 0..<depth {
      for i in 0..<layers[layer].count { take(layers[layer].entries[i]) }
      layers[layer].count = 0
    }
    depth = 0
    count = 0
  }

  /// Puts all layers into the first one.
  private mutating func mergeAll() {
    for layer in 1..<depth {
      let source = layers[layer]
      grow(0, toHold: layers[0].count + source.count)
      (layers[0].entries + layers[0].count).update(from: source.entries, count: source.count)
      layers[0].count += source.count
      layers[layer].count = 0
    }
    depth = 1
  }
}

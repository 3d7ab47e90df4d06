import Kernel

/// The objects of one bucket: found by key, listed in the order of their keys.
struct ObjectIndex {
  /// The place of a key, made when the key is first named and kept when its object is deleted.
  struct Slot {
    let key: String
    /// Hash of the key: addresses the latency of its requests.
    let entity: UInt64
    /// [bytes]; negative while there is no object.
    var sizeBytes = -1
    var metadata: [TableItem.Attribute] = []
    var lastModified = SimTime.zero
    /// Requests for the key so far.
    var requestCount = 0

    var object: StoredObject? {
      sizeBytes < 0
        ? nil
        : StoredObject(key: key, sizeBytes: sizeBytes, metadata: metadata, lastModified: lastModified)
    }
  }
  private(set) var slots: [Slot] = []
  private var slotByKey: [String: Int] = [:]
  /// Slots in the order of their keys, without those named since the last listing.
  private var ordered: [Int] = []
  private var unordered: [Int] = []

  mutating func slot(of key: String) -> Int {
    if let slot = slotByKey[key] { return slot }
    slots.append(Slot(key: key, entity: KeyHash(key).entity))
    slotByKey[key] = slots.count - 1
    unordered.append(slots.count - 1)
    return slots.count - 1
  }

  subscript(_ slot: Int) -> Slot {
    get { slots[slot] }
    _modify { yield &slots[slot] }
  }

  /// One page of the objects whose keys begin with a prefix and come after the marker.
  ///
  /// - Returns: The objects, and the marker of the next page; nil after the last one.
  mutating func list(prefix: String, after marker: String?, limit: Int) -> ([StoredObject], next: String?) {
    order()
    var low = 0
    var high = ordered.count
    let start = marker.map { Self.precedes($0, prefix) ? prefix : $0 } ?? prefix
    let isBehind = marker == start && marker != nil
    while low < high {
      let middle = low + (high - low) / 2
      let key = slots[ordered[middle]].key
      if Self.precedes(key, start) || (isBehind && key == start) { low = middle + 1 } else { high = middle }
    }
    var page: [StoredObject] = []
    for slot in ordered[low...] {
      guard slots[slot].key.hasPrefix(prefix) else { break }
      guard let object = slots[slot].object else { continue }
      if page.count == limit { return (page, page.last?.key) }
      page.append(object)
    }
    return (page, nil)
  }

  /// Sorts the new keys in; a listing while nothing new was named costs nothing.
  private mutating func order() {
    guard !unordered.isEmpty else { return }
    let new = unordered.sorted { Self.precedes(slots[$0].key, slots[$1].key) }
    unordered.removeAll(keepingCapacity: true)
    var merged: [Int] = []
    merged.reserveCapacity(ordered.count + new.count)
    var position = 0
    for slot in new {
      while position < ordered.count, Self.precedes(slots[ordered[position]].key, slots[slot].key) {
        merged.append(ordered[position])
        position += 1
      }
      merged.append(slot)
    }
    merged.append(contentsOf: ordered[position...])
    ordered = merged
  }

  /// The order of the keys' UTF-8 bytes. Source: fact sheet §8, "lexicographic order".
  private static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }
}

import Kernel

/// Instants at which something happens to messages of a queue, soonest first: a binary heap.
///
/// Entries are never taken out when their message moves on; a ticket tells which ones still count. The owner drops void
/// ones at the head and has all of them dropped when they are the majority, so that memory stays in messages present.
struct VisibilityTimeouts {
  struct Entry {
    let time: SimTime
    /// Unique in the queue: the state of the message that the entry belongs to, and the order of equal times.
    let ticket: UInt64
    let slot: Int32
  }
  private var heap: [Entry] = []

  var count: Int { heap.count }
  var first: Entry? { heap.first }

  mutating func insert(_ entry: Entry) {
    heap.append(entry)
    rise(heap.count - 1)
  }

  mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    if !heap.isEmpty { sink(0) }
  }

  /// Keeps the entries that still count.
  mutating func keep(_ counts: (Entry) -> Bool) {
    heap.removeAll { !counts($0) }
    for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(index) }
  }

  private static func precedes(_ a: Entry, _ b: Entry) -> Bool {
    a.time != b.time ? a.time < b.time : a.ticket < b.ticket
  }

  private mutating func rise(_ start: Int) {
    var index = start
    while index > 0 {
      let parent = (index - 1) / 2
      guard Self.precedes(heap[index], heap[parent]) else { return }
      heap.swapAt(index, parent)
      index = parent
    }
  }

  private mutating func sink(_ start: Int) {
    var index = start
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < heap.count && Self.precedes(heap[child], heap[least]) {
        least = child
      }
      guard least != index else { return }
      heap.swapAt(index, least)
      index = least
    }
  }
}

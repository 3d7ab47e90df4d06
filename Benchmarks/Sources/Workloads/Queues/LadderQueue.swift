import Kernel

/// Candidate: a ladder queue, which sorts only what is about to be popped.
///
/// Far events lie unsorted in the *top*; near ones in the buckets of *rungs*, each rung dividing one bucket
/// of the rung above it; the nearest few are sorted in the *bottom*.
///
/// Source: W. T. Tang, R. S. M. Goh, I. L.-J. Thng, "Ladder queue: an O(1) priority queue structure for
/// large-scale discrete event simulation", ACM TOMACS 15(3), 2005.
struct LadderQueue: PendingEvents, ~Copyable {
  private struct Node {
    var entry: EventEntry
    var next: Int32
  }

  private struct Rung {
    var start: Int64 = 0
    var width: Int64 = 1
    /// The first bucket not yet taken out.
    var current = 0
    var bucketCount = 0
    var heads: [Int32] = []
    var sizes: [Int32] = []

    var currentTime: Int64 { start + Int64(current) * width }
  }

  /// A bucket of more events is divided once more; the paper's value.
  private static let bucketMax = 50
  private static let rungMax = 8

  private var nodes: UnsafeMutablePointer<Node>
  private var nodeCapacity = 1024
  private var nodeCount: Int32 = 0
  private var freeHead: Int32 = -1

  private var topHead: Int32 = -1
  private var topCount = 0
  private var topStart: Int64 = 0
  private var topEarliest = Int64.max
  private var topLatest = Int64.min

  private var rungs = [Rung](repeating: Rung(), count: rungMax)
  private var rungCount = 0
  /// In falling order.
  private var bottom: [EventEntry] = []
  private var nextSequence: UInt64 = 0

  init() { nodes = .allocate(capacity: nodeCapacity) }

  deinit { nodes.deallocate() }

  mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64) {
    let entry = EventEntry(
      time: time.nanoseconds, order: UInt64(rank.rawValue) << 60 | nextSequence, payload: payload)
    nextSequence &+= 1
    if entry.time >= topStart {
      topHead = makeNode(entry, next: topHead)
      topCount += 1
      topEarliest = min(topEarliest, entry.time)
      topLatest = max(topLatest, entry.time)
      return
    }
    for r in 0 ..< rungCount where entry.time >= rungs[r].currentTime {
      let bucket = Int((entry.time - rungs[r].start) / rungs[r].width)
      rungs[r].heads[bucket] = makeNode(entry, next: rungs[r].heads[bucket])
      rungs[r].sizes[bucket] += 1
      return
    }
    insertIntoBottom(entry)
  }

  mutating func popNext() -> Event? {
    if bottom.isEmpty { fillBottom() }
    return bottom.popLast()?.event
  }

  private mutating func fillBottom() {
    while bottom.isEmpty {
      guard rungCount > 0 else {
        guard topCount > 0 else { return }
        moveTopToFirstRung()
        continue
      }
      let r = rungCount - 1
      while rungs[r].current < rungs[r].bucketCount, rungs[r].sizes[rungs[r].current] == 0 {
        rungs[r].current += 1
      }
      guard rungs[r].current < rungs[r].bucketCount else {
        rungCount -= 1
        continue
      }
      let bucket = rungs[r].current
      var head = rungs[r].heads[bucket]
      let size = Int(rungs[r].sizes[bucket])
      let start = rungs[r].currentTime
      rungs[r].heads[bucket] = -1
      rungs[r].sizes[bucket] = 0
      rungs[r].current += 1
      if size > LadderQueue.bucketMax, rungs[r].width > 1, rungCount < LadderQueue.rungMax {
        openRung(start: start, span: rungs[r].width, events: size, head: head)
      } else {
        while head >= 0 {
          insertIntoBottom(nodes[Int(head)].entry)
          head = freeNode(head)
        }
      }
    }
  }

  private mutating func moveTopToFirstRung() {
    openRung(start: topEarliest, span: topLatest - topEarliest + 1, events: topCount, head: topHead)
    // What the first rung covers now belongs to it, the rest of time to the top.
    topStart = rungs[0].start + Int64(rungs[0].bucketCount) * rungs[0].width
    topHead = -1
    topCount = 0
    topEarliest = .max
    topLatest = .min
  }

  private mutating func openRung(start: Int64, span: Int64, events: Int, head: Int32) {
    let r = rungCount
    rungCount += 1
    let width = max(1, span / Int64(events) + (span % Int64(events) == 0 ? 0 : 1))
    let bucketCount = Int((span + width - 1) / width)
    rungs[r].start = start
    rungs[r].width = width
    rungs[r].current = 0
    rungs[r].bucketCount = bucketCount
    if rungs[r].heads.count < bucketCount {
      rungs[r].heads = [Int32](repeating: -1, count: bucketCount)
      rungs[r].sizes = [Int32](repeating: 0, count: bucketCount)
    } else {
      for i in 0 ..< bucketCount {
        rungs[r].heads[i] = -1
        rungs[r].sizes[i] = 0
      }
    }
    var node = head
    while node >= 0 {
      let next = nodes[Int(node)].next
      let bucket = Int((nodes[Int(node)].entry.time - start) / width)
      nodes[Int(node)].next = rungs[r].heads[bucket]
      rungs[r].heads[bucket] = node
      rungs[r].sizes[bucket] += 1
      node = next
    }
  }

  private mutating func insertIntoBottom(_ entry: EventEntry) {
    bottom.append(entry)
    var hole = bottom.count - 1
    while hole > 0, bottom[hole - 1] < entry {
      bottom[hole] = bottom[hole - 1]
      hole -= 1
    }
    bottom[hole] = entry
  }

  private mutating func makeNode(_ entry: EventEntry, next: Int32) -> Int32 {
    var node = freeHead
    if node >= 0 {
      freeHead = nodes[Int(node)].next
    } else {
      if Int(nodeCount) == nodeCapacity {
        let old = nodes
        nodes = .allocate(capacity: nodeCapacity * 2)
        nodes.update(from: old, count: nodeCapacity)
        old.deallocate()
        nodeCapacity *= 2
      }
      node = nodeCount
      nodeCount += 1
    }
    nodes[Int(node)] = Node(entry: entry, next: next)
    return node
  }

  /// Returns the node after the freed one.
  private mutating func freeNode(_ node: Int32) -> Int32 {
    let next = nodes[Int(node)].next
    nodes[Int(node)].next = freeHead
    freeHead = node
    return next
  }
}

import Testing

@testable import Kernel

/// The order of design §3.1: time, then rank, then sequence of scheduling.
@Suite struct EventQueueTests {
  /// A sorted list: slow, and obviously right.
  struct PlainQueue {
    private var entries: [(time: Int64, rank: UInt8, sequence: Int, payload: UInt64)] = []
    private var sequence = 0

    mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64) {
      let key = (time.nanoseconds, rank.rawValue, sequence)
      let index = entries.partitioningIndex { key < ($0.time, $0.rank, $0.sequence) }
      entries.insert((time.nanoseconds, rank.rawValue, sequence, payload), at: index)
      sequence += 1
    }

    mutating func popNext() -> Event? {
      guard !entries.isEmpty else { return nil }
      let first = entries.removeFirst()
      return Event(
        time: SimTime(nanoseconds: first.time), rank: EventRank(rawValue: first.rank)!, payload: first.payload
      )
    }

    var nextTime: SimTime? { entries.first.map { SimTime(nanoseconds: $0.time) } }
    var count: Int { entries.count }
  }

  /// How far ahead events are scheduled. [ns]
  enum Spread: CaseIterable, Sendable {
    case sameInstant, fewInstants, narrow, wide, bimodal, growing

    func draw(_ points: inout TestPoints, step: Int) -> Int64 {
      switch self {
      case .sameInstant: 0
      case .fewInstants: Int64(points.next() % 3)
      case .narrow: Int64(points.next() % 1000)
      case .wide: Int64(points.next() % 86_400_000_000_000)
      case .bimodal:
        points.next() % 10 == 0 ? Int64(points.next() % 86_400_000_000_000) : Int64(points.next() % 50)
      case .growing: Int64(step) * Int64(points.next() % 1_000_000)
      }
    }
  }

  /// Runs both queues through the same random schedule and compares every answer.
  private func compare(spread: Spread, heapMax: Int, seed: UInt64, steps: Int, pushShare: Double) {
    var points = TestPoints(seed: seed)
    var queue = EventQueue(heapMax: heapMax)
    var plain = PlainQueue()
    var now = SimTime.zero
    for step in 0..<steps {
      // Waves of growth and decline, so that the queue empties and refills.
      let share = (step / 500) % 2 == 0 ? pushShare : 1 - pushShare
      if points.unit() < share {
        let time = now + SimDuration(nanoseconds: spread.draw(&points, step: step))
        let rank = EventRank(rawValue: UInt8(points.next() % 6))!
        queue.schedule(at: time, rank: rank, payload: UInt64(step))
        plain.schedule(at: time, rank: rank, payload: UInt64(step))
      } else {
        let (ours, theirs) = (queue.popNext(), plain.popNext())
        guard ours == theirs else {
          Issue.record("\(String(describing: ours)) instead of \(String(describing: theirs)), step \(step)")
          return
        }
        if let ours { now = ours.time }
      }
      if step % 7 == 0 {
        let next = queue.nextTime
        #expect(next == plain.nextTime)
      }
      let count = queue.count
      guard count == plain.count else {
        Issue.record("\(count) pending instead of \(plain.count), step \(step)")
        return
      }
    }
    while let theirs = plain.popNext() {
      let ours = queue.popNext()
      guard ours == theirs else {
        Issue.record("\(String(describing: ours)) instead of \(theirs) while emptying")
        return
      }
    }
    #expect(queue.popNext() == nil)
  }

  /// The queue is a plain heap, a quick heap, or changes between the two again and again.
  static let heapLimits = [4096, 0, 40]

  @Test(arguments: Spread.allCases, heapLimits)
  func `pops in exactly the order of a sorted list`(spread: Spread, heapMax: Int) {
    for (seed, pushShare) in [(0, 0.55), (1, 0.55), (2, 0.7), (3, 0.7), (4, 0.95), (5, 0.95)] {
      compare(spread: spread, heapMax: heapMax, seed: UInt64(seed), steps: 3_000, pushShare: pushShare)
    }
  }

  @Test func `a large queue pops in order, hold after hold`() {
    var points = TestPoints(seed: 9)
    var queue = EventQueue()
    let pending = 20_000
    for i in 0..<pending {
      queue.schedule(
        at: SimTime(nanoseconds: Int64(points.next() % 1_000_000)), rank: .arrival, payload: UInt64(i))
    }
    var last = (time: SimTime.zero, sequence: UInt64(0))
    for i in pending..<pending * 4 {
      let event = queue.popNext()!
      // The payload is the sequence here, so that order among ties is visible.
      guard event.time > last.time || event.time == last.time && event.payload > last.sequence else {
        Issue.record("\(event) after \(last)")
        return
      }
      last = (event.time, event.payload)
      // A tenth of the events are reschedulings at the same instant.
      let ahead = points.next() % 10 == 0 ? 0 : Int64(points.next() % 1_000_000)
      queue.schedule(at: event.time + SimDuration(nanoseconds: ahead), rank: .arrival, payload: UInt64(i))
    }
    let count = queue.count
    #expect(count == pending)
  }

  @Test func `a schedule that nests ever deeper is merged and still pops in order`() {
    var queue = EventQueue(heapMax: 0)
    var plain = PlainQueue()
    var depth = 0
    var mergeCount = 0
    var ceiling: Int64 = 1_000_000_000
    // Each round lies before everything the rounds before left behind; only its early events are popped.
    for round in 0..<120 as Range<Int64> {
      for i in 0..<88 as Range<Int64> {
        let time = i < 48 ? ceiling - i % 7 : round
        queue.schedule(at: SimTime(nanoseconds: time), rank: .arrival, payload: UInt64(round << 8 | i))
        plain.schedule(at: SimTime(nanoseconds: time), rank: .arrival, payload: UInt64(round << 8 | i))
      }
      ceiling -= 10
      for _ in 0..<40 {
        let (ours, theirs) = (queue.popNext(), plain.popNext())
        guard ours == theirs else {
          Issue.record("\(String(describing: ours)) instead of \(String(describing: theirs)), round \(round)")
          return
        }
      }
      // Merging is the only way to lose many layers at once.
      if queue.quickHeap.layers.depth < depth - EventLayers.depthMax / 2 { mergeCount += 1 }
      depth = queue.quickHeap.layers.depth
    }
    while let theirs = plain.popNext() {
      let ours = queue.popNext()
      guard ours == theirs else {
        Issue.record("\(String(describing: ours)) instead of \(theirs) while emptying")
        return
      }
    }
    #expect(mergeCount > 0)
  }

  @Test func `all orders of scheduling three ranks at one instant pop alike`() {
    let ranks: [EventRank] = [.timer, .completion, .metric]
    for a in 0..<3 {
      for b in 0..<3 where b != a {
        var queue = EventQueue()
        for i in [a, b, 3 - a - b] {
          queue.schedule(at: SimTime(nanoseconds: 5), rank: ranks[i], payload: UInt64(i))
        }
        let popped = [queue.popNext()!.payload, queue.popNext()!.payload, queue.popNext()!.payload]
        #expect(popped == [0, 1, 2])
      }
    }
  }

  @Test func `ranks stand in the documented order`() {
    #expect(EventRank.allCases == [.timer, .refill, .completion, .arrival, .poll, .metric])
    #expect(EventRank.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5])
  }

  @Test func `an event may be scheduled at the present instant but not before it`() async {
    var queue = EventQueue()
    queue.schedule(at: SimTime(nanoseconds: 10), rank: .poll, payload: 1)
    _ = queue.popNext()
    queue.schedule(at: SimTime(nanoseconds: 10), rank: .timer, payload: 2)
    #expect(queue.popNext()?.payload == 2)
    await #expect(processExitsWith: .failure) {
      var queue = EventQueue()
      queue.schedule(at: SimTime(nanoseconds: 10), rank: .poll, payload: 1)
      _ = queue.popNext()
      queue.schedule(at: SimTime(nanoseconds: 9), rank: .timer, payload: 2)
    }
  }

  @Test func `a tie seed permutes equal time and rank and nothing else`() {
    func popped(_ seed: UInt64?) -> [Event] {
      var queue = EventQueue(tieSeed: seed)
      for i in 0..<60 as Range<UInt64> {
        let rank: EventRank = i % 2 == 0 ? .arrival : .completion
        queue.schedule(at: SimTime(nanoseconds: Int64(i / 20)), rank: rank, payload: i)
      }
      var events: [Event] = []
      while let event = queue.popNext() { events.append(event) }
      return events
    }
    let plain = popped(nil)
    var orders: Set<[UInt64]> = [plain.map(\.payload)]
    for seed in 1...20 as ClosedRange<UInt64> {
      let permuted = popped(seed)
      #expect(permuted.map(\.time) == plain.map(\.time))
      #expect(permuted.map(\.rank) == plain.map(\.rank))
      #expect(Set(permuted) == Set(plain))
      #expect(popped(seed) == permuted, "one seed, one order")
      orders.insert(permuted.map(\.payload))
    }
    #expect(orders.count == 21)
  }

  @Test func `the permutation of sequence numbers never repeats a number`() {
    for seed in [0, 1, 0xFFFF_FFFF_FFFF_FFFF, 0x1234_5678_9ABC_DEF0] as [UInt64] {
      var seen: Set<UInt64> = []
      for i in 0..<5_000 as Range<UInt64> {
        let permuted = permutedSequence(i, seed: seed)
        #expect(permuted < 1 << 60)
        seen.insert(permuted)
      }
      #expect(seen.count == 5_000)
    }
  }
}

extension Array {
  /// The first index whose element fulfils a predicate that, once true, stays true.
  fileprivate func partitioningIndex(where belongsAfter: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongsAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

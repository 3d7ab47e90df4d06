import Kernel

/// What a candidate for the event queue must do: pop in the order (time, rank, sequence).
protocol PendingEvents: ~Copyable {
  init()
  mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64)
  mutating func popNext() -> Event?
}

/// The queue that ships: a heap while small, a quick heap beyond.
struct ShippedQueue: PendingEvents, ~Copyable {
  private var queue = EventQueue()

  init() {}

  @inline(__always)
  mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64) {
    queue.schedule(at: time, rank: rank, payload: payload)
  }

  @inline(__always)
  mutating func popNext() -> Event? { queue.popNext() }
}

/// Candidate: its plain 4-ary heap at every size.
struct HeapAlone: PendingEvents, ~Copyable {
  private var queue = EventQueue(heapMax: .max)

  init() {}

  @inline(__always)
  mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64) {
    queue.schedule(at: time, rank: rank, payload: payload)
  }

  @inline(__always)
  mutating func popNext() -> Event? { queue.popNext() }
}

/// Candidate: its quick heap at every size.
struct QuickHeapAlone: PendingEvents, ~Copyable {
  private var queue = EventQueue(heapMax: 0)

  init() {}

  @inline(__always)
  mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64) {
    queue.schedule(at: time, rank: rank, payload: payload)
  }

  @inline(__always)
  mutating func popNext() -> Event? { queue.popNext() }
}

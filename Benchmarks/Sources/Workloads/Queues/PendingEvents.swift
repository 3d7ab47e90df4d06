import Kernel

/// What a candidate for the event queue must do: pop in the order (time, rank, sequence).
protocol PendingEvents: ~Copyable {
  init()
  mutating func schedule(at time: SimTime, rank: EventRank, payload: UInt64)
  mutating func popNext() -> Event?
}

/// The queue that ships.
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

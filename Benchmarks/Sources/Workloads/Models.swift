import Kernel

/// First in, first out, of instants.
struct InstantRing {
  private var slots = [Int64](repeating: 0, count: 1024)
  private var head = 0
  private(set) var count = 0

  mutating func push(_ value: Int64) {
    if count == slots.count { grow() }
    slots[(head &+ count) & (slots.count &- 1)] = value
    count &+= 1
  }

  mutating func pop() -> Int64 {
    let value = slots[head]
    head = (head &+ 1) & (slots.count &- 1)
    count &-= 1
    return value
  }

  private mutating func grow() {
    slots = (0 ..< count).map { slots[(head + $0) % count] } + [Int64](repeating: 0, count: count)
    head = 0
  }
}

/// W2 and W3: a queue in front of some servers, a switch over the event's kind in place of C++'s indirect
/// call.
struct Station: ~Copyable {
  private var events = EventQueue()
  private var random = SequenceRandom(seed: 42)
  private var waiting = InstantRing()
  private var idle: Int
  private var started = 0
  private let customers: Int
  /// [ns]
  private let meanGap: Double, meanService: Double
  /// [s]
  private var totalWait = 0.0

  init(customers: Int, servers: Int, meanGap: Double, meanService: Double) {
    self.customers = customers
    idle = servers
    self.meanGap = meanGap * 1e9
    self.meanService = meanService * 1e9
  }

  /// Returns the mean wait. [s]
  mutating func run() -> Double {
    events.schedule(at: .zero, rank: .arrival, payload: 0)
    while let event = events.popNext() {
      switch event.payload {
      case 0: arrive(at: event.time)
      default: complete(at: event.time)
      }
    }
    return totalWait / Double(customers)
  }

  private mutating func arrive(at now: SimTime) {
    started &+= 1
    if started < customers {
      events.schedule(at: now + random.exponential(mean: meanGap), rank: .arrival, payload: 0)
    }
    if idle > 0 {
      idle &-= 1
      events.schedule(at: now + random.exponential(mean: meanService), rank: .completion, payload: 1)
    } else {
      waiting.push(now.nanoseconds)
    }
  }

  private mutating func complete(at now: SimTime) {
    if waiting.count > 0 {
      totalWait += Double(now.nanoseconds - waiting.pop()) * 1e-9
      events.schedule(at: now + random.exponential(mean: meanService), rank: .completion, payload: 1)
    } else {
      idle &+= 1
    }
  }
}

/// W4: source, store, a consumer that wakes every second and takes up to 100, ten slots of 2 s, 1% of rework.
struct Pipeline: ~Copyable {
  private var events = EventQueue()
  private var random = SequenceRandom(seed: 42)
  private var store = InstantRing()
  private var line = InstantRing()
  private var slots = 10
  private var started = 0, finished = 0
  private let items: Int
  /// [s]
  private var totalLatency = 0.0

  init(items: Int) { self.items = items }

  /// Returns the mean latency. [s]
  mutating func run() -> Double {
    events.schedule(at: .zero, rank: .arrival, payload: 0)
    events.schedule(at: .zero, rank: .poll, payload: 2)
    while let event = events.popNext() {
      switch event.payload & 7 {
      case 0: arrive(at: event.time)
      case 1: complete(Int64(event.payload >> 3), at: event.time)
      default: poll(at: event.time)
      }
    }
    return totalLatency / Double(items)
  }

  private mutating func arrive(at now: SimTime) {
    store.push(now.nanoseconds)
    started &+= 1
    if started < items {
      events.schedule(at: now + random.exponential(mean: 0.25e9), rank: .arrival, payload: 0)
    }
  }

  private mutating func complete(_ arrival: Int64, at now: SimTime) {
    slots &+= 1
    if random.unit() < 0.01 {
      store.push(arrival)
    } else {
      finished &+= 1
      totalLatency += Double(now.nanoseconds - arrival) * 1e-9
    }
    startItems(at: now)
  }

  private mutating func poll(at now: SimTime) {
    var taken = 0
    while taken < 100, store.count > 0 {
      line.push(store.pop())
      taken &+= 1
    }
    startItems(at: now)
    if finished < items { events.schedule(at: now + .seconds(1), rank: .poll, payload: 2) }
  }

  private mutating func startItems(at now: SimTime) {
    while slots > 0, line.count > 0 {
      slots &-= 1
      events.schedule(at: now + .seconds(2), rank: .completion, payload: UInt64(line.pop()) << 3 | 1)
    }
  }
}

import Kernel

/// W1: `pending` events, each pops and reschedules itself an exponential time later.
struct HoldModel<Queue: PendingEvents & ~Copyable>: ~Copyable {
  /// Where the increments come from.
  enum Increments { case sequence, addressed, table }

  private var queue = Queue()
  private var random = SequenceRandom(seed: 42)
  private let draws = Draws(seed: 42, replication: 0)
  private var table: [Int64] = []
  private var step: UInt64 = 0
  private let increments: Increments

  init(pending: Int, increments: Increments) {
    self.increments = increments
    if increments == .table {
      for _ in 0 ..< 1 << 16 { table.append(random.exponential(mean: 1e9).nanoseconds) }
    }
    for i in 0 ..< pending {
      queue.schedule(
        at: SimTime.zero + random.exponential(mean: 1e9), rank: .arrival, payload: UInt64(i) << 3)
    }
  }

  /// Runs some events and returns a hash of their payloads in order, the same for every correct queue.
  mutating func run(_ count: Int) -> UInt64 {
    switch increments {
    case .sequence: runSequence(count)
    case .addressed: runAddressed(count)
    case .table: runTable(count)
    }
  }

  private mutating func runSequence(_ count: Int) -> UInt64 {
    var hash: UInt64 = 0
    for _ in 0 ..< count {
      guard let event = queue.popNext() else { preconditionFailure("the hold model ran empty") }
      hash = hash &* 31 &+ event.payload >> 3
      queue.schedule(
        at: event.time + random.exponential(mean: 1e9), rank: .arrival, payload: event.payload)
    }
    return hash
  }

  /// As a model draws: by Philox from an address, then through the law.
  private mutating func runAddressed(_ count: Int) -> UInt64 {
    var hash: UInt64 = 0
    for _ in 0 ..< count {
      guard let event = queue.popNext() else { preconditionFailure("the hold model ran empty") }
      hash = hash &* 31 &+ event.payload >> 3
      step &+= 1
      let u = draws.uniform(.sleep, entity: step)
      queue.schedule(
        at: event.time + SimDuration(seconds: -PortableMath.log(1 - u)), rank: .arrival,
        payload: event.payload)
    }
    return hash
  }

  private mutating func runTable(_ count: Int) -> UInt64 {
    var hash: UInt64 = 0
    for i in 0 ..< count {
      guard let event = queue.popNext() else { preconditionFailure("the hold model ran empty") }
      hash = hash &* 31 &+ event.payload >> 3
      let ahead = SimDuration(nanoseconds: table[(Int(truncatingIfNeeded: step) &+ i) & (1 << 16 - 1)])
      queue.schedule(at: event.time + ahead, rank: .arrival, payload: event.payload)
    }
    step &+= UInt64(count)
    return hash
  }
}

func measureHold<Queue: PendingEvents & ~Copyable>(
  _: Queue.Type, pending: Int, events: Int, increments: HoldModel<Queue>.Increments
) {
  var model = HoldModel<Queue>(pending: pending, increments: increments)
  let warmUp = model.run(3 * pending)
  let start = cpuSeconds()
  let hash = model.run(events)
  report("hold", pending, events, seconds: cpuSeconds() - start, check: "\(warmUp ^ hash)")
}

import Kernel

/// Draws the arrivals of one workload, one at a time.
///
/// Arrival *i* depends on the seed, the replication and the workload's name alone, never on the design that
/// receives it (design §3.2). A Poisson process inverts its cumulative rate, so that scaling the rate moves the same
/// arrivals closer together. Source: methods §2.
struct ArrivalSource {
  private let process: ArrivalProcess
  private let entity: UInt64
  /// Messages of this instant still to come, for processes that emit several at once.
  private var pending = 0
  private var index = 0
  /// Poisson: sum of unit exponentials so far. MMPP: clock of the chain [s] and its state.
  private var unitSum = 0.0
  private var knot = 0
  private var cumulative = 0.0
  private var clock = 0.0
  private var state = 0
  private var step = 0
  private var schedule: ScheduleClock?
  private var scheduleMinute: Int = -1
  /// Counts: the period, messages of it that are out, and how much of it lies behind the newest one, 0...1.
  private var isSilent = false
  private var period = 0
  private var placed = 0
  private var elapsedShare = 0.0

  init(_ workload: WorkloadSpec, startEpochMinutes: Int64) {
    process = workload.arrivals
    entity = EntityAddress.name(workload.name)
    if case .counts(let profile) = process { isSilent = !profile.counts.contains { $0 > 0 } }
    if case .schedule(let expression, _) = process {
      schedule = ScheduleClock(expression, startEpochMinutes: startEpochMinutes)
    }
  }

  /// The next arrival and its row of the trace, or nil when there is none before `horizon`.
  mutating func next(before horizon: SimTime, draws: Draws) -> (time: SimTime, traceRow: Int?)? {
    let time: SimTime
    switch process {
    case .constant(let rate):
      guard rate > 0 else { return nil }
      time = SimTime.zero + SimDuration(seconds: Double(index + 1) / rate)
    case .poisson(let knots):
      guard let seconds = nextPoisson(knots, horizon: horizon.seconds, draws) else { return nil }
      time = .zero + SimDuration(seconds: seconds)
    case .mmpp(let states):
      guard let seconds = nextModulated(states, horizon: horizon.seconds, draws) else { return nil }
      time = .zero + SimDuration(seconds: seconds)
    case .backlog(let count, let sendRate):
      guard index < count, sendRate.map({ $0 > 0 }) ?? true else { return nil }
      time = .zero + (sendRate.map { SimDuration(seconds: Double(index) / $0) } ?? .zero)
    case .trace(let rows, let cycle):
      guard index < rows.count || (cycle != nil && !rows.isEmpty) else { return nil }
      let row = index % rows.count
      let arrival = rows[row].time + (cycle.map { $0 * Int64(index / rows.count) } ?? .zero)
      guard arrival < horizon else { return nil }
      index += 1
      return (arrival, row)
    case .counts(let profile):
      guard let next = nextCounted(profile, before: horizon, draws) else { return nil }
      time = next
    case .schedule(_, let count):
      guard count > 0 else { return nil }
      if pending == 0 {
        guard let minute = schedule!.next(afterMinute: scheduleMinute) else { return nil }
        scheduleMinute = minute
        pending = count
      }
      pending -= 1
      time = .zero + .minutes(Int64(scheduleMinute))
    }
    // A backlog is there whatever the duration; every other process stops at the horizon.
    if case .backlog = process {} else if time >= horizon { return nil }
    index += 1
    return (time, nil)
  }

  private mutating func nextPoisson(_ knots: [RateKnot], horizon: Double, _ draws: Draws) -> Double? {
    let u = draws.uniform(.arrival, entity: EntityAddress.combine(entity, UInt64(index)))
    unitSum += -PortableMath.log1p(-u)
    // Walk to the segment in which the cumulative rate reaches the sum of unit exponentials.
    while true {
      let start = knots[knot]
      let end = knot + 1 < knots.count ? knots[knot + 1] : RateKnot(time: horizon, rate: start.rate)
      let length = end.time - start.time
      let area = (start.rate + end.rate) / 2 * length
      if length > 0, unitSum < cumulative + area {
        let need = unitSum - cumulative
        // Solve r0·x + (r1-r0)/(2·length)·x² = need in the form that stays exact as r1 → r0.
        let slope = (end.rate - start.rate) / length
        let root = PortableMath.sqrt(max(0, start.rate * start.rate + 2 * slope * need))
        return start.time + 2 * need / (start.rate + root)
      }
      guard knot + 1 < knots.count, end.time < horizon else { return nil }
      cumulative += area
      knot += 1
    }
  }

  /// Places the messages of a period one by one in rising order, so that none is stored.
  private mutating func nextCounted(
    _ profile: CountProfile, before horizon: SimTime, _ draws: Draws
  ) -> SimTime? {
    guard !isSilent else { return nil }
    while true {
      guard profile.isCyclic || period < profile.counts.count else { return nil }
      let start = profile.start + profile.period * Int64(period)
      guard start < horizon else { return nil }
      let count = profile.counts[period % profile.counts.count]
      guard placed < count else {
        (period, placed, elapsedShare) = (period + 1, 0, 0)
        continue
      }
      switch profile.placement {
      case .even: elapsedShare = (Double(placed) + 0.5) / Double(count)
      case .uniform:
        // The first of m uniforms in what is left of the period leaves (1 − U)^(1/m) of that behind it.
        let u = draws.uniform(.arrival, entity: EntityAddress.combine(entity, UInt64(index)))
        let left = PortableMath.exp(PortableMath.log1p(-u) / Double(count - placed))
        elapsedShare = 1 - (1 - elapsedShare) * left
      }
      placed += 1
      return start + SimDuration(nearest: Double(profile.period.nanoseconds) * elapsedShare)
    }
  }

  private mutating func nextModulated(
    _ states: [(rate: Double, stay: Double)], horizon: Double, _ draws: Draws
  ) -> Double? {
    while clock < horizon {
      let current = states[state]
      let leaving = current.stay > 0 ? 1 / current.stay : 0
      let total = current.rate + leaving
      guard total > 0 else { return nil }
      let address = EntityAddress.combine(entity, UInt64(step))
      step += 1
      clock += -PortableMath.log1p(-draws.uniform(.arrival, entity: address)) / total
      if draws.uniform(.arrival, entity: address, index: 1) * total < current.rate { return clock }
      state = (state + 1) % states.count
    }
    return nil
  }
}

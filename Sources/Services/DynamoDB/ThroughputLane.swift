package import Kernel

/// The reads or the writes of a table: what the table may do, and what each partition may do.
///
/// Exactly one of the three budgets is in use. They are fields rather than cases of an enum so that they
/// change in place: taking a payload out and putting it back costs ten times as much as the arithmetic.
struct ThroughputLane: Sendable {
  /// One budget for the table: a hot partition may use what the others leave.
  private var shared: TokenBucket?
  /// Equal shares, which partitions do not lend each other. Index = partition
  private var shares: [TokenBucket] = []
  private var onDemand: OnDemandCapacity?
  /// The hard limit of each partition, one second deep. Index = partition
  private var ceilings: [TokenBucket]
  /// [units/s]
  private let ceiling: Double

  /// Provisioned capacity. [units/s], with unused capacity kept for `burst`.
  init(provisioned capacity: Double, partitions: Int, isShared: Bool, ceiling: Double, burst: SimDuration) {
    self.ceiling = ceiling
    ceilings = Array(repeating: TokenBucket(ratePerSecond: ceiling, capacity: ceiling), count: partitions)
    // Without burst a second's worth still has to be there for the capacity to be usable at all.
    let seconds = max(1, burst.seconds)
    if isShared {
      shared = TokenBucket(ratePerSecond: capacity, capacity: capacity * seconds)
    } else {
      let share = capacity / Double(partitions)
      shares = Array(
        repeating: TokenBucket(ratePerSecond: share, capacity: share * seconds), count: partitions)
    }
  }

  init(onDemand initial: Double, partitions: Int, ceiling: Double) {
    self.ceiling = ceiling
    ceilings = Array(repeating: TokenBucket(ratePerSecond: ceiling, capacity: ceiling), count: partitions)
    onDemand = OnDemandCapacity(initial: initial)
  }

  var partitionCount: Int { ceilings.count }

  /// Partitions that the present on-demand capacity needs; the present count for provisioned capacity.
  var partitionsNeeded: Int {
    guard let onDemand else { return ceilings.count }
    return max(ceilings.count, Int((onDemand.unitsPerSecond / ceiling).rounded(.up)))
  }

  /// Adds partitions, whose ceilings start full.
  mutating func split(into count: Int, now: SimTime) {
    while ceilings.count < count {
      ceilings.append(TokenBucket(ratePerSecond: ceiling, capacity: ceiling, at: now))
    }
  }

  mutating func canTake(_ units: Double, partition: Int, now: SimTime) -> Bool {
    guard units > 0 else { return true }
    guard ceilings[partition].canTake(units, now: now) else { return false }
    if !shares.isEmpty { return shares[partition].canTake(units, now: now) }
    return shared?.canTake(units, now: now) ?? onDemand?.canTake(units, now: now) ?? false
  }

  /// Takes units for which `canTake` was true at this instant.
  mutating func take(_ units: Double, partition: Int, now: SimTime) {
    guard units > 0 else { return }
    _ = ceilings[partition].takeOrBorrow(units, now: now)
    if shares.isEmpty {
      _ = shared?.takeOrBorrow(units, now: now)
      onDemand?.take(units, now: now)
    } else {
      _ = shares[partition].takeOrBorrow(units, now: now)
    }
  }
}

/// The capacity of an on-demand table: twice the highest minute so far, at most doubled in half an hour.
///
/// cap = max(initial, 2·peak). `peak` is the mean rate of the busiest whole minute. Source: fact sheet §7.4.
package struct OnDemandCapacity: Sendable, Hashable {
  /// [units/s]
  package private(set) var unitsPerSecond: Double
  private let initial: Double
  private var bucket: TokenBucket
  private var minute = 0
  /// Units consumed in `minute`.
  private var consumed = 0.0
  /// The half hour in which capacity may at most double, and the capacity at its start.
  private var windowStart = SimTime.zero
  private var windowCapacity: Double
  private static let window = SimDuration.minutes(30)

  package init(initial: Double) {
    self.initial = initial
    unitsPerSecond = initial
    windowCapacity = initial
    bucket = TokenBucket(ratePerSecond: initial, capacity: initial)
  }

  package mutating func canTake(_ units: Double, now: SimTime) -> Bool {
    closeMinutes(now)
    return bucket.canTake(units, now: now)
  }

  /// Takes units for which `canTake` was true at this instant.
  package mutating func take(_ units: Double, now: SimTime) {
    closeMinutes(now)
    if bucket.takeOrBorrow(units, now: now) { consumed += units }
  }

  private mutating func closeMinutes(_ now: SimTime) {
    guard now.minute > minute else { return }
    let target = 2 * consumed / 60
    consumed = 0
    minute = now.minute
    guard target > unitsPerSecond else { return }
    if now - windowStart >= Self.window {
      windowStart = now
      windowCapacity = unitsPerSecond
    }
    let grown = min(target, 2 * windowCapacity)
    guard grown > unitsPerSecond else { return }
    let level = bucket.available(now: now)
    unitsPerSecond = grown
    bucket = TokenBucket(ratePerSecond: grown, capacity: grown, initial: level, at: now)
  }
}

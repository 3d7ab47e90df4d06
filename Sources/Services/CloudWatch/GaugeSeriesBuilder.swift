package import Kernel
package import Records

/// Turns a quantity ≥ 0 that changes in steps (invocations running, calls in flight) into one-minute
/// statistic sets.
///
/// Maximum and Minimum are those of the step function; Average is its mean over time, as if it were sampled
/// sixty times a minute without error. A minute in which the quantity is zero throughout has no data point; a
/// value that stays carries over into the minutes that follow. The rest of an unfinished minute counts as
/// zero.
package struct GaugeSeriesBuilder: Sendable {
  private struct Slot: Sendable {
    /// Values that were set in the minute or held for some time in it.
    var maximum = 0.0
    /// Of values that held for some time; infinite when none has yet.
    var minimum = Double.infinity
    /// ∫ value dt. [value·ns]
    var integral = 0.0

    /// A value carried over from the minute before counts only once time has passed: one that ends at the
    /// very start of a minute was not in it.
    mutating func hold(_ value: Double, from start: Int64, to end: Int64) {
      guard end > start else { return }
      integral += value * Double(end - start)
      if value > maximum { maximum = value }
      if value < minimum { minimum = value }
    }
  }
  /// Index = minute; the last one is the minute of `updated`.
  private var slots = [Slot()]
  /// The value since `updated`.
  package private(set) var value = 0.0
  private var updated = SimTime.zero
  /// Highest value so far.
  package private(set) var peak = 0.0
  private static let minute: Int64 = 60_000_000_000

  package init() {}

  package mutating func set(_ value: Double, at now: SimTime) {
    precondition(value >= 0, "a gauge counts what is there")
    advance(to: now)
    self.value = value
    if value > peak { peak = value }
    let last = slots.count - 1
    if value > slots[last].maximum { slots[last].maximum = value }
  }

  /// The data point of a minute as far as it is known now.
  package func datapoint(minute: Int, now: SimTime) -> Datapoint? {
    guard minute >= 0, minute <= now.minute else { return nil }
    // Minutes after the last change need no bookkeeping: the value has not moved since.
    guard minute >= slots.count - 1 else { return Self.datapoint(slots[minute], minute: minute) }
    var slot = minute == slots.count - 1 ? slots[minute] : Slot()
    slot.hold(
      value, from: max(updated.nanoseconds, Int64(minute) * Self.minute),
      to: min(now.nanoseconds, Int64(minute + 1) * Self.minute))
    return Self.datapoint(slot, minute: minute)
  }

  /// All data points up to now, ascending by minute.
  package func series(until now: SimTime) -> [Datapoint] {
    (0...now.minute).compactMap { datapoint(minute: $0, now: now) }
  }

  /// Mean over time of every minute up to now. [value], index = minute
  package func averages(until now: SimTime) -> [Double] {
    (0...now.minute).map { datapoint(minute: $0, now: now)?.average ?? 0 }
  }

  /// A statistic over a period of whole minutes; nil when the quantity was zero throughout.
  ///
  /// A step function has no samples to take percentiles of: those are answered by its maximum.
  package func value(_ statistic: AlarmSpec.Statistic, minutes: Range<Int>, now: SimTime) -> Double? {
    let points = minutes.compactMap { datapoint(minute: $0, now: now) }
    guard !points.isEmpty else { return nil }
    let count = points.reduce(0) { $0 + $1.sampleCount }
    let sum = points.reduce(0) { $0 + $1.sum }
    return switch statistic {
    case .sampleCount: Double(count)
    case .sum: sum
    case .minimum: points.reduce(.infinity) { min($0, $1.minimum) }
    case .maximum, .percentile: points.reduce(-.infinity) { max($0, $1.maximum) }
    case .average: sum / Double(count)
    }
  }

  private static func datapoint(_ slot: Slot, minute: Int) -> Datapoint? {
    guard slot.maximum > 0 else { return nil }
    var point = Datapoint(minute: minute, sample: slot.minimum.isFinite ? slot.minimum : 0)
    point.maximum = slot.maximum
    point.sampleCount = 60
    point.sum = slot.integral / 1e9
    return point
  }

  private mutating func advance(to now: SimTime) {
    precondition(now >= updated, "a gauge cannot go back in time")
    if now == updated { return }
    while now.nanoseconds >= Int64(slots.count) * Self.minute {
      let end = Int64(slots.count) * Self.minute
      slots[slots.count - 1].hold(value, from: updated.nanoseconds, to: end)
      updated = SimTime(nanoseconds: end)
      slots.append(Slot())
    }
    slots[slots.count - 1].hold(value, from: updated.nanoseconds, to: now.nanoseconds)
    updated = now
  }
}

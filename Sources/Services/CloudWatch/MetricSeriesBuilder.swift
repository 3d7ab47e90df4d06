package import Kernel
package import Records

/// Collects the samples of one metric into CloudWatch's one-minute statistic sets.
///
/// Samples may be stamped in the past: Lambda stamps them at the start of the invocation. A minute without
/// samples has no data point. Source: fact sheet §11.1.
package struct MetricSeriesBuilder: Sendable {
  /// The statistic set of a minute; `count` is 0 where there is none.
  private struct Slot: Sendable {
    var count = 0
    var sum = 0.0
    var minimum = 0.0
    var maximum = 0.0
    /// Last sample of the minute in `samples`, -1 when there is none or samples are not kept.
    var lastSample: Int32 = -1
  }
  /// Index = minute.
  private var slots: [Slot] = []
  private let keepsQuantiles: Bool
  /// Kept samples in order of arrival, and for each the one before it in the same minute.
  private var samples: [Double] = []
  private var previous: [Int32] = []

  /// Whether no sample is stamped in the past: then `samples` are those of the newest minute, and the quantiles
  /// of the minutes before are worked out when a minute is over.
  private let isInTimeOrder: Bool
  private struct Quantiles: Sendable { var p50, p95, p99: Double? }
  /// Index = minute; shorter than `slots` by the newest one.
  private var closedQuantiles: [Quantiles] = []

  /// - Parameters:
  ///   - keepsQuantiles: Keeps every sample, 12 bytes each, for exact quantiles of each minute.
  ///   - isInTimeOrder: Samples never go back to an earlier minute; only the newest minute's are kept, and there
  ///     are no percentiles over several minutes.
  package init(keepsQuantiles: Bool = false, isInTimeOrder: Bool = false) {
    self.keepsQuantiles = keepsQuantiles
    self.isInTimeOrder = isInTimeOrder
  }

  package mutating func add(_ value: Double, at time: SimTime) {
    let minute = time.minute
    if minute >= slots.count { grow(minute) }
    Self.update(&slots[minute], value)
    if isInTimeOrder {
      precondition(minute == slots.count - 1, "a sample of a minute that is over")
      samples.append(value)
    } else if keepsQuantiles {
      previous.append(slots[minute].lastSample)
      slots[minute].lastSample = Int32(samples.count)
      samples.append(value)
    }
  }

  /// Adds the same sample several times; only for metrics that keep no quantiles.
  package mutating func add(_ value: Double, count: Int, minute: Int) {
    precondition(!keepsQuantiles, "samples in bulk have no place among kept ones")
    guard count > 0 else { return }
    if minute >= slots.count { grow(minute) }
    Self.update(&slots[minute], value)
    slots[minute].count += count - 1
    slots[minute].sum += value * Double(count - 1)
  }

  /// The data point of a minute so far.
  package func datapoint(minute: Int) -> Datapoint? {
    guard slots.indices.contains(minute), slots[minute].count > 0 else { return nil }
    let slot = slots[minute]
    var point = Datapoint(minute: minute, sample: slot.minimum)
    point.sampleCount = slot.count
    point.sum = slot.sum
    point.maximum = slot.maximum
    if keepsQuantiles {
      let quantiles =
        minute < closedQuantiles.count
        ? closedQuantiles[minute]
        : Self.quantiles(isInTimeOrder ? samples : samples(minute..<minute + 1))
      point.p50 = quantiles.p50
      point.p95 = quantiles.p95
      point.p99 = quantiles.p99
    }
    return point
  }

  private static func quantiles(_ samples: [Double]) -> Quantiles {
    var values = samples
    var start = 0
    // One after the other: each goes on where the last one has put things in their place.
    let p50 = quantile(0.5, of: &values, from: &start)
    let p95 = quantile(0.95, of: &values, from: &start)
    return Quantiles(p50: p50, p95: p95, p99: quantile(0.99, of: &values, from: &start))
  }

  /// All data points, ascending by minute.
  package func series() -> [Datapoint] { slots.indices.compactMap { datapoint(minute: $0) } }

  /// A statistic over a period of whole minutes; nil when the period has no sample.
  ///
  /// Percentiles need the kept samples; without them this is a bug of the caller and traps.
  package func value(_ statistic: AlarmSpec.Statistic, minutes: Range<Int>) -> Double? {
    if case .percentile(let fraction) = statistic {
      precondition(keepsQuantiles && !isInTimeOrder, "percentiles of a metric that keeps no samples")
      return Self.quantile(fraction, ofSorted: sortedSamples(minutes))
    }
    var total = Slot()
    for minute in minutes.clamped(to: 0..<slots.count) where slots[minute].count > 0 {
      let slot = slots[minute]
      total.minimum = total.count == 0 ? slot.minimum : min(total.minimum, slot.minimum)
      total.maximum = total.count == 0 ? slot.maximum : max(total.maximum, slot.maximum)
      total.count += slot.count
      total.sum += slot.sum
    }
    guard total.count > 0 else { return nil }
    return switch statistic {
    case .sampleCount: Double(total.count)
    case .sum: total.sum
    case .minimum: total.minimum
    case .maximum: total.maximum
    case .average, .percentile: total.sum / Double(total.count)
    }
  }

  /// Quantile by linear interpolation between order statistics (type 7); nil of nothing. Source: methods §3.
  package static func quantile(_ fraction: Double, ofSorted values: [Double]) -> Double? {
    guard let last = values.last else { return nil }
    let position = fraction * Double(values.count - 1)
    let lower = Int(position)
    guard lower + 1 < values.count else { return last }
    return values[lower] + (position - Double(lower)) * (values[lower + 1] - values[lower])
  }

  /// The same quantile of unsorted values, for fractions that ascend from call to call.
  ///
  /// Puts only the order statistics it needs in their place: several times faster than sorting a minute's samples.
  ///
  /// - Parameter start: Values before this position are in no wrong place and no larger than the others.
  private static func quantile(_ fraction: Double, of values: inout [Double], from start: inout Int)
    -> Double?
  {
    guard !values.isEmpty else { return nil }
    let position = fraction * Double(values.count - 1)
    let lower = Int(position)
    select(lower, in: &values, from: start)
    start = lower
    guard lower + 1 < values.count else { return values[lower] }
    var next = values[lower + 1]
    for index in lower + 2..<max(lower + 2, values.count) where values[index] < next { next = values[index] }
    return values[lower] + (position - Double(lower)) * (next - values[lower])
  }

  /// Moves the k-th smallest value to position k, smaller ones before it and larger ones behind (Hoare's selection).
  private static func select(_ k: Int, in values: inout [Double], from start: Int) {
    var low = start
    var high = values.count - 1
    while low < high {
      let pivot = median(values[low], values[low + (high - low) / 2], values[high])
      var i = low
      var j = high
      while i <= j {
        while values[i] < pivot { i += 1 }
        while pivot < values[j] { j -= 1 }
        guard i <= j else { break }
        values.swapAt(i, j)
        i += 1
        j -= 1
      }
      if k <= j {
        high = j
      } else if k >= i {
        low = i
      } else {
        return
      }
    }
  }

  private static func median(_ a: Double, _ b: Double, _ c: Double) -> Double {
    max(min(a, b), min(max(a, b), c))
  }

  private func sortedSamples(_ minutes: Range<Int>) -> [Double] {
    var values = samples(minutes)
    values.sort()
    return values
  }

  private func samples(_ minutes: Range<Int>) -> [Double] {
    var values: [Double] = []
    for minute in minutes.clamped(to: 0..<slots.count) {
      values.reserveCapacity(values.count + slots[minute].count)
      var index = slots[minute].lastSample
      while index >= 0 {
        values.append(samples[Int(index)])
        index = previous[Int(index)]
      }
    }
    return values
  }

  private static func update(_ slot: inout Slot, _ value: Double) {
    if slot.count == 0 {
      slot.minimum = value
      slot.maximum = value
    } else {
      if value < slot.minimum { slot.minimum = value }
      if value > slot.maximum { slot.maximum = value }
    }
    slot.count += 1
    slot.sum += value
  }

  private mutating func grow(_ minute: Int) {
    precondition(minute >= 0, "a sample before the start of the scenario")
    if isInTimeOrder {
      if !slots.isEmpty { closedQuantiles.append(Self.quantiles(samples)) }
      samples.removeAll(keepingCapacity: true)
      closedQuantiles.append(contentsOf: repeatElement(Quantiles(), count: minute - closedQuantiles.count))
    }
    slots.append(contentsOf: repeatElement(Slot(), count: minute + 1 - slots.count))
  }
}

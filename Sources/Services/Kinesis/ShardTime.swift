import Kernel

/// How many shards of a stream were open, and how long: what is billed and what its load is measured against.
struct ShardTime {
  private(set) var count: Int
  private(set) var peak: Int
  private(set) var lowest: Int
  private var updated = SimTime.zero
  /// ∫ shards dt. [shard·ns]
  private var integral: Int128 = 0
  private var minutes = GaugeSeriesBuilder()

  init(count: Int) {
    self.count = count
    peak = count
    lowest = count
    minutes.set(Double(count), at: .zero)
  }

  mutating func change(to count: Int, at now: SimTime) {
    integral += Int128(self.count) * Int128((now - updated).nanoseconds)
    updated = now
    self.count = count
    peak = max(peak, count)
    lowest = min(lowest, count)
    minutes.set(Double(count), at: now)
  }

  /// [shard·h]
  func hours(until now: SimTime) -> Double {
    Double(integral + Int128(count) * Int128((now - updated).nanoseconds)) / 3.6e12
  }

  /// Mean number of open shards of every minute. Index = minute
  func averages(until now: SimTime) -> [Double] {
    guard peak != lowest else { return Array(repeating: Double(count), count: now.minute + 1) }
    var averages = minutes.averages(until: now)
    // The rest of an unfinished minute would count as none.
    averages[averages.count - 1] = Double(count)
    return averages
  }
}

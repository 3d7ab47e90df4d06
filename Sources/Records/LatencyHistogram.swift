package import Kernel

/// A mergeable histogram of durations with three significant digits.
///
/// Integer counts in cells of relative width 10⁻³ over microseconds: merging is adding, so it is exact and free of
/// order. Source: methods §3 (HDR histogram, Tene).
package struct LatencyHistogram: Sendable {
  /// [samples]; the cells from `firstCell` on, grown on demand at both ends by whole doublings of the duration.
  private var cells: [Int] = []
  /// Where `cells` begins among the cells of `index(of:)`: nothing is kept below the smallest sample's doubling.
  private var firstCell = 0
  package private(set) var count = 0
  /// [ns]
  package private(set) var minimum = SimDuration(nanoseconds: .max)
  package private(set) var maximum = SimDuration.zero
  /// Σ samples, exact. [ns], high and low half so that 10⁹ samples of a day do not overflow.
  private var sumSeconds: Int64 = 0
  private var sumNanoseconds: Int64 = 0

  private static let subBuckets = 2048
  private static let subBucketBits = 11

  package init() {}

  /// Adds one sample; negative durations are a bug.
  package mutating func record(_ duration: SimDuration) {
    precondition(duration.nanoseconds >= 0, "negative duration \(duration.nanoseconds) ns")
    let cell = Self.index(of: duration.nanoseconds / 1000)
    if cell < firstCell || cell >= firstCell + cells.count { makeRoom(from: cell, to: cell) }
    cells[cell - firstCell] += 1
    count += 1
    minimum = min(minimum, duration)
    maximum = max(maximum, duration)
    sumSeconds += duration.nanoseconds / 1_000_000_000
    sumNanoseconds += duration.nanoseconds % 1_000_000_000
  }

  package mutating func merge(_ other: LatencyHistogram) {
    guard other.count > 0 else { return }
    makeRoom(from: other.firstCell, to: other.firstCell + other.cells.count - 1)
    let offset = other.firstCell - firstCell
    for cell in other.cells.indices { cells[cell + offset] += other.cells[cell] }
    count += other.count
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    sumSeconds += other.sumSeconds
    sumNanoseconds += other.sumNanoseconds
  }

  /// Mean in seconds, nil without samples.
  package var mean: Double? {
    count == 0 ? nil : (Double(sumSeconds) + Double(sumNanoseconds) / 1e9) / Double(count)
  }

  /// The upper end of the cell that holds the quantile, never beyond the maximum; nil without samples.
  ///
  /// Nearest rank: the ⌈n·p⌉-th smallest sample, p in 0...1.
  /// - Complexity: O(cells).
  package func quantile(_ p: Double) -> SimDuration? {
    guard count > 0 else { return nil }
    let exact = Double(count) * p
    let rank = Swift.max(1, Swift.min(count, Int((exact - 1e-9).rounded(.up))))
    if rank == count { return maximum }
    var seen = 0
    for cell in cells.indices {
      seen += cells[cell]
      if seen >= rank {
        let upper = SimDuration(nanoseconds: Self.upperEnd(of: firstCell + cell) * 1000 + 999)
        return Swift.max(minimum, Swift.min(maximum, upper))
      }
    }
    return maximum
  }

  /// Extends `cells` so that it holds the given ones.
  private mutating func makeRoom(from low: Int, to high: Int) {
    let doubling = Self.subBuckets / 2
    let first = low / doubling * doubling
    let end = (high / doubling + 1) * doubling
    if cells.isEmpty {
      firstCell = first
    } else if first < firstCell {
      cells = Array(repeating: 0, count: firstCell - first) + cells
      firstCell = first
    }
    let missing = end - (firstCell + cells.count)
    if missing > 0 { cells += Array(repeating: 0, count: missing) }
  }

  private static func index(of microseconds: Int64) -> Int {
    let bits = 64 - microseconds.leadingZeroBitCount
    let shift = Swift.max(0, bits - subBucketBits)
    guard shift > 0 else { return Int(microseconds) }
    // Every doubling beyond the first 2048 values adds 1024 cells.
    return subBuckets + (shift - 1) * (subBuckets / 2) + Int(microseconds >> Int64(shift)) - subBuckets / 2
  }

  private static func upperEnd(of cell: Int) -> Int64 {
    guard cell >= subBuckets else { return Int64(cell) }
    let beyond = cell - subBuckets
    let shift = Int64(beyond / (subBuckets / 2) + 1)
    let mantissa = Int64(beyond % (subBuckets / 2) + subBuckets / 2)
    return ((mantissa + 1) << shift) - 1
  }
}

/// A histogram of non-negative integers with a fixed number of significant digits, for quantiles of millions.
///
/// Counts are integers: merging is adding, exact and free of order, so that parallel replications give the same
/// quantiles in any order of finishing.
///
/// ```swift
/// var latencies = HDRHistogram()  // microseconds, three digits
/// latencies.record(1523)
/// latencies.quantile(0.99)
/// ```
/// - Source: methods §3 (HDR histogram, Tene).
public struct HDRHistogram: Sendable, Hashable {
  /// s: the relative width of a cell is 10⁻ˢ at most.
  public let significantDigits: Int
  /// [values]
  public private(set) var count = 0
  /// Smallest value; nil when empty.
  public private(set) var minimum: Int?
  /// Largest value; nil when empty.
  public private(set) var maximum: Int?

  /// Cells of width 1: 2^⌈log2(2·10ˢ)⌉.
  private let subBucketCount: Int
  /// Counts by cell, grown on demand.
  private var cells: [Int] = []
  private var sum: Int128 = 0

  /// - Parameter significantDigits: 1...5.
  public init(significantDigits: Int = 3) {
    precondition((1...5).contains(significantDigits), "\(significantDigits) significant digits")
    self.significantDigits = significantDigits
    var needed = 2
    for _ in 0..<significantDigits { needed *= 10 }
    var subBuckets = 1
    while subBuckets < needed { subBuckets *= 2 }
    subBucketCount = subBuckets
  }

  /// Adds a value some number of times. Complexity: O(1), but for growing.
  public mutating func record(_ value: Int, count times: Int = 1) {
    precondition(value >= 0 && times >= 0, "\(value), \(times) times")
    guard times > 0 else { return }
    let cell = index(of: value)
    if cell >= cells.count { cells.append(contentsOf: repeatElement(0, count: cell + 1 - cells.count)) }
    cells[cell] += times
    count += times
    sum += Int128(value) * Int128(times)
    minimum = min(minimum ?? value, value)
    maximum = max(maximum ?? value, value)
  }

  /// Adds all values of another histogram of equal digits. Complexity: O(cells).
  public mutating func merge(_ other: HDRHistogram) {
    precondition(significantDigits == other.significantDigits, "histograms of different digits")
    guard let low = other.minimum, let high = other.maximum else { return }
    if other.cells.count > cells.count {
      cells.append(contentsOf: repeatElement(0, count: other.cells.count - cells.count))
    }
    for (cell, n) in other.cells.enumerated() { cells[cell] += n }
    count += other.count
    sum += other.sum
    minimum = min(minimum ?? low, low)
    maximum = max(maximum ?? high, high)
  }

  /// Exact mean of the values; nil when empty.
  public var mean: Double? { count > 0 ? Double(sum) / Double(count) : nil }

  /// Upper end of the cell of the ⌈n·p⌉-th smallest value, never beyond the maximum; nil when empty.
  ///
  /// - Parameter probability: 0...1.
  /// - Complexity: O(cells).
  public func quantile(_ probability: Double) -> Int? {
    precondition((0...1).contains(probability), "quantile of \(probability)")
    guard let maximum else { return nil }
    let rank = max(1, Int((probability * Double(count) - 1e-9).rounded(.up)))
    var seen = 0
    for (cell, n) in cells.enumerated() {
      seen += n
      if seen >= rank { return min(upperEnd(ofCell: cell), maximum) }
    }
    return maximum
  }

  /// All values that share the cell of a value.
  public func equivalentValues(to value: Int) -> ClosedRange<Int> {
    precondition(value >= 0, "\(value)")
    let shift = shift(of: value)
    let low = (value >> shift) << shift
    return low...low + ((1 << shift) - 1)
  }

  /// Doublings of the cell width at a value.
  private func shift(of value: Int) -> Int {
    max(0, Int.bitWidth - value.leadingZeroBitCount - subBucketCount.trailingZeroBitCount)
  }

  private func index(of value: Int) -> Int {
    let shift = shift(of: value)
    guard shift > 0 else { return value }
    // Each doubling of the width adds half as many cells as the first range has.
    return subBucketCount / 2 * (shift + 1) + (value >> shift) - subBucketCount / 2
  }

  private func upperEnd(ofCell cell: Int) -> Int {
    guard cell >= subBucketCount else { return cell }
    let half = subBucketCount / 2
    let shift = cell / half - 1
    return ((cell - half * shift + 1) << shift) - 1
  }
}

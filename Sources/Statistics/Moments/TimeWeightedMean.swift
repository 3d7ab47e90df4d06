/// The mean over time of a quantity that jumps: queue length, busy servers, pool size.
///
/// The value holds from the instant of its change, included, to the next change, excluded; the piece up to the end
/// of the observation counts.
///
/// ```swift
/// var queue = TimeWeightedMean(startingAt: 0, value: 0)
/// queue.change(to: 3, at: 2)
/// queue.mean(until: 4)  // 1.5
/// ```
/// - Source: methods §3.
public struct TimeWeightedMean: Sendable, Hashable {
  private let start: Double
  private var lastChange: Double
  private var value: Double
  private var area = 0.0

  /// Starts the observation, usually at the end of the warm-up.
  ///
  /// - Parameters:
  ///   - start: Instant in any unit that all later calls use too.
  ///   - value: Value at that instant.
  public init(startingAt start: Double, value: Double) {
    self.start = start
    lastChange = start
    self.value = value
  }

  /// Notes a change; changes come in order of time, several at one instant are allowed and the last one counts.
  public mutating func change(to newValue: Double, at time: Double) {
    precondition(time >= lastChange, "a change at \(time) after one at \(lastChange)")
    area += value * (time - lastChange)
    lastChange = time
    value = newValue
  }

  /// Integral from the start to the end divided by the time between; nil over no time.
  public func mean(until end: Double) -> Double? {
    precondition(end >= lastChange, "an end at \(end) before the change at \(lastChange)")
    guard end > start else { return nil }
    return (area + value * (end - lastChange)) / (end - start)
  }
}

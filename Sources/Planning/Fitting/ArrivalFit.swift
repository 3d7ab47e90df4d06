import Kernel
package import Scenarios
import Services
package import Statistics

/// Recorded arrivals, looked at: how many, how bursty at which scale, and what the gaps look like.
package struct ArrivalFit: Sendable {
  package var file: String
  /// Messages.
  package var total: Double
  /// From the first arrival to the last, or all periods. [s]
  package var duration: Double
  /// A window length and what its counts say.
  package var windows: [Window]
  /// Of the gaps between arrivals that are above zero; nil for counts.
  package var gaps: SampleFit?
  /// Arrivals at the same instant as the one before.
  package var simultaneous: Int
  /// nil for rows with a time each.
  package var counted: CountSeries?
  /// Whether the rows stand in another order than that of time.
  package var isUnsorted = false
  /// Columns that the reader had to be told, as a scenario names them: `time: sent_ms`.
  package var namedColumns: [String] = []

  package struct Window: Sendable {
    /// [s]
    package var length: Double
    package var count: Int
    /// Messages of the fullest one.
    package var peak: Int
    package var mean: Double
    package var test: DispersionTest
  }

  /// Window lengths in the order of people's clocks. [s]
  private static let lengths: [Double] = [1, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400]
  /// Fewer windows say nothing about variance, fewer messages nothing against χ².
  private static let windowsMin = 10
  private static let meanMin = 5.0

  /// Messages over the time in which they came. [1/s]
  ///
  /// Between the first of n arrivals and the last lie n − 1 gaps, and one over their mean is the rate that is most
  /// likely; counts fill their periods to the end. nan without a gap above zero. Source: methods §8.2.
  package var rate: Double {
    guard duration > 0 else { return .nan }
    return (counted == nil ? total - 1 : total) / duration
  }

  /// Arrivals with a time each.
  package init(_ trace: Trace, file: String, samples: Int) {
    self.file = file
    isUnsorted = !trace.isSorted
    let times = trace.rows.map(\.time.seconds)
    let total = Double(times.count)
    self.total = total
    let first = times.first ?? 0
    let duration = (times.last ?? 0) - first
    self.duration = duration
    let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
    simultaneous = gaps.count { $0 == 0 }
    windows = Self.lengths.compactMap { length in
      let count = Int(duration / length)
      // The last, partial window is left out.
      guard count >= Self.windowsMin, total / Double(count) >= Self.meanMin, count <= 1_000_000 else {
        return nil
      }
      var counts = Array(repeating: 0, count: count)
      for time in times {
        let window = Int((time - first) / length)
        if window < count { counts[window] += 1 }
      }
      return Self.window(length, counts)
    }
    let positive = gaps.filter { $0 > 0 }
    if positive.count >= 2 {
      self.gaps = SampleFit(
        Sample(values: positive, column: "gaps", source: .column), file: file, quantity: .duration,
        samples: samples)
    }
  }

  /// Arrivals counted per period.
  package init(_ series: CountSeries, file: String) {
    self.file = file
    counted = series
    total = series.total
    let period = series.period.seconds
    duration = period * Double(series.counts.count)
    simultaneous = 0
    windows = [1, 5, 12, 60, 288, 1440].compactMap { periods in
      let count = series.counts.count / periods
      guard count >= Self.windowsMin else { return nil }
      let counts = (0..<count).map { window in
        Int(series.counts[window * periods..<(window + 1) * periods].reduce(0, +).rounded())
      }
      return Self.window(period * Double(periods), counts)
    }
  }

  private static func window(_ length: Double, _ counts: [Int]) -> Window? {
    DispersionTest(counts: counts).map { test in
      Window(
        length: length, count: counts.count, peak: counts.max() ?? 0,
        mean: Double(counts.reduce(0, +)) / Double(counts.count), test: test)
    }
  }

  /// Whether some scale shows more variance than a Poisson stream of constant rate has, beyond 1 % chance over all scales.
  package var isBursty: Bool { windows.contains { $0.test.pValue < 0.01 / Double(windows.count) } }
  /// Whether the counts vary clearly less.
  package var isPaced: Bool { !windows.isEmpty && windows.allSatisfy { $0.test.pValue > 0.99 } }
}

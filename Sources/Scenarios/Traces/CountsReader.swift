package import Kernel
import Services

/// How counted periods are read.
package struct CountsOptions: Sendable, Hashable {
  package var timeColumn: String?
  /// Column or statistic that holds the counts; of `get-metric-data` the id or label of the series.
  package var valueColumn: String?
  /// What the file does not say, or says wrongly.
  package var period: SimDuration?
  package var clock: TraceClock
  /// Whether every count has to be a whole number.
  package var isWhole: Bool

  package init(
    timeColumn: String? = nil, valueColumn: String? = nil, period: SimDuration? = nil,
    clock: TraceClock = TraceClock(), isWhole: Bool = false
  ) {
    self.timeColumn = timeColumn
    self.valueColumn = valueColumn
    self.period = period
    self.clock = clock
    self.isWhole = isWhole
  }
}

/// A file of counts per period, read: one count a period from the first to the last, zero where the file has none.
package struct CountSeries: Sendable {
  package var counts: [Double]
  /// In time of the file.
  package var period: SimDuration
  /// Begin of the first period since the origin, in time of the file. [ns]
  package var first: Int64
  /// What was counted: `Sum`, `NumberOfMessagesSent`.
  package var name: String
  /// What time zero is, for instants. [ns since 1970]
  package var origin: Int64?
  /// Periods without a row between the first and the last.
  package var missing: Int
  /// Rows before the origin.
  package var skipped: Int
  package var total: Double { counts.reduce(0, +) }
}

/// Reads counts per period: `aws cloudwatch get-metric-statistics` and `get-metric-data`, the console's CSV, and any CSV
/// with a column of times and one of numbers.
package enum CountsReader {
  /// A row before it is put in order.
  struct Point {
    var time: Int64
    var value: Double
    var line: Int
    var column: Int
  }

  /// The rows of a file, whatever its form.
  struct Points {
    var all: [Point] = []
    var name = ""
    var isAbsolute = true
    /// What the file says about its periods.
    var period: SimDuration?
  }

  /// - Returns: nil with at least one mistake.
  static func read(
    _ bytes: [UInt8], _ options: CountsOptions, into mistakes: inout DataFileMistakes
  ) -> CountSeries? {
    let points =
      isJSON(bytes)
      ? CloudWatchJSON.points(bytes, options, into: &mistakes)
      : CountsTable.points(bytes, options, into: &mistakes)
    guard var points, mistakes.isEmpty else { return nil }
    for point in points.all where !(point.value >= 0 && point.value <= 1e12) {
      mistakes.add(
        "S342", line: point.line, column: point.column, "\(shown(point.value)) is not a number of messages")
    }
    if options.isWhole {
      for point in points.all where point.value != point.value.rounded() {
        mistakes.add(
          "S342", line: point.line, column: point.column,
          "\(shown(point.value)) is not a whole number of messages",
          hint: "'within: poisson' takes any number as a rate")
      }
    }
    guard mistakes.isEmpty else { return nil }
    guard !points.all.isEmpty else {
      mistakes.add("S342", "the file has no counts")
      return nil
    }
    // The command line of AWS gives points in no order.
    points.all.sort { $0.time != $1.time ? $0.time < $1.time : $0.line < $1.line }
    for (point, next) in zip(points.all, points.all.dropFirst()) where next.time == point.time {
      mistakes.add(
        "S342", line: next.line, column: next.column, "the period of line \(point.line) comes a second time",
        hint: "a file holds one metric; merge series before")
    }
    guard mistakes.isEmpty else { return nil }
    return series(points, options, into: &mistakes)
  }

  static func isJSON(_ bytes: [UInt8]) -> Bool {
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }

  private static func series(
    _ points: Points, _ options: CountsOptions, into mistakes: inout DataFileMistakes
  ) -> CountSeries? {
    let times = points.all.map(\.time)
    let smallest = zip(times, times.dropFirst()).map { $1 - $0 }.min()
    guard let period = options.period?.nanoseconds ?? points.period?.nanoseconds ?? smallest, period > 0
    else {
      mistakes.add("S342", "one row does not say how long its period is", hint: "give it with 'period: 5m'")
      return nil
    }
    for point in points.all where (point.time - times[0]) % period != 0 {
      mistakes.add(
        "S342", line: point.line, column: point.column,
        "the row does not begin a whole number of periods of \(DurationText.short(Double(period) / 1e9)) after the first one",
        hint: "give the length of the periods with 'period: 5m'")
    }
    guard mistakes.isEmpty else { return nil }
    var origin: Int64 = 0
    switch (options.clock.origin, points.isAbsolute) {
    case (.first, true): origin = times[0]
    case (.first, false): break
    case (.instant(let instant), true): origin = instant
    case (.instant, false):
      mistakes.add("S342", "the times count from 0, and an origin needs instants of the calendar")
      return nil
    }
    let kept = points.all.drop { $0.time < origin }
    guard let first = kept.first, let last = kept.last else {
      mistakes.add("S342", "all \(times.count) periods lie before the origin \(InstantText.utc(origin))")
      return nil
    }
    let count = (last.time - first.time) / period + 1
    guard count <= periodsMax, Double(last.time - origin) / options.clock.speed < Double(TraceClock.longest)
    else {
      mistakes.add("S342", "\(count) periods of \(DurationText.short(Double(period) / 1e9)) are too many")
      return nil
    }
    var counts = Array(repeating: 0.0, count: Int(count))
    for point in kept { counts[Int((point.time - first.time) / period)] = point.value }
    return CountSeries(
      counts: counts, period: SimDuration(nanoseconds: period), first: first.time - origin, name: points.name,
      origin: points.isAbsolute ? origin : nil, missing: Int(count) - kept.count,
      skipped: times.count - kept.count)
  }

  /// A series of minutes of twenty years.
  private static let periodsMax: Int64 = 10_000_000

  static func shown(_ value: Double) -> String { SchemaValidator.short(value) }
}

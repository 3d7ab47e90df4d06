package import Kernel

/// The column of a data file that says when, and how its cells are read.
struct TimeColumn: Sendable, Hashable {
  var index: Int
  var name: String
  var unit: TimeUnit
  /// Whether the cells are instants of the calendar, so that the first one becomes the beginning.
  var isAbsolute: Bool

  /// Names by which a time column is known, in order of preference; compared without case.
  static let names = [
    "time_s", "time_ms", "time_us", "time_ns", "time", "timestamp", "@timestamp", "epoch", "epoch_s",
    "epoch_ms",
    "instant", "datetime", "date", "arrival", "arrival_s", "arrival_ms", "created", "created_s", "created_at",
    "sent_at", "eventtime", "event_time",
  ]

  /// Position of the first known name in a header.
  static func index(in header: [String]) -> Int? {
    let known = header.map { $0.lowercased() }
    return names.lazy.compactMap { known.firstIndex(of: $0) }.first
  }

  /// Decides unit and kind by what the scenario says, else by the name, else by the first cell.
  ///
  /// Numbers from 10⁸ s (three years) on count from 1970: 13 digits are milliseconds, 16 microseconds, 19 nanoseconds.
  init(index: Int, name: String, unit given: TimeUnit?, first: ArraySlice<UInt8>) {
    self.index = index
    self.name = name
    if given == .iso || (given == nil && InstantText.iso(first) != nil) {
      (unit, isAbsolute) = (.iso, true)
      return
    }
    var unit = given ?? TimeUnit.suffix(of: name)
    if unit == nil, let value = InstantText.scaled(first, power: 0) {
      unit =
        switch value {
        case 100_000_000_000_000_000...: .ns
        case 100_000_000_000_000...: .us
        case 100_000_000_000...: .ms
        default: .s
        }
    }
    self.unit = unit ?? .s
    let nanoseconds = InstantText.scaled(first, power: self.unit.power) ?? 0
    isAbsolute = nanoseconds >= 100_000_000 * 1_000_000_000
  }

  /// Nanoseconds since 1970 or since the beginning; nil when the text is no time.
  func read(_ text: ArraySlice<UInt8>) -> Int64? {
    unit == .iso ? InstantText.iso(text) : InstantText.scaled(text, power: unit.power)
  }

  /// What a cell should have been.
  var expectation: String {
    switch unit {
    case .iso: "expected an instant such as 2026-08-19T10:00:00Z"
    case .s: isAbsolute ? "expected seconds since 1970" : "expected seconds, such as 12.5"
    case .ms: isAbsolute ? "expected milliseconds since 1970" : "expected milliseconds, such as 12500"
    case .us: "expected microseconds"
    case .ns: "expected nanoseconds"
    }
  }

  /// How the column was read, for reports.
  var description: String {
    let words =
      switch unit {
      case .iso: "instants"
      case .s: "seconds"
      case .ms: "milliseconds"
      case .us: "microseconds"
      case .ns: "nanoseconds"
      }
    return isAbsolute && unit != .iso ? "\(words) since 1970" : words
  }
}

/// Where the time of a scenario begins in a file of instants.
package enum TraceOrigin: Sendable, Hashable {
  /// With the first row.
  case first
  /// [ns since 1970]; earlier rows are left out.
  case instant(Int64)
}

/// How the clock of a file becomes that of a scenario.
package struct TraceClock: Sendable, Hashable {
  package enum Loop: Sendable, Hashable {
    case no
    /// Begins again where the file ends by itself.
    case whole
    /// Begins again after this long, in time of the file.
    case after(SimDuration)
  }
  package var unit: TimeUnit?
  package var origin: TraceOrigin
  /// Times of the file are divided by it. Above zero.
  package var speed: Double
  /// When the file begins.
  package var start: SimTime
  package var loop: Loop

  package init(
    unit: TimeUnit? = nil, origin: TraceOrigin = .first, speed: Double = 1, start: SimTime = .zero,
    loop: Loop = .no
  ) {
    self.unit = unit
    self.origin = origin
    self.speed = speed
    self.start = start
    self.loop = loop
  }

  /// Time of the scenario for a time since the origin. [ns]
  func time(_ nanoseconds: Int64) -> SimTime { start + span(nanoseconds) }

  /// A span of the file in time of the scenario. [ns]
  func span(_ nanoseconds: Int64) -> SimDuration {
    // Undisturbed speed keeps every nanosecond.
    speed == 1
      ? SimDuration(nanoseconds: nanoseconds)
      : SimDuration(nanoseconds: Int64((Double(nanoseconds) / speed).rounded(.toNearestOrAwayFromZero)))
  }

  /// Longest time that a trace may reach. [ns]; a hundred years
  static let longest: Int64 = 3_155_760_000 * 1_000_000_000
}

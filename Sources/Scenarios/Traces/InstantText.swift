/// Unit of the numbers of a time column.
package enum TimeUnit: String, Sendable, Hashable, CaseIterable {
  case s, ms, us, ns
  /// Dates with times of day: ISO 8601.
  case iso

  /// Power of ten from the unit to a nanosecond.
  var power: Int {
    switch self {
    case .s, .iso: 9
    case .ms: 6
    case .us: 3
    case .ns: 0
    }
  }

  /// Units of a second: to be divided by, so that `9ms` is exactly the nearest number to 0.009.
  var perSecond: Double {
    switch self {
    case .s, .iso: 1
    case .ms: 1e3
    case .us: 1e6
    case .ns: 1e9
    }
  }

  /// What the end of a column's name says: `sent_ms`, `durationMs`, `latency [ms]`.
  static func suffix(of name: String) -> TimeUnit? {
    // Fields of Logs Insights: @duration, @initDuration.
    if name.hasPrefix("@"), name.lowercased().hasSuffix("duration") { return .ms }
    for (words, unit) in [
      (["_ms", "(ms)", "[ms]", " ms", "_milliseconds", "_millis", "Millis", "Ms"], TimeUnit.ms),
      (["_us", "(us)", "[us]", " us", "_microseconds", "_micros"], .us), (["_ns", "_nanoseconds"], .ns),
      (["_s", "(s)", "[s]", " s", "_sec", "_secs", "_seconds"], .s),
    ] where words.contains(where: { name.hasSuffix($0) }) {
      return unit
    }
    return nil
  }
}

/// Instants and spans as integers of nanoseconds, read from text without a detour over floating point.
///
/// A `Double` of seconds since 1970 is 240 ns wide; a trace keeps all its digits.
enum InstantText {
  /// A decimal number times a power of ten, rounded half away from zero; nil for anything else and beyond 64 bits.
  static func scaled(_ text: ArraySlice<UInt8>, power: Int) -> Int64? {
    var digits = text
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    var mantissa: Int64 = 0
    // Digits behind the point that entered the mantissa: at most one more than are kept, which rounds them.
    var places = 0
    var hasPoint = false
    var hasDigit = false
    for byte in digits {
      switch byte {
      case 48...57:
        hasDigit = true
        if hasPoint, places > power { continue }
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, overflow2) = product.addingReportingOverflow(Int64(byte - 48))
        guard !overflow, !overflow2 else { return nil }
        mantissa = sum
        if hasPoint { places += 1 }
      case UInt8(ascii: ".") where !hasPoint: hasPoint = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): return exponential(text, power: power)
      default: return nil
      }
    }
    guard hasDigit else { return nil }
    if places > power {
      mantissa = (mantissa + 5) / 10
    } else {
      for _ in places..<power {
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
        guard !overflow else { return nil }
        mantissa = product
      }
    }
    return isNegative ? -mantissa : mantissa
  }

  private static func exponential(_ text: ArraySlice<UInt8>, power: Int) -> Int64? {
    guard var value = Literal.number(String(decoding: text, as: UTF8.self)) else { return nil }
    for _ in 0..<power { value *= 10 }
    return value.magnitude < 9e18 ? Int64(value.rounded(.toNearestOrAwayFromZero)) : nil
  }

  /// Nanoseconds since 1970 of `2026-08-19T10:00:00.5Z` and its relatives; nil for other texts.
  ///
  /// The day alone, a blank in place of the `T`, slashes in place of the dashes, hours and minutes alone, `,` before
  /// the fraction, `±HH:MM` and `±HHMM` are understood. Without an offset the time is UTC.
  static func iso(_ text: ArraySlice<UInt8>) -> Int64? {
    var cursor = Cursor(text)
    guard let year = cursor.number(4), let dash = cursor.next(of: "-/"), let month = cursor.number(2),
      cursor.next(of: "-/") == dash, let day = cursor.number(2), (1970...2261).contains(year),
      (1...12).contains(month), day >= 1, day <= CalendarDay.daysInMonth(year, month)
    else { return nil }
    var seconds = Int64(CalendarDay.days(year, month, day)) * 86_400
    if cursor.isAtEnd { return seconds * 1_000_000_000 }
    guard cursor.next(of: "Tt ") != nil, let hour = cursor.number(2), hour < 24,
      cursor.next(of: ":") != nil, let minute = cursor.number(2), minute < 60
    else { return nil }
    seconds += Int64(hour * 3600 + minute * 60)
    var fraction: Int64 = 0
    if cursor.next(of: ":") != nil {
      // A leap second is the first of the next minute.
      guard let second = cursor.number(2), second <= 60 else { return nil }
      seconds += Int64(second)
      if cursor.next(of: ".,") != nil {
        guard let nanoseconds = cursor.fraction() else { return nil }
        fraction = nanoseconds
      }
    }
    guard let offset = cursor.offsetMinutes(), cursor.isAtEnd else { return nil }
    return (seconds - Int64(offset) * 60) * 1_000_000_000 + fraction
  }

  /// `2026-08-19T10:00:00Z`, with as many digits of a second as it has, three at a time.
  package static func utc(_ nanoseconds: Int64) -> String {
    let (second, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let (days, inDay) = second.quotientAndRemainder(dividingBy: 86_400)
    let date = CalendarDay.date(Int(days))
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var text = "\(date.year)-\(two(Int64(date.month)))-\(two(Int64(date.day)))T"
    text += "\(two(inDay / 3600)):\(two(inDay / 60 % 60)):\(two(inDay % 60))"
    if fraction > 0 {
      var digits = String(fraction)
      digits = String(repeating: "0", count: 9 - digits.count) + digits
      while digits.hasSuffix("000") { digits.removeLast(3) }
      text += "." + digits
    }
    return text + "Z"
  }

  private struct Cursor {
    private var rest: ArraySlice<UInt8>
    init(_ text: ArraySlice<UInt8>) { rest = text }
    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(_ count: Int) -> Int? {
      guard rest.count >= count else { return nil }
      var value = 0
      for byte in rest.prefix(count) {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 48)
      }
      rest = rest.dropFirst(count)
      return value
    }

    mutating func next(of characters: String) -> UInt8? {
      guard let byte = rest.first, characters.utf8.contains(byte) else { return nil }
      rest = rest.dropFirst()
      return byte
    }

    /// Digits behind the point of a second. [ns]
    mutating func fraction() -> Int64? {
      let digits = rest.prefix { (48...57).contains($0) }
      guard !digits.isEmpty else { return nil }
      rest = rest.dropFirst(digits.count)
      return InstantText.scaled(Array("0.".utf8)[...] + digits, power: 9)
    }

    /// `Z`, ` UTC`, `+02:00`, `-0730` or nothing. [min]
    mutating func offsetMinutes() -> Int? {
      if rest.isEmpty { return 0 }
      if rest.elementsEqual("Z".utf8) || rest.elementsEqual("z".utf8) || rest.elementsEqual(" UTC".utf8) {
        rest = []
        return 0
      }
      guard let sign = next(of: "+-"), let hours = number(2), hours < 24 else { return nil }
      _ = next(of: ":")
      guard let minutes = number(2), minutes < 60 else { return nil }
      return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }
  }
}

/// The Gregorian calendar in days since 1970-01-01.
enum CalendarDay {
  static func daysInMonth(_ year: Int, _ month: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years that begin in March put the leap day at the end, which makes the month lengths regular.
    let y = month <= 2 ? year - 1 : year
    let m = (month + 9) % 12
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
  }

  /// The inverse, for days from 1970 on.
  static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
    var year = 1970 + days / 366
    while self.days(year + 1, 1, 1) <= days { year += 1 }
    var month = 1
    while month < 12, self.days(year, month + 1, 1) <= days { month += 1 }
    return (year, month, days - self.days(year, month, 1) + 1)
  }
}

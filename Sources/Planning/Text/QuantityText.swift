import Scenarios

/// Numbers as people read them: `11h35m`, `90,612`, `2.81 USD`.
///
/// Fixed-point digits of our own: no locale, no rounding mode of the platform.
package enum QuantityText {
  /// A value in its unit, `never` for an infinite one.
  package static func value(_ value: Double, _ unit: QuantityUnit) -> String {
    guard value.isFinite else { return "never" }
    return switch unit {
    case .seconds: duration(value)
    case .bytes: bytes(value)
    case .usd: money(value)
    case .share: percent(value)
    case .count: count(value)
    case .perMinute: count(value) + "/min"
    }
  }

  /// Half the width of an interval, no finer than the value it belongs to: `± 2m` beside `11h35m`.
  package static func halfWidth(_ half: Double, of value: Double, _ unit: QuantityUnit) -> String {
    guard unit == .seconds, value.magnitude >= 3599.5, half >= 60, half.isFinite else {
      return self.value(half, unit)
    }
    return duration((half / 60).rounded() * 60)
  }

  /// Two units at most, three digits or so: `667ms`, `6.9s`, `2m`, `11h35m`, `3d4h`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "never" }
    if seconds < 0 { return "−" + duration(-seconds) }
    if seconds == 0 { return "0s" }
    if seconds < 0.0009995 { return trimmed(seconds * 1e6, digits: 0) + "us" }
    if seconds < 0.9995 { return trimmed(seconds * 1e3, digits: seconds < 0.01 ? 1 : 0) + "ms" }
    if seconds < 9.995 { return trimmed(seconds, digits: 2) + "s" }
    if seconds < 59.95 { return trimmed(seconds, digits: 1) + "s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return pair(whole / 60, "m", whole % 60, "s") }
    let minutes = (whole + 30) / 60
    if minutes < 48 * 60 { return pair(minutes / 60, "h", minutes % 60, "m") }
    let hours = (minutes + 30) / 60
    return pair(hours / 24, "d", hours % 24, "h")
  }

  /// Time of the scenario's clock: `00:07`, with hours beyond a day going on.
  package static func clock(minute: Int) -> String {
    let digits = { (n: Int) in n < 10 ? "0\(n)" : "\(n)" }
    return "\(digits(minute / 60)):\(digits(minute % 60))"
  }

  package static func count(_ value: Double) -> String {
    guard value.isFinite else { return "never" }
    let magnitude = value.magnitude
    if magnitude == magnitude.rounded() || magnitude >= 1000 { return grouped(fixed(value, digits: 0)) }
    return trimmed(value, digits: magnitude >= 10 ? 1 : magnitude >= 0.1 ? 2 : 4)
  }
  package static func count(_ value: Int) -> String { grouped("\(value)") }

  package static func money(_ value: Double) -> String {
    let magnitude = value.magnitude
    let digits = magnitude >= 100 ? 0 : magnitude >= 0.01 || magnitude == 0 ? 2 : 5
    return grouped(fixed(value, digits: digits)) + " USD"
  }

  package static func percent(_ share: Double, digits: Int = 2) -> String {
    fixed(share * 100, digits: digits) + " %"
  }

  /// `2 %`, and `1e-9 %` where six decimals would show nothing or something else.
  package static func smallPercent(_ share: Double) -> String {
    let percent = share * 100
    guard percent > 0, percent < 1e-3 else { return plain(percent) + " %" }
    return SignificantDigits.scientific(percent, digits: 4) + " %"
  }

  package static func bytes(_ value: Double) -> String {
    var scaled = value
    for unit in ["B", "KiB", "MiB", "GiB"] {
      if scaled.magnitude < 1024 { return trimmed(scaled, digits: unit == "B" ? 0 : 1) + " " + unit }
      scaled /= 1024
    }
    return trimmed(scaled, digits: 1) + " TiB"
  }

  /// At most six decimals, none that are zero at the end.
  package static func plain(_ value: Double) -> String { trimmed(value, digits: 6) }

  // MARK: Digits

  /// Rounded to a fixed number of decimals, ties away from zero; a minus only for a value that shows.
  package static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value < 0 ? "−inf" : "inf" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 9e18 else { return value.description }
    let number = Int64(scaled)
    var text = "\(number)"
    if digits > 0 {
      while text.utf8.count <= digits { text = "0" + text }
      let split = text.index(text.endIndex, offsetBy: -digits)
      text = text[..<split] + "." + text[split...]
    }
    return value < 0 && number != 0 ? "−" + text : text
  }

  private static func trimmed(_ value: Double, digits: Int) -> String {
    var text = fixed(value, digits: digits)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private static func pair(_ big: Int, _ bigUnit: String, _ small: Int, _ smallUnit: String) -> String {
    small == 0 ? "\(big)\(bigUnit)" : "\(big)\(bigUnit)\(small)\(smallUnit)"
  }

  /// Commas between thousands of the part before the point.
  private static func grouped(_ text: String) -> String {
    let isNegative = text.hasPrefix("−") || text.hasPrefix("-")
    let digits = isNegative ? text.dropFirst() : text[...]
    let whole = digits.prefix { $0 != "." }
    var result = ""
    for (position, digit) in whole.enumerated() {
      if position > 0, (whole.count - position) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return (isNegative ? "−" : "") + result + digits.dropFirst(whole.count)
  }
}

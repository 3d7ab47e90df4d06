/// A piece of text that is not what its place expects.
///
/// `offset` and `length` mark the wrong part inside the scalar.
package struct LiteralError: Error, Sendable, Hashable {
  /// What was found and what was expected.
  package var message: String
  package var hint: String?
  /// [characters]
  package var offset: Int
  package var length: Int
  package init(_ message: String, hint: String? = nil, offset: Int = 0, length: Int = 1) {
    self.message = message
    self.hint = hint
    self.offset = offset
    self.length = length
  }
}

/// Readers of the unit literals. Source: scenario format §4.
package enum Literal {
  /// What a number with a unit measures.
  package enum Quantity: String, Sendable, Hashable {
    case duration, size, rate, share, money, number
    /// A number with or without the unit of a duration, a size or a share.
    case measure

    /// `a duration`, and how to write one.
    var article: String {
      switch self {
      case .duration: "a duration"
      case .size: "a size"
      case .rate: "a rate"
      case .share: "a share"
      case .money: "an amount of money"
      case .number, .measure: "a number"
      }
    }
    var example: String {
      switch self {
      case .duration: "250ms, 2s, 5m or 1h"
      case .size: "300B, 2KiB or 1.5MB"
      case .rate: "1000/min, 1.2k/s or 2MiB/s"
      case .share: "0.2%"
      case .money: "20 USD"
      case .number: "3 or 0.25"
      case .measure: "3, 0.25, 2s, 400KiB or 5%"
      }
    }
  }

  /// Units and their factors; a negative one divides, so that `9ms` is exactly the nearest number to 0.009.
  private static let durationUnits: [(String, Double)] = [
    ("us", -1e6), ("ms", -1e3), ("s", 1), ("min", 60), ("m", 60), ("h", 3600), ("d", 86_400), ("w", 604_800),
  ]
  private static let sizeUnits: [(String, Double)] = [
    ("B", 1), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("KiB", 1024), ("MiB", 1_048_576),
    ("GiB", 1_073_741_824),
  ]

  /// The value in the base unit: seconds, bytes, 1/s or bytes/s, a fraction, USD.
  package static func read(_ text: String, as quantity: Quantity) throws(LiteralError) -> Double {
    guard let value = value(of: text, as: quantity), value.isFinite else {
      throw LiteralError(
        "'\(text)' is not \(quantity.article): write \(suggestion(text, quantity) ?? quantity.example)",
        length: text.count)
    }
    return value
  }

  private static func value(of text: String, as quantity: Quantity) -> Double? {
    switch quantity {
    case .duration: text == "0" ? 0 : withUnit(text, durationUnits)
    case .size: unsigned(text) ?? withUnit(text, sizeUnits)
    case .rate: rate(text)
    case .share: share(text)
    case .money: money(text)
    case .number: number(text)
    case .measure: number(text) ?? withUnit(text, durationUnits) ?? withUnit(text, sizeUnits) ?? share(text)
    }
  }

  /// A decimal number, `1_000` and exponents included; no `nan`, `inf` or hexadecimal.
  package static func number(_ text: String) -> Double? {
    let digits = text.filter { $0 != "_" }
    guard let first = digits.first, first.isASCII, first.isNumber || "+-.".contains(first),
      digits.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) })
    else { return nil }
    return Double(digits)
  }

  /// Whether a text can only be a name: letters, digits and `_`, no digit first.
  package static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
    }
  }

  package static func integer(_ text: String) -> Int? {
    if let exact = Int(text.filter { $0 != "_" }) { return exact }
    // `1e6` and `5.0` are integers to CloudFormation.
    guard let value = number(text), let whole = Int(exactly: value) else { return nil }
    return whole
  }

  /// The words of YAML 1.2 and of CloudFormation; `on` and `yes` are texts.
  package static func boolean(_ text: String) -> Bool? {
    switch text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  private static func unsigned(_ text: String) -> Double? {
    guard let first = text.first, first.isNumber || first == ".", let value = number(text), value >= 0 else {
      return nil
    }
    return value
  }

  private static func withUnit(_ text: String, _ units: [(String, Double)]) -> Double? {
    let split = text.firstIndex { !($0.isNumber || $0 == "." || $0 == "_") } ?? text.endIndex
    guard let value = unsigned(String(text[..<split])),
      let unit = units.first(where: { $0.0 == text[split...] })
    else { return nil }
    return unit.1 > 0 ? value * unit.1 : value / -unit.1
  }

  private static func rate(_ text: String) -> Double? {
    if text == "0" { return 0 }
    guard let slash = text.firstIndex(of: "/") else { return nil }
    let per: Double
    switch text[text.index(after: slash)...] {
    case "s": per = 1
    case "m", "min": per = 60
    case "h": per = 3600
    case "d": per = 86_400
    default: return nil
    }
    let amount = String(text[..<slash])
    if let plain = unsigned(amount) { return plain / per }
    return withUnit(amount, [("k", 1e3), ("M", 1e6)] + sizeUnits).map { $0 / per }
  }

  /// `0.2%`, or a plain fraction from 0 to 1.
  private static func share(_ text: String) -> Double? {
    if text.last == "%" { return unsigned(String(text.dropLast())).map { $0 / 100 } }
    return unsigned(text).flatMap { $0 <= 1 ? $0 : nil }
  }

  private static func money(_ text: String) -> Double? {
    guard text.hasSuffix("USD") else { return nil }
    let amount = text.dropLast(3)
    return unsigned(String(amount.last == " " ? amount.dropLast() : amount))
  }

  /// What the author may have meant: `1000 per min` → `1000/min`, `2 hours` → `2h`.
  private static func suggestion(_ text: String, _ quantity: Quantity) -> String? {
    let words = text.split(whereSeparator: { $0 == " " || $0 == "/" }).map(String.init)
    guard let first = words.first,
      let digitEnd = first.firstIndex(where: { !($0.isNumber || $0 == ".") })
        ?? Optional(first.endIndex), digitEnd > first.startIndex
    else { return nil }
    let amount = String(first[..<digitEnd])
    var rest = [String(first[digitEnd...])] + words.dropFirst()
    rest.removeAll { $0.isEmpty || $0 == "per" || $0 == "a" }
    let unit: String
    switch rest.last?.lowercased() {
    case "us", "microsecond", "microseconds": unit = "us"
    case "ms", "msec", "millisecond", "milliseconds": unit = "ms"
    case "s", "sec", "secs", "second", "seconds": unit = "s"
    case "m", "min", "mins", "minute", "minutes": unit = quantity == .rate ? "min" : "m"
    case "h", "hr", "hour", "hours": unit = "h"
    case "d", "day", "days": unit = "d"
    case "b", "byte", "bytes": unit = "B"
    case "kb", "k": unit = "KB"
    case "kib": unit = "KiB"
    case "mb": unit = "MB"
    case "mib": unit = "MiB"
    case "gb": unit = "GB"
    case "$", "usd", "dollar", "dollars": unit = " USD"
    default: return nil
    }
    let proposal = quantity == .rate ? "\(amount)/\(unit)" : "\(amount)\(unit)"
    return value(of: proposal, as: quantity) == nil || proposal == text ? nil : proposal
  }
}

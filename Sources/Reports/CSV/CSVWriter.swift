/// Writes the rows of a CSV file into one buffer of bytes.
///
/// RFC 4180 with LF line ends; numbers are the shortest decimals that read back as the same value, never with an
/// exponent or a locale.
struct CSVWriter {
  private(set) var bytes: [UInt8] = []
  private var isFirstField = true

  /// Rows without a header, or fields, to go into another writer.
  init() {}

  init(columns: String, reserving size: Int = 0) {
    bytes.reserveCapacity(size)
    bytes.append(contentsOf: columns.utf8)
    bytes.append(Self.lineFeed)
  }

  private static let lineFeed = UInt8(ascii: "\n")
  private static let quote = UInt8(ascii: "\"")

  mutating func endRow() {
    bytes.append(Self.lineFeed)
    isFirstField = true
  }

  private mutating func separate() {
    if !isFirstField { bytes.append(UInt8(ascii: ",")) }
    isFirstField = false
  }

  mutating func empty() { separate() }

  /// Fields that are written already, with the commas between them.
  mutating func fields(_ written: [UInt8]) {
    separate()
    bytes.append(contentsOf: written)
  }

  /// Whole rows of another writer.
  mutating func append(_ rows: CSVWriter) {
    bytes.append(contentsOf: rows.bytes)
  }

  /// Quoted when it holds a comma, a quote or a line end.
  mutating func text(_ value: String) {
    separate()
    let needsQuotes = value.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == Self.quote || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
    }
    guard needsQuotes else {
      bytes.append(contentsOf: value.utf8)
      return
    }
    bytes.append(Self.quote)
    for byte in value.utf8 {
      if byte == Self.quote { bytes.append(Self.quote) }
      bytes.append(byte)
    }
    bytes.append(Self.quote)
  }

  mutating func integer(_ value: Int) {
    separate()
    Decimal.append(Int64(value), to: &bytes)
  }

  mutating func number(_ value: Double?) {
    separate()
    if let value { Decimal.append(value, to: &bytes) }
  }

  /// Nanoseconds as seconds, exactly.
  mutating func seconds(nanoseconds: Int64) {
    separate()
    Decimal.append(nanoseconds: nanoseconds, to: &bytes)
  }

  /// Hands over the bytes so far and goes on with an empty buffer.
  mutating func drain() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }
}

/// Decimal digits without formatting machinery.
enum Decimal {
  static func append(_ value: Int64, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    append(value.magnitude, minimumDigits: 1, to: &bytes)
  }

  /// Shortest text that reads back as the same number; `inf` for infinity. NaN is a bug.
  static func append(_ value: Double, to bytes: inout [UInt8]) {
    precondition(!value.isNaN, "NaN in a report")
    // 2⁵³: up to here integers are exact and their digits are the shortest text.
    if value.magnitude < 9_007_199_254_740_992, value == value.rounded(.towardZero) {
      append(Int64(value), to: &bytes)
      return
    }
    guard value.isFinite else {
      bytes.append(contentsOf: value < 0 ? "-inf".utf8 : "inf".utf8)
      return
    }
    let text = Array(value.description.utf8)
    guard let mark = text.firstIndex(of: UInt8(ascii: "e")) else {
      bytes.append(contentsOf: text)
      return
    }
    expand(text[..<mark], exponent: exponent(text[(mark + 1)...]), to: &bytes)
  }

  static func append(nanoseconds: Int64, to bytes: inout [UInt8]) {
    if nanoseconds < 0 { bytes.append(UInt8(ascii: "-")) }
    let magnitude = nanoseconds.magnitude
    append(magnitude / 1_000_000_000, minimumDigits: 1, to: &bytes)
    let fraction = magnitude % 1_000_000_000
    guard fraction > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    append(fraction, minimumDigits: 9, to: &bytes)
    while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
  }

  private static func append(_ value: UInt64, minimumDigits: Int, to bytes: inout [UInt8]) {
    let start = bytes.count
    var rest = value
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    while bytes.count - start < minimumDigits { bytes.append(UInt8(ascii: "0")) }
    bytes[start...].reverse()
  }

  private static func exponent(_ text: ArraySlice<UInt8>) -> Int {
    var value = 0
    for byte in text where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return text.first == UInt8(ascii: "-") ? -value : value
  }

  /// Writes `d.ddd × 10ᵉ` without an exponent.
  private static func expand(_ mantissa: ArraySlice<UInt8>, exponent: Int, to bytes: inout [UInt8]) {
    var digits: [UInt8] = []
    for byte in mantissa {
      if byte == UInt8(ascii: "-") {
        bytes.append(byte)
      } else if byte != UInt8(ascii: ".") {
        digits.append(byte)
      }
    }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let zero = UInt8(ascii: "0")
    if exponent < 0 {
      bytes.append(contentsOf: "0.".utf8)
      bytes.append(contentsOf: repeatElement(zero, count: -exponent - 1))
      bytes.append(contentsOf: digits)
    } else if digits.count <= exponent + 1 {
      bytes.append(contentsOf: digits)
      bytes.append(contentsOf: repeatElement(zero, count: exponent + 1 - digits.count))
    } else {
      bytes.append(contentsOf: digits[...exponent])
      bytes.append(UInt8(ascii: "."))
      bytes.append(contentsOf: digits[(exponent + 1)...])
    }
  }
}

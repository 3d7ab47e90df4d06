/// A JSON value that knows where it stands.
struct JSONValue: Sendable {
  indirect enum Content: Sendable {
    case object([(key: String, value: JSONValue)])
    case array([JSONValue])
    case string(String)
    /// As written.
    case number(String)
    case boolean(Bool)
    case null
  }
  var content: Content
  /// Of the first byte in the file.
  var place: Int

  subscript(_ key: String) -> JSONValue? {
    guard case .object(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }
  var elements: [JSONValue]? { if case .array(let values) = content { values } else { nil } }
  var string: String? { if case .string(let text) = content { text } else { nil } }
  var number: Double? { if case .number(let text) = content { Double(text) } else { nil } }
  var keys: [String] {
    if case .object(let entries) = content { entries.map(\.key) } else { [] }
  }
}

/// Reads the JSON of data files: RFC 8259, at most fifty levels, with the place of every value.
///
/// Scenarios are read by the YAML reader; data files are larger than what its tree of nodes is made for.
struct JSONScanner {
  struct Failure: Error, Sendable {
    var place: Int
    var message: String
  }

  private let bytes: [UInt8]
  private var position = 0
  private static let depthMax = 50

  static func read(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
    var scanner = JSONScanner(bytes: bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
    let value = try scanner.value(depth: 0)
    scanner.skipBlanks()
    guard scanner.position == bytes.count else {
      throw Failure(place: scanner.position, message: "the file goes on behind its JSON value")
    }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func skipBlanks() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func failure(_ expected: String) -> Failure {
    let found =
      position < bytes.count
      ? "found '\(String(decoding: bytes[position..<min(position + 12, bytes.count)], as: UTF8.self))'"
      : "the file ends"
    return Failure(place: position, message: "\(found) where JSON has \(expected)")
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    skipBlanks()
    let place = position
    guard position < bytes.count, depth < Self.depthMax else { throw failure("a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return JSONValue(content: .object(try entries(depth)), place: place)
    case UInt8(ascii: "["): return JSONValue(content: .array(try elements(depth)), place: place)
    case UInt8(ascii: "\""): return JSONValue(content: .string(try text()), place: place)
    case UInt8(ascii: "t") where takes("true"): return JSONValue(content: .boolean(true), place: place)
    case UInt8(ascii: "f") where takes("false"): return JSONValue(content: .boolean(false), place: place)
    case UInt8(ascii: "n") where takes("null"): return JSONValue(content: .null, place: place)
    case UInt8(ascii: "-"), 48...57:
      while position < bytes.count,
        (48...57).contains(bytes[position]) || "+-.eE".utf8.contains(bytes[position])
      {
        position += 1
      }
      let text = String(decoding: bytes[place..<position], as: UTF8.self)
      guard Double(text) != nil else {
        position = place
        throw failure("a number")
      }
      return JSONValue(content: .number(text), place: place)
    default: throw failure("a value")
    }
  }

  private mutating func takes(_ word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func entries(_ depth: Int) throws(Failure) -> [(key: String, value: JSONValue)] {
    var entries: [(key: String, value: JSONValue)] = []
    position += 1
    skipBlanks()
    if takes("}") { return [] }
    while true {
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw failure("a key in quotes")
      }
      let key = try text()
      skipBlanks()
      guard takes(":") else { throw failure("':' behind a key") }
      entries.append((key, try value(depth: depth + 1)))
      skipBlanks()
      if takes("}") { return entries }
      guard takes(",") else { throw failure("',' or '}'") }
    }
  }

  private mutating func elements(_ depth: Int) throws(Failure) -> [JSONValue] {
    var elements: [JSONValue] = []
    position += 1
    skipBlanks()
    if takes("]") { return [] }
    while true {
      elements.append(try value(depth: depth + 1))
      skipBlanks()
      if takes("]") { return elements }
      guard takes(",") else { throw failure("',' or ']'") }
    }
  }

  private mutating func text() throws(Failure) -> String {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\")
    {
      position += 1
    }
    var text = String(decoding: bytes[start..<position], as: UTF8.self)
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\") {
        position += 1
        text.unicodeScalars.append(try escaped())
      } else {
        let from = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""),
          bytes[position] != UInt8(ascii: "\\")
        {
          position += 1
        }
        text += String(decoding: bytes[from..<position], as: UTF8.self)
      }
    }
    guard position < bytes.count else { throw failure("the end of a text") }
    position += 1
    return text
  }

  private mutating func escaped() throws(Failure) -> Unicode.Scalar {
    guard position < bytes.count else { throw failure("an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "u"):
      let first = try hex()
      if (0xD800..<0xDC00).contains(first), takes("\\u") {
        let second = try hex()
        if (0xDC00..<0xE000).contains(second) {
          return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + second - 0xDC00) ?? "\u{FFFD}"
        }
      }
      return Unicode.Scalar(first) ?? "\u{FFFD}"
    default:
      position -= 1
      throw failure("an escape such as \\n")
    }
  }

  private mutating func hex() throws(Failure) -> UInt32 {
    guard position + 4 <= bytes.count,
      let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw failure("four hexadecimal digits") }
    position += 4
    return value
  }
}

/// Line and column of a byte, for messages.
enum BytePlace {
  static func lineAndColumn(of place: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    let before = bytes[..<min(place, bytes.count)]
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return (1 + before.count { $0 == 0x0A }, 1 + before[start...].count { $0 & 0xC0 != 0x80 })
  }
}

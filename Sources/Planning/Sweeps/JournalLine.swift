import Records

/// A line of a journal: a checksum and fields between tabs.
///
/// `<16 hex digits> <field>\t<field>...\n`. The checksum is FNV-1a of the bytes behind the blank: it finds a line that
/// was cut off or half written, not one that somebody made up.
enum JournalLine {
  static func append(_ fields: [String], to bytes: inout [UInt8]) {
    var body: [UInt8] = []
    for (position, field) in fields.enumerated() {
      if position > 0 { body.append(UInt8(ascii: "\t")) }
      escape(field, into: &body)
    }
    bytes.append(contentsOf: hex(checksum(body[...])).utf8)
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: body)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// The fields of a line without its line end; nil when the checksum does not fit.
  static func fields(_ line: ArraySlice<UInt8>) -> [String]? {
    guard line.count > 17, line[line.startIndex + 16] == UInt8(ascii: " ") else { return nil }
    let body = line.dropFirst(17)
    guard hex(checksum(body)).utf8.elementsEqual(line.prefix(16)) else { return nil }
    return body.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map(unescaped)
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }

  static func hex(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// Names are free text: tabs and line ends would take a line apart.
  private static func escape(_ text: String, into bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      default: bytes.append(byte)
      }
    }
  }

  private static func unescaped(_ field: ArraySlice<UInt8>) -> String {
    guard field.contains(UInt8(ascii: "\\")) else { return String(decoding: field, as: UTF8.self) }
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in field {
      if isEscaped {
        bytes.append(
          byte == UInt8(ascii: "t")
            ? UInt8(ascii: "\t") : byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Texts that stand in many lines, by number: a line of its own introduces each before its first use.
struct JournalTexts {
  private var numbers: [String: Int] = [:]
  private(set) var texts: [String] = []

  mutating func number(of text: String, introducing lines: inout [UInt8]) -> String {
    if let known = numbers[text] { return String(known) }
    JournalLine.append(["text", String(texts.count), text], to: &lines)
    introduce(text)
    return String(texts.count - 1)
  }

  mutating func introduce(_ text: String) {
    numbers[text] = texts.count
    texts.append(text)
  }

  func text(_ field: String) -> String? {
    guard let number = Int(field), texts.indices.contains(number) else { return nil }
    return texts[number]
  }
}

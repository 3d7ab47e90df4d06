/// Writes JSON with keys in the order given, two blanks a level.
struct JSONWriter {
  indirect enum Value {
    case text(String)
    case integer(Int)
    case unsigned(UInt64)
    case number(Double)
    case boolean(Bool)
    case null
    case array([Value])
    case object([(String, Value)])
  }

  static func bytes(_ value: Value) -> [UInt8] {
    var bytes: [UInt8] = []
    write(value, indent: 0, &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private static func write(_ value: Value, indent: Int, _ bytes: inout [UInt8]) {
    switch value {
    case .text(let text): quote(text, &bytes)
    case .integer(let number): bytes.append(contentsOf: "\(number)".utf8)
    case .unsigned(let number): bytes.append(contentsOf: "\(number)".utf8)
    case .number(let number):
      // JSON has no infinity: "never" is null.
      if number.isFinite { Decimal.append(number, to: &bytes) } else { bytes.append(contentsOf: "null".utf8) }
    case .boolean(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .null: bytes.append(contentsOf: "null".utf8)
    case .array(let values):
      list("[", "]", values, indent, &bytes) { write($0, indent: indent + 1, &$1) }
    case .object(let entries):
      list("{", "}", entries, indent, &bytes) { entry, bytes in
        quote(entry.0, &bytes)
        bytes.append(contentsOf: ": ".utf8)
        write(entry.1, indent: indent + 1, &bytes)
      }
    }
  }

  private static func list<Element>(
    _ open: String, _ close: String, _ elements: [Element], _ indent: Int, _ bytes: inout [UInt8],
    _ body: (Element, inout [UInt8]) -> Void
  ) {
    bytes.append(contentsOf: open.utf8)
    for (position, element) in elements.enumerated() {
      bytes.append(contentsOf: (position == 0 ? "\n" : ",\n").utf8)
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * (indent + 1)))
      body(element, &bytes)
    }
    if !elements.isEmpty {
      bytes.append(UInt8(ascii: "\n"))
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
    }
    bytes.append(contentsOf: close.utf8)
  }

  private static func quote(_ text: String, _ bytes: inout [UInt8]) {
    let hex = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(hex[Int(byte >> 4)])
        bytes.append(hex[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

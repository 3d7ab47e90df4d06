/// A JSON document whose members keep their order.
package indirect enum JSONDocument: Sendable {
  case object([(String, JSONDocument)])
  case array([JSONDocument])
  case string(String)
  case number(Double)
  case boolean(Bool)

  /// The document, indented by two blanks, with a line break at the end.
  package func text() -> String {
    var out = ""
    write(to: &out, indent: 0)
    return out + "\n"
  }

  private func write(to out: inout String, indent: Int) {
    let inner = String(repeating: "  ", count: indent + 1)
    let outer = String(repeating: "  ", count: indent)
    switch self {
    case .object(let members):
      if members.isEmpty { out += "{}"; return }
      out += "{\n"
      for (index, (key, value)) in members.enumerated() {
        out += inner + Self.quoted(key) + ": "
        value.write(to: &out, indent: indent + 1)
        out += index == members.count - 1 ? "\n" : ",\n"
      }
      out += outer + "}"
    case .array(let values):
      if values.isEmpty { out += "[]"; return }
      let isShort = values.allSatisfy { if case .string = $0 { true } else { false } } && values.count <= 8
      out += isShort ? "[" : "[\n"
      for (index, value) in values.enumerated() {
        if !isShort { out += inner }
        value.write(to: &out, indent: indent + 1)
        if index < values.count - 1 { out += isShort ? ", " : "," }
        if !isShort { out += "\n" }
      }
      out += isShort ? "]" : outer + "]"
    case .string(let text): out += Self.quoted(text)
    case .number(let value): out += SchemaValidator.short(value)
    case .boolean(let value): out += value ? "true" : "false"
    }
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case let control where control.value < 0x20:
        let hex = String(control.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

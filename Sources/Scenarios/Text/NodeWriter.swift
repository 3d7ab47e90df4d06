/// Writes a tree as YAML in block style; reading it again gives the same tree.
///
/// Functions are written in their long form. Short lists of scalars stand on one line.
package struct NodeWriter {
  /// Written behind the line of a key: `# from file:line`.
  private let comment: (_ entry: Node.Entry, _ path: [String]) -> String?
  /// Widest line of a list in brackets. [characters]
  private static let flowWidth = 90

  package init(comment: @escaping (_ entry: Node.Entry, _ path: [String]) -> String? = { _, _ in nil }) {
    self.comment = comment
  }

  package func text(_ root: Node) -> String {
    switch root.value {
    case .mapping(let entries) where !entries.isEmpty: block(entries, indent: 0, path: [])
    case .sequence(let elements) where !elements.isEmpty: block(elements, indent: 0, path: [])
    default: inline(root) + "\n"
    }
  }

  private func block(_ entries: [Node.Entry], indent: Int, path: [String]) -> String {
    entries.map { entry in
      let margin = String(repeating: " ", count: indent)
      let key = Self.scalar(entry.key, isPlain: true)
      let place = path + [entry.key]
      let note = comment(entry, place).map { "  # \($0)" } ?? ""
      return margin + key + ":" + rest(entry.value, indent: indent, path: place, note: note)
    }.joined()
  }

  private func block(_ elements: [Node], indent: Int, path: [String]) -> String {
    elements.enumerated().map { index, element in
      let margin = String(repeating: " ", count: indent)
      let place = path + [String(index)]
      if case .mapping(let entries) = element.value, !entries.isEmpty {
        // The first key stands on the line of the dash.
        let lines = block(entries, indent: indent + 2, path: place)
        return margin + "- " + lines.dropFirst(indent + 2)
      }
      return margin + "-" + rest(element, indent: indent, path: place, note: "")
    }.joined()
  }

  private func rest(_ node: Node, indent: Int, path: [String], note: String) -> String {
    switch node.value {
    case .mapping(let entries) where !entries.isEmpty:
      return note + "\n" + block(entries, indent: indent + 2, path: path)
    case .sequence(let elements) where !elements.isEmpty:
      if let line = flow(elements) { return " " + line + note + "\n" }
      return note + "\n" + block(elements, indent: indent + 2, path: path)
    default: return " " + inline(node) + note + "\n"
    }
  }

  /// A list of scalars on one line, when it is short.
  private func flow(_ elements: [Node]) -> String? {
    guard elements.allSatisfy({ $0.text != nil || $0.isNull }) else { return nil }
    let line = "[" + elements.map(inline).joined(separator: ", ") + "]"
    return line.count <= Self.flowWidth ? line : nil
  }

  private func inline(_ node: Node) -> String {
    switch node.value {
    case .scalar(let text, let isPlain): Self.scalar(text, isPlain: isPlain)
    case .null: "null"
    case .sequence: "[]"
    case .mapping: "{}"
    }
  }

  /// A scalar as it was written where that is safe, in quotes otherwise.
  static func scalar(_ text: String, isPlain: Bool) -> String {
    if isPlain, isSafePlain(text) { return text }
    let isPrintable = text.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0x7F && !(0x80...0x9F).contains($0.value)
        && ![0x2028, 0x2029, 0xFEFF].contains($0.value) && !(0xE000...0xF8FF).contains($0.value)
    }
    if isPrintable {
      return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: result += "\\\""
      case 0x5C: result += "\\\\"
      case 0x0A: result += "\\n"
      case 0x0D: result += "\\r"
      case 0x09: result += "\\t"
      case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xDFFF, 0xF900...0xFEFE, 0xFF00...:
        result.unicodeScalars.append(scalar)
      default:
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
      }
    }
    return result + "\""
  }

  private static func isSafePlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
    if ["~", "null", "Null", "NULL", "<<", "---", "..."].contains(text) { return false }
    if "-?:,[]{}#&*!|>'\"%@`= ".unicodeScalars.contains(first) {
      // A minus before a digit begins a number.
      let second = text.unicodeScalars.dropFirst().first
      guard first == "-", let second, ("0"..."9").contains(second) else { return false }
    }
    if last == " " || last == ":" { return false }
    var previous: Unicode.Scalar = "x"
    for scalar in text.unicodeScalars {
      let isPlainCharacter = (0x20...0x7E).contains(scalar.value) || (0xA0...0x2027).contains(scalar.value)
      if !isPlainCharacter || ",[]{}".unicodeScalars.contains(scalar) { return false }
      if scalar == " ", previous == ":" { return false }
      if scalar == "#", previous == " " { return false }
      previous = scalar
    }
    return true
  }
}

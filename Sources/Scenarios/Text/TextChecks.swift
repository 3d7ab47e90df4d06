/// What is checked of a file's characters before any YAML is read.
enum TextChecks {
  /// The text of UTF-8 bytes without a byte order mark; names the first byte that is not UTF-8.
  static func decode(_ bytes: [UInt8], file: String, into diagnostics: inout Diagnostics) -> String? {
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    if let text = String(validating: body, as: UTF8.self) { return text }
    let bad = firstInvalidOffset(body)
    let position = position(ofByte: bad, in: body, file: file)
    diagnostics.add(
      Diagnostic(
        .error, "Y103", at: position,
        "byte 0x\(hex(body[body.startIndex + bad])) is not UTF-8; save the file as UTF-8"))
    return nil
  }

  /// The first control character or dangerous key, if there is one.
  static func firstProblem(in source: SourceText) -> Diagnostic? {
    controlCharacter(in: source) ?? AliasKeyCheck.problem(in: source)
  }

  private static func controlCharacter(in source: SourceText) -> Diagnostic? {
    let isControl = { (byte: UInt8) in
      (byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D) || byte == 0x7F
    }
    guard source.text.utf8.contains(where: isControl) else { return nil }
    for (index, line) in source.lines.enumerated() {
      for (column, scalar) in line.unicodeScalars.enumerated()
      where scalar.isASCII && isControl(UInt8(scalar.value)) {
        let name = scalar.value == 0 ? "a NUL" : "control character 0x\(hex(UInt8(scalar.value)))"
        return Diagnostic(
          .error, "Y103", at: SourcePosition(file: source.file, line: index + 1, column: column + 1),
          "\(name) stands in the text; a scenario is plain text")
      }
    }
    return nil
  }

  /// Offset of the first byte that cannot be part of well-formed UTF-8. [bytes]
  private static func firstInvalidOffset(_ bytes: ArraySlice<UInt8>) -> Int {
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput, .error: return min(offset, bytes.count - 1)
      }
    }
  }

  private static func position(ofByte offset: Int, in bytes: ArraySlice<UInt8>, file: String)
    -> SourcePosition
  {
    let before = bytes.prefix(offset)
    let line = before.count { $0 == 0x0A } + 1
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? before.startIndex
    // Continuation bytes do not begin a character.
    let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
    return SourcePosition(file: file, line: line, column: column)
  }

  private static func hex(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16, uppercase: true)
    return text.count == 1 ? "0" + text : text
  }
}

/// Refuses very many anchors, and keys that are aliases or collections when aliases could multiply.
///
/// The YAML library compares the keys of each map as whole trees while it reads; a key that is a bomb of aliases
/// would keep it busy for ever, before any node could be counted. Aliases elsewhere are counted after reading.
enum AliasKeyCheck {
  /// Largest product of (1 + aliases after each anchor) that is taken as harmless.
  private static let harmlessProduct = 1_000_000
  /// Most anchors of a file that also has aliases; each costs the library time even when it is small.
  private static let anchorsMax = 2_000

  static func problem(in source: SourceText) -> Diagnostic? {
    guard source.text.utf8.contains(UInt8(ascii: "*")), source.text.utf8.contains(UInt8(ascii: "&")) else {
      return nil
    }
    let (growth, anchors) = growthBound(source)
    if anchors > anchorsMax {
      return Diagnostic(
        .error, "Y110", at: SourcePosition(file: source.file, line: 0, column: 0),
        "the file has more than 2,000 anchors, which no scenario needs")
    }
    guard growth > harmlessProduct else { return nil }
    for (index, line) in source.lines.enumerated() {
      if let column = suspiciousKey(in: Array(line.utf8)) {
        return Diagnostic(
          .error, "Y110", at: SourcePosition(file: source.file, line: index + 1, column: column + 1),
          "aliases stand in keys and could multiply without end; write the key as plain text")
      }
    }
    return nil
  }

  /// An upper bound of how often the aliases can multiply a node, and the number of anchors.
  private static func growthBound(_ source: SourceText) -> (growth: Int, anchors: Int) {
    var product = 1
    var anchors = 0
    var aliasesSinceAnchor = 0
    var previous = UInt8(ascii: "\n")
    for byte in source.text.utf8 {
      if startsToken(after: previous) {
        if byte == UInt8(ascii: "&") {
          product = min(product * (1 + aliasesSinceAnchor), harmlessProduct + 1)
          aliasesSinceAnchor = 0
          anchors += 1
        } else if byte == UInt8(ascii: "*") {
          aliasesSinceAnchor = min(aliasesSinceAnchor + 1, harmlessProduct)
        }
      }
      previous = byte
    }
    return (product * (1 + aliasesSinceAnchor), anchors)
  }

  /// Column, from 0, of `*name :`, `? `, `] :` or `} :`.
  private static func suspiciousKey(in line: [UInt8]) -> Int? {
    for (index, byte) in line.enumerated() {
      let previous = index == 0 ? UInt8(ascii: " ") : line[index - 1]
      switch byte {
      case UInt8(ascii: "?") where startsToken(after: previous):
        if index + 1 == line.count || line[index + 1] == UInt8(ascii: " ") { return index }
      case UInt8(ascii: "*") where startsToken(after: previous):
        let rest = line[(index + 1)...].drop { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ":") }
        if rest.drop(while: { $0 == UInt8(ascii: " ") }).first == UInt8(ascii: ":") { return index }
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        let rest = line[(index + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        if rest.first == UInt8(ascii: ":") { return index }
      default: break
      }
    }
    return nil
  }

  private static func startsToken(after byte: UInt8) -> Bool {
    switch byte {
    case 0x09, 0x0A, 0x0D, 0x20, UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","): true
    case UInt8(ascii: ":"), UInt8(ascii: "?"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

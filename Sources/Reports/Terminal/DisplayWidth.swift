/// How wide text is on a terminal.
enum DisplayWidth {
  /// Columns of a text: two for wide East Asian characters and emoji, none for combining marks.
  static func of(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + columns($1) } }

  static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - of(text)))
  }

  static func rightAligned(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - of(text))) + text
  }

  /// Breaks a text at blanks, and words that are longer than a line anywhere.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    precondition(width > 0, "no room for text")
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      var rest = String(word)
      if !line.isEmpty, of(line) + 1 + of(rest) > width {
        lines.append(line)
        line = ""
      }
      while of(rest) > width {
        let (head, tail) = split(rest, at: width)
        lines.append(head)
        rest = tail
      }
      line += line.isEmpty ? rest : " " + rest
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  private static func split(_ text: String, at width: Int) -> (String, String) {
    var head = ""
    var used = 0
    for character in text {
      let columns = of(String(character))
      // A character wider than the line still has to go somewhere.
      if used > 0, used + columns > width { break }
      head.append(character)
      used += columns
    }
    return (head, String(text.dropFirst(head.count)))
  }

  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F, 0x300...0x36F, 0x200B...0x200F, 0x20D0...0x20FF, 0xFE00...0xFE0F: 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}

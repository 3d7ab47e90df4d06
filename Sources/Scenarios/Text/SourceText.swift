/// The text of one file of a scenario, with its lines, for excerpts in messages.
package struct SourceText: Sendable {
  /// As the user wrote it.
  package let file: String
  package let text: String
  /// Lines without their line breaks, in file order.
  package let lines: [Substring]

  package init(file: String, text: String) {
    self.file = file
    self.text = text
    self.lines = SourceText.split(text)
  }

  /// The line with this number, from 1; nothing when the file is shorter.
  package func line(_ number: Int) -> Substring? {
    number >= 1 && number <= lines.count ? lines[number - 1] : nil
  }

  /// Splits at the breaks the YAML scanner counts: LF, CR, CRLF, NEL, LS and PS.
  ///
  /// Positions of nodes count the same breaks, so that an excerpt always shows the line the position means.
  private static func split(_ text: String) -> [Substring] {
    let bytes = text.utf8
    var lines: [Substring] = []
    var start = bytes.startIndex
    var index = start
    while index < bytes.endIndex {
      guard let width = breakWidth(in: bytes, at: index) else {
        index = bytes.index(after: index)
        continue
      }
      lines.append(text[start..<index])
      index = bytes.index(index, offsetBy: width)
      start = index
    }
    if start < bytes.endIndex { lines.append(text[start...]) }
    return lines
  }

  /// Length of the line break that starts here. [bytes]
  private static func breakWidth(in bytes: String.UTF8View, at index: String.Index) -> Int? {
    func byte(_ offset: Int) -> UInt8? {
      guard let at = bytes.index(index, offsetBy: offset, limitedBy: bytes.endIndex), at < bytes.endIndex
      else { return nil }
      return bytes[at]
    }
    switch bytes[index] {
    case 0x0A: return 1
    case 0x0D: return byte(1) == 0x0A ? 2 : 1
    case 0xC2: return byte(1) == 0x85 ? 2 : nil
    case 0xE2: return byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9) ? 3 : nil
    default: return nil
    }
  }
}

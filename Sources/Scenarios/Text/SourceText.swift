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

  /// The text of a data file, for excerpts: the lines of its first mebibyte.
  package init(excerptsOf bytes: [UInt8], file: String) {
    self.init(file: file, text: String(decoding: bytes.prefix(1 << 20), as: UTF8.self))
  }

  /// The line with this number, from 1; nothing when the file is shorter.
  package func line(_ number: Int) -> Substring? {
    number >= 1 && number <= lines.count ? lines[number - 1] : nil
  }

  /// Splits at the breaks the YAML scanner counts: LF, CR, CRLF, NEL, LS and PS.
  ///
  /// Positions of nodes count the same breaks, so that an excerpt always shows the line the position means.
  private static func split(_ text: String) -> [Substring] {
    var text = text
    return text.withUTF8 { bytes in
      var ranges: [Range<Int>] = []
      var start = 0
      var index = 0
      while index < bytes.count {
        let width = breakWidth(in: bytes, at: index)
        if width > 0 {
          ranges.append(start..<index)
          start = index + width
        }
        index += max(1, width)
      }
      if start < bytes.count { ranges.append(start..<bytes.count) }
      return ranges
    }.map { range in
      let utf8 = text.utf8
      let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
      return text[start..<utf8.index(start, offsetBy: range.count)]
    }
  }

  /// Length of the line break that starts here; 0 when none does. [bytes]
  private static func breakWidth(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    func byte(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
    switch bytes[index] {
    case 0x0A: return 1
    case 0x0D: return byte(1) == 0x0A ? 2 : 1
    case 0xC2: return byte(1) == 0x85 ? 2 : 0
    case 0xE2: return byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9) ? 3 : 0
    default: return 0
    }
  }
}

/// Walks over the records of a CSV file without copying its cells: RFC 4180, UTF-8, LF or CRLF, empty lines left out.
///
/// A cell is a range of bytes; its text is made only when somebody asks, so that a million rows cost their numbers alone.
struct CSVScanner {
  struct Cell {
    /// First byte and the one behind the last, without the quotes around.
    var start: Int
    var end: Int
    /// Whether the bytes are not yet the text: a doubled quote, or something behind the closing one.
    var isRaw: Bool
    /// Where the cell begins in the file, its quote included.
    var place: Int
  }

  let bytes: [UInt8]
  private var position: Int
  /// Line that the newest record begins on, from 1.
  private(set) var line = 0
  /// First byte of that line.
  private(set) var lineStart = 0
  private var nextLine = 1
  /// Whether the file ends inside quotes; then the last record reaches to its end.
  private(set) var isUnclosed = false

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Moves to the next record; false at the end of the file.
  ///
  /// - Complexity: O(bytes of the record); allocates nothing once `cells` has grown.
  mutating func next(into cells: inout [Cell]) -> Bool {
    repeat {
      guard position < bytes.count else { return false }
      cells.removeAll(keepingCapacity: true)
      line = nextLine
      lineStart = position
      while readCell(into: &cells) {}
      // A line with nothing on it is no record; one with an empty pair of quotes is.
    } while cells.count == 1 && cells[0].start == cells[0].end && cells[0].place == cells[0].start
    return true
  }

  /// Reads one cell; true when another one follows on the record.
  private mutating func readCell(into cells: inout [Cell]) -> Bool {
    let place = position
    var cell = Cell(start: place, end: place, isRaw: false, place: place)
    if position < bytes.count, bytes[position] == Self.quote {
      position += 1
      cell.start = position
      var isOpen = true
      while isOpen {
        guard position < bytes.count else {
          isUnclosed = true
          cell.end = position
          cells.append(cell)
          return false
        }
        switch bytes[position] {
        case Self.quote where position + 1 < bytes.count && bytes[position + 1] == Self.quote:
          cell.isRaw = true
          position += 2
        case Self.quote: isOpen = false
        case Self.lineFeed:
          nextLine += 1
          position += 1
        default: position += 1
        }
      }
      cell.end = position
      position += 1
    }
    let rest = position
    while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.lineFeed {
      position += 1
    }
    var end = position
    let endsRecord = position >= bytes.count || bytes[position] == Self.lineFeed
    if endsRecord, position < bytes.count, end > rest, bytes[end - 1] == Self.carriageReturn { end -= 1 }
    if rest == place {
      cell.end = end
    } else if end > rest {
      // Text behind a closing quote belongs to the cell; its range then holds the quote.
      cell.isRaw = true
      cell.end = end
    }
    cells.append(cell)
    if position < bytes.count {
      if endsRecord { nextLine += 1 }
      position += 1
      // A comma at the very end of the file has an empty cell behind it.
      if !endsRecord, position == bytes.count {
        cells.append(Cell(start: position, end: position, isRaw: false, place: position))
        return false
      }
    }
    return !endsRecord
  }

  func text(_ cell: Cell) -> String {
    guard cell.isRaw else { return String(decoding: bytes[cell.start..<cell.end], as: UTF8.self) }
    var text: [UInt8] = []
    var isQuoted = true
    var index = cell.start
    while index < cell.end {
      let byte = bytes[index]
      index += 1
      if isQuoted, byte == Self.quote {
        if index < cell.end, bytes[index] == Self.quote {
          text.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      } else {
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a cell, blanks at both ends left out.
  func trimmed(_ cell: Cell) -> ArraySlice<UInt8> {
    var slice = bytes[cell.start..<cell.end]
    while let first = slice.first, first == 0x20 || first == 0x09 { slice = slice.dropFirst() }
    while let last = slice.last, last == 0x20 || last == 0x09 { slice = slice.dropLast() }
    return slice
  }

  /// Column of a cell in its line, from 1. [characters]
  func column(of cell: Cell) -> Int {
    // Quotes can hold line ends: the cell's own line counts.
    let start = bytes[lineStart..<cell.place].lastIndex(of: Self.lineFeed).map { $0 + 1 } ?? lineStart
    return 1 + bytes[start..<cell.place].count { $0 & 0xC0 != 0x80 }
  }

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}

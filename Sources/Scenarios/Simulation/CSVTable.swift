/// A small reader of CSV files with a header row: RFC 4180, UTF-8, LF or CRLF.
package struct CSVTable {
  package var header: [String]
  package var rows: [[String]]

  /// nil when a quoted cell is not closed or the file is empty.
  package init?(_ text: String) {
    var records: [[String]] = []
    var record: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var wasQuoted = false
    func flush() {
      record.append(String(decoding: cell, as: UTF8.self))
      cell.removeAll(keepingCapacity: true)
      wasQuoted = false
    }
    func end() {
      if record.isEmpty, cell.isEmpty, !wasQuoted { return }
      flush()
      records.append(record)
      record = []
    }
    var bytes = Array(text.utf8)[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    var i = bytes.startIndex
    while i < bytes.endIndex {
      let byte = bytes[i]
      i += 1
      if isQuoted {
        if byte != 0x22 {
          cell.append(byte)
        } else if i < bytes.endIndex, bytes[i] == 0x22 {
          cell.append(0x22)
          i += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case 0x22 where cell.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
      case 0x2C: flush()
      case 0x0D where i < bytes.endIndex && bytes[i] == 0x0A: continue
      case 0x0A: end()
      default: cell.append(byte)
      }
    }
    guard !isQuoted else { return nil }
    end()
    guard let first = records.first else { return nil }
    header = first
    rows = Array(records.dropFirst())
  }
}

extension Compilation {
  /// Largest trace or sample that is read. [bytes]
  private static let csvSizeMax = 256 << 20

  /// Reads a CSV file that stands beside the file of the node.
  mutating func csv(_ name: String, _ node: Node, path: String) -> CSVTable? {
    var found = Diagnostics()
    let reference = Node(.scalar(name, isPlain: true), at: node.position)
    let file = project.read(reference, what: path, limit: Self.csvSizeMax, into: &found)
    diagnostics += found.all
    guard let file else { return nil }
    guard let table = CSVTable(String(decoding: file.bytes, as: UTF8.self)) else {
      report("S316", node, "'\(name)' is not a CSV file with a header row", path: path)
      return nil
    }
    return table
  }
}

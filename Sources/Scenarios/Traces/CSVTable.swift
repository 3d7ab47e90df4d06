/// A CSV file with a header row as texts: for small files and for files of our own.
package struct CSVTable {
  package var header: [String]
  package var rows: [[String]]

  /// nil when a quoted cell is not closed or the file is empty.
  package init?(_ text: String) {
    var scanner = CSVScanner(Array(text.utf8))
    var cells: [CSVScanner.Cell] = []
    var records: [[String]] = []
    while scanner.next(into: &cells) { records.append(cells.map(scanner.text)) }
    guard !scanner.isUnclosed, let first = records.first else { return nil }
    header = first
    rows = Array(records.dropFirst())
  }
}

/// Rows of cells in aligned columns.
struct TextTable {
  private var rows: [[String]] = []
  /// Columns from this one on are aligned to the right.
  private let rightFrom: Int

  init(header: [String], rightFrom: Int) {
    rows = [header]
    self.rightFrom = rightFrom
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// - Parameter indent: Blanks before each line.
  func lines(indent: Int) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let gap = String(repeating: " ", count: widths[column] - DisplayWidth.of(cell))
        return column >= rightFrom ? gap + cell : cell + gap
      }
      return (String(repeating: " ", count: indent) + cells.joined(separator: "   ")).trimmingTrailingBlanks()
    }
  }
}

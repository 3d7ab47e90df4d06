/// What is wrong with a data file, row by row: the first mistakes with their places, the rest as a number.
struct DataFileMistakes: Sendable {
  /// As shown in messages.
  let file: String
  /// Where the file is used: `Simulation.workloads.orders.arrivals.file`; nil outside a scenario.
  let path: String?
  private(set) var all: [Diagnostic] = []
  private var rest = 0
  /// Of the first mistake that is only counted.
  private var restBegin: SourcePosition?

  /// Most mistakes of one file that are told one by one.
  static let shownMax = 10

  init(file: String, path: String?) {
    self.file = file
    self.path = path
  }

  var isEmpty: Bool { all.isEmpty }

  /// How a column is named where the file is used: in a scenario, or on the command line of `fit`.
  func naming(_ key: String, _ name: String = "NAME") -> String {
    path != nil ? "'columns: {\(key): \(name)}'" : key == "value" ? "'--value \(name)'" : "'--column \(name)'"
  }

  /// About a record that has other cells than the header.
  mutating func addRagged(_ scanner: CSVScanner, cells: Int, header: Int) {
    add(
      line: scanner.line, column: 1,
      "the row has \(cells) cell\(cells == 1 ? "" : "s"), the header has \(header)")
  }

  mutating func add(
    _ code: String = "S316", line: Int, column: Int, length: Int = 1, _ message: String, hint: String? = nil
  ) {
    let position = SourcePosition(file: file, line: line, column: column)
    guard isShown(at: position) else { return }
    all.append(
      Diagnostic(
        .error, code, at: position, message, length: max(1, length), hint: hint, path: path))
  }

  /// About the file as a whole.
  mutating func add(_ code: String, _ message: String, hint: String? = nil) {
    add(code, line: 0, column: 0, message, hint: hint)
  }
  mutating func add(_ message: String, hint: String? = nil) { add("S316", message, hint: hint) }

  /// About one cell.
  mutating func add(
    _ code: String = "S316", _ cell: CSVScanner.Cell, of scanner: CSVScanner, _ message: String,
    hint: String? = nil
  ) {
    // Places cost a search, which mistakes that are only counted do without.
    guard rest == 0 else {
      rest += 1
      return
    }
    add(
      code, line: scanner.line(of: cell), column: scanner.column(of: cell),
      length: cell.end - cell.place, message, hint: hint)
  }

  /// Counts what comes after the first ten.
  private mutating func isShown(at position: SourcePosition) -> Bool {
    if all.count < Self.shownMax { return true }
    rest += 1
    restBegin = restBegin ?? position
    return false
  }

  /// What to report: the first ten mistakes in the order of the file, and from where on more are only counted.
  var diagnostics: [Diagnostic] {
    guard let restBegin else { return all }
    let others =
      rest == 1
      ? "one more mistake, which is not shown"
      : "\(rest) more mistakes from here on, which are not shown"
    return all + [Diagnostic(.error, "S316", at: restBegin, others, path: path)]
  }
}

extension CSVScanner {
  /// Line that a cell begins on: records with line ends in quotes have several.
  func line(of cell: Cell) -> Int { line + bytes[lineStart..<cell.place].count { $0 == 0x0A } }

  /// At most forty characters of a cell, for messages.
  func shown(_ cell: Cell) -> String {
    let text = text(cell)
    return text.count > 40 ? text.prefix(37) + "..." : text
  }
}

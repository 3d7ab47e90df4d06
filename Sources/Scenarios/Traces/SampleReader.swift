/// How measured values are read.
package struct SampleOptions: Sendable, Hashable {
  package var column: String?
  /// Unit of plain numbers, in place of what the column's name says.
  package var unit: TimeUnit?
  /// What the values are.
  package var quantity: Literal.Quantity

  package init(column: String? = nil, unit: TimeUnit? = nil, quantity: Literal.Quantity = .duration) {
    self.column = column
    self.unit = unit
    self.quantity = quantity
  }
}

/// Measured values of one quantity.
package struct Sample: Sendable {
  /// In the order of the file. [s], [bytes] or plain numbers
  package var values: [Double]
  /// What they are called: a column, or `Duration` of a Lambda log.
  package var column: String
  /// Where they come from.
  package var source: Source

  package init(values: [Double], column: String, source: Source) {
    self.values = values
    self.column = column
    self.source = source
  }

  package enum Source: String, Sendable, Hashable {
    case column = "a CSV column"
    /// One number a line, without a header.
    case list = "a list of numbers"
    case lambdaLog = "REPORT lines of Lambda"
  }
}

/// Reads measured values: a column of a CSV file, a list of numbers, or the REPORT lines of Lambda's log.
package enum SampleReader {
  /// Names of columns that hold times of handling, the best first; compared without case and without their unit.
  private static let names = [
    "duration", "latency", "service", "elapsed", "time", "value", "response", "sleep",
  ]

  /// - Returns: nil with at least one mistake.
  static func read(
    _ bytes: [UInt8], _ options: SampleOptions, into mistakes: inout DataFileMistakes
  ) -> Sample? {
    if LambdaLogReader.isLog(bytes) { return LambdaLogReader.read(bytes, options, into: &mistakes) }
    var scanner = CSVScanner(bytes)
    var cells: [CSVScanner.Cell] = []
    guard scanner.next(into: &cells) else {
      mistakes.add("the file is empty")
      return nil
    }
    var sample = Sample(values: [], column: "", source: .column)
    var column = 0
    let width = cells.count
    var divisor = 1.0
    if cells.count == 1, options.column == nil, Literal.number(scanner.text(cells[0])) != nil {
      sample.source = .list
      sample.column = "values"
      divisor = (options.unit ?? .s).perSecond
      append(cells[0], scanner, options, divisor, to: &sample.values, &mistakes)
    } else {
      let header = cells.map { String(decoding: scanner.trimmed($0), as: UTF8.self) }
      guard let found = index(options.column, in: header, at: scanner.line, &mistakes) else { return nil }
      column = found
      sample.column = header[column]
      let unit = options.unit ?? (isTime(options.quantity) ? TimeUnit.suffix(of: header[column]) : nil)
      divisor = unit?.perSecond ?? 1
    }
    while scanner.next(into: &cells) {
      guard !scanner.isUnclosed else {
        mistakes.add(line: scanner.line, column: 1, "a quote is opened on this record and not closed")
        break
      }
      // Also a comma within a number makes a cell too many.
      guard cells.count == width else {
        if sample.source == .list {
          mistakes.add(
            "S340", line: scanner.line, column: 1, "the row has \(cells.count) cells; expected one number",
            hint: "a point stands before decimals")
        } else {
          mistakes.addRagged(scanner, cells: cells.count, header: width)
        }
        continue
      }
      append(cells[column], scanner, options, divisor, to: &sample.values, &mistakes)
    }
    guard mistakes.isEmpty else { return nil }
    guard !sample.values.isEmpty else {
      mistakes.add("the file has a header row and no values")
      return nil
    }
    return sample
  }

  private static func isTime(_ quantity: Literal.Quantity) -> Bool {
    quantity == .duration || quantity == .measure
  }

  private static func append(
    _ cell: CSVScanner.Cell, _ scanner: CSVScanner, _ options: SampleOptions, _ divisor: Double,
    to values: inout [Double], _ mistakes: inout DataFileMistakes
  ) {
    let text = String(decoding: scanner.trimmed(cell), as: UTF8.self)
    guard
      let value = Literal.number(text).map({ $0 / divisor })
        ?? (try? Literal.read(text, as: options.quantity)), value.isFinite
    else {
      mistakes.add("S340", cell, of: scanner, "'\(scanner.shown(cell))' is not \(options.quantity.article)")
      return
    }
    if value < 0, options.quantity == .duration || options.quantity == .size {
      mistakes.add(
        "S340", cell, of: scanner, "\(scanner.shown(cell)) is negative; expected \(options.quantity.article)")
      return
    }
    values.append(value)
  }

  /// The column that is meant: the named one, the only one, or the one whose name says so.
  private static func index(
    _ wanted: String?, in header: [String], at line: Int, _ mistakes: inout DataFileMistakes
  ) -> Int? {
    if let wanted {
      if let index = header.firstIndex(of: wanted) { return index }
      mistakes.add(
        line: line, column: 1, "there is no column '\(wanted)'; the file has \(Compilation.listing(header))",
        hint: NearestName.of(wanted, in: header).map { "did you mean '\($0)'?" })
      return nil
    }
    if header.count == 1 { return 0 }
    for name in names {
      let matching = header.indices.filter { index in
        header[index].lowercased().drop { $0 == "@" }.hasPrefix(name)
      }
      if matching.count == 1 { return matching[0] }
    }
    mistakes.add(
      line: line, column: 1,
      "which column? The file has \(Compilation.listing(header)), and none is called duration or latency",
      hint: mistakes.path == nil ? "name it with '--column NAME'" : "name the column behind the file")
    return nil
  }
}

import Kernel

/// Reads counts per period from a CSV file, with the lines that the CloudWatch console puts before its table.
enum CountsTable {
  /// Lines in which the header is looked for.
  private static let preambleMax = 30
  /// Columns that hold counts, the best first; compared without case.
  private static let valueNames = [
    "sum", "count", "samplecount", "requests", "messages", "invocations", "value",
  ]

  /// Whether a file looks like counts rather than like a row for each message.
  static func isMeant(_ bytes: [UInt8]) -> Bool {
    var scanner = CSVScanner(bytes)
    var cells: [CSVScanner.Cell] = []
    for _ in 0..<preambleMax where scanner.next(into: &cells) {
      let texts = cells.map { String(decoding: scanner.trimmed($0), as: UTF8.self) }
      if texts.count > 1, TimeColumn.index(in: texts) != nil {
        return texts.contains { valueNames.contains($0.lowercased()) }
      }
      if texts.count > 1, cells.contains(where: { InstantText.iso(scanner.trimmed($0)) != nil }) {
        return true
      }
    }
    return false
  }

  static func points(
    _ bytes: [UInt8], _ options: CountsOptions, into mistakes: inout DataFileMistakes
  ) -> CountsReader.Points? {
    var points = CountsReader.Points()
    guard let start = start(bytes, options, &points, into: &mistakes) else { return nil }
    var scanner = CSVScanner(bytes)
    var cells: [CSVScanner.Cell] = []
    for _ in 0..<start.record { _ = scanner.next(into: &cells) }
    var time: TimeColumn?
    var value: Int?
    while scanner.next(into: &cells) {
      guard start.time < cells.count else {
        mistakes.add("S342", line: scanner.line, column: 1, "the row has \(cells.count) cells and no time")
        continue
      }
      let timeCell = cells[start.time]
      let column =
        time
        ?? TimeColumn(
          index: start.time, name: start.header.map { $0[start.time] } ?? "time", unit: options.clock.unit,
          first: scanner.trimmed(timeCell))
      time = column
      guard let instant = column.read(scanner.trimmed(timeCell)), instant >= 0 else {
        mistakes.add(
          "S342", timeCell, of: scanner,
          "\(column.name) is '\(scanner.shown(timeCell))'; \(column.expectation)")
        continue
      }
      if value == nil {
        value = valueColumn(start, cells, scanner, options, into: &mistakes)
        guard value != nil else { return nil }
      }
      guard let value, value < cells.count else {
        mistakes.add("S342", line: scanner.line, column: 1, "the row has \(cells.count) cells and no count")
        continue
      }
      // The console leaves the cell of a period without data empty.
      if scanner.trimmed(cells[value]).isEmpty { continue }
      guard let number = Literal.number(scanner.text(cells[value])) else {
        mistakes.add(
          "S342", cells[value], of: scanner, "'\(scanner.shown(cells[value]))' is not a number of messages")
        continue
      }
      points.all.append(
        .init(time: instant, value: number, line: scanner.line, column: scanner.column(of: cells[value])))
    }
    points.isAbsolute = time?.isAbsolute ?? true
    if let header = start.header, let value, value < header.count { points.name = header[value] }
    if points.name.isEmpty { points.name = "counts" }
    return points
  }

  /// Where the table begins.
  private struct Start {
    /// Records before the first row.
    var record: Int
    var header: [String]?
    var headerLine: Int
    var time: Int
  }

  private static func start(
    _ bytes: [UInt8], _ options: CountsOptions, _ points: inout CountsReader.Points,
    into mistakes: inout DataFileMistakes
  ) -> Start? {
    var scanner = CSVScanner(bytes)
    var cells: [CSVScanner.Cell] = []
    var previous: [String] = []
    var previousLine = 0
    var record = 0
    while record < preambleMax, scanner.next(into: &cells) {
      record += 1
      let texts = cells.map { String(decoding: scanner.trimmed($0), as: UTF8.self) }
      if let wanted = options.timeColumn {
        if let index = texts.firstIndex(of: wanted) {
          return Start(record: record, header: texts, headerLine: scanner.line, time: index)
        }
      } else if texts.count > 1, let index = TimeColumn.index(in: texts) {
        return Start(record: record, header: texts, headerLine: scanner.line, time: index)
      } else if texts.count > 1,
        let index = cells.firstIndex(where: { InstantText.iso(scanner.trimmed($0)) != nil })
      {
        // A table without the name of its time column: the line before may still name the others.
        let header = previous.count == texts.count ? previous : nil
        return Start(record: record - 1, header: header, headerLine: previousLine, time: index)
      } else if texts.count == 2, texts[0].lowercased() == "period", let seconds = Literal.number(texts[1]),
        seconds > 0, seconds <= 3.2e9
      {
        points.period = SimDuration(seconds: seconds)
      }
      (previous, previousLine) = (texts, scanner.line)
    }
    if let wanted = options.timeColumn {
      mistakes.add("S342", "there is no column '\(wanted)' for the time")
    } else {
      mistakes.add(
        "S342",
        "no column of times: none is called time, timestamp or time_s, and no row begins with an instant",
        hint: "name it with \(mistakes.naming("time"))")
    }
    return nil
  }

  private static func valueColumn(
    _ start: Start, _ cells: [CSVScanner.Cell], _ scanner: CSVScanner, _ options: CountsOptions,
    into mistakes: inout DataFileMistakes
  ) -> Int? {
    let header = start.header ?? []
    if let wanted = options.valueColumn {
      if let index = header.firstIndex(of: wanted) { return index }
      mistakes.add(
        "S342", line: max(1, start.headerLine), column: 1,
        "there is no column '\(wanted)' for the counts; the file has \(Compilation.listing(header))",
        hint: NearestName.of(wanted, in: header).map { "did you mean '\($0)'?" })
      return nil
    }
    let known = header.map { $0.lowercased() }
    if let index = valueNames.lazy.compactMap({ known.firstIndex(of: $0) }).first { return index }
    let numbers = cells.indices.filter { index in
      index != start.time && Literal.number(scanner.text(cells[index])) != nil
    }
    if numbers.count == 1 { return numbers[0] }
    mistakes.add(
      "S342", line: scanner.line, column: 1,
      numbers.isEmpty
        ? "the row has no number beside its time"
        : "the row has \(numbers.count) numbers beside its time, and no column is called Sum or count",
      hint: "name it with \(mistakes.naming("value"))")
    return nil
  }
}

package import Kernel
package import Services

/// How the rows of a trace are read.
package struct TraceOptions: Sendable, Hashable {
  /// Names of columns in place of the usual ones.
  package var timeColumn: String?
  package var sizeColumn: String?
  package var keyColumn: String?
  package var clock: TraceClock
  /// Puts the rows in order of time; without it a row that goes back is a mistake.
  package var sorts: Bool

  package init(
    timeColumn: String? = nil, sizeColumn: String? = nil, keyColumn: String? = nil,
    clock: TraceClock = TraceClock(), sorts: Bool = false
  ) {
    self.timeColumn = timeColumn
    self.sizeColumn = sizeColumn
    self.keyColumn = keyColumn
    self.clock = clock
    self.sorts = sorts
  }
}

/// A file with a row for each message, read.
package struct Trace: Sendable {
  /// In order of time, rows of one instant in the order of the file.
  package var rows: [TraceRow]
  /// Columns beside time, size and key, parallel to the rows' fields.
  package var fieldNames: [String]
  package var timeColumn: String
  /// `milliseconds since 1970`.
  package var timeKind: String
  /// What time zero is, for instants. [ns since 1970]
  package var origin: Int64?
  /// Rows before the origin.
  package var skipped: Int
  /// Whether the rows of the file stand in order of time.
  package var isSorted: Bool
  /// When the file begins again.
  package var cycle: SimDuration?
}

/// Reads a CSV file with a row for each message. Source: methods §2 (trace replay).
///
/// Linear in the bytes of the file: 1.7 s of processor time for a million rows, measured, and 48 bytes a row beside keys and fields.
package enum TraceReader {
  /// - Returns: nil with at least one mistake.
  static func read(
    _ bytes: [UInt8], _ options: TraceOptions, into mistakes: inout DataFileMistakes
  ) -> Trace? {
    var scanner = CSVScanner(bytes)
    var cells: [CSVScanner.Cell] = []
    guard scanner.next(into: &cells), !scanner.isUnclosed else {
      mistakes.add(
        bytes.isEmpty ? "the file is empty" : "a quote is opened in the header row and not closed",
        hint: "a trace has a header row and a row for each message")
      return nil
    }
    let header = cells.map { String(decoding: scanner.trimmed($0), as: UTF8.self) }
    var columns = Columns(header, options, scanner, cells, into: &mistakes)
    guard mistakes.isEmpty else { return nil }
    var reading = Reading(columns: columns.fields, clock: options.clock, sorts: options.sorts)
    var times: [Int64] = []
    while scanner.next(into: &cells) {
      if scanner.isUnclosed {
        mistakes.add(
          line: scanner.line, column: 1,
          "a quote is opened on this record and not closed before the file ends")
        break
      }
      guard cells.count == header.count else {
        mistakes.addRagged(scanner, cells: cells.count, header: header.count)
        continue
      }
      if columns.time == nil {
        columns.time = TimeColumn(
          index: columns.timeIndex, name: header[columns.timeIndex], unit: options.clock.unit,
          first: scanner.trimmed(cells[columns.timeIndex]))
      }
      reading.append(cells, scanner, columns, &times, &mistakes)
    }
    guard let time = columns.time else {
      mistakes.add("the file has a header row and no other", hint: "a trace has a row for each message")
      return nil
    }
    guard mistakes.isEmpty else { return nil }
    return reading.finish(times, time, names: columns.fields.map { header[$0] }, into: &mistakes)
  }

  /// Which column holds what.
  private struct Columns {
    var timeIndex = 0
    /// Known once the first row has shown its form.
    var time: TimeColumn?
    var size: Int?
    var key: Int?
    /// All others.
    var fields: [Int] = []

    init(
      _ header: [String], _ options: TraceOptions, _ scanner: CSVScanner, _ cells: [CSVScanner.Cell],
      into mistakes: inout DataFileMistakes
    ) {
      func named(_ name: String?, _ what: String) -> Int? {
        guard let name else { return nil }
        if let index = header.firstIndex(of: name) { return index }
        mistakes.add(
          line: scanner.line, column: 1,
          "there is no column '\(name)' for the \(what); the file has \(Compilation.listing(header))",
          hint: NearestName.of(name, in: header).map { "did you mean '\($0)'?" })
        return nil
      }
      let given = named(options.timeColumn, "time")
      size =
        named(options.sizeColumn, "size")
        ?? (options.sizeColumn == nil ? header.firstIndex(of: "size_bytes") : nil)
      key = named(options.keyColumn, "key") ?? (options.keyColumn == nil ? header.firstIndex(of: "key") : nil)
      if options.timeColumn == nil, TimeColumn.index(in: header) == nil {
        let nearest = header.lazy.compactMap { NearestName.of($0, in: TimeColumn.names) }.first
        mistakes.add(
          line: scanner.line, column: 1,
          "no column of times: the file has \(Compilation.listing(header)), and none of them is called time_s, time_ms, time or timestamp",
          hint: nearest.map { "did you mean '\($0)'?" } ?? "name it with \(mistakes.naming("time"))")
      }
      timeIndex = given ?? TimeColumn.index(in: header) ?? 0
      let taken = [timeIndex, size, key]
      fields = header.indices.filter { !taken.contains($0) }
    }
  }

  /// The rows so far.
  private struct Reading {
    let columns: [Int]
    let clock: TraceClock
    let sorts: Bool
    private var rows: [TraceRow] = []
    private var previous: (time: Int64, line: Int) = (.min, 0)

    init(columns: [Int], clock: TraceClock, sorts: Bool) {
      self.columns = columns
      self.clock = clock
      self.sorts = sorts
    }

    mutating func append(
      _ cells: [CSVScanner.Cell], _ scanner: CSVScanner, _ columns: Columns, _ times: inout [Int64],
      _ mistakes: inout DataFileMistakes
    ) {
      let column = columns.time!
      let cell = cells[column.index]
      guard let time = column.read(scanner.trimmed(cell)) else {
        mistakes.add(
          "S340", cell, of: scanner,
          "\(column.name) is '\(scanner.shown(cell))'; \(column.expectation)")
        return
      }
      if time < 0 {
        mistakes.add(
          "S340", cell, of: scanner, "\(column.name) is \(scanner.shown(cell)); a trace begins at 0")
        return
      }
      if !column.isAbsolute, time > TraceClock.longest {
        mistakes.add(
          "S340", cell, of: scanner, "\(column.name) is \(scanner.shown(cell)), more than a hundred years",
          hint:
            "say what the numbers are with '\(mistakes.path == nil ? "--unit" : "unit:") ms' or another unit")
        return
      }
      if time < previous.time, !sorts {
        mistakes.add(
          "S341", cell, of: scanner,
          "\(column.name) goes back to \(scanner.shown(cell)) after line \(previous.line)",
          hint: "'sort: true' puts the rows in order of time")
        return
      }
      previous = (time, scanner.line)
      var row = TraceRow(time: .zero)
      if let size = columns.size, cells[size].start < cells[size].end {
        guard let bytes = Literal.integer(scanner.text(cells[size])), bytes >= 0 else {
          mistakes.add(
            "S340", cells[size], of: scanner,
            "the size is '\(scanner.shown(cells[size]))'; expected whole bytes")
          return
        }
        row.sizeBytes = bytes
      }
      if let key = columns.key, cells[key].start < cells[key].end { row.key = scanner.text(cells[key]) }
      if !columns.fields.isEmpty {
        row.fields = columns.fields.map { index in
          let text = scanner.text(cells[index])
          return Literal.number(text).map(FieldValue.number) ?? .text(text)
        }
      }
      times.append(time)
      rows.append(row)
    }

    /// Rows in the scenario's time.
    consuming func finish(
      _ times: [Int64], _ column: TimeColumn, names: [String], into mistakes: inout DataFileMistakes
    ) -> Trace? {
      var times = times
      let isSorted = !sorts || zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }
      if !isSorted {
        // Rows of the same instant keep the order of the file.
        let order = times.indices.sorted { times[$0] != times[$1] ? times[$0] < times[$1] : $0 < $1 }
        rows = order.map { rows[$0] }
        times = order.map { times[$0] }
      }
      var origin: Int64 = 0
      switch (clock.origin, column.isAbsolute) {
      case (.first, true): origin = times[0]
      case (.first, false): break
      case (.instant(let instant), true): origin = instant
      case (.instant, false):
        mistakes.add(
          line: 1, column: 1,
          "'\(column.name)' counts \(column.description) from 0, and an origin needs instants of the calendar",
          hint: "leave 'origin' out, or shift the trace with 'at'")
        return nil
      }
      // Everything before the origin is a past that the scenario does not simulate.
      let skipped = times.firstIndex { $0 >= origin } ?? times.count
      guard skipped < times.count else {
        mistakes.add(
          line: 1, column: 1, "all \(times.count) rows lie before the origin \(InstantText.utc(origin))",
          hint: "the last one is at \(InstantText.utc(times[times.count - 1]))")
        return nil
      }
      rows.removeFirst(skipped)
      times.removeFirst(skipped)
      guard Double(times[times.count - 1] - origin) / clock.speed < Double(TraceClock.longest) else {
        mistakes.add(line: 1, column: 1, "the trace lasts more than a hundred years at this speed")
        return nil
      }
      for index in rows.indices { rows[index].time = clock.time(times[index] - origin) }
      guard
        let cycle = cycle(last: times[times.count - 1] - origin, first: times[0] - origin, into: &mistakes)
      else { return nil }
      return Trace(
        rows: rows, fieldNames: names, timeColumn: column.name, timeKind: column.description,
        origin: column.isAbsolute ? origin : nil, skipped: skipped, isSorted: isSorted,
        cycle: cycle > .zero ? cycle : nil)
    }

    /// Length of a repetition in the scenario's time; zero for a trace that comes once, nil after a mistake.
    private func cycle(
      last: Int64, first: Int64, into mistakes: inout DataFileMistakes
    ) -> SimDuration? {
      switch clock.loop {
      case .no: return .zero
      case .whole:
        // The first row follows the last one after the mean gap.
        guard rows.count > 1, last > first else {
          mistakes.add(
            line: 1, column: 1, "one instant does not say when the trace begins again",
            hint: "give the length of a repetition: 'loop: 1h'")
          return nil
        }
        return clock.span(last + (last - first) / Int64(rows.count - 1))
      case .after(let length):
        guard length.nanoseconds >= last, length > .zero else {
          mistakes.add(
            line: 1, column: 1,
            "the trace begins again after \(DurationText.short(length.seconds)), before its last row at \(DurationText.short(Double(last) / 1e9))",
            hint: "'loop' is at least as long as the trace")
          return nil
        }
        return clock.span(length.nanoseconds)
      }
    }
  }
}

import Kernel
import Services

/// Keys that both kinds of recorded arrivals understand beside `file`.
enum TraceKeys {
  static let all = ["columns", "unit", "origin", "speed", "at", "loop"]
}

/// Arrivals from a file: a row for each message, or a count for each period.
extension Compilation {
  mutating func trace(_ node: Node, fields: inout [FieldSpec], path: String) -> ArrivalProcess? {
    guard let clock = clock(node, path: path) else { return nil }
    let options = TraceOptions(
      timeColumn: column("time", node), sizeColumn: column("size", node), keyColumn: column("key", node),
      clock: clock, sorts: boolean(node["sort"]) ?? false)
    refuse(
      ["value"], of: node,
      "a trace has a row for each message; a column of counts belongs to 'process: counts'", path)
    guard let file = node["file"], let bytes = data(file, path: "\(path).file") else { return nil }
    let read = project.cache.value(.trace(bytes.path, options)) {
      var mistakes = DataFileMistakes(file: bytes.path, path: "\(path).file")
      return (trace: TraceReader.read(bytes.bytes, options, into: &mistakes), mistakes: mistakes.diagnostics)
    }
    diagnostics += read.mistakes
    guard let trace = read.trace else { return nil }
    // Columns of the trace come after the drawn fields, and take the place of one with the same name.
    fields.removeAll { trace.fieldNames.contains($0.name) }
    let drawn = fields.count
    fields += trace.fieldNames.map { FieldSpec(name: $0, source: .trace) }
    var rows = trace.rows
    if drawn > 0, !trace.fieldNames.isEmpty {
      // Parallel to all fields: the drawn ones first, with a place that the engine does not read.
      let unread = Array(repeating: FieldValue.number(0), count: drawn)
      for index in rows.indices { rows[index].fields = unread + rows[index].fields }
    }
    note(trace, file: bytes.path, node, clock, path: path)
    return .trace(rows, cycle: trace.cycle)
  }

  private mutating func note(
    _ trace: Trace, file: String, _ node: Node, _ clock: TraceClock, path: String
  ) {
    let horizon = SimTime.zero + spec.run.duration
    let arriving = trace.rows.partitioningIndex { $0.time >= horizon }
    if arriving < trace.rows.count, trace.cycle == nil {
      let late = trace.rows.count - arriving
      report(
        "A606", node["file"]!,
        "\(late) of \(trace.rows.count) rows come after run.duration \(DurationText.short(spec.run.duration.seconds)) and are left out; the last one is at \(DurationText.short(trace.rows[trace.rows.count - 1].time.seconds))",
        path: "\(path).file", severity: .warning)
    }
    inputs.append(
      InputNote(
        place: Self.place(path), file: file,
        content: .trace(
          .init(
            rows: trace.rows.count, arriving: arriving, first: trace.rows[0].time,
            last: trace.rows[trace.rows.count - 1].time, column: trace.timeColumn, kind: trace.timeKind,
            origin: trace.origin.map(InstantText.utc), skipped: trace.skipped, speed: clock.speed,
            cycle: trace.cycle))))
  }

  mutating func counts(_ node: Node, path: String) -> ArrivalProcess? {
    guard let clock = clock(node, path: path) else { return nil }
    let placement = node["within"]?.text.flatMap(CountsPlacement.init) ?? .poisson
    let scale = node["scale"]?.text.flatMap(Literal.number) ?? 1
    if placement != .poisson, let scaled = node["scale"] {
      report(
        "S308", scaled,
        "'scale' multiplies rates; 'within: \(placement.rawValue)' keeps the counts as they are",
        path: "\(path).scale")
    }
    refuse(["size", "key"], of: node, "counts have no rows of their own for each message", path)
    if case .after = clock.loop, let loop = node["loop"] {
      report(
        "S308", loop, "counts begin again after their last period: write 'loop: true'", path: "\(path).loop")
    }
    if let length = node["period"], let time = duration(length), time <= .zero {
      report(
        "S308", length,
        "a period of \(length.text ?? "0s"): expected the time in which each row counts messages, such as 5m",
        hint: "without 'period' it is the time from one row to the next", path: "\(path).period")
      return nil
    }
    let options = CountsOptions(
      timeColumn: column("time", node), valueColumn: column("value", node), period: duration(node["period"]),
      clock: clock, isWhole: placement != .poisson)
    guard let file = node["file"], let bytes = data(file, path: "\(path).file") else { return nil }
    let read = project.cache.value(.counts(bytes.path, options)) {
      var mistakes = DataFileMistakes(file: bytes.path, path: "\(path).file")
      return (
        series: CountsReader.read(bytes.bytes, options, into: &mistakes), mistakes: mistakes.diagnostics
      )
    }
    diagnostics += read.mistakes
    guard let series = read.series else { return nil }
    let start = clock.time(series.first)
    let period = clock.span(series.period.nanoseconds)
    let end = start + period * Int64(series.counts.count)
    if clock.loop == .no, end > SimTime.zero + spec.run.duration {
      report(
        "A606", file,
        "the counts reach to \(DurationText.short(end.seconds)), longer than run.duration \(DurationText.short(spec.run.duration.seconds)): the rest is cut off",
        path: "\(path).file", severity: .warning)
    }
    inputs.append(
      InputNote(
        place: Self.place(path), file: bytes.path,
        content: .counts(
          .init(
            name: series.name, total: series.total, periods: series.counts.count, period: series.period,
            missing: series.missing, within: placement, origin: series.origin.map(InstantText.utc),
            skipped: series.skipped, speed: clock.speed, isLooped: clock.loop != .no))))
    guard placement == .poisson else {
      return .counts(
        CountProfile(
          start: start, period: period, counts: series.counts.map { Int($0) },
          placement: placement == .even ? .even : .uniform, isCyclic: clock.loop != .no))
    }
    return .poisson(
      RateProfile.knots(
        series.counts.map { $0 * scale / period.seconds }, from: start.seconds, period: period.seconds,
        until: clock.loop == .no ? nil : spec.run.duration.seconds))
  }

  // MARK: Keys

  /// What the keys of a recorded process say about its clock; nil after a mistake in one of them.
  private mutating func clock(_ node: Node, path: String) -> TraceClock? {
    var clock = TraceClock(unit: node["unit"]?.text.flatMap(TimeUnit.init))
    if let at = duration(node["at"]) { clock.start = .zero + at }
    if let speed = node["speed"]?.text.flatMap(Literal.number) { clock.speed = speed }
    guard clock.speed > 0 else { return nil }
    if let loop = node["loop"], let text = loop.text {
      if let isLooped = Literal.boolean(text) {
        clock.loop = isLooped ? .whole : .no
      } else if let length = duration(loop) {
        clock.loop = .after(length)
      } else {
        return nil
      }
    }
    if let origin = node["origin"], let text = origin.text {
      if text == "start" {
        clock.origin = .instant(spec.run.startEpochMinutes * 60_000_000_000)
      } else if let instant = InstantText.iso(Array(text.utf8)[...]) {
        clock.origin = .instant(instant)
      } else {
        report(
          "S304", origin,
          "'\(text)' is no origin: write an instant such as 2026-08-19T10:00:00Z, or start for run.start",
          path: "\(path).origin")
        return nil
      }
    }
    return clock
  }

  private func column(_ name: String, _ node: Node) -> String? { node["columns"]?[name]?.text }

  private mutating func refuse(_ names: [String], of node: Node, _ why: String, _ path: String) {
    for entry in node["columns"]?.entries ?? [] where names.contains(entry.key) {
      report(
        "S308", at: entry.keyPosition, length: entry.key.count, why, path: "\(path).columns.\(entry.key)")
    }
  }

  // MARK: Files

  /// A data file that stands beside the file of the node; nil and an error when it cannot be read.
  mutating func data(_ reference: Node, path: String) -> (path: String, bytes: [UInt8])? {
    var found = Diagnostics()
    let file = project.read(reference, what: path, limit: DataFile.sizeMax, into: &found)
    diagnostics += found.all
    return file
  }

  /// A path without the block that everything stands in.
  static func place(_ path: String) -> String {
    path.hasPrefix("Simulation.") ? String(path.dropFirst("Simulation.".count)) : path
  }
}

/// A rate that is constant in each period, as knots of a profile that is linear between them.
enum RateProfile {
  /// - Parameters:
  ///   - rates: [1/s]
  ///   - end: Where the periods have been repeated far enough; nil for once. [s]
  static func knots(_ rates: [Double], from start: Double, period: Double, until end: Double?) -> [RateKnot] {
    var knots: [RateKnot] = []
    if start > 0 { knots = [RateKnot(time: 0, rate: 0), RateKnot(time: start, rate: 0)] }
    var index = 0
    while index < rates.count || end.map({ start + Double(index) * period < $0 }) ?? false {
      let rate = rates[index % rates.count]
      // Equal neighbours are one stretch.
      if let last = knots.last, last.rate == rate, knots.count > 1 {
        knots.removeLast()
      } else {
        knots.append(RateKnot(time: start + Double(index) * period, rate: rate))
      }
      index += 1
      knots.append(RateKnot(time: start + Double(index) * period, rate: rate))
    }
    knots.append(RateKnot(time: start + Double(index) * period, rate: 0))
    return knots
  }
}

extension Array {
  /// Position of the first element that satisfies a condition which, once true, stays true.
  func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

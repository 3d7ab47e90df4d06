import Planning
import Records
import Statistics

/// The load on every station: RESOURCES.
enum StationTable {
  struct Row {
    var name: String
    var capacity: String
    var load: String
    var peak: String
    var throttled: String
    var note: String
  }

  /// Stations in the order of the system; those that were never used and have no limit are left out.
  static func rows(_ result: ScenarioResult) -> [Row] {
    guard let first = result.runs.first else { return [] }
    return first.stations.indices.compactMap { index in
      let stations = result.runs.compactMap { run in
        run.stations.indices.contains(index) ? run.stations[index] : nil
      }
      let station = first.stations[index]
      guard station.capacity != nil || stations.contains(where: { $0.peak > 0 || $0.throttled > 0 }) else {
        return nil
      }
      var loads: [Double] = []
      for station in stations where station.capacity != nil && !station.loadByMinute.isEmpty {
        loads.append(station.loadByMinute.reduce(0, +) / Double(station.loadByMinute.count))
      }
      var highest = station
      for other in stations where other.peak > highest.peak { highest = other }
      let throttled = Double(stations.reduce(0) { $0 + $1.throttled }) / Double(stations.count)
      let saturation = result.diagnosis.saturation
      return Row(
        name: station.name, capacity: station.capacityLabel,
        load: load(loads),
        peak: highest.peakLabel, throttled: QuantityText.count(throttled.rounded()),
        note: saturation?.station == station.name ? "bottleneck \(saturation!.interval)" : "")
    }
  }

  /// `48 % ± 2 %`; no interval that would show as 0.
  private static func load(_ loads: [Double]) -> String {
    guard let interval = MeanInterval(loads) else { return "–" }
    let half = interval.halfWidth ?? 0
    return QuantityText.percent(interval.mean, digits: 0)
      + (half >= 0.005 ? " ± \(QuantityText.percent(half, digits: 0))" : "")
  }

  /// Room for names that a table needs to be worth it. [columns]
  private static let nameMin = 12

  /// One station a paragraph, for narrow terminals.
  private static func stacked(_ rows: [Row], title: String, style: TerminalStyle) -> [String] {
    [title]
      + rows.flatMap { row in
        let facts = [
          row.capacity, row.load == "–" ? "" : "load \(row.load)", row.peak.isEmpty ? "" : "peak \(row.peak)",
          row.throttled == "0" ? "" : "throttled \(row.throttled)", row.note,
        ].filter { !$0.isEmpty }.joined(separator: ", ")
        return DisplayWidth.wrapped(row.name, to: style.width - 4).map { "    " + $0 }
          + DisplayWidth.wrapped(facts, to: style.width - 8).map { "        " + $0 }
      }
  }

  /// Columns as wide as their widest cell; names too long for the screen stand on a line of their own.
  static func lines(_ rows: [Row], title: String, style: TerminalStyle) -> [String] {
    let width = { (cells: [String]) in cells.map { DisplayWidth.of($0) }.max() ?? 0 }
    let capacity = width(rows.map(\.capacity))
    let load = max(4, width(rows.map(\.load)))
    let peak = max(4, width(rows.map(\.peak)))
    let throttled = max(9, width(rows.map(\.throttled)))
    let others = 4 + 2 + capacity + 3 + load + 3 + peak + 3 + throttled + 3 + width(rows.map(\.note))
    guard others + Self.nameMin <= style.width else { return stacked(rows, title: title, style: style) }
    let name = max(7, min(style.width - others, width(rows.map(\.name))))

    let titleWidth = 13
    var header = title
    header += String(repeating: " ", count: max(1, 4 + name + 2 + capacity + 3 - titleWidth))
    header +=
      DisplayWidth.rightAligned("load", to: load) + "   " + DisplayWidth.padded("peak", to: peak) + "   "
    header += DisplayWidth.padded("throttled", to: throttled) + "   note"
    var lines = [header]
    for row in rows {
      var start = "    " + DisplayWidth.padded(row.name, to: name)
      if DisplayWidth.of(row.name) > name {
        lines.append(contentsOf: DisplayWidth.wrapped(row.name, to: style.width - 4).map { "    " + $0 })
        start = "    " + DisplayWidth.padded("", to: name)
      }
      var line = start + "  " + DisplayWidth.padded(row.capacity, to: capacity)
      line += "   " + DisplayWidth.rightAligned(row.load, to: load)
      line += "   " + DisplayWidth.padded(row.peak, to: peak)
      line += "   " + DisplayWidth.padded(row.throttled, to: throttled)
      line += "   " + (row.note.isEmpty ? "" : style.bad(row.note))
      lines.append(line.trimmingTrailingBlanks())
    }
    return lines
  }
}

package import Planning

/// The table of a sweep: a row for each point, a column for each rule and each measure.
package enum SweepTable {
  /// What a table shows and how.
  package struct Options: Sendable {
    /// The values of this axis stand side by side, in a block for each column.
    package var across: String?
    /// Most rows; nil for all.
    package var rowsMax: Int?
    /// Adds the half width of the interval to means.
    package var showsIntervals: Bool
    package init(across: String? = nil, rowsMax: Int? = nil, showsIntervals: Bool = false) {
      self.across = across
      self.rowsMax = rowsMax
      self.showsIntervals = showsIntervals
    }
  }

  package static func text(
    _ result: SweepResult, style: TerminalStyle = TerminalStyle(), options: Options = Options()
  ) -> String {
    let columns = SweepTableColumn.columns(of: result)
    var lines = [""] + title(result, style) + [""]
    if let across = options.across, let axis = result.axes.firstIndex(of: across), result.axes.count > 1 {
      for column in columns {
        lines += SweepBlocks(result: result, across: axis).lines(column, options, style)
      }
      lines += SweepBlocks(result: result, across: axis).lines(.verdict, options, style)
    } else {
      lines += rows(result, columns, options, style)
      lines.append("")
    }
    lines += DisplayWidth.wrapped(note(result, options), to: style.width - 2).map { style.faint("  " + $0) }
    lines += DisplayWidth.wrapped(SweepSentence.text(result), to: style.width - 2).map { "  " + $0 }
    return lines.map { $0.trimmingTrailingBlanks() }.joined(separator: "\n") + "\n"
  }

  private static func title(_ result: SweepResult, _ style: TerminalStyle) -> [String] {
    let header = result.header
    let runs = "\(header.replications) \(header.replications == 1 ? "replication" : "replications")"
    let points = "\(result.pointCount) \(result.pointCount == 1 ? "point" : "points")"
    return [
      "  " + style.strong(header.name)
        + style.faint("   \(points) · era \(header.era) · \(header.region) · \(runs) · seed \(header.seed)")
    ]
  }

  private static func note(_ result: SweepResult, _ options: Options) -> String {
    var note = "rules show the value that decided (the worst replication, or the mean), measures the mean"
    if options.showsIntervals, result.header.replications > 1 { note += " ± 95 %" }
    return note
  }

  // MARK: Rows

  private static func rows(
    _ result: SweepResult, _ columns: [SweepTableColumn], _ options: Options, _ style: TerminalStyle
  ) -> [String] {
    let shown = options.rowsMax.map { Array(result.points.prefix($0)) } ?? result.points
    let all = columns + (result.points.contains { !$0.rules.isEmpty } ? [.verdict] : [])
    let cells = shown.map { point in all.map { $0.cell(point, options) } }
    var legend: [String] = []
    var heads = all.map(\.heading)
    let axes = result.axes.indices.map { axis in
      ([result.axes[axis]] + shown.map { $0.levels[axis] }).map { DisplayWidth.of($0) }.max()!
    }
    func widths() -> [Int] {
      all.indices.map { column in
        (heads[column].map { DisplayWidth.of($0) } + cells.map { DisplayWidth.of($0[column].plain) }).max()
          ?? 0
      }
    }
    if axes.reduce(0, { $0 + $1 + 3 }) + widths().reduce(0, { $0 + $1 + 3 }) > style.width {
      // Names too long to stand side by side get a letter each.
      for (index, column) in columns.enumerated() {
        let letter = Self.letter(index)
        heads[index] = [letter]
        legend.append("  " + DisplayWidth.padded(letter, to: 3) + column.name)
      }
      legend.append("")
    }
    let width = widths()
    let height = heads.map(\.count).max() ?? 1
    var lines = legend
    for line in 0..<height {
      // Headings stand on the row of the axes' names, the shorter ones lower.
      let names = result.axes.indices.map { axis in
        DisplayWidth.rightAligned(line == height - 1 ? result.axes[axis] : "", to: axes[axis])
      }
      let texts = heads.indices.map { column in
        let position = line - (height - heads[column].count)
        return DisplayWidth.padded(position >= 0 ? heads[column][position] : "", to: width[column])
      }
      lines.append(style.strong(("  " + (names + texts).joined(separator: "   ")).trimmingTrailingBlanks()))
    }
    for (point, row) in zip(shown, cells) {
      let levels = result.axes.indices.map { DisplayWidth.rightAligned(point.levels[$0], to: axes[$0]) }
      let texts = row.indices.map { row[$0].painted(style, to: width[$0]) }
      lines.append("  " + (levels + texts).joined(separator: "   "))
    }
    if shown.count < result.points.count {
      lines.append(
        "  the first \(shown.count) of \(result.points.count) points, in the order of the axes; --summary full prints all"
      )
    }
    return lines
  }

  private static func letter(_ index: Int) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return index < 26 ? String(letters[index]) : letter(index / 26 - 1) + String(letters[index % 26])
  }
}

package import Planning

/// What a plan prints on a terminal.
package enum PlanReport {
  package static func text(
    _ result: PlanResult, style: TerminalStyle = TerminalStyle(), isFull: Bool = false
  ) -> String {
    let header = result.header
    let runs = "\(header.replications) \(header.replications == 1 ? "replication" : "replications")"
    var lines = [
      "",
      "  " + style.strong(header.name)
        + style.faint("   plan · era \(header.era) · \(header.region) · \(runs) · seed \(header.seed)"),
    ]
    for section in PlanPage(result, isFull: isFull).sections {
      lines += ["", "  " + style.strong("█ \(section.title)"), ""]
      lines += section.sentences.flatMap { sentence in
        DisplayWidth.wrapped(sentence, to: style.width - 6).enumerated().map {
          ($0 == 0 ? "    " : "      ") + $1
        }
      }
      if let table = section.table {
        if !section.sentences.isEmpty { lines.append("") }
        lines += Self.lines(table, style)
      }
    }
    return lines.map { $0.trimmingTrailingBlanks() }.joined(separator: "\n") + "\n"
  }

  /// Columns as wide as their widest cell; the last one wraps where the screen ends.
  private static func lines(_ table: PlanTable, _ style: TerminalStyle) -> [String] {
    let count = table.headings.count
    let widths = (0..<count).map { column in
      ([DisplayWidth.of(table.headings[column])] + table.rows.map { DisplayWidth.of($0[column].plain) })
        .max()!
    }
    let before = widths.dropLast().reduce(4) { $0 + $1 + 3 }
    let heading = zip(table.headings, widths).map { DisplayWidth.padded($0, to: $1) }.joined(separator: "   ")
    var lines = [style.strong("    " + heading)]
    for row in table.rows {
      let cells = row.indices.dropLast().map { row[$0].painted(style, to: widths[$0]) }
      let last = row[count - 1]
      if before + DisplayWidth.of(last.plain) <= style.width {
        lines.append("    " + (cells + [last.painted(style, to: 0)]).joined(separator: "   "))
      } else {
        lines.append("    " + cells.joined(separator: "   "))
        lines += DisplayWidth.wrapped(last.plain, to: style.width - 8).map { "        " + $0 }
      }
    }
    return lines
  }
}

/// Rows of cells as columns of a terminal or as a Markdown table.
struct TextColumns {
  enum Alignment { case left, right }
  var header: [String]
  var alignments: [Alignment]
  var rows: [[String]] = []

  init(_ columns: [(String, Alignment)]) {
    header = columns.map(\.0)
    alignments = columns.map(\.1)
  }

  /// Lines with columns as wide as their widest cell; the last column wraps, and where there is no room for it each row
  /// becomes a paragraph.
  func lines(indent: String, style: TerminalStyle) -> [String] {
    let last = header.count - 1
    let widths = (0..<last).map { column in
      ([header] + rows).map { DisplayWidth.of($0[column]) }.max() ?? 0
    }
    let start = indent.count + widths.reduce(0) { $0 + $1 + 2 }
    let longest = rows.map { DisplayWidth.of($0[last]) }.max() ?? 0
    guard start + min(longest, Self.lastColumnMin) <= style.width else { return paragraphs(indent, style) }
    func line(_ cells: [String]) -> [String] {
      var text = indent
      for column in 0..<last {
        text +=
          alignments[column] == .left
          ? DisplayWidth.padded(cells[column], to: widths[column])
          : DisplayWidth.rightAligned(cells[column], to: widths[column])
        text += "  "
      }
      let wrapped = DisplayWidth.wrapped(cells[last], to: max(1, style.width - start))
      guard let first = wrapped.first else { return [text.trimmingTrailingBlanks()] }
      return [text + first]
        + wrapped.dropFirst().map { String(repeating: " ", count: start) + $0 }
    }
    return line(header).map { style.faint($0) } + rows.flatMap { line($0) }
  }

  /// Room for the last column that a table needs to be worth it. [columns]
  private static let lastColumnMin = 18

  private func paragraphs(_ indent: String, _ style: TerminalStyle) -> [String] {
    rows.flatMap { row in
      let facts = zip(header, row).dropFirst().filter { !$0.1.isEmpty && $0.1 != "–" }
        .map { $0.0.isEmpty ? $0.1 : "\($0.0) \($0.1)" }.joined(separator: ", ")
      return DisplayWidth.wrapped(row[0], to: style.width - indent.count).map { indent + $0 }
        + DisplayWidth.wrapped(facts, to: style.width - indent.count - 4).map { indent + "    " + $0 }
    }
  }

  func markdown() -> [String] {
    func line(_ cells: [String]) -> String {
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    return [
      line(header), "|" + alignments.map { $0 == .left ? "---|" : "---:|" }.joined(),
    ] + rows.map(line)
  }
}

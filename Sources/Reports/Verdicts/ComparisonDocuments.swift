import Planning
import Scenarios

/// What a comparison adds to the verdicts of its designs, for other programs.
enum ComparisonDocuments {
  static func json(_ comparison: Comparison) -> JSONWriter.Value {
    let number = { (value: Double?) -> JSONWriter.Value in value.map { .number($0) } ?? .null }
    let text = { (value: String?) -> JSONWriter.Value in value.map { .text($0) } ?? .null }
    let designs = comparison.labels.indices.dropFirst().map { design -> JSONWriter.Value in
      let changes = comparison.changes.isEmpty ? [] : comparison.changes[design]
      let changed = changes.map { change -> JSONWriter.Value in
        .object([
          ("kind", .text(change.kind.rawValue)), ("path", .text(change.path)), ("old", text(change.old)),
          ("new", text(change.new)),
        ])
      }
      let verdicts = comparison.verdictChanges.filter { $0.design == design }.map {
        change -> JSONWriter.Value in
        .object([
          ("metric", .text(change.metric)), ("expression", .text(change.expression)),
          ("before", .text(change.before.rawValue)), ("after", .text(change.after.rawValue)),
        ])
      }
      let differences = comparison.rows.filter { $0.cells[design].differs }.map { row -> JSONWriter.Value in
        let cell = row.cells[design]
        return .object([
          ("metric", .text(row.metric)), ("statistic", .text(row.statistic)),
          ("unit", .text(row.unit.rawValue)), ("baseline", number(row.cells[0].mean)),
          ("mean", number(cell.mean)), ("difference", number(cell.difference)),
          ("low", number(cell.differenceLow)), ("high", number(cell.differenceHigh)),
          ("varianceReduction", number(cell.varianceReduction)),
        ])
      }
      return .object([
        ("variant", .text(comparison.labels[design])),
        ("varianceReduction", number(comparison.varianceReduction(of: design))),
        ("changes", .array(changed)), ("verdicts", .array(verdicts)), ("differences", .array(differences)),
      ])
    }
    return .object([
      ("baseline", .text(comparison.labels[0])), ("verdict", .text(comparison.verdict)),
      ("designs", .array(designs)),
    ])
  }

  /// The sentence, what differs, and which verdicts change.
  static func markdown(_ comparison: Comparison) -> [String] {
    var lines = ["**\(VerdictMarkdown.cell(comparison.verdict))**", ""]
    for (design, label) in comparison.labels.enumerated().dropFirst() {
      let changes = comparison.changes.isEmpty ? [] : comparison.changes[design]
      let verdicts = comparison.verdictChanges.filter { $0.design == design }
      guard !changes.isEmpty || !verdicts.isEmpty else { continue }
      lines.append("\(VerdictMarkdown.cell(label)) against \(VerdictMarkdown.cell(comparison.labels[0])):")
      lines += changes.map { "- `\(VerdictMarkdown.cell(ComparisonBlocks.text($0)))`" }
      lines += verdicts.map {
        "- \(VerdictMarkdown.cell($0.metric)) `\(VerdictMarkdown.cell($0.expression))`: "
          + "\($0.before.rawValue) (\($0.beforeText)) → \($0.after.rawValue) (\($0.afterText))"
      }
      lines.append("")
    }
    return lines
  }
}

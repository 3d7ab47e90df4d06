package import Planning

/// The table of a sweep for other programs. Source: scenario format §14.
package enum SweepDocuments {
  /// One object with the rules and measures of each point.
  package static func json(_ result: SweepResult) -> String {
    let number = { (value: Double?) -> JSONWriter.Value in value.map { .number($0) } ?? .null }
    let points = result.points.map { point -> JSONWriter.Value in
      .object([
        ("point", .integer(point.number)),
        ("axes", .object(zip(result.axes, point.levels).map { ($0, .text($1)) })),
        ("passes", .boolean(point.failures == 0)),
        (
          "rules",
          .array(
            point.rules.map { rule in
              .object([
                ("metric", .text(rule.metric)), ("expression", .text(rule.expression)),
                ("unit", .text(rule.unit.rawValue)), ("observed", number(rule.observed)),
                ("limit", number(rule.limit)), ("verdict", .text(rule.outcome.rawValue)),
                ("severity", .text(rule.severity.rawValue)),
              ])
            })
        ),
        (
          "measures",
          .array(
            result.measures.compactMap { point[$0] }.map { row in
              .object([
                ("metric", .text(row.metric)), ("statistic", .text(row.statistic)),
                ("unit", .text(row.unit.rawValue)), ("mean", number(row.mean)), ("low", number(row.low)),
                ("high", number(row.high)),
              ])
            })
        ),
      ])
    }
    let value = JSONWriter.Value.object([
      ("name", .text(result.header.name)), ("seed", .unsigned(result.header.seed)),
      ("replications", .integer(result.header.replications)), ("pointCount", .integer(result.pointCount)),
      ("points", .array(points)),
    ])
    return String(decoding: JSONWriter.bytes(value), as: UTF8.self)
  }

  /// A table for the comment on a pull request.
  package static func markdown(_ result: SweepResult) -> String {
    let columns = SweepTableColumn.columns(of: result)
    let all = columns + (result.points.contains { !$0.rules.isEmpty } ? [.verdict] : [])
    func row(_ cells: [String]) -> String { "| " + cells.map(escaped).joined(separator: " | ") + " |" }
    var lines = [
      "<!-- highwater:\(result.header.name) -->", "### \(escaped(result.header.name))", "",
      row(result.axes + all.map(\.name)),
      "|" + String(repeating: "---:|", count: result.axes.count)
        + String(repeating: "---|", count: all.count),
    ]
    for point in result.points {
      lines.append(row(point.levels + all.map { $0.cell(point, SweepTable.Options()).plain }))
    }
    lines += ["", SweepSentence.text(result)]
    return lines.joined(separator: "\n") + "\n"
  }

  /// A bar would end the cell.
  private static func escaped(_ text: String) -> String {
    text.map { $0 == "|" ? "\\|" : $0 == "\n" ? " " : String($0) }.joined()
  }
}

import Planning
import Statistics

/// Which settings matter, in words: a table for each measure, the largest effect first.
struct SensitivityWords {
  let result: PlanResult
  let answer: SensitivityAnswer

  var sections: [PlanPage.Section] {
    guard !answer.rows.isEmpty else {
      return [PlanPage.Section(title: "SETTINGS", sentences: ["the scenario sets no number that sizes it"])]
    }
    return answer.measures.map { measure in
      let rows = SensitivityStudy.ranked(answer.rows, by: measure)
      return PlanPage.Section(
        title: name(measure), sentences: Self.sentences(rows, measure),
        table: PlanTable(
          headings: ["setting", "from", "to", "elasticity", "difference"],
          rows: rows.map { row in self.row(row, measure) }))
    }
  }

  private func name(_ measure: Int) -> String {
    let column = result.measures[measure]
    return column.statistic == "value" ? column.metric : "\(column.metric) \(column.statistic)"
  }

  /// The largest effect that is shown.
  ///
  /// - Parameter rows: Ranked by the measure.
  static func sentences(_ rows: [SensitivityStudy.Row], _ measure: Int) -> [String] {
    let shown = rows.filter { $0.effects[measure].isShown }
    guard !shown.isEmpty else { return ["no setting is shown to matter"] }
    guard let first = shown.first(where: { $0.effects[measure].elasticity != nil }),
      let elasticity = first.effects[measure].elasticity
    else {
      // Quantities that are zero in some replication have a difference alone.
      let names = shown.map(\.setting.name).joined(separator: ", ")
      return ["shown to matter: \(names)"]
    }
    let change = elasticity.mean
    return [
      "1 % more \(first.setting.name): \(QuantityText.fixed(change.magnitude, digits: 2)) % "
        + "\(change < 0 ? "less" : "more")"
    ]
  }

  private func row(_ row: SensitivityStudy.Row, _ measure: Int) -> [SweepCell] {
    let effect = row.effects[measure]
    let labels = answer.labels[answer.rows.firstIndex(of: row)!]
    return [
      SweepCell(value: row.setting.name), SweepCell(value: labels[0]), SweepCell(value: labels[1]),
      SweepCell(value: elasticity(effect)),
      SweepCell(value: effect.difference?.signed(result.units[measure]) ?? "–"),
    ]
  }

  private func elasticity(_ effect: SensitivityStudy.Effect) -> String {
    guard let interval = effect.elasticity else { return "–" }
    if interval.mean == 0, interval.isDeterministic { return "none" }
    let text = (interval.mean > 0 ? "+" : "") + QuantityText.fixed(interval.mean, digits: 2)
    let half = interval.halfWidth.map { $0 > 0 ? " ± " + QuantityText.fixed($0, digits: 2) : "" } ?? ""
    return text + half + (effect.isShown ? "" : "  not shown")
  }
}

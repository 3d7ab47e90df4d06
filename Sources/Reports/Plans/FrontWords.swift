import Planning

/// The designs worth their cost in words.
struct FrontWords {
  let result: PlanResult
  let answer: FrontAnswer

  private var measure: String {
    let column = result.measures[answer.measure]
    return "\(column.metric) \(column.statistic)"
  }

  func sections(isFull: Bool) -> [PlanPage.Section] {
    let front = answer.entries.filter { $0.place == .onFront }
    let possible = answer.entries.filter { $0.place == .possible }
    let beaten = answer.entries.count - front.count - possible.count
    var sentences: [String] = []
    let passing = result.designs.count { $0.outcome == .passes || $0.outcome == .open }
    if answer.entries.isEmpty, passing > 0 {
      sentences.append(
        "\(PlanWords.count(passing, "design")) may pass, and \(result.objective) or \(measure) has no value in some replication of each"
      )
    } else if answer.entries.isEmpty {
      sentences.append(
        "no design passes the thresholds that are not about \(result.measures[answer.measure].metric)")
    } else {
      var text =
        "\(PlanWords.count(front.count, "design")) on the front of \(result.objective) against \(measure)"
      if !possible.isEmpty { text += ", \(possible.count) possibly" }
      if beaten > 0 { text += "; \(PlanWords.count(beaten, "design")) beaten in both" }
      sentences.append(text)
    }
    if !answer.undecided.isEmpty {
      let names = answer.undecided.map { PlanWords.name($0, result) }.joined(separator: "; ")
      sentences.append("undecided by the thresholds: \(names)")
    }
    let shown = answer.entries.filter { isFull || $0.place == .onFront || $0.place == .possible }
    return [PlanPage.Section(title: "FRONT", sentences: sentences, table: shown.isEmpty ? nil : table(shown))]
  }

  private func table(_ entries: [FrontAnswer.Entry]) -> PlanTable {
    let rules = result.rules.indices.filter {
      result.rules[$0].metric == result.measures[answer.measure].metric
    }
    return PlanTable(
      headings: result.axes + [result.objective, measure, "front"]
        + rules.map { result.rules[$0].expression },
      rows: entries.map { entry in
        let design = result[entry.design]!
        return design.levels.map { SweepCell(value: $0) } + [
          SweepCell(value: PlanWords.value(entry.cost, result.objectiveUnit)),
          SweepCell(value: PlanWords.value(entry.measure, result.units[answer.measure])),
          SweepCell(value: place(entry.place)),
        ] + rules.map { SweepCell(value: "", outcome: design.rules[$0].outcome) }
      })
  }

  private func place(_ place: FrontSearch.Place) -> String {
    switch place {
    case .onFront: "on it"
    case .possible: "possibly"
    case .beaten(let other): "beaten by \(PlanWords.name(other, result))"
    }
  }
}

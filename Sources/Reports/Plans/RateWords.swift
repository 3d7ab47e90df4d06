import Planning

/// The largest sustainable rate in words.
struct RateWords {
  let result: PlanResult
  let answer: RateAnswer

  var sections: [PlanPage.Section] {
    var sections = [PlanPage.Section(title: "ANSWER", sentences: [sentence] + facts)]
    if !answer.loads.isEmpty, let holds = answer.holds {
      sections.append(
        PlanPage.Section(
          title: "STATIONS at \(rate(holds))", sentences: ["mean load while messages arrive"],
          table: PlanTable(
            headings: ["station", "capacity", "load"],
            rows: answer.loads.map { load in
              [load.station, load.capacity, QuantityText.percent(load.share, digits: 0)].map {
                SweepCell(value: $0)
              }
            })))
    }
    return sections
  }

  private func scale(_ number: Int) -> Double { result[number].flatMap { Double($0.levels[0]) } ?? 0 }
  private func rate(_ number: Int) -> String { answer.text(scale: scale(number)) }

  private var sentence: String {
    let what = answer.isPeak ? " at the peak of its profile" : ""
    switch (answer.holds, answer.fails) {
    case (let holds?, let fails?):
      return "\(answer.workload)\(what): \(rate(holds)) holds, \(rate(fails)) fails"
    case (let holds?, nil):
      return "\(answer.workload)\(what): \(rate(holds)) holds, and nothing above it was shown to fail"
    case (nil, let fails?):
      return "\(answer.workload)\(what): no rate was shown to hold; \(rate(fails)) fails"
    case (nil, nil):
      return "\(answer.workload)\(what): no rate was shown to hold or to fail"
    }
  }

  private var facts: [String] {
    var facts: [String] = []
    if let fails = answer.fails, let design = result[fails], let rule = PlanWords.reason(design, result) {
      var text = "binding: \(rule)"
      if let holds = answer.holds, let held = result[holds], let index = design.decisive(result.rules),
        let observed = held.rules[index].observed, result.rules[index].kind != .stability
      {
        text += "; \(QuantityText.value(observed, result.rules[index].unit)) at \(rate(holds))"
      }
      facts.append(text)
    }
    if !answer.undecided.isEmpty {
      let rates = answer.undecided.map(rate).joined(separator: ", ")
      let runs = answer.undecided.compactMap { result[$0]?.replications }.max() ?? 0
      facts.append("undecided in \(PlanWords.count(runs, "run")): \(rates)")
    }
    if !answer.holdsAbove.isEmpty {
      facts.append(
        "not monotone: \(answer.holdsAbove.map(rate).joined(separator: ", ")) holds although less fails")
    }
    if let holds = answer.holds, let design = result[holds], let command = result.command(of: design) {
      facts.append("repeat it: \(command)")
    }
    return facts
  }
}

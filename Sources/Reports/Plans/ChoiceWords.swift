import Planning
import Statistics

/// The cheapest design in words.
struct ChoiceWords {
  let result: PlanResult

  private var isAxis: Bool { result.axes.contains(result.objective) }

  func sections(_ answer: CheapestAnswer) -> [PlanPage.Section] {
    var sentences: [String] = []
    if let number = answer.design, let design = result[number] {
      sentences.append(
        isAxis
          ? "\(result.name(design)) passes all thresholds, with the least \(result.objective)"
          : "\(result.name(design)) passes all thresholds, with the least \(result.objective): "
            + PlanWords.value(design.objective, result.objectiveUnit))
      let costs = PlanWords.costs(design, result)
      if !costs.isEmpty { sentences.append(costs) }
      sentences += answer.neighbours.compactMap { boundary($0, of: design) }
      if let command = result.command(of: design) { sentences.append("repeat it: \(command)") }
    } else {
      sentences += nonePasses(answer)
    }
    if !answer.unresolved.isEmpty {
      let names = answer.unresolved.map { PlanWords.name($0, result) }.joined(separator: "; ")
      sentences.append("not told apart by their \(result.objective) in the replications allowed: \(names)")
    }
    if !answer.undecided.isEmpty { sentences.append(undecided(answer)) }
    var sections = [PlanPage.Section(title: "ANSWER", sentences: sentences)]
    if let number = answer.design, !answer.neighbours.isEmpty {
      sections.append(
        PlanPage.Section(title: "NEIGHBOURS", table: neighbours(answer.neighbours, of: number)))
    }
    return sections
  }

  /// `10 passes, 9 fails: orders.DrainTime 6h10m, value < 6h`
  private func boundary(_ neighbour: CheapestAnswer.Neighbour, of answer: PlannedDesign) -> String? {
    guard let other = result[neighbour.design], other.outcome == .fails,
      let reason = PlanWords.reason(other, result)
    else { return nil }
    let axis = neighbour.axis
    return "\(result.axes[axis]): \(answer.levels[axis]) passes, \(other.levels[axis]) fails: \(reason)"
  }

  private func nonePasses(_ answer: CheapestAnswer) -> [String] {
    let valueless = result.designs.filter { $0.outcome != nil && $0.outcome != .fails && $0.objective == nil }
    if !valueless.isEmpty {
      return [
        "no design has a least \(result.objective)",
        "\(PlanWords.count(valueless.count, "design")) may pass, and \(result.objective) has no value in some replication of each",
      ]
    }
    let simulated = result.designs.filter { $0.outcome == .fails }
    func failures(_ design: PlannedDesign) -> Int {
      zip(design.rules, result.rules).count { $0.outcome == .fail && !$1.isWarning }
    }
    guard let fewest = simulated.map(failures).min(),
      let nearest = simulated.first(where: { failures($0) == fewest })
    else {
      return [
        answer.undecided.isEmpty
          ? "no design can pass all thresholds"
          : "no design is shown to pass all thresholds, and none to fail"
      ]
    }
    let reason = PlanWords.reason(nearest, result).map { ": \($0)" } ?? ""
    return [
      "no design \(answer.undecided.isEmpty ? "passes" : "is shown to pass") all thresholds",
      "\(result.name(nearest)) fails the fewest, \(fewest)\(reason)",
    ]
  }

  private func undecided(_ answer: CheapestAnswer) -> String {
    let names = answer.undecided.map { number -> String in
      guard let design = result[number] else { return "design \(number)" }
      return result.name(design) + (PlanWords.reason(design, result).map { " (\($0))" } ?? "")
    }
    return "undecided, in the replications allowed: \(names.joined(separator: "; "))"
  }

  private func neighbours(_ neighbours: [CheapestAnswer.Neighbour], of answer: Int) -> PlanTable {
    PlanTable(
      headings: ["design", "verdict", isAxis ? "difference" : result.objective, "why not"],
      rows: neighbours.map { neighbour in
        let other = result[neighbour.design]
        return [
          SweepCell(value: "\(result.axes[neighbour.axis])=\(other?.levels[neighbour.axis] ?? "–")"),
          PlanWords.verdict(other?.outcome),
          SweepCell(value: neighbour.difference?.signed(result.objectiveUnit) ?? "–"),
          SweepCell(value: why(neighbour, other)),
        ]
      })
  }

  private func why(_ neighbour: CheapestAnswer.Neighbour, _ other: PlannedDesign?) -> String {
    guard let other else { return "" }
    if let reason = PlanWords.reason(other, result) { return reason }
    guard let difference = neighbour.difference else { return other.omission?.text ?? "" }
    if difference.mean > 0, difference.excludes(0) || difference.count == 1 {
      return isAxis ? "larger" : "costs more"
    }
    return difference.mean == 0 ? "the same" : "no difference worth finding"
  }
}

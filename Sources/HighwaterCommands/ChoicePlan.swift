import Planning
import Reports
import Scenarios
import Services

/// The cheapest design, and the designs worth their cost.
struct ChoicePlan {
  let study: PlanStudy

  private var design: PlanDesign { study.design }
  private var isFront: Bool { design.question == .front }

  func run(in folder: OutputFolder) throws -> PlanResult {
    let grid = SweepGrid(design.axes)
    let (objective, unit) = try objective()
    let lab = try study.lab(grid, in: folder)
    let front = isFront ? study.measure(of: "--front") : nil
    lab.readings = PlanReadings(
      try ruled(lab), measures: study.measures, objective: objective,
      excluding: front.map { study.measures[$0].metric })
    guard isFront || lab.readings.rules.contains(where: { !$0.isWarning }) else {
      throw ProgramExit(
        ExitStatus.usage,
        "'\(design.file)' has no thresholds: every design would do; write Simulation.thresholds, or use sweep"
      )
    }
    if case .axis = objective { lab.numbers = { [grid] in grid.points[$0].map(\.number) } }
    let bench = try study.bench(lab, replications: study.replications)
    let search = CheapestSearch(
      space: DesignSpace(levelCounts: design.axes.map(\.levels.count)), bench: bench,
      impossible: try impossible(lab), confidence: try study.plan.confidenceValue(),
      indifference: try study.plan.indifferenceValue(),
      isExhaustive: study.plan.exhaustive)

    var answer = PlanAnswer.none
    var omissions: [Int: CheapestSearch.Omission] = [:]
    var isComplete = true
    do {
      if let front {
        let found = try FrontSearch(search, measure: front).run()
        omissions = found.omissions
        answer = .front(
          FrontAnswer(
            measure: front, entries: found.entries.map(Self.entry), undecided: found.undecided.map { $0 + 1 })
        )
      } else {
        let found = try search.run()
        omissions = found.omissions
        answer = .cheapest(cheapest(found, search))
      }
    } catch is SearchInterrupted { isComplete = false }
    return try study.result(
      lab, bench, axes: design.axes, objective: name(of: objective), objectiveUnit: unit,
      answer: answer, order: Array(grid.points.indices), omissions: words(omissions, lab),
      gridCount: grid.points.count,
      isComplete: isComplete)
  }

  /// A toggle takes rules away, so that one design does not know all of them.
  private func ruled(_ lab: PlanLab) throws -> [CompiledScenario] {
    guard design.axes.contains(where: { if case .toggle = $0.target { true } else { false } }) else {
      return [design.base]
    }
    return [design.base] + (try lab.compileAll())
  }

  /// Largest space of which every design is worked out before anything runs.
  private static let screenedMax = 2_000

  /// Designs that cannot keep their rules, by analysis.
  private func impossible(_ lab: PlanLab) throws -> [Int: String] {
    guard lab.grid.points.count <= Self.screenedMax, !study.plan.exhaustive else { return [:] }
    let designs = try lab.compileAll()
    let reasons = Parallel.map(designs.indices, jobs: study.options.jobs ?? availableProcessorCount()) {
      CapacityScreening.reason(against: designs[$0])
    }
    var impossible: [Int: String] = [:]
    for (design, reason) in reasons.enumerated() { impossible[design] = reason }
    return impossible
  }

  // MARK: Objective

  private func objective() throws -> (PlanReadings.Objective, QuantityUnit) {
    if let text = study.plan.minimize, let axis = PlanDesign.axis(text, among: design.axes, in: design.loaded)
    {
      guard design.axes[axis].levels.allSatisfy({ $0.number != nil }) else {
        throw ProgramExit(
          ExitStatus.usage, "--minimize names the axis '\(text)', whose values are not all numbers")
      }
      return (.axis(axis), .count)
    }
    let name = study.plan.minimize == nil ? nil : study.measure(of: "--minimize")
    let index =
      name ?? study.measures.firstIndex(of: SweepColumn(metric: "cost.Monthly", statistic: "value"))!
    return (.measure(index), design.base.measures[index].quantityUnit)
  }

  private func name(of objective: PlanReadings.Objective) -> String {
    switch objective {
    case .axis(let axis): design.axes[axis].name
    case .measure(let index):
      study.measures[index].statistic == "value"
        ? study.measures[index].metric : "\(study.measures[index].metric) \(study.measures[index].statistic)"
    }
  }

  // MARK: Answers

  private func cheapest(_ found: CheapestSearch.Result, _ search: CheapestSearch) -> CheapestAnswer {
    let neighbours = found.answer.map { answer in
      search.space.neighbours(answer).map { neighbour in
        CheapestAnswer.Neighbour(
          axis: neighbour.axis, design: neighbour.design + 1,
          difference: search.difference(neighbour.design, from: answer))
      }
    }
    return CheapestAnswer(
      design: found.answer.map { $0 + 1 }, neighbours: neighbours ?? [],
      unresolved: found.unresolved.map { $0 + 1 }, undecided: found.undecided.map { $0 + 1 })
  }

  private static func entry(_ entry: FrontSearch.Entry) -> FrontAnswer.Entry {
    var place = entry.place
    if case .beaten(let other) = place { place = .beaten(by: other + 1) }
    return FrontAnswer.Entry(
      design: entry.design + 1, place: place, cost: entry.cost, measure: entry.measure)
  }

  private func words(
    _ omissions: [Int: CheapestSearch.Omission], _ lab: PlanLab
  ) -> [Int: PlannedDesign.Omission] {
    omissions.mapValues { omission in
      switch omission {
      case .impossible(let reason): return .init(.analysis, reason)
      case .rule(let index, let other):
        let rule = lab.readings.rules[index]
        return .init(
          .rule, "\(rule.metric) \(rule.expression) fails at \(SweepDesign.name(other, in: lab.grid))")
      case .objective(let other):
        return .init(.objective, "no better than \(SweepDesign.name(other, in: lab.grid))")
      }
    }
  }
}

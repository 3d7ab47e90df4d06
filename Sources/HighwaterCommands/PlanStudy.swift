import Planning
import Reports
import Scenarios
import Services

/// Asks a plan's question and puts the answer together.
struct PlanStudy {
  let design: PlanDesign
  let plan: PlanOptions
  let options: StudyOptions
  let program: Program

  /// - Throws: `ProgramExit` for options that do not fit the scenario, folders that cannot be written, bugs and stalls.
  func run(in folder: OutputFolder) throws -> PlanResult {
    Interruption.install()
    switch design.question {
    case .rate(let workload, let from, let to):
      return try RatePlan(study: self, workload: workload, from: from, to: to).run(in: folder)
    case .sensitivity: return try SensitivityPlan(study: self).run(in: folder)
    case .cheapest, .front: return try ChoicePlan(study: self).run(in: folder)
    }
  }

  /// Numbers of the options, before anything is written.
  ///
  /// - Throws: 64 for what is none.
  func check() throws {
    _ = try plan.confidenceValue()
    _ = try plan.widthValue()
    _ = try plan.indifferenceValue()
    _ = try plan.replicationsMax(replications)
  }

  func lab(_ grid: SweepGrid, in folder: OutputFolder) throws -> PlanLab {
    try PlanLab(
      design, grid: grid, folder: folder, restart: plan.restart, options: options, program: program)
  }

  /// The bench of a search.
  func bench(_ lab: PlanLab, replications: Int) throws -> DesignBench {
    let judge = DesignJudge(
      rules: lab.readings.rules, replications: replications,
      replicationsMax: try plan.replicationsMax(replications), confidence: try plan.confidenceValue())
    return DesignBench(judge: judge) { try lab.evaluate($0) }
  }

  var replications: Int { design.base.system.run.replications }

  /// The quantities that a plan shows, in the order in which the scenario lists them.
  var measures: [SweepColumn] { design.base.measures.map(SweepColumn.init) }

  /// The measure that an option names.
  func measure(of option: String) -> Int? {
    design.base.measures.firstIndex { $0.position.file == option }
  }

  /// The result of a search, or of as much of it as there is.
  func result(
    _ lab: PlanLab, _ bench: DesignBench, axes: [SweepAxis], objective: String, objectiveUnit: QuantityUnit,
    answer: PlanAnswer, order: [Int], omissions: [Int: PlannedDesign.Omission] = [:], gridCount: Int?,
    isComplete: Bool
  ) throws -> PlanResult {
    try lab.synchronize()
    let designs = order.enumerated().compactMap { position, index -> PlannedDesign? in
      let levels = lab.grid.points[index].map(\.label)
      guard bench.isSimulated(index) else {
        return omissions[index].map {
          PlannedDesign(number: position + 1, levels: levels, omission: $0)
        }
      }
      return PlannedDesign(
        index, number: position + 1, levels: levels, in: bench, measures: lab.readings.measures.count)
    }
    return PlanResult(
      header: SweepHeader(design.base), command: design.command, axes: axes.map(\.name),
      paths: axes.map(\.settingPath), readings: lab.readings,
      objective: objective, objectiveUnit: objectiveUnit, designs: designs, answer: answer,
      effort: PlanEffort(bench, gridCount: gridCount), confidence: try plan.confidenceValue(),
      isComplete: isComplete)
  }
}

extension SweepAxis {
  /// As `--set` takes it: the name, where that is the path in short; nil for a toggle.
  fileprivate var settingPath: String? {
    guard case .setting(let path) = target else { return nil }
    return name.contains(".") ? name : path.description
  }
}

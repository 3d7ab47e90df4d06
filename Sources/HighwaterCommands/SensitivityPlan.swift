import Kernel
import Planning
import Reports
import Scenarios
import Services

/// Which settings matter.
struct SensitivityPlan {
  let study: PlanStudy

  private var design: PlanDesign { study.design }

  func run(in folder: OutputFolder) throws -> PlanResult {
    let neighbours = try neighbours()
    let axes = neighbours.map {
      SweepAxis(
        name: $0.setting.name, target: .setting($0.setting.path), levels: [], position: $0.setting.position)
    }
    let present = neighbours.map(\.setting.present)
    var points = [present]
    var changes: [SensitivityStudy.Setting] = []
    for (position, beside) in neighbours.enumerated() {
      func point(_ value: SettingNeighbours.Value) -> Int {
        if value.number == beside.setting.value { return 0 }
        var point = present
        point[position] = value.level
        points.append(point)
        return points.count - 1
      }
      let lowDesign = point(beside.low)
      changes.append(
        .init(
          name: beside.setting.name, low: beside.low.number, high: beside.high.number, lowDesign: lowDesign,
          highDesign: point(beside.high)))
    }
    let lab = try study.lab(SweepGrid(axes, points: points), in: folder)
    lab.readings = PlanReadings([design.base], measures: study.measures, objective: .measure(0))
    let bench = try study.bench(lab, replications: study.replications)
    var answer = PlanAnswer.none
    do {
      // All at once: nothing that comes out decides what runs.
      try bench.replicate(Array(points.indices), to: study.replications)
      let measures = Array(study.measures.indices)
      let found = try SensitivityStudy(bench: bench, confidence: try study.plan.confidenceValue())
        .run(changes, measures: measures)
      let rows = SensitivityStudy.ranked(found, by: 0)
      answer = .sensitivity(
        SensitivityAnswer(
          measures: measures, rows: rows,
          labels: rows.map { row in
            let beside = neighbours.first { $0.setting.name == row.setting.name }!
            return [beside.low.level.label, beside.high.level.label]
          }))
    } catch is SearchInterrupted {}
    return try study.result(
      lab, bench, axes: axes, objective: "", objectiveUnit: .count, answer: answer,
      order: Array(points.indices), gridCount: nil, isComplete: answer != .none)
  }

  /// Of the axes given; without any, of the settings that size the design.
  private func neighbours() throws -> [SettingNeighbours] {
    guard design.axes.isEmpty else { return try design.axes.map { try neighbours($0) } }
    let end = design.base.system.run.duration.seconds
    let workloads = design.base.system.workloads.filter { $0.arrivals.peakRate(until: end) != nil }
    let settings = NumericSetting.all(of: design.loaded, workloads: workloads.map(\.name))
    let jobs = study.options.jobs ?? availableProcessorCount()
    let found = Parallel.map(settings.indices, jobs: jobs) { [loaded = design.loaded] index in
      let axis = SweepAxis(
        name: settings[index].name, target: .setting(settings[index].path), levels: [],
        position: settings[index].position)
      return SettingNeighbours(settings[index]) { level in
        // The scenario itself knows best what it takes: ranges, steps, and what one property asks of another.
        var diagnostics = Diagnostics()
        return ScenarioCompiler.compile(
          SweepGrid([axis], points: [[level]]).scenario(at: 0, of: loaded), into: &diagnostics) != nil
      }
    }
    for (setting, neighbours) in zip(settings, found) where neighbours == nil && !study.options.quiet {
      study.program.console.message(
        "left out: \(setting.name), which has no valid value beside \(setting.present.label)")
    }
    return found.compactMap(\.self)
  }

  /// The values that an axis lists beside the present one.
  private func neighbours(_ axis: SweepAxis) throws -> SettingNeighbours {
    guard let setting = setting(axis) else {
      throw ProgramExit(
        ExitStatus.usage,
        "--sensitivity changes numbers above zero that the scenario sets: '\(axis.name)' is none; give it with --set"
      )
    }
    do { return try SettingNeighbours(setting, among: axis.levels) } catch {
      throw ProgramExit(ExitStatus.usage, error.message)
    }
  }

  private func setting(_ axis: SweepAxis) -> NumericSetting? {
    guard case .setting(let path) = axis.target else { return nil }
    // The factor on arrivals is 1 where the scenario says nothing.
    for workload in design.base.system.workloads.map(\.name) {
      var load = NumericSetting.load(of: workload, in: design.loaded)
      guard load.path == path else { continue }
      load.name = axis.name
      return load.value > 0 ? load : nil
    }
    return NumericSetting(name: axis.name, path: path, of: design.loaded.root)
  }
}

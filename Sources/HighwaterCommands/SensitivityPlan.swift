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
    let settings = try settings()
    let axes = settings.map {
      SweepAxis(name: $0.name, target: .setting($0.path), levels: [], position: $0.position)
    }
    let present = settings.map { $0.level($0.value) }
    var points = [present]
    var changes: [SensitivityStudy.Setting] = []
    for (position, setting) in settings.enumerated() {
      let (low, high) = setting.neighbours
      func point(_ value: (value: Double, level: SweepLevel)) -> Int {
        if value.value == setting.value { return 0 }
        var point = present
        point[position] = value.level
        points.append(point)
        return points.count - 1
      }
      let lowDesign = point(low)
      changes.append(
        .init(
          name: setting.name, low: low.value, high: high.value, lowDesign: lowDesign, highDesign: point(high))
      )
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
            let setting = settings.first { $0.name == row.setting.name }!
            return [setting.neighbours.low.level.label, setting.neighbours.high.level.label]
          }))
    } catch is SearchInterrupted {}
    return try study.result(
      lab, bench, axes: axes, objective: "", objectiveUnit: .count, answer: answer,
      order: Array(points.indices), gridCount: nil, isComplete: answer != .none)
  }

  /// The axes given, at the values that the scenario has; without any, the settings that size the design.
  private func settings() throws -> [NumericSetting] {
    guard !design.axes.isEmpty else {
      let end = design.base.system.run.duration.seconds
      let workloads = design.base.system.workloads.filter { $0.arrivals.peakRate(until: end) != nil }
      return NumericSetting.all(of: design.loaded, workloads: workloads.map(\.name))
    }
    return try design.axes.map { axis in
      guard case .setting(let path) = axis.target,
        var setting = NumericSetting(name: axis.name, path: path, of: design.loaded.root)
      else {
        throw ProgramExit(
          ExitStatus.usage,
          "--sensitivity changes numbers that the scenario sets: '\(axis.name)' is none; give it with --set")
      }
      // The levels beside the present one, as the axis lists them.
      let numbers = axis.levels.compactMap(\.number)
      setting.below = numbers.last { $0 < setting.value }
      setting.above = numbers.first { $0 > setting.value }
      return setting
    }
  }
}

import Kernel
import Planning
import Reports
import Scenarios
import Services

/// The largest rate of a workload under the thresholds of a scenario.
struct RatePlan {
  let study: PlanStudy
  let workload: String
  /// Ends of the range asked about, as they are written.
  let from: String?
  let to: String?

  private var design: PlanDesign { study.design }

  func run(in folder: OutputFolder) throws -> PlanResult {
    let load = try load()
    let grid = SweepGrid(
      [
        SweepAxis(
          name: load.setting.name, target: .setting(load.setting.path), levels: [],
          position: load.setting.position)
      ], points: [])
    let lab = try study.lab(grid, in: folder)
    lab.readings = PlanReadings([design.base], measures: study.measures, objective: .measure(0))
    guard lab.readings.rules.contains(where: { !$0.isWarning }) else {
      throw ProgramExit(
        ExitStatus.usage,
        "'\(design.file)' has no thresholds, and its arrivals are not steady for 8 minutes: every rate would do"
      )
    }
    let bench = try study.bench(lab, replications: study.replications)
    let width = try study.plan.widthValue()
    // The ends of a range are those that the user wrote, as nearly as a factor can say it.
    let ends = try range(load)
    let digits = width < 0.005 || ends != nil ? 6 : 4
    var search = RateSearch(
      start: SweepRange.rounded(load.setting.value, digits: digits), range: ends, widthMax: width,
      rounded: { SweepRange.rounded($0, digits: digits) }
    ) { scale, depth in
      let index = lab.add([load.setting.level(scale)])
      switch depth {
      case .tried: try bench.probe([index])
      case .settled: try bench.settle([index])
      }
      switch bench.verdict(index).outcome {
      case .fails: return .fails
      case .undecided: return .undecided
      case .passes, .open: return .holds
      }
    }
    search.ceiling = CapacityScreening.ceiling(of: workload, in: design.base).map { $0 * load.setting.value }
    search.largest = load.scaleMax
    var bracket: RateSearch.Bracket?
    do { bracket = try search.run() } catch is SearchInterrupted {}
    return try result(bracket, load, lab, bench, width)
  }

  // MARK: The workload

  /// A workload whose rate can be changed.
  private struct Load {
    var setting: NumericSetting
    /// At a factor of 1. [1/s]
    var ratePerScale: Double
    var isPeak: Bool
    var unit: String
    var unitSeconds: Double
    /// Messages of a run at a factor of 1, on average.
    var countPerScale: Double
    /// The largest factor that a run can be simulated at, less one in a hundred for the rounding of factors.
    var scaleMax: Double { 0.99 * Double(ArrivalProcess.messagesMax) / countPerScale }
  }

  private func load() throws -> Load {
    let workloads = design.base.system.workloads
    guard let spec = workloads.first(where: { $0.name == workload }) else {
      let nearest =
        NearestName.of(workload, in: workloads.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
      throw ProgramExit(
        ExitStatus.usage,
        "--rate names '\(workload)', but the workloads are \(workloads.map(\.name).joined(separator: ", "))\(nearest)"
      )
    }
    let setting = NumericSetting.load(of: workload, in: design.loaded)
    guard let peak = spec.arrivals.peakRate(until: design.base.system.run.duration.seconds) else {
      throw ProgramExit(
        ExitStatus.usage,
        "the arrivals of '\(workload)' have no rate that could be changed; its messages are given")
    }
    guard peak.rate > 0, setting.value > 0 else {
      throw ProgramExit(
        ExitStatus.usage,
        "the rate of '\(workload)' is zero, which no factor changes; give it one to start from")
    }
    let (unit, seconds) = rateUnit()
    let run = design.base.system.run
    var count = spec.arrivals.count(
      within: run.duration.seconds, startEpochMinutes: run.startEpochMinutes)
    // Sent faster, a backlog has no more messages.
    if case .backlog = spec.arrivals { count = 0 }
    return Load(
      setting: setting, ratePerScale: peak.rate / setting.value, isPeak: !peak.isSteady, unit: unit,
      unitSeconds: seconds, countPerScale: count / setting.value)
  }

  /// The unit in which the scenario writes its rates.
  private func rateUnit() -> (String, Double) {
    let arrivals = design.loaded.simulation["workloads"]?[workload]?["arrivals"]
    let texts = [
      arrivals?["rate"]?.text, arrivals?["stages"]?.elements?.first?["target"]?.text,
      arrivals?["startRate"]?.text,
      arrivals?["states"]?.elements?.first?["rate"]?.text, arrivals?["sendRate"]?.text,
    ]
    for text in texts {
      guard let text, let slash = text.lastIndex(of: "/") else { continue }
      let unit = String(text[text.index(after: slash)...])
      if let seconds = try? Literal.read("1\(unit)", as: .duration) { return (unit, seconds) }
    }
    return ("s", 1)
  }

  private func range(_ load: Load) throws -> ClosedRange<Double>? {
    guard let from, let to else { return nil }
    func scale(_ text: String) throws -> Double {
      guard let rate = try? Literal.read(text, as: .rate), rate > 0 else {
        throw ProgramExit(
          ExitStatus.usage,
          "--rate has the end '\(text)', which is not a rate above zero: write 100/min..2000/min")
      }
      return rate / load.ratePerScale
    }
    let (low, high) = (try scale(from), try scale(to))
    guard high <= load.scaleMax else {
      let count = SignificantDigits.scientific(high * load.countPerScale, digits: 2)
      let most = SignificantDigits.scientific(Double(ArrivalProcess.messagesMax), digits: 1)
      throw ProgramExit(
        ExitStatus.usage,
        "--rate has the end '\(to)', about \(count) messages in a run of "
          + "\(DurationText.short(design.base.system.run.duration.seconds)); a run has at most \(most) of a workload"
      )
    }
    guard low < high else {
      throw ProgramExit(ExitStatus.usage, "--rate goes upwards: \(from) is not below \(to)")
    }
    return low...high
  }

  // MARK: The answer

  private func result(
    _ bracket: RateSearch.Bracket?, _ load: Load, _ lab: PlanLab, _ bench: DesignBench, _ width: Double
  ) throws -> PlanResult {
    let scales = lab.grid.points.map { $0[0].number! }
    let order = scales.indices.sorted { scales[$0] < scales[$1] }
    func number(_ scale: Double?) -> Int? {
      scale.flatMap { scale in order.firstIndex { scales[$0] == scale } }.map { $0 + 1 }
    }
    var answer = PlanAnswer.none
    if let bracket {
      let holds = number(bracket.holds).map { order[$0 - 1] }
      answer = .rate(
        RateAnswer(
          workload: workload, isPeak: load.isPeak, ratePerScale: load.ratePerScale, unit: load.unit,
          unitSeconds: load.unitSeconds, holds: number(bracket.holds), fails: number(bracket.fails),
          undecided: bracket.undecided.compactMap(number), holdsAbove: bracket.holdsAbove.compactMap(number),
          loads: holds.map { PlanReadings.loads(lab.digests($0, count: study.replications)) } ?? [],
          widthMax: width))
    }
    return try study.result(
      lab, bench, axes: lab.grid.axes, objective: "\(workload) rate", objectiveUnit: .count,
      answer: answer,
      order: order, gridCount: nil, isComplete: bracket != nil)
  }
}

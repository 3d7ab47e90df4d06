import Planning
import Reports
import Scenarios
import Services

/// A scenario with the designs that a plan may choose from, read and checked.
struct PlanDesign {
  /// Runs the scenario as the user named it.
  let command: RunCommandLine
  var file: String { command.file }
  /// The merged scenario before any design, with the measures of the plan.
  let loaded: LoadedScenario
  let question: PlanOptions.Question
  /// The scenario as it stands.
  let base: CompiledScenario
  /// The axes of a search; none for a rate and for a sensitivity that finds its settings itself.
  let axes: [SweepAxis]
  let digests: [(file: String, sha256: String)]
  /// Of everything that a run depends on, whatever is asked.
  let fingerprint: String

  /// Most designs of a search.
  static let designsMax = 100_000
  /// Most designs of a front, which runs all that no rule excludes.
  static let frontMax = 5_000
  /// Designs up to which all are checked before anything runs; of larger spaces each level is.
  private static let checkedMax = 200

  /// What a plan always shows.
  private static let usual = ["cost.Monthly", "cost.Total"]

  /// Reads a scenario and checks its designs before anything runs; messages go to standard error.
  ///
  /// - Throws: `ProgramExit` 64, 65 or 66 with everything that is wrong already printed.
  static func load(
    _ file: String, _ options: ScenarioOptions, _ plan: PlanOptions, axes arguments: AxisOptions, jobs: Int,
    verbose: Bool, quiet: Bool, in program: Program
  ) throws -> PlanDesign {
    let question = try plan.question(hasAxes: !arguments.axes.isEmpty)
    if arguments.sampleText != nil {
      throw ProgramExit(ExitStatus.usage, "--sample is for sweep; a plan chooses its designs itself")
    }
    let files = RecordingFiles(try Design.files(file))
    var diagnostics = Diagnostics()
    var loaded: LoadedScenario
    do {
      loaded = try ScenarioLoader(fileSystem: files).load(
        path: file, overlays: options.overlays, variant: options.variant, sets: options.settings,
        into: &diagnostics)
    } catch {
      Design.report(error.diagnostics, sources: [], isComplete: false, program)
      throw ProgramExit(ExitStatus.invalidScenario)
    }
    loaded.sources += arguments.sources
    let all = SweepReader.axes(of: loaded.root, arguments: arguments.axes, into: &diagnostics)
    guard !diagnostics.hasErrors else {
      Design.report(diagnostics.all, sources: loaded.sources, isComplete: false, program)
      throw ProgramExit(ExitStatus.invalidScenario)
    }
    // Axes of the command line stand alone; without any, those of the scenario are meant.
    let given = all.filter { $0.position.file == "--axis" }
    let axes = try chosen(question, given.isEmpty ? all : given, given: given, file: file)
    addMeasures(&loaded, plan, arguments, axes: axes)
    let checked = checkedGrid(axes)
    let compiled = try SweepDesign.compile(
      Array(checked.points.indices), of: checked, loaded, found: diagnostics.all, jobs: jobs,
      verbose: verbose,
      quiet: quiet, in: program)
    try SweepDesign.checkPlainRuns(compiled, options, file: file, what: "plan", each: "design")
    let base: CompiledScenario
    if axes.isEmpty {
      base = compiled[0]
    } else {
      base = try compileBase(loaded) ?? compiled[0]
    }
    let digests = files.digests
    return PlanDesign(
      command: RunCommandLine(file: file, options), loaded: loaded, question: question, base: base,
      axes: axes.map(\.ascending),
      digests: digests,
      fingerprint: SweepDesign.fingerprint(loaded, digests))
  }

  private static func chosen(
    _ question: PlanOptions.Question, _ axes: [SweepAxis], given: [SweepAxis], file: String
  ) throws -> [SweepAxis] {
    switch question {
    case .rate: return []
    case .sensitivity: return given
    case .cheapest, .front:
      guard !axes.isEmpty else {
        throw ProgramExit(
          ExitStatus.usage,
          "'\(file)' has no Simulation.sweep.axes; give --axis PATH=1..40 for the cheapest design, --rate WORKLOAD for"
            + " the largest rate, or --sensitivity")
      }
      let most = question == .front ? frontMax : designsMax
      guard let count = SweepGrid.count(axes), count <= most else {
        throw ProgramExit(
          ExitStatus.usage, "the axes make more than \(most) designs; take fewer values, such as 1..64:log7")
      }
      return axes
    }
  }

  /// The axis that a text names: by its name, or by a path to what it sets.
  static func axis(_ text: String, among axes: [SweepAxis], in loaded: LoadedScenario) -> Int? {
    if let index = axes.firstIndex(where: { $0.name == text }) { return index }
    guard let path = ScenarioPath(text), case .success(let whole) = SettingPath.resolve(path, in: loaded.root)
    else {
      return nil
    }
    return axes.firstIndex { $0.target == .setting(whole) }
  }

  private static func addMeasures(
    _ loaded: inout LoadedScenario, _ plan: PlanOptions, _ arguments: AxisOptions, axes: [SweepAxis]
  ) {
    var leading: [(option: String, line: Int, text: String)] = []
    if let text = plan.minimize, Self.axis(text, among: axes, in: loaded) == nil {
      leading.append(("--minimize", 1, text))
      loaded.sources.append(SourceText(file: "--minimize", text: text + "\n"))
    }
    if let text = plan.front {
      leading.append(("--front", 1, text))
      loaded.sources.append(SourceText(file: "--front", text: text + "\n"))
    }
    if plan.sensitivity, arguments.measures.isEmpty {
      leading += ruledQuantities(loaded).map { ("--sensitivity", 1, $0) }
    }
    loaded.addMeasures(
      arguments.measures.enumerated().map { ("--measure", $0 + 1, $1) }
        + usual.map { ("--measure", 1, $0) }, leading: leading)
  }

  /// What the thresholds are about, such as `orders.Latency p(95)`, each once.
  private static func ruledQuantities(_ loaded: LoadedScenario) -> [String] {
    var found: [String] = []
    for entry in loaded.simulation["thresholds"]?.entries ?? [] {
      for rule in entry.value.elements ?? [entry.value] {
        guard let text = rule.text ?? rule["assert"]?.text, let parsed = try? ThresholdExpression.parse(text)
        else {
          continue
        }
        let name = "\(entry.key) \(parsed.aggregationText)"
        if !found.contains(name) { found.append(name) }
      }
    }
    return found
  }

  /// The scenario as it stands, whatever the axes say; nil when it is not valid without them.
  private static func compileBase(_ loaded: LoadedScenario) throws -> CompiledScenario? {
    var diagnostics = Diagnostics()
    return ScenarioCompiler.compile(
      SweepGrid([], points: [[]]).scenario(at: 0, of: loaded), into: &diagnostics)
  }

  /// All designs, or each level of each axis once.
  private static func checkedGrid(_ axes: [SweepAxis]) -> SweepGrid {
    guard !axes.isEmpty else { return SweepGrid([], points: [[]]) }
    if let count = SweepGrid.count(axes), count <= checkedMax { return SweepGrid(axes) }
    let first = axes.map { $0.levels[0] }
    var points = [first]
    for (position, axis) in axes.enumerated() {
      for level in axis.levels.dropFirst() {
        var point = first
        point[position] = level
        points.append(point)
      }
    }
    return SweepGrid(axes, points: points)
  }
}

extension SweepAxis {
  /// The axis with its values in ascending order, where all of them are numbers with the same unit.
  fileprivate var ascending: SweepAxis {
    let numbers = levels.map(\.number)
    guard case .setting = target, numbers.allSatisfy({ $0 != nil }), Set(levels.map(\.unit)).count == 1 else {
      return self
    }
    var axis = self
    axis.levels = levels.indices.sorted { numbers[$0]! < numbers[$1]! }.map { levels[$0] }
    return axis
  }
}

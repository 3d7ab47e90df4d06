import Planning
import Reports
import Scenarios
import Services
import Synchronization

/// A scenario with axes, read, checked at every point and ready to run.
struct SweepDesign {
  /// As the user named it.
  let file: String
  /// The merged scenario before any axis, with the measures of the command line.
  let loaded: LoadedScenario
  let grid: SweepGrid
  /// nil for the whole grid.
  let sample: SweepSample?
  /// Parallel to the points of the grid.
  let compiled: [CompiledScenario]
  /// Files behind it, with their SHA-256.
  let digests: [(file: String, sha256: String)]
  /// Of everything that results depend on: inputs, axes, seed, version of the program.
  let fingerprint: String

  /// Reads a scenario and checks all its points before anything runs; messages go to standard error.
  ///
  /// - Throws: `ProgramExit` 64, 65 or 66 with everything that is wrong already printed.
  static func load(
    _ file: String, _ options: ScenarioOptions, axes: AxisOptions, jobs: Int, verbose: Bool, quiet: Bool,
    in program: Program
  ) throws -> SweepDesign {
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
    loaded.sources += axes.sources
    loaded.addMeasures(axes.measures.enumerated().map { ("--measure", $0 + 1, $1) })
    let swept = SweepReader.axes(of: loaded.root, arguments: axes.axes, into: &diagnostics)
    guard !diagnostics.hasErrors else {
      Design.report(diagnostics.all, sources: loaded.sources, isComplete: false, program)
      throw ProgramExit(ExitStatus.invalidScenario)
    }
    let sample = try axes.sample()
    let grid = try grid(swept, sample, seed: loaded.seed, file: file)
    let compiled = try compile(
      Array(grid.points.indices), of: grid, loaded, found: diagnostics.all, jobs: jobs, verbose: verbose,
      quiet: quiet, in: program)
    try checkPlainRuns(compiled, options, file: file, what: "sweep", each: "point")
    let digests = files.digests
    return SweepDesign(
      file: file, loaded: loaded, grid: grid, sample: sample, compiled: compiled, digests: digests,
      fingerprint: fingerprint(loaded, digests, grid: grid))
  }

  /// Points run as often and measure from the same instant on; what is found out by looking differs between them.
  ///
  /// - Parameters:
  ///   - what: `sweep` or `plan`.
  ///   - each: What it runs: `point` or `design`.
  static func checkPlainRuns(
    _ compiled: [CompiledScenario], _ options: ScenarioOptions, file: String, what: String, each: String
  ) throws {
    if options.replications == nil, compiled.contains(where: { $0.precision != nil }) {
      throw ProgramExit(
        ExitStatus.usage,
        "'\(file)' asks for a precision; a \(what) runs every \(each) equally often: give --replications")
    }
    if compiled.contains(where: { $0.automaticWarmUp != nil }) {
      throw ProgramExit(
        ExitStatus.usage,
        "'\(file)' has warmup: auto; a \(what) measures every \(each) from the same instant on: give it, such as "
          + "--set Simulation.run.warmup=10m ('highwater run' says what auto finds)")
    }
  }

  private static func grid(
    _ axes: [SweepAxis], _ sample: SweepSample?, seed: UInt64, file: String
  ) throws -> SweepGrid {
    guard !axes.isEmpty else {
      throw ProgramExit(
        ExitStatus.usage, "'\(file)' has no Simulation.sweep.axes; give --axis PATH=1,2,4 or PATH=1..40")
    }
    if let sample { return SweepGrid(axes, sample: sample.points(axes: axes.count, seed: seed)) }
    guard SweepGrid.count(axes) != nil else {
      throw ProgramExit(
        ExitStatus.usage, "the axes make more than \(SweepGrid.pointsMax) points; take fewer values")
    }
    return SweepGrid(axes)
  }

  // MARK: Points

  /// Compiles points, and says each thing once: mistakes that not all points share name the first that has them.
  ///
  /// - Parameter found: What was found before, which is said too.
  /// - Returns: Parallel to the points.
  static func compile(
    _ chosen: [Int], of grid: SweepGrid, _ loaded: LoadedScenario, found: [Diagnostic], jobs: Int,
    verbose: Bool, quiet: Bool, in program: Program
  ) throws -> [CompiledScenario] {
    let points = Parallel.map(chosen.indices, jobs: jobs) { position in
      var diagnostics = Diagnostics()
      var compiled = ScenarioCompiler.compile(
        grid.scenario(at: chosen[position], of: loaded), into: &diagnostics)
      // Points leave their quantities; single messages and spans are what `run` is for.
      compiled?.system.output.messages = .none
      compiled?.system.output.traces = 0
      return (compiled: compiled, diagnostics: diagnostics.all)
    }
    var counts: [Diagnostic: (first: Int, count: Int)] = [:]
    var order: [Diagnostic] = found
    for (index, point) in points.enumerated() {
      for diagnostic in point.diagnostics {
        if counts[diagnostic] == nil, !found.contains(diagnostic) { order.append(diagnostic) }
        counts[diagnostic, default: (index, 0)].count += 1
      }
    }
    let compiled = points.compactMap(\.compiled)
    let named = order.map { diagnostic in
      guard let (first, count) = counts[diagnostic], count < points.count else { return diagnostic }
      var named = diagnostic
      named.message += " (at \(name(chosen[first], in: grid)))"
      return named
    }
    let shown = named.filter { $0.severity == .error || ($0.severity == .warning ? !quiet : verbose) }
    if !shown.isEmpty {
      Design.report(shown, sources: loaded.sources, isComplete: compiled.count == points.count, program)
    }
    guard compiled.count == points.count else { throw ProgramExit(ExitStatus.invalidScenario) }
    return compiled
  }

  /// `subscribers=2 shards=16`.
  static func name(_ point: Int, in grid: SweepGrid) -> String {
    zip(grid.axes, grid.points[point]).map { "\($0.name)=\($1.label)" }.joined(separator: " ")
  }

  /// Everything that a result depends on, in one number; the folder and the measures that are shown are no part of it.
  static func fingerprint(
    _ loaded: LoadedScenario, _ digests: [(file: String, sha256: String)], grid: SweepGrid? = nil
  ) -> String {
    var root = loaded.root
    for key in ["output", "sweep", "variants"] where root.at(path: ["Simulation", key]) != nil {
      root = root.replacing(["Simulation", key], with: Node(.null, at: root.position))
    }
    var parts = ["highwater \(Program.version)", loaded.name, NodeWriter().text(root)]
    parts += digests.map { "\($0.file) \($0.sha256)" }
    for axis in grid?.axes ?? [] {
      switch axis.target {
      case .setting(let path): parts.append("\(axis.name) set \(path)")
      case .toggle(let names): parts.append("\(axis.name) toggle \(names.joined(separator: " "))")
      }
    }
    parts += (grid?.points ?? []).map { $0.map(\.label).joined(separator: "\t") }
    return Design.sha256(parts.joined(separator: "\n").utf8)
  }
}

extension LoadedScenario {
  /// The seed before any axis sets it; 1 where the scenario names none.
  fileprivate var seed: UInt64 { simulation["run"]?["seed"]?.text.flatMap { UInt64($0) } ?? 1 }

  /// Adds measures of the command line, or the usual ones when nobody names any.
  ///
  /// The usual ones are what it costs and, without rules, how late and how complete each workload is.
  /// - Parameters:
  ///   - arguments: With the option that they were given to and their line among its arguments.
  ///   - leading: Measures that come before those of the scenario, so that theirs is the position in messages.
  mutating func addMeasures(
    _ arguments: [(option: String, line: Int, text: String)],
    leading: [(option: String, line: Int, text: String)] = []
  ) {
    // A scenario without the block has other things to say.
    guard root["Simulation"]?.entries != nil else { return }
    func node(_ argument: (option: String, line: Int, text: String)) -> Node {
      let place = SourcePosition(file: argument.option, line: argument.line, column: 1)
      return Node(.scalar(argument.text, isPlain: true), at: place)
    }
    var measures =
      leading.map(node) + (simulation["sweep"]?["measures"]?.elements ?? []) + arguments.map(node)
    let position = root.position
    if measures.isEmpty {
      var usual = ["cost.Monthly"]
      if simulation["thresholds"]?.entries?.isEmpty ?? true {
        let workloads = simulation["workloads"]?.entries?.map(\.key) ?? []
        usual = workloads.flatMap { ["\($0).Latency p(95)", "\($0).Lost"] } + usual
      }
      measures = usual.map { Node(.scalar($0, isPlain: true), at: position) }
    }
    // What is not a map is a mistake that the reader of axes reports.
    if let sweep = simulation["sweep"], sweep.entries == nil { return }
    root = root.replacing(
      ["Simulation", "sweep", "measures"], with: Node(.sequence(measures), at: position))
  }
}

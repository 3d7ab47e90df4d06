import HandlerKit
import Planning
import Scenarios
import Services
import Synchronization

/// Tests the designs of many files: whole designs on different threads, replications where threads are left.
final class TestStudy {
  let files: [String]
  let scenario: ScenarioOptions
  let selection: RuleSelection
  let jobs: Int
  let strict: Bool
  let program: Program
  /// What has been read, in order of the files; designs without a selected rule are left out.
  private var tested: [TestedFile] = []
  private var units: [Unit] = []

  /// One design to run.
  private struct Unit: Sendable {
    var file: Int
    var design: Design
    var label: String
    var hasSiblings: Bool
    var command: RunCommandLine
  }

  init(
    files: [String], scenario: ScenarioOptions, selection: RuleSelection, jobs: Int, strict: Bool,
    program: Program
  ) {
    self.files = files
    self.scenario = scenario
    self.selection = selection
    self.jobs = jobs
    self.strict = strict
    self.program = program
  }

  // MARK: Files

  /// Reads all files; mistakes go to standard error, and their files are not run.
  ///
  /// - Throws: `ProgramExit` 64 when no rule is selected or no file has the variant asked for.
  func load(quiet: Bool) throws {
    var found: [Diagnostic] = []
    for file in files {
      if let (result, units) = try load(file) {
        self.units += units
        tested.append(result)
        found += result.diagnostics.filter { $0.severity == .error || ($0.severity == .warning && !quiet) }
      }
    }
    if !found.isEmpty {
      let formatter = DiagnosticFormatter(sources: tested.flatMap(\.sources), filesChecked: tested.count)
      program.console.message(formatter.text(found))
    }
    guard tested.isEmpty else { return }
    if let variant = scenario.variant {
      throw ProgramExit(ExitStatus.usage, "none of \(files.count) files has a variant '\(variant)'")
    }
    throw ProgramExit(
      ExitStatus.usage, "no rule of \(files.count) files is selected by --filter and --exclude")
  }

  /// nil for a file of which nothing is selected.
  private func load(_ file: String) throws -> (TestedFile, [Unit])? {
    let base = try Design.check(file, label: "base", variant: nil, scenario)
    let names = base.loaded?.variantNames ?? []
    var designs = Design.labels(ofVariants: names)
    if let variant = scenario.variant {
      // A file that cannot be read may have any variant.
      guard base.loaded == nil || names.contains(variant) else { return nil }
      designs = designs.filter { $0.label == variant }
    }
    var result = TestedFile(file: file, designs: [], diagnostics: base.diagnostics, sources: base.sources)
    var units: [Unit] = []
    let hasSiblings = !names.isEmpty
    for (label, variant) in designs where base.loaded != nil {
      let checked =
        variant == nil ? base : try Design.check(file, label: label, variant: variant, scenario)
      result.diagnostics += checked.diagnostics.filter { !result.diagnostics.contains($0) }
      guard let design = checked.design else { continue }
      let command = RunCommandLine(file: file, scenario, variant: variant)
      var unit = Unit(
        file: tested.count, design: design, label: label, hasSiblings: hasSiblings, command: command)
      if select(&unit) { units.append(unit) }
      do { try design.compiled.system.checkHandlers(program.handlers) } catch {
        let at = SourcePosition(file: file, line: 0, column: 0)
        let diagnostic = Diagnostic(.error, "S319", at: at, "\(error)")
        if !result.diagnostics.contains(diagnostic) { result.diagnostics.append(diagnostic) }
      }
    }
    if result.isBroken { return (result, []) }
    return units.isEmpty ? nil : (result, units)
  }

  /// Leaves the selected rules; false when the design has rules and none of them is.
  private func select(_ unit: inout Unit) -> Bool {
    let title = unit.hasSiblings ? "\(unit.design.file) \(unit.label)" : unit.design.file
    var compiled = unit.design.compiled
    // A number of replications on the command line wins over a precision of the file, as for `run`.
    if scenario.replications != nil { compiled.precision = nil }
    unit.design.compiled = compiled
    guard !compiled.thresholds.isEmpty || !compiled.alarmExpectations.isEmpty else {
      return selection.contains(title, rule: "")
    }
    compiled.thresholds = compiled.thresholds.filter {
      selection.contains(title, rule: "\($0.metricText) \($0.expression)")
    }
    compiled.alarmExpectations = compiled.alarmExpectations.filter {
      selection.contains(title, rule: $0.alarm)
    }
    // Rules leave quantities; single messages and spans are what `run` is for.
    compiled.system.output.messages = .none
    compiled.system.output.traces = 0
    unit.design.compiled = compiled
    return !compiled.thresholds.isEmpty || !compiled.alarmExpectations.isEmpty
  }

  // MARK: Runs

  /// Runs everything that was read.
  ///
  /// - Parameter each: Called with each finished file in the order of the files, one call at a time.
  func run(each: @escaping @Sendable (TestedFile) -> Void) -> TestReport {
    let units = units
    let outer = max(1, min(jobs, units.count))
    let inner = max(1, jobs / outer)
    let board = TestBoard(tested, units: units.map(\.file), each: each)
    board.begin()
    _ = Parallel.map(0..<units.count, jobs: outer) { [handlers = program.handlers] index in
      board.finish(index, Self.test(units[index], jobs: inner, handlers: handlers))
    }
    return board.report(strict: strict)
  }

  /// nil when it was interrupted.
  private static func test(_ unit: Unit, jobs: Int, handlers: HandlerRegistry) -> TestedDesign? {
    let compiled = unit.design.compiled
    let label = unit.hasSiblings ? unit.label : ""
    func tested(_ result: ScenarioResult, crash: TestedDesign.Crash? = nil) -> TestedDesign {
      TestedDesign(
        result, design: unit.label, hasSiblings: unit.hasSiblings, command: unit.command, crash: crash)
    }
    func crashed(_ what: String, _ error: any Error) -> TestedDesign {
      let exit = ProgramExit(failed: what, by: error)
      return tested(silent(), crash: .init(exitCode: exit.code, message: exit.message ?? ""))
    }
    func silent() -> ScenarioResult {
      ScenarioResult(
        compiled, label: label, file: unit.design.file, results: ReplicationResults(requested: 0))
    }
    guard !compiled.thresholds.isEmpty || !compiled.alarmExpectations.isEmpty else { return tested(silent()) }
    guard !Interruption.flag.isCancelled else { return nil }
    do {
      let outcome = try ScenarioRunner(compiled, jobs: jobs).result(
        label: label, file: unit.design.file, cancellation: Interruption.flag,
        makeRun: { try Design.makeRun($0, $1, handlers: handlers) })
      if let failure = outcome.replications.failure {
        return crashed("replication \(failure.replication)", failure.error)
      }
      return Interruption.flag.isCancelled ? nil : tested(outcome.result)
    } catch let failure as ReplicationResults.Failure {
      return crashed("pilot replication \(failure.replication)", failure.error)
    } catch {
      return crashed(unit.design.file, error)
    }
  }
}

/// Takes finished designs in any order and hands on finished files in theirs.
private final class TestBoard: Sendable {
  private struct State {
    var files: [TestedFile]
    /// Parallel to the units.
    var designs: [TestedDesign?]
    var isFinished: [Bool]
    var handedOn = 0
  }
  private let state: Mutex<State>
  /// File of each unit, ascending.
  private let fileOfUnit: [Int]
  private let each: @Sendable (TestedFile) -> Void

  init(_ files: [TestedFile], units: [Int], each: @escaping @Sendable (TestedFile) -> Void) {
    fileOfUnit = units
    self.each = each
    state = Mutex(
      State(
        files: files, designs: Array(repeating: nil, count: units.count),
        isFinished: Array(repeating: false, count: units.count)))
  }

  /// Hands on the files that need no run.
  func begin() { state.withLock { handOn(&$0) } }

  func finish(_ unit: Int, _ design: TestedDesign?) {
    state.withLock { state in
      state.designs[unit] = design
      state.isFinished[unit] = true
      handOn(&state)
    }
  }

  private func handOn(_ state: inout State) {
    while state.handedOn < state.files.count {
      let units = fileOfUnit.indices.filter { fileOfUnit[$0] == state.handedOn }
      guard units.allSatisfy({ state.isFinished[$0] }) else { return }
      state.files[state.handedOn].designs = units.compactMap { state.designs[$0] }
      each(state.files[state.handedOn])
      state.handedOn += 1
    }
  }

  func report(strict: Bool) -> TestReport {
    state.withLock { state in
      TestReport(files: state.files, strict: strict, isComplete: state.designs.allSatisfy { $0 != nil })
    }
  }
}

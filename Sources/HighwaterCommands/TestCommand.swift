import ArgumentParser
import Planning
import Reports

struct TestCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Runs all scenarios of folders and tells a line for each of their thresholds.",
    discussion: """
      Folders are searched for *.sim.yaml, *.sim.yml and *.sim.json. Every variant of a file is a design of its own; axes \
      of a sweep stay at the values of the file. A rule listed under Simulation.knownFailures is expected to fail. \
      Nothing is written to disk.
      """)

  @Argument(help: "Scenario files and folders; the folder scenarios when left out.")
  var paths: [String] = []

  @OptionGroup var scenario: ScenarioOptions

  @Option(
    help: "Takes only rules with TEXT in their line of file, variant, metric and expression; repeatable.")
  var filter: [String] = []

  @Option(help: "Leaves out rules with TEXT in that line; repeatable.")
  var exclude: [String] = []

  @Option(help: "What standard output carries.")
  var format: ReportOptions.Format = .text

  @Option(name: .shortAndLong, help: "Simulations at once; all processors when left out.")
  var jobs: Int?

  @Flag(help: "Failed warnings and undecided thresholds fail too.")
  var strict = false

  @Flag(name: .shortAndLong, help: "No warnings about the files.")
  var quiet = false

  @Flag(name: .customLong("no-color"), help: "No colours.")
  var noColor = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs is \(jobs); expected 1 or more") }
    if (filter + exclude).contains("") {
      throw ValidationError("--filter and --exclude take a text that is not empty")
    }
  }

  func run(in program: Program) throws -> Int32 {
    Interruption.install()
    let files = try ScenarioFolder.files(paths.isEmpty ? ["scenarios"] : paths)
    let selection = RuleSelection(filter: filter, exclude: exclude)
    let study = TestStudy(
      files: files, scenario: scenario, selection: selection, jobs: jobs ?? availableProcessorCount(),
      strict: strict, program: program)
    try study.load(quiet: quiet)
    let style =
      noColor ? TerminalStyle(isColoured: false, width: program.console.style.width) : program.console.style
    let report = study.run { file in
      if format == .text { program.console.write(TestLines.text(file, strict: strict, style: style)) }
    }
    let code = exitCode(report)
    if let format = VerdictFormat(rawValue: format.rawValue) {
      program.console.write(TestDocuments.text(report, as: format, exitCode: code))
      if format == .github { program.console.addToStepSummary(TestDocuments.markdown(report)) }
    } else {
      program.console.write(TestLines.summary(report))
    }
    return code
  }

  /// A bug of ours before a scenario that cannot be run, that before a rule that fails.
  private func exitCode(_ report: TestReport) -> Int32 {
    if !report.isComplete { return ExitStatus.interrupted }
    if let worst = report.crashes.compactMap(\.crash?.exitCode).max() { return worst }
    if !report.brokenFiles.isEmpty { return ExitStatus.invalidScenario }
    return report.verdictExit
  }
}

extension Program {
  /// Verdicts for other programs, on standard output and where GitHub shows them.
  func write(
    _ results: [ScenarioResult], comparison: Comparison? = nil, as format: VerdictFormat, strict: Bool
  ) {
    console.write(format.text(results, comparison: comparison, strict: strict))
    if format == .github {
      console.addToStepSummary(
        VerdictFormat.markdown.text(results, comparison: comparison, strict: strict))
    }
  }
}

import ArgumentParser
import Planning
import Records
import Reports
import Scenarios

struct SweepCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Runs a scenario at every point of a grid of settings and prints the table.",
    discussion: """
      The axes are those of Simulation.sweep and of --axis. What is finished is kept in the folder: a sweep that was \
      interrupted or killed goes on where it was. With --shard each process runs a part; 'merge' joins them.
      """)

  @Argument(help: "Scenario file, or - for standard input.")
  var file: String

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var axes: AxisOptions
  @OptionGroup var options: StudyOptions
  @OptionGroup var strictness: SweepStrictness
  @OptionGroup var layout: SweepLayoutOptions

  @Option(help: "Which part to run: 3/7, or auto under Slurm, AWS Batch, Kubernetes or GitLab, or auto/7.")
  var shard: String?

  @Flag(help: "Forgets what the folder holds of an earlier sweep.")
  var restart = false

  func run(in program: Program) throws -> Int32 {
    let format = try SweepFormat(options.report)
    let shard = try readShard(program)
    let jobs = options.jobs ?? availableProcessorCount()
    let design = try SweepDesign.load(
      file, scenario, axes: axes, jobs: jobs, verbose: options.verbose, quiet: options.quiet, in: program)
    try layout.check(design.grid.axes.map(\.name))
    let study = SweepStudy(
      design: design, shard: shard, options: options, overrides: scenario.settings, program: program)
    let result = try study.run(restart: restart)
    program.console.write(format.text(result, layout, options.report, program))
    if Interruption.flag.isCancelled { return ExitStatus.interrupted }
    return SweepExit.code(result, strict: strictness.strict)
  }

  private func readShard(_ program: Program) throws -> Shard {
    guard let shard else { return .whole }
    do {
      return try ShardArgument.read(shard, variable: Console.variable)
    } catch { throw ProgramExit(ExitStatus.usage, error.message) }
  }
}

/// How the table of a sweep is laid out.
struct SweepLayoutOptions: ParsableArguments {
  @Option(help: "Puts the values of this axis side by side, in a block for each column.")
  var across: String?

  /// - Throws: 64 for an axis that is not there.
  func check(_ axes: [String]) throws {
    guard let across, !axes.contains(across) else { return }
    throw ProgramExit(
      ExitStatus.usage, "--across names the axis '\(across)'; there is \(axes.joined(separator: ", "))")
  }
}

/// The exit code of a sweep: it looks for points that hold, so that one of them is enough.
enum SweepExit {
  static func code(_ result: SweepResult, strict: Bool) -> Int32 {
    let judged = result.points.filter { !$0.rules.isEmpty }
    guard !judged.isEmpty else { return ExitStatus.done }
    if strict {
      let outcomes = judged.flatMap { $0.rules.map(\.outcome) }
      if outcomes.contains(.fail) { return VerdictExit.failed }
      return outcomes.contains(.undecided) ? VerdictExit.undecided : ExitStatus.done
    }
    return judged.contains { $0.failures == 0 } ? ExitStatus.done : VerdictExit.failed
  }
}

/// What a sweep prints on standard output.
enum SweepFormat {
  case table, json, markdown

  /// - Throws: 64 for formats that have one verdict a rule, where a sweep has one a point.
  init(_ options: ReportOptions) throws {
    switch options.format {
    case .text: self = .table
    case .json: self = .json
    case .markdown: self = .markdown
    case .github, .junit:
      throw ProgramExit(
        ExitStatus.usage,
        "--format \(options.format.rawValue) is for run and compare; a sweep has text, json, markdown")
    }
  }

  /// Rows of the table unless the summary is full.
  private static let rowsMax = 100

  func text(
    _ result: SweepResult, _ layout: SweepLayoutOptions, _ options: ReportOptions, _ program: Program
  ) -> String {
    switch self {
    case .json: return SweepDocuments.json(result)
    case .markdown: return SweepDocuments.markdown(result)
    case .table:
      guard options.detail != .off else { return "" }
      let isFull = options.detail == .full
      return SweepTable.text(
        result, style: options.style(program.console),
        options: .init(
          across: layout.across, rowsMax: isFull ? nil : Self.rowsMax, showsIntervals: isFull))
    }
  }
}

import ArgumentParser
import Planning
import Records
import Reports
import Scenarios

struct PlanCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Finds the largest sustainable rate, the cheapest design that passes, or what matters.",
    discussion: """
      One question at a time: --axis PATH=1..40 the cheapest design that passes all thresholds, --rate WORKLOAD the \
      largest arrival rate, --front 'METRIC AGG' the designs worth their cost, --sensitivity which setting matters. What \
      is simulated is kept in the folder, also for the next question about the same scenario.
      """)

  @Argument(help: "Scenario file, or - for standard input.")
  var file: String

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var axes: AxisOptions
  @OptionGroup var plan: PlanOptions
  @OptionGroup var options: StudyOptions
  @OptionGroup var strictness: PlanStrictness

  func run(in program: Program) throws -> Int32 {
    let format = try PlanFormat(options.report)
    let jobs = options.jobs ?? availableProcessorCount()
    let design = try PlanDesign.load(
      file, scenario, plan, axes: axes, jobs: jobs, verbose: options.verbose, quiet: options.quiet,
      in: program)
    let study = PlanStudy(design: design, plan: plan, options: options, program: program)
    try study.check()
    let folder: OutputFolder
    do { folder = try OutputFolder(options.out ?? design.base.output.directory) } catch {
      throw ProgramExit(OutputError.exitCode, error.message)
    }
    let start = monotonicSeconds()
    let result = try study.run(in: folder)
    let manifest = PlanManifest(
      version: Program.version, scenario: design.digests.map { .init(file: $0.file, sha256: $0.sha256) },
      set: scenario.settings, fingerprint: design.fingerprint,
      host: RunManifest.Host(elapsed: monotonicSeconds() - start, options, program))
    do { try PlanFiles.write(result, manifest, to: folder) } catch {
      throw ProgramExit(OutputError.exitCode, error.message)
    }
    program.console.write(format.text(result, options.report, program))
    return result.isComplete ? PlanExit.code(result, strict: strictness.strict) : ExitStatus.interrupted
  }
}

/// The exit code of a finished plan.
enum PlanExit {
  static func code(_ result: PlanResult, strict: Bool) -> Int32 {
    let (isFound, isUndecided) =
      switch result.answer {
      case .rate(let answer): (answer.holds != nil, !answer.undecided.isEmpty)
      case .cheapest(let answer): (answer.design != nil, !(answer.unresolved + answer.undecided).isEmpty)
      case .front(let answer): (!answer.entries.isEmpty, !answer.undecided.isEmpty)
      case .sensitivity: (true, false)
      case .none: (false, false)
      }
    if strict, isUndecided { return VerdictExit.undecided }
    return isFound ? VerdictExit.passed : VerdictExit.failed
  }
}

/// What a plan prints on standard output.
enum PlanFormat {
  case text, json, markdown

  /// - Throws: 64 for formats that have one verdict a rule, where a plan has one answer.
  init(_ options: ReportOptions) throws {
    switch options.format {
    case .text: self = .text
    case .json: self = .json
    case .markdown: self = .markdown
    case .github, .junit:
      throw ProgramExit(
        ExitStatus.usage,
        "--format \(options.format.rawValue) is for run and compare; a plan has text, json, markdown")
    }
  }

  func text(_ result: PlanResult, _ options: ReportOptions, _ program: Program) -> String {
    switch self {
    case .json: return PlanDocuments.json(result)
    case .markdown: return PlanDocuments.markdown(result)
    case .text:
      guard options.detail != .off else { return "" }
      return PlanReport.text(
        result, style: options.style(program.console), isFull: options.detail == .full)
    }
  }
}

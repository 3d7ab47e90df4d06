import ArgumentParser
import Planning
import Reports
import Scenarios

/// Which scenario, and what of it is changed.
struct ScenarioOptions: ParsableArguments {
  @Option(
    name: [.customShort("f"), .customLong("overlay")],
    help: "A file merged over the scenario; repeatable, later ones win.")
  var overlays: [String] = []

  @Option(name: .customLong("set"), help: "PATH=VALUE, for example OrderStream.ShardCount=10; repeatable.")
  var sets: [String] = []

  @Option(help: "Name under Simulation.variants.")
  var variant: String?

  @Option(help: "Seed of all random draws.")
  var seed: UInt64?

  @Option(help: "Number of replications, 1 or more.")
  var replications: Int?

  @Option(help: "How long workloads emit, for example 2h.")
  var duration: String?

  /// The options that stand for a path of the scenario, as settings: they win over `--set`.
  var settings: [String] { RunCommandLine(file: "", self).allSettings }
}

extension RunCommandLine {
  /// The options with the variant that they name, or with another one.
  init(file: String, _ options: ScenarioOptions) { self.init(file: file, options, variant: options.variant) }

  init(file: String, _ options: ScenarioOptions, variant: String?) {
    self.init(
      file: file, overlays: options.overlays, settings: options.sets, variant: variant, seed: options.seed,
      replications: options.replications, duration: options.duration)
  }
}

/// How many replications are run when their number is not fixed.
struct PrecisionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Replicates until measures are this precise: 2%, or 'orders.Latency p(95)=5s'; repeatable.",
      discussion: "Half the width of the 95 % interval. A share is relative to the mean."))
  var precision: [String] = []

  @Option(help: "Most replications that a precision takes.")
  var replicationsMax: Int?

  func validate() throws {
    if let replicationsMax, !(10...100_000).contains(replicationsMax) {
      throw ValidationError("--replications-max is \(replicationsMax); expected 10 to 100000")
    }
  }

  /// - Throws: 64 for a fixed number beside a precision.
  func check(beside scenario: ScenarioOptions) throws {
    guard scenario.replications != nil else { return }
    if !precision.isEmpty {
      throw ValidationError(
        "--replications fixes the number that --precision is to find; give one of them, or --replications-max"
      )
    }
    if replicationsMax != nil {
      throw ValidationError("--replications fixes the number; --replications-max has no meaning beside it")
    }
  }

  /// The options of the scenario with these as settings, which win over `--set`.
  func applied(to scenario: ScenarioOptions) -> ScenarioOptions {
    var scenario = scenario
    if precision.count == 1 {
      scenario.sets.append("Simulation.run.precision=\(Self.quoted(precision[0]))")
    } else if !precision.isEmpty {
      scenario.sets.append(
        "Simulation.run.precision=[\(precision.map(Self.quoted).joined(separator: ", "))]")
    }
    if let replicationsMax { scenario.sets.append("Simulation.run.replicationsMax=\(replicationsMax)") }
    return scenario
  }

  /// A number of replications on the command line wins over a precision of the file.
  func applied(to design: Design, _ scenario: ScenarioOptions) throws -> Design {
    var design = design
    if scenario.replications != nil { design.compiled.precision = nil }
    if replicationsMax != nil, design.compiled.precision == nil {
      throw ProgramExit(
        ExitStatus.usage, "--replications-max bounds a precision, and none is asked for; give --precision 2%")
    }
    return design
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }
}

/// Where results go and how they are shown.
struct ReportOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, github, junit, markdown }
  enum Summary: String, ExpressibleByArgument, CaseIterable { case compact, full, off }

  @Option(name: .shortAndLong, help: "Folder of the results.")
  var out: String?

  @Option(help: "What standard output carries.")
  var format: Format = .text

  @Option(help: "How much of the summary is printed.")
  var summary: Summary = .compact

  @Flag(name: .shortAndLong, help: "Prints errors only.")
  var quiet = false

  @Flag(name: .customLong("no-color"), help: "No colours.")
  var noColor = false

  func style(_ console: Console) -> TerminalStyle {
    noColor ? TerminalStyle(isColoured: false, width: console.style.width) : console.style
  }

  var detail: TerminalSummary.Detail {
    switch summary {
    case .compact: quiet ? .off : .compact
    case .full: .full
    case .off: .off
    }
  }

  var verdictFormat: VerdictFormat? { VerdictFormat(rawValue: format.rawValue) }
}

/// What else counts as failed: of runs that are judged rule by rule.
struct RuleStrictness: ParsableArguments {
  @Flag(help: "Warnings and undecided thresholds fail too.")
  var strict = false
}

/// The same of a sweep, which looks for points that hold.
struct SweepStrictness: ParsableArguments {
  @Flag(
    help: "Fails when any point fails a rule, warnings too, not only when all points do; 98 for undecided.")
  var strict = false
}

/// The same of a plan, which has an answer in place of verdicts.
struct PlanStrictness: ParsableArguments {
  @Flag(help: "Exits 98 when an answer leaves something undecided or not told apart.")
  var strict = false
}

/// How runs are made and shown.
struct StudyOptions: ParsableArguments {
  enum Progress: String, ExpressibleByArgument, CaseIterable { case auto, bar, plain, off }

  @OptionGroup var report: ReportOptions

  @Option(name: .shortAndLong, help: "Simulations at once; all processors when left out.")
  var jobs: Int?

  @Option(help: "Progress on standard error.")
  var progress: Progress = .auto

  @Flag(help: "Leaves out of run.json what differs between machines; on where CI is set.")
  var reproducible = false

  @Flag(name: .shortAndLong, help: "Prints notes too.")
  var verbose = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs is \(jobs); expected 1 or more") }
  }

  /// The folder of the results; `Simulation.output.dir` when it is left out.
  var out: String? { report.out }
  var quiet: Bool { report.quiet }
  var detail: TerminalSummary.Detail { report.detail }
  var verdictFormat: VerdictFormat? { report.verdictFormat }
  func style(_ console: Console) -> TerminalStyle { report.style(console) }
}

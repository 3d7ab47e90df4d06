import ArgumentParser
import Planning
import Reports
import Scenarios
import Services

struct CompareCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Runs several designs on the same random draws and shows paired differences.",
    discussion: """
      One file: all its variants, the first one is the baseline. Several files: the files. Two folders of results: what \
      got worse since the first one, exit code 97 when something did.
      """)

  @Argument(help: "Scenario files, or two result folders.")
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "Of result folders: how much worse is tolerated, 5% or 'cost.Total=1%' or 'orders.Latency p(95)=2s'; repeatable."
    ))
  var tolerance: [String] = []

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup var options: StudyOptions
  @OptionGroup var strictness: RuleStrictness

  func validate() throws { try precision.check(beside: scenario) }

  func run(in program: Program) throws -> Int32 {
    let folders = files.filter(BaselineFolder.isFolder)
    if !folders.isEmpty {
      try checkFolders(folders)
      return try BaselineStudy(
        folders: files, tolerances: tolerance, options: options.report, strict: strictness.strict,
        program: program
      ).run()
    }
    guard tolerance.isEmpty else {
      throw ProgramExit(
        ExitStatus.usage, "--tolerance compares two result folders; '\(files[0])' is a scenario")
    }
    let scenario = precision.applied(to: scenario)
    let designs = try designs(scenario, program).map { try precision.applied(to: $0, scenario) }
    let first = designs[0].compiled.system.run
    for design in designs.dropFirst() {
      let run = design.compiled.system.run
      guard run.seed == first.seed,
        run.replications == first.replications || design.compiled.precision != nil
      else {
        throw ProgramExit(
          ExitStatus.invalidScenario,
          "'\(design.label)' has seed \(run.seed) and \(run.replications) replications, '\(designs[0].label)' has"
            + " \(first.seed) and \(first.replications): a comparison needs the same, give --seed and --replications"
        )
      }
    }
    let study = Study(
      designs: designs, options: options, strict: strictness.strict, overrides: scenario.settings,
      program: program)
    let outcome = try study.run()
    let base = designs[0].loaded.root
    let changes = designs.prefix(outcome.results.count).map {
      ScenarioDifference.changes(from: base, to: $0.loaded.root)
    }
    let comparison =
      outcome.results.count > 1 ? Comparison(outcome.results, changes: Array(changes)) : nil
    try study.write(outcome.results, comparison: comparison, to: outcome.folder, elapsed: outcome.elapsed)
    if let format = options.verdictFormat {
      program.write(outcome.results, comparison: comparison, as: format, strict: strictness.strict)
    } else if let comparison {
      program.console.write(
        ComparisonTable.text(comparison, style: options.style(program.console), detail: options.detail))
      if options.detail != .off {
        program.console.write(
          "\n  data    \(outcome.folder.path)/compare.csv and the other CSV files there\n")
      }
    }
    return study.exitCode(outcome.results)
  }

  /// What is given for runs has no meaning for results that are there.
  private func checkFolders(_ folders: [String]) throws {
    if let file = files.first(where: { !BaselineFolder.isFolder($0) }) {
      if !Design.exists(file) { throw ProgramExit(ExitStatus.notFound, "no folder '\(file)'") }
      throw ProgramExit(
        ExitStatus.usage,
        "'\(folders[0])' is a folder of results and '\(file)' a file: compare two folders, or scenarios")
    }
    let unused: [(Bool, String)] = [
      (!scenario.overlays.isEmpty, "--overlay"), (!scenario.sets.isEmpty, "--set"),
      (scenario.variant != nil, "--variant"), (scenario.seed != nil, "--seed"),
      (scenario.replications != nil, "--replications"), (scenario.duration != nil, "--duration"),
      (!precision.precision.isEmpty, "--precision"), (precision.replicationsMax != nil, "--replications-max"),
      (options.jobs != nil, "--jobs"),
    ]
    if let (_, name) = unused.first(where: { $0.0 }) {
      throw ProgramExit(ExitStatus.usage, "\(name) is for scenarios; the results of folders are as they are")
    }
  }

  private func designs(_ scenario: ScenarioOptions, _ program: Program) throws -> [Design] {
    var shown: [Diagnostic] = []
    func load(_ file: String, label: String, variant: String?) throws -> Design {
      try Design.load(
        file, label: label, variant: variant, scenario, verbose: options.verbose, quiet: options.quiet,
        shown: &shown, in: program)
    }
    guard files.count == 1 else {
      return try zip(files, labels).map { try load($0, label: $1, variant: scenario.variant) }
    }
    guard scenario.variant == nil else {
      throw ProgramExit(
        ExitStatus.usage, "--variant names one design; comparing the variants of a file needs none")
    }
    let base = try load(files[0], label: "base", variant: nil)
    let names = base.compiled.variantNames
    guard !names.isEmpty else {
      throw ProgramExit(
        ExitStatus.usage, "'\(files[0])' has no variants; name a second scenario file to compare it with")
    }
    return try Design.labels(ofVariants: names).map { label, variant in
      variant == nil ? base : try load(files[0], label: label, variant: variant)
    }
  }

  /// File names without folders and endings, told apart by the whole path where they are equal.
  private var labels: [String] {
    let short = files.map { file in
      var name = file.split(separator: "/").last.map(String.init) ?? file
      for ending in [".yaml", ".yml", ".json", ".sim"] where name.hasSuffix(ending) {
        name.removeLast(ending.count)
      }
      return name
    }
    return zip(files, short).map { file, name in short.count { $0 == name } > 1 ? file : name }
  }
}

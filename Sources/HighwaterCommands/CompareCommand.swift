import ArgumentParser
import Planning
import Reports
import Scenarios
import Services

struct CompareCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Runs several designs on the same random draws and shows paired differences.",
    discussion: "One file: all its variants, the first one is the baseline. Several files: the files.")

  @Argument(help: "Scenario files.")
  var files: [String]

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup var options: StudyOptions

  func validate() throws { try precision.check(beside: scenario) }

  func run(in program: Program) throws -> Int32 {
    let scenario = precision.applied(to: scenario)
    let designs = try designs(scenario, program).map { try precision.applied(to: $0, scenario) }
    let first = designs[0].compiled.system.run
    for design in designs.dropFirst() {
      let run = design.compiled.system.run
      guard run.seed == first.seed, run.replications == first.replications else {
        throw ProgramExit(
          ExitStatus.invalidScenario,
          "'\(design.label)' has seed \(run.seed) and \(run.replications) replications, '\(designs[0].label)' has"
            + " \(first.seed) and \(first.replications): a comparison needs the same, give --seed and --replications"
        )
      }
    }
    let study = Study(designs: designs, options: options, overrides: scenario.settings, program: program)
    let outcome = try study.run()
    let comparison = outcome.results.count > 1 ? Comparison(outcome.results) : nil
    try study.write(outcome.results, comparison: comparison, to: outcome.folder, elapsed: outcome.elapsed)
    if let format = options.verdictFormat {
      program.console.write(format.text(outcome.results, strict: options.strict))
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
    // A variant called base is the scenario as it stands, or what the file says it is.
    let variants = try names.map { try load(files[0], label: $0, variant: $0) }
    return names.contains("base") ? variants : [base] + variants
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

import ArgumentParser
import Kernel
import Planning
import Reports
import Scenarios

struct RunCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Simulates one scenario and judges its thresholds.")

  @Argument(help: "Scenario file, or - for standard input.")
  var file: String

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup var options: StudyOptions
  @OptionGroup var strictness: RuleStrictness

  @Flag(help: "Also holds the results against formulas, as 'explain --against' does.")
  var explain = false

  func validate() throws {
    try precision.check(beside: scenario)
    if explain, options.verdictFormat != nil {
      throw ValidationError(
        "--explain is for text; 'explain --against FOLDER --format json' gives it to programs")
    }
  }

  func run(in program: Program) throws -> Int32 {
    let scenario = precision.applied(to: scenario)
    var shown: [Diagnostic] = []
    let design = try Design.load(
      file, variant: scenario.variant, scenario, verbose: options.verbose, quiet: options.quiet,
      shown: &shown,
      in: program)
    let study = Study(
      designs: [try precision.applied(to: design, scenario)], options: options, strict: strictness.strict,
      overrides: scenario.settings, program: program)
    let outcome = try study.run()
    try study.write(outcome.results, comparison: nil, to: outcome.folder, elapsed: outcome.elapsed)
    for result in outcome.results {
      if let format = options.verdictFormat {
        program.write([result], as: format, strict: strictness.strict)
      } else {
        program.console.write(
          TerminalSummary.text(
            result, style: options.style(program.console), detail: options.detail,
            outputDirectory: outcome.folder.path, elapsed: outcome.elapsed))
        if explain { try self.explain(result, design, outcome.folder.path, program) }
      }
    }
    return study.exitCode(outcome.results)
  }

  private func explain(
    _ result: ScenarioResult, _ design: Design, _ folder: String, _ program: Program
  ) throws {
    // Where measuring began may have been found out by the run itself.
    let compiled = design.compiled.measured(after: SimDuration(seconds: result.header.warmup))
    let analysis = SystemAnalysis(compiled, pilot: try design.pilot(program.handlers), explains: true)
    let table = AnalysisTable(
      analysis, header: result.header,
      checks: MeasuredQuantities(result).checks(analysis.predictions), source: folder)
    program.console.write(
      table.comparison(options.style(program.console)).joined(separator: "\n") + "\n")
  }
}

import ArgumentParser
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

  func validate() throws { try precision.check(beside: scenario) }

  func run(in program: Program) throws -> Int32 {
    let scenario = precision.applied(to: scenario)
    var shown: [Diagnostic] = []
    let design = try Design.load(
      file, variant: scenario.variant, scenario, verbose: options.verbose, quiet: options.quiet,
      shown: &shown,
      in: program)
    let study = Study(
      designs: [try precision.applied(to: design, scenario)], options: options, overrides: scenario.settings,
      program: program)
    let outcome = try study.run()
    try study.write(outcome.results, comparison: nil, to: outcome.folder, elapsed: outcome.elapsed)
    for result in outcome.results {
      if let format = options.verdictFormat {
        program.console.write(format.text([result], strict: options.strict))
      } else {
        program.console.write(
          TerminalSummary.text(
            result, style: options.style(program.console), detail: options.detail,
            outputDirectory: outcome.folder.path, elapsed: outcome.elapsed))
      }
    }
    return study.exitCode(outcome.results)
  }
}

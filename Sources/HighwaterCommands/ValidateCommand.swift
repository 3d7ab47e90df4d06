import ArgumentParser
import Scenarios

struct ValidateCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Checks scenarios and templates, and reports every mistake in one go.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, github }

  @Argument(help: "Scenario or template files.")
  var files: [String]

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: "What standard output carries.")
  var format: Format = .text

  @Flag(help: "Warnings fail too.")
  var strict = false

  func run(in program: Program) throws -> Int32 {
    var found: [Diagnostic] = []
    var sources: [SourceText] = []
    var isMissing = false
    for file in files {
      do {
        try check(file, &found, &sources)
      } catch let exit as ProgramExit where exit.code == ExitStatus.notFound {
        program.console.message("error: \(exit.message ?? "no file '\(file)'")")
        isMissing = true
      }
    }
    let formatter = DiagnosticFormatter(sources: sources, filesChecked: isMissing ? nil : files.count)
    switch format {
    case .text: program.console.write(formatter.text(found))
    case .json: program.console.write(formatter.json(found) + "\n")
    case .github: program.console.write(formatter.github(found))
    }
    if found.contains(where: { $0.severity == .error || (strict && $0.severity == .warning) }) {
      return ExitStatus.invalidScenario
    }
    return isMissing ? ExitStatus.notFound : ExitStatus.done
  }

  /// Checks one file with every one of its variants, and says each thing once.
  private func check(_ file: String, _ found: inout [Diagnostic], _ sources: inout [SourceText]) throws {
    let loader = ScenarioLoader(fileSystem: try Design.files(file))
    var pending: [String?] = [scenario.variant]
    var isFirst = true
    while let variant = pending.popLast() {
      var diagnostics = Diagnostics()
      do {
        let loaded = try loader.load(
          path: file, overlays: scenario.overlays, variant: variant, sets: scenario.settings,
          into: &diagnostics)
        sources += loaded.sources.filter { source in !sources.contains { $0.file == source.file } }
        if loaded.root["Simulation"] == nil {
          ScenarioCompiler.checkTemplate(loaded, into: &diagnostics)
        } else {
          _ = ScenarioCompiler.compile(loaded, into: &diagnostics)
        }
        if isFirst, scenario.variant == nil { pending = loaded.variantNames.reversed() }
      } catch {
        diagnostics = Diagnostics()
        for diagnostic in error.diagnostics { diagnostics.add(diagnostic) }
      }
      isFirst = false
      found += diagnostics.all.filter { !found.contains($0) }
    }
  }
}

import ArgumentParser
import Foundation
import HandlerKit
import Kernel
import Planning
import Reports
import Scenarios
import Services

struct ExplainCommand: ProgramCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains a scenario before any run, or a message code, a property or a limit.",
    discussion: """
      A scenario: offered load and capacity of each station, the first to saturate, backlog, waits by formula; with \
      --against beside the results of a run. A name behind it shows one resource in depth.
      Else, for example: explain S304, explain AWS::Kinesis::Stream.ShardCount, explain lambda.accountConcurrency.
      """)

  @Argument(
    help:
      "A scenario file (.yaml, .yml, .json or - for standard input), a code, Type.Property, a path under Simulation or the name of a limit; all codes when left out."
  )
  var name: String?

  @Argument(help: "A resource, workload or service of the scenario.")
  var resource: String?

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: "Folder of results of 'run', which the formulas are held against.")
  var against: String?

  @Option(help: "text, json or markdown.")
  var format: Format = .text

  @Flag(name: .customLong("no-pilot"), help: "Handlers in Swift are not measured by a short run.")
  var noPilot = false

  @Flag(name: .shortAndLong, help: "Prints errors only, besides the result.")
  var quiet = false

  @Flag(name: .customLong("no-color"), help: "No colours.")
  var noColor = false

  func run(in program: Program) throws -> Int32 {
    guard let name else {
      try refuseScenarioOptions()
      program.console.write(Explain.reference())
      return ExitStatus.done
    }
    if Self.isScenario(name) { return try explain(name, program) }
    try refuseScenarioOptions()
    if let text = Explain.code(name) ?? Explain.property(name) {
      program.console.write(text.hasSuffix("\n") ? text : text + "\n")
      return ExitStatus.done
    }
    let nearest = Explain.nearest(name).map { "; nearest: \($0)" } ?? ""
    throw ProgramExit(ExitStatus.usage, "nothing is known as '\(name)'\(nearest)")
  }

  /// A path to a file that exists, or a name that only a file can have.
  private static func isScenario(_ name: String) -> Bool {
    if name == "-" || [".yaml", ".yml", ".json"].contains(where: { name.hasSuffix($0) }) { return true }
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) && !isFolder.boolValue
  }

  /// Options that say something about a scenario have no meaning without one.
  private func refuseScenarioOptions() throws {
    let isUsed =
      resource != nil || against != nil || noPilot || format != .text || scenario.variant != nil
      || !scenario.overlays.isEmpty || !scenario.settings.isEmpty
    if isUsed {
      throw ProgramExit(
        ExitStatus.usage,
        "'\(name ?? "explain")' is no scenario file: --set, --variant, --against, --format and the like belong to one"
      )
    }
  }

  private func explain(_ file: String, _ program: Program) throws -> Int32 {
    var shown: [Diagnostic] = []
    let design = try Design.load(
      file, variant: scenario.variant, scenario, verbose: false, quiet: quiet, shown: &shown, in: program)
    var compiled = design.compiled
    let rules = try resource.map { try self.rules($0, compiled) }
    let measured = try against.map { try ResultFolder.quantities($0, variant: scenario.variant) }
    if let against {
      let changes = try ResultFolder.changes(against, since: design, settings: scenario.settings)
      if !quiet { for change in changes { program.console.message("warning: \(change)") } }
    }
    if let against, let warmup = ResultFolder.warmup(against, variant: scenario.variant) {
      compiled = compiled.measured(after: SimDuration(seconds: warmup))
    }
    let analysis = SystemAnalysis(
      compiled, pilot: try noPilot ? nil : design.pilot(program.handlers), explains: true)
    var style = program.console.style
    if noColor { style = TerminalStyle(isColoured: false, width: style.width) }
    if let rules {
      switch format {
      case .text: program.console.write(ResourceReport.text(rules, analysis, style: style))
      case .json: program.console.write(ResourceReport.json(rules, analysis))
      case .markdown: program.console.write(ResourceReport.markdown(rules, analysis))
      }
      return ExitStatus.done
    }
    let table = AnalysisTable(
      analysis, header: ScenarioHeader(compiled, file: file, replications: compiled.system.run.replications),
      checks: measured?.checks(analysis.predictions) ?? [], source: against)
    switch format {
    case .text: program.console.write(table.text(style: style))
    case .json: program.console.write(table.json())
    case .markdown: program.console.write(table.markdown())
    }
    return ExitStatus.done
  }

  private func rules(_ name: String, _ compiled: CompiledScenario) throws -> ResourceRules {
    if against != nil {
      throw ProgramExit(ExitStatus.usage, "--against shows the whole system: leave out '\(name)'")
    }
    if let rules = ResourceRules(name, in: compiled) { return rules }
    let names = ResourceRules.names(in: compiled.system)
    let nearest = NearestName.of(name, in: names).map { "; nearest: \($0)" } ?? ""
    throw ProgramExit(
      ExitStatus.usage, "the scenario has no '\(name)'; it has \(names.joined(separator: ", "))\(nearest)")
  }
}

extension Design {
  /// Measures the handlers in Swift, where there are some.
  ///
  /// - Throws: `ProgramExit` for handlers that cannot be made or do not end.
  func pilot(_ handlers: HandlerRegistry) throws -> PilotStudy? {
    guard PilotStudy.isNeeded(for: compiled.system) else { return nil }
    try checkHandlers(handlers)
    do {
      return try PilotStudy(compiled.system) { system in
        try Design.makeRun(system, 0, handlers: handlers)
      }
    } catch { throw ProgramExit(failed: "the pilot run", by: error) }
  }
}

/// The results of a run on disk.
enum ResultFolder {
  private struct Manifest: Decodable {
    struct Variant: Decodable {
      var variant: String
      var name: String?
      var warmup_s: Double?
    }
    struct File: Decodable {
      var file: String
      var sha256: String
    }
    var variants: [Variant]
    var scenario: [File]?
    var set: [String]?
  }

  private static func manifest(_ path: String) -> Manifest? {
    FileManager.default.contents(atPath: "\(path)/run.json").flatMap {
      try? JSONDecoder().decode(Manifest.self, from: $0)
    }
  }

  /// In what a scenario is another one than that of the results, in words; nothing for folders without `run.json`.
  ///
  /// - Throws: `ProgramExit` 65 when the results are those of a scenario of another name.
  static func changes(_ path: String, since design: Design, settings: [String]) throws -> [String] {
    guard let manifest = manifest(path) else { return [] }
    var names: [String] = []
    for name in manifest.variants.compactMap(\.name) where !names.contains(name) { names.append(name) }
    guard names.isEmpty || names.contains(design.compiled.name) else {
      throw ProgramExit(
        ExitStatus.invalidScenario,
        "'\(path)' holds the results of \(names.map { "'\($0)'" }.joined(separator: ", ")), not of"
          + " '\(design.compiled.name)' (\(design.file))")
    }
    let hashes = Set((manifest.scenario ?? []).map(\.sha256))
    var changes = design.digests.filter { !hashes.isEmpty && !hashes.contains($0.sha256) }.map {
      "'\($0.file)' is not what the results in '\(path)' were made from; run it again"
    }
    // The length and the seed of a run are no part of the formulas.
    let differs = { (a: [String], b: [String]) in
      a.filter { !$0.hasPrefix("Simulation.run.") && !b.contains($0) }
    }
    let old = manifest.set ?? []
    if let setting = differs(old, settings).first {
      changes.append("the results in '\(path)' were made with --set \(setting)")
    }
    if let setting = differs(settings, old).first {
      changes.append("the results in '\(path)' were made without --set \(setting)")
    }
    return changes
  }

  /// From when on the run was measured, as its `run.json` says; nil where it does not. [s]
  static func warmup(_ path: String, variant: String?) -> Double? {
    guard let manifest = manifest(path) else { return nil }
    let entry = manifest.variants.first { $0.variant == variant ?? "" } ?? manifest.variants.first
    return entry?.warmup_s
  }

  /// Reads `summary.csv`.
  ///
  /// - Throws: `ProgramExit` 66 when there is no such folder, 65 when it holds no results or not those of the variant.
  static func quantities(_ path: String, variant: String?) throws -> MeasuredQuantities {
    let file = "\(path)/summary.csv"
    guard FileManager.default.fileExists(atPath: path) else {
      throw ProgramExit(ExitStatus.notFound, "no folder '\(path)'")
    }
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw ProgramExit(
        ExitStatus.notFound, "'\(path)' has no summary.csv: give the --out folder of 'highwater run'")
    }
    guard let table = CSVTable(String(decoding: bytes, as: UTF8.self)) else {
      throw ProgramExit(ExitStatus.invalidScenario, "'\(file)' is not a CSV file with a header row")
    }
    let names = ["variant", "metric", "statistic", "mean", "ci95_low", "ci95_high"]
    let columns = names.compactMap { table.header.firstIndex(of: $0) }
    guard columns.count == names.count else {
      let missing = names.filter { !table.header.contains($0) }.joined(separator: ", ")
      throw ProgramExit(
        ExitStatus.invalidScenario, "'\(file)' is no summary of a run: column \(missing) is missing")
    }
    let variants = Set(table.rows.compactMap { $0.count > columns[0] ? $0[columns[0]] : nil })
    let wanted =
      variants.contains(variant ?? "") ? variant ?? "" : variants.count == 1 ? variants.first! : "base"
    guard variants.contains(wanted) else {
      throw ProgramExit(
        ExitStatus.invalidScenario,
        "'\(file)' has no results of '\(variant ?? "base")'; it has \(variants.sorted().joined(separator: ", "))"
      )
    }
    var quantities = MeasuredQuantities()
    for (number, row) in table.rows.enumerated() {
      guard row.count == table.header.count else {
        throw ProgramExit(
          ExitStatus.invalidScenario,
          "\(file):\(number + 2): \(row.count) cells, expected \(table.header.count)")
      }
      // A latency that has no steady state has no mean.
      guard row[columns[0]] == wanted, !row[columns[3]].isEmpty else { continue }
      guard let mean = Double(row[columns[3]]) else {
        throw ProgramExit(
          ExitStatus.invalidScenario, "\(file):\(number + 2): the mean '\(row[columns[3]])' is not a number")
      }
      quantities.add(
        row[columns[1]], row[columns[2]],
        .init(mean: mean, low: Double(row[columns[4]]), high: Double(row[columns[5]])))
    }
    return quantities
  }
}

import ArgumentParser
import Reports
import Scenarios
import Services

struct ConfigCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Prints the merged scenario, with the file and line each value comes from.")

  @Argument(help: "Scenario file, or - for standard input.")
  var file: String

  @OptionGroup var scenario: ScenarioOptions

  func run(in program: Program) throws -> Int32 {
    let files = try Design.files(file)
    var diagnostics = Diagnostics()
    do {
      let loaded = try ScenarioLoader(fileSystem: files).load(
        path: file, overlays: scenario.overlays, variant: scenario.variant, sets: scenario.settings,
        into: &diagnostics)
      if !diagnostics.all.isEmpty {
        program.console.message(DiagnosticFormatter(sources: loaded.sources).text(diagnostics.all))
      }
      guard !diagnostics.hasErrors else { return ExitStatus.invalidScenario }
      program.console.write(ConfigPrinter.text(loaded))
      return ExitStatus.done
    } catch {
      program.console.message(DiagnosticFormatter(sources: []).text(error.diagnostics))
      return ExitStatus.invalidScenario
    }
  }
}

struct LimitsCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "limits",
    abstract: "Prints the preset numbers of an era: limits, delays and prices, with their sources.",
    discussion: "Marks: D documented by AWS, M measured and published, F folklore, X assumption.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, csv }

  @Option(help: "now, a year or a month.")
  var era = "now"

  @Option(help: "Region, for limits that differ.")
  var region = "us-east-1"

  @Option(help: "text or csv.")
  var format: Format = .text

  func run(in program: Program) throws -> Int32 {
    guard let era = Era(era) else {
      throw ProgramExit(
        ExitStatus.usage, "'\(era)' is no era; expected now, a year (2017) or a month (2016-08)")
    }
    let limits = EraPreset.limits(era, region: region)
    let rows = EraPreset.numbers.map { number in
      [
        number.name.rawValue, limits[number.name].map(PresetText.value) ?? "-", number.unit,
        number.mark.rawValue,
        "§" + number.section, number.source, number.help,
      ]
    }
    program.console.write(
      format == .csv ? Self.csv(rows) : Self.table(rows, width: program.console.style.width))
    return ExitStatus.done
  }

  private static let header = ["limit", "value", "unit", "mark", "section", "source", "meaning"]

  private static func csv(_ rows: [[String]]) -> String {
    ([header] + rows).map { row in
      row.map { $0.contains { ",\"\n".contains($0) } ? "\"\($0.replacing("\"", with: "\"\""))\"" : $0 }
        .joined(separator: ",") + "\n"
    }.joined()
  }

  /// Name, value and unit in columns; mark, section and meaning behind.
  private static func table(_ rows: [[String]], width: Int) -> String {
    let nameWidth = rows.map { $0[0].count }.max() ?? 0
    let valueWidth = rows.map { $0[1].count }.max() ?? 0
    let unitWidth = rows.map { $0[2].count }.max() ?? 0
    return rows.map { row in
      let start =
        row[0] + pad(nameWidth - row[0].count) + "  " + pad(valueWidth - row[1].count) + row[1] + " " + row[2]
        + pad(unitWidth - row[2].count)
      return "\(start)  \(row[3])  \(row[4])\(pad(6 - row[4].count))  \(row[6]) \(row[5])\n"
    }.joined()
  }

  private static func pad(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}

struct SchemaCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Prints the JSON Schema of scenario files, for editors.")

  func run(in program: Program) throws -> Int32 {
    program.console.write(JSONSchema.text())
    return ExitStatus.done
  }
}

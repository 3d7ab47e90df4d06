import ArgumentParser
import Planning
import Reports
import Scenarios
import Statistics

struct FitCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract:
      "Fits laws to measured durations, or looks at recorded arrivals, and says what to write in a scenario.",
    discussion: """
      The file is a CSV with a header, a list of numbers, or a Lambda log, whose REPORT lines are found wherever they stand. \
      With --arrivals a CSV with a row for each message, a CSV of counts, or the JSON of CloudWatch.
      """)

  enum Values: String, ExpressibleByArgument, CaseIterable { case duration, size, number }

  @Argument(help: "File of measured values or arrivals, or - for standard input.")
  var file: String

  @Option(help: "Column of the values or of the times; of a Lambda log duration, billed, init or memory.")
  var column: String?

  @Option(help: "With --arrivals: column, statistic or series that holds counts.")
  var value: String?

  @Option(help: "Unit of plain numbers: s, ms, us or ns; by the column's name when left out.")
  var unit: String?

  @Option(help: "What is measured: durations when left out, and sizes for the memory of a Lambda log.")
  var quantity: Values?

  @Option(help: "One family: exponential, lognormal, gamma, weibull or pareto; all when left out.")
  var family: String?

  @Flag(help: "The file holds arrivals.")
  var arrivals = false

  @Option(help: "Samples of the bootstrap behind the p values; 0 leaves them out.")
  var bootstrap = SampleFit.bootstrapSamples

  @Option(name: .shortAndLong, help: "Folder for fit.csv, the P-P and Q-Q points of every family.")
  var out: String?

  func validate() throws {
    let families = SampleCall.families.filter { $0 != "auto" }
    if let family, !families.contains(family) {
      throw ValidationError("--family is \(family); expected \(families.joined(separator: ", "))")
    }
    if let unit, TimeUnit(rawValue: unit) == nil || (unit == "iso" && !arrivals) {
      throw ValidationError("--unit is \(unit); expected s, ms, us or ns")
    }
    if bootstrap < 0 || bootstrap > 100_000 {
      throw ValidationError("--bootstrap is \(bootstrap); expected 0 to 100000")
    }
    if value != nil, !arrivals {
      throw ValidationError("--value belongs to --arrivals; --column names the values")
    }
    if arrivals, out != nil || family != nil {
      throw ValidationError("--out and --family belong to measured values, not to --arrivals")
    }
  }

  func run(in program: Program) throws -> Int32 {
    let bytes: [UInt8]
    do {
      bytes = try Design.files(file).read(file, limit: DataFile.sizeMax)
    } catch let problem as ScenarioFileProblem {
      throw ProgramExit(
        ExitStatus.notFound, ProjectFiles.words(for: problem, path: file, limit: DataFile.sizeMax))
    }
    var diagnostics = Diagnostics()
    let text =
      arrivals ? arrivalText(bytes, program, &diagnostics) : try valueText(bytes, program, &diagnostics)
    guard let text else {
      program.console.message(
        DiagnosticFormatter(sources: [SourceText(excerptsOf: bytes, file: file)], filesChecked: 1)
          .text(diagnostics.all))
      return ExitStatus.invalidScenario
    }
    program.console.write(text)
    return ExitStatus.done
  }

  private func valueText(_ bytes: [UInt8], _ program: Program, _ diagnostics: inout Diagnostics) throws
    -> String?
  {
    let quantity: Literal.Quantity =
      switch self.quantity {
      case .duration: .duration
      case .size: .size
      case .number: .number
      case nil: DataFile.quantity(bytes, column: column)
      }
    let options = SampleOptions(column: column, unit: unit.flatMap(TimeUnit.init), quantity: quantity)
    guard let sample = DataFile.sample(bytes, file: file, options, into: &diagnostics) else { return nil }
    let fit = SampleFit(
      sample, file: file, quantity: quantity, family: family.flatMap(LawFamily.init), samples: bootstrap,
      plotPoints: 200)
    if let out {
      do { try OutputFolder(out).write("fit.csv", FitFile.bytes(fit)) } catch {
        throw ProgramExit(OutputError.exitCode, error.message)
      }
    }
    return FitReport.text(fit, style: program.console.style)
  }

  private func arrivalText(_ bytes: [UInt8], _ program: Program, _ diagnostics: inout Diagnostics) -> String?
  {
    let read = DataFile.arrivals(
      bytes, file: file, timeColumn: column, valueColumn: value, unit: unit.flatMap(TimeUnit.init),
      into: &diagnostics)
    let fit: ArrivalFit? =
      switch read {
      case .trace(let trace): ArrivalFit(trace, file: file, samples: bootstrap)
      case .counts(let series): ArrivalFit(series, file: file)
      case nil: nil
      }
    guard var fit else { return nil }
    guard fit.rate.isFinite else {
      diagnostics.add(
        Diagnostic(
          .error, "S316", at: SourcePosition(file: file, line: 0, column: 0),
          "\(fit.total == 1 ? "one arrival has" : "arrivals at one instant have") no rate; give two at different instants"
        ))
      return nil
    }
    fit.namedColumns = [column.map { "time: \($0)" }, value.map { "value: \($0)" }].compactMap(\.self)
    return ArrivalReport.text(fit, style: program.console.style)
  }
}

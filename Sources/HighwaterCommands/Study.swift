import HandlerKit
import Planning
import Records
import Reports
import Scenarios
import Services
import VirtualRuntime

/// Runs one or more designs and writes their results: what `run` and `compare` have in common.
struct Study {
  let designs: [Design]
  let options: StudyOptions
  let strict: Bool
  let overrides: [String]
  let program: Program

  struct Outcome {
    var results: [ScenarioResult]
    var folder: OutputFolder
    /// [s]
    var elapsed: Double
  }

  /// Runs all replications of all designs and writes the messages as they come.
  ///
  /// - Throws: `ProgramExit` for handlers that cannot be made, folders that cannot be written, bugs and stalls. What had
  ///   finished is on disk by then.
  func run() throws -> Outcome {
    Interruption.install()
    for design in designs { try design.checkHandlers(program.handlers) }
    let folder: OutputFolder
    let messages: MessagesFile
    do {
      folder = try OutputFolder(options.out ?? designs[0].compiled.output.directory)
      messages = try MessagesFile(in: folder)
    } catch { throw ProgramExit(OutputError.exitCode, error.message) }

    let start = monotonicSeconds()
    let choices = try WarmUpStudy(designs: designs, options: options, program: program).choose()
    var results: [ScenarioResult] = []
    var failure: ReplicationResults.Failure?
    for (design, choice) in zip(designs, choices) where failure == nil && !Interruption.flag.isCancelled {
      var design = design
      if let choice { design.compiled = design.compiled.measured(after: choice.time) }
      let (replications, precision) = run(design, messages: messages)
      failure = replications.failure
      results.append(
        ScenarioResult(
          design.compiled, label: design.label, file: design.file, results: replications,
          method: RunMethod(warmUp: choice, precision: precision)))
    }
    let elapsed = monotonicSeconds() - start
    do { try messages.close() } catch { throw ProgramExit(OutputError.exitCode, error.message) }
    if let failure {
      try write(results, comparison: nil, to: folder, elapsed: elapsed)
      throw ProgramExit(failed: "replication \(failure.replication)", by: failure.error)
    }
    return Outcome(results: results, folder: folder, elapsed: elapsed)
  }

  private func run(_ design: Design, messages: MessagesFile) -> (ReplicationResults, PrecisionReport?) {
    let compiled = design.compiled
    let meter = ProgressMeter(
      options, label: design.label.isEmpty ? "running" : design.label, console: program.console)
    defer { meter.finish() }
    let writer = SerialMessages(messages)
    return ScenarioRunner(compiled, jobs: jobs).run(
      cancellation: Interruption.flag, progress: { meter.update($0) },
      keep: { run in
        try writer.append(run, variant: design.label)
        run.messages = []
      },
      makeRun: { [handlers = program.handlers] in try design.makeRun($0, handlers: handlers) })
  }

  private var jobs: Int { options.jobs ?? availableProcessorCount() }

  /// Writes every file but `messages.csv`.
  func write(
    _ results: [ScenarioResult], comparison: Comparison?, to folder: OutputFolder, elapsed: Double
  ) throws {
    let host = RunManifest.Host(elapsed: elapsed, options, program)
    let manifest = RunManifest(
      programVersion: Program.version, scenarioSHA256: designs.flatMap(\.digests).uniqueByFile,
      resolvedScenario: designs.map { ConfigPrinter.text($0.loaded) }.joined(separator: "---\n"),
      overrides: overrides, host: host)
    do {
      try ReportFiles.write(results, comparison: comparison, manifest: manifest, jobs: jobs, to: folder)
    } catch { throw ProgramExit(OutputError.exitCode, error.message) }
  }

  /// The exit code of finished results.
  func exitCode(_ results: [ScenarioResult]) -> Int32 {
    if Interruption.flag.isCancelled { return ExitStatus.interrupted }
    return VerdictExit.code(results.flatMap(\.verdicts), strict: strict)
  }
}

/// The messages file behind the runner's promise of one call at a time.
///
/// Sound because `ReplicationRunner` calls `onEach` under its lock.
private final class SerialMessages: @unchecked Sendable {
  private let file: MessagesFile
  init(_ file: MessagesFile) { self.file = file }
  func append(_ run: RunRecords, variant: String) throws { try file.append(run, variant: variant) }
}

extension [(file: String, sha256: String)] {
  /// Variants of one file name it once.
  fileprivate var uniqueByFile: Self {
    var unique: Self = []
    for entry in self where !unique.contains(where: { $0.file == entry.file }) { unique.append(entry) }
    return unique
  }
}

extension ProgramExit {
  /// How the process ends when a simulation could not be made or kept.
  ///
  /// - Parameter unit: Which one: `replication 3`.
  init(failed unit: String, by error: any Error) {
    switch error {
    case let bug as InternalInvariantError:
      self.init(
        InternalInvariantError.exitCode,
        "\(unit): \(bug.message); this is a bug in highwater, please report the scenario")
    case let stall as StalledRun:
      self.init(
        ExitStatus.unexpected,
        "\(unit) stalled: \(stall.reason)" + (stall.hint.isEmpty ? "" : "; \(stall.hint)"))
    case let short as AutomaticWarmUp.TooShort:
      self.init(ExitStatus.invalidScenario, "warmup: auto finds no warm-up: \(short.message)")
    case let output as OutputError: self.init(OutputError.exitCode, output.message)
    case let journal as JournalError: self.init(OutputError.exitCode, journal.words)
    default: self.init(ExitStatus.unexpected, "\(unit): \(error)")
    }
  }
}

extension RunManifest.Host {
  /// This machine; nil where results have to be the same bytes on every one.
  init?(elapsed: Double, _ options: StudyOptions, _ program: Program) {
    guard !options.reproducible, !program.console.isCI else { return nil }
    self.init(
      operatingSystem: Platform.operatingSystem, architecture: Platform.architecture,
      processors: availableProcessorCount(), jobs: options.jobs ?? availableProcessorCount(), elapsed: elapsed
    )
  }
}

enum Platform {
  #if os(Linux)
    static let operatingSystem = "Linux"
  #else
    static let operatingSystem = "macOS"
  #endif
  #if arch(x86_64)
    static let architecture = "x86_64"
  #else
    static let architecture = "arm64"
  #endif
}

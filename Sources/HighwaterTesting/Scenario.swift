public import HandlerKit
import Planning
import Reports
import Scenarios
import Services

/// A scenario to run inside a test.
///
/// ```swift
/// import HighwaterTesting
/// import Testing
///
/// @Test func `orders arrive in time`() async throws {
///   let run = try await Scenario("scenarios/orders.sim.yaml", handlers: shopHandlers).run()
///   run.expectThresholds()
///   run.expect("orders.Latency", "p(95) < 5s")
///   #expect(try run["Api.InFlight", .maximum].maximum <= 4)
/// }
/// ```
public struct Scenario: Sendable {
  /// Where the text stands.
  enum Source: Sendable {
    case file(String)
    /// The scenario's own name first, then those of files that it names.
    case text(name: String, files: [String: String])
  }
  let source: Source
  /// Handlers that `functions: {Work: {handler: name}}` can name.
  public var handlers: HandlerRegistry
  /// Files merged over the scenario, later ones win.
  public var overlays: [String]
  /// Each `PATH=VALUE`, as `highwater run --set` takes it.
  public var settings: [String]
  /// A name under `Simulation.variants`; the scenario as it stands when nil.
  public var variant: String?
  /// Seed of all random draws; that of the scenario when nil.
  public var seed: UInt64?
  /// Independent repetitions; those of the scenario when nil.
  public var replications: Int?
  /// How long workloads emit, such as `2h`; that of the scenario when nil.
  public var duration: String?
  /// Simulations at once; all processors when nil. No result depends on it.
  public var jobs: Int?

  /// A scenario file.
  ///
  /// - Parameters:
  ///   - file: A relative path is one of the working directory or, when nothing is there, of the package that the
  ///     test belongs to.
  ///   - testFile: A file of that package; leave it out.
  public init(
    _ file: String, handlers: HandlerRegistry = [:], overlays: [String] = [], settings: [String] = [],
    variant: String? = nil, seed: UInt64? = nil, replications: Int? = nil, duration: String? = nil,
    jobs: Int? = nil, testFile: String = #filePath
  ) {
    self.init(
      .file(PackageFiles.locate(file, from: testFile)), handlers,
      overlays.map { PackageFiles.locate($0, from: testFile) }, settings, variant, seed, replications,
      duration,
      jobs)
  }

  /// A scenario written in the test.
  ///
  /// - Parameters:
  ///   - text: YAML or JSON.
  ///   - name: How messages call it.
  ///   - files: Texts of templates, traces and overlays that it names, by path.
  public init(
    text: String, name: String = "scenario.sim.yaml", files: [String: String] = [:],
    handlers: HandlerRegistry = [:], overlays: [String] = [], settings: [String] = [],
    variant: String? = nil, seed: UInt64? = nil, replications: Int? = nil, duration: String? = nil,
    jobs: Int? = nil
  ) {
    self.init(
      .text(name: name, files: files.merging([name: text]) { $1 }), handlers, overlays, settings, variant,
      seed, replications, duration, jobs)
  }

  private init(
    _ source: Source, _ handlers: HandlerRegistry, _ overlays: [String], _ settings: [String],
    _ variant: String?, _ seed: UInt64?, _ replications: Int?, _ duration: String?, _ jobs: Int?
  ) {
    self.source = source
    self.handlers = handlers
    self.overlays = overlays
    self.settings = settings
    self.variant = variant
    self.seed = seed
    self.replications = replications
    self.duration = duration
    self.jobs = jobs
  }

  /// The file, or the name that a text goes by.
  var name: String {
    switch source {
    case .file(let file): file
    case .text(let name, _): name
    }
  }

  /// The command that runs the same from a shell.
  var command: RunCommandLine {
    RunCommandLine(
      file: name, overlays: overlays, settings: settings, variant: variant, seed: seed,
      replications: replications, duration: duration)
  }

  // MARK: Runs

  /// Runs all replications, on all processors, beside the tests' own threads.
  ///
  /// - Returns: What came out; nothing has been judged yet.
  /// - Throws: `ScenarioProblem` for a scenario with mistakes, with all of them, and for a run that could not go on.
  public func run() async throws -> ScenarioRun {
    let (loaded, compiled) = try compile()
    let outcome = await WaitingThread.run { simulate(compiled) }
    switch outcome {
    case .success(let outcome):
      if let failure = outcome.replications.failure {
        throw ScenarioProblem("\(name): replication \(failure.replication): \(failure.error)")
      }
      return ScenarioRun(
        scenario: self, loaded: loaded, compiled: outcome.compiled, result: outcome.result)
    case .failure(let short as AutomaticWarmUp.TooShort):
      throw ScenarioProblem("\(name): warmup: auto finds no warm-up: \(short.message)")
    case .failure(let error): throw ScenarioProblem("\(name): \(error)")
    }
  }

  private func compile() throws -> (LoadedScenario, CompiledScenario) {
    var diagnostics = Diagnostics()
    let fileSystem: any ScenarioFiles =
      switch source {
      case .file: DiskFiles()
      case .text(_, let files): MemoryFiles(files)
      }
    let loaded: LoadedScenario
    do {
      loaded = try ScenarioLoader(fileSystem: fileSystem).load(
        path: name, overlays: overlays, variant: variant, sets: command.allSettings, into: &diagnostics)
    } catch { throw ScenarioProblem(error.diagnostics, sources: []) }
    guard var compiled = ScenarioCompiler.compile(loaded, into: &diagnostics), !diagnostics.hasErrors else {
      throw ScenarioProblem(diagnostics.all, sources: loaded.sources)
    }
    // Rules leave quantities; single messages and spans are what `highwater run` is for.
    compiled.system.output.messages = .none
    compiled.system.output.traces = 0
    // A number of replications in the test wins over a precision of the file.
    if replications != nil { compiled.precision = nil }
    do { try compiled.system.checkHandlers(handlers) } catch { throw ScenarioProblem("\(name): \(error)") }
    return (loaded, compiled)
  }

  private func simulate(_ compiled: CompiledScenario) -> Result<ScenarioRunner.Outcome, any Error> {
    let runner = ScenarioRunner(compiled, jobs: max(1, jobs ?? availableProcessorCount()))
    return Result {
      try runner.result(
        label: variant ?? "", file: name,
        makeRun: { [handlers] in try $0.run(replication: $1, handlers: handlers) })
    }
  }
}

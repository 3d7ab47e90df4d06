import Planning
import Scenarios

/// What came out of a scenario.
///
/// Runs with the same scenario and seed are the same on every machine, so that an assertion which holds once holds
/// always.
public struct ScenarioRun: Sendable {
  let scenario: Scenario
  let loaded: LoadedScenario
  let compiled: CompiledScenario
  let result: ScenarioResult

  /// Seed of all random draws.
  public var seed: UInt64 { result.header.seed }
  /// Finished replications: as many as asked for, or as a precision took; fewer after a rule with `abortOnFail` failed.
  public var replications: Int { result.runs.count }
  /// The thresholds and alarm expectations of the file, in its order.
  public var rules: [Rule] { result.verdicts.map { Rule($0, isAsWritten: scenario.command.isAsWritten) } }
  /// Why the system behaved as it did: what filled up first, what was lost or late.
  public var why: String { result.diagnosis.text }
  /// One setting that addresses the main cause, as `--set` takes it.
  public var advice: String? { result.diagnosis.advice?.override }

  /// The command that runs the same again.
  public var command: String { commandLine(settings: []).text }

  /// As `knownFailures` names it.
  var design: String { scenario.variant ?? "base" }

  func commandLine(settings: [String], replications: Int? = nil) -> RunCommandLine {
    var command = scenario.command
    command.settings += settings
    command.seed = seed
    command.replications = replications ?? result.runs.count
    return command
  }

  // MARK: Quantities

  /// A measured quantity, by the names that thresholds use.
  ///
  /// ```swift
  /// let latency = try run["orders.Latency", .p(95)]
  /// #expect(latency.mean! < 5)     // seconds
  /// ```
  /// - Parameters:
  ///   - metric: `orders.Latency`, `Api.InFlight`, `Send.Duration`, `cost.Monthly`, ...; a wildcard is about the name
  ///     with the largest value.
  ///   - statistic: One that the metric has.
  /// - Throws: `ScenarioProblem` for a name that matches nothing, with the nearest one, and for a statistic that the
  ///   metric does not have.
  public subscript(metric: String, statistic: Statistic) -> MeasuredValue {
    get throws {
      let text = "\(metric) \(statistic.text)"
      let node = Node(.scalar(text, isPlain: true), at: Self.place)
      let compiled = try compile(
        text, replacing: ["Simulation", "sweep"],
        with: Node(
          .mapping([
            .init(key: "measures", keyPosition: Self.place, value: Node(.sequence([node]), at: Self.place))
          ]), at: Self.place))
      let verdict = ThresholdEvaluator(system: self.compiled.system).evaluate(
        compiled.measures[0], result.runs)
      return MeasuredValue(verdict, statistic: statistic)
    }
  }

  // MARK: Rules

  /// Judges a rule in the language of thresholds.
  ///
  /// ```swift
  /// #expect(try run.judge("orders.Latency", "p(95) < 5s").outcome == .holds)
  /// ```
  /// - Parameters:
  ///   - metric: As in the subscript; `*.Latency` is about the worst of all that have it.
  ///   - rule: `AGG OP VALUE`: `p(95) < 5s`, `count == 0`, `max <= 10`, `rate < 0.1%`.
  ///   - across: How the replications count.
  /// - Throws: `ScenarioProblem` for a name or a rule that means nothing, with what was meant.
  public func judge(_ metric: String, _ rule: String, across: Across = .every) throws -> Rule {
    let evaluator = ThresholdEvaluator(system: compiled.system)
    let rules = try thresholds(metric, rule).map { threshold in
      var threshold = threshold
      threshold.across = across.across
      return Rule(evaluator.evaluate(threshold, result.runs))
    }
    // Of a wildcard over several kinds, the one that says most against the run.
    return rules.first { $0.outcome == .fails } ?? rules.first { $0.outcome == .undecided } ?? rules[0]
  }

  private func thresholds(_ metric: String, _ rule: String) throws(ScenarioProblem) -> [Threshold] {
    var behind = Self.place
    behind.column += metric.count + 2
    let node = Node(.scalar(rule, isPlain: true), at: behind)
    let entry = Node.Entry(key: metric, keyPosition: Self.place, value: Node(.sequence([node]), at: behind))
    return try compile(
      "\(metric): \(rule)", replacing: ["Simulation", "thresholds"],
      with: Node(.mapping([entry]), at: Self.place)
    ).thresholds
  }

  /// Where assertions stand in messages.
  private static let place = SourcePosition(file: "assertion", line: 1, column: 1)

  /// Compiles the scenario with another part: names, units and mistakes are those of a file.
  private func compile(
    _ text: String, replacing path: [String], with node: Node
  ) throws(ScenarioProblem) -> CompiledScenario {
    var changed = loaded
    // What the file knows of its rules says nothing about a rule of the test.
    changed.root = changed.root.replacing(path, with: node)
      .replacing(["Simulation", "knownFailures"], with: Node(.null, at: Self.place))
    var diagnostics = Diagnostics()
    guard let compiled = ScenarioCompiler.compile(changed, into: &diagnostics), !diagnostics.hasErrors else {
      let formatter = DiagnosticFormatter(
        sources: [SourceText(file: Self.place.file, text: text + "\n")] + loaded.sources)
      let errors = diagnostics.all.filter { $0.severity == .error }
      throw ScenarioProblem(errors.map { formatter.text(of: $0) }.joined())
    }
    return compiled
  }
}

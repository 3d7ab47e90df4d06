import Kernel
package import Records
package import Scenarios
package import Services

/// Everything that is known about one scenario or variant after its replications.
///
/// Reports are functions of this alone.
package struct ScenarioResult: Sendable {
  /// The `variant` column of the files; empty for a scenario without variants.
  package var label: String
  package var header: ScenarioHeader
  /// In order of replications.
  package var runs: [RunRecords]
  package var estimates: Estimates
  package var verdicts: [Verdict]
  /// Verdicts of the thresholds name by name: what a wildcard's verdict is the worst of.
  package var verdictsByName: [Verdict]
  package var cost: CostEstimate
  package var diagnosis: Diagnosis
  /// All replications that were asked for are in `runs`.
  package var isComplete: Bool
  /// Backlogs that grow without end.
  package var stability: Stability
  /// How warm-up and replications were chosen.
  package var method: RunMethod

  /// - Parameters:
  ///   - compiled: The scenario that was run.
  ///   - label: Name of the variant, or empty.
  ///   - file: The scenario file as the user named it, for the commands that the report suggests.
  package init(
    _ compiled: CompiledScenario, label: String, file: String, results: ReplicationResults,
    method: RunMethod = RunMethod()
  ) {
    self.init(
      label: label, header: ScenarioHeader(compiled, file: file, replications: results.requested),
      system: compiled.system, era: compiled.era, thresholds: compiled.thresholds,
      expectations: compiled.alarmExpectations, runs: results.records,
      method: method)
  }

  /// Judges and explains finished runs.
  package init(
    label: String, header: ScenarioHeader, system: SystemSpec, era: Era, thresholds: [Threshold],
    expectations: [AlarmExpectation], runs: [RunRecords], method: RunMethod = RunMethod()
  ) {
    self.label = label
    self.header = header
    self.runs = runs
    isComplete = runs.count == header.replications
    estimates = Estimates(runs, system: system)
    let evaluator = ThresholdEvaluator(system: system)
    verdicts = evaluator.evaluate(thresholds, expectations, runs)
    verdictsByName = thresholds.flatMap { evaluator.evaluateEach($0, runs) }
    cost = CostEstimate(runs, system: system)
    stability = Stability(runs, system: system, rules: thresholds)
    self.method = method
    diagnosis = Diagnosis(runs, system: system, era: era, verdicts: verdicts)
  }
}

/// What was decided about a run by looking at it: where measuring begins, and how many replications it takes.
package struct RunMethod: Sendable, Hashable {
  /// nil unless the scenario says `warmup: auto`.
  package var warmUp: WarmUpChoice?
  /// nil for a fixed count of replications.
  package var precision: PrecisionReport?
  package init(warmUp: WarmUpChoice? = nil, precision: PrecisionReport? = nil) {
    self.warmUp = warmUp
    self.precision = precision
  }

  /// Sentences for reports; none for a fixed warm-up and a fixed count.
  package var text: [String] { (warmUp.map { [$0.text] } ?? []) + (precision?.text ?? []) }
}

/// What identifies a run: printed at the top of every report. Source: style §7, rule 7.
package struct ScenarioHeader: Sendable, Hashable {
  package var name: String
  package var description: String?
  package var file: String
  package var era: String
  package var region: String
  package var seed: UInt64
  /// Asked for; interrupted studies have fewer runs.
  package var replications: Int
  /// Values of messages created earlier are left out. [s]
  package var warmup: Double
  /// The system, one line for each way from a workload.
  package var picture: [String]
  /// `lambda.accountConcurrency 100 (preset 1000)`.
  package var overriddenLimits: [String]
  /// Width of the buckets of `metrics.csv`. [minutes]
  package var periodMinutes: Int
  /// What was taken from data files.
  package var inputs: [InputNote]

  package init(
    name: String, description: String? = nil, file: String, era: String, region: String, seed: UInt64,
    replications: Int, warmup: Double = 0, picture: [String] = [], overriddenLimits: [String] = [],
    periodMinutes: Int = 1,
    inputs: [InputNote] = []
  ) {
    self.name = name
    self.description = description
    self.file = file
    self.era = era
    self.region = region
    self.seed = seed
    self.replications = replications
    self.warmup = warmup
    self.picture = picture
    self.overriddenLimits = overriddenLimits
    self.periodMinutes = periodMinutes
    self.inputs = inputs
  }

  package init(_ compiled: CompiledScenario, file: String, replications: Int) {
    self.init(
      name: compiled.name, description: compiled.description, file: file, era: compiled.era.text,
      region: compiled.region, seed: compiled.system.run.seed, replications: replications,
      warmup: compiled.system.run.warmup.seconds, picture: compiled.picture.lines,
      overriddenLimits: compiled.overriddenLimits.map { limit in
        let preset = limit.preset.map { "preset \(QuantityText.plain($0))" } ?? "no preset"
        return "\(limit.name.rawValue) \(QuantityText.plain(limit.value)) (\(preset))"
      },
      periodMinutes: max(1, Int(compiled.output.period.nanoseconds / 60_000_000_000)),
      inputs: compiled.inputs)
  }
}

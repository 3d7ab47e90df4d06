package import Records
package import Scenarios
package import Services

/// Runs the replications of a compiled scenario: as many as it says, or until they are precise.
package struct ScenarioRunner: Sendable {
  package var compiled: CompiledScenario
  /// Simulations at once. [threads]
  package var jobs: Int

  package init(_ compiled: CompiledScenario, jobs: Int) {
    self.compiled = compiled
    self.jobs = jobs
  }

  /// - Parameters:
  ///   - keep: Called in order of replications, one call at a time, before a run is kept.
  ///   - makeRun: Runs one replication from its number to its end.
  /// - Returns: The runs in order, and how precise they are where the scenario asks for it. A failed rule with
  ///   `abortOnFail` leaves out the later ones.
  package func run(
    cancellation: CancellationFlag = CancellationFlag(),
    progress: (@Sendable (ReplicationProgress) -> Void)? = nil,
    keep: (@Sendable (inout RunRecords) throws -> Void)? = nil,
    makeRun: @escaping @Sendable (Int) throws -> RunRecords
  ) -> (ReplicationResults, PrecisionReport?) {
    let evaluator = ThresholdEvaluator(system: compiled.system)
    let thresholds = compiled.thresholds
    let onEach: @Sendable (inout RunRecords) throws -> ReplicationRunner.Continuation = { run in
      try keep?(&run)
      return evaluator.aborts(thresholds, after: run) ? .stop : .proceed
    }
    guard let precision = compiled.precision else {
      let runner = ReplicationRunner(replicationCount: compiled.system.run.replications, jobs: jobs)
      return (
        runner.run(cancellation: cancellation, progress: progress, onEach: onEach, makeRun: makeRun), nil
      )
    }
    let plan = PrecisionPlan(precision, of: compiled)
    let runner = SequentialRunner(
      targets: plan.targets, replicationsMax: precision.replicationsMax, jobs: jobs)
    let (results, report) = runner.run(
      cancellation: cancellation, progress: progress, onEach: onEach, read: { plan.read($0) },
      makeRun: makeRun)
    return (results, report)
  }

  /// Finds the warm-up first where the scenario says `warmup: auto`, runs, and judges.
  ///
  /// - Parameters:
  ///   - label: Name of the variant, or empty.
  ///   - file: The scenario file as the user named it.
  ///   - makeRun: Runs one replication of a system that may measure from another instant on.
  /// - Throws: `AutomaticWarmUp.TooShort`, and `ReplicationResults.Failure` of a pilot replication.
  package func result(
    label: String, file: String, cancellation: CancellationFlag = CancellationFlag(),
    makeRun: @escaping @Sendable (SystemSpec, Int) throws -> RunRecords
  ) throws -> Outcome {
    var runner = self
    var choice: WarmUpChoice?
    if compiled.automaticWarmUp != nil {
      choice = try AutomaticWarmUp(jobs: jobs).choose(compiled, cancellation: cancellation, makeRun: makeRun)
      if let choice { runner.compiled = compiled.measured(after: choice.time) }
    }
    let system = runner.compiled.system
    let (results, precision) = runner.run(cancellation: cancellation, makeRun: { try makeRun(system, $0) })
    let result = ScenarioResult(
      runner.compiled, label: label, file: file, results: results,
      method: RunMethod(warmUp: choice, precision: precision))
    return Outcome(compiled: runner.compiled, result: result, replications: results)
  }

  /// A scenario that has been run.
  package struct Outcome: Sendable {
    /// As it was measured: with the warm-up that was found.
    package var compiled: CompiledScenario
    package var result: ScenarioResult
    package var replications: ReplicationResults
  }
}

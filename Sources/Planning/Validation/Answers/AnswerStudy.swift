package import KnownAnswers
import Kernel
import Records
import Services
package import Statistics

/// A known answer, what the functions of the program give for it and what its simulation gives.
package struct AnswerResult: Sendable {
  package var answer: KnownAnswer
  package var evaluation: KnownAnswer.Evaluation
  /// nil for what is not simulated.
  package var simulated: SimulatedAnswer?
  /// Why no scenario but a model on the kernel alone was simulated; nil for a scenario.
  package var detour: String?

  package init(
    answer: KnownAnswer, evaluation: KnownAnswer.Evaluation, simulated: SimulatedAnswer? = nil,
    detour: String? = nil
  ) {
    self.answer = answer
    self.evaluation = evaluation
    self.simulated = simulated
    self.detour = detour
  }

  /// What simulations must come near to: the published values, or the program's where those are known to be wrong.
  var right: [Double]? {
    if case .corrected = evaluation.verdict, case .values(let values)? = evaluation.value {
      return values.compactMap { $0 }
    }
    return answer.expected.numbers
  }

  package var differs: Bool {
    if case .differs = evaluation.verdict { return true }
    return simulated.map { !$0.agrees } ?? false
  }
}

/// The estimates of a simulation for a known answer, one for each of its values.
package struct SimulatedAnswer: Sendable, Hashable {
  package var expected: [Double]
  /// Over the replications, 95 % for all values together; without a width where nothing is random.
  package var intervals: [MeanInterval]

  /// nil without an estimate for each value.
  package init?(expected: [Double], replications: [[Double]]) {
    guard !expected.isEmpty, replications.allSatisfy({ $0.count == expected.count }) else { return nil }
    let confidence = 1 - 0.05 / Double(expected.count)
    let intervals = expected.indices.compactMap { index in
      MeanInterval(replications.map { $0[index] }, confidence: confidence)
    }
    guard intervals.count == expected.count else { return nil }
    self.expected = expected
    self.intervals = intervals
  }

  /// The intervals hold the values; one in twenty does not.
  package var isInside: Bool { isWithin(halfWidths: 1) }
  /// Within three half-widths, as the file of known answers asks.
  package var agrees: Bool { isWithin(halfWidths: 3) }
  /// Nothing is random, so that there is one replication and no interval.
  package var isExact: Bool { intervals.allSatisfy { $0.halfWidth == nil } }

  private func isWithin(halfWidths: Double) -> Bool {
    zip(expected, intervals).allSatisfy { expected, interval in
      // A millionth for times that are whole nanoseconds.
      let slack = max(halfWidths * (interval.halfWidth ?? 0), 1e-6 * expected.magnitude)
      return (interval.mean - expected).magnitude <= slack
    }
  }
}

/// Known answers, each by formula and by simulation.
package enum AnswerStudy {
  /// - Parameters:
  ///   - answers: Those to look at.
  ///   - simulates: Also simulates those that ask for it.
  ///   - seed: Of the simulations; each scenario adds its own text to it.
  ///   - jobs: Simulations at once.
  /// - Returns: In the order of the answers.
  /// - Throws: When a scenario does not compile or a run breaks an invariant: both are bugs of ours.
  package static func carryOut(
    _ answers: [KnownAnswer] = KnownAnswers.all, simulates: Bool, seed: UInt64 = 0,
    jobs: Int = availableProcessorCount()
  ) throws -> [AnswerResult] {
    let evaluations = Parallel.map(0..<answers.count, jobs: jobs) { answers[$0].evaluation() }
    var results = zip(answers, evaluations).map { AnswerResult(answer: $0, evaluation: $1) }
    if simulates { try simulate(&results, seed: seed, jobs: jobs) }
    return results
  }

  /// A simulation with the answers that are read off its replications.
  private struct Bench: Sendable {
    var replications: Int
    /// Positions of the answers.
    var answers: [Int]
    /// What one replication gives for each answer.
    var values: @Sendable (_ replication: Int) throws -> [[Double]]
  }

  /// Runs each simulation once for all the answers about it; replications of all of them share the cores.
  private static func simulate(_ results: inout [AnswerResult], seed: UInt64, jobs: Int) throws {
    var benches: [Bench] = []
    var scenarios: [(setup: AnswerSimulation.Setup, answers: [Int], readings: [AnswerSimulation.Reading])] =
      []
    for index in results.indices where results[index].answer.simulate {
      let answer = results[index].answer
      if let reference = try ReferenceSimulation.of(answer) {
        results[index].detour = reference.reason
        benches.append(bench(of: reference, answer: answer, position: index, seed: seed))
        continue
      }
      let simulation = try AnswerSimulation.of(answer)
      if let known = scenarios.firstIndex(where: { $0.setup == simulation.setup }) {
        scenarios[known].answers.append(index)
        scenarios[known].readings.append(simulation.reading)
      } else {
        scenarios.append((simulation.setup, [index], [simulation.reading]))
      }
    }
    for (setup, answers, readings) in scenarios {
      let title = results[answers[0]].answer.id
      benches.append(try bench(of: setup, answers, readings, title: title, seed: seed))
    }
    let tasks = benches.indices.flatMap { bench in
      (0..<benches[bench].replications).map { (bench: bench, replication: $0) }
    }
    let carriedOut = benches
    let outcomes = Parallel.map(0..<tasks.count, jobs: jobs) { index in
      Result { try carriedOut[tasks[index].bench].values(tasks[index].replication) }
    }
    var replications = benches.map { _ in [[[Double]]]() }
    for (task, outcome) in zip(tasks, outcomes) { replications[task.bench].append(try outcome.get()) }
    for (bench, values) in zip(benches, replications) {
      for (index, position) in bench.answers.enumerated() {
        guard
          let simulated = SimulatedAnswer(
            expected: results[position].right ?? [], replications: values.map { $0[index] })
        else {
          throw KnownAnswer.Mismatch(
            description: """
              \(results[position].answer.id): a simulation gives \(values.first?[index].count ?? 0) values, not as many as there are
              """)
        }
        results[position].simulated = simulated
      }
    }
  }

  private static func bench(
    of setup: AnswerSimulation.Setup, _ answers: [Int], _ readings: [AnswerSimulation.Reading], title: String,
    seed: UInt64
  ) throws -> Bench {
    var system = try ValidationStudy.compile(setup.scenario, title: title)
    // A seed of its own, whatever else is simulated: with a common one all would err to the same side.
    system.run.seed = setup.seed ^ mixed64(seed)
    let compiled = system
    return Bench(replications: system.run.replications, answers: answers) { replication in
      var system = compiled
      setup.arrivals?.replace(in: &system.workloads[0], run: system.run, replication: replication)
      let run = Simulation(system, replication: replication).run()
      try RunChecks.verify(run)
      return readings.map { $0(run) }
    }
  }

  private static func bench(
    of reference: ReferenceSimulation, answer: KnownAnswer, position: Int, seed: UInt64
  ) -> Bench {
    let seed = EntityAddress.name(answer.id) ^ mixed64(seed)
    return Bench(replications: reference.replications, answers: [position]) { replication in
      [reference.run(ReferenceDraws(seed: seed, replication: replication))]
    }
  }
}

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
  /// Why an answer that simulations should give is not simulated.
  package var gap: String?

  package init(
    answer: KnownAnswer, evaluation: KnownAnswer.Evaluation, simulated: SimulatedAnswer? = nil,
    gap: String? = nil
  ) {
    self.answer = answer
    self.evaluation = evaluation
    self.simulated = simulated
    self.gap = gap
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
  ///   - simulates: Also simulates what scenarios can express.
  ///   - jobs: Simulations at once.
  /// - Returns: In the order of the answers.
  /// - Throws: When a scenario does not compile or a run breaks an invariant: both are bugs of ours.
  package static func carryOut(
    _ answers: [KnownAnswer] = KnownAnswers.all, simulates: Bool, jobs: Int = availableProcessorCount()
  ) throws -> [AnswerResult] {
    let evaluations = Parallel.map(0..<answers.count, jobs: jobs) { answers[$0].evaluation() }
    let simulated = simulates ? try simulate(answers, jobs: jobs) : [:]
    return zip(answers, evaluations).map { answer, evaluation in
      AnswerResult(
        answer: answer, evaluation: evaluation, simulated: simulated[answer.id],
        gap: simulates && answer.simulate ? AnswerSimulation.gap(answer) : nil)
    }
  }

  /// A scenario with the answers that are read off its runs.
  private struct Bench: Sendable {
    var setup: AnswerSimulation.Setup
    var system: SystemSpec
    var answers: [KnownAnswer] = []
    var readings: [AnswerSimulation.Reading] = []

    /// What one replication gives for each answer.
    func values(replication: Int) throws -> [[Double]] {
      var system = system
      setup.arrivals?.replace(
        in: &system.workloads[0], run: system.run, replication: replication)
      let run = Simulation(system, replication: replication).run()
      try RunChecks.verify(run)
      return readings.map { $0(run) }
    }
  }

  /// Runs each scenario once for all the answers about it; replications of all scenarios share the cores.
  private static func simulate(_ answers: [KnownAnswer], jobs: Int) throws -> [String: SimulatedAnswer] {
    var benches: [Bench] = []
    for answer in answers where answer.simulate {
      guard let simulation = try AnswerSimulation.of(answer) else { continue }
      let index: Int
      if let known = benches.firstIndex(where: { $0.setup == simulation.setup }) {
        index = known
      } else {
        index = benches.count
        var system = try ValidationStudy.compile(simulation.setup.scenario, title: answer.id)
        // A seed of its own, whatever else is simulated: with a common one all would err to the same side.
        system.run.seed = simulation.setup.seed
        benches.append(Bench(setup: simulation.setup, system: system))
      }
      benches[index].answers.append(answer)
      benches[index].readings.append(simulation.reading)
    }
    let tasks = benches.indices.flatMap { bench in
      (0..<benches[bench].system.run.replications).map { (bench: bench, replication: $0) }
    }
    let carriedOut = benches
    let outcomes = Parallel.map(0..<tasks.count, jobs: jobs) { index in
      Result { try carriedOut[tasks[index].bench].values(replication: tasks[index].replication) }
    }
    var replications = benches.map { _ in [[[Double]]]() }
    for (task, outcome) in zip(tasks, outcomes) { replications[task.bench].append(try outcome.get()) }
    var results: [String: SimulatedAnswer] = [:]
    for (bench, values) in zip(benches, replications) {
      for (index, answer) in bench.answers.enumerated() {
        guard let expected = answer.expected.numbers,
          let simulated = SimulatedAnswer(expected: expected, replications: values.map { $0[index] })
        else {
          throw KnownAnswer.Mismatch(
            description:
              "\(answer.id): a simulation gives \(values.first?[index].count ?? 0) values, not as many as there are"
          )
        }
        results[answer.id] = simulated
      }
    }
    return results
  }
}

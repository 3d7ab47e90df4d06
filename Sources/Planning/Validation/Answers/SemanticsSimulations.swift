import KnownAnswers
import Records
import Statistics

/// Retries, shards, fan-out and joins.
enum SemanticsSimulations {
  static func simulation(of answer: KnownAnswer) throws -> AnswerSimulation {
    switch answer.quantity {
    case "offered concurrency including retries", "mean number of attempts": try retries(answer)
    case "mean waiting time in queue": try shards(answer)
    case "ratio of mean waits": try shardsAgainstPool(answer)
    default: try join(answer)
    }
  }

  /// A queue whose messages go to the dead-letter queue after so many failed receives.
  private static func retries(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let rate = answer.has("lambda") ? try answer.number("lambda") : 10
    let mean = answer.has("mean_service") ? try answer.number("mean_service") : 0.1
    let duration = 500.0
    let scenario = AnswerScenario(
      steps: "{call: {service: Work}}, {fail: {rate: \(try answer.number("failure_probability"))}}",
      services: [
        AnswerScenario.partner("Work", latency: QueueSimulations.law(mean: mean), places: nil)
      ],
      arrivals: "{process: poisson, rate: \(rate)/s}", into: "Orders", duration: duration,
      keepsMessages: false,
      resources: [
        "Dead: {Type: AWS::SQS::Queue}",
        """
        Orders: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 5400, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, \
        maxReceiveCount: \(try answer.integer("max_receives"))}}}
        """,
      ], events: "{E: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: 1}}}")
    let setup = AnswerSimulation.Setup(scenario: scenario.text)
    if answer.quantity == "mean number of attempts" {
      return AnswerSimulation(setup) { run in
        let book = run.workloads[0].books[0]
        return [Double(book.deliveries) / Double(book.created)]
      }
    }
    return AnswerSimulation(setup) { run in [run.partners[0].inFlightIntegral / duration] }
  }

  /// Keys spread evenly over stations of one place each.
  private static func shardSteps(_ count: Int) -> (steps: String, field: String) {
    let steps = (1...count).map { "{if: {when: \"shard == 's\($0)'\", then: [{call: {service: S\($0)}}]}}" }
    let choice = (1...count).map { "s\($0): \(1 / Double(count))" }
    return (
      steps.joined(separator: ", "), "{shard: {choice: {\(choice.joined(separator: ", "))}}}"
    )
  }

  private static func shards(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let count = try answer.integer("shards")
    let mean = 1 / (try answer.number("mu"))
    let duration = 20_000.0
    let (steps, field) = shardSteps(count)
    let scenario = AnswerScenario(
      steps: steps,
      services: (1...count).map {
        AnswerScenario.partner("S\($0)", latency: QueueSimulations.law(mean: mean), places: 1)
      },
      arrivals: "{process: poisson, rate: \(try answer.number("lambda"))/s}", fields: field,
      duration: duration, warmUp: duration / 10)
    return AnswerSimulation(.init(scenario: scenario.text)) { run in
      [JobLog.mean(JobLog(run, from: scenario.warmUp, until: duration).sojourns) - mean]
    }
  }

  /// The shards beside a pool with as many places and a workload of its own.
  private static func shardsAgainstPool(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let count = try answer.integer("shards")
    let mean = 1 / (try answer.number("mu"))
    let law = QueueSimulations.law(mean: mean)
    let rate = try answer.number("lambda")
    let (steps, field) = shardSteps(count)
    let scenario = AnswerScenario(
      steps: steps,
      services: (1...count).map { AnswerScenario.partner("S\($0)", latency: law, places: 1) } + [
        AnswerScenario.partner("Pool", latency: law, places: count)
      ],
      arrivals: "{process: poisson, rate: \(rate)/s}", fields: field, duration: 20_000, warmUp: 2000,
      keepsMessages: false, resources: [AnswerScenario.function("Pooled")],
      functions: ["Pooled: {coldStart: 0s, perMessage: [{call: {service: Pool}}]}"],
      workloads: [
        "pooled: {into: Pooled, size: 100B, arrivals: {process: poisson, rate: \(rate)/s}}"
      ])
    return AnswerSimulation(.init(scenario: scenario.text)) { run in
      let waits = run.workloads.map { ($0.books.last?.latency.mean ?? .nan) - mean }
      return [waits[0] / waits[1]]
    }
  }

  /// Branches side by side; the message is done with the last of them.
  private static func join(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let branches = try answer.integer("branches")
    let isLimited = answer.has("mu")
    let mean = isLimited ? 1 / (try answer.number("mu")) : try answer.law("service").mean
    let rate = isLimited ? try answer.number("lambda") : 1
    let names = (1...branches).map { "S\($0)" }
    let duration = 20_000.0
    let scenario = AnswerScenario(
      steps:
        "{parallel: {branches: [\(names.map { "[{call: {service: \($0)}}]" }.joined(separator: ", "))]}}",
      services: names.map {
        AnswerScenario.partner(
          $0, latency: QueueSimulations.law(mean: mean), places: isLimited ? 1 : nil)
      },
      arrivals: "{process: poisson, rate: \(rate)/s}", duration: duration, warmUp: duration / 10)
    let measure = try QueueSimulations.measure(answer, places: 1)
    return AnswerSimulation(.init(scenario: scenario.text)) { run in
      [measure(JobLog(run, from: scenario.warmUp, until: duration))]
    }
  }
}

import KnownAnswers
import Records
import Statistics

/// Systems that refuse: functions with reserved concurrency that another function invokes and waits for.
enum FunctionSimulations {
  private static let jobs = 20_000.0

  static func simulation(of answer: KnownAnswer) throws -> AnswerSimulation {
    switch answer.id {
    case "cold-mru-0.9-pcold": return try coldShare(answer)
    case "design-sqs-W", "design-sqs-p99": return try line(answer)
    default: return try refusing(answer)
    }
  }

  /// `Pool` has so many places in all; those of them that a partner serves at once are busy, the others wait.
  private static func refusing(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let (rate, mean, servers, room): (Double, Double, Int, Int)
    switch answer.category {
    case "mmck":
      rate = try answer.number("lambda")
      mean = 1 / (try answer.number("mu"))
      servers = try answer.integer("servers")
      room = try answer.integer("capacity")
    case "design":
      rate = try answer.number("lambda")
      mean = try answer.law("api_time").mean
      servers = try answer.integer("limit")
      room = servers
    default:
      rate = try answer.number("lambda")
      mean = try answer.number("mean_service")
      servers = try answer.integer("concurrency")
      room = servers
    }
    let duration = (jobs / rate).rounded(.up)
    let scenario = AnswerScenario(
      steps: "{invoke: {function: Pool}}",
      services: [AnswerScenario.partner("Api", latency: QueueSimulations.law(mean: mean), places: servers)],
      arrivals: "{process: poisson, rate: \(rate)/s}", duration: duration,
      warmUp: (duration / 10).rounded(),
      resources: [
        AnswerScenario.function("Pool", properties: ", ReservedConcurrentExecutions: \(room)")
      ],
      functions: ["Pool: {coldStart: 0s, perInvocation: [{call: {service: Api}}]}"])
    let measure = try QueueSimulations.measure(answer, places: servers)
    return AnswerSimulation(.init(scenario: scenario.text)) { run in
      [measure(JobLog(run, from: scenario.warmUp, until: duration))]
    }
  }

  /// Orders that wait for a place at the partner.
  private static func line(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let rate = try answer.number("lambda")
    let limit = try answer.integer("limit")
    let duration = (jobs / rate).rounded(.up)
    let scenario = AnswerScenario(
      steps: "{call: {service: Api}}",
      services: [
        AnswerScenario.partner(
          "Api", latency: QueueSimulations.law(mean: try answer.law("api_time").mean), places: limit)
      ],
      arrivals: "{process: poisson, rate: \(rate)/s}", duration: duration,
      warmUp: (duration / 10).rounded())
    let measure = try QueueSimulations.measure(answer, places: limit)
    return AnswerSimulation(.init(scenario: scenario.text)) { run in
      [measure(JobLog(run, from: scenario.warmUp, until: duration))]
    }
  }

  /// A function without a limit whose idle environments live equally long; the last released is used first.
  private static func coldShare(_ answer: KnownAnswer) throws -> AnswerSimulation {
    // So short that it changes nothing but the time until a handler begins.
    let coldStart = 0.001
    let keepAlive = try answer.number("keep_alive")
    let scenario = AnswerScenario(
      steps: "{sleep: \(QueueSimulations.law(mean: try answer.number("mean_service")))}",
      arrivals: "{process: poisson, rate: \(try answer.number("lambda"))/s}", duration: 50_000,
      warmUp: 5000, keepsMessages: false,
      limits: [
        "lambda.idleMinSeconds: \(keepAlive)", "lambda.idleMaxSeconds: \(keepAlive)",
        "lambda.environmentMaxLifetimeSeconds: 1000000",
      ], coldStart: coldStart)
    return AnswerSimulation(.init(scenario: scenario.text)) { run in
      [(run.functions[0].books.last?.delivery.mean ?? .nan) / coldStart]
    }
  }
}

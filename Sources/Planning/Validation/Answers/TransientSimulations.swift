import KnownAnswers
import Records
import Statistics

/// What holds at one instant after an empty start, over many short replications; arrivals at a climbing rate.
enum TransientSimulations {
  static func simulation(of answer: KnownAnswer) throws -> AnswerSimulation {
    if answer.category == "nhpp" { return try ramp(answer) }
    let rate = try answer.number("lambda")
    let instant = try answer.number("t")
    let isLimited = answer.has("mu")
    let law = QueueSimulations.law(
      mean: isLimited ? 1 / (try answer.number("mu")) : try answer.law("service").mean)
    let scenario = AnswerScenario(
      steps: "{call: {service: Pool}}",
      services: [AnswerScenario.partner("Pool", latency: law, places: isLimited ? 1 : nil)],
      arrivals: "{process: poisson, rate: \(rate)/s}", duration: isLimited ? 101 : instant + 1,
      replications: 4000)
    let setup = AnswerSimulation.Setup(scenario: scenario.text)
    let number: @Sendable (RunRecords) -> Int = {
      JobLog($0, until: scenario.duration).number(at: instant)
    }
    switch answer.quantity {
    case "P(N(t) = 0)": return AnswerSimulation(setup) { [number($0) == 0 ? 1 : 0] }
    case "E[N(t)]", "E[N(t)], mean concurrency": return AnswerSimulation(setup) { [Double(number($0))] }
    default: throw answer.unanswered()
    }
  }

  private static func ramp(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let duration = try answer.number("duration")
    let (from, to) = (try answer.number("rate_from"), try answer.number("rate_to"))
    let scenario = AnswerScenario(
      steps: "",
      arrivals:
        "{process: poisson, startRate: \(from)/s, stages: [{duration: \(duration)s, target: \(to)/s}]}",
      duration: duration, replications: 100, keepsMessages: false)
    return AnswerSimulation(.init(scenario: scenario.text)) { [Double($0.workloads[0].books[0].created)] }
  }
}

import KnownAnswers
import Records
import Statistics

/// Networks of stations: a function that calls one partner after the other.
///
/// A closed network has messages that go round for ever: their function invokes itself when it is done.
enum NetworkSimulations {
  static func simulation(of answer: KnownAnswer) throws -> AnswerSimulation {
    switch answer.category {
    case "closed": try closed(answer)
    case "finite-source": try finiteSource(answer)
    default: answer.model == "open Jackson network" ? try open(answer) : try tandem(answer)
    }
  }

  private static func call(_ station: Int) -> String { "{call: {service: S\(station + 1)}}" }
  private static func stations(_ service: [Double], places: [Int?]) -> [String] {
    zip(service, places).enumerated().map { index, station in
      AnswerScenario.partner(
        "S\(index + 1)", latency: QueueSimulations.law(mean: station.0), places: station.1)
    }
  }

  // MARK: Open

  /// Visits of 5, 2½, 2½ and 1 are two equally likely routes: 5, 3, 2, 1 and 5, 2, 3, 1.
  private static func open(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let service = try answer.numbers("service")
    guard try answer.numbers("visits") == [5, 2.5, 2.5, 1], service.count == 4 else {
      throw answer.unanswered()
    }
    func steps(_ route: [Int]) -> String { route.map(call).joined(separator: ", ") }
    let scenario = AnswerScenario(
      steps: """
        {if: {when: "route == 'a'", then: [\(steps([0, 1, 0, 1, 0, 2, 0, 1, 0, 2, 3]))], \
        else: [\(steps([0, 2, 0, 2, 0, 1, 0, 2, 0, 1, 3]))]}}
        """,
      services: stations(service, places: [1, 1, 1, 1]),
      arrivals: "{process: poisson, rate: \(try answer.number("external_rate"))/s}",
      fields: "{route: {choice: {a: 0.5, b: 0.5}}}", duration: 2000, warmUp: 100)
    let setup = AnswerSimulation.Setup(scenario: scenario.text)
    let log: @Sendable (RunRecords) -> JobLog = {
      JobLog($0, from: scenario.warmUp, until: scenario.duration)
    }
    switch answer.quantity {
    case "mean number per station":
      return AnswerSimulation(setup) { run in
        run.partners.map { $0.inFlightIntegral / scenario.duration }
      }
    case "mean end-to-end time": return AnswerSimulation(setup) { [JobLog.mean(log($0).sojourns)] }
    case "mean number in system": return AnswerSimulation(setup) { [log($0).meanNumber] }
    default: throw answer.unanswered()
    }
  }

  private static func tandem(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let service = try answer.numbers("service")
    let places = try answer.numbers("servers").map { $0 < 0 ? nil : Int($0) }
    let scenario = AnswerScenario(
      steps: service.indices.map(call).joined(separator: ", "),
      services: stations(service, places: places),
      arrivals: "{process: poisson, rate: \(try answer.number("lambda"))/s}", duration: 10_000, warmUp: 1000
    )
    let measure = try QueueSimulations.measure(answer, places: 1)
    return AnswerSimulation(.init(scenario: scenario.text)) { run in
      [measure(JobLog(run, from: scenario.warmUp, until: scenario.duration))]
    }
  }

  // MARK: Closed

  /// The steps of so many passes through the network, one message going round as each member of the population.
  private static func cycle(
    _ steps: [String], services: [String], population: Int, duration: Double
  ) -> AnswerScenario {
    AnswerScenario(
      steps: (steps + ["{invoke: {function: Caller, async: true}}"]).joined(separator: ", "),
      services: services, arrivals: "{process: backlog, count: \(population)}", duration: duration,
      drain: "0s", keepsMessages: false)
  }

  private static func closed(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let population = try answer.integer("population")
    let service = try answer.numbers(answer.has("service") ? "service" : "demands")
    let visits = answer.has("visits") ? try answer.numbers("visits") : service.map { _ in 1 }
    guard try answer.number("think_time") == 0 else { throw answer.unanswered() }
    // A fixed round with these visits; stations with exponential times do not mind the order.
    let passes = visits.allSatisfy { $0 == 1 } ? 1 : 10
    var route: [Int] = []
    for pass in 0..<passes {
      for station in service.indices {
        let (before, after) = (
          (Double(pass) * visits[station] + 1e-9).rounded(.down),
          (Double(pass + 1) * visits[station] + 1e-9).rounded(.down)
        )
        if after > before { route.append(station) }
      }
    }
    // Long against the swings of the population between equally loaded stations; a minute is the shortest warm-up.
    let duration = passes > 1 ? 3000.0 : population > 50 ? 3600 : 360
    let warmMinutes = population > 50 ? 20 : 1
    let scenario = cycle(
      route.map(call), services: stations(service, places: service.map { _ in 1 }), population: population,
      duration: duration)
    let firstCalls = visits[0]
    let passRate: @Sendable (RunRecords) -> Double = { run in
      let calls = run.series("Simulation", "S1", "Calls")?.datapoints ?? []
      let counted = calls.filter { $0.minute >= warmMinutes && Double($0.minute + 1) * 60 <= duration }
      let total = counted.reduce(0) { $0 + $1.sum }
      return total / firstCalls / (duration - Double(warmMinutes) * 60)
    }
    let setup = AnswerSimulation.Setup(scenario: scenario.text)
    switch answer.quantity {
    case "system throughput": return AnswerSimulation(setup) { [passRate($0)] }
    case "system response time": return AnswerSimulation(setup) { [Double(population) / passRate($0)] }
    case "mean queue lengths per station":
      return AnswerSimulation(setup) { run in run.partners.map { $0.inFlightIntegral / duration } }
    default: throw answer.unanswered()
    }
  }

  private static func finiteSource(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let duration = 20_000.0
    let think = QueueSimulations.law(mean: 1 / (try answer.number("think_rate")))
    let scenario = cycle(
      ["{sleep: \(think)}", call(0)],
      services: stations([1 / (try answer.number("mu"))], places: [try answer.integer("servers")]),
      population: try answer.integer("sources"), duration: duration)
    let setup = AnswerSimulation.Setup(scenario: scenario.text)
    switch answer.quantity {
    case "throughput":
      return AnswerSimulation(setup) { [Double($0.partners[0].succeeded) / duration] }
    case "mean number at the station":
      return AnswerSimulation(setup) { [$0.partners[0].inFlightIntegral / duration] }
    case "mean response time": return AnswerSimulation(setup) { [$0.partners[0].latency.mean ?? .nan] }
    default: throw answer.unanswered()
    }
  }
}

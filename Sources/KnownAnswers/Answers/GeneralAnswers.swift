import Statistics

/// General arrivals, approximations, priorities, sharing.
enum GeneralAnswers {
  static func value(_ answer: KnownAnswer) throws -> AnswerValue {
    switch answer.category {
    case "gim1": .number(try renewal(answer))
    case "map": .number(try modulated(answer))
    case "gg1":
      .number(
        try MAPPH1Queue(
          arrivals: .renewal(try phases(answer, try answer.law("interarrival"))),
          service: try phases(answer, try answer.law("service"))
        ).meanWait)
    case "approx": .number(try approximate(answer))
    case "priority": .number(try priority(answer))
    default: .number(try shared(answer))
    }
  }

  private static func phases(_ answer: KnownAnswer, _ law: DurationLaw) throws -> PhaseType {
    try answer.require(law.phases)
  }

  private static func renewal(_ answer: KnownAnswer) throws -> Double {
    let queue = try GIMcQueue(
      gaps: try answer.law("interarrival"), serviceRate: try answer.number("mu"), servers: 1)
    switch answer.quantity {
    case "root sigma = P(arrival finds server busy)": return queue.waitProbability
    case "mean sojourn time": return queue.meanSojourn
    case "sojourn-time quantile": return try queue.sojournQuantile(try answer.number("quantile"))
    default: throw answer.unanswered()
    }
  }

  private static func arrivals(_ answer: KnownAnswer) throws -> MarkovArrivalProcess {
    let fields = try answer.fields("arrivals")
    func number(_ name: String) throws -> Double { try answer.require(fields[name]?.number) }
    switch fields["process"]?.text {
    case "MMPP2":
      let (leave0, leave1) = (try number("leave_state0"), try number("leave_state1"))
      return try .modulatedPoisson(
        rates: [try number("rate_state0"), try number("rate_state1")],
        generator: [[-leave0, leave0], [leave1, -leave1]])
    case "phase-type renewal":
      let rows = try answer.require(fields["T"]?.elements).map { try answer.require($0.numbers) }
      let initial = try answer.require(fields["alpha"]?.numbers)
      return try .renewal(try PhaseType(initial: initial, generator: rows))
    default: throw answer.unanswered()
    }
  }

  private static func modulated(_ answer: KnownAnswer) throws -> Double {
    let queue = try MAPMcQueue(
      arrivals: try arrivals(answer), serviceRate: try answer.number("mu"),
      servers: try answer.integer("servers"))
    switch answer.quantity {
    case "mean sojourn time": return queue.meanSojourn
    case "mean waiting time in queue": return queue.meanWait
    case "probability that an arrival waits": return queue.waitProbability
    default: throw answer.unanswered()
    }
  }

  private static func approximate(_ answer: KnownAnswer) throws -> Double {
    if answer.model.hasPrefix("M/D/c") {
      let rate = try answer.number("lambda")
      let servers = try answer.integer("servers")
      let time = try answer.law("service").mean
      if answer.model.contains("Cosmetatos") {
        return try MDcQueue.cosmetatosMeanWait(arrivalRate: rate, serviceTime: time, servers: servers)
      }
      return try GGcApproximation(
        arrivalRate: rate, meanService: time, servers: servers, arrivalScv: 1, serviceScv: 0
      ).allenCunneenMeanWait
    }
    if answer.model.hasPrefix("fork-join") {
      return try ForkJoin.meanSojourn(
        arrivalRate: try answer.number("lambda"), serviceRate: try answer.number("mu"),
        branches: try answer.integer("branches"))
    }
    let queue = try GGcApproximation(
      arrivalRate: try answer.number("lambda"), meanService: try answer.number("mean_service"), servers: 1,
      arrivalScv: try answer.number("ca2"), serviceScv: try answer.number("cs2"))
    switch answer.model {
    case "G/G/1 KLB approximation": return queue.kraemerLangenbachBelzMeanWait
    case "G/G/1 KINGMAN approximation": return queue.allenCunneenMeanWait
    case "G/G/1 QNA approximation": return queue.qnaMeanWait
    case "G/G/1 Kingman upper bound": return try answer.require(queue.kingmanBound)
    default: throw answer.unanswered()
    }
  }

  private static func priority(_ answer: KnownAnswer) throws -> Double {
    let queue = try PriorityMG1Queue(
      arrivalRates: try answer.numbers("lambda"), services: try answer.laws("service"))
    guard answer.model.contains("non-preemptive"), let last = answer.quantity.last.map(String.init),
      let position = Int(last)
    else { throw answer.unanswered() }
    return queue.meanWaits[position - 1]
  }

  private static func shared(_ answer: KnownAnswer) throws -> Double {
    let law =
      try answer.has("service") ? answer.law("service") : .exponential(mean: 1 / answer.number("mu"))
    let server = try SharedServer(arrivalRate: try answer.number("lambda"), service: law)
    switch answer.model {
    case "M/M/1 processor sharing": return server.processorSharingMeanSojourn
    case "M/G/1 LCFS preemptive-resume": return server.preemptiveLastComeMeanSojourn
    case "M/M/1 SRPT": return try server.shortestRemainingMeanSojourn()
    default: throw answer.unanswered()
    }
  }
}

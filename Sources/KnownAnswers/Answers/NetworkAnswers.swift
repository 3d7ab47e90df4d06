import Statistics

/// Open and closed networks and their bounds.
enum NetworkAnswers {
  static func value(_ answer: KnownAnswer) throws -> AnswerValue {
    switch answer.category {
    case "jackson": .numbers(try open(answer))
    case "closed": .numbers(try closed(answer))
    default: .numbers(try bounds(answer))
    }
  }

  private static func stations(_ answer: KnownAnswer) throws -> [QueueingStation] {
    zip(try answer.numbers("service"), try answer.numbers("servers")).map { time, servers in
      QueueingStation(meanService: time, servers: servers < 0 ? .unlimited : .limited(Int(servers)))
    }
  }

  private static func open(_ answer: KnownAnswer) throws -> [Double] {
    if answer.model.hasPrefix("tandem"), answer.quantity == "end-to-end quantile" {
      let path = try TandemSojourn(
        arrivalRate: try answer.number("lambda"), stations: try stations(answer))
      return [try path.quantile(try answer.number("quantile"))]
    }
    let network = try JacksonNetwork(
      stations: try stations(answer), externalRate: try answer.number("external_rate"),
      visits: try answer.numbers("visits"))
    switch answer.quantity {
    case "mean number per station": return network.meanNumbers
    case "mean end-to-end time": return [network.meanSojourn]
    case "mean number in system": return [network.meanNumber]
    default: throw answer.unanswered()
    }
  }

  private static func closed(_ answer: KnownAnswer) throws -> [Double] {
    if answer.model.hasPrefix("two-class") {
      let rows = try answer.require(try answer.parameter("demands").elements).map {
        try answer.require($0.numbers)
      }
      let network = try MulticlassClosedNetwork(
        demands: rows, thinkTimes: try answer.numbers("think_time"),
        populations: try answer.numbers("population").map { Int($0) })
      switch answer.quantity {
      case "throughput of class 1": return [network.throughputs[0]]
      case "throughput of class 2": return [network.throughputs[1]]
      default: throw answer.unanswered()
      }
    }
    let demands =
      try answer.has("demands")
      ? answer.numbers("demands") : zip(answer.numbers("service"), answer.numbers("visits")).map { $0 * $1 }
    let network = try ClosedNetwork(
      demands: demands, thinkTime: try answer.number("think_time"),
      population: try answer.integer("population"))
    switch answer.quantity {
    case "system throughput": return [network.throughput]
    case "system response time": return [network.meanSojourn]
    case "mean queue lengths per station": return network.meanNumbers
    default: throw answer.unanswered()
    }
  }

  private static func bounds(_ answer: KnownAnswer) throws -> [Double] {
    let bounds = try ClosedBounds(
      demands: try answer.numbers("demands"), thinkTime: try answer.number("think_time"))
    let population = try answer.integer("population")
    switch answer.quantity {
    case "[lower, upper] bounds on throughput":
      let range = try bounds.throughputRange(population: population)
      return [range.lowerBound, range.upperBound]
    case "upper bound on throughput": return [try bounds.throughputMax(population: population)]
    case "lower bound on response time": return [try bounds.sojournMin(population: population)]
    case "saturation population N*": return [bounds.saturationPopulation]
    default: throw answer.unanswered()
    }
  }
}

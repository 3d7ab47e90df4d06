/// What is outside AWS in a random scenario, and what changes while its clock runs.
extension Swarm {
  mutating func partner() -> String {
    var keys = ["latency: \(generator.pick(["50ms", "exp(mean=200ms)", "lognormal(mean=1s cv=1)"]))"]
    let isLimited = generator.chance(0.5)
    if isLimited { keys.append("maxConcurrent: \(generator.pick([1, 3, 10]))") }
    if generator.chance(0.3) {
      keys.append("maxRate: \(generator.pick([2, 20]))/s")
      if generator.chance(0.4) { keys.append("rateWindow: 10s") }
    }
    if generator.chance(0.3) {
      keys.append("overLimit: {suspend: 1m, tolerate: 5}")
    } else if isLimited, generator.chance(0.5) {
      keys.append("overLimit: {queue: \(generator.pick(["1s", "20s"]))}")
    }
    if generator.chance(0.2) { keys.append("underLoad: {knee: 2, contention: 10%, coherency: 1%}") }
    if generator.chance(0.2) { keys.append("collapse: {from: 3, dead: 12, timeout: 5s}") }
    if features.hasErrors { keys.append("errorRate: \(generator.pick([0, 1, 20]))%") }
    if generator.chance(0.5) { keys.append("dedupe: true") }
    return "{\(keys.joined(separator: ", "))}"
  }

  mutating func workload(_ index: Int, into destination: String) -> String {
    let arrivals = generator.pick([
      "{process: poisson, rate: \(generator.pick([20, 60, 120]))/min}", "{process: constant, rate: 1/s}",
      "{process: mmpp, states: [{rate: 3/s, stay: 10s}, {rate: 0.2/s, stay: 40s}]}",
      "{process: backlog, count: \(generator.pick([50, 200]))}",
      "{process: backlog, count: 150, sendRate: 20/s}",
      "{process: schedule, expression: rate(1 minute), count: 20}",
    ])
    var producer = ""
    if destination == "Stream", generator.chance(0.5) {
      let retry = generator.pick(["sdk", "none", "until-accepted"])
      let batch = generator.chance(0.5) ? ", batch: 10, linger: 500ms" : ""
      producer = "      producer: {retry: \(retry)\(batch)}\n"
    }
    return """
          load\(index):
            into: \(destination)
      \(producer)\
            arrivals: \(arrivals)
            size: \(generator.pick(["300B", "lognormal(mean=2KiB cv=1)", "40KiB"]))
            key: \(generator.pick(["uniform", "constant", "zipf(s=1 keys=20)"]))
            fields: {state: {choice: {good: 98%, poison: 2%}}, grade: uniform(min=0 max=10)}

      """
  }

  mutating func timeline() -> String {
    guard features.hasTimeline else { return "" }
    changes.append("{at: 1m, for: 1m, set: {Simulation.services.Partner.errorRate: 100%}}")
    if let name = names.last, generator.chance(0.5), reserved < 100 {
      let places = generator.pick([0, 1])
      changes.append(
        "{at: 30s, for: 2m, set: {Resources.\(name).Properties.ReservedConcurrentExecutions: \(places)}}")
    }
    return "  timeline: [\(changes.joined(separator: ", "))]\n"
  }
}

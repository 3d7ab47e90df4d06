import KnownAnswers
import Records
import Statistics

/// Stations with places as a partner whose callers wait in line: workload → function → partner.
enum QueueSimulations {
  /// Jobs of a replication, about; the first tenth is left out, as the station starts empty.
  private static let jobs = 20_000.0

  static func simulation(of answer: KnownAnswer) throws -> AnswerSimulation {
    let places = answer.has("servers") ? try answer.integer("servers") : 1
    let arrivals = try arrivals(answer)
    // Bursts make lines longer than functions may wait: they are simulated ten times as fast.
    let unit = arrivals.unit
    let duration = (jobs / arrivals.rate * unit).rounded(.up)
    let scenario = AnswerScenario(
      steps: "{call: {service: Pool}}",
      services: [
        AnswerScenario.partner(
          "Pool", latency: try service(answer, unit: unit), places: places,
          waits: answer.category == "erlangb" ? nil : "890s")
      ],
      arrivals: arrivals.text, duration: duration, warmUp: (duration / 10).rounded())
    let setup = AnswerSimulation.Setup(scenario: scenario.text, arrivals: arrivals.given)
    let measure = try measure(answer, places: places)
    return AnswerSimulation(setup) { run in
      [measure(JobLog(run, from: scenario.warmUp, until: duration, unit: unit))]
    }
  }

  private struct Arrivals {
    /// Of the scenario.
    var text: String
    /// In place of them.
    var given: GivenArrivals?
    /// Jobs in a unit of time of the answer.
    var rate: Double
    /// Seconds of the simulation in such a unit.
    var unit = 1.0

    static func poisson(rate: Double) -> Arrivals {
      Arrivals(text: "{process: poisson, rate: \(rate)/s}", rate: rate)
    }
    static func renewal(_ arrivals: RenewalArrivals) -> Arrivals {
      var result = poisson(rate: Double(arrivals.group) / arrivals.meanGap)
      result.given = .renewal(arrivals)
      return result
    }
  }

  private static func arrivals(_ answer: KnownAnswer) throws -> Arrivals {
    switch answer.category {
    case "gim1", "gg1", "bulk": return .renewal(try RenewalArrivals(answer))
    case "erlangb": return .poisson(rate: try answer.number("offered_load"))
    case "map":
      let fields = try answer.fields("arrivals")
      guard fields["process"]?.text == "MMPP2" else { return .renewal(try RenewalArrivals(answer)) }
      func number(_ name: String) throws -> Double {
        guard let number = fields[name]?.number else { throw answer.unanswered() }
        return number
      }
      let unit = 0.1
      var (states, jobs, length) = ([String](), 0.0, 0.0)
      for state in ["state0", "state1"] {
        let rate = try number("rate_\(state)")
        let stay = 1 / (try number("leave_\(state)"))
        states.append("{rate: \(rate / unit)/s, stay: \(stay * unit)s}")
        jobs += rate * stay
        length += stay
      }
      return Arrivals(
        text: "{process: mmpp, states: [\(states.joined(separator: ", "))]}", rate: jobs / length, unit: unit
      )
    default: return .poisson(rate: try answer.number("lambda"))
    }
  }

  private static func service(_ answer: KnownAnswer, unit: Double) throws -> String {
    switch answer.category {
    case "erlangb": law(mean: 1)
    case "mg1", "mdc", "gg1": try law(answer, "service")
    default: law(mean: unit / (try answer.number("mu")))
    }
  }

  /// How the quantity of an answer is read off the jobs of a run.
  static func measure(_ answer: KnownAnswer, places: Int) throws -> @Sendable (JobLog) -> Double {
    let quantile = try? answer.number("quantile")
    let limit = try? answer.number(answer.has("threshold") ? "threshold" : "t")
    switch answer.quantity {
    case "mean number in system": return { $0.meanNumber }
    case "mean waiting time in queue", "mean wait in queue of accepted jobs":
      return { JobLog.mean($0.waits(places: places)) }
    case "mean sojourn time", "mean time from order to finished call", "mean end-to-end time",
      "mean sojourn time (both parts done)", "mean time to the last completion":
      return { JobLog.mean($0.sojourns) }
    case "probability of waiting (Erlang C)", "probability of waiting", "probability that an arrival waits",
      "root sigma = P(arrival finds server busy)":
      return { JobLog.share($0.waits(places: places)) { $0 > 0 } }
    case "sojourn-time quantile", "p99 time from order to finished call", "end-to-end quantile":
      let quantile = try answer.require(quantile)
      return { JobLog.quantile($0.sojourns, quantile) }
    case "waiting-time quantile":
      let quantile = try answer.require(quantile)
      return { JobLog.quantile($0.waits(places: places), quantile) }
    case "P(Wq <= t)", "P(Wq <= threshold), service level":
      let limit = try answer.require(limit)
      return { JobLog.share($0.waits(places: places)) { $0 <= limit } }
    case "variance of waiting time in queue": return { JobLog.variance($0.waits(places: places)) }
    case "blocking probability", "fraction lost", "rejected fraction": return { $0.refusedShare }
    case "probability of empty system": return { $0.emptyShare }
    case "throughput of accepted jobs": return { $0.throughput }
    default: throw answer.unanswered()
    }
  }

  // MARK: Laws as scenarios write them

  static func law(mean: Double) -> String { "exp(mean=\(mean)s)" }

  static func law(_ answer: KnownAnswer, _ name: String) throws -> String {
    let fields = try answer.fields(name)
    func number(_ name: String) throws -> Double {
      guard let number = fields[name]?.number else { throw answer.unanswered() }
      return number
    }
    switch fields["distribution"]?.text {
    case "deterministic": return "\(try number("value"))s"
    case "exponential": return law(mean: try number("mean"))
    case "erlang": return "erlang(k=\(Int(try number("stages"))) mean=\(try number("mean"))s)"
    case "lognormal":
      return "lognormal(mean=\(try number("mean"))s cv=\(try number("scv").squareRoot()))"
    case "uniform": return "uniform(min=\(try number("min"))s max=\(try number("max"))s)"
    default: throw answer.unanswered()
    }
  }
}

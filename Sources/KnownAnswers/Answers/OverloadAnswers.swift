import Statistics

/// Overload, transients, known traces, planning formulas.
enum OverloadAnswers {
  static func value(_ answer: KnownAnswer) throws -> AnswerValue {
    switch answer.category {
    case "fluid": .number(try fluid(answer))
    case "transient": .number(try transient(answer))
    case "deterministic": .numbers(try deterministic(answer))
    default: .number(try planning(answer))
    }
  }

  private static func fluid(_ answer: KnownAnswer) throws -> Double {
    switch answer.model {
    case "D/D/5 deterministic simulation":
      let run = try orders(answer)
      switch answer.quantity {
      case "completion time of the last order": return run.completions.max()!
      case "largest wait": return run.waits.max()!
      case "mean wait": return run.waits.reduce(0, +) / Double(run.waits.count)
      case "orders completed at or before t = 3600 s":
        return Double(run.completions.count { $0 <= 3_600 })
      default: throw answer.unanswered()
      }
    case "token bucket":
      let bucket = try TokenBucketFluid(
        refill: try answer.number("refill"), burst: try answer.number("burst"),
        demand: try answer.number("demand"))
      return bucket.admitted(within: try answer.number("horizon"))
    case "fluid backlog, on/off arrivals":
      let capacity = try answer.number("capacity")
      let backlog = try FluidBacklog(
        phases: [
          .init(
            duration: try answer.number("on"), arrivalRate: try answer.number("rate_on"), capacity: capacity)
        ], afterwards: (arrivalRate: try answer.number("rate_off"), capacity: capacity))
      switch answer.quantity {
      case "peak backlog": return backlog.peakBacklog
      case "time to drain after the burst": return backlog.drainTime
      case "longest FCFS wait": return backlog.longestWait
      default: throw answer.unanswered()
      }
    default: throw answer.unanswered()
    }
  }

  private static func orders(_ answer: KnownAnswer) throws -> TraceQueue {
    let count = try answer.integer("arrivals")
    let first = try answer.number("first_arrival")
    let gap = try answer.number("interarrival")
    let service = try answer.number("service")
    return try TraceQueue(
      arrivals: (0..<count).map { first + Double($0) * gap },
      services: Array(repeating: service, count: count),
      servers: answer.has("workers") ? try answer.integer("workers") : 1)
  }

  private static func transient(_ answer: KnownAnswer) throws -> Double {
    let t = try answer.number("t")
    if answer.model == "M/G/infinity from empty" {
      return try InfiniteServerQueue(
        arrivalRate: try answer.number("lambda"), service: try answer.law("service")
      ).meanConcurrency(at: t)
    }
    let queue = try MM1Transient(
      arrivalRate: try answer.number("lambda"), serviceRate: try answer.number("mu"))
    switch answer.quantity {
    case "P(N(t) = 0)": return queue.emptyProbability(at: t)
    case "E[N(t)]": return try queue.meanNumber(at: t)
    default: throw answer.unanswered()
    }
  }

  private static func deterministic(_ answer: KnownAnswer) throws -> [Double] {
    switch answer.id {
    case "trace-gg1-done", "trace-gg3-waits":
      let run = try TraceQueue(
        arrivals: try answer.numbers("arrivals"), services: try answer.numbers("services"),
        servers: try answer.integer("servers"))
      return answer.id == "trace-gg1-done" ? run.completions : run.waits
    case "trace-simmer-loss":
      let run = try TraceQueue(
        arrivals: (1...100).map(Double.init),
        services: Array(repeating: try answer.number("service"), count: 100),
        servers: try answer.integer("servers"), waitingMax: try answer.integer("queue"))
      return [Double(run.servedCount), Double(run.rejectedCount), run.busyTime, run.completions.max()!]
    case "dbatch-5000-40-1":
      let count = try answer.integer("batch") * answer.integer("batches")
      let run = try TraceQueue(
        arrivals: Array(repeating: try answer.number("first_batch"), count: count),
        services: Array(repeating: try answer.number("service"), count: count),
        servers: try answer.integer("servers"))
      return [
        run.waits.reduce(0, +) / Double(count), run.waits.max()!, run.completions.max()!,
      ]
    case "dd1-overload":
      let run = try orders(answer)
      return [run.waits.reduce(0, +) / Double(run.waits.count), run.waits.max()!]
    case "trace-ciw-renege":
      let horizon = try answer.number("horizon")
      let arrivals = stride(from: 7.0, through: horizon, by: 7).map { $0 }
      let run = try TraceQueue(
        arrivals: arrivals, services: arrivals.map { _ in 11 }, servers: try answer.integer("servers"),
        patience: try answer.number("patience"))
      var gone: [(Double, Double)] = []
      for (arrival, outcome) in zip(arrivals, run.outcomes) {
        if case .abandoned(let at) = outcome, at <= horizon { gone.append((arrival, at)) }
      }
      return gone.map(\.0) + gone.map(\.1)
    case "trace-ciw-slots-repeat":
      let times = try listed(answer, "slot_times")
      let sizes = try listed(answer, "slot_sizes")
      var slots: [(time: Double, size: Int)] = []
      for (index, time) in times.enumerated() { slots.append((time, Int(sizes[index % 2]))) }
      let starts = try SlottedService.starts(arrivals: try answer.numbers("arrivals"), slots: slots)
      return starts.map { $0 ?? .nan }
    default: throw answer.unanswered()
    }
  }

  /// The numbers of a text such as "1.5, 4.4, ...".
  private static func listed(_ answer: KnownAnswer, _ name: String) throws -> [Double] {
    try answer.text(name).split(separator: ",").compactMap { part in
      Double(String(part.drop { $0 == " " }))
    }
  }

  private static func planning(_ answer: KnownAnswer) throws -> Double {
    switch answer.quantity {
    case "largest lambda with quantile <= limit":
      return try Staffing.arrivalRateMax(
        servers: try answer.integer("servers"), serviceRate: try answer.number("mu"),
        sojournMax: try answer.number("slo_limit"), quantile: try answer.number("slo_quantile"))
    case "smallest number of workers":
      return Double(
        try Staffing.servers(
          arrivalRate: try answer.number("lambda"), serviceRate: try answer.number("mu"),
          waitMax: try answer.number("slo_wait"),
          fractionOverMax: try answer.number("max_fraction_over")))
    case "limiting P(wait)": return try MMcQueue.halfinWhittWaitProbability(beta: try answer.number("beta"))
    case "mean concurrency":
      // A rate a minute and a time in seconds.
      return ConsistencyChecks.meanNumber(
        rate: try answer.number("lambda") / 60, meanTime: try answer.number("mean_time"))
    case "N* = (sum D + Z) / max D":
      return try ClosedBounds(
        demands: try answer.numbers("demands"), thinkTime: try answer.number("think_time")
      ).saturationPopulation
    default: throw answer.unanswered()
    }
  }
}

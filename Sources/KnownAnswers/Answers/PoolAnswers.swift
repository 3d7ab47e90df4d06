import Statistics

/// Pools of servers: the Erlang family.
enum PoolAnswers {
  static func value(_ answer: KnownAnswer) throws -> AnswerValue {
    switch answer.category {
    case "mm1", "mmc": .number(try multiServer(answer))
    case "mmck": .number(try finiteRoom(answer))
    case "erlangb": .number(try loss(answer))
    case "erlanga": .number(try impatient(answer))
    default: .number(try finiteSource(answer))
    }
  }

  private static func loss(_ answer: KnownAnswer) throws -> Double {
    guard answer.has("max_blocking") else {
      return try ErlangB.blocking(
        offeredLoad: try answer.number("offered_load"), servers: try answer.integer("servers"))
    }
    return Double(
      try ErlangB.servers(
        offeredLoad: try answer.number("offered_load"), blockingMax: try answer.number("max_blocking")))
  }

  private static func multiServer(_ answer: KnownAnswer) throws -> Double {
    let queue = try MMcQueue(
      arrivalRate: try answer.number("lambda"), serviceRate: try answer.number("mu"),
      servers: answer.has("servers") ? try answer.integer("servers") : 1)
    switch answer.quantity {
    case "mean number in system": return queue.meanNumber
    case "mean waiting time in queue": return queue.meanWait
    case "mean sojourn time": return queue.meanSojourn
    case "probability of waiting (Erlang C)": return queue.waitProbability
    case "sojourn-time quantile": return try queue.sojournQuantile(try answer.number("quantile"))
    case "waiting-time quantile": return try queue.waitQuantile(try answer.number("quantile"))
    case "P(Wq <= threshold), service level":
      return 1 - queue.waitTail(beyond: try answer.number("threshold"))
    default: throw answer.unanswered()
    }
  }

  private static func finiteRoom(_ answer: KnownAnswer) throws -> Double {
    let queue = try MMcKQueue(
      arrivalRate: try answer.number("lambda"), serviceRate: try answer.number("mu"),
      servers: try answer.integer("servers"), capacity: try answer.integer("capacity"))
    switch answer.quantity {
    case "blocking probability": return queue.blockingProbability
    case "probability of empty system": return queue.emptyProbability
    case "mean number in system": return queue.meanNumber
    case "mean wait in queue of accepted jobs": return queue.meanWait
    case "throughput of accepted jobs": return queue.throughput
    default: throw answer.unanswered()
    }
  }

  private static func impatient(_ answer: KnownAnswer) throws -> Double {
    let queue = try ErlangAQueue(
      arrivalRate: try answer.number("lambda"), serviceRate: try answer.number("mu"),
      servers: try answer.integer("servers"), patienceRate: try answer.number("patience_rate"))
    switch answer.quantity {
    case "probability of waiting": return queue.waitProbability
    case "abandonment probability": return queue.abandonmentProbability
    case "mean wait over all jobs (Lq/lambda)": return queue.meanWait
    default: throw answer.unanswered()
    }
  }

  private static func finiteSource(_ answer: KnownAnswer) throws -> Double {
    let queue = try FiniteSourceQueue(
      sources: try answer.integer("sources"), thinkRate: try answer.number("think_rate"),
      serviceRate: try answer.number("mu"), servers: try answer.integer("servers"))
    switch answer.quantity {
    case "throughput": return queue.throughput
    case "mean number at the station": return queue.meanNumber
    case "mean response time": return queue.meanSojourn
    case "probability that nobody is at the station": return queue.emptyProbability
    default: throw answer.unanswered()
    }
  }
}

import Statistics

/// General service times: M/G/1, M/D/c.
enum SingleServerAnswers {
  static func value(_ answer: KnownAnswer) throws -> AnswerValue {
    switch answer.category {
    case "mg1": .number(try single(answer))
    default: .number(try pool(answer))
    }
  }

  private static func single(_ answer: KnownAnswer) throws -> Double {
    let queue = try MG1Queue(arrivalRate: try answer.number("lambda"), service: try answer.law("service"))
    switch answer.quantity {
    case "mean waiting time in queue": return queue.meanWait
    case "mean number in system": return queue.meanNumber
    case "variance of waiting time in queue": return queue.waitVariance
    case "waiting-time quantile": return try queue.waitQuantile(try answer.number("quantile"))
    case "P(Wq <= t)":
      guard let tail = try queue.waitTail(beyond: try answer.number("t")) else { throw answer.unanswered() }
      return 1 - tail
    default: throw answer.unanswered()
    }
  }

  private static func pool(_ answer: KnownAnswer) throws -> Double {
    guard let time = try answer.fields("service")["value"]?.number else { throw answer.unanswered() }
    let queue = try MDcQueue(
      arrivalRate: try answer.number("lambda"), serviceTime: time, servers: try answer.integer("servers"))
    switch answer.quantity {
    case "mean waiting time in queue": return queue.meanWait
    case "probability of waiting": return queue.waitProbability
    case "waiting-time quantile": return try queue.waitQuantile(try answer.number("quantile"))
    default: throw answer.unanswered()
    }
  }
}

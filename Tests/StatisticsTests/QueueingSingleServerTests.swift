import Statistics
import Testing

@Suite("General service times: M/G/1, M/D/c")
struct QueueingSingleServerTests {
  @Test("agrees with the known answers", arguments: KnownAnswers.cases(in: "mg1", "mdc"))
  func known(_ answer: KnownAnswer) throws {
    #expect(answer.disagreement(of: try answer.category == "mg1" ? single(answer) : pool(answer)) == nil)
  }

  private func single(_ answer: KnownAnswer) throws -> Double {
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

  private func pool(_ answer: KnownAnswer) throws -> Double {
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

import Kernel
import KnownAnswers
import Statistics

/// A server that goes round queues: it serves those whom it finds in one, then takes time to change to the next.
enum GatedPolling {
  private enum Happening: UInt8 { case arrival, completion, change }

  @Sendable static func replication(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    guard answer.quantity == "mean waiting time" else { throw answer.unanswered() }
    let count = try answer.integer("queues")
    let gap = try answer.exponential(rate: "lambda_each")
    let service = try answer.distribution("service")
    let change = try answer.distribution("switchover")
    let end = 50_000 * gap.mean / Double(count)
    return { draws in
      var clock = ReferenceClock<Happening>()
      var lines = [[Double]](repeating: [], count: count)
      // Where the server is, and how many of the line it still serves there.
      var (here, gated) = (0, 0)
      var (arrivals, served, changes) = (0, 0, 0)
      var waits = RunningMoments()
      func arrive(at queue: Int, _ clock: inout ReferenceClock<Happening>) {
        clock.schedule(.arrival, queue, after: draws.sample(gap, .arrival, arrivals))
        arrivals += 1
      }
      func goOn(_ clock: inout ReferenceClock<Happening>) {
        if gated > 0 {
          let arrived = lines[here].removeFirst()
          if arrived >= end / 10 { waits.add(clock.now - arrived) }
          clock.schedule(.completion, after: draws.sample(service, .service, served))
          served += 1
        } else {
          clock.schedule(.change, after: draws.sample(change, .change, changes))
          changes += 1
        }
      }
      for queue in 0..<count { arrive(at: queue, &clock) }
      goOn(&clock)
      while let (kind, number) = clock.next(before: end) {
        switch kind {
        case .arrival:
          lines[number].append(clock.now)
          arrive(at: number, &clock)
        case .completion:
          gated -= 1
          goOn(&clock)
        case .change:
          here = (here + 1) % count
          gated = lines[here].count
          goOn(&clock)
        }
      }
      return [waits.mean]
    }
  }
}

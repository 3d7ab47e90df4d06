import Kernel
import KnownAnswers
import Statistics

/// One server that is shared, taken away or given by rank: the discipline says whose work is done.
struct SharedServer {
  enum Discipline {
    case processorSharing
    case lastComeFirst
    case shortestRemaining
    /// Lower classes first, and in a class who came first; nobody is interrupted.
    case priority
  }
  struct Job {
    var number: Int
    var group: Int
    var arrived: Double
    /// Work still to do. [s]
    var remaining: Double
  }
  enum Happening: UInt8 { case arrival, completion }

  let discipline: Discipline
  /// In the order of arrival.
  private var jobs: [Job] = []
  /// The position of the job that is served; nil for nobody or for all.
  private var served: Int?
  private var changed = 0.0
  /// How often the work was divided anew: completions that were foreseen before are void.
  private(set) var version = 0

  init(_ discipline: Discipline) { self.discipline = discipline }

  /// Does the work until now.
  private mutating func advance(to now: Double) {
    defer { changed = now }
    if let served {
      jobs[served].remaining -= now - changed
    } else if !jobs.isEmpty {
      let share = (now - changed) / Double(jobs.count)
      for index in jobs.indices { jobs[index].remaining -= share }
    }
  }

  /// Divides the work anew.
  ///
  /// - Returns: The job that a server without interruptions begins now.
  private mutating func divide() -> Job? {
    version += 1
    switch discipline {
    case .processorSharing: served = nil
    case .lastComeFirst: served = jobs.indices.last
    case .shortestRemaining: served = jobs.indices.min { jobs[$0].remaining < jobs[$1].remaining }
    case .priority:
      guard served == nil else { return nil }
      served = jobs.indices.min { jobs[$0].group < jobs[$1].group }
      return served.map { jobs[$0] }
    }
    return nil
  }

  /// - Returns: The job that begins now, where jobs are not interrupted.
  mutating func add(_ job: Job) -> Job? {
    advance(to: job.arrived)
    jobs.append(job)
    return divide()
  }

  /// Takes out the job that is done now.
  mutating func complete(at now: Double) -> (done: Job, begun: Job?) {
    advance(to: now)
    let position = served ?? jobs.indices.min { jobs[$0].remaining < jobs[$1].remaining }
    guard let position else { preconditionFailure("a completion without a job") }
    let done = jobs.remove(at: position)
    served = nil
    return (done, divide())
  }

  /// Time until the next job is done if none comes. [s]
  var untilCompletion: Double? {
    if let served { return max(0, jobs[served].remaining) }
    return jobs.map(\.remaining).min().map { max(0, $0 * Double(jobs.count)) }
  }
}

// MARK: Models

extension SharedServer {
  private struct Times {
    var sojourns: RunningMoments
    var waits: [RunningMoments]
  }

  /// Poisson arrivals of several classes, about so many jobs; the first tenth is left out.
  private static func open(
    _ discipline: Discipline, rates: [Double], services: [Distribution], jobs: Double, _ draws: ReferenceDraws
  ) -> Times {
    let end = jobs / rates.reduce(0, +)
    let start = end / 10
    var server = SharedServer(discipline)
    var clock = ReferenceClock<Happening>()
    var times = Times(sojourns: RunningMoments(), waits: rates.map { _ in RunningMoments() })
    var count = 0

    func gap(_ group: Int, _ number: Int) -> Double {
      draws.sample(.exponential(mean: 1 / rates[group]), .arrival, number)
    }
    func begin(_ job: Job?, at now: Double) {
      if let job, job.arrived >= start { times.waits[job.group].add(now - job.arrived) }
    }
    for group in rates.indices {
      clock.schedule(.arrival, group, after: gap(group, count))
      count += 1
    }
    while let (kind, number) = clock.next(before: end) {
      let now = clock.now
      switch kind {
      case .arrival:
        let work = draws.sample(services[number], .service, count)
        begin(server.add(Job(number: count, group: number, arrived: now, remaining: work)), at: now)
        clock.schedule(.arrival, number, after: gap(number, count))
        count += 1
      case .completion:
        guard number == server.version else { continue }
        let (done, begun) = server.complete(at: now)
        if done.arrived >= start { times.sojourns.add(now - done.arrived) }
        begin(begun, at: now)
      }
      if let delay = server.untilCompletion { clock.schedule(.completion, server.version, after: delay) }
    }
    return times
  }

  @Sendable static func oneClass(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    let discipline: Discipline
    switch answer.model {
    case "M/M/1 processor sharing": discipline = .processorSharing
    case "M/G/1 LCFS preemptive-resume": discipline = .lastComeFirst
    case "M/M/1 SRPT": discipline = .shortestRemaining
    default: throw answer.unanswered()
    }
    guard answer.quantity == "mean sojourn time" else { throw answer.unanswered() }
    let rate = try answer.number("lambda")
    let service =
      answer.has("mu")
      ? try answer.exponential(rate: "mu") : try answer.distribution("service")
    return { draws in
      [open(discipline, rates: [rate], services: [service], jobs: 50_000, draws).sojourns.mean]
    }
  }

  @Sendable static func priorities(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    let rates = try answer.numbers("lambda")
    let services = try answer.distributions("service")
    let quantities = rates.indices.map { "mean waiting time in queue of class \($0 + 1)" }
    let group = try answer.position(among: quantities)
    return { draws in
      [open(.priority, rates: rates, services: services, jobs: 50_000, draws).waits[group].mean]
    }
  }

  /// So many customers of each class, who think, are served together with all others, and think again.
  @Sendable static func closedNetwork(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    let population = try answer.numbers("population").map { Int($0) }
    let thinking = try answer.numbers("think_time").map { Distribution.exponential(mean: $0) }
    let services = try answer.numbers("demands").map { Distribution.exponential(mean: $0) }
    let quantities = population.indices.map { "throughput of class \($0 + 1)" }
    let group = try answer.position(among: quantities)
    let groups = population.enumerated().flatMap { Array(repeating: $0, count: $1) }
    let (start, end) = (500.0, 5500.0)
    return { draws in
      var server = SharedServer(.processorSharing)
      var clock = ReferenceClock<Happening>()
      // Customers come back: each turn draws under a number of its own.
      var turns = 0
      var done = 0
      func think(_ customer: Int, _ clock: inout ReferenceClock<Happening>) {
        clock.schedule(
          .arrival, customer, after: draws.sample(thinking[groups[customer]], .pause, turns))
        turns += 1
      }
      for customer in groups.indices { think(customer, &clock) }
      while let (kind, number) = clock.next(before: end) {
        let now = clock.now
        switch kind {
        case .arrival:
          let work = draws.sample(services[groups[number]], .service, turns)
          _ = server.add(Job(number: number, group: groups[number], arrived: now, remaining: work))
          turns += 1
        case .completion:
          guard number == server.version else { continue }
          let job = server.complete(at: now).done
          if job.group == group, now >= start { done += 1 }
          think(job.number, &clock)
        }
        if let delay = server.untilCompletion { clock.schedule(.completion, server.version, after: delay) }
      }
      return [Double(done) / (end - start)]
    }
  }
}

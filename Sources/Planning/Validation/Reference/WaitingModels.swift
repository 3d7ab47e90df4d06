import Kernel
import KnownAnswers
import Statistics

/// Places and a line that callers leave when their patience ends (M/M/c+M).
enum ImpatientPool {
  private enum Happening: UInt8 { case arrival, completion, abandonment }

  @Sendable static func replication(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    let gap = try answer.exponential(rate: "lambda")
    let service = try answer.exponential(rate: "mu")
    let patience = try answer.exponential(rate: "patience_rate")
    let places = try answer.integer("servers")
    let quantities = [
      "probability of waiting", "abandonment probability", "mean wait over all jobs (Lq/lambda)",
    ]
    let quantity = try answer.position(among: quantities)
    let end = 50_000 * gap.mean
    return { draws in
      var clock = ReferenceClock<Happening>()
      var line: [(number: Int, arrived: Double)] = []
      var (busy, count) = (0, 0)
      var (waiting, leaving, waits) = (RunningMoments(), RunningMoments(), RunningMoments())
      func record(arrived: Double, now: Double, leaves: Bool) {
        guard arrived >= end / 10 else { return }
        leaving.add(leaves ? 1 : 0)
        waits.add(now - arrived)
      }
      func begin(_ number: Int, _ clock: inout ReferenceClock<Happening>) {
        busy += 1
        clock.schedule(.completion, after: draws.sample(service, .service, number))
      }
      clock.schedule(.arrival, after: draws.sample(gap, .arrival, count))
      while let (kind, number) = clock.next(before: end) {
        let now = clock.now
        switch kind {
        case .arrival:
          count += 1
          if now >= end / 10 { waiting.add(busy == places ? 1 : 0) }
          if busy < places {
            record(arrived: now, now: now, leaves: false)
            begin(count, &clock)
          } else {
            line.append((count, now))
            clock.schedule(.abandonment, count, after: draws.sample(patience, .pause, count))
          }
          clock.schedule(.arrival, after: draws.sample(gap, .arrival, count))
        case .completion:
          busy -= 1
          guard !line.isEmpty else { continue }
          let first = line.removeFirst()
          record(arrived: first.arrived, now: now, leaves: false)
          begin(first.number, &clock)
        case .abandonment:
          guard let position = line.firstIndex(where: { $0.number == number }) else { continue }
          record(arrived: line.remove(at: position).arrived, now: now, leaves: true)
        }
      }
      return [[waiting.mean, leaving.mean, waits.mean][quantity]]
    }
  }
}

/// One place; whom it refuses comes again after an exponential pause.
enum RetryOrbit {
  private enum Happening: UInt8 { case arrival, retry, completion }

  @Sendable static func replication(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    let gap = try answer.exponential(rate: "lambda")
    let service = try answer.exponential(rate: "mu")
    let pause = try answer.exponential(rate: "retry_rate")
    let quantities = ["mean number waiting to retry", "mean time before service starts"]
    let quantity = try answer.position(among: quantities)
    guard try answer.integer("servers") == 1 else { throw answer.unanswered() }
    let end = 100_000 * gap.mean
    return { draws in
      var clock = ReferenceClock<Happening>()
      // The first arrival of those who pause, and how often they were refused.
      var orbit: [Int: (arrived: Double, attempts: Int)] = [:]
      var (isBusy, count) = (false, 0)
      var level = TimeWeightedMean(startingAt: end / 10, value: 0)
      var waits = RunningMoments()
      clock.schedule(.arrival, after: draws.sample(gap, .arrival, count))
      while let (kind, number) = clock.next(before: end) {
        let now = clock.now
        var caller = number
        switch kind {
        case .completion:
          isBusy = false
          continue
        case .arrival:
          count += 1
          caller = count
          clock.schedule(.arrival, after: draws.sample(gap, .arrival, count))
        case .retry: break
        }
        let known = orbit[caller] ?? (arrived: now, attempts: 0)
        if isBusy {
          orbit[caller] = (known.arrived, known.attempts + 1)
          clock.schedule(
            .retry, caller, after: draws.sample(pause, .pause, caller, attempt: known.attempts))
        } else {
          orbit[caller] = nil
          isBusy = true
          if known.arrived >= end / 10 { waits.add(now - known.arrived) }
          clock.schedule(.completion, after: draws.sample(service, .service, caller))
        }
        level.change(to: Double(orbit.count), at: max(now, end / 10))
      }
      return [[level.mean(until: end) ?? .nan, waits.mean][quantity]]
    }
  }
}

/// Callers who think, call, wait in line for one of the places, and think again.
enum FiniteSource {
  private enum Happening: UInt8 { case call, completion }

  @Sendable static func replication(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    guard answer.quantity == "probability that nobody is at the station" else { throw answer.unanswered() }
    let sources = try answer.integer("sources")
    let places = try answer.integer("servers")
    let thinking = try answer.exponential(rate: "think_rate")
    let service = try answer.exponential(rate: "mu")
    let end = 50_000.0
    return { draws in
      var clock = ReferenceClock<Happening>()
      var (present, turns) = (0, 0)
      var idle = TimeWeightedMean(startingAt: end / 10, value: 0)
      func draw(_ law: Distribution, _ use: ReferenceDraws.Use) -> Double {
        turns += 1
        return draws.sample(law, use, turns)
      }
      for _ in 0..<sources { clock.schedule(.call, after: draw(thinking, .pause)) }
      while let (kind, _) = clock.next(before: end) {
        switch kind {
        case .call:
          present += 1
          if present <= places { clock.schedule(.completion, after: draw(service, .service)) }
        case .completion:
          present -= 1
          if present >= places { clock.schedule(.completion, after: draw(service, .service)) }
          clock.schedule(.call, after: draw(thinking, .pause))
        }
        idle.change(to: present == 0 ? 1 : 0, at: max(clock.now, end / 10))
      }
      return [idle.mean(until: end) ?? .nan]
    }
  }
}

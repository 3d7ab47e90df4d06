import Kernel
import KnownAnswers
import Statistics

/// One worker with a line; after a pause that is too long its next start is cold.
enum IdleWorker {
  @Sendable static func replication(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    guard try answer.integer("concurrency") == 1 else { throw answer.unanswered() }
    let gap = try answer.exponential(rate: "lambda")
    let service = try answer.distribution("service")
    let extra = try answer.distribution("cold_extra")
    let keepAlive = try answer.number("keep_alive")
    let quantities = [
      "fraction of requests that see a cold start", "mean waiting time in queue", "mean sojourn time",
    ]
    let quantity = try answer.position(among: quantities)
    let count = 100_000
    return { draws in
      var (now, free) = (0.0, 0.0)
      var (cold, waits, sojourns) = (RunningMoments(), RunningMoments(), RunningMoments())
      for request in 0..<count {
        now += draws.sample(gap, .arrival, request)
        let begin = max(now, free)
        let isCold = now - free > keepAlive
        free = begin + draws.sample(service, .service, request)
        if isCold { free += draws.sample(extra, .change, request) }
        guard request >= count / 10 else { continue }
        cold.add(isCold ? 1 : 0)
        waits.add(begin - now)
        sojourns.add(free - now)
      }
      return [[cold.mean, waits.mean, sojourns.mean][quantity]]
    }
  }
}

/// Environments without a limit: a request takes an idle one or starts another, which then lives until it has been idle
/// for too long.
struct EnvironmentPool {
  private enum Happening: UInt8 { case arrival, completion, expiry }

  let gap: Distribution
  let warm: Distribution
  let cold: Distribution
  /// How long an environment may be idle.
  let life: Distribution

  private struct Measures {
    var coldShare: Double
    var idle: Double
    var live: Double
  }

  @Sendable static func fixedLives(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    guard answer.quantity == "mean number of live instances" else { throw answer.unanswered() }
    let service = Distribution.exponential(mean: try answer.number("mean_service"))
    let pool = EnvironmentPool(
      gap: try answer.exponential(rate: "lambda"), warm: service, cold: service,
      life: .constant(try answer.number("keep_alive")))
    return { draws in [pool.measures(draws).live] }
  }

  @Sendable static func exponentialLives(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    let pool = EnvironmentPool(
      gap: try answer.exponential(rate: "lambda"),
      warm: .exponential(mean: try answer.number("mean_service_warm")),
      cold: .exponential(mean: try answer.number("mean_service_cold")),
      life: .exponential(mean: try answer.number("mean_keep_alive")))
    switch answer.quantity {
    case "cold fraction": return { draws in [pool.measures(draws).coldShare] }
    case "mean number of idle instances": return { draws in [pool.measures(draws).idle] }
    default: throw answer.unanswered()
    }
  }

  /// The environment released last is used first.
  private func measures(_ draws: ReferenceDraws) -> Measures {
    let end = 100_000 * gap.mean
    var clock = ReferenceClock<Happening>()
    // Numbers of the releases of idle environments, in order.
    var idle: [Int] = []
    var (busy, requests, releases) = (0, 0, 0)
    var idleLevel = TimeWeightedMean(startingAt: end / 10, value: 0)
    var liveLevel = idleLevel
    var coldShare = RunningMoments()
    clock.schedule(.arrival, after: draws.sample(gap, .arrival, requests))
    while let (kind, number) = clock.next(before: end) {
      switch kind {
      case .arrival:
        requests += 1
        clock.schedule(.arrival, after: draws.sample(gap, .arrival, requests))
        let isCold = idle.popLast() == nil
        if clock.now >= end / 10 { coldShare.add(isCold ? 1 : 0) }
        busy += 1
        clock.schedule(.completion, after: draws.sample(isCold ? cold : warm, .service, requests))
      case .completion:
        busy -= 1
        releases += 1
        idle.append(releases)
        clock.schedule(.expiry, releases, after: draws.sample(life, .pause, releases))
      case .expiry: if let position = idle.firstIndex(of: number) { idle.remove(at: position) }
      }
      let now = max(clock.now, end / 10)
      idleLevel.change(to: Double(idle.count), at: now)
      liveLevel.change(to: Double(idle.count + busy), at: now)
    }
    return Measures(
      coldShare: coldShare.mean, idle: idleLevel.mean(until: end) ?? .nan,
      live: liveLevel.mean(until: end) ?? .nan)
  }
}

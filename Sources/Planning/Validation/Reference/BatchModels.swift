import Kernel
import KnownAnswers
import Statistics

/// A server that takes all who wait, up to a largest batch, and lets no one join once it has begun.
struct BatchServer {
  private enum Happening: UInt8 { case arrival, completion }

  let gap: Distribution
  let largest: Int
  /// Of a batch of so many.
  let service: @Sendable (Int) -> Distribution

  init(_ answer: KnownAnswer) throws {
    gap = try answer.exponential(rate: "lambda")
    largest = try answer.integer("batch_max")
    guard answer.has("batch_service_rate") else {
      let times = try answer.fields("service")
      let overhead = try answer.require(times["overhead"]?.number)
      let each = try answer.require(times["per_record"]?.number)
      service = { .constant(overhead + each * Double($0)) }
      return
    }
    guard try answer.integer("batch_min") == 1 else { throw answer.unanswered() }
    let mean = 1 / (try answer.number("batch_service_rate"))
    service = { _ in .exponential(mean: mean) }
  }

  @Sendable static func replication(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    let server = try BatchServer(answer)
    let quantities = [
      "mean wait of a record before its batch starts", "mean batch size",
      "probability that the server is idle",
    ]
    let quantity = try answer.position(among: quantities)
    return { draws in [server.measures(draws)[quantity]] }
  }

  /// The batch that follows one during which so many came; after an empty line it is the next who comes.
  func batch(of arrivals: Int) -> Int { min(largest, max(1, arrivals)) }

  /// Mean wait, mean batch, idle share.
  private func measures(_ draws: ReferenceDraws) -> [Double] {
    let end = 200_000 * gap.mean
    var clock = ReferenceClock<Happening>()
    var line: [Double] = []
    var (isBusy, count, batches) = (false, 0, 0)
    var idle = TimeWeightedMean(startingAt: end / 10, value: 1)
    var (waits, sizes) = (RunningMoments(), RunningMoments())
    clock.schedule(.arrival, after: draws.sample(gap, .arrival, count))
    while let (kind, _) = clock.next(before: end) {
      let now = clock.now
      switch kind {
      case .arrival:
        count += 1
        line.append(now)
        clock.schedule(.arrival, after: draws.sample(gap, .arrival, count))
      case .completion: isBusy = false
      }
      if !isBusy, !line.isEmpty {
        let size = min(largest, line.count)
        if now >= end / 10 {
          for arrived in line.prefix(size) { waits.add(now - arrived) }
          sizes.add(Double(size))
        }
        line.removeFirst(size)
        isBusy = true
        batches += 1
        clock.schedule(.completion, after: draws.sample(service(size), .service, batches))
      }
      idle.change(to: isBusy ? 0 : 1, at: max(now, end / 10))
    }
    return [waits.mean, sizes.mean, idle.mean(until: end) ?? .nan]
  }
}

/// How long a batch server is idle where that hardly ever happens.
///
/// The server is idle after a batch of n during which nobody came: probability e^(−μ(n)) for the μ(n) arrivals that are
/// expected. Batches so small come about by chance alone once in 10¹¹. So the last few batches before are drawn with
/// fewer arrivals, μ·e^(−a) instead of μ, where a grows from batch to batch as the fastest way to an empty line does
/// (a ← slope·(1 − e^(−a)), backwards from infinity), and each path counts with its likelihood ratio. That is the
/// exponential change of measure of rare-event simulation: almost no variance is left.
enum RareIdleness {
  private static let steps = 30
  private static let paths = 4000
  /// Batches of the walk from path to path: the mean batch would be known less well than the rare event.
  private static let spacing = 50

  @Sendable static func replication(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    guard answer.quantity == "fraction of time idle" else { throw answer.unanswered() }
    let server = try BatchServer(answer)
    // Arrivals expected during a batch of n.
    let expected = { @Sendable (size: Int) in server.service(size).mean / server.gap.mean }
    let slope = expected(2) - expected(1)
    // The last step has nobody come, which needs no draw.
    var tilts = [slope]
    while tilts.count < steps { tilts.append(slope * (1 - PortableMath.exp(-tilts[tilts.count - 1]))) }
    let descent = Array(tilts.reversed())
    return { draws in
      var sizes = RunningMoments()
      var idle = RunningMoments()
      var size = 1
      // An undisturbed walk of batches, from which a path branches off now and then; its first tenth is left out.
      for batch in 0..<paths * spacing {
        size = server.batch(of: poisson(mean: expected(size), draws.uniform(.arrival, batch)))
        guard batch >= paths * spacing / 10 else { continue }
        sizes.add(Double(size))
        guard batch % spacing == 0 else { continue }
        var (branch, weight) = (size, 1.0)
        for (step, tilt) in descent.enumerated() {
          let (mean, share) = (expected(branch), PortableMath.exp(-tilt))
          let arrivals = poisson(mean: mean * share, draws.uniform(.change, batch, attempt: step))
          weight *= PortableMath.exp(mean * (share - 1) + tilt * Double(arrivals))
          branch = server.batch(of: arrivals)
        }
        idle.add(weight * PortableMath.exp(-expected(branch)))
      }
      // After a batch that leaves nobody the server waits for a mean gap; a cycle is a mean batch of gaps.
      return [idle.mean / sizes.mean]
    }
  }

  /// The Poisson count at a probability, by adding up.
  static func poisson(mean: Double, _ uniform: Double) -> Int {
    var count = 0
    var term = PortableMath.exp(-mean)
    var sum = term
    while uniform >= sum, term > 0 {
      count += 1
      term *= mean / Double(count)
      sum += term
    }
    return count
  }
}

/// Batches that open with their first message and close when they are full or the window is over.
enum BatchWindow {
  private enum Happening: UInt8 { case arrival, expiry }

  @Sendable static func replication(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    let gap = try answer.exponential(rate: "lambda")
    let largest = try answer.integer("batch_max")
    let window = try answer.number("window")
    let quantities = [
      "mean batch size", "mean time a message waits for its batch to close", "invocations per second",
    ]
    let quantity = try answer.position(among: quantities)
    let end = 100_000 * gap.mean
    return { draws in
      var clock = ReferenceClock<Happening>()
      var batch: [Double] = []
      var (count, batches) = (0, 0)
      var (waits, sizes) = (RunningMoments(), RunningMoments())
      func close(at now: Double) {
        for arrived in batch { waits.add(now - arrived) }
        sizes.add(Double(batch.count))
        batch.removeAll(keepingCapacity: true)
        batches += 1
      }
      clock.schedule(.arrival, after: draws.sample(gap, .arrival, count))
      while let (kind, number) = clock.next(before: end) {
        switch kind {
        case .arrival:
          count += 1
          clock.schedule(.arrival, after: draws.sample(gap, .arrival, count))
          if batch.isEmpty { clock.schedule(.expiry, batches, after: window) }
          batch.append(clock.now)
          if batch.count == largest { close(at: clock.now) }
        case .expiry: if number == batches { close(at: clock.now) }
        }
      }
      return [[sizes.mean, waits.mean, Double(batches) / end][quantity]]
    }
  }
}

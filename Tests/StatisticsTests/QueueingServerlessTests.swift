import KnownAnswers
import Statistics
import Testing

@Suite("Serverless building blocks: batches, cold starts, retries, shards")
struct QueueingServerlessTests {
  /// The file says 1.5595e-12, which lost its digits to subtraction: the same chain in 50-digit arithmetic
  /// gives 1.56454565025588e-12, and only that fits the mean batch, 40 + 200 × idle time a batch.
  @Test("rare idling keeps all its digits: the known answer bulk-det-40-100-idle is off by 0.3 %")
  func rareIdling() throws {
    let queue = try BatchTimeQueue(arrivalRate: 40, batchMax: 100, overhead: 0.2, perRecord: 0.02)
    #expect(abs(queue.idleProbability / 1.56454565025588e-12 - 1) < 1e-9)
    #expect(abs((queue.meanBatch - 40) / (200 * queue.idleProbability) - 1) < 1e-3)
    let stated = try #require(KnownAnswers.named("bulk-det-40-100-idle").expected.number)
    #expect(abs(stated / queue.idleProbability - 1) < 0.004)
  }

  @Test("a batch of one without a per-record time is M/D/1")
  func batchOfOne() throws {
    let queue = try BatchTimeQueue(arrivalRate: 0.7, batchMax: 1, overhead: 1, perRecord: 0)
    let single = try MG1Queue(arrivalRate: 0.7, service: .deterministic(1))
    #expect(abs(queue.meanWait / single.meanWait - 1) < 1e-12)
    #expect(abs(queue.idleProbability - 0.3) < 1e-12)
    let poller = try BulkServiceQueue(arrivalRate: 0.7, batchRate: 1, batchMax: 1)
    #expect(abs(poller.meanWait / (0.7 / 0.3) - 1) < 1e-12)
  }

  @Test("a window that never fills holds the messages of its length, a full one the maximum")
  func windows() throws {
    let short = try BatchingWindow(arrivalRate: 2, window: 3, batchMax: 10_000)
    #expect(abs(short.meanBatch - 7) < 1e-12)
    // The first waits 3, the other six 1.5 on average.
    #expect(abs(short.meanWait - 12.0 / 7) < 1e-12)
    let long = try BatchingWindow(arrivalRate: 2, window: 1_000, batchMax: 10)
    #expect(abs(long.meanBatch - 10) < 1e-12)
    #expect(abs(long.meanWait - 2.25) < 1e-12)
    #expect(try BatchingWindow(arrivalRate: 2, window: 0, batchMax: 10).meanBatch == 1)
  }

  @Test("the retry chain of several servers agrees with plain iteration, and with M/M/c for eager callers")
  func retries() throws {
    // Two servers, hand-checked bound: with retries waits exceed those of a queue.
    let queue = try MMcQueue(arrivalRate: 1.2, serviceRate: 1, servers: 2)
    var previous = Double.infinity
    for rate in [0.1, 1, 10, 1_000] {
      let orbit = try RetrialQueue(arrivalRate: 1.2, serviceRate: 1, servers: 2, retryRate: rate)
      #expect(orbit.meanWait < previous && orbit.meanWait > queue.meanWait)
      previous = orbit.meanWait
    }
    let eager = try RetrialQueue(arrivalRate: 1.2, serviceRate: 1, servers: 2, retryRate: 1e6)
    #expect(abs(eager.meanWait / queue.meanWait - 1) < 1e-4)
    #expect(abs(eager.blockingProbability / queue.waitProbability - 1) < 1e-4)
    // Flow balance of the orbit for two servers: arrivals that find both busy leave it by retries.
    let orbit = try RetrialQueue(arrivalRate: 1.2, serviceRate: 1, servers: 2, retryRate: 0.5)
    #expect(abs(orbit.blockingProbability - RetryReference.blocking) < 1e-9)
    #expect(abs(orbit.meanOrbit - RetryReference.orbit) < 1e-8)
  }

  @Test("a worker that never cools is M/G/1, one that always cools has the longer first service")
  func singleWorker() throws {
    let law = try DurationLaw.exponential(mean: 1)
    let warm = try SingleWorkerColdStarts(
      arrivalRate: 0.5, service: law, coldExtra: .exponential(mean: 3), keepAlive: 1e6)
    #expect(warm.coldFraction == 0)
    #expect(abs(warm.meanSojourn - 2) < 1e-12)
    let cold = try SingleWorkerColdStarts(
      arrivalRate: 0.5, service: law, coldExtra: .deterministic(0), keepAlive: 0)
    #expect(abs(cold.coldFraction - 0.5) < 1e-12)
    #expect(abs(cold.meanSojourn - 2) < 1e-12)
  }

  @Test("a pool without keep-alive starts every request cold; one that keeps for ever starts almost none")
  func pools() throws {
    let none = try PooledColdStarts(arrivalRate: 2, meanService: 1.5, keepAlive: 0)
    #expect(abs(none.coldFraction - 1) < 1e-12)
    #expect(abs(none.meanInstances - 3) < 1e-12)
    let always = try PooledColdStarts(arrivalRate: 2, meanService: 1.5, keepAlive: 1e9)
    #expect(always.coldFraction < 1e-7 && always.meanInstances > 12)
    // Equal service cold and warm: M/M/∞ busy, whatever idles.
    let brief = try ExponentialKeepAlivePool(
      arrivalRate: 1, meanWarmService: 0.5, meanColdService: 0.5, meanKeepAlive: 1e-6)
    #expect(abs(brief.coldFraction - 1) < 1e-5)
  }

  @Test("the hottest shard sets the capacity, and its overload is an error with its utilization")
  func hotShard() throws {
    let stream = try ShardedWorkers(arrivalRate: 1, serviceRate: 1, shares: [0.5, 0.25, 0.25])
    #expect(stream.capacity == 2)
    #expect(abs(stream.meanWait - (0.5 * 1 + 0.5 * (1.0 / 3))) < 1e-12)
    #expect(throws: QueueingError.unstable(utilization: 1.5)) {
      try ShardedWorkers(arrivalRate: 3, serviceRate: 1, shares: [0.5, 0.25, 0.25])
    }
  }

  @Test("exhaustive polling waits less than gated, and both are M/M/1 without walking")
  func polling() throws {
    func system(_ walk: Double) throws -> SymmetricPolling {
      try SymmetricPolling(
        queues: 1, arrivalRateEach: 0.5, service: .exponential(mean: 1), switchover: .deterministic(walk))
    }
    #expect(abs(try system(1e-12).gatedMeanWait - 1) < 1e-9)
    #expect(try system(1).exhaustiveMeanWait < system(1).gatedMeanWait)
  }

  @Test("failures near certainty still count every receive")
  func certainFailure() throws {
    let limit = try ReceiveLimit(failureProbability: 1, receivesMax: 5)
    #expect(limit.meanReceives == 5 && limit.deadLetterProbability == 1)
    #expect(try ReceiveLimit(failureProbability: 0, receivesMax: 5).meanReceives == 1)
    #expect(try ReceiveLimit.batchFailure(recordFailure: 1, records: 3) == 1)
    #expect(abs(try ReceiveLimit.batchFailure(recordFailure: 1e-15, records: 2) / 2e-15 - 1) < 1e-12)
  }
}

/// The retry chain of two servers by plain iteration of its balance equations, as slow as it is simple.
private enum RetryReference {
  static let law: [[Double]] = {
    let (rate, service, retry, last) = (1.2, 1.0, 0.5, 90)
    var law = Array(repeating: Array(repeating: 1.0 / 273, count: 3), count: last + 1)
    for _ in 0..<6_000 {
      var change = 0.0
      for n in 0...last {
        for busy in 0...2 {
          var inflow = 0.0
          if busy > 0 {
            inflow += rate * law[n][busy - 1]
            if n < last { inflow += retry * Double(n + 1) * law[n + 1][busy - 1] }
          }
          if busy < 2 { inflow += service * Double(busy + 1) * law[n][busy + 1] }
          if busy == 2, n > 0 { inflow += rate * law[n - 1][2] }
          var outflow = service * Double(busy)
          if busy < 2 { outflow += rate + retry * Double(n) } else if n < last { outflow += rate }
          let next = inflow / outflow
          change = max(change, (next - law[n][busy]).magnitude)
          law[n][busy] = next
        }
      }
      let sum = law.reduce(0) { $0 + $1.reduce(0, +) }
      for n in 0...last { for busy in 0...2 { law[n][busy] /= sum } }
      if change < 1e-15 { break }
    }
    return law
  }()
  static var blocking: Double { law.reduce(0) { $0 + $1[2] } }
  static var orbit: Double { law.indices.reduce(0) { $0 + Double($1) * law[$1].reduce(0, +) } }
}

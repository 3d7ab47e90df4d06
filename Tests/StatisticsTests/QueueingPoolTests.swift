import Statistics
import Testing

@Suite("Pools of servers: Erlang family")
struct QueueingPoolTests {
  @Test("state probabilities of M/M/c sum to 1 and have the mean of the formula, for small and huge pools")
  func statesOfMMc() throws {
    for (rate, servers) in [(0.5, 1), (4.5, 5), (95.0, 100), (2_900.0, 3_000), (1.0, 2_000)] {
      let queue = try MMcQueue(arrivalRate: rate, serviceRate: 1, servers: servers)
      let states = (0...(servers + 4_000)).map { queue.probability(ofNumber: $0) }
      let mean = states.indices.reduce(0.0) { $0 + Double($1) * states[$1] }
      #expect(abs(states.reduce(0, +) - 1) < 1e-9)
      #expect(abs(mean / queue.meanNumber - 1) < 1e-9)
    }
  }

  @Test("the sojourn tail is continuous where the two rates of M/M/c coincide, and its integral is the mean")
  func coincidingRates() throws {
    // Slack equals the service rate at 4 of 5 servers busy.
    let rates = [3.999_999_999, 4, 4.000_000_001]
    let tails = try rates.map {
      try MMcQueue(arrivalRate: $0, serviceRate: 1, servers: 5).sojournTail(beyond: 3)
    }
    #expect(abs(tails[0] - tails[1]) < 1e-8 && abs(tails[2] - tails[1]) < 1e-8)
    for rate in [1.0, 4, 4.9] {
      let queue = try MMcQueue(arrivalRate: rate, serviceRate: 1, servers: 5)
      let step = 0.001
      var integral = 0.0
      for index in 0..<600_000 where Double(index) * step < 300 {
        integral += queue.sojournTail(beyond: (Double(index) + 0.5) * step) * step
      }
      #expect(abs(integral / queue.meanSojourn - 1) < 1e-5)
    }
  }

  @Test("Erlang B of a million servers is finite, and its inverse gives the load back")
  func hugePool() throws {
    let blocking = try ErlangB.blocking(offeredLoad: 1e6, servers: 1_000_000)
    // √(2/(πc)) is the limit at load = servers.
    #expect(abs(blocking / (2 / (Double.pi * 1e6)).squareRoot() - 1) < 1e-3)
    let load = try ErlangB.offeredLoadMax(servers: 30, blockingMax: 0.008457498340194705)
    #expect(abs(load / 20 - 1) < 1e-10)
  }

  @Test("M/M/c/K without waiting room is Erlang B, with endless room M/M/c, and a lone patience is neither")
  func limits() throws {
    let loss = try MMcKQueue(arrivalRate: 20, serviceRate: 1, servers: 30, capacity: 30)
    #expect(abs(loss.blockingProbability / (try ErlangB.blocking(offeredLoad: 20, servers: 30)) - 1) < 1e-12)
    let roomy = try MMcKQueue(arrivalRate: 4, serviceRate: 1, servers: 5, capacity: 400)
    let endless = try MMcQueue(arrivalRate: 4, serviceRate: 1, servers: 5)
    #expect(abs(roomy.meanWait / endless.meanWait - 1) < 1e-12)
    #expect(abs(roomy.waitTail(beyond: 2) / endless.waitTail(beyond: 2) - 1) < 1e-12)
    #expect(abs(try roomy.waitQuantile(0.95) / endless.waitQuantile(0.95) - 1) < 1e-10)
    // Patience as fast as service makes M/M/∞ of Erlang A.
    let impatient = try ErlangAQueue(arrivalRate: 8, serviceRate: 1, servers: 3, patienceRate: 1)
    #expect(abs(impatient.throughput + impatient.patienceRate * impatient.meanQueueLength - 8) < 1e-12)
    #expect(abs(impatient.probabilities[0] - 0.00033546262790251185) < 1e-15)
    // Overload of 300 % with rare patience: nearly all excess leaves.
    let crowd = try ErlangAQueue(arrivalRate: 400, serviceRate: 1, servers: 100, patienceRate: 0.01)
    #expect(abs(crowd.abandonmentProbability - 0.75) < 1e-9)
    #expect(abs(MMcKQueue.throughputAtOverload - 5) < 1e-9)
  }

  @Test("Engset's calls see one caller fewer, and many callers are Erlang B")
  func engset() throws {
    // Two callers, one server: p1 = 2α/(1 + 2α); a call sees the other caller's α/(1 + α).
    #expect(abs(try Engset.timeCongestion(sources: 2, loadPerSource: 0.5, servers: 1) - 0.5) < 1e-14)
    #expect(abs(try Engset.callCongestion(sources: 2, loadPerSource: 0.5, servers: 1) - 1.0 / 3) < 1e-14)
    #expect(try Engset.callCongestion(sources: 3, loadPerSource: 0.5, servers: 3) == 0)
    let many = try Engset.callCongestion(sources: 10_000_000, loadPerSource: 2e-6, servers: 30)
    #expect(abs(many / (try ErlangB.blocking(offeredLoad: 20, servers: 30)) - 1) < 1e-4)
  }

  @Test("unstable and meaningless arguments are errors that name themselves")
  func errors() {
    #expect(throws: QueueingError.unstable(utilization: 1)) {
      try MMcQueue(arrivalRate: 5, serviceRate: 1, servers: 5)
    }
    #expect(throws: QueueingError.self) { try MMcQueue(arrivalRate: -1, serviceRate: 1, servers: 5) }
    #expect(throws: QueueingError.self) { try MMcQueue(arrivalRate: .nan, serviceRate: 1, servers: 5) }
    #expect(throws: QueueingError.self) { try ErlangB.blocking(offeredLoad: 1, servers: -1) }
    #expect(throws: QueueingError.self) {
      try MMcQueue(arrivalRate: 1, serviceRate: 1, servers: 2).waitQuantile(1)
    }
    let text = String(
      describing: QueueingError.outOfRange(parameter: "servers", value: 0, expected: "1 or more"))
    #expect(text == "servers is 0.0, expected 1 or more")
  }
}

extension MMcKQueue {
  /// Five servers offered a thousand times their capacity complete five a second.
  fileprivate static var throughputAtOverload: Double {
    (try? MMcKQueue(arrivalRate: 5e12, serviceRate: 1, servers: 5, capacity: 20).throughput) ?? .nan
  }
}

import Statistics
import Testing

@Suite("General service times: M/G/1, M/D/c")
struct QueueingSingleServerTests {
  @Test("M/D/1 agrees with Erlang's alternating series where that still has its digits")
  func erlangSeries() throws {
    let queue = try MDcQueue(arrivalRate: 0.8, serviceTime: 1, servers: 1)
    for t in [0.0, 0.3, 1, 2.5, 4.999, 7, 9.5] {
      var sum = 0.0
      for j in 0...Int(t) {
        let x = 0.8 * (Double(j) - t)
        var term = Double.exp(-x)
        for factor in stride(from: 1, through: j, by: 1) { term *= x / Double(factor) }
        sum += term
      }
      #expect(abs(queue.waitTail(beyond: t) - (1 - 0.2 * sum)) < 1e-9)
    }
    #expect(abs(queue.meanWait / 2 - 1) < 1e-12)
    #expect(queue.waitTail(beyond: 200) > 0 && queue.waitTail(beyond: 200) < 1e-30)
  }

  @Test(
    "M/D/c stays exact near saturation, when idle and for large pools: mean wait is the integral of the tail")
  func largePools() throws {
    for (load, servers) in [(0.99, 1), (9.9, 10), (95.0, 100), (480.0, 500), (0.25, 5), (15.0, 50)] {
      let queue = try MDcQueue(arrivalRate: load, serviceTime: 1, servers: servers)
      var integral = 0.0
      var t = 0.0
      let step = queue.meanWait / queue.waitProbability / 40
      while true {
        let piece = queue.waitTail(beyond: t + step / 2)
        if piece < 1e-9 * queue.waitProbability { break }
        integral += piece * step
        t += step
      }
      #expect(abs(integral / queue.meanWait - 1) < 2e-3)
      guard queue.utilization >= 0.8 else { continue }
      let estimate = try MDcQueue.cosmetatosMeanWait(arrivalRate: load, serviceTime: 1, servers: servers)
      #expect(abs(queue.meanWait / estimate - 1) < 0.02)
    }
    #expect(throws: QueueingError.self) { try MDcQueue(arrivalRate: 5, serviceTime: 1, servers: 5) }
    #expect(try MDcQueue(arrivalRate: 0, serviceTime: 1, servers: 5).waitProbability == 0)
  }

  @Test("M/PH/1 tails are those of M/M/1 for one phase, and bounds of the general method enclose them")
  func tails() throws {
    let single = try MG1Queue(arrivalRate: 0.5, service: .exponential(mean: 1))
    let reference = try MMcQueue(arrivalRate: 0.5, serviceRate: 1, servers: 1)
    let tail = try #require(try single.waitTail(beyond: 3))
    #expect(abs(tail / reference.waitTail(beyond: 3) - 1) < 1e-12)
    for service in [
      try DurationLaw.erlang(stages: 3, mean: 1), try .hyperexponential(mean: 1, scv: 4),
      try .deterministic(1),
      try .exponential(mean: 1),
    ] {
      let queue = try MG1Queue(arrivalRate: 0.6, service: service)
      let exact = try queue.waitQuantile(0.95)
      let bounds = try queue.waitQuantileBounds(0.95, cells: 1_024)
      #expect(bounds.lowerBound <= exact && exact <= bounds.upperBound)
      #expect(bounds.upperBound - bounds.lowerBound < 0.02 * exact)
    }
    #expect(try single.waitQuantile(0.4) == 0)
  }

  @Test("heavy tails have the infinite means and variances of their moments")
  func heavyTails() throws {
    let wild = try MG1Queue(arrivalRate: 0.1, service: .pareto(shape: 1.8, scale: 1))
    #expect(wild.meanWait == .infinity)
    let heavy = try MG1Queue(arrivalRate: 0.1, service: .pareto(shape: 2.5, scale: 1))
    #expect(heavy.meanWait.isFinite && heavy.waitVariance == .infinity)
    #expect(try heavy.waitQuantileBounds(0.99, cells: 512).upperBound.isFinite)
  }
}

extension Double {
  /// e^x from its own series, so that the test leans on no library: |x| below 10.
  fileprivate static func exp(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for n in 1..<80 {
      term *= x.magnitude / Double(n)
      sum += term
    }
    return x < 0 ? 1 / sum : sum
  }
}

import Statistics
import Testing

@Suite("General arrivals, approximations, priorities, sharing")
struct QueueingGeneralTests {
  @Test(
    "GI/M/c is Erlang C for exponential gaps and MAP/M/c for phase-type gaps, also at the removable point")
  func renewalPools() throws {
    // 1.2 of 2 servers: σ·c is an integer distance from a busy count at utilization 0.5 with c = 2.
    for (rate, servers) in [(1.2, 2), (1.0, 2), (2.0, 4), (45.0, 50), (180.0, 200)] {
      let pool = try MMcQueue(arrivalRate: rate, serviceRate: 1, servers: servers)
      let renewal = try GIMcQueue(gaps: .exponential(mean: 1 / rate), serviceRate: 1, servers: servers)
      #expect(abs(renewal.waitProbability / pool.waitProbability - 1) < 1e-6)
      #expect(abs(renewal.meanSojourn / pool.meanSojourn - 1) < 1e-6)
      #expect(abs(renewal.sojournTail(beyond: 2) / pool.sojournTail(beyond: 2) - 1) < 1e-6)
    }
    let gaps = try PhaseType.hyperexponential(probabilities: [0.8, 0.2], means: [0.1, 0.6])
    let renewal = try GIMcQueue(gaps: .phaseType(gaps), serviceRate: 1.5, servers: 4)
    let modulated = try MAPMcQueue(arrivals: .renewal(gaps), serviceRate: 1.5, servers: 4)
    #expect(abs(renewal.waitProbability / modulated.waitProbability - 1) < 1e-9)
    #expect(abs(renewal.meanWait / modulated.meanWait - 1) < 1e-9)
    #expect(abs(try renewal.waitQuantile(0.95) / modulated.waitQuantile(0.95) - 1) < 1e-8)
  }

  @Test("GI/M/1 takes laws without phases: constant gaps have the root of σ = e^{−μ(1−σ)/λ}")
  func constantGaps() throws {
    let paced = try GIMcQueue(gaps: .deterministic(1.25), serviceRate: 1, servers: 1)
    #expect(abs(paced.root - 0.6286) < 1e-4)
    #expect(abs(paced.waitProbability - paced.root) < 1e-15)
    let heavy = try GIMcQueue(gaps: .lognormal(mean: 1, scv: 4), serviceRate: 2, servers: 1)
    #expect(heavy.waitProbability > 0.5 && heavy.waitProbability < 0.8)
    #expect(throws: QueueingError.self) {
      try GIMcQueue(gaps: .deterministic(1), serviceRate: 1, servers: 1)
    }
  }

  @Test("modulated arrivals of one rate are Poisson: MAP/M/c is Erlang C, MAP/PH/1 is Pollaczek-Khinchine")
  func poissonInDisguise() throws {
    let arrivals = try MarkovArrivalProcess.modulatedPoisson(
      rates: [4, 4], generator: [[-0.3, 0.3], [0.7, -0.7]])
    let pool = try MMcQueue(arrivalRate: 4, serviceRate: 1, servers: 5)
    let modulated = try MAPMcQueue(arrivals: arrivals, serviceRate: 1, servers: 5)
    #expect(abs(modulated.meanWait / pool.meanWait - 1) < 1e-10)
    #expect(abs(modulated.waitTail(beyond: 1.5) / pool.waitTail(beyond: 1.5) - 1) < 1e-10)
    let service = try PhaseType.erlang(stages: 3, mean: 0.2)
    let single = try MAPPH1Queue(arrivals: arrivals, service: service)
    let formula = try MG1Queue(arrivalRate: 4, service: .phaseType(service))
    #expect(abs(single.meanWait / formula.meanWait - 1) < 1e-9)
    #expect(abs(single.emptyProbability - 0.2) < 1e-9)
  }

  @Test("flows keep Poisson Poisson, and thinning or mixing brings others nearer to it")
  func flows() throws {
    let poisson = try GGcApproximation(
      arrivalRate: 0.8, meanService: 1, servers: 1, arrivalScv: 1, serviceScv: 1)
    #expect(abs(poisson.departureScv - 1) < 1e-15)
    #expect(abs(try FlowVariability.split(scv: 4, probability: 0.1) - 1.3) < 1e-15)
    let mixed = try FlowVariability.superposed(rates: [1, 1, 1], scvs: [4, 4, 4], utilization: 0.5)
    // Weight 1/(1 + 4·0.25·2) = 1/3.
    #expect(abs(mixed - 2) < 1e-12)
    #expect(abs(try FlowVariability.superposed(rates: [1], scvs: [4], utilization: 0.5) - 4) < 1e-12)
  }

  @Test("priorities conserve the weighted waits of M/G/1 and of M/M/c")
  func conservation() throws {
    let rates = [0.1, 0.2, 0.15]
    let services = [
      try DurationLaw.exponential(mean: 1), try .erlang(stages: 4, mean: 1.5), try .deterministic(2),
    ]
    let queue = try PriorityMG1Queue(arrivalRates: rates, services: services)
    let loads = zip(rates, services).map { $0 * $1.mean }
    let rho = loads.reduce(0, +)
    let work = zip(rates, services).reduce(0) { $0 + $1.0 * $1.1.moment(2) } / 2
    let weighted = zip(loads, queue.meanWaits).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(weighted / (rho * work / (1 - rho)) - 1) < 1e-12)
    #expect(queue.preemptiveMeanSojourns[0] < queue.meanWaits[0] + services[0].mean)
    #expect(queue.preemptiveMeanSojourns[2] > queue.meanWaits[2] + services[2].mean)
    let waits = try PriorityMMc.meanWaits(arrivalRates: [1, 2], serviceRate: 1, servers: 4)
    let pool = try MMcQueue(arrivalRate: 3, serviceRate: 1, servers: 4)
    #expect(abs((waits[0] + 2 * waits[1]) / 3 - pool.meanWait) < 1e-12)
  }

  @Test("partial moments, transforms and phases of every law agree with the whole law")
  func laws() throws {
    let laws = [
      try DurationLaw.exponential(mean: 2), try .erlang(stages: 3, mean: 2), try .gamma(shape: 0.7, mean: 2),
      try .lognormal(mean: 2, scv: 3), try .uniform(min: 1, max: 3), try .weibull(shape: 1.5, scale: 2),
      try .pareto(shape: 4.5, scale: 1.5), try .hyperexponential(mean: 2, scv: 5),
    ]
    for law in laws {
      let (a, b) = (1.7, 2.9)
      var moments = [0.0, 0, 0]
      let cells = 20_000
      for cell in 0..<cells {
        let x = a + (Double(cell) + 0.5) * (b - a) / Double(cells)
        let mass = try #require(law.density(x)) * (b - a) / Double(cells)
        moments[0] += mass
        moments[1] += mass * x
        moments[2] += mass * x * x
      }
      for order in 0...2 {
        let closed = law.partialMoment(order, below: b) - law.partialMoment(order, below: a)
        #expect(abs(closed - moments[order]) < 2e-4 * max(1, moments[order]))
      }
      #expect(abs(law.survival(a) - law.survival(b) - moments[0]) < 2e-4)
      #expect(abs(law.partialMoment(2, below: 1e9) / law.moment(2) - 1) < 1e-9)
      // The transform's slope at 0 is minus the mean.
      let slope = (1 - (try law.laplaceTransform(1e-4))) / 1e-4
      #expect(abs(slope - law.mean) < 1e-2)
      #expect(abs(law.variance - (law.moment(2) - law.mean * law.mean)) < 1e-9 * law.moment(2))
    }
    let phases = try #require(laws[1].phases)
    #expect(abs(phases.survival(3) - laws[1].survival(3)) < 1e-12)
    #expect(abs(phases.moment(3) - laws[1].moment(3)) < 1e-9)
    let both = try phases.followed(by: .erlang(stages: 2, mean: 1))
    #expect(abs(both.mean - 3) < 1e-12)
    #expect(throws: QueueingError.self) { try PhaseType(initial: [0.5], generator: [[-1]]) }
    #expect(throws: QueueingError.self) { try PhaseType(initial: [1], generator: [[1]]) }
  }
}

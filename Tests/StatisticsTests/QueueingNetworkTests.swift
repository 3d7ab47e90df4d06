import Statistics
import Testing

@Suite("Networks: Jackson, closed, bounds, fork and join")
struct QueueingNetworkTests {
  @Test("routing probabilities give the visits of the traffic equations")
  func routing() throws {
    let stations = [0.1, 0.2].map { QueueingStation(meanService: $0, servers: .limited(1)) }
    // Station 0 sends half of its jobs to 1, which sends all of them back.
    let network = try JacksonNetwork(
      stations: stations, externalRates: [1, 0], routing: [[0, 0.5], [1, 0]])
    #expect(abs(network.visits[0] - 2) < 1e-12 && abs(network.visits[1] - 1) < 1e-12)
    #expect(abs(network.meanSojourn - (2 * 0.125 + 0.25)) < 1e-12)
    #expect(abs(network.utilizations[0] - 0.2) < 1e-12)
    let capacity = try #require(try JacksonNetwork.capacity(of: stations, visits: network.visits))
    #expect(abs(capacity.rate - 5) < 1e-12 && capacity.bottleneck == 0)
    #expect(try JacksonNetwork.capacity(of: [.init(meanService: 1, servers: .unlimited)], visits: [1]) == nil)
  }

  @Test("a tandem of two single servers has the mean of its stations; an inner pool is refused")
  func tandem() throws {
    let fast = QueueingStation(meanService: 0.5, servers: .limited(1))
    let path = try TandemSojourn(arrivalRate: 1, stations: [fast, fast, fast])
    #expect(abs(path.mean - 3) < 1e-12)
    // Three Exp(1): P(sum > 5) = e^{-5}(1 + 5 + 12.5).
    #expect(abs(path.tail(beyond: 5) - 0.12465201948308115) < 1e-12)
    let pool = QueueingStation(meanService: 0.5, servers: .limited(2))
    #expect(throws: QueueingError.self) { try TandemSojourn(arrivalRate: 1, stations: [fast, pool, fast]) }
  }

  @Test("a closed network with several servers agrees with the finite-source chain, also near saturation")
  func severalServers() throws {
    for (sources, servers) in [(20, 5), (300, 40), (12, 30)] {
      let chain = try FiniteSourceQueue(sources: sources, thinkRate: 0.1, serviceRate: 0.5, servers: servers)
      let network = try ClosedNetwork(
        demands: [2], servers: [.limited(servers)], thinkTime: 10, population: sources)
      #expect(abs(network.throughput / chain.throughput - 1) < 1e-10)
      #expect(abs(network.meanNumbers[0] / chain.meanNumber - 1) < 1e-10)
    }
  }

  @Test("both methods for closed networks give the same numbers, and the bounds enclose them")
  func methods() throws {
    let demands = [0.1, 0.1, 0.09, 0.08]
    for population in [1, 7, 60] {
      let simple = try ClosedNetwork(demands: demands, thinkTime: 2, population: population)
      // A station of two servers that no one visits forces the convolution.
      let other = try ClosedNetwork(
        demands: demands + [1e-13],
        servers: Array(repeating: .limited(1), count: 4) + [.limited(2)], thinkTime: 2, population: population
      )
      #expect(abs(simple.throughput / other.throughput - 1) < 1e-10)
      #expect(abs(simple.meanNumbers[2] / other.meanNumbers[2] - 1) < 1e-9)
      let total = simple.meanNumbers.reduce(simple.throughput * 2, +)
      #expect(abs(total / Double(population) - 1) < 1e-12)
      let bounds = try ClosedBounds(demands: demands, thinkTime: 2)
      let range = try bounds.throughputRange(population: population)
      #expect(range.lowerBound <= simple.throughput * (1 + 1e-12))
      #expect(range.upperBound >= simple.throughput * (1 - 1e-12))
      #expect(try bounds.sojournMin(population: population) <= simple.meanSojourn * (1 + 1e-12))
    }
  }

  @Test("one class of many is the single-class network; a delay station adds its demand only")
  func classes() throws {
    let single = try ClosedNetwork(demands: [0.3, 0.2], thinkTime: 1, population: 9)
    let many = try MulticlassClosedNetwork(
      demands: [[0.3, 0.2], [0.3, 0.2]], thinkTimes: [1, 1], populations: [4, 5])
    #expect(abs(many.throughputs.reduce(0, +) / single.throughput - 1) < 1e-12)
    let delayed = try MulticlassClosedNetwork(
      demands: [[0.3, 0.2, 1]], thinkTimes: [0], populations: [9], delays: [false, false, true])
    #expect(abs(delayed.throughputs[0] / single.throughput - 1) < 1e-12)
  }

  @Test("fork and join of one branch is M/M/1, and unlimited branches end after a harmonic number of means")
  func forks() throws {
    #expect(abs(try ForkJoin.meanSojourn(arrivalRate: 0.5, serviceRate: 1, branches: 1) - 2) < 1e-12)
    #expect(abs(try ForkJoin.unlimitedMeanSojourn(meanService: 6, branches: 3) - 11) < 1e-12)
  }
}

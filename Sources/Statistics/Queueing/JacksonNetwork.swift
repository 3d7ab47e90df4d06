/// Servers of a station of a network.
public enum StationServers: Sendable, Equatable {
  case limited(Int)
  /// Every job is served at once: a delay, an uncapped function.
  case unlimited
}

/// A station of a network: its mean service time per visit and its servers.
public struct QueueingStation: Sendable, Equatable {
  /// Mean service time of one visit.
  public let meanService: Double
  public let servers: StationServers

  public init(meanService: Double, servers: StationServers) {
    self.meanService = meanService
    self.servers = servers
  }

  func check() throws(QueueingError) {
    try Check.positive(meanService, "mean service time of a station")
    if case .limited(let count) = servers { try Check.count(count, "servers of a station") }
  }
}

/// Stations with exponential service among which jobs from outside move at random and leave (open Jackson
/// network).
///
/// ```swift
/// let stations = [QueueingStation(meanService: 0.04, servers: .limited(1))]
/// let network = try JacksonNetwork(stations: stations, externalRate: 4, visits: [5])
/// network.meanSojourn  // 1 s: five visits of 0.2 s
/// ```
/// Exact means. Each station behaves as if it were M/M/c with Poisson arrivals.
/// - Source: Jackson (1957); methods §7.7.
public struct JacksonNetwork: Sendable, Equatable {
  public let stations: [QueueingStation]
  /// Jobs entering the network per unit of time.
  public let externalRate: Double
  /// Mean number of visits of a job to each station. Shape (station).
  public let visits: [Double]
  /// Mean number at each station. Shape (station).
  public let meanNumbers: [Double]

  /// From the mean visits of a job to each station.
  ///
  /// - Throws: `QueueingError.unstable` with the largest utilization; `.malformed`, `.outOfRange`.
  public init(stations: [QueueingStation], externalRate: Double, visits: [Double]) throws(QueueingError) {
    try Check.sameCount([stations.count, visits.count], "stations and visits")
    try Check.count(stations.count, "number of stations")
    try Check.positive(externalRate, "external rate")
    var numbers: [Double] = []
    for (station, visit) in zip(stations, visits) {
      try station.check()
      try Check.nonnegative(visit, "visits of a station")
      let rate = externalRate * visit
      switch station.servers {
      case .unlimited: numbers.append(rate * station.meanService)
      case .limited(let count):
        let queue = try MMcQueue(
          arrivalRate: rate, serviceRate: 1 / station.meanService, servers: count)
        numbers.append(queue.meanNumber)
      }
    }
    self.stations = stations
    self.externalRate = externalRate
    self.visits = visits
    meanNumbers = numbers
  }

  /// From the rates at which jobs enter each station and the probabilities of moving from one to another.
  ///
  /// - Parameters:
  ///   - externalRates: Arrivals from outside at each station [1/time]. Shape (station).
  ///   - routing: Probability of moving from station i to j; the rest of a row leaves. Shape (i, j).
  /// - Source: traffic equations by `gsl_linalg_LU_solve`, methods §7.7.
  public init(
    stations: [QueueingStation], externalRates: [Double], routing: [[Double]]
  ) throws(QueueingError) {
    let matrix = try Matrix(routing)
    try Check.sameCount(
      [stations.count, externalRates.count, matrix.rows, matrix.columns], "stations, rates and routes")
    for row in routing {
      for probability in row { try Check.share(probability, "routing probability") }
      try Check.share(row.reduce(0, +) - 1e-12, "sum of the routing probabilities of a station")
    }
    for rate in externalRates { try Check.nonnegative(rate, "external rate") }
    let total = externalRates.reduce(0, +)
    try Check.positive(total, "external rate")
    // γ(I − P) = external rates.
    let flows = try (Matrix.identity(matrix.rows) - matrix).solvedFromLeft(for: Matrix([externalRates]))
    try self.init(
      stations: stations, externalRate: total, visits: flows.elements.map { max(0, $0 / total) })
  }

  /// Mean number in the whole network.
  public var meanNumber: Double { meanNumbers.reduce(0, +) }
  /// Mean time from entering to leaving.
  public var meanSojourn: Double { meanNumber / externalRate }
  /// Mean time of one visit to each station; the bare service time where no one comes. Shape (station).
  public var meanSojourns: [Double] {
    stations.indices.map { index in
      let rate = externalRate * visits[index]
      return rate > 0 ? meanNumbers[index] / rate : stations[index].meanService
    }
  }
  /// Share of busy servers of each station; 0 for unlimited ones. Shape (station).
  public var utilizations: [Double] {
    stations.indices.map { index in
      guard case .limited(let count) = stations[index].servers else { return 0 }
      return externalRate * visits[index] * stations[index].meanService / Double(count)
    }
  }

  /// Largest external rate that the network can carry and the station that sets it; nil when nothing limits
  /// it.
  ///
  /// min c_k/D_k over stations with limited servers. Holds for any law of service and any routing.
  public static func capacity(
    of stations: [QueueingStation], visits: [Double]
  ) throws(QueueingError) -> (rate: Double, bottleneck: Int)? {
    try Check.sameCount([stations.count, visits.count], "stations and visits")
    var best: (rate: Double, bottleneck: Int)?
    for (index, station) in stations.enumerated() {
      try station.check()
      try Check.nonnegative(visits[index], "visits of a station")
      guard case .limited(let count) = station.servers, visits[index] > 0 else { continue }
      let rate = Double(count) / (visits[index] * station.meanService)
      if rate < best?.rate ?? .infinity { best = (rate, index) }
    }
    return best
  }
}

/// The law of the time through exponential stations in a row with Poisson arrivals.
///
/// The times at the stations are independent when all but the first and the last have one server, so that no
/// job overtakes another in between.
///
/// ```swift
/// let path = try TandemSojourn(arrivalRate: 2, stations: [
///   QueueingStation(meanService: 0.12, servers: .unlimited),
///   QueueingStation(meanService: 2, servers: .limited(5)),
/// ])
/// try path.quantile(0.95)  // 8.52 s
/// ```
/// Exact; relative error 1e-10.
/// - Source: Reich (1957), Burke (1969); methods §7.7.
public struct TandemSojourn: Sendable, Equatable {
  /// The whole time as phases of a Markov chain.
  public let law: PhaseType

  /// - Throws: `QueueingError.unstable`; `.malformed` for an inner station with more than one server.
  public init(arrivalRate: Double, stations: [QueueingStation]) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    guard let first = stations.first else { throw .malformed("a tandem without stations") }
    var law = try TandemSojourn.law(arrivalRate, first)
    for (index, station) in stations.enumerated().dropFirst() {
      guard index == stations.count - 1 || station.servers == .limited(1) else {
        throw .malformed("an inner station with more than one server: jobs overtake and times depend")
      }
      law = try law.followed(by: TandemSojourn.law(arrivalRate, station))
    }
    self.law = law
  }

  /// Waiting of rate cμ − λ, if any, then service of rate μ.
  private static func law(_ rate: Double, _ station: QueueingStation) throws(QueueingError) -> PhaseType {
    try station.check()
    let serviceRate = 1 / station.meanService
    guard case .limited(let count) = station.servers else {
      return try PhaseType(initial: [1], generator: [[-serviceRate]])
    }
    let queue = try MMcQueue(arrivalRate: rate, serviceRate: serviceRate, servers: count)
    return try PhaseType(
      initial: [queue.waitProbability, 1 - queue.waitProbability],
      generator: [[-queue.slack, queue.slack], [0, -serviceRate]])
  }

  public var mean: Double { law.mean }

  /// P(whole time > t).
  public func tail(beyond t: Double) -> Double { law.survival(t) }

  /// The time that the share `probability` of jobs does not exceed. Probability: 0..<1.
  public func quantile(_ probability: Double) throws(QueueingError) -> Double {
    try Check.level(probability)
    return try Numerics.quantile(tail: 1 - probability, step: mean) { tail(beyond: $0) }
  }
}

/// A fixed number of jobs that circulate among stations, with an optional think time (closed product-form
/// network).
///
/// Demands are mean service times per job and cycle, visits × service time.
///
/// ```swift
/// let shop = try ClosedNetwork(demands: [0.02, 0.08, 0.08, 0.06], thinkTime: 0, population: 6)
/// shop.throughput  // 9.92 jobs a second
/// ```
/// Exact for exponential first-come stations, for processor sharing of any service law and for delays;
/// relative error 1e-12 for single servers (mean value analysis), 1e-10 with several (convolution in
/// logarithms, which keeps its digits near saturation where the recursion of methods §7.7 loses them).
/// - Source: Reiser & Lavenberg (1980), Buzen (1973); methods §7.7.
public struct ClosedNetwork: Sendable, Equatable {
  /// Mean service time per job and cycle at each station. Shape (station).
  public let demands: [Double]
  public let servers: [StationServers]
  public let thinkTime: Double
  public let population: Int
  /// Cycles completed per unit of time.
  public let throughput: Double
  /// Mean number at each station. Shape (station).
  public let meanNumbers: [Double]

  /// - Parameters:
  ///   - servers: Of each station; one each when left out.
  ///   - thinkTime: Time between a completed cycle and the next, 0 or more.
  ///   - population: Jobs, 1 or more.
  /// - Complexity: O(stations·population) for single servers, O(stations·population²) else.
  public init(
    demands: [Double], servers: [StationServers]? = nil, thinkTime: Double = 0, population: Int
  ) throws(QueueingError) {
    let servers = servers ?? Array(repeating: .limited(1), count: demands.count)
    try Check.sameCount([demands.count, servers.count], "demands and servers")
    try Check.nonnegative(thinkTime, "think time")
    try Check.count(population, "population")
    for (demand, server) in zip(demands, servers) {
      try Check.nonnegative(demand, "demand")
      if case .limited(let count) = server { try Check.count(count, "servers of a station") }
    }
    try Check.positive(demands.reduce(thinkTime, +), "demands and think time together")
    self.demands = demands
    self.servers = servers
    self.thinkTime = thinkTime
    self.population = population
    let isSimple = servers.allSatisfy { $0 == .limited(1) || $0 == .unlimited }
    (throughput, meanNumbers) =
      isSimple
      ? ClosedNetwork.meanValues(demands, servers, thinkTime, population)
      : ClosedNetwork.convolution(demands, servers, thinkTime, population)
  }

  /// Mean time from the start of a cycle to its completion, without the think time.
  public var meanSojourn: Double { Double(population) / throughput - thinkTime }
  /// Mean time per cycle at each station. Shape (station).
  public var meanSojourns: [Double] { meanNumbers.map { $0 / throughput } }
  /// Share of busy servers of each station; 0 for unlimited ones. Shape (station).
  public var utilizations: [Double] {
    demands.indices.map { index in
      if case .limited(let count) = servers[index] { throughput * demands[index] / Double(count) } else { 0 }
    }
  }

  private static func meanValues(
    _ demands: [Double], _ servers: [StationServers], _ thinkTime: Double, _ population: Int
  ) -> (Double, [Double]) {
    var numbers = Array(repeating: 0.0, count: demands.count)
    var throughput = 0.0
    for n in 1...population {
      let times = demands.indices.map { index in
        servers[index] == .unlimited ? demands[index] : demands[index] * (1 + numbers[index])
      }
      throughput = Double(n) / times.reduce(thinkTime, +)
      numbers = times.map { $0 * throughput }
    }
    return (throughput, numbers)
  }

  /// Buzen's convolution of the stations' weights, each D^n/Π min(j, servers), in logarithms.
  private static func convolution(
    _ demands: [Double], _ servers: [StationServers], _ thinkTime: Double, _ population: Int
  ) -> (Double, [Double]) {
    let weights = (demands + [thinkTime]).indices.map { index in
      stationWeights(
        demand: index < demands.count ? demands[index] : thinkTime,
        servers: index < demands.count ? servers[index] : .unlimited, population: population)
    }
    // Prefix and suffix products give every network without one station, by additions only.
    var before = [emptyNetwork(population)]
    for weight in weights { before.append(convolved(before[before.count - 1], weight)) }
    var after = emptyNetwork(population)
    let whole = before[weights.count]
    var numbers = Array(repeating: 0.0, count: demands.count)
    for index in weights.indices.reversed() {
      if index < demands.count {
        let others = convolved(before[index], after)
        for n in 1...population {
          let share = Numerics.exp(weights[index][n] + others[population - n] - whole[population])
          numbers[index] += Double(n) * share
        }
      }
      after = convolved(after, weights[index])
    }
    return (Numerics.exp(whole[population - 1] - whole[population]), numbers)
  }

  private static func emptyNetwork(_ population: Int) -> [Double] {
    [0] + Array(repeating: -Double.infinity, count: population)
  }

  private static func stationWeights(demand: Double, servers: StationServers, population: Int) -> [Double] {
    var weights = [0.0]
    for n in 1...population {
      let busy = if case .limited(let count) = servers { min(n, count) } else { n }
      weights.append(weights[n - 1] + Numerics.log(demand / Double(busy)))
    }
    return weights
  }

  /// Logarithm of the convolution of two series given by logarithms.
  private static func convolved(_ a: [Double], _ b: [Double]) -> [Double] {
    a.indices.map { n in
      var highest = -Double.infinity
      for k in 0...n { highest = max(highest, a[k] + b[n - k]) }
      guard highest > -.infinity else { return highest }
      var sum = 0.0
      for k in 0...n { sum += Numerics.exp(a[k] + b[n - k] - highest) }
      return highest + Numerics.log(sum)
    }
  }
}

/// Several classes of circulating jobs, each with its demands and its think time (exact mean value analysis).
///
/// Valid for processor sharing, preemptive last come and delays; for first-come stations only when all
/// classes have the same exponential service there: a first-come simulation with class-dependent service
/// gives other numbers.
/// - Source: Reiser & Lavenberg (1980), Schwetman (1980); methods §7.7.
public struct MulticlassClosedNetwork: Sendable, Equatable {
  /// Cycles completed per unit of time by each class. Shape (class).
  public let throughputs: [Double]
  /// Mean number of each class at each station. Shape (class, station).
  public let meanNumbers: [[Double]]

  /// - Parameters:
  ///   - demands: Mean service time per job and cycle. Shape (class, station).
  ///   - thinkTimes: Shape (class), 0 or more.
  ///   - populations: Jobs of each class. Shape (class), 0 or more.
  ///   - delays: True for stations without a queue; none when left out. Shape (station).
  /// - Complexity: O(stations·classes·Π(population + 1)); at most 10⁷ population vectors.
  public init(
    demands: [[Double]], thinkTimes: [Double], populations: [Int], delays: [Bool]? = nil
  ) throws(QueueingError) {
    let classes = populations.count
    try Check.count(classes, "number of classes")
    try Check.sameCount([demands.count, thinkTimes.count, classes], "demands, think times and populations")
    let stations = demands[0].count
    let delays = delays ?? Array(repeating: false, count: stations)
    try Check.sameCount(demands.map(\.count) + [delays.count], "stations of the classes")
    var vectors = 1.0
    for (index, population) in populations.enumerated() {
      try Check.count(population, "population", min: 0)
      try Check.nonnegative(thinkTimes[index], "think time")
      for demand in demands[index] { try Check.nonnegative(demand, "demand") }
      try Check.positive(demands[index].reduce(thinkTimes[index], +), "demands and think time of a class")
      vectors *= Double(population + 1)
    }
    guard vectors <= 1e7 else {
      throw .outOfRange(parameter: "population vectors", value: vectors, expected: "at most 1e7")
    }
    // Mean numbers at each station for every population vector, in mixed-radix order: all smaller come first.
    var strides = Array(repeating: 1, count: classes)
    for index in 1..<max(classes, 1) { strides[index] = strides[index - 1] * (populations[index - 1] + 1) }
    var totals = Array(repeating: 0.0, count: Int(vectors) * stations)
    var throughputs = Array(repeating: 0.0, count: classes)
    var times = Array(repeating: Array(repeating: 0.0, count: stations), count: classes)
    for vector in 1..<max(Int(vectors), 1) {
      for index in 0..<classes {
        let count = vector / strides[index] % (populations[index] + 1)
        throughputs[index] = 0
        guard count > 0 else { continue }
        let smaller = (vector - strides[index]) * stations
        for station in 0..<stations {
          let found = delays[station] ? 0 : totals[smaller + station]
          times[index][station] = demands[index][station] * (1 + found)
        }
        throughputs[index] = Double(count) / times[index].reduce(thinkTimes[index], +)
      }
      for station in 0..<stations {
        for index in 0..<classes {
          totals[vector * stations + station] += throughputs[index] * times[index][station]
        }
      }
    }
    self.throughputs = throughputs
    meanNumbers = (0..<classes).map { index in times[index].map { $0 * throughputs[index] } }
  }
}

import CGSL

/// M/M/1 on its way from an empty start; the load may exceed the capacity.
///
/// ```swift
/// let start = try MM1Transient(arrivalRate: 0.9, serviceRate: 1)
/// try start.meanNumber(at: 10)  // 2.53; in the long run 9
/// ```
/// Relative error 1e-9.
/// - Source: Clarke (1956); Gross, Shortle, Thompson, Harris (2008), §2.11; `gsl_sf_bessel_In_scaled`;
///   methods §7.9.
public struct MM1Transient: Sendable, Equatable {
  public let arrivalRate: Double
  public let serviceRate: Double

  public init(arrivalRate: Double, serviceRate: Double) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    try Check.positive(serviceRate, "service rate")
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
  }

  /// Time after which an initial state is mostly forgotten, 1/(√μ − √λ)²; infinite at full load.
  public var relaxationTime: Double {
    let gap = serviceRate.squareRoot() - arrivalRate.squareRoot()
    return 1 / (gap * gap)
  }

  /// Probability of an empty system a time `t` after an empty start.
  ///
  /// - Complexity: O(√(t·rate)).
  public func emptyProbability(at t: Double) -> Double {
    guard t > 0 else { return 1 }
    let rho = arrivalRate / serviceRate
    let root = rho.squareRoot()
    let argument = 2 * (arrivalRate * serviceRate).squareRoot() * t
    let gap = serviceRate.squareRoot() - arrivalRate.squareRoot()
    // Scaled Bessel functions carry e^{-argument}; the rest of e^{-(λ+μ)t} stays.
    let factor = Numerics.exp(-gap * gap * t)
    func bessel(_ order: Int) -> Double { gsl_sf_bessel_In_scaled(Int32(order), argument) }
    var sum = bessel(0) + bessel(1) / root
    // Clarke's endless series grows for ρ < 1; with the generating function its complement falls instead.
    let isComplement = rho < 1
    var power = isComplement ? 1 / root : 1 / rho
    var order = isComplement ? -1 : 2
    var tail = 0.0
    while true {
      let term = power * bessel(order.magnitude == 1 ? 1 : order)
      tail += term
      if order > 2, term <= 1e-18 * tail || term < 1e-300 { break }
      order += 1
      power *= isComplement ? root : 1 / root
    }
    sum += (1 - rho) * (isComplement ? -tail : tail)
    return min(1, max(0, (isComplement ? 1 - rho : 0) + factor * sum))
  }

  /// Mean number in the system a time `t` after an empty start: the integral of λ − μ(1 − p₀).
  public func meanNumber(at t: Double) throws(QueueingError) -> Double {
    guard t > 0 else { return 0 }
    let idle = try Numerics.integral(from: 0, to: t, relativeError: 1e-11) { emptyProbability(at: $0) }
    return (arrivalRate - serviceRate) * t + serviceRate * idle
  }
}

/// A finite birth-death chain on its way from a given state, by uniformisation.
///
/// M/M/c/K, finite sources, Erlang A with a cut: anything that moves one step up or down.
///
/// ```swift
/// let pool = try TransientChain(last: 6, births: { _ in 50 }, deaths: { 10 * Double(min($0, 4)) })
/// pool.probabilities(at: 0.1, from: 0)
/// ```
/// Absolute error 1e-12: all terms are positive and the Poisson weights are summed to that mass.
/// - Source: Jensen (1953); methods §7.9.
public struct TransientChain: Sendable, Equatable {
  /// Rate from n to n + 1. Shape (n), last entry 0.
  private let births: [Double]
  /// Rate from n to n − 1. Shape (n), first entry 0.
  private let deaths: [Double]
  private let rateMax: Double

  /// - Parameters:
  ///   - last: Highest state, 1 or more.
  ///   - births: Rate from n to n + 1 for n < last [1/time], 0 or more.
  ///   - deaths: Rate from n to n − 1 for n ≥ 1 [1/time], 0 or more.
  public init(
    last: Int, births: (Int) -> Double, deaths: (Int) -> Double
  ) throws(QueueingError) {
    try Check.count(last, "highest state")
    let up = (0..<last).map(births) + [0]
    let down = [0] + (1...last).map(deaths)
    for n in 0...last {
      try Check.nonnegative(up[n], "birth rate")
      try Check.nonnegative(down[n], "death rate")
    }
    rateMax = zip(up, down).reduce(0) { max($0, $1.0 + $1.1) }
    try Check.positive(rateMax, "largest rate")
    self.births = up
    self.deaths = down
  }

  /// Probability of each state a time `t` after a start in `state`. Shape (state).
  ///
  /// - Complexity: O(states·(rate·t + √(rate·t))).
  public func probabilities(at t: Double, from state: Int) throws(QueueingError) -> [Double] {
    guard births.indices.contains(state) else {
      throw .outOfRange(parameter: "state", value: Double(state), expected: "0...\(births.count - 1)")
    }
    try Check.nonnegative(t, "time")
    var current = Array(repeating: 0.0, count: births.count)
    current[state] = 1
    let mean = rateMax * t
    guard mean > 0 else { return current }
    guard mean < 1e8 else {
      throw .outOfRange(parameter: "time in units of the fastest rate", value: mean, expected: "below 1e8")
    }
    var result = Array(repeating: 0.0, count: births.count)
    var mass = 0.0
    var step = 0
    while true {
      let weight = Numerics.poisson(step, mean: mean)
      mass += weight
      if weight > 0 { for n in result.indices { result[n] += weight * current[n] } }
      if mass >= 1 - 1e-13 || (Double(step) > mean && weight < 1e-18) { break }
      var next = current
      for n in current.indices {
        next[n] -= current[n] * (births[n] + deaths[n]) / rateMax
        if n > 0 { next[n] += current[n - 1] * births[n - 1] / rateMax }
        if n + 1 < current.count { next[n] += current[n + 1] * deaths[n + 1] / rateMax }
      }
      current = next
      step += 1
    }
    return result.map { $0 / mass }
  }

  /// Mean state a time `t` after a start in `state`.
  public func mean(at t: Double, from state: Int) throws(QueueingError) -> Double {
    let law = try probabilities(at: t, from: state)
    return law.indices.reduce(0) { $0 + Double($1) * law[$1] }
  }
}

import Kernel

/// What a random draw costs, from its address to the value.
enum DrawCosts {
  static let laws: [(name: String, law: Distribution?)] = [
    ("uniform", nil),
    ("exponential", .exponential(mean: 2)),
    ("lognormal", .lognormal(mean: 2, cv: 0.4)),
    ("weibull", .weibull(shape: 1.5, mean: 2)),
    ("gamma", .gamma(mean: 2, cv: 0.5)),
  ]

  static func measure(_ name: String, count: Int) -> Bool {
    guard let law = laws.first(where: { $0.name == name }) else { return false }
    let draws = Draws(seed: 42, replication: 0)
    var sum = 0.0
    let start = cpuSeconds()
    if let distribution = law.law {
      for i in 0 ..< UInt64(count) { sum += distribution.sample(draws.uniform(.sleep, entity: i)) }
    } else {
      for i in 0 ..< UInt64(count) { sum += draws.uniform(.sleep, entity: i) }
    }
    report("draw-\(name)", count, count, seconds: cpuSeconds() - start, check: "\(sum / Double(count))")
    return true
  }
}

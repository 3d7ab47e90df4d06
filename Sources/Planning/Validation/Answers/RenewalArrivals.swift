import Kernel
import KnownAnswers
import Services

/// Arrivals that no process of a scenario gives, as the rows of a trace.
enum GivenArrivals: Sendable, Hashable {
  struct Job: Sendable, Hashable {
    /// [s]
    var arrival: Double
    /// Value of the workload's one field.
    var bytes: Double
  }
  /// Drawn for each replication.
  case renewal(RenewalArrivals)
  /// Always the same.
  case jobs([Job])

  /// Gives a workload these arrivals, and its field the values that come with them.
  func replace(in workload: inout WorkloadSpec, run: RunSpec, replication: Int) {
    switch self {
    case .renewal(let arrivals):
      workload.arrivals = .trace(
        arrivals.rows(until: .zero + run.duration, seed: run.seed, replication: replication))
    case .jobs(let jobs):
      workload.arrivals = .trace(
        jobs.map { TraceRow(time: .zero + SimDuration(seconds: $0.arrival), fields: [.number($0.bytes)]) })
      for index in workload.fields.indices { workload.fields[index].source = .trace }
    }
  }
}

/// Arrivals with independent phase-type gaps, singly or in groups.
struct RenewalArrivals: Sendable, Hashable {
  /// Probability of each first phase, and rates between phases: rows sum to minus the rate of the arrival. [1/s]
  var initial: [Double]
  var rates: [[Double]]
  /// Jobs of an arrival.
  var group = 1

  var meanGap: Double {
    // Mean time to absorption m solves −T·m = 1; phases are few and their chains short, so that iterating does.
    var means = initial.map { _ in 0.0 }
    for _ in 0..<500 {
      means = rates.indices.map { phase in
        let onward = rates.indices.reduce(0) { $1 == phase ? $0 : $0 + rates[phase][$1] * means[$1] }
        return (1 + onward) / -rates[phase][phase]
      }
    }
    return zip(initial, means).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The gaps that an answer names.
  init(_ answer: KnownAnswer) throws {
    if answer.has("batch_rate") {
      guard try answer.text("batch") == "fixed batches of 5" else { throw answer.unanswered() }
      self.init(initial: [1], rates: [[-(try answer.number("batch_rate"))]], group: 5)
      return
    }
    let fields = try answer.fields(answer.has("interarrival") ? "interarrival" : "arrivals")
    func number(_ name: String) throws -> Double {
      guard let number = fields[name]?.number else { throw answer.unanswered() }
      return number
    }
    switch fields["distribution"]?.text ?? fields["process"]?.text {
    case "erlang":
      let stages = Int(try number("stages"))
      let rate = Double(stages) / (try number("mean"))
      self.init(
        initial: (0..<stages).map { $0 == 0 ? 1 : 0 },
        rates: (0..<stages).map { from in
          (0..<stages).map { $0 == from ? -rate : $0 == from + 1 ? rate : 0 }
        })
    case "coxian2":
      let (first, second) = (try number("rate1"), try number("rate2"))
      self.init(
        initial: [1, 0],
        rates: [[-first, first * (1 - (try number("prob_exit_after_stage1")))], [0, -second]])
    case "phase-type renewal":
      guard let initial = fields["alpha"]?.numbers, let rows = fields["T"]?.elements else {
        throw answer.unanswered()
      }
      self.init(initial: initial, rates: rows.compactMap(\.numbers))
    default: throw answer.unanswered()
    }
  }

  init(initial: [Double], rates: [[Double]], group: Int = 1) {
    self.initial = initial
    self.rates = rates
    self.group = group
  }

  /// A row for each job before the end of the arrivals.
  func rows(until end: SimTime, seed: UInt64, replication: Int) -> [TraceRow] {
    var uniforms = UniformStream(
      stream: UInt32(replication), key: (UInt32(truncatingIfNeeded: seed), 0x5048_0001))
    var rows: [TraceRow] = []
    var time = 0.0
    while true {
      time += gap(&uniforms)
      let instant = SimTime.zero + SimDuration(seconds: time)
      guard instant < end else { return rows }
      rows.append(contentsOf: repeatElement(TraceRow(time: instant), count: group))
    }
  }

  private func gap(_ uniforms: inout UniformStream) -> Double {
    var phase = Self.pick(initial, uniforms.next())
    var time = 0.0
    while true {
      let leaving = -rates[phase][phase]
      time += -PortableMath.log1p(-uniforms.next()) / leaving
      let shares = rates.indices.map { $0 == phase ? 0 : rates[phase][$0] / leaving }
      let next = Self.pick(shares, uniforms.next())
      guard next < shares.count else { return time }
      phase = next
    }
  }

  /// The first position at which the sum of the shares exceeds u, the count where it never does.
  private static func pick(_ shares: [Double], _ u: Double) -> Int {
    var sum = 0.0
    for (index, share) in shares.enumerated() {
      sum += share
      if u < sum { return index }
    }
    return shares.count
  }
}

/// Uniforms in 0..<1 that no simulation draws: blocks of Philox under a key of their own.
struct UniformStream {
  private var counter: (UInt32, UInt32, UInt32, UInt32)
  private let key: (UInt32, UInt32)
  private var spare: Double?

  init(stream: UInt32, substream: UInt32 = 0, key: (UInt32, UInt32)) {
    counter = (0, 0, substream, stream)
    self.key = key
  }

  mutating func next() -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    let block = Philox.block(counter: counter, key: key)
    counter.0 += 1
    spare = Philox.uniform(block.2, block.3)
    return Philox.uniform(block.0, block.1)
  }
}

import CGSL

/// A poller that takes up to `batchMax` waiting records at once and works an exponential time on any batch.
///
/// M/M^[1,b]/1: it starts as soon as one record is there, and a batch is closed at its start.
///
/// ```swift
/// let shard = try BulkServiceQueue(arrivalRate: 8, batchRate: 0.5, batchMax: 20)
/// shard.meanWait   // 5.61 s before the batch starts
/// shard.meanBatch  // 16.0 records
/// ```
/// Exact, relative error 1e-11.
/// - Source: Neuts (1967), Medhi; methods §7.8.
public struct BulkServiceQueue: Sendable, Equatable {
  public let arrivalRate: Double
  /// Batches completed per unit of time by a busy server.
  public let batchRate: Double
  public let batchMax: Int
  /// The root r in (0, 1) of μr^{b+1} − (λ+μ)r + λ = 0: ratio of the queue's tail.
  public let root: Double

  /// - Throws: `QueueingError.unstable` when arrivals reach batchMax·batchRate.
  public init(arrivalRate: Double, batchRate: Double, batchMax: Int) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    try Check.positive(batchRate, "batch rate")
    try Check.count(batchMax, "largest batch")
    try Check.stable(arrivalRate / (batchRate * Double(batchMax)))
    self.arrivalRate = arrivalRate
    self.batchRate = batchRate
    self.batchMax = batchMax
    // Divided by r − 1, so that the root at 1 does not disturb: λ = μ(r + r² + … + r^b).
    root = try Numerics.root(between: 0, and: 1) { r in
      let series =
        r > 0.999_999
        ? (1...batchMax).reduce(0) { $0 + Numerics.power(r, $1) }
        : r * (1 - Numerics.power(r, batchMax)) / (1 - r)
      return batchRate * series - arrivalRate
    }
  }

  /// Probability that the server works with no one waiting.
  private var lonelyBusy: Double { 1 / (batchRate / arrivalRate + 1 / (1 - root)) }

  /// Share of the time the server idles.
  public var idleProbability: Double { batchRate * lonelyBusy / arrivalRate }
  /// Mean wait of a record before its batch starts.
  public var meanWait: Double { lonelyBusy * root / ((1 - root) * (1 - root)) / arrivalRate }
  /// Mean time from arrival to the end of the batch.
  public var meanSojourn: Double { meanWait + 1 / batchRate }
  /// Mean number waiting.
  public var meanQueueLength: Double { arrivalRate * meanWait }
  /// Mean records in a batch.
  public var meanBatch: Double { arrivalRate / (batchRate * (1 - idleProbability)) }
}

/// A poller whose batch takes a constant overhead plus a constant time for each record (M/D(n)^[1,B]/1).
///
/// ```swift
/// let shard = try BatchTimeQueue(arrivalRate: 40, batchMax: 100, overhead: 0.2, perRecord: 0.02)
/// shard.meanWait  // 0.522 s
/// ```
/// Exact but for a queue tail below 1e-18; every digit of small probabilities holds, because the chain is
/// solved without subtractions.
/// - Source: embedded chain at batch starts and renewal reward, methods §7.8; Grassmann, Taksar, Heyman
///   (1985).
public struct BatchTimeQueue: Sendable, Equatable {
  public let arrivalRate: Double
  public let batchMax: Int
  public let overhead: Double
  public let perRecord: Double
  /// Mean wait of a record before its batch starts.
  public let meanWait: Double
  /// Mean records in a batch.
  public let meanBatch: Double
  /// Share of the time the server idles.
  public let idleProbability: Double

  /// Records per unit of time that full batches can carry.
  public var capacity: Double { Double(batchMax) / (overhead + perRecord * Double(batchMax)) }

  /// - Throws: `QueueingError.unstable`; `.outOfRange` when more than 1,500 records would have to be counted.
  /// - Complexity: O(states³) for the number of records that may be present at a batch start.
  public init(
    arrivalRate: Double, batchMax: Int, overhead: Double, perRecord: Double
  ) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    try Check.count(batchMax, "largest batch")
    try Check.nonnegative(overhead, "overhead")
    try Check.nonnegative(perRecord, "time per record")
    try Check.positive(overhead + perRecord, "time of a batch")
    self.arrivalRate = arrivalRate
    self.batchMax = batchMax
    self.overhead = overhead
    self.perRecord = perRecord
    try Check.stable(arrivalRate * (overhead + perRecord * Double(batchMax)) / Double(batchMax))
    func time(_ batch: Int) -> Double { overhead + perRecord * Double(batch) }
    var states = 64
    var present = BatchTimeQueue.present(states, arrivalRate, batchMax, time)
    while present[states - 1] > 1e-18 {
      states += states / 2
      guard states <= 1_500 else {
        throw .outOfRange(
          parameter: "records at a batch start", value: Double(states), expected: "at most 1500")
      }
      present = BatchTimeQueue.present(states, arrivalRate, batchMax, time)
    }
    // Renewal reward over one batch and the idle time that may follow it.
    var idle = 0.0
    var cycle = 0.0
    var waiting = 0.0
    var batch = 0.0
    for index in present.indices {
      let size = min(index + 1, batchMax)
      let left = Double(index + 1 - size)
      let span = time(size)
      if left == 0 { idle += present[index] * Numerics.exp(-arrivalRate * span) / arrivalRate }
      cycle += present[index] * span
      waiting += present[index] * (left * span + arrivalRate * span * span / 2)
      batch += present[index] * Double(size)
    }
    cycle += idle
    meanWait = waiting / cycle / arrivalRate
    meanBatch = batch
    idleProbability = idle / cycle
  }

  /// Probability of n + 1 records present at a batch start, cut at `states`. Shape (n).
  private static func present(
    _ states: Int, _ rate: Double, _ batchMax: Int, _ time: (Int) -> Double
  ) -> [Double] {
    var chain = Array(repeating: 0.0, count: states * states)
    for index in 0..<states {
      let size = min(index + 1, batchMax)
      let left = index + 1 - size
      let mean = rate * time(size)
      for arrivals in 0..<(states + 1 - left) {
        // An empty end idles until one record is there.
        let next = max(1, left + arrivals)
        if next <= states { chain[index * states + next - 1] += Numerics.poisson(arrivals, mean: mean) }
      }
    }
    return stationaryWithoutSubtraction(&chain, states)
  }

  /// Stationary law of a transition matrix by elimination of states from the last to the first (GTH).
  private static func stationaryWithoutSubtraction(_ chain: inout [Double], _ order: Int) -> [Double] {
    var law = Array(repeating: 0.0, count: order)
    chain.withUnsafeMutableBufferPointer { chain in
      for last in stride(from: order - 1, to: 0, by: -1) {
        var out = 0.0
        for j in 0..<last { out += chain[last * order + j] }
        guard out > 0 else { continue }
        var i = 0
        while i < last {
          let factor = chain[i * order + last] / out
          chain[i * order + last] = factor
          if factor > 0 {
            var j = 0
            while j < last {
              chain[i * order + j] += factor * chain[last * order + j]
              j += 1
            }
          }
          i += 1
        }
      }
      law[0] = 1
      for n in 1..<order {
        var sum = 0.0
        for i in 0..<n { sum += law[i] * chain[i * order + n] }
        law[n] = sum
      }
    }
    let total = law.reduce(0, +)
    return law.map { $0 / total }
  }
}

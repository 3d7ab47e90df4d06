/// A batch that opens with its first message and closes when full or after a window (event-source batching).
///
/// ```swift
/// let batching = try BatchingWindow(arrivalRate: 20, window: 5, batchMax: 100)
/// batching.meanBatch       // 96.5 messages
/// batching.invocationRate  // 0.207 a second
/// ```
/// Exact for Poisson arrivals and a consumer that is always ready.
/// - Source: renewal argument, methods §7.8.
public struct BatchingWindow: Sendable, Equatable {
  public let arrivalRate: Double
  public let window: Double
  public let batchMax: Int
  /// Mean messages of a batch, 1 + E[min(B−1, Poisson(λw))].
  public let meanBatch: Double
  /// Mean time a message waits for its batch to close.
  public let meanWait: Double

  /// - Parameters:
  ///   - window: 0 or more [time]; 0 sends every message alone.
  ///   - batchMax: 1 or more.
  /// - Complexity: O(batchMax).
  public init(arrivalRate: Double, window: Double, batchMax: Int) throws(QueueingError) {
    try Check.positive(arrivalRate, "arrival rate")
    try Check.nonnegative(window, "window")
    try Check.count(batchMax, "largest batch")
    self.arrivalRate = arrivalRate
    self.window = window
    self.batchMax = batchMax
    // ∫ P(N(t) = j) dt over the window is P(N(w) > j)/λ: the batch holds 1 + j messages that long.
    var further = 0.0
    var waiting = 0.0
    for j in stride(from: batchMax - 2, through: 0, by: -1) {
      let tail = Numerics.poissonTail(beyond: j, mean: arrivalRate * window)
      further += tail
      waiting += Double(1 + j) * tail / arrivalRate
    }
    meanBatch = 1 + further
    meanWait = waiting / meanBatch
  }

  /// Mean time from the first message to the close.
  public var meanOpenTime: Double { (meanBatch - 1) / arrivalRate }
  /// Batches closed per unit of time.
  public var invocationRate: Double { arrivalRate / meanBatch }
}

/// Batches of jobs that arrive together at one exponential server (M^[X]/M/1).
///
/// Exact. Source: Gross, Shortle, Thompson, Harris (2008), §3.1.
public struct BatchArrivalQueue: Sendable, Equatable {
  public let batchRate: Double
  public let serviceRate: Double
  public let meanBatch: Double
  public let meanSquareBatch: Double

  /// - Parameters:
  ///   - batchRate: Batches per unit of time.
  ///   - meanBatch: E[X], at least 1.
  ///   - meanSquareBatch: E[X²], at least E[X]².
  /// - Throws: `QueueingError.unstable` when arrivals reach the service rate.
  public init(
    batchRate: Double, serviceRate: Double, meanBatch: Double, meanSquareBatch: Double
  ) throws(QueueingError) {
    try Check.nonnegative(batchRate, "batch rate")
    try Check.positive(serviceRate, "service rate")
    guard meanBatch >= 1, meanBatch.isFinite else {
      throw .outOfRange(parameter: "mean batch", value: meanBatch, expected: "a finite number, 1 or more")
    }
    guard meanSquareBatch >= meanBatch * meanBatch * (1 - 1e-12), meanSquareBatch.isFinite else {
      throw .outOfRange(
        parameter: "mean square of a batch", value: meanSquareBatch, expected: "at least the squared mean")
    }
    self.batchRate = batchRate
    self.serviceRate = serviceRate
    self.meanBatch = meanBatch
    self.meanSquareBatch = meanSquareBatch
    try Check.stable(batchRate * meanBatch / serviceRate)
  }

  public var utilization: Double { batchRate * meanBatch / serviceRate }
  /// ρ(1 + E[X²]/E[X])/(2(1−ρ)).
  public var meanNumber: Double {
    utilization * (1 + meanSquareBatch / meanBatch) / (2 * (1 - utilization))
  }
  /// Mean time from arrival to completion of a job.
  public var meanSojourn: Double {
    (1 + meanSquareBatch / meanBatch) / (2 * (1 - utilization)) / serviceRate
  }
  public var meanWait: Double { meanSojourn - 1 / serviceRate }
}

/// One server that visits equal queues in turn (cyclic polling).
///
/// Exact means for Poisson arrivals. Source: Takagi, Analysis of Polling Systems (1986).
public struct SymmetricPolling: Sendable, Equatable {
  public let queues: Int
  /// Arrivals per unit of time at each queue.
  public let arrivalRateEach: Double
  public let service: DurationLaw
  /// Time to move from one queue to the next.
  public let switchover: DurationLaw

  /// - Throws: `QueueingError.unstable` when all queues together are too much.
  public init(
    queues: Int, arrivalRateEach: Double, service: DurationLaw, switchover: DurationLaw
  ) throws(QueueingError) {
    try Check.count(queues, "queues")
    try Check.nonnegative(arrivalRateEach, "arrival rate")
    try Check.positive(service.mean, "mean service time")
    try Check.positive(switchover.mean, "mean switchover time")
    self.queues = queues
    self.arrivalRateEach = arrivalRateEach
    self.service = service
    self.switchover = switchover
    try Check.stable(utilization)
  }

  public var utilization: Double { Double(queues) * arrivalRateEach * service.mean }
  /// Mean wait when a visit serves those found at its start.
  public var gatedMeanWait: Double { meanWait(sign: 1) }
  /// Mean wait when a visit lasts until the queue is empty.
  public var exhaustiveMeanWait: Double { meanWait(sign: -1) }

  private func meanWait(sign: Double) -> Double {
    let work = Double(queues) * arrivalRateEach * service.moment(2)
    let walks = switchover.mean * (Double(queues) + sign * utilization)
    return switchover.variance / (2 * switchover.mean) + (work + walks) / (2 * (1 - utilization))
  }
}

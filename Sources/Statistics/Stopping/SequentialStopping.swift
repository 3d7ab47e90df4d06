/// Decides after each replication whether all measures are known precisely enough.
///
/// Feed whole replications in order of their index, whatever order they finish in: the stopping point is then the
/// same on one core and on many. With *m* measures each interval has confidence 1 − α/m, so that all hold at once
/// (Bonferroni).
///
/// ```swift
/// var stopping = SequentialStopping(
///   measures: [.init(name: "mean wait", goal: .relative(0.02)), .init(name: "lost", goal: .absolute(0.5))])
/// stopping.record([12.1, 0])  // .continue(predictedTotal: nil): ten replications come first
/// ```
/// - Source: methods §5.6 (Law 2015, 9.4.1).
public struct SequentialStopping: Sendable {
  /// What to do next.
  public enum Decision: Sendable, Hashable {
    /// Go on; the total of replications that the present variances predict, cap included, nil too early.
    case `continue`(predictedTotal: Int?)
    /// Every measure met its goal.
    case precisionReached
    /// The cap is reached; the indices of the measures that missed, ascending.
    case capReached(missed: [Int])
  }

  /// Where one measure stands.
  public struct Progress: Sendable, Hashable {
    public var name: String
    /// At the confidence of this measure; nil before the first value.
    public var interval: MeanInterval?
    /// Largest half-width that meets the goal at the present mean; nil before the first value.
    public var halfWidthMax: Double?
    public var isMet: Bool
    /// Smallest total count that meets the goal if mean and variance stay, whatever the cap; nil with fewer than two
    /// values, and where no count up to `predictionMax` does.
    public var predictedTotal: Int?
  }

  public let measures: [PrecisionMeasure]
  /// Replications before the first judgement, at least 2.
  public let replicationsMin: Int
  /// Replications after which the experiment ends anyhow.
  public let replicationsMax: Int
  /// Largest total that is predicted. [replications]
  public static let predictionMax = 10_000_000
  /// Of each interval: 1 − α/m.
  public let confidencePerMeasure: Double
  /// Replications recorded.
  public private(set) var replicationCount = 0
  private var moments: [RunningMoments]

  /// - Parameters:
  ///   - measures: At least one.
  ///   - confidence: Of all intervals together, 1 − α.
  ///   - replicationsMin: Replications before the first judgement, at least 2.
  ///   - replicationsMax: Cap, not below the minimum.
  public init(
    measures: [PrecisionMeasure], confidence: Double = 0.95, replicationsMin: Int = 10,
    replicationsMax: Int = 1000
  ) {
    precondition(!measures.isEmpty, "no measure")
    precondition(confidence > 0 && confidence < 1, "confidence of \(confidence)")
    precondition(
      replicationsMin >= 2 && replicationsMax >= replicationsMin,
      "\(replicationsMin) to \(replicationsMax) replications")
    self.measures = measures
    self.replicationsMin = replicationsMin
    self.replicationsMax = replicationsMax
    confidencePerMeasure = Bonferroni.confidence(each: measures.count, overall: confidence)
    moments = Array(repeating: RunningMoments(), count: measures.count)
  }

  /// Takes in the next replication and decides.
  ///
  /// - Parameter values: One value a measure in their order; nil where the replication has none, such as the
  ///   mean wait of no message. A measure is judged on its own count of values.
  /// - Complexity: O(m), plus O(log R) a measure for the prediction.
  public mutating func record(_ values: [Double?]) -> Decision {
    precondition(values.count == measures.count, "\(values.count) values for \(measures.count) measures")
    for (index, value) in values.enumerated() {
      if let value { moments[index].add(value) }
    }
    replicationCount += 1
    return decision
  }

  /// The decision after the replications so far.
  public var decision: Decision {
    guard replicationCount >= replicationsMin else { return .continue(predictedTotal: nil) }
    let missed = measures.indices.filter { !isMet($0) }
    if missed.isEmpty { return .precisionReached }
    if replicationCount >= replicationsMax { return .capReached(missed: missed) }
    var total = replicationCount + 1
    for index in missed {
      guard moments[index].count >= 2 else { return .continue(predictedTotal: nil) }
      total = max(total, predictedTotal(index) ?? replicationsMax)
    }
    return .continue(predictedTotal: min(total, replicationsMax))
  }

  /// Where each measure stands, in their order.
  public var progress: [Progress] {
    measures.indices.map { index in
      let interval = moments[index].interval(confidence: confidencePerMeasure)
      return Progress(
        name: measures[index].name, interval: interval,
        halfWidthMax: interval.map { measures[index].goal.halfWidthMax(mean: $0.mean) },
        isMet: isMet(index), predictedTotal: predictedTotal(index))
    }
  }

  private func isMet(_ index: Int) -> Bool {
    guard moments[index].count >= replicationsMin else { return false }
    return halfWidth(index, at: moments[index].count) <= goal(index)
  }

  private func goal(_ index: Int) -> Double {
    measures[index].goal.halfWidthMax(mean: moments[index].mean)
  }

  /// Half-width that the present variance would give with so many values.
  private func halfWidth(_ index: Int, at count: Int) -> Double {
    guard let variance = moments[index].variance else { return .infinity }
    // Equal values are exact; the t quantile of them is not worth asking.
    guard variance > 0 else { return 0 }
    let t = StudentT.quantile(1 - (1 - confidencePerMeasure) / 2, degrees: Double(count - 1))
    return t * (variance / Double(count)).squareRoot()
  }

  /// Smallest count from the present one at which the present variance meets the goal.
  private func predictedTotal(_ index: Int) -> Int? {
    guard moments[index].count >= 2 else { return nil }
    let present = max(moments[index].count, replicationsMin)
    guard halfWidth(index, at: Self.predictionMax) <= goal(index) else { return nil }
    var low = present
    var high = Self.predictionMax
    // The half-width falls with the count: the first count that passes, by bisection.
    while low < high {
      let middle = (low + high) / 2
      if halfWidth(index, at: middle) <= goal(index) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

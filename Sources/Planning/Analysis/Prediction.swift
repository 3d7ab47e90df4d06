/// A quantity that a formula gives before a run, and that a run measures under the same name.
package struct Prediction: Sendable {
  /// Name of the station or the workload.
  package var subject: String
  /// As `summary.csv` names them.
  package var metric: String
  package var statistic: String
  package var unit: QuantityUnit
  package var value: Double
  /// Relative error that the formula is known to have where it holds, the noise of one run included; nil where it is a
  /// figure for orientation that nothing is judged by.
  package var error: Double?
  /// Where the value comes from.
  package var formula: String
  /// What it takes for granted.
  package var validity: String
}

/// A prediction beside what runs have measured.
package struct PredictionCheck: Sendable {
  package enum Verdict: String, Sendable, Hashable {
    case agrees, differs
    /// The formula is for orientation only.
    case shown
    /// The runs have no such value.
    case missing
  }
  package var prediction: Prediction
  /// Mean over the replications, and its 95 % interval where there is more than one.
  package var measured: Double?
  package var low: Double?
  package var high: Double?

  package init(_ prediction: Prediction, measured: Double?, low: Double? = nil, high: Double? = nil) {
    self.prediction = prediction
    self.measured = measured
    self.low = low
    self.high = high
  }

  /// Measured over predicted, less one; nil when there is nothing to divide.
  package var difference: Double? {
    guard let measured, prediction.value > 0 else { return nil }
    return measured / prediction.value - 1
  }

  /// Differs when the interval of the runs and the band of the formula's error have no value in common.
  package var verdict: Verdict {
    guard let measured else { return .missing }
    guard let error = prediction.error else { return .shown }
    let band = error * prediction.value
    let nearest = min(max(prediction.value, low ?? measured), high ?? measured)
    // A formula that says zero is judged by the scale of what is counted.
    return abs(nearest - prediction.value) <= max(band, 1e-9) ? .agrees : .differs
  }
}

/// What runs have measured, by metric and statistic.
package struct MeasuredQuantities: Sendable {
  package struct Value: Sendable, Hashable {
    package var mean: Double
    package var low: Double?
    package var high: Double?
    package init(mean: Double, low: Double?, high: Double?) {
      self.mean = mean
      self.low = low
      self.high = high
    }
  }
  private struct Key: Hashable {
    var metric: String
    var statistic: String
  }
  private var values: [Key: Value] = [:]

  package init() {}

  /// As `summary.csv` has them: a latency that has no steady state has no mean.
  package init(_ result: ScenarioResult) {
    self.init(result.estimates) { result.stability.hidesMean(of: $0) != nil }
  }

  /// - Parameter isHidden: Of metrics whose mean nobody is shown.
  package init(_ estimates: Estimates, isHidden: (_ metric: String) -> Bool = { _ in false }) {
    for estimate in estimates.all {
      guard let mean = estimate.mean, !isHidden(estimate.metric) else { continue }
      add(estimate.metric, estimate.statistic, Value(mean: mean, low: estimate.low, high: estimate.high))
    }
  }

  package mutating func add(_ metric: String, _ statistic: String, _ value: Value) {
    values[Key(metric: metric, statistic: statistic)] = value
  }

  package subscript(_ metric: String, _ statistic: String) -> Value? {
    values[Key(metric: metric, statistic: statistic)]
  }

  package var isEmpty: Bool { values.isEmpty }

  /// Every prediction beside its measured value, in order.
  package func checks(_ predictions: [Prediction]) -> [PredictionCheck] {
    predictions.map { prediction in
      let value = self[prediction.metric, prediction.statistic]
      return PredictionCheck(prediction, measured: value?.mean, low: value?.low, high: value?.high)
    }
  }
}

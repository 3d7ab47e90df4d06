package import Statistics

/// What each setting does to each measure: one setting at a time, on common random numbers.
///
/// Source: methods §9.5.
package struct SensitivityStudy {
  /// One setting with a lower and a higher value.
  package struct Setting: Sendable, Hashable {
    package var name: String
    package var low: Double
    package var high: Double
    /// Designs that have the lower and the higher value, and everything else as it is.
    package var lowDesign: Int
    package var highDesign: Int
    package init(name: String, low: Double, high: Double, lowDesign: Int, highDesign: Int) {
      self.name = name
      self.low = low
      self.high = high
      self.lowDesign = lowDesign
      self.highDesign = highDesign
    }
  }
  /// The effect of a setting on a measure.
  package struct Effect: Sendable, Hashable {
    /// Percent of change by one percent of the setting; nil for values that have no logarithm.
    package var elasticity: MeanInterval?
    /// Paired difference from the lower to the higher value; nil without finite values.
    package var difference: MeanInterval?
    package init(elasticity: MeanInterval?, difference: MeanInterval?) {
      self.elasticity = elasticity
      self.difference = difference
    }
    /// The whole interval of the effect lies on one side of nothing.
    package var isShown: Bool {
      (elasticity ?? difference).map { $0.excludes(0) } ?? false
    }
  }
  package struct Row: Sendable, Hashable {
    package var setting: Setting
    /// Parallel to the measures.
    package var effects: [Effect]
    package init(setting: Setting, effects: [Effect]) {
      self.setting = setting
      self.effects = effects
    }
  }

  let bench: DesignBench
  let confidence: Double
  package init(bench: DesignBench, confidence: Double) {
    self.bench = bench
    self.confidence = confidence
  }

  /// Runs all designs and compares; the intervals of a measure hold together with the confidence asked for.
  ///
  /// - Parameter measures: Positions in the observations.
  /// - Returns: In the order of the settings.
  package func run(_ settings: [Setting], measures: [Int]) throws -> [Row] {
    guard !settings.isEmpty else { return [] }
    try bench.replicate(settings.flatMap { [$0.lowDesign, $0.highDesign] }, to: bench.judge.replications)
    let each = Bonferroni.confidence(each: settings.count, overall: confidence)
    return settings.map { setting in
      Row(
        setting: setting,
        effects: measures.map { measure in effect(setting, measure, confidence: each) })
    }
  }

  private func effect(_ setting: Setting, _ measure: Int, confidence: Double) -> Effect {
    let pairs = bench.common(setting.lowDesign, setting.highDesign).compactMap {
      replication -> (Double, Double)? in
      guard let low = bench.observation(setting.lowDesign, replication)?.measures[measure],
        let high = bench.observation(setting.highDesign, replication)?.measures[measure],
        low.isFinite, high.isFinite
      else { return nil }
      return (low, high)
    }
    guard pairs.count == bench.judge.replications else { return Effect(elasticity: nil, difference: nil) }
    let (low, high) = (pairs.map(\.0), pairs.map(\.1))
    return Effect(
      elasticity: Elasticity(
        lowSetting: setting.low, highSetting: setting.high, low: low, high: high, confidence: confidence
      )?.interval,
      difference: PairedComparison(high, low, confidence: confidence)?.difference)
  }

  /// Rows by falling effect on a measure: elasticities first, then what has none; equal ones as they were.
  package static func ranked(_ rows: [Row], by measure: Int) -> [Row] {
    rows.enumerated().sorted { a, b in
      let first = a.element.effects[measure].elasticity?.mean.magnitude ?? -1
      let second = b.element.effects[measure].elasticity?.mean.magnitude ?? -1
      return first != second ? first > second : a.offset < b.offset
    }.map(\.element)
  }
}

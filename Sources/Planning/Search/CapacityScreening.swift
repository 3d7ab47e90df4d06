package import Scenarios

/// Tells without simulating that a design cannot keep its rules, or up to which rate one may.
///
/// Uses bounds that are never on the pessimistic side: a design is left out only when it fails for certain.
/// Source: methods §9.1, §9.3.
package enum CapacityScreening {
  /// Why a design cannot keep its rules; nil when it may.
  package static func reason(against compiled: CompiledScenario) -> String? {
    let analysis = SystemAnalysis(compiled)
    for rule in compiled.thresholds where rule.severity == .error {
      guard case .workload(.drainTime) = rule.measure, [.less, .lessOrEqual].contains(rule.comparison) else {
        continue
      }
      for workload in rule.subjects {
        let least = analysis.drainTimeLowerBound(of: workload)
        guard least > rule.limit else { continue }
        return "\(workload).DrainTime takes \(QuantityText.duration(least)) at least, \(rule.expression)"
      }
    }
    guard PlanReadings.isSteady(compiled),
      let (station, scale) = analysis.firstToSaturate(at: .mean), scale < 1 - certainty
    else { return nil }
    return "\(station.name) can take \(QuantityText.percent(scale, digits: 0)) of what arrives"
  }

  /// A use this far above the capacity is beyond what a finite run could hide. Source: assumption; the growth that fails
  /// the rule of stability is a third of it.
  private static let certainty = 0.03

  /// The factor on the arrivals of a workload above which none of its rates can be steady; nil without one.
  package static func ceiling(of workload: String, in compiled: CompiledScenario) -> Double? {
    guard PlanReadings.isSteady(compiled) else { return nil }
    let scale = SystemAnalysis(compiled).sustainableScale(of: workload, at: .mean)
    return scale.isFinite && scale > 0 ? scale * (1 + certainty) : nil
  }
}

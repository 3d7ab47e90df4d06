package import Records
package import Scenarios
import Services
package import Statistics

/// A quantity that must be known precisely before replications stop.
package struct PrecisionTarget: Sendable, Hashable {
  /// As reports call it: `orders.Latency p(95)`.
  package var name: String
  package var unit: QuantityUnit
  package var goal: PrecisionGoal
  package init(name: String, unit: QuantityUnit, goal: PrecisionGoal) {
    self.name = name
    self.unit = unit
    self.goal = goal
  }

  /// `2 %`, `± 5s`, as the user asked for it.
  package var goalText: String {
    switch goal {
    case .relative(let share), .relativeOrAbsolute(let share, _): QuantityText.smallPercent(share)
    case .absolute(let width): "± \(QuantityText.value(width, unit))"
    }
  }
}

/// Which quantities a scenario wants to know how precisely, and how to read them from a run.
///
/// Without named measures they are those of the rules, each once and each name of a wildcard by itself; without rules
/// the 95 % quantile of each workload's latency and its lost share. A relative goal is never narrower than half a
/// message for a count, and than a twentieth of the goal in points for a share: means near 0 would never be precise.
/// Source: methods §5.6.
package struct PrecisionPlan: Sendable {
  package let targets: [PrecisionTarget]
  private let rules: [(threshold: Threshold, subject: Int)]
  private let evaluator: ThresholdEvaluator

  /// - Parameter settings: What the scenario or the command line asks for.
  package init(_ settings: PrecisionSettings, of compiled: CompiledScenario) {
    var targets: [PrecisionTarget] = []
    var rules: [(threshold: Threshold, subject: Int)] = []
    func add(_ rule: Threshold, _ goal: PrecisionGoal) {
      for (index, subject) in rule.judgedSubjects.enumerated() {
        let metric = Self.metric(rule, subject)
        let name = "\(metric) \(rule.aggregation.text)"
        guard !targets.contains(where: { $0.name == name }) else { continue }
        targets.append(PrecisionTarget(name: name, unit: QuantityUnit(rule.unit), goal: goal))
        rules.append((rule, index))
      }
    }
    // Named goals come first, so that they win over the common one.
    for rule in settings.named {
      switch rule.width {
      case .relative(let share): add(rule.measure, Self.goal(share, QuantityUnit(rule.measure.unit)))
      case .absolute(let width): add(rule.measure, .absolute(width))
      }
    }
    if let share = settings.relative {
      let usual = compiled.thresholds.isEmpty ? Self.usual(compiled.system) : compiled.thresholds
      for rule in usual { add(rule, Self.goal(share, QuantityUnit(rule.unit))) }
    }
    self.targets = targets
    self.rules = rules
    evaluator = ThresholdEvaluator(system: compiled.system)
  }

  /// One value a target; nil where the run has none, or an infinite one.
  package func read(_ run: RunRecords) -> [Double?] {
    rules.map { rule, subject in
      let value = evaluator.readings(rule, in: run)[subject].value
      return value.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// A relative goal with a floor where means may be near 0.
  private static func goal(_ share: Double, _ unit: QuantityUnit) -> PrecisionGoal {
    switch unit {
    case .count, .perMinute: .relativeOrAbsolute(share, 0.5)
    case .share: .relativeOrAbsolute(share, share / 20)
    case .seconds, .bytes, .usd: .relative(share)
    }
  }

  private static func metric(_ rule: Threshold, _ subject: String?) -> String {
    guard rule.isWildcard, let subject else { return rule.metricText }
    return rule.metricText.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false).joined(
      separator: subject)
  }

  /// What is measured when there is no rule.
  private static func usual(_ system: SystemSpec) -> [Threshold] {
    let position = SourcePosition(file: "", line: 1, column: 1)
    return system.workloads.flatMap { workload in
      [
        (Threshold.WorkloadMeasure.latency, Threshold.Aggregation.percentile(0.95), Threshold.Unit.seconds),
        (.lost, .rate, .fraction),
      ].map { measure, aggregation, unit in
        Threshold(
          metricText: "\(workload.name).\(measure.rawValue)", expression: "", subjects: [workload.name],
          measure: .workload(measure), aggregation: aggregation, comparison: .lessOrEqual, limit: .infinity,
          unit: unit, across: .mean, position: position)
      }
    }
  }
}

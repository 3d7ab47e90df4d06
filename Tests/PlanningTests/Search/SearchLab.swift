import Kernel
import Planning
import Scenarios

/// A search over functions in place of simulations.
final class SearchLab {
  let space: DesignSpace
  let bench: DesignBench

  /// A rule as a function of levels and replication; it holds up to its limit.
  struct Rule {
    var kind = PlanRule.Kind.every
    var limit: Double
    var value: ([Int], Int) -> Double
    static func mean(_ limit: Double, _ value: @escaping ([Int], Int) -> Double) -> Rule {
      Rule(kind: .mean(.lessOrEqual, limit: limit), limit: limit, value: value)
    }
  }

  /// - Parameters:
  ///   - cost: What is made small, of levels and replication.
  ///   - measure: A second quantity.
  init(
    _ levelCounts: [Int], rules: [Rule], replications: Int = 3, replicationsMax: Int = 100,
    confidence: Double = 0.95, measure: (([Int], Int) -> Double)? = nil,
    cost: @escaping ([Int], Int) -> Double
  ) {
    let space = DesignSpace(levelCounts: levelCounts)
    self.space = space
    let judge = DesignJudge(
      rules: rules.indices.map { PlanRule(rules[$0].kind, metric: "rule \($0)", expression: "<= limit") },
      replications: replications, replicationsMax: replicationsMax, confidence: confidence)
    let log = Log()
    self.log = log
    bench = DesignBench(judge: judge) { units in
      log.asked += units
      return units.map { unit in
        let levels = space.levels(unit.design)
        return Observation(
          rules: rules.map { rule in
            let value = rule.value(levels, unit.replication)
            return RuleReading(value: value, holds: value <= rule.limit, badness: value)
          }, objective: cost(levels, unit.replication),
          measures: [measure?(levels, unit.replication)], events: 1)
      }
    }
  }

  private final class Log { var asked: [DesignUnit] = [] }
  private let log: Log

  /// Replications asked for, in order.
  var units: [DesignUnit] { log.asked }
  /// Designs asked for.
  var designs: Set<Int> { Set(log.asked.map(\.design)) }

  /// A normal value of an address: the same for every design, or one of its own.
  static func noise(_ replication: Int, _ entity: UInt64 = 0, seed: UInt64 = 1) -> Double {
    let draws = Draws(seed: seed, replication: replication)
    // Twelve uniforms make a normal value, near enough.
    return (0..<12).reduce(-6.0) { $0 + draws.uniform(.design, entity: entity * 16 + UInt64($1)) }
  }
}

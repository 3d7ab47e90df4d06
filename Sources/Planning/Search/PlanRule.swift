package import Scenarios

/// A rule that a design has to keep, as a search sees it.
package struct PlanRule: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// Must hold in every replication: one that breaks it decides.
    case every
    /// A limit to the mean over the replications, decided by its interval.
    case mean(Threshold.Comparison, limit: Double)
    /// The backlog of a steady workload must not grow; the value is the growth as a share of the arrivals.
    case stability
  }
  package var kind: Kind
  /// As the scenario names it: `orders.Latency`.
  package var metric: String
  /// `p(95)`, `count`, ...
  package var statistic: String
  /// `p(95) < 15m`
  package var expression: String
  package var unit: QuantityUnit
  package var limit: Double?
  /// A broken warning is shown and decides nothing.
  package var isWarning: Bool

  package init(
    _ kind: Kind, metric: String, statistic: String = "value", expression: String,
    unit: QuantityUnit = .count, limit: Double? = nil, isWarning: Bool = false
  ) {
    self.kind = kind
    self.metric = metric
    self.statistic = statistic
    self.expression = expression
    self.unit = unit
    self.limit = limit
    self.isWarning = isWarning
  }

  /// The share of its arrivals by which a backlog may grow before it counts as growing, in many replications and in
  /// one. Source: assumption; a queue that is 2 % over its capacity grows by 2 % of its arrivals.
  static let growthMin = 0.01
  static let growthMinOfOne = 0.05

  /// More replications can decide it.
  var isDecidedByInterval: Bool { kind != .every && !isWarning }
}

/// What one replication says about one rule.
package struct RuleReading: Sendable, Hashable {
  /// nil without a value, infinite for never.
  package var value: Double?
  /// In this replication alone.
  package var holds: Bool
  /// How far it is on the wrong side; larger is worse, infinite for no value.
  package var badness: Double

  package init(value: Double?, holds: Bool, badness: Double) {
    self.value = value
    self.holds = holds
    self.badness = badness
  }

  /// Of a rule that a design does not have.
  static let absent = RuleReading(value: nil, holds: true, badness: -.greatestFiniteMagnitude)
}

/// What one replication of one design says.
package struct Observation: Sendable, Hashable {
  /// Parallel to the rules.
  package var rules: [RuleReading]
  /// What is made small; nil without a value.
  package var objective: Double?
  /// Other quantities, parallel to the measures of the plan; nil without a value.
  package var measures: [Double?]
  /// [events]
  package var events: UInt64

  package init(rules: [RuleReading], objective: Double?, measures: [Double?] = [], events: UInt64 = 0) {
    self.rules = rules
    self.objective = objective
    self.measures = measures
    self.events = events
  }
}

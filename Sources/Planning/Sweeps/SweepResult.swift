package import Scenarios
import Services
import Statistics

/// A finished sweep, or a part of it: all that its files and its table show.
package struct SweepResult: Sendable, Hashable {
  package var header: SweepHeader
  /// Names of the axes.
  package var axes: [String]
  /// Quantities shown beside the rules, in the order of the scenario.
  package var measures: [SweepColumn]
  /// Ascending by number.
  package var points: [SweepPoint]
  /// Of the whole grid, all shards together.
  package var pointCount: Int

  package init(
    header: SweepHeader, axes: [String], measures: [SweepColumn], points: [SweepPoint], pointCount: Int
  ) {
    self.header = header
    self.axes = axes
    self.measures = measures
    self.points = points
    self.pointCount = pointCount
  }
}

/// What identifies a sweep, as of its first point. Source: style §7, rule 7.
package struct SweepHeader: Sendable, Hashable, Codable {
  package var name: String
  package var era: String
  package var region: String
  package var seed: UInt64
  package var replications: Int
  package init(name: String, era: String, region: String, seed: UInt64, replications: Int) {
    self.name = name
    self.era = era
    self.region = region
    self.seed = seed
    self.replications = replications
  }

  package init(_ compiled: CompiledScenario) {
    self.init(
      name: compiled.name, era: compiled.era.text, region: compiled.region, seed: compiled.system.run.seed,
      replications: compiled.system.run.replications)
  }
}

/// A quantity by the names it has in files: metric and statistic.
package struct SweepColumn: Sendable, Hashable, Codable {
  package var metric: String
  package var statistic: String
  package init(metric: String, statistic: String) {
    self.metric = metric
    self.statistic = statistic
  }
  package init(_ measure: Threshold) {
    self.init(metric: measure.metricText, statistic: measure.aggregation.text)
  }
}

/// What came out at one point of the grid.
package struct SweepPoint: Sendable, Hashable {
  /// In the whole grid, from 1.
  package var number: Int
  /// Parallel to the axes.
  package var levels: [String]
  /// Sorted by metric, then by statistic; one row each.
  package var rows: [SweepRow]
  /// In the order of the scenario.
  package var rules: [SweepRule]

  package init(number: Int, levels: [String], rows: [SweepRow], rules: [SweepRule]) {
    self.number = number
    self.levels = levels
    self.rows = rows
    self.rules = rules
  }

  package subscript(_ column: SweepColumn) -> SweepRow? {
    rows.first { $0.metric == column.metric && $0.statistic == column.statistic }
  }
  /// Rules that do not hold, warnings aside.
  package var failures: Int { rules.count { $0.outcome != .pass && $0.severity == .error } }
}

/// A row of `sweep.csv`: a quantity over the replications of a point.
package struct SweepRow: Sendable, Hashable {
  package var metric: String
  package var statistic: String
  package var unit: QuantityUnit
  /// Infinite when some replication never got there.
  package var mean: Double
  /// 95 % interval of the mean; nil with one replication.
  package var low: Double?
  package var high: Double?
  package var minimum: Double
  package var maximum: Double
  /// Replications that have a value.
  package var count: Int
  /// Worst outcome of the rules about exactly this quantity.
  package var outcome: Verdict.Outcome?

  package init(
    metric: String, statistic: String, unit: QuantityUnit, mean: Double, low: Double?, high: Double?,
    minimum: Double, maximum: Double, count: Int, outcome: Verdict.Outcome?
  ) {
    self.metric = metric
    self.statistic = statistic
    self.unit = unit
    self.mean = mean
    self.low = low
    self.high = high
    self.minimum = minimum
    self.maximum = maximum
    self.count = count
    self.outcome = outcome
  }

  /// nil when no replication has a value.
  init?(
    metric: String, statistic: String, unit: QuantityUnit, values: [Double?], outcome: Verdict.Outcome?
  ) {
    let present = values.compactMap(\.self)
    guard let minimum = present.min(), let maximum = present.max() else { return nil }
    let isFinite = present.allSatisfy(\.isFinite)
    let interval = isFinite ? MeanInterval(present) : nil
    self.init(
      metric: metric, statistic: statistic, unit: unit,
      mean: interval?.mean ?? present.reduce(0, +) / Double(present.count), low: interval?.low,
      high: interval?.high, minimum: minimum, maximum: maximum, count: present.count, outcome: outcome)
  }
}

/// A row of `sweep_thresholds.csv`: a rule and its verdict at a point.
package struct SweepRule: Sendable, Hashable {
  package var metric: String
  package var statistic: String
  package var unit: QuantityUnit
  package var expression: String
  package var across: String
  package var observed: Double?
  package var limit: Double?
  package var outcome: Verdict.Outcome
  package var worstReplication: Int?
  package var severity: Verdict.Severity

  package init(
    metric: String, statistic: String, unit: QuantityUnit, expression: String, across: String,
    observed: Double?, limit: Double?, outcome: Verdict.Outcome, worstReplication: Int?,
    severity: Verdict.Severity
  ) {
    self.metric = metric
    self.statistic = statistic
    self.unit = unit
    self.expression = expression
    self.across = across
    self.observed = observed
    self.limit = limit
    self.outcome = outcome
    self.worstReplication = worstReplication
    self.severity = severity
  }

  init(_ verdict: Verdict) {
    self.init(
      metric: verdict.metric, statistic: verdict.aggregation, unit: verdict.unit,
      expression: verdict.expression, across: verdict.across, observed: verdict.observed,
      limit: verdict.limit, outcome: verdict.outcome, worstReplication: verdict.worstReplication,
      severity: verdict.severity)
  }
}

package import Kernel
package import Services

/// A pass or fail rule of a scenario, checked against the names of the compiled system.
///
/// `orders.Latency: ['p(95) < 15m']` has one subject (`orders`), the measure latency, the aggregation `p(95)`, the
/// comparison `<` and the limit 900 s. Source: scenario format §8.
package struct Threshold: Sendable, Hashable {
  /// The metric as the scenario names it.
  package var metricText: String
  /// The expression as the scenario writes it.
  package var expression: String
  /// The names that the metric is about, in scenario order; several only for a wildcard, none for `cost.Total` and
  /// `cost.Monthly`.
  package var subjects: [String]
  /// The rule must hold for each subject by itself.
  package var isWildcard: Bool
  package var measure: Measure
  package var aggregation: Aggregation
  package var comparison: Comparison
  /// In the base unit of `unit`.
  package var limit: Double
  package var unit: Unit
  package var across: Across
  /// Measured values before this instant are left out.
  package var after: SimDuration?
  package var severity: Severity
  /// Stops the remaining replications as soon as the rule fails.
  package var abortOnFail: Bool
  /// The scenario lists the rule among the known failures of its design.
  package var isKnownFailure = false
  package var position: SourcePosition

  package init(
    metricText: String, expression: String, subjects: [String], isWildcard: Bool = false, measure: Measure,
    aggregation: Aggregation, comparison: Comparison, limit: Double, unit: Unit, across: Across = .every,
    after: SimDuration? = nil, severity: Severity = .error, abortOnFail: Bool = false,
    position: SourcePosition
  ) {
    self.metricText = metricText
    self.expression = expression
    self.subjects = subjects
    self.isWildcard = isWildcard
    self.measure = measure
    self.aggregation = aggregation
    self.comparison = comparison
    self.limit = limit
    self.unit = unit
    self.across = across
    self.after = after
    self.severity = severity
    self.abortOnFail = abortOnFail
    self.position = position
  }

  /// `orders.Latency p(95) < 15m`
  package var name: String { "\(metricText) \(expression)" }

  package enum Measure: Sendable, Hashable {
    case workload(WorkloadMeasure)
    case service(ServiceMeasure)
    case function(FunctionMeasure)
    /// A metric of the catalogue; `statistic` is the one asked for or the catalogue's default.
    case cloudWatch(CloudWatchMetric, statistic: AlarmSpec.Statistic)
    case costTotal, costMonthly
    /// The bill of each subject.
    case costResource
  }

  package enum WorkloadMeasure: String, Sendable, Hashable, CaseIterable {
    case latency = "Latency", age = "Age"
    case lost = "Lost", duplicated = "Duplicated", deadLettered = "DeadLettered", expired = "Expired"
    case completed = "Completed"
    case drainTime = "DrainTime", backlog = "Backlog"
  }

  package enum ServiceMeasure: String, Sendable, Hashable, CaseIterable {
    case inFlight = "InFlight", overLimit = "OverLimit", suspended = "Suspended", errors = "Errors"
    case latency = "Latency", effects = "Effects", duplicates = "Duplicates"
  }

  package enum FunctionMeasure: String, Sendable, Hashable, CaseIterable {
    /// Creation of a message to the first handler that saw it, and to the end of the one that handled it.
    case deliveryLatency = "DeliveryLatency", completionLatency = "CompletionLatency"
  }

  package enum Aggregation: Sendable, Hashable {
    case average, minimum, maximum, median, sum, count, rate, value
    /// 0...1.
    case percentile(Double)
  }

  package enum Comparison: String, Sendable, Hashable, CaseIterable {
    case lessOrEqual = "<=", greaterOrEqual = ">=", equal = "==", notEqual = "!=", less = "<", greater = ">"

    package func holds(_ observed: Double, _ limit: Double) -> Bool {
      switch self {
      case .lessOrEqual: observed <= limit
      case .greaterOrEqual: observed >= limit
      case .equal: observed == limit
      case .notEqual: observed != limit
      case .less: observed < limit
      case .greater: observed > limit
      }
    }
  }

  package enum Unit: String, Sendable, Hashable { case seconds, bytes, usd, fraction, count }
  /// How the rule is read over several replications.
  package enum Across: String, Sendable, Hashable, CaseIterable { case every, mean, ci95 }
  package enum Severity: String, Sendable, Hashable, CaseIterable { case error, warning }
}

/// What an alarm has to do in every replication.
package struct AlarmExpectation: Sendable, Hashable {
  package enum Rule: Sendable, Hashable {
    /// The alarm enters the state by this instant.
    case reaches(state: String, by: SimDuration?)
    /// The alarm never enters ALARM.
    case never
  }
  /// Logical id.
  package var alarm: String
  package var rule: Rule
  package var position: SourcePosition
  package init(alarm: String, rule: Rule, position: SourcePosition) {
    self.alarm = alarm
    self.rule = rule
    self.position = position
  }
}

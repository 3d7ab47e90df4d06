package import Scenarios

/// What a result folder says about one or several designs: the summary and the verdicts of an earlier run.
package struct RecordedResult: Sendable, Hashable {
  package struct Design: Sendable, Hashable {
    /// The `variant` column; empty for a run.
    package var label: String
    package var name: String
    package var seed: UInt64
    package var replications: Int
    /// The merged scenario; nil when it is not known.
    package var scenario: Node?
    package init(label: String, name: String, seed: UInt64, replications: Int, scenario: Node? = nil) {
      self.label = label
      self.name = name
      self.seed = seed
      self.replications = replications
      self.scenario = scenario
    }
  }
  /// A row of `summary.csv`.
  package struct Quantity: Sendable, Hashable {
    package var variant: String
    package var metric: String
    package var statistic: String
    package var unit: QuantityUnit
    /// nil for the latency of a backlog that grows.
    package var mean: Double?
    /// Of the 95 % interval; nil with one replication.
    package var low: Double?
    package var high: Double?
    /// Replications that have a value.
    package var count: Int
    package init(
      variant: String, metric: String, statistic: String, unit: QuantityUnit, mean: Double?, low: Double?,
      high: Double?, count: Int
    ) {
      self.variant = variant
      self.metric = metric
      self.statistic = statistic
      self.unit = unit
      self.mean = mean
      self.low = low
      self.high = high
      self.count = count
    }
    package var name: String { "\(metric) \(statistic)" }
    var halfWidth: Double? {
      guard let low, let high else { return nil }
      return (high - low) / 2
    }
  }
  /// A row of `thresholds.csv`.
  package struct Rule: Sendable, Hashable {
    package var variant: String
    package var metric: String
    package var expression: String
    package var across: String
    package var outcome: Verdict.Outcome
    package var severity: Verdict.Severity
    package init(
      variant: String, metric: String, expression: String, across: String, outcome: Verdict.Outcome,
      severity: Verdict.Severity
    ) {
      self.variant = variant
      self.metric = metric
      self.expression = expression
      self.across = across
      self.outcome = outcome
      self.severity = severity
    }
  }

  /// As the user named it.
  package var folder: String
  package var designs: [Design]
  package var quantities: [Quantity]
  package var rules: [Rule]
  package init(folder: String, designs: [Design], quantities: [Quantity], rules: [Rule]) {
    self.folder = folder
    self.designs = designs
    self.quantities = quantities
    self.rules = rules
  }

  /// `mm1 · seed 3 · 20 replications`, of the first design.
  package var description: String {
    guard let first = designs.first else { return "nothing" }
    let more = designs.count > 1 ? " · \(designs.count) designs" : ""
    return "\(first.name) · seed \(first.seed) · \(first.replications) "
      + (first.replications == 1 ? "replication" : "replications") + more
  }
}

/// How much worse than the baseline is no reason to complain.
package struct Tolerance: Sendable, Hashable {
  package enum Width: Sendable, Hashable {
    /// Of the magnitude of the baseline's mean.
    case relative(Double)
    /// In the base unit of the quantity.
    case absolute(Double)
  }
  package struct Named: Sendable, Hashable {
    package var metric: String
    /// nil for all statistics of the metric.
    package var statistic: String?
    package var width: Width
    package init(metric: String, statistic: String?, width: Width) {
      self.metric = metric
      self.statistic = statistic
      self.width = width
    }
    package func covers(_ quantity: RecordedResult.Quantity) -> Bool {
      metric == quantity.metric && (statistic == nil || statistic == quantity.statistic)
    }
  }
  /// Of all quantities that are not named, as a share.
  package var common: Double
  /// The last one that covers a quantity counts.
  package var named: [Named]
  package init(common: Double = 0, named: [Named] = []) {
    self.common = common
    self.named = named
  }

  func width(for quantity: RecordedResult.Quantity) -> Width {
    named.last { $0.covers(quantity) }?.width ?? .relative(common)
  }
}

import Planning
import Scenarios

/// A rule and what became of it.
public struct Rule: Sendable, Hashable {
  public enum Outcome: String, Sendable, Hashable, CaseIterable {
    case holds, fails
    /// The scenario's `knownFailures` lists the rule for the design.
    case failsAsExpected
    /// The scenario's `knownFailures` lists the rule for the design, and it holds.
    case holdsUnexpectedly
    /// The limit lies inside the confidence interval, which only `across: ci95` asks about.
    case undecided
  }
  /// As it was written: `orders.Latency`.
  public let metric: String
  /// As it was written: `p(95) < 5s`.
  public let expression: String
  public let outcome: Outcome
  /// The scenario calls it a warning.
  public let isWarning: Bool
  /// The value that decided: of the worst replication, or the mean. Infinite = never; nil = there is none.
  /// [base unit: seconds, bytes, US dollars, or a number]
  public let observed: Double?
  /// In the base unit; nil for an alarm.
  public let limit: Double?
  /// The replication farthest from holding, from 0.
  public let worstReplication: Int?
  let verdict: Verdict

  init(_ verdict: Verdict, isAsWritten: Bool = true) {
    self.verdict = verdict
    metric = verdict.metric
    expression = verdict.expression
    isWarning = verdict.severity == .warning
    observed = verdict.observed
    limit = verdict.limit
    worstReplication = verdict.worstReplication
    outcome =
      switch RuleOutcome(verdict, isAsWritten: isAsWritten) {
      case .holds: .holds
      case .fails: .fails
      case .failsAsExpected: .failsAsExpected
      case .holdsUnexpectedly: .holdsUnexpectedly
      case .undecided: .undecided
      }
  }
}

/// How a rule is read over several replications.
public enum Across: Sendable, Hashable, CaseIterable {
  /// Each of them must hold.
  case every
  /// The mean must hold.
  case mean
  /// The 95 % confidence interval of the mean must hold as a whole; undecided when the limit lies inside.
  case ci95

  var across: Threshold.Across {
    switch self {
    case .every: .every
    case .mean: .mean
    case .ci95: .ci95
    }
  }
}

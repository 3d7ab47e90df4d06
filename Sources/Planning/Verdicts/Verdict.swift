package import Statistics

/// What became of one rule of a scenario.
package struct Verdict: Sendable, Hashable {
  package enum Outcome: String, Sendable, Hashable { case pass, fail, undecided }
  package enum Severity: String, Sendable, Hashable { case error, warning }
  package enum Kind: Sendable, Hashable { case threshold, alarm }

  package var kind: Kind
  /// As the scenario names it; the alarm's logical id for an expectation.
  package var metric: String
  /// As the scenario writes it.
  package var expression: String
  /// `every`, `mean` or `ci95`.
  package var across: String
  package var severity: Severity
  package var unit: QuantityUnit
  /// `p(95)`, `count`, ...; `state` for an alarm.
  package var aggregation: String
  /// In the base unit; nil for an alarm that must reach its state at any time.
  package var limit: Double?
  package var outcome: Outcome
  /// For a wildcard, the subject that decided.
  package var subject: String?
  /// Parallel to the runs; nil = no value, infinite = never.
  package var values: [Double?]
  /// Mean and 95 % interval; nil without finite values.
  package var interval: MeanInterval?
  /// The value that decided: of the worst replication for `every`, otherwise the mean. Infinite = never.
  package var observed: Double?
  /// The replication farthest from holding, the first of equals.
  package var worstReplication: Int?
  package var worstValue: Double?
  /// Why there is no value or no decision.
  package var note: String?
  package var source: SourceLocation
  /// The scenario lists the rule among the known failures of its design.
  package var isKnownFailure = false

  package struct SourceLocation: Sendable, Hashable {
    package var file: String
    package var line: Int
    package var column: Int
  }

  /// Fails the command: a failed warning does so only when strict.
  package func isFailure(strict: Bool) -> Bool { outcome == .fail && (strict || severity == .error) }
}

/// The exit code that verdicts lead to. Source: scenario format §11.
package enum VerdictExit {
  package static let passed: Int32 = 0
  package static let undecided: Int32 = 98
  package static let failed: Int32 = 99

  package static func code(_ verdicts: [Verdict], strict: Bool) -> Int32 {
    if verdicts.contains(where: { $0.isFailure(strict: strict) }) { return failed }
    if strict, verdicts.contains(where: { $0.outcome == .undecided }) { return undecided }
    return passed
  }
}

extension Verdict {
  /// Mean over the replications; nil without finite values.
  package var mean: Double? { interval?.mean }
  /// Half width of the 95 % interval; nil for one replication.
  package var halfWidth: Double? { interval?.halfWidth }
  package var replicationCount: Int { values.count }
}

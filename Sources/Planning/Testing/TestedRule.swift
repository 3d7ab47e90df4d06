/// How a rule came out, against what its scenario says about it.
package enum RuleOutcome: String, Sendable, Hashable, CaseIterable {
  case holds, fails
  /// `knownFailures` lists the rule for the design.
  case failsAsExpected = "fails as expected"
  /// `knownFailures` lists the rule, and it holds: the list is out of date.
  case holdsUnexpectedly = "holds unexpectedly"
  case undecided

  /// - Parameter isAsWritten: The design is that of the file; a changed one may hold what the file is known to break.
  package init(_ verdict: Verdict, isAsWritten: Bool = true) {
    self =
      switch verdict.outcome {
      case .pass: verdict.isKnownFailure && isAsWritten ? .holdsUnexpectedly : .holds
      case .fail: verdict.isKnownFailure ? .failsAsExpected : .fails
      case .undecided: .undecided
      }
  }
}

/// A rule of a tested design.
package struct TestedRule: Sendable, Hashable {
  package var verdict: Verdict
  package var outcome: RuleOutcome

  package init(_ verdict: Verdict, isAsWritten: Bool = true) {
    self.verdict = verdict
    outcome = RuleOutcome(verdict, isAsWritten: isAsWritten)
  }

  /// Fails the test: warnings and undecided rules do so only when strict.
  package func isFailure(strict: Bool) -> Bool {
    switch outcome {
    case .holds, .failsAsExpected: false
    case .holdsUnexpectedly: true
    case .fails: verdict.isFailure(strict: strict)
    case .undecided: strict
    }
  }
}

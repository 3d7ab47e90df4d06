/// How a rule came out, against what its scenario says about it.
package enum RuleOutcome: String, Sendable, Hashable, CaseIterable {
  case holds, fails
  /// `failsIn` names the design.
  case failsAsExpected = "fails as expected"
  /// `failsIn` names a design in which the rule holds: the list is out of date.
  case holdsUnexpectedly = "holds unexpectedly"
  case undecided

  /// - Parameter design: Name of the variant, `base` for a file as it stands.
  package init(_ verdict: Verdict, in design: String) {
    let isKnown = verdict.failsIn.contains(design) || verdict.failsIn.contains("*")
    self =
      switch verdict.outcome {
      case .pass: isKnown ? .holdsUnexpectedly : .holds
      case .fail: isKnown ? .failsAsExpected : .fails
      case .undecided: .undecided
      }
  }
}

/// A rule of a tested design.
package struct TestedRule: Sendable, Hashable {
  package var verdict: Verdict
  package var outcome: RuleOutcome

  package init(_ verdict: Verdict, in design: String) {
    self.verdict = verdict
    outcome = RuleOutcome(verdict, in: design)
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

import Planning

/// The rules of one design as documents for other programs group them.
struct VerdictSuite {
  /// How a rule is reported.
  enum Standing: Hashable {
    case holds
    case failed(String)
    /// Neither good nor bad: a failed warning, or an undecided rule.
    case passedOver(String)
    /// Fails where the scenario says so.
    case expected(String)
  }
  struct Case {
    var verdict: Verdict
    var standing: Standing
  }
  /// Name of the scenario.
  var scenario: String
  /// Name of the variant; empty for a scenario without variants.
  var variant: String
  var cases: [Case]
  /// Why there are no verdicts: a file that is wrong, a simulation that could not go on.
  var error: String?

  /// `album-launch` or `album-launch.sns`.
  var name: String { variant.isEmpty ? scenario : "\(scenario).\(variant)" }
  func count(_ isCounted: (Standing) -> Bool) -> Int { cases.count { isCounted($0.standing) } }
  var failures: Int { count { if case .failed = $0 { true } else { false } } }
  var skipped: Int {
    count {
      switch $0 {
      case .passedOver, .expected: true
      case .holds, .failed: false
      }
    }
  }
}

extension VerdictSuite {
  /// The rules of a run or of one design of a comparison.
  init(_ result: ScenarioResult, strict: Bool) {
    self.init(
      scenario: result.header.name, variant: result.label,
      cases: result.verdicts.map { verdict in
        let standing: Standing =
          verdict.outcome == .pass
          ? .holds
          : verdict.counts(asFailed: strict)
            ? .failed(verdict.explanation) : .passedOver(verdict.explanation)
        return Case(verdict: verdict, standing: standing)
      })
  }
}

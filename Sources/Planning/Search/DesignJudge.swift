import Scenarios
import Statistics

/// What is known about a design.
package struct DesignVerdict: Sendable, Hashable {
  package enum Outcome: String, Sendable, Hashable {
    /// Every rule holds, in as many replications as the scenario asks for.
    case passes = "pass"
    case fails = "fail"
    /// The limit of some rule lies inside its interval, and no more replications are allowed.
    case undecided
    /// Nothing is broken in the replications so far, and there are more to come.
    case open = "promising"
  }
  package var outcome: Outcome
  /// Broken rules, in their order.
  package var failing: [Int]
  /// Rules that more replications have to decide, in their order.
  package var unclear: [Int]
}

/// Judges designs by their replications.
///
/// - A rule for `every` replication is broken by the first one that breaks it, and holds when all that were asked for
///   hold.
/// - A rule about the mean is decided when its interval lies on one side of the limit. It is looked at after growing
///   numbers of replications; the error is shared among looks and rules, so that all verdicts about one design hold
///   with the confidence asked for.
/// Source: methods §6.5, §6.10, §9.1.
package struct DesignJudge: Sendable {
  package let rules: [PlanRule]
  /// That a rule for every replication has to hold in.
  package let replications: Int
  /// Most replications of a design.
  package let replicationsMax: Int
  /// Numbers of replications after which rules about means are looked at, ascending; the last is the most.
  package let looks: [Int]
  private let confidenceEach: Double

  /// - Parameters:
  ///   - replications: 1 or more.
  ///   - replicationsMax: Not below `replications`.
  ///   - confidence: Of all verdicts about one design together.
  package init(rules: [PlanRule], replications: Int, replicationsMax: Int, confidence: Double) {
    precondition(
      replications > 0 && replicationsMax >= replications, "\(replications) to \(replicationsMax)")
    self.rules = rules
    self.replications = replications
    self.replicationsMax = replicationsMax
    let count = rules.count { $0.kind != .every && !$0.isWarning }
    var looks: [Int] = []
    if rules.contains(where: \.isDecidedByInterval) {
      var next = min(max(replications, 3), 5)
      while next < replicationsMax {
        looks.append(next)
        next *= 2
      }
    }
    self.looks = looks + [replicationsMax]
    confidenceEach = Bonferroni.confidence(each: max(1, count * self.looks.count), overall: confidence)
  }

  package var decidesByInterval: Bool { rules.contains { $0.isDecidedByInterval } }

  /// The verdict after some replications.
  ///
  /// - Parameter observations: In order of replications; those after the ones that the scenario asks for say nothing of
  ///   a rule for every replication.
  package func verdict(_ observations: [Observation]) -> DesignVerdict {
    var verdict = DesignVerdict(outcome: .open, failing: [], unclear: [])
    guard !observations.isEmpty else { return verdict }
    for (index, rule) in rules.enumerated() where !rule.isWarning {
      switch outcome(of: index, observations) {
      case .fail: verdict.failing.append(index)
      case .undecided: verdict.unclear.append(index)
      case .pass: break
      }
    }
    if !verdict.failing.isEmpty {
      verdict.outcome = .fails
    } else if !verdict.unclear.isEmpty {
      verdict.outcome = observations.count >= replicationsMax ? .undecided : .open
    } else {
      verdict.outcome = observations.count >= replications ? .passes : .open
    }
    return verdict
  }

  /// What one rule says of a design.
  package func outcome(of index: Int, _ observations: [Observation]) -> Verdict.Outcome {
    outcome(rules[index], judged(index, observations).map { $0.rules[index] })
  }

  /// The replications that a rule is about: a choice between designs that takes more of them must not change verdicts.
  private func judged(_ index: Int, _ observations: [Observation]) -> ArraySlice<Observation> {
    guard case .every = rules[index].kind else { return observations[...] }
    return observations.prefix(replications)
  }

  private func outcome(_ rule: PlanRule, _ readings: [RuleReading]) -> Verdict.Outcome {
    switch rule.kind {
    case .every: return readings.allSatisfy(\.holds) ? .pass : .fail
    case .stability: return stability(readings)
    case .mean(let comparison, let limit):
      guard readings.contains(where: { $0 != .absent }) else { return .pass }
      let values = readings.compactMap(\.value)
      guard values.count == readings.count else { return .fail }
      guard values.allSatisfy(\.isFinite) else {
        return comparison.holds(values.reduce(0, +) / Double(values.count), limit) ? .pass : .fail
      }
      guard let interval = MeanInterval(values, confidence: confidenceEach),
        let low = interval.low, let high = interval.high
      else { return .undecided }
      if low == high { return comparison.holds(interval.mean, limit) ? .pass : .fail }
      switch comparison {
      case .less, .lessOrEqual: return Self.outcome(ConstraintVerdict(interval, atMost: limit))
      case .greater, .greaterOrEqual: return Self.outcome(ConstraintVerdict(interval, atLeast: limit))
      case .equal: return interval.excludes(limit) ? .fail : .undecided
      case .notEqual: return interval.excludes(limit) ? .pass : .undecided
      }
    }
  }

  private static func outcome(_ verdict: ConstraintVerdict) -> Verdict.Outcome {
    switch verdict {
    case .feasible: .pass
    case .infeasible: .fail
    case .undecided: .undecided
    }
  }

  /// Growth has to be shown, and has to matter. In all replications a mean that matters and may be chance is undecided;
  /// before that nothing is concluded from it.
  private func stability(_ readings: [RuleReading]) -> Verdict.Outcome {
    let values = readings.compactMap(\.value)
    guard let interval = MeanInterval(values, confidence: confidenceEach) else { return .pass }
    guard let low = interval.low else { return values[0] >= PlanRule.growthMinOfOne ? .fail : .pass }
    if interval.mean < PlanRule.growthMin { return .pass }
    if low > 0 { return .fail }
    return values.count >= replications ? .undecided : .pass
  }

  /// The value that decides a rule: of the worst replication, or the mean; nil without one.
  package func observed(_ index: Int, _ observations: [Observation]) -> Double? {
    let readings = judged(index, observations).map { $0.rules[index] }
    guard let first = readings.first else { return nil }
    switch rules[index].kind {
    case .every:
      return readings.dropFirst().reduce(first) { $1.badness > $0.badness ? $1 : $0 }.value
    case .mean, .stability:
      let values = readings.compactMap(\.value)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }
}

import Kernel
package import Records
package import Scenarios
package import Services
import Statistics

/// Decides the rules of a scenario from the records of its replications.
///
/// - `every`: the rule must hold in each replication.
/// - `mean`: the mean over the replications must hold.
/// - `ci95`: it passes when the whole 95 % interval of the mean holds, fails when none of it does, and is undecided
///   in between, or with one replication, which has no interval.
///
/// A quantity without a value (nothing completed, no data point) fails its rule; a backlog that never empties drains
/// in an infinite time. A wildcard leaves out names that have no data in any replication, unless all of them have
/// none. Source: scenario format §8.
package struct ThresholdEvaluator: Sendable {
  package var system: SystemSpec
  package init(system: SystemSpec) { self.system = system }

  package func evaluate(
    _ thresholds: [Threshold], _ expectations: [AlarmExpectation], _ runs: [RunRecords]
  ) -> [Verdict] {
    thresholds.map { evaluate($0, runs) } + expectations.map { AlarmJudge.evaluate($0, runs) }
  }

  /// Whether a finished run already fails a rule that stops the others.
  package func aborts(_ thresholds: [Threshold], after run: RunRecords) -> Bool {
    thresholds.contains { $0.abortOnFail && evaluate($0, [run]).outcome == .fail }
  }

  /// The verdict about the worst of the names that the rule is about.
  package func evaluate(_ threshold: Threshold, _ runs: [RunRecords]) -> Verdict {
    Self.evaluate(threshold, runs.map { readings(threshold, in: $0) }, of: runs.map(\.replication))
  }

  /// A verdict for each name that the rule is about, in the order of the scenario.
  package func evaluateEach(_ threshold: Threshold, _ runs: [RunRecords]) -> [Verdict] {
    Self.evaluateEach(threshold, runs.map { readings(threshold, in: $0) }, of: runs.map(\.replication))
  }

  /// What the rule's measure says in one run, a reading for each subject.
  func readings(_ threshold: Threshold, in run: RunRecords) -> [Reading] {
    let reader = MetricReader(system: system)
    let cut = reader.cut(after: threshold.after)
    return threshold.judgedSubjects.map {
      reader.read(threshold.measure, of: $0, threshold.aggregation, in: run, cut: cut)
    }
  }

  /// Decides a rule from what it measured, for the worst of its names.
  ///
  /// - Parameters:
  ///   - readings: Shape (replication, subject).
  ///   - replications: Their numbers.
  static func evaluate(_ threshold: Threshold, _ readings: [[Reading]], of replications: [Int]) -> Verdict {
    worst(evaluateEach(threshold, readings, of: replications), threshold)
  }

  /// The verdict to show of those about single names.
  static func worst(_ judged: [Verdict], _ threshold: Threshold) -> Verdict {
    // `max(by:)` would return the last of equals; the first subject is the one to name.
    var worst = judged[0]
    for candidate in judged.dropFirst() where isWorse(candidate, than: worst, threshold) { worst = candidate }
    return worst
  }

  static func evaluateEach(
    _ threshold: Threshold, _ readings: [[Reading]], of replications: [Int]
  ) -> [Verdict] {
    let candidates = threshold.judgedSubjects.enumerated().map { position, subject in
      verdict(threshold, subject: subject, readings.map { $0[position] }, replications)
    }
    let withData = candidates.filter { candidate in candidate.values.contains { $0 != nil } }
    return threshold.isWildcard && !withData.isEmpty ? withData : candidates
  }

  private static func isWorse(_ a: Verdict, than b: Verdict, _ threshold: Threshold) -> Bool {
    let rank: [Verdict.Outcome] = [.pass, .undecided, .fail]
    let (ra, rb) = (rank.firstIndex(of: a.outcome)!, rank.firstIndex(of: b.outcome)!)
    if ra != rb { return ra > rb }
    return threshold.badness(a.observed) > threshold.badness(b.observed)
  }

  private static func verdict(
    _ threshold: Threshold, subject: String?, _ readings: [Reading], _ replications: [Int]
  ) -> Verdict {
    let values = readings.map(\.value)
    var verdict = Verdict(
      kind: .threshold, metric: threshold.metricText, expression: threshold.expression,
      across: threshold.across.rawValue, severity: threshold.severity == .error ? .error : .warning,
      unit: QuantityUnit(threshold.unit), aggregation: threshold.aggregation.text, limit: threshold.limit,
      outcome: .undecided, subject: threshold.isWildcard ? subject : nil, values: values,
      interval: nil, observed: nil, worstReplication: nil, worstValue: nil, note: nil,
      source: .init(threshold.position), isKnownFailure: threshold.isKnownFailure)
    guard !replications.isEmpty else {
      verdict.note = "no replication finished"
      return verdict
    }
    let present = values.compactMap(\.self)
    let isFinite = present.allSatisfy(\.isFinite)
    verdict.interval = isFinite ? MeanInterval(present) : nil

    var worst = 0
    for position in values.indices.dropFirst()
    where threshold.badness(values[position]) > threshold.badness(values[worst]) { worst = position }
    verdict.worstReplication = replications[worst]
    verdict.worstValue = values[worst]
    if case .missing(let why) = readings[worst] {
      verdict.outcome = .fail
      verdict.note =
        present.isEmpty || replications.count == 1 ? why : "replication \(replications[worst]): \(why)"
      return verdict
    }
    let mean = isFinite ? verdict.interval!.mean : present.reduce(0, +) / Double(present.count)
    switch threshold.across {
    case .every:
      verdict.observed = values[worst]
      verdict.outcome = threshold.comparison.holds(values[worst]!, threshold.limit) ? .pass : .fail
    case .mean:
      verdict.observed = mean
      verdict.outcome = threshold.comparison.holds(mean, threshold.limit) ? .pass : .fail
    case .ci95:
      verdict.observed = mean
      decideByInterval(threshold, mean, &verdict)
    }
    return verdict
  }

  private static func decideByInterval(_ threshold: Threshold, _ mean: Double, _ verdict: inout Verdict) {
    guard mean.isFinite else {
      verdict.outcome = threshold.comparison.holds(mean, threshold.limit) ? .pass : .fail
      return
    }
    guard let low = verdict.interval?.low, let high = verdict.interval?.high else {
      verdict.note = "one replication has no interval"
      return
    }
    let limit = threshold.limit
    // (does the whole interval hold, does none of it hold)
    let (all, none): (Bool, Bool) =
      switch threshold.comparison {
      case .less: (high < limit, low >= limit)
      case .lessOrEqual: (high <= limit, low > limit)
      case .greater: (low > limit, high <= limit)
      case .greaterOrEqual: (low >= limit, high < limit)
      case .equal: (low == limit && high == limit, limit < low || limit > high)
      case .notEqual: (limit < low || limit > high, low == limit && high == limit)
      }
    verdict.outcome = all ? .pass : none ? .fail : .undecided
    if verdict.outcome == .undecided { verdict.note = "the limit lies inside the interval" }
  }
}

extension Threshold {
  /// What the rule is judged for, one by one; one nameless subject for the bill.
  var judgedSubjects: [String?] { subjects.isEmpty ? [nil] : subjects }

  /// How far a value is on the wrong side; larger is worse, no value is worst.
  func badness(_ value: Double?) -> Double {
    guard let value else { return .infinity }
    // Never is worse than any number, but better than not knowing.
    let bounded = value.isFinite ? value : Double.greatestFiniteMagnitude * (value < 0 ? -1 : 1)
    return switch comparison {
    case .less, .lessOrEqual: bounded
    case .greater, .greaterOrEqual: -bounded
    case .equal: value.isFinite ? (value - limit).magnitude : .greatestFiniteMagnitude
    case .notEqual: value == limit ? 1 : 0
    }
  }
}

extension Threshold.Aggregation {
  /// The word in expressions and reports.
  package var text: String {
    switch self {
    case .average: "avg"
    case .minimum: "min"
    case .maximum: "max"
    case .median: "med"
    case .sum: "sum"
    case .count: "count"
    case .rate: "rate"
    case .value: "value"
    case .percentile(let p): "p(\(QuantityText.plain(p * 100)))"
    }
  }
}

extension Verdict.SourceLocation {
  init(_ position: SourcePosition) {
    self.init(file: position.file, line: position.line, column: position.column)
  }
}

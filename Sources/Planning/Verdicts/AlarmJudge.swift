import Kernel
import Records
import Scenarios
import Statistics

/// Decides what alarms had to do, in every replication.
///
/// An alarm starts in INSUFFICIENT_DATA. Source: fact sheet §11.2, scenario format §8.
enum AlarmJudge {
  static func evaluate(_ expectation: AlarmExpectation, _ runs: [RunRecords]) -> Verdict {
    evaluate(expectation, runs.map { time(of: expectation, in: $0) }, of: runs.map(\.replication))
  }

  /// When the alarm entered the state that the expectation is about; infinite when it had to and did not. [s]
  static func time(of expectation: AlarmExpectation, in run: RunRecords) -> Double? {
    switch expectation.rule {
    case .never: entry(of: expectation.alarm, into: "ALARM", in: run)
    case .reaches(let state, _): entry(of: expectation.alarm, into: state, in: run) ?? .infinity
    }
  }

  /// The same from what the runs said, parallel to the replications.
  static func evaluate(
    _ expectation: AlarmExpectation, _ times: [Double?], of replications: [Int]
  ) -> Verdict {
    var verdict = Verdict(
      kind: .alarm, metric: expectation.alarm, expression: text(expectation.rule), across: "every",
      severity: .error, unit: .seconds, aggregation: "state", limit: nil, outcome: .undecided, subject: nil,
      values: [], interval: nil, observed: nil, worstReplication: nil, worstValue: nil, note: nil,
      source: .init(expectation.position))
    guard !replications.isEmpty else {
      verdict.note = "no replication finished"
      return verdict
    }
    verdict.values = times
    switch expectation.rule {
    case .never:
      // The earliest alarm is the worst one.
      judge(&verdict, replications, badness: { $0.map { -$0 } ?? -.infinity }) { $0 == nil }
    case .reaches(_, let limit):
      verdict.limit = limit?.seconds
      judge(&verdict, replications, badness: { $0 ?? .infinity }) { time in
        guard let time, time.isFinite else { return false }
        return limit.map { time <= $0.seconds } ?? true
      }
    }
    let known = times.compactMap(\.self)
    if known.count == replications.count, known.allSatisfy(\.isFinite) {
      verdict.interval = MeanInterval(known)
    }
    return verdict
  }

  private static func judge(
    _ verdict: inout Verdict, _ replications: [Int], badness: (Double?) -> Double, holds: (Double?) -> Bool
  ) {
    var worst = 0
    for position in replications.indices
    where badness(verdict.values[position]) > badness(verdict.values[worst]) {
      worst = position
    }
    verdict.worstReplication = replications[worst]
    verdict.worstValue = verdict.values[worst]
    verdict.observed = verdict.values[worst]
    verdict.outcome = verdict.values.allSatisfy(holds) ? .pass : .fail
  }

  /// When the alarm first entered the state. [s]
  private static func entry(of alarm: String, into state: String, in run: RunRecords) -> Double? {
    if let change = run.alarms.first(where: { $0.alarm == alarm && $0.to == state }) {
      return change.time.seconds
    }
    return state == "INSUFFICIENT_DATA" ? 0 : nil
  }

  static func text(_ rule: AlarmExpectation.Rule) -> String {
    switch rule {
    case .never: "never ALARM"
    case .reaches(let state, nil): "state \(state)"
    case .reaches(let state, let by?): "state \(state) by \(QuantityText.duration(by.seconds))"
    }
  }
}

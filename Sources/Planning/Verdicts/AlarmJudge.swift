import Kernel
import Records
import Scenarios
import Statistics

/// Decides what alarms had to do, in every replication.
///
/// An alarm starts in INSUFFICIENT_DATA. Source: fact sheet §11.2, scenario format §8.
enum AlarmJudge {
  static func evaluate(_ expectation: AlarmExpectation, _ runs: [RunRecords]) -> Verdict {
    var verdict = Verdict(
      kind: .alarm, metric: expectation.alarm, expression: text(expectation.rule), across: "every",
      severity: .error, unit: .seconds, aggregation: "state", limit: nil, outcome: .undecided, subject: nil,
      values: [], interval: nil, observed: nil, worstReplication: nil, worstValue: nil, note: nil,
      source: .init(expectation.position))
    guard !runs.isEmpty else {
      verdict.note = "no replication finished"
      return verdict
    }
    switch expectation.rule {
    case .never:
      verdict.values = runs.map { entry(of: expectation.alarm, into: "ALARM", in: $0) }
      // The earliest alarm is the worst one.
      judge(&verdict, runs, badness: { $0.map { -$0 } ?? -.infinity }) { $0 == nil }
    case .reaches(let state, let limit):
      verdict.limit = limit?.seconds
      verdict.values = runs.map { entry(of: expectation.alarm, into: state, in: $0) ?? .infinity }
      judge(&verdict, runs, badness: { $0 ?? .infinity }) { time in
        guard let time, time.isFinite else { return false }
        return limit.map { time <= $0.seconds } ?? true
      }
    }
    let times = verdict.values.compactMap(\.self)
    if times.count == runs.count, times.allSatisfy(\.isFinite) { verdict.interval = MeanInterval(times) }
    return verdict
  }

  private static func judge(
    _ verdict: inout Verdict, _ runs: [RunRecords], badness: (Double?) -> Double, holds: (Double?) -> Bool
  ) {
    var worst = 0
    for position in runs.indices where badness(verdict.values[position]) > badness(verdict.values[worst]) {
      worst = position
    }
    verdict.worstReplication = runs[worst].replication
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

  private static func text(_ rule: AlarmExpectation.Rule) -> String {
    switch rule {
    case .never: "never ALARM"
    case .reaches(let state, nil): "state \(state)"
    case .reaches(let state, let by?): "state \(state) by \(QuantityText.duration(by.seconds))"
    }
  }
}

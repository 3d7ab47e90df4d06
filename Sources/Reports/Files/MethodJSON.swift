import Kernel
import Planning
import Statistics

/// How a run was made, and what grows in it, as JSON.
enum MethodJSON {
  /// null unless the warm-up was found out.
  static func warmUp(_ choice: WarmUpChoice?) -> JSONWriter.Value {
    guard let choice else { return .null }
    return .object([
      ("time_s", .number(choice.time.seconds)), ("pilots", .integer(choice.pilots)),
      ("decided_by", choice.decidedBy.map { .text($0) } ?? .null),
      ("reason", choice.reason.map { .text($0) } ?? .null),
    ])
  }

  /// null for a fixed count of replications.
  static func precision(_ report: PrecisionReport?) -> JSONWriter.Value {
    guard let report else { return .null }
    let number = { (value: Double?) -> JSONWriter.Value in value.map { .number($0) } ?? .null }
    return .object([
      ("ending", .text(report.ending.rawValue)), ("replications", .integer(report.replications)),
      ("replications_max", .integer(report.replicationsMax)),
      ("confidence_each", .number(report.confidenceEach)),
      ("decided_by", report.decidedBy.map { .text($0.target.name) } ?? .null),
      (
        "measures",
        .array(
          report.lines.map { line in
            .object([
              ("measure", .text(line.target.name)), ("unit", .text(line.target.unit.rawValue)),
              ("goal", .text(line.target.goalText)), ("mean", number(line.interval?.mean)),
              ("half_width", number(line.interval?.halfWidth)), ("half_width_max", number(line.halfWidthMax)),
              ("met", .boolean(line.isMet)),
              ("predicted_replications", line.predictedTotal.map { .integer($0) } ?? .null),
            ])
          })
      ),
    ])
  }

  /// The backlogs that grow without end.
  static func unstable(_ stability: Stability) -> JSONWriter.Value {
    let number = { (value: Double?) -> JSONWriter.Value in value.map { .number($0) } ?? .null }
    let backlogs =
      stability.workloads.map { ("workload", $0) } + stability.queues.map { ("queue", $0) }
    return .array(
      backlogs.map { kind, backlog in
        .object([
          (kind, .text(backlog.name)), ("growth_per_min", .number(backlog.growth.mean)),
          ("low", number(backlog.growth.low)), ("high", number(backlog.growth.high)),
        ])
      })
  }
}

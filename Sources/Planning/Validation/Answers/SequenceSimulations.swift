import KnownAnswers
import Records

/// Given arrivals and services: one replication, whose values must be those of the answer.
enum SequenceSimulations {
  static func simulation(of answer: KnownAnswer) throws -> AnswerSimulation {
    switch answer.id {
    case "trace-gg1-done", "trace-gg3-waits", "trace-ciw-renege": try given(answer)
    default: try evenly(answer)
    }
  }

  // MARK: Evenly spaced

  /// A backlog that is released at a constant rate, from time 0; constant services.
  private static func evenly(_ answer: KnownAnswer) throws -> AnswerSimulation {
    // Lines may be longer than a function may wait: the simulation runs a hundred times as fast.
    let unit = answer.category == "fluid" ? 0.01 : 1
    let isBatch = answer.has("batch")
    let isLoss = answer.has("queue")
    if isBatch {
      guard try answer.number("batches") == 1, try answer.number("first_batch") == 0 else {
        throw answer.unanswered()
      }
    }
    if isLoss {
      guard try answer.text("arrivals") == "1, 2, ..., 100" else { throw answer.unanswered() }
    }
    let count = isLoss ? 100 : try answer.integer(isBatch ? "batch" : "arrivals")
    let gap = isLoss ? 1 : isBatch ? nil : try answer.number("interarrival")
    let places =
      answer.has("workers")
      ? try answer.integer("workers") : answer.has("servers") ? try answer.integer("servers") : 1
    let service = try answer.number("service") * unit
    let release = gap.map { ", sendRate: \(1 / ($0 * unit))/s" } ?? ""
    let duration = 100_000.0
    let scenario = AnswerScenario(
      steps: "{call: {service: Pool}}",
      services: [
        AnswerScenario.partner("Pool", latency: "\(service)s", places: places, waits: isLoss ? nil : "890s")
      ],
      arrivals: "{process: backlog, count: \(count)\(release)}", duration: duration, replications: 1)
    let measures = try measures(answer, places: places)
    return AnswerSimulation(.init(scenario: scenario.text)) { run in
      measures(JobLog(run, until: duration, unit: unit))
    }
  }

  private static func measures(
    _ answer: KnownAnswer, places: Int
  ) throws -> @Sendable (JobLog) -> [Double] {
    switch answer.quantity {
    case "completion time of the last order": return { [$0.completions.max() ?? .nan] }
    case "largest wait": return { [$0.waits(places: places).max() ?? .nan] }
    case "mean wait": return { [JobLog.mean($0.waits(places: places))] }
    case "orders completed at or before t = 3600 s":
      // Times are whole nanoseconds: a millionth of a second later is the same instant.
      return { [Double($0.completions.count { $0 <= 3600.000_001 })] }
    case "[mean wait, largest wait]", "[mean wait, largest wait, last completion]":
      let hasLast = answer.quantity.contains("last completion")
      return { log in
        let waits = log.waits(places: places)
        let values = [JobLog.mean(waits), waits.max() ?? .nan]
        return hasLast ? values + [log.completions.max() ?? .nan] : values
      }
    case "[accepted, rejected, busy time, time of last completion]":
      // The first arrival is at 1 in the answer, at 0 here; who is refused ends at once.
      return { log in
        [
          Double(log.sojourns.count), Double(log.refusals.count), log.sojourns.reduce(0, +),
          1 + (log.completions.max() ?? .nan),
        ]
      }
    default: throw answer.unanswered()
    }
  }

  // MARK: One by one

  /// A trace whose messages bring the time of their service along, as bytes of an answer at a million bytes a second.
  private static func given(_ answer: KnownAnswer) throws -> AnswerSimulation {
    let isImpatient = answer.has("patience")
    let arrivals = isImpatient ? [7, 14, 21, 28] : try answer.numbers("arrivals")
    let services =
      isImpatient
      ? try arrivals.map { _ in try answer.number("service") } : try answer.numbers("services")
    if isImpatient {
      guard try answer.text("arrivals").hasPrefix("7, 14, 21, 28,") else { throw answer.unanswered() }
    }
    let places = try answer.integer("servers")
    let patience = isImpatient ? "\(try answer.number("patience"))s" : "890s"
    let duration = 100.0
    let scenario = AnswerScenario(
      steps: "{call: {service: Pool, reply: bytes}}",
      services: [
        "Pool: {latency: 0s, bandwidth: 1MB/s, maxConcurrent: \(places), overLimit: {queue: \(patience)}}"
      ],
      arrivals: "{process: constant, rate: 1/s}", fields: "{bytes: uniform(min=1 max=2)}",
      duration: duration, replications: 1)
    let jobs = zip(arrivals, services).map { GivenArrivals.Job(arrival: $0, bytes: $1 * 1e6) }
    let setup = AnswerSimulation.Setup(scenario: scenario.text, arrivals: .jobs(jobs))
    switch answer.quantity {
    case "completion times in order of arrival":
      return AnswerSimulation(setup) { JobLog($0, until: duration).completions }
    case "waits of the jobs in order of arrival":
      return AnswerSimulation(setup) { JobLog($0, until: duration).waits(places: places) }
    case "[arrival times of abandoning jobs, abandonment times]":
      return AnswerSimulation(setup) { run in
        let refusals = JobLog(run, until: duration).refusals
        return refusals.map(\.arrival) + refusals.map(\.end)
      }
    default: throw answer.unanswered()
    }
  }
}

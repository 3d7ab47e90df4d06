import Kernel
import Records

/// Writes how every message ended; the integers must balance at the end of each run (design §3.6).
struct Ledger {
  let cuts: [SimTime]
  private(set) var populations: [WorkloadRecord]
  private var openCounts: [Int]
  private var backlogs: [LittleMeter]
  /// Counts by (outcome, resource, reason), per population.
  private var reasons: [[ReasonKey: Int]]
  private(set) var kept: [MessageRecord] = []

  private struct ReasonKey: Hashable {
    var outcome: Outcome
    var resource: ResourceName
    var reason: ReasonName
  }

  init(workloads: [String], cuts: [SimTime]) {
    self.cuts = cuts
    populations = workloads.map { WorkloadRecord(name: $0, cutCount: cuts.count) }
    openCounts = Array(repeating: 0, count: workloads.count)
    backlogs = Array(repeating: LittleMeter(), count: workloads.count)
    reasons = Array(repeating: [:], count: workloads.count)
  }

  /// Adds a population of messages that a handler makes; its index follows the declared workloads.
  mutating func addPopulation(named name: String) -> Int32 {
    populations.append(WorkloadRecord(name: name, cutCount: cuts.count))
    openCounts.append(0)
    backlogs.append(LittleMeter())
    reasons.append([:])
    return Int32(populations.count - 1)
  }

  mutating func created(population: Int32, at now: SimTime) {
    let p = Int(population)
    for cut in cuts.indices where now >= cuts[cut] { populations[p].books[cut].created += 1 }
    populations[p].lastArrival = now
    populations[p].emptiedAt = nil
    openCounts[p] += 1
    backlogs[p].changed(by: 1, at: now)
    if openCounts[p] > populations[p].backlogPeak {
      populations[p].backlogPeak = openCounts[p]
      populations[p].backlogPeakAt = now
    }
  }

  /// Closes the books on one message.
  mutating func ended(_ message: Message, outcome: Outcome, at now: SimTime) {
    let p = Int(message.population)
    for cut in cuts.indices where message.created >= cuts[cut] {
      Self.note(message, outcome, at: now, in: &populations[p].books[cut])
    }
    if outcome != .completed || message.reason != .none {
      reasons[p][
        ReasonKey(outcome: outcome, resource: message.lastResource, reason: message.reason), default: 0] += 1
    }
    openCounts[p] -= 1
    backlogs[p].departed(after: now - message.created, at: now)
    if openCounts[p] == 0 { populations[p].emptiedAt = now }
  }

  private static func note(_ message: Message, _ outcome: Outcome, at now: SimTime, in book: inout LedgerBook)
  {
    book.outcomes[Int(outcome.rawValue)] += 1
    book.deliveries += Int(message.deliveries)
    if message.isDuplicated { book.duplicated += 1 }
    if outcome == .completed { book.latency.record(now - message.created) }
  }

  mutating func keep(_ record: MessageRecord) { kept.append(record) }

  /// Notes how many messages are open at the end of a minute.
  mutating func minuteEnded() {
    for p in populations.indices { populations[p].backlogByMinute.append(openCounts[p]) }
  }

  /// Finishes the books at the end of the run; messages still open must have been ended as `open` before.
  mutating func close(at end: SimTime, names: (resources: NameTable, reasons: NameTable)) -> [LittleCheck] {
    for p in populations.indices {
      backlogs[p].advance(to: end)
      populations[p].backlogIntegral = backlogs[p].numberIntegralSeconds
      populations[p].reasons = reasons[p].map { key, count in
        ReasonCount(
          outcome: key.outcome, resource: names.resources[key.resource.rawValue],
          reason: names.reasons[key.reason.rawValue], count: count)
      }.sorted {
        ($0.outcome.rawValue, $0.resource, $0.reason) < ($1.outcome.rawValue, $1.resource, $1.reason)
      }
    }
    return backlogs.map { $0.check }
  }
}

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
      populations[p].books[cut].outcomes[Int(outcome.rawValue)] += 1
      populations[p].books[cut].deliveries += Int(message.deliveries)
      if message.isDuplicated { populations[p].books[cut].duplicated += 1 }
      if outcome == .completed { populations[p].books[cut].latency.record(now - message.created) }
    }
    if outcome != .completed || message.reason != .none {
      reasons[p][ReasonKey(outcome: outcome, resource: message.lastResource, reason: message.reason), default: 0] += 1
    }
    openCounts[p] -= 1
    backlogs[p].departed(after: now - message.created, at: now)
    if openCounts[p] == 0 { populations[p].emptiedAt = now }
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
      }.sorted { ($0.outcome.rawValue, $0.resource, $0.reason) < ($1.outcome.rawValue, $1.resource, $1.reason) }
    }
    return backlogs.map { $0.check }
  }
}

/// Little's law in exact integers: arrivals, departures and both sides of L = λW for one station.
struct LittleMeter {
  private(set) var inside = 0
  private var arrivals = 0
  private var departures = 0
  private var sojournSum: Int128 = 0
  private var numberIntegral: Int128 = 0
  private var lastChange = SimTime.zero

  mutating func advance(to now: SimTime) {
    numberIntegral += Int128(inside) * Int128((now - lastChange).nanoseconds)
    lastChange = now
  }
  mutating func changed(by count: Int, at now: SimTime) {
    advance(to: now)
    inside += count
    arrivals += count
  }
  mutating func departed(after sojourn: SimDuration, at now: SimTime) {
    advance(to: now)
    inside -= 1
    departures += 1
    sojournSum += Int128(sojourn.nanoseconds)
  }

  /// [number·s]
  var numberIntegralSeconds: Double { Double(numberIntegral) / 1e9 }
  var check: LittleCheck {
    LittleCheck(
      arrivals: arrivals, departures: departures, inside: inside, sojournSum: sojournSum,
      numberIntegral: numberIntegral)
  }
}

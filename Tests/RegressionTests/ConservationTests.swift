import Foundation
import Kernel
import Planning
import Records
import Scenarios
import Services
import Testing

/// No message unaccounted for, and Little's law, on random systems. Source: design §3.6, methods §7.10.
@Suite struct ConservationTests {
  /// One scenario alone: `HIGHWATER_SWARM_SEED=17 swift test --filter ConservationTests`.
  static let seeds: [UInt64] = {
    if let text = ProcessInfo.processInfo.environment["HIGHWATER_SWARM_SEED"], let seed = UInt64(text) {
      return [seed]
    }
    return Array(0..<200)
  }()

  @Test("books balance and Little's law holds on 200 random scenarios")
  func conservation() throws {
    var ends = Array(repeating: 0, count: Outcome.allCases.count)
    var throttled = 0
    for seed in Self.seeds {
      let system = try Lab.compile(Swarm.scenario(seed: seed)).system
      let run = Simulation(system, replication: 0).run()
      check(run, system, seed: seed, "in order")
      for workload in run.workloads {
        for (outcome, count) in workload.books[0].outcomes.enumerated() { ends[outcome] += count }
      }
      throttled += run.stations.reduce(0) { $0 + $1.throttled }
    }
    guard Self.seeds.count == 200 else { return }
    // The scenarios are worth their name: messages end in every way that the services of the story know.
    for outcome in [Outcome.completed, .expired, .dropped, .discarded, .open] {
      #expect(ends[Int(outcome.rawValue)] > 20, "\(outcome)")
    }
    #expect(throttled > 1000)
  }

  @Test("permuting events of one instant breaks neither the books nor a limit")
  func permutedTies() throws {
    var differing = 0
    // A fifth of the scenarios, all of them in the slow suite.
    for seed in Self.seeds where Lab.isSlow || seed % 5 == 0 || Self.seeds.count == 1 {
      let system = try Lab.compile(Swarm.scenario(seed: seed)).system
      let run = Simulation(system, replication: 0, tieSeed: seed &+ 1).run()
      check(run, system, seed: seed, "ties permuted")
      let other = Simulation(system, replication: 0).run()
      if run.traceHash != other.traceHash { differing += 1 }
    }
    #expect(differing > 0, "the permutation permutes something")
  }

  @Test("a run whose books or whose Little's law do not add up is refused")
  func refused() throws {
    let run = try Lab.run(Album(minutes: 1, perMinute: 30).text)
    var lost = run
    lost.workloads[0].books[0].created += 1
    #expect(throws: InternalInvariantError.self) { try RunChecks.verify(lost) }
    var late = run
    late.workloadChecks[0].sojournSum += 1
    #expect(throws: InternalInvariantError.self) { try RunChecks.verify(late) }
  }

  private func check(_ run: RunRecords, _ system: SystemSpec, seed: UInt64, _ what: String) {
    let replay = Comment(
      rawValue: "seed \(seed), \(what): HIGHWATER_SWARM_SEED=\(seed) swift test --filter ConservationTests")
    #expect(throws: Never.self, replay) { try RunChecks.verify(run) }
    #expect(run.ending == .settled || run.ending == .drainExpired, replay)
    #expect(run.workloadChecks.count == run.workloads.count, replay)
    for (workload, little) in zip(run.workloads, run.workloadChecks) {
      let book = workload.books[0]
      #expect(book.isBalanced, replay)
      #expect(little.holds, replay)
      #expect(little.arrivals == book.created, replay)
      #expect(little.departures == book.created && little.inside == 0, replay)
      #expect(run.ending == .drainExpired || book[.open] == 0, replay)
    }
    // Message by message: every created one has one record, and its outcome is in the book.
    for (index, workload) in run.workloads.enumerated() where index < system.workloads.count {
      let rows = run.messages.filter { $0.workload == index }
      #expect(rows.count == workload.books[0].created, replay)
      #expect(Set(rows.map(\.index)).count == rows.count, replay)
      for outcome in Outcome.allCases {
        #expect(rows.count { $0.outcome == outcome } == workload.books[0][outcome], replay)
      }
    }
    for station in run.stations {
      if let little = station.little { #expect(little.holds, replay) }
    }
    for (partner, spec) in zip(run.partners, system.partners) {
      if let limit = spec.maxConcurrent { #expect(Self.mostHeld(by: spec.name, run) <= limit, replay) }
      #expect(
        partner.succeeded + partner.overLimit + partner.suspendedReplies + partner.errors <= partner.calls,
        replay)
      #expect(partner.messagesWithEffect <= partner.effects, replay)
      if spec.dedupe { #expect(partner.messagesWithSeveralEffects == 0, replay) }
    }
    for function in system.functions {
      guard let limit = function.reservedConcurrentExecutions else { continue }
      let most = max(limit, system.timeline.compactMap(Self.reserved).max() ?? 0)
      let station = run.stations.first { $0.name == function.logicalID && $0.kind == .function }
      #expect((station?.peak ?? 0) <= Double(most), replay)
    }
  }

  /// The most calls that a partner held at once, from the spans of its answers; refused calls are not held.
  private static func mostHeld(by partner: String, _ run: RunRecords) -> Int {
    var changes: [(time: SimTime, change: Int)] = []
    for span in run.spans where span.kind == "call" && span.resource == partner {
      guard span.status == "ok" || span.detail == "500" else { continue }
      changes += [(span.start, 1), (span.end, -1)]
    }
    changes.sort { ($0.time, $0.change) < ($1.time, $1.change) }
    var (held, most) = (0, 0)
    for change in changes {
      held += change.change
      most = max(most, held)
    }
    return most
  }

  private static func reserved(_ entry: TimelineEntry) -> Int? {
    guard case .reservedConcurrency(_, let value) = entry.change else { return nil }
    return value
  }
}

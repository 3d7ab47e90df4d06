import Foundation
import Kernel
import Planning
import Records
import Scenarios
import Services
import Testing

/// No message unaccounted for, no limit exceeded, and Little's law, on random systems. Source: design §3.6, methods §7.10.
@Suite struct ConservationTests {
  private static let seedCount: UInt64 = 500

  /// One scenario alone: `HIGHWATER_SWARM_SEED=17 swift test --filter ConservationTests`.
  private static let alone: UInt64? = ProcessInfo.processInfo.environment["HIGHWATER_SWARM_SEED"].flatMap {
    UInt64($0)
  }
  /// All seeds in the slow suite, every tenth in release, every twentieth as debug code.
  private static let seeds: [UInt64] =
    alone.map { [$0] } ?? Array(stride(from: 0, to: seedCount, by: Lab.isSlow ? 1 : Lab.isFast ? 10 : 20))

  @Test("books, flows, limits and Little's law hold on 500 random systems")
  func conservation() throws {
    var ends = Array(repeating: 0, count: Outcome.allCases.count)
    var throttled = 0
    for seed in Self.seeds {
      let system = try Self.system(seed: seed)
      let run = Simulation(system, replication: 0).run()
      SwarmChecks(run, system, seed: seed, "in order").verify()
      for workload in run.workloads {
        for (outcome, count) in workload.books[0].outcomes.enumerated() { ends[outcome] += count }
      }
      throttled += run.stations.reduce(0) { $0 + $1.throttled }
    }
    guard Self.alone == nil else { return }
    // The scenarios are worth their name: messages end in every way that there is.
    let least = Lab.isSlow ? 20 : 0
    for outcome in Outcome.allCases {
      #expect(ends[Int(outcome.rawValue)] > least, "\(outcome): \(ends)")
    }
    #expect(throttled > 50 * least)
  }

  @Test("a seed gives the same records again")
  func sameAgain() throws {
    for seed in Self.seeds where Lab.isFast || seed % 50 == 0 || Self.alone != nil {
      let system = try Self.system(seed: seed)
      let first = Simulation(system, replication: 0).run()
      let second = Simulation(system, replication: 0).run()
      #expect(first.traceHash == second.traceHash, "seed \(seed)")
      #expect(first.messages == second.messages, "seed \(seed)")
      #expect(first.spans == second.spans, "seed \(seed)")
      #expect(first.usage == second.usage, "seed \(seed)")
      #expect(first.metrics.map(\.datapoints) == second.metrics.map(\.datapoints), "seed \(seed)")
    }
  }

  @Test("permuting events of one instant breaks neither the books nor a limit")
  func permutedTies() throws {
    var differing = 0
    for seed in Self.seeds where Lab.isSlow || seed % 50 == 0 || Self.alone != nil {
      let system = try Self.system(seed: seed)
      let run = Simulation(system, replication: 0, tieSeed: seed &+ 1).run()
      SwarmChecks(run, system, seed: seed, "ties permuted").verify()
      let other = Simulation(system, replication: 0).run()
      if run.traceHash != other.traceHash { differing += 1 }
    }
    #expect(differing > 0, "the permutation permutes something")
  }

  /// A scenario alone is printed, too. One that never settles fails by its number of events instead of hanging.
  private static func system(seed: UInt64) throws -> SystemSpec {
    let text = Swarm.scenario(seed: seed)
    if alone != nil { print(text) }
    var system = try Lab.compile(text).system
    system.run.eventBudget = 1_000_000
    return system
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
}

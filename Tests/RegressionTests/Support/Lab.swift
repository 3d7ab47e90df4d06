import ExampleHandlers
import Foundation
import Kernel
import Planning
import Records
import Scenarios
import Services
import Testing
import VirtualRuntime

/// Scenario text to finished runs, as the command line does it, with everything in memory.
enum Lab {
  /// Slow proofs run when this is set: the full loads of the story.
  static let isSlow = ProcessInfo.processInfo.environment["HIGHWATER_SLOW"] == "1"

  /// Whether long simulations run: twenty times slower as debug code, they are left to `make test-release`.
  static let isFast: Bool = {
    #if DEBUG
      false
    #else
      true
    #endif
  }()
  static let whyNotFast: Comment = "long as debug code: make test-release"

  /// Compiles a scenario, or fails with what is wrong in it.
  static func compile(_ text: String, files: [String: String] = [:], sets: [String] = []) throws
    -> CompiledScenario
  {
    var texts = files
    texts["test.sim.yaml"] = text
    var diagnostics = Diagnostics()
    let loader = ScenarioLoader(fileSystem: MemoryFiles(texts))
    do {
      let loaded = try loader.load(path: "test.sim.yaml", sets: sets, into: &diagnostics)
      if let compiled = ScenarioCompiler.compile(loaded, into: &diagnostics) { return compiled }
    } catch {
      throw Refused(words: Self.words(error.diagnostics) + "\n" + text)
    }
    throw Refused(words: Self.words(diagnostics.all) + "\n" + text)
  }

  struct Refused: Error, CustomStringConvertible {
    var words: String
    var description: String { words }
  }

  private static func words(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.filter { $0.severity == .error }.map { diagnostic in
      let place = diagnostic.position.map { "\($0.line):\($0.column)" } ?? "-"
      return "\(place) \(diagnostic.code) \(diagnostic.message)"
    }.joined(separator: "\n")
  }

  /// One replication; every run has to balance.
  static func run(_ system: SystemSpec, replication: Int = 0, tieSeed: UInt64? = nil) throws -> RunRecords {
    let isSwift = system.functions.contains { if case .swift = $0.handler { true } else { false } }
    let host = isSwift ? try HandlerHost(registry: exampleHandlers, system: system) : nil
    let records = Simulation(system, replication: replication, host: host, tieSeed: tieSeed).run()
    try RunChecks.verify(records)
    return records
  }

  static func run(_ text: String, sets: [String] = [], replication: Int = 0) throws -> RunRecords {
    try run(compile(text, sets: sets).system, replication: replication)
  }

  /// Several replications on as many threads as there are processors.
  static func run(_ system: SystemSpec, replications: Int, jobs: Int? = nil) throws -> [RunRecords] {
    let runner =
      jobs.map { ReplicationRunner(replicationCount: replications, jobs: $0) }
      ?? ReplicationRunner(replicationCount: replications)
    let results = runner.run { replication in try run(system, replication: replication) }
    if let failure = results.failure { throw failure.error }
    return results.records
  }
}

extension RunRecords {
  func partner(_ name: String) throws -> PartnerRecord { try #require(partners.first { $0.name == name }) }
  func station(_ name: String) throws -> StationRecord { try #require(stations.first { $0.name == name }) }
  func metric(_ resource: String, _ metric: String) throws -> [Datapoint] {
    try #require(metrics.first { $0.resource == resource && $0.metric == metric }).datapoints
  }
  /// The whole run's book of a workload.
  func book(_ workload: String) throws -> LedgerBook {
    try #require(workloads.first { $0.name == workload }).books[0]
  }
}

extension SimTime {
  var hours: Double { seconds / 3600 }
}

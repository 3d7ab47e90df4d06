import Foundation
import Kernel
import Planning
import Records
import Scenarios
import Services
import Testing

/// The same scenario and seed give the same run: twice, on any number of threads, in any process and any
/// build.
@Suite struct DeterminismTests {
  /// Scenarios whose fingerprints are kept: small, and together through all services.
  static let scenarios: [(name: String, text: String)] = [
    ("album-sns", Album(design: .sns, minutes: 1, perMinute: 400).text),
    (
      "album-kinesis",
      Album(minutes: 2, perMinute: 150, blockedPercent: 2, fixMinute: 30, hasAlarm: true).text
    ),
    ("album-kinesis-swift", Album(handlers: .swift, minutes: 1, perMinute: 150).text),
    (
      "album-replay",
      Album(
        handlers: .swift, minutes: 1, perMinute: 100, quietMinutes: 60, isDirect: true, emailErrors: "20%",
        catchesFailures: true, replayMinutes: 20
      ).text
    ),
    ("swarm-3", Swarm.scenario(seed: 3)), ("swarm-8", Swarm.scenario(seed: 8)),
    ("swarm-21", Swarm.scenario(seed: 21)),
  ]

  @Test("a run repeats itself in one process, with another simulation in between")
  func twice() throws {
    for (name, text) in Self.scenarios {
      let system = try Lab.compile(text).system
      let first = try Lab.run(system)
      let other = try Lab.run(system, replication: 1)
      let second = try Lab.run(system)
      #expect(first.traceHash == second.traceHash, "\(name)")
      #expect(first.eventCount == second.eventCount, "\(name)")
      #expect(first.traceHash != other.traceHash, "\(name): replications differ")
      #expect("\(first.workloads)" == "\(second.workloads)", "\(name)")
      #expect("\(first.partners)" == "\(second.partners)" && first.alarms == second.alarms, "\(name)")
      #expect(first.messages == second.messages && first.usage == second.usage, "\(name)")
    }
  }

  @Test("one run at a time and eight at once give the same records")
  func threads() throws {
    for (name, text) in Self.scenarios where name != "swarm-3" && name != "swarm-21" {
      let system = try Lab.compile(text).system
      let count = Lab.isFast ? 8 : 4
      let alone = try Lab.run(system, replications: count, jobs: 1)
      let together = try Lab.run(system, replications: count, jobs: 8)
      #expect(alone.map(\.traceHash) == together.map(\.traceHash), "\(name)")
      #expect(Set(alone.map(\.traceHash)).count == count, "\(name)")
      for (a, b) in zip(alone, together) {
        #expect(a.workloads.map(\.books[0].outcomes) == b.workloads.map(\.books[0].outcomes), "\(name)")
        #expect(a.messages == b.messages && a.usage == b.usage && a.alarms == b.alarms, "\(name)")
      }
    }
  }

  // MARK: Fingerprints

  private static let fingerprints = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "reports/fingerprints.csv")

  /// The same file is compared by debug and by release builds, and on every machine.
  ///
  /// After a change that is meant to change runs: `RECORD_FINGERPRINTS=1 swift test --filter
  /// DeterminismTests` writes the file anew and fails, so that no run passes without comparing.
  @Test("runs have the fingerprints on record, in debug and in release")
  func fingerprintsOnRecord() throws {
    var text = "scenario,seed,replication,events,trace_hash\n"
    for (name, scenario) in Self.scenarios {
      let system = try Lab.compile(scenario).system
      for replication in 0..<2 {
        let run = try Lab.run(system, replication: replication)
        let hash = String(run.traceHash, radix: 16)
        let padded = String(repeating: "0", count: 16 - hash.count) + hash
        text += "\(name),\(system.run.seed),\(replication),\(run.eventCount),\(padded)\n"
      }
    }
    if ProcessInfo.processInfo.environment["RECORD_FINGERPRINTS"] == "1" {
      try text.write(to: Self.fingerprints, atomically: true, encoding: .utf8)
      Issue.record("fingerprints recorded; review the difference and run again without RECORD_FINGERPRINTS")
      return
    }
    let recorded = try String(contentsOf: Self.fingerprints, encoding: .utf8)
    let (ours, theirs) = (text.split(separator: "\n"), recorded.split(separator: "\n"))
    #expect(ours.count == theirs.count)
    for (ours, theirs) in zip(ours, theirs) { #expect(ours == theirs) }
  }

  // MARK: Processes

  /// The command line's program, built beside the tests or named by `HIGHWATER_BINARY`.
  static let program: URL? = {
    let named = ProcessInfo.processInfo.environment["HIGHWATER_BINARY"].map { URL(filePath: $0) }
    let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
      path: "highwater")
    return [named, beside].compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }()

  @Test(
    "two processes with different hash seeds write the same bytes",
    .enabled(if: program != nil, "no highwater beside the tests; build it or set HIGHWATER_BINARY"))
  func processes() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "highwater-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let scenario = folder.appending(path: "story.sim.yaml")
    try Album(minutes: 1, perMinute: 100, hasAlarm: true, traces: 20, messages: "all").text
      .write(to: scenario, atomically: true, encoding: .utf8)

    let plain = try files(of: scenario, into: folder.appending(path: "a"), jobs: 1, isHashingFixed: false)
    let fixed = try files(of: scenario, into: folder.appending(path: "b"), jobs: 1, isHashingFixed: true)
    let threads = try files(of: scenario, into: folder.appending(path: "c"), jobs: 8, isHashingFixed: false)
    #expect(plain.keys.contains("summary.csv"))
    #expect(plain.keys.sorted() == fixed.keys.sorted() && plain.keys.sorted() == threads.keys.sorted())
    for name in plain.keys.sorted() {
      #expect(plain[name] == fixed[name], "\(name) with fixed hashing")
      #expect(plain[name] == threads[name], "\(name) with eight jobs")
    }
  }

  /// Runs the program and reads every CSV file it wrote.
  private func files(of scenario: URL, into out: URL, jobs: Int, isHashingFixed: Bool) throws -> [String:
    Data]
  {
    let process = Process()
    process.executableURL = try #require(Self.program)
    process.arguments = [
      "run", scenario.path, "--replications", "4", "--jobs", "\(jobs)", "--out", out.path, "--progress",
      "off",
    ]
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_DETERMINISTIC_HASHING"] = isHashingFixed ? "1" : nil
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: out.path) where name.hasSuffix(".csv") {
      files[name] = try Data(contentsOf: out.appending(path: name))
    }
    return files
  }
}

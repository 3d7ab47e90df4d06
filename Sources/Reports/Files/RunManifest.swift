import Kernel
package import Planning
import Records
import Scenarios
import Statistics

/// `run.json`: where results come from and how to repeat them.
package struct RunManifest: Sendable {
  /// Version of the files' columns, raised when one changes its meaning.
  package static let formatVersion = 1

  package struct Host: Sendable, Hashable {
    package var operatingSystem: String
    package var architecture: String
    package var processors: Int
    package var jobs: Int
    /// Wall-clock time of all runs. [s]
    package var elapsed: Double
    package init(operatingSystem: String, architecture: String, processors: Int, jobs: Int, elapsed: Double) {
      self.operatingSystem = operatingSystem
      self.architecture = architecture
      self.processors = processors
      self.jobs = jobs
      self.elapsed = elapsed
    }
  }

  package var programVersion: String
  /// Of the scenario file's bytes, in hex; one per file.
  package var scenarioSHA256: [(file: String, sha256: String)]
  /// The merged scenario as text.
  package var resolvedScenario: String
  /// Overrides of the command line, in order.
  package var overrides: [String]
  /// Which part of the work this is, from 1, and of how many.
  package var shard: (index: Int, count: Int)
  /// nil with `--reproducible`: the same bytes on every machine.
  package var host: Host?

  package init(
    programVersion: String, scenarioSHA256: [(file: String, sha256: String)], resolvedScenario: String,
    overrides: [String] = [], shard: (index: Int, count: Int) = (1, 1), host: Host? = nil
  ) {
    self.programVersion = programVersion
    self.scenarioSHA256 = scenarioSHA256
    self.resolvedScenario = resolvedScenario
    self.overrides = overrides
    self.shard = shard
    self.host = host
  }

  package func bytes(_ results: [ScenarioResult]) -> [UInt8] {
    var entries: [(String, JSONWriter.Value)] = [
      ("format", .integer(Self.formatVersion)),
      ("version", .text(programVersion)),
      ("complete", .boolean(results.allSatisfy(\.isComplete))),
      (
        "scenario",
        .array(scenarioSHA256.map { .object([("file", .text($0.file)), ("sha256", .text($0.sha256))]) })
      ),
      ("set", .array(overrides.map { .text($0) })),
      ("shard", .object([("index", .integer(shard.index)), ("count", .integer(shard.count))])),
      ("variants", .array(results.map(Self.variant))),
      ("resolved", .text(resolvedScenario)),
    ]
    if let host { entries.append(("host", host.json)) }
    return JSONWriter.bytes(.object(entries))
  }

  private static func variant(_ result: ScenarioResult) -> JSONWriter.Value {
    var entries: [(String, JSONWriter.Value)] = [
      ("variant", .text(result.label)),
      ("name", .text(result.header.name)),
      ("era", .text(result.header.era)),
      ("region", .text(result.header.region)),
      ("seed", .unsigned(result.header.seed)),
      ("replications", .integer(result.header.replications)),
      ("finished", .integer(result.runs.count)),
      ("complete", .boolean(result.isComplete)),
      ("warmup_s", .number(result.header.warmup)),
      ("warmup", MethodJSON.warmUp(result.method.warmUp)),
      ("precision", MethodJSON.precision(result.method.precision)),
      ("unstable", MethodJSON.unstable(result.stability)),
      ("limits", .array(result.header.overriddenLimits.map { .text($0) })),
    ]
    // Only scenarios with data files have the key.
    if !result.header.inputs.isEmpty { entries.append(("inputs", .array(result.header.inputs.map(input)))) }
    entries.append(
      (
        "runs",
        .array(
          result.runs.map { run in
            .object([
              ("replication", .integer(run.replication)), ("ending", .text(run.ending.rawValue)),
              ("end_s", .number(run.end.seconds)), ("events", .unsigned(run.eventCount)),
              ("trace_hash", .text(hex(run.traceHash))),
            ])
          })
      ))
    return .object(entries)
  }

  /// A data file, where it is used and as what; of a fit its figures too.
  private static func input(_ note: InputNote) -> JSONWriter.Value {
    var entries: [(String, JSONWriter.Value)] = [
      ("place", .text(note.place)), ("file", .text(note.file)), ("text", .text(InputText.words(note))),
    ]
    if case .fit(let fit) = note.content {
      entries += [
        ("column", .text(fit.column)), ("values", .integer(fit.count)),
        ("family", .text(fit.family.rawValue)),
        ("law", .text(fit.expression)), ("aic", .number(fit.akaikeCriterion)),
        ("ks_distance", .number(fit.distance)), ("ad_statistic", .number(fit.andersonDarling)),
        ("adequate", .boolean(fit.isClose)),
      ]
    }
    return .object(entries)
  }

  /// Sixteen digits: JSON numbers lose the low bits of a 64-bit hash.
  private static func hex(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}

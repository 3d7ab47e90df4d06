package import Planning

/// `run.json` of a sweep: where its results come from, how to repeat them, and what `merge` has to know of a shard.
package struct SweepManifest: Sendable, Codable {
  package struct File: Sendable, Codable {
    package var file: String
    package var sha256: String
    package init(file: String, sha256: String) {
      self.file = file
      self.sha256 = sha256
    }
  }
  package struct Axis: Sendable, Codable, Hashable {
    package var name: String
    /// Path of the setting; nil for a toggle.
    package var set: String?
    /// What is there or not; nil for a setting.
    package var toggle: [String]?
    package var values: [String]
    package init(name: String, set: String?, toggle: [String]?, values: [String]) {
      self.name = name
      self.set = set
      self.toggle = toggle
      self.values = values
    }
  }
  package struct Part: Sendable, Codable, Hashable {
    package var index: Int
    package var count: Int
    package init(_ shard: Shard) {
      index = shard.index
      count = shard.count
    }
  }
  package struct Sweep: Sendable, Codable {
    /// Of everything that results depend on.
    package var fingerprint: String
    package var header: SweepHeader
    package var axes: [Axis]
    /// `sobol:200`; nil for a grid.
    package var sample: String?
    package var measures: [SweepColumn]
    /// Of the whole sweep.
    package var points: Int
    /// Of this shard.
    package var finished: Int

    package init(
      fingerprint: String, header: SweepHeader, axes: [Axis], sample: String?, measures: [SweepColumn],
      points: Int, finished: Int
    ) {
      self.fingerprint = fingerprint
      self.header = header
      self.axes = axes
      self.sample = sample
      self.measures = measures
      self.points = points
      self.finished = finished
    }
  }

  package var format: Int
  package var version: String
  package var complete: Bool
  package var scenario: [File]
  /// Overrides of the command line, in order.
  package var set: [String]
  package var shard: Part
  package var sweep: Sweep
  /// The merged scenario as text, before any axis.
  package var resolved: String
  /// nil with `--reproducible`: the same bytes on every machine.
  package var host: RunManifest.Host?

  /// The host is of one process and no part of what shards have in common.
  private enum CodingKeys: CodingKey {
    case format, version, complete, scenario, set, shard, sweep, resolved
  }

  package init(
    version: String, complete: Bool, scenario: [File], set: [String], shard: Shard, sweep: Sweep,
    resolved: String, host: RunManifest.Host?
  ) {
    format = RunManifest.formatVersion
    self.version = version
    self.complete = complete
    self.scenario = scenario
    self.set = set
    self.shard = Part(shard)
    self.sweep = sweep
    self.resolved = resolved
    self.host = host
  }

  package var bytes: [UInt8] {
    var entries: [(String, JSONWriter.Value)] = [
      ("format", .integer(format)), ("version", .text(version)), ("complete", .boolean(complete)),
      (
        "scenario",
        .array(scenario.map { .object([("file", .text($0.file)), ("sha256", .text($0.sha256))]) })
      ),
      ("set", .array(set.map { .text($0) })),
      ("shard", .object([("index", .integer(shard.index)), ("count", .integer(shard.count))])),
      ("sweep", .object(sweepEntries)),
      ("resolved", .text(resolved)),
    ]
    if let host { entries.append(("host", host.json)) }
    return JSONWriter.bytes(.object(entries))
  }

  private var sweepEntries: [(String, JSONWriter.Value)] {
    let header = sweep.header
    return [
      ("fingerprint", .text(sweep.fingerprint)),
      (
        "header",
        .object([
          ("name", .text(header.name)), ("era", .text(header.era)), ("region", .text(header.region)),
          ("seed", .unsigned(header.seed)), ("replications", .integer(header.replications)),
        ])
      ),
      ("axes", .array(sweep.axes.map(Self.axis))),
      ("sample", sweep.sample.map { .text($0) } ?? .null),
      (
        "measures",
        .array(
          sweep.measures.map {
            .object([("metric", .text($0.metric)), ("statistic", .text($0.statistic))])
          })
      ),
      ("points", .integer(sweep.points)), ("finished", .integer(sweep.finished)),
    ]
  }

  private static func axis(_ axis: Axis) -> JSONWriter.Value {
    var entries: [(String, JSONWriter.Value)] = [("name", .text(axis.name))]
    if let path = axis.set { entries.append(("set", .text(path))) }
    if let names = axis.toggle { entries.append(("toggle", .array(names.map { .text($0) }))) }
    entries.append(("values", .array(axis.values.map { .text($0) })))
    return .object(entries)
  }
}

extension RunManifest.Host {
  var json: JSONWriter.Value {
    .object([
      ("os", .text(operatingSystem)), ("architecture", .text(architecture)),
      ("processors", .integer(processors)), ("jobs", .integer(jobs)), ("elapsed_s", .number(elapsed)),
    ])
  }
}

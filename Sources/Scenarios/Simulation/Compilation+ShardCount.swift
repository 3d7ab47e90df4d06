import Kernel
import Services

/// Shard counts over the timeline, and when UpdateShardCount was called.
struct ShardCountHistory {
  var current: [Int]
  /// Instants of the calls by stream, and when the last one has done its work.
  var calls: [[SimTime]]
  var busyUntil: [SimTime]

  init(_ counts: [Int]) {
    current = counts
    calls = Array(repeating: [], count: counts.count)
    busyUntil = Array(repeating: .zero, count: counts.count)
  }
}

extension Compilation {
  /// Checks a change of ShardCount against the rules of UpdateShardCount. Source: fact sheet §1.1, §1.6.
  mutating func update(
    _ stream: Int, to count: Int, at time: SimTime, _ node: Node, path: String,
    _ history: inout ShardCountHistory
  ) {
    let name = spec.streams[stream].logicalID
    let current = history.current[stream]
    if count > 2 * current || 2 * count < current {
      report(
        "E403", node,
        "\(name) goes from \(current) to \(count) shards; one UpdateShardCount at most doubles or halves",
        path: path)
    }
    if time < history.busyUntil[stream] {
      report(
        "E403", node,
        "\(name) is still updating then, until \(DurationText.short(history.busyUntil[stream].seconds)); it refuses other changes",
        path: path)
    }
    // The older quota is for the region, so for all streams together.
    let isRegional = era.preset == .y2017
    let calls = isRegional ? history.calls.flatMap { $0 } : history.calls[stream]
    let recent = calls.filter { $0 > time - .hours(24) }.count + 1
    if let most = limits[.kinesisShardCountUpdatesPerDay], Double(recent) > most {
      report(
        "E403", node,
        "this is UpdateShardCount call \(recent) within 24 hours \(isRegional ? "in the region" : "on \(name)"); "
          + "\(SchemaValidator.short(most)) are allowed",
        path: path)
    }
    if let quota = limits[.kinesisShardQuota], Double(count) > quota {
      report(
        "A605", node, "\(count) shards are more than the default quota of \(SchemaValidator.short(quota))",
        path: path, severity: .warning)
    }
    let waves = ReshardingPlan.waves(
      from: ReshardingPlan.uniformStarts(current), to: ReshardingPlan.uniformStarts(count))
    let step = SimDuration(seconds: limits.required(.kinesisReshardStepSeconds))
    history.busyUntil[stream] = time + step * Int64(waves.count)
    history.calls[stream].append(time)
    history.current[stream] = count
  }
}

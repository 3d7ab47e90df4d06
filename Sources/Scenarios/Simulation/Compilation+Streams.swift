import Kernel
import Services

extension Compilation {
  mutating func compileStream(_ resource: ResolvedResource) {
    let path = "Resources.\(resource.logicalID).Properties"
    let mode = resource.properties["StreamModeDetails"]?["StreamMode"]?.text
    let shards = number(resource.properties["ShardCount"], path: "\(path).ShardCount")
    if shards == nil, mode != "ON_DEMAND", resource.properties["ShardCount"] == nil {
      report(
        "T222", at: resource.idPosition, length: resource.logicalID.count,
        "\(resource.logicalID) needs 'ShardCount': number of shards", path: path)
    }
    let retention =
      number(resource.properties["RetentionPeriodHours"], path: "\(path).RetentionPeriodHours") ?? 24
    checkLimit(
      resource.properties["RetentionPeriodHours"], .kinesisRetentionMaxHours, "hours", ceiling: 8760,
      path: "\(path).RetentionPeriodHours")
    let isOnDemand = mode == "ON_DEMAND" && limits[.kinesisOnDemandWriteBytesPerSecond] != nil
    if isOnDemand, let node = resource.properties["ShardCount"] {
      report(
        "T221", node, "an on-demand stream has no 'ShardCount': its capacity follows the traffic",
        path: "\(path).ShardCount")
    }
    // Source: fact sheet §1.7, the capacity that a new on-demand stream has.
    let initial =
      (limits[.kinesisOnDemandWriteBytesPerSecond] ?? 0) / limits.required(.kinesisWriteBytesPerSecond)
    let shardCount = max(1, isOnDemand ? Int(initial) : shards ?? 1)
    if let quota = limits[.kinesisShardQuota], Double(shardCount) > quota,
      let node = resource.properties["ShardCount"]
    {
      report(
        "A605", node,
        "\(shardCount) shards are more than the default quota of \(SchemaValidator.short(quota))",
        path: "\(path).ShardCount", severity: .warning)
    }
    names.streams[resource.logicalID] = spec.streams.count
    names.streamNames.append(resource.logicalID)
    var stream = StreamSpec(
      logicalID: resource.logicalID, shardCount: shardCount, retention: .hours(Int64(max(1, retention))))
    stream.isOnDemand = isOnDemand
    spec.streams.append(stream)
  }

  /// `AWS::Kinesis::StreamConsumer`: enhanced fan-out, once the streams are known.
  mutating func compileStreamConsumers() {
    for resource in template.resources where resource.type == "AWS::Kinesis::StreamConsumer" {
      let path = "Resources.\(resource.logicalID).Properties"
      guard let node = resource.properties["StreamARN"],
        let stream = target(node, of: names.streams, "stream", path: "\(path).StreamARN")
      else { continue }
      names.consumers[resource.logicalID] = spec.consumers.count
      names.consumerNames.append(resource.logicalID)
      spec.consumers.append(StreamConsumerSpec(logicalID: resource.logicalID, stream: stream))
      let count = spec.consumers.reduce(0) { $0 + ($1.stream == stream ? 1 : 0) }
      guard let limit = limits[.kinesisConsumersPerStream], Double(count) > limit else { continue }
      report(
        "E403", node,
        "\(spec.streams[stream].logicalID) has \(count) consumers with enhanced fan-out, more than "
          + "\(SchemaValidator.short(limit))",
        path: "\(path).StreamARN")
    }
  }
}

import Kernel
import Services

/// Event source mappings from a stream, written as a resource or as a SAM event.
extension Compilation {
  mutating func addMapping(
    _ id: String, _ source: Node, _ key: String, function: Int, _ properties: Node, path: String
  ) {
    if let name = template.referencedResource(source)?.logicalID, let resource = template.resource(name),
      !SchemaTable.isModelled(resource.type) || resource.type == "AWS::DynamoDB::Table"
    {
      report(
        "S320", source,
        "\(spec.functions[function].logicalID) is fed by '\(name)', and a mapping from an \(resource.type) is not modelled yet",
        path: "\(path).\(key)")
      return
    }
    let consumer = template.referencedResource(source).flatMap { names.consumers[$0.logicalID] }
    guard
      let stream = consumer.map({ spec.consumers[$0].stream })
        ?? target(source, of: names.streams, "stream", path: "\(path).\(key)")
    else { return }
    checkLimit(
      properties["BatchSize"], .mappingBatchSizeMax, "records", ceiling: 10_000, path: "\(path).BatchSize")
    var mapping = StreamMappingSpec(
      logicalID: id, stream: stream, function: function,
      batchSize: max(1, number(properties["BatchSize"], path: "\(path).BatchSize") ?? 100))
    if let consumer {
      if let other = spec.mappings.first(where: { $0.consumer == consumer }) {
        report(
          "T240", source,
          "'\(names.consumerNames[consumer])' is read by \(spec.functions[other.function].logicalID) already; a consumer has one subscription to a shard",
          path: "\(path).\(key)")
      }
      mapping.consumer = consumer
    }
    readStart(of: &mapping, properties, path: path)
    readBatching(of: &mapping, properties, path: path)
    readFailureControls(of: &mapping, properties, path: path)
    mapping.filter = filterCriteria(
      properties["FilterCriteria"], under: ["data"], path: "\(path).FilterCriteria")
    if let node = properties["DestinationConfig"]?["OnFailure"]?["Destination"] {
      mapping.onFailure = failureDestination(
        node, among: [.queue, .topic, .bucket], path: "\(path).DestinationConfig.OnFailure.Destination")
    }
    mapping.enabled = boolean(properties["Enabled"]) ?? true
    mapping.countsEvents =
      properties["MetricsConfig"]?["Metrics"]?.elements?.contains { $0.text == "EventCount" } ?? false
    switches["\(path).Enabled"] = .mapping(spec.mappings.count)
    spec.mappings.append(mapping)
  }

  private mutating func readStart(of mapping: inout StreamMappingSpec, _ properties: Node, path: String) {
    let timestamp = properties["StartingPositionTimestamp"]
    switch properties["StartingPosition"]?.text {
    case "LATEST": mapping.startingPosition = .latest
    case "AT_TIMESTAMP":
      guard let timestamp, let seconds = timestamp.text.flatMap(Literal.number) else {
        report(
          "T222", properties["StartingPosition"]!, "AT_TIMESTAMP needs 'StartingPositionTimestamp'",
          path: "\(path).StartingPosition")
        return
      }
      let start = seconds - Double(spec.run.startEpochMinutes) * 60
      if start > 0 { mapping.startTime = .zero + SimDuration(seconds: start) }
    case nil:
      report(
        "T222", at: properties.position, length: 1,
        "a mapping from a stream needs 'StartingPosition': TRIM_HORIZON, LATEST or AT_TIMESTAMP", path: path)
    default: break
    }
    if let timestamp, properties["StartingPosition"]?.text != "AT_TIMESTAMP" {
      report(
        "T221", timestamp, "StartingPositionTimestamp belongs to StartingPosition: AT_TIMESTAMP",
        path: "\(path).StartingPositionTimestamp")
    }
  }

  private mutating func readBatching(of mapping: inout StreamMappingSpec, _ properties: Node, path: String) {
    mapping.parallelizationFactor = max(
      1, number(properties["ParallelizationFactor"], path: "\(path).ParallelizationFactor") ?? 1)
    let batching = "MaximumBatchingWindowInSeconds"
    mapping.maximumBatchingWindow = .seconds(
      Int64(number(properties[batching], path: "\(path).\(batching)") ?? 0))
    if let node = properties["TumblingWindowInSeconds"],
      let seconds = number(node, path: "\(path).TumblingWindowInSeconds"), seconds > 0
    {
      mapping.tumblingWindow = .seconds(Int64(seconds))
      if mapping.parallelizationFactor > 1 {
        report(
          "T221", node, "a mapping has tumbling windows or a ParallelizationFactor over 1, not both",
          path: "\(path).TumblingWindowInSeconds")
      }
    }
  }

  private mutating func readFailureControls(
    of mapping: inout StreamMappingSpec, _ properties: Node, path: String
  ) {
    if let retries = number(properties["MaximumRetryAttempts"], path: "\(path).MaximumRetryAttempts"),
      retries >= 0
    {
      mapping.maximumRetryAttempts = retries
    }
    if let node = properties["MaximumRecordAgeInSeconds"],
      let age = number(node, path: "\(path).MaximumRecordAgeInSeconds"), age >= 0
    {
      if age < 60 {
        report(
          "T221", node, "MaximumRecordAgeInSeconds is \(age); expected -1 or an integer from 60 to 604800",
          path: "\(path).MaximumRecordAgeInSeconds")
      }
      mapping.maximumRecordAge = .seconds(Int64(age))
    }
    mapping.reportsBatchItemFailures =
      properties["FunctionResponseTypes"]?.elements?.contains { $0.text == "ReportBatchItemFailures" }
      ?? false
    mapping.bisectBatchOnFunctionError = boolean(properties["BisectBatchOnFunctionError"]) ?? false
  }
}

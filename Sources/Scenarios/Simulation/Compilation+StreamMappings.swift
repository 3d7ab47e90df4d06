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
    guard let stream = target(source, of: names.streams, "stream", path: "\(path).\(key)") else { return }
    checkLimit(
      properties["BatchSize"], .mappingBatchSizeMax, "records", ceiling: 10_000, path: "\(path).BatchSize")
    var mapping = StreamMappingSpec(
      logicalID: id, stream: stream, function: function,
      batchSize: max(1, number(properties["BatchSize"], path: "\(path).BatchSize") ?? 100))
    switch properties["StartingPosition"]?.text {
    case "LATEST": mapping.startingPosition = .latest
    case "AT_TIMESTAMP":
      report(
        "M510", properties["StartingPosition"]!, "AT_TIMESTAMP is not modelled yet: TRIM_HORIZON is taken",
        path: "\(path).StartingPosition", severity: .warning)
    case nil:
      report(
        "T222", at: properties.position, length: 1,
        "a mapping from a stream needs 'StartingPosition': TRIM_HORIZON or LATEST", path: path)
    default: break
    }
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
    mapping.enabled = boolean(properties["Enabled"]) ?? true
    switches["\(path).Enabled"] = .mapping(spec.mappings.count)
    spec.mappings.append(mapping)
  }
}

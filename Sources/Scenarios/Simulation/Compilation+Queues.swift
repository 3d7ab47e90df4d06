import Kernel
import Services

/// Queues, and the mappings that read them.
extension Compilation {
  mutating func compileQueue(_ resource: ResolvedResource) {
    let path = "Resources.\(resource.logicalID).Properties"
    let properties = resource.properties
    var queue = QueueSpec(logicalID: resource.logicalID)
    queue.visibilityTimeout = wholeSeconds(properties, "VisibilityTimeout", default: 30, path: path)
    queue.retention = wholeSeconds(properties, "MessageRetentionPeriod", default: 345_600, path: path)
    queue.delay = wholeSeconds(properties, "DelaySeconds", default: 0, path: path)
    queue.receiveWait = wholeSeconds(properties, "ReceiveMessageWaitTimeSeconds", default: 0, path: path)
    let sizeMax = Int(limits.required(.sqsMessageMaxBytes))
    queue.maximumMessageSize =
      number(properties["MaximumMessageSize"], path: "\(path).MaximumMessageSize") ?? sizeMax
    checkLimit(
      properties["MaximumMessageSize"], .sqsMessageMaxBytes, "bytes", ceiling: 1_048_576,
      path: "\(path).MaximumMessageSize")
    addQueue(queue)
  }

  private mutating func wholeSeconds(_ properties: Node, _ key: String, default value: Int, path: String)
    -> SimDuration
  {
    .seconds(Int64(max(0, number(properties[key], path: "\(path).\(key)") ?? value)))
  }

  mutating func addQueue(_ queue: QueueSpec) {
    names.queues[queue.logicalID] = spec.queues.count
    names.queueNames.append(queue.logicalID)
    spec.queues.append(queue)
  }

  /// Redrive policies, once all queues are known.
  mutating func compileRedrivePolicies() {
    for resource in template.resources where resource.type == "AWS::SQS::Queue" {
      let path = "Resources.\(resource.logicalID).Properties.RedrivePolicy"
      guard let index = names.queues[resource.logicalID], let node = resource.properties["RedrivePolicy"],
        let policy = jsonTree(node, "redrive policy", path: path)
      else { continue }
      guard let arn = policy["deadLetterTargetArn"], let count = policy["maxReceiveCount"] else {
        if node.text != nil {
          report(
            "T222", node, "a redrive policy needs 'deadLetterTargetArn' and 'maxReceiveCount'", path: path)
        }
        continue
      }
      guard let target = deadLetterQueue(arn, in: node, path: "\(path).deadLetterTargetArn") else { continue }
      guard let maximum = number(count, path: "\(path).maxReceiveCount"), (1...1000).contains(maximum) else {
        if node.text != nil {
          report("T221", node, "maxReceiveCount is an integer from 1 to 1000", path: path)
        }
        continue
      }
      if target == index {
        report("T223", node, "a queue cannot be its own dead-letter queue", path: path)
        continue
      }
      spec.queues[index].redrive = .init(deadLetterQueue: target, maxReceiveCount: maximum)
    }
  }

  /// The queue that an ARN leads to; inside a text of JSON positions are those of the whole text.
  mutating func deadLetterQueue(_ arn: Node, in node: Node, path: String) -> Int? {
    var arn = arn
    if node.text != nil { arn.position = node.position }
    return target(arn, of: names.queues, "queue", path: path)
  }

  /// Whether a reference leads to a queue of this template.
  func isQueue(_ node: Node) -> Bool {
    template.referencedResource(node).map { names.queues[$0.logicalID] != nil } ?? false
  }

  // MARK: Mappings

  mutating func addQueueMapping(
    _ id: String, _ source: Node, function: Int, _ properties: Node, path: String
  ) {
    guard let queue = target(source, of: names.queues, "queue", path: path) else { return }
    addQueueMapping(id, queue: queue, source, function: function, properties, path: path)
  }

  mutating func addQueueMapping(
    _ id: String, queue: Int, _ source: Node, function: Int, _ properties: Node, path: String
  ) {
    requireFeature(.sqsTrigger, "a mapping from a queue", at: source, path: path)
    for key in Self.streamOnlyKeys where properties[key].map({ !$0.isNull }) ?? false {
      report(
        "T203", properties[key]!, "'\(key)' belongs to mappings from streams, and this one reads a queue",
        path: "\(path).\(key)")
    }
    if let node = properties["FunctionResponseTypes"] {
      requireFeature(.queuePartialBatchResponse, "FunctionResponseTypes", at: node, path: path)
    }
    if let node = properties["MetricsConfig"] {
      report(
        "M510", node, "metrics of mappings from queues are not modelled yet", path: "\(path).MetricsConfig",
        severity: .warning)
    }
    var mapping = QueueMappingSpec(logicalID: id, queue: queue, function: function)
    mapping.batchSize = max(1, number(properties["BatchSize"], path: "\(path).BatchSize") ?? 10)
    let window =
      number(
        properties["MaximumBatchingWindowInSeconds"], path: "\(path).MaximumBatchingWindowInSeconds") ?? 0
    mapping.batchingWindow = .seconds(Int64(max(0, window)))
    let batchMax = Int(limits.required(.sqsBatchMax))
    if mapping.batchSize > batchMax, window == 0 {
      report(
        "T221", properties["BatchSize"]!,
        "a batch of more than \(batchMax) messages needs MaximumBatchingWindowInSeconds from 1",
        path: "\(path).BatchSize")
    }
    mapping.reportsItemFailures =
      properties["FunctionResponseTypes"]?.elements?.contains { $0.text == "ReportBatchItemFailures" }
      ?? false
    mapping.filter = filterCriteria(
      properties["FilterCriteria"], under: ["body"], path: "\(path).FilterCriteria")
    mapping.maximumConcurrency = number(
      properties["ScalingConfig"]?["MaximumConcurrency"], path: "\(path).ScalingConfig.MaximumConcurrency")
    if let config = properties["ProvisionedPollerConfig"] {
      let path = "\(path).ProvisionedPollerConfig"
      if mapping.maximumConcurrency != nil {
        report("S308", config, "a mapping has either ScalingConfig or ProvisionedPollerConfig", path: path)
      }
      let minimum = number(config["MinimumPollers"], path: "\(path).MinimumPollers") ?? 2
      let maximum = number(config["MaximumPollers"], path: "\(path).MaximumPollers") ?? max(200, minimum)
      if maximum < minimum {
        report("T221", config, "MaximumPollers is less than MinimumPollers", path: path)
      }
      if era.has(.provisionedPollers) {
        mapping.pollers = .init(minimum: max(1, minimum), maximum: max(minimum, maximum))
      }
    }
    mapping.enabled = boolean(properties["Enabled"]) ?? true
    checkVisibility(mapping, source, path: path)
    switches["\(path).Enabled"] = .queueMapping(spec.queueMappings.count)
    spec.queueMappings.append(mapping)
  }

  private static let streamOnlyKeys = [
    "StartingPosition", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError",
    "ParallelizationFactor", "TumblingWindowInSeconds", "DestinationConfig", "StartingPositionTimestamp",
  ]

  /// Lambda refuses such a mapping. Source: fact sheet §3.3.
  private mutating func checkVisibility(_ mapping: QueueMappingSpec, _ source: Node, path: String) {
    let queue = spec.queues[mapping.queue]
    let function = spec.functions[mapping.function]
    guard queue.visibilityTimeout < function.timeout else { return }
    report(
      "T231", source,
      "\(queue.logicalID) hides messages for \(Int(queue.visibilityTimeout.seconds)) s, less than the timeout of "
        + "\(function.logicalID), \(Int(function.timeout.seconds)) s: Lambda refuses the mapping",
      hint: "six times the timeout is advised: VisibilityTimeout: \(6 * Int(function.timeout.seconds))",
      path: path)
  }

  mutating func requireFeature(_ feature: Feature, _ what: String, at node: Node, path: String) {
    guard !era.has(feature) else { return }
    diagnostics.append(SchemaValidator.missing(feature, what, era: era, at: node.position, path: path))
  }

  // MARK: Advice

  /// What AWS advises about mappings from queues. Source: fact sheet §3.3.
  mutating func adviseQueues() {
    for mapping in spec.queueMappings {
      let queue = spec.queues[mapping.queue]
      let function = spec.functions[mapping.function]
      guard
        let resource = template.resource(queue.logicalID) ?? template.resource(function.logicalID)
      else { continue }
      let advised = Self.visibilityFactor * function.timeout.seconds + mapping.batchingWindow.seconds
      if queue.visibilityTimeout.seconds < advised {
        advise(
          "A611", resource,
          "\(queue.logicalID) hides messages for \(Int(queue.visibilityTimeout.seconds)) s; six times the timeout of "
            + "\(function.logicalID) and its window, \(Int(advised)) s, leave room for throttled batches")
      }
      guard let redrive = queue.redrive else {
        advise(
          "A612", resource,
          "\(queue.logicalID) has no RedrivePolicy: a message that always fails comes again until its retention ends"
        )
        continue
      }
      if function.reservedConcurrentExecutions != nil, mapping.maximumConcurrency == nil,
        redrive.maxReceiveCount < Self.receivesAdvised
      {
        advise(
          "A613", resource,
          "reserved concurrency of \(function.logicalID) does not hold back the pollers of \(mapping.logicalID): throttled "
            + "batches use up the \(redrive.maxReceiveCount) receives of good messages; set ScalingConfig.MaximumConcurrency"
        )
      }
    }
  }

  private static let visibilityFactor = 6.0
  private static let receivesAdvised = 5

  // MARK: Failure destinations

  /// DeadLetterConfig, DeadLetterQueue and DestinationConfig of functions, once everything has a name.
  mutating func compileFailureDestinations() {
    for (index, function) in spec.functions.enumerated() {
      guard let resource = template.resource(function.logicalID) else { continue }
      let path = "Resources.\(function.logicalID).Properties"
      for key in ["DeadLetterConfig", "DeadLetterQueue"] {
        guard let arn = resource.properties[key]?["TargetArn"] else { continue }
        spec.functions[index].deadLetterTarget = failureDestination(
          arn, among: [.queue, .topic], path: "\(path).\(key).TargetArn")
      }
      if let config = resource.properties["EventInvokeConfig"]?["DestinationConfig"] {
        apply(destinations: config, to: index, path: "\(path).EventInvokeConfig.DestinationConfig")
      }
    }
    for resource in template.resources where resource.type == "AWS::Lambda::EventInvokeConfig" {
      guard let node = resource.properties["FunctionName"],
        let name = template.referencedResource(node)?.logicalID, let index = names.functions[name],
        let config = resource.properties["DestinationConfig"]
      else { continue }
      apply(
        destinations: config, to: index, path: "Resources.\(resource.logicalID).Properties.DestinationConfig")
    }
  }

  private mutating func apply(destinations config: Node, to function: Int, path: String) {
    for key in ["OnFailure", "OnSuccess"] {
      guard let block = config[key], block.entries != nil else { continue }
      guard let node = block["Destination"] else {
        report(
          "M510", block, "\(key) without 'Destination' makes SAM create one, which is not modelled yet",
          path: "\(path).\(key)", severity: .warning)
        continue
      }
      let target = failureDestination(
        node, among: [.queue, .topic, .function, .bucket, .eventBus], path: "\(path).\(key).Destination")
      if key == "OnFailure" {
        spec.functions[function].onFailure = target
      } else {
        spec.functions[function].onSuccess = target
      }
    }
  }

  enum FailureDestinationKind: String { case queue, topic, function, bucket, eventBus = "event bus" }

  /// What a reference to a failure destination leads to; reports what cannot be one.
  mutating func failureDestination(_ node: Node, among kinds: [FailureDestinationKind], path: String)
    -> FailureDestination?
  {
    let expected = kinds.map(\.rawValue).joined(separator: ", ")
    guard let id = template.referencedResource(node)?.logicalID, let resource = template.resource(id) else {
      if let text = node.text, text.contains("event-bus/"), kinds.contains(.eventBus) { return .eventBus }
      _ = target(node, of: [:], expected, path: path)
      return nil
    }
    let found: (FailureDestinationKind, FailureDestination)? =
      switch resource.type {
      case "AWS::S3::Bucket": (.bucket, .bucket(names.buckets[id] ?? 0))
      case "AWS::Events::EventBus": (.eventBus, .eventBus)
      default:
        names.queues[id].map { (.queue, .queue($0)) } ?? names.topics[id].map { (.topic, .topic($0)) }
          ?? names.functions[id].map { (.function, .function($0)) }
      }
    guard let found, kinds.contains(found.0) else {
      report("T223", node, "'\(id)' is an \(resource.type), not one of: \(expected)", path: path)
      return nil
    }
    return found.1
  }
}

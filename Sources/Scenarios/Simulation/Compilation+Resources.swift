import Kernel
import Services

extension Compilation {
  /// Streams, tables, topics and functions, in the order of the template.
  mutating func compileResources() {
    for resource in template.resources {
      switch resource.type {
      case "AWS::Kinesis::Stream": compileStream(resource)
      case "AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable": compileTable(resource)
      case "AWS::SNS::Topic":
        names.topics[resource.logicalID] = spec.topics.count
        names.topicNames.append(resource.logicalID)
        spec.topics.append(TopicSpec(logicalID: resource.logicalID))
      case "AWS::S3::Bucket":
        names.buckets[resource.logicalID] = spec.buckets.count
        names.bucketNames.append(resource.logicalID)
        spec.buckets.append(BucketSpec(logicalID: resource.logicalID))
      case "AWS::SQS::Queue": compileQueue(resource)
      case "AWS::Lambda::Function", "AWS::Serverless::Function": compileFunction(resource)
      default: break
      }
    }
    // They name buckets and streams, which may stand behind them.
    for resource in template.resources where resource.type == "AWS::KinesisFirehose::DeliveryStream" {
      compileDeliveryStream(resource)
    }
    compileStreamConsumers()
    compileInvokeConfigs()
    compileRedrivePolicies()
    compileFailureDestinations()
    checkReservations()
  }

  private mutating func compileTable(_ resource: ResolvedResource) {
    let path = "Resources.\(resource.logicalID).Properties"
    let properties = resource.properties
    let isSimple = resource.type == "AWS::Serverless::SimpleTable"
    let throughput = properties["ProvisionedThroughput"]
    let reads = number(
      throughput?["ReadCapacityUnits"], path: "\(path).ProvisionedThroughput.ReadCapacityUnits")
    let writes = number(
      throughput?["WriteCapacityUnits"], path: "\(path).ProvisionedThroughput.WriteCapacityUnits")
    let isOnDemand =
      properties["BillingMode"]?.text == "PAY_PER_REQUEST"
      || (isSimple && throughput == nil && limits[.dynamodbOnDemandInitialWriteUnits] != nil)
    if throughput == nil, !isOnDemand, !isSimple {
      report(
        "T222", at: resource.idPosition, length: resource.logicalID.count,
        "\(resource.logicalID) needs 'ProvisionedThroughput': a table without 'BillingMode: PAY_PER_REQUEST' is provisioned",
        path: path)
    }
    var key = isSimple ? properties["PrimaryKey"]?["Name"]?.text ?? "id" : "id"
    if let attributes = properties["KeySchema"]?.elements {
      if let hash = attributes.first(where: { $0["KeyType"]?.text == "HASH" })?["AttributeName"]?.text {
        key = hash
      }
      if let range = attributes.first(where: { $0["KeyType"]?.text == "RANGE" }) {
        report(
          "M510", range,
          "the sort key is not modelled yet: items are told apart by '\(key)' alone",
          path: "\(path).KeySchema",
          severity: .warning)
      }
    }
    names.tables[resource.logicalID] = spec.tables.count
    names.tableNames.append(resource.logicalID)
    spec.tables.append(
      TableSpec(
        logicalID: resource.logicalID, keyAttribute: key,
        // SAM's simple table of older eras had 5 units of each kind.
        capacity: isOnDemand
          ? .onDemand : .provisioned(readUnits: max(1, reads ?? 5), writeUnits: max(1, writes ?? 5))))
  }

  private mutating func compileFunction(_ resource: ResolvedResource) {
    let path = "Resources.\(resource.logicalID).Properties"
    let properties = resource.properties
    let timeout = number(properties["Timeout"], path: "\(path).Timeout") ?? 3
    checkLimit(
      properties["Timeout"], .lambdaTimeoutMaxSeconds, "seconds", ceiling: 900, path: "\(path).Timeout")
    let memory = number(properties["MemorySize"], path: "\(path).MemorySize") ?? 128
    checkLimit(
      properties["MemorySize"], .lambdaMemoryMaxMB, "MB", ceiling: 32_768, path: "\(path).MemorySize")
    if let step = limits[.lambdaMemoryStepMB].flatMap({ Int(exactly: $0) }), step > 1, memory % step != 0,
      let node = properties["MemorySize"]
    {
      report(
        "E403", node, "MemorySize is \(memory); in era \(era.text) it is a multiple of \(step) MB",
        path: "\(path).MemorySize")
    }
    var function = FunctionSpec(
      logicalID: resource.logicalID, memorySize: max(1, memory), timeout: .seconds(Int64(max(1, timeout))),
      reservedConcurrentExecutions: number(
        properties["ReservedConcurrentExecutions"], path: "\(path).ReservedConcurrentExecutions"),
      asyncMaximumRetryAttempts: Int(limits.required(.lambdaAsyncMaxRetryAttempts)),
      asyncMaximumEventAge: SimDuration(seconds: limits.required(.lambdaAsyncMaxEventAgeSeconds)))
    if let architecture = properties["Architectures"]?.elements?.first, architecture.text == "arm64" {
      if era.has(.armFunctions) {
        function.isArm = true
      } else {
        diagnostics.append(
          SchemaValidator.missing(
            .armFunctions, "arm64", era: era, at: architecture.position, path: "\(path).Architectures"))
      }
    }
    function.coldStart = .lognormal(
      p50: limits.required(.lambdaColdStartP50Seconds), p99: limits.required(.lambdaColdStartP99Seconds))
    apply(properties["EventInvokeConfig"], to: &function, path: "\(path).EventInvokeConfig")
    names.functions[resource.logicalID] = spec.functions.count
    names.functionNames.append(resource.logicalID)
    spec.functions.append(function)
    errorNodes.append([])
  }

  private mutating func apply(_ config: Node?, to function: inout FunctionSpec, path: String) {
    guard let config else { return }
    if let retries = number(config["MaximumRetryAttempts"], path: "\(path).MaximumRetryAttempts") {
      function.asyncMaximumRetryAttempts = max(0, retries)
    }
    if let age = number(config["MaximumEventAgeInSeconds"], path: "\(path).MaximumEventAgeInSeconds") {
      function.asyncMaximumEventAge = .seconds(Int64(max(0, age)))
    }
  }

  private mutating func compileInvokeConfigs() {
    for resource in template.resources where resource.type == "AWS::Lambda::EventInvokeConfig" {
      let path = "Resources.\(resource.logicalID).Properties"
      guard let node = resource.properties["FunctionName"],
        let index = target(node, of: names.functions, "function", path: "\(path).FunctionName")
      else { continue }
      var function = spec.functions[index]
      apply(resource.properties, to: &function, path: path)
      spec.functions[index] = function
    }
  }

  /// Source: fact sheet §4.1, unreserved minimum.
  private mutating func checkReservations() {
    let account = limits.required(.lambdaAccountConcurrency)
    let kept = limits.required(.lambdaUnreservedMinimum)
    var reserved = 0
    for function in spec.functions {
      guard let own = function.reservedConcurrentExecutions else { continue }
      reserved += own
      guard Double(reserved) > account - kept, let resource = template.resource(function.logicalID),
        let node = resource.properties["ReservedConcurrentExecutions"]
      else { continue }
      report(
        "E403", node,
        "\(reserved) reserved executions leave less than \(SchemaValidator.short(kept)) of the account's "
          + "\(SchemaValidator.short(account)) unreserved",
        hint: "override lambda.accountConcurrency if yours is higher",
        path: "Resources.\(function.logicalID).Properties.ReservedConcurrentExecutions")
      return
    }
  }

  // MARK: Shared

  /// A whole number of a modelled property; reports a value that nobody can know before deployment.
  mutating func number(_ node: Node?, path: String) -> Int? {
    guard let node, !node.isNull else { return nil }
    if let value = integer(node) { return value }
    if node.isOpenValue {
      needsKnown(node, "number", path: path)
    }
    return nil
  }

  /// Reports a property beyond the era's limit.
  ///
  /// - Parameter ceiling: CloudFormation's own bound; what lies beyond it has been reported.
  mutating func checkLimit(_ node: Node?, _ name: LimitName, _ unit: String, ceiling: Int, path: String) {
    guard let node, let value = integer(node), let limit = limits[name], Double(value) > limit,
      value <= ceiling
    else { return }
    let isAllowedNow = EraPreset.number(name).valueNow.map { Double(value) <= $0 } ?? true
    report(
      "E403", node,
      "\(value) \(unit) are more than era \(era.text) allows: \(SchemaValidator.short(limit)) \(unit)",
      hint: era.preset == .y2017 && isAllowedNow ? "choose 'era: now' if the real system runs today" : nil,
      path: path)
  }

  /// The index that a reference in the template leads to; reports everything else.
  mutating func target(_ node: Node, of table: [String: Int], _ what: String, path: String) -> Int? {
    if let id = template.referencedResource(node)?.logicalID {
      if let index = table[id] { return index }
      report(
        "T223", node, "'\(id)' is an \(template.resource(id)?.type ?? "resource"), not a \(what)", path: path)
    } else if node.isOpenValue {
      needsKnown(node, what, path: path)
    } else if let text = node.text {
      let name = text.split(whereSeparator: { $0 == ":" || $0 == "/" }).last.map(String.init) ?? text
      missingResource(name, node, path: path)
    }
    return nil
  }

  private mutating func missingResource(_ name: String, _ node: Node, path: String) {
    let nearest = NearestName.of(name, in: template.resources.map(\.logicalID))
    report(
      "T207", node,
      "'\(name)' is not a resource of this template" + (nearest.map { "; nearest: '\($0)'" } ?? ""),
      path: path)
  }
}

import Kernel
import Services

extension Compilation {
  mutating func steps(_ nodes: [Node], scope: StepProgram.Scope, path: String) -> [Step] {
    var steps: [Step] = []
    for (index, node) in nodes.enumerated() {
      guard let entry = node.entries?.first else { continue }
      if let step = step(entry.key, entry.value, scope: scope, path: "\(path).\(index).\(entry.key)") {
        steps.append(step)
      }
    }
    return steps
  }

  private mutating func step(_ kind: String, _ node: Node, scope: StepProgram.Scope, path: String) -> Step? {
    switch kind {
    case "call": return call(node, path: path)
    case "send": return send(node, scope: scope, path: path)
    case "take":
      guard let from = node["from"], let name = from.text else { return nil }
      if let queue = names.queues[name] {
        spec.queues[queue].isTaken = true
        return .receive(queue: queue, max: integer(node["max"]))
      }
      guard let store = names.stores[name] else {
        unknownName(from, "store or queue", among: names.storeNames + names.queueNames, path: "\(path).from")
        return nil
      }
      return .take(store: store, max: integer(node["max"]))
    case "read": return read(node, path: path)
    case "write": return write(node, path: path)
    case "invoke":
      guard let function = node["function"], let name = function.text else { return nil }
      guard let index = names.functions[name] else {
        unknownName(function, "function", among: names.functionNames, path: "\(path).function")
        return nil
      }
      return .invoke(function: index, isAsync: boolean(node["async"]) ?? false)
    case "compute": return time(node, isCompute: true, path: path)
    case "sleep": return time(node, isCompute: false, path: path)
    case "parallel": return parallel(node, scope: scope, path: path)
    case "if":
      guard let when = node["when"], let condition = condition(when) else { return nil }
      checkNames(condition, when, path: "\(path).when")
      return .conditional(
        when: condition, then: steps(node["then"]?.elements ?? [], scope: scope, path: "\(path).then"),
        otherwise: steps(node["else"]?.elements ?? [], scope: scope, path: "\(path).else"))
    case "fail":
      let condition = condition(node["when"]) ?? .always
      if let when = node["when"] { checkNames(condition, when, path: "\(path).when") }
      return .fail(rate: share(node["rate"]) ?? 1, when: condition, name: node["name"]?.text ?? "failure")
    default: return nil
    }
  }

  private mutating func call(_ node: Node, path: String) -> Step? {
    guard let service = node["service"], let name = service.text else { return nil }
    guard let partner = names.partners[name] else {
      if names.stores[name] != nil {
        report("S309", service, "'\(name)' is a store: it is taken from, not called", path: "\(path).service")
      } else {
        unknownName(service, "service", among: names.partnerNames, path: "\(path).service")
      }
      return nil
    }
    var call = CallStep(
      partner: partner, times: max(1, integer(node["times"]) ?? 1), timeout: duration(node["timeout"]))
    if let retries = node["retries"] {
      let count = integer(retries) ?? integer(retries["max"]) ?? 0
      call.retries = (max(0, count), duration(retries["backoff"]) ?? .seconds(1))
    }
    if let reply = node["reply"] {
      call.reply = byteSize(reply, path: "\(path).reply")
      if spec.partners[partner].bandwidth == nil {
        report(
          "A615", reply, "\(name) has no bandwidth: the size of its answers takes no time",
          hint: "set bandwidth, such as 10MB/s, under services", path: "\(path).reply", severity: .warning)
      }
    }
    return .call(call)
  }

  private mutating func send(_ node: Node, scope: StepProgram.Scope, path: String) -> Step? {
    guard let to = node["to"], let name = to.text else { return nil }
    guard let destination = names.destination(name) else {
      if let resource = template.resource(name), !SchemaTable.isModelled(resource.type) {
        report(
          "S320", to, "messages go to '\(name)', and an \(resource.type) is not modelled yet",
          path: "\(path).to")
      } else {
        unknownName(
          to, "store, topic, queue, stream or function", among: names.destinationNames, path: "\(path).to")
      }
      return nil
    }
    if case .bucket = destination {
      report(
        "S309", to, "'\(name)' is a bucket: write objects with 'write: {to: \(name)}'", path: "\(path).to")
      return nil
    }
    if case .deliveryStream(let index) = destination, let source = spec.deliveryStreams[index].source {
      report(
        "S309", to, "'\(name)' takes its records from \(spec.streams[source].logicalID), not from producers",
        path: "\(path).to")
      return nil
    }
    let each = boolean(node["each"]) ?? true
    let (time, most, why) = sendPreset(destination)
    var step = SendStep(
      destination: destination, each: each,
      time: distribution(node["time"], .duration, path: "\(path).time") ?? .constant(time))
    if let batch = node["batch"], let count = integer(batch) {
      step.batch = max(1, count)
      if Double(count) > most {
        report(
          "E403", batch,
          "batch is \(count); in era \(era.text) \(why) takes at most \(SchemaValidator.short(most))",
          path: "\(path).batch")
      }
      if count > 1, !each || scope == .perMessage {
        let why = each ? "perMessage holds one message" : "'each: false' sends one message"
        report("S308", batch, "\(why), and one makes no batch", path: "\(path).batch")
      }
    }
    step.size = distribution(node["size"], .size, path: "\(path).size")
    step.resend = boolean(node["resend"]) ?? true
    if let key = node["key"]?.text {
      let isField = spec.workloads.contains { $0.fields.contains { $0.name == key } }
      step.key = isField ? .field(key) : .constant(key)
    }
    return .send(step)
  }

  /// Time of one API call, messages of one API call, and what that call is.
  private func sendPreset(_ destination: Destination) -> (time: Double, most: Double, what: String) {
    switch destination {
    case .stream:
      (limits.required(.kinesisPutSeconds), limits.required(.kinesisPutRecordsMaxRecords), "PutRecords")
    case .topic: (limits.required(.snsPublishSeconds), limits.required(.snsPublishBatchMax), "a publish call")
    case .queue: (limits.required(.sqsCallSeconds), limits.required(.sqsBatchMax), "SendMessageBatch")
    case .function: (limits.required(.lambdaInvokeOverheadSeconds), 1, "an invocation")
    case .deliveryStream:
      (limits.required(.firehosePutSeconds), limits.required(.firehoseBatchMaxRecords), "PutRecordBatch")
    case .store, .bucket: (0, .infinity, "a store")
    }
  }

  private mutating func table(_ node: Node?, path: String) -> Int? {
    guard let node, let name = node.text else { return nil }
    if let table = names.tables[name] { return table }
    if let resource = template.resource(name), !SchemaTable.isModelled(resource.type) {
      report("S320", node, "'\(name)' is an \(resource.type), which is not modelled yet", path: path)
    } else {
      unknownName(node, "table or bucket", among: names.tableNames + names.bucketNames, path: path)
    }
    return nil
  }

  private mutating func read(_ node: Node, path: String) -> Step? {
    for key in ["to", "from"] {
      if let step = bucketStep(node, key, isWrite: false, path: path) { return step }
    }
    if let to = node["to"], let from = node["from"] {
      report("S308", from, "'from' and 'to' name the same thing here: leave out one", path: "\(path).from")
      return table(to, path: "\(path).to").map { .read(ReadStep(table: $0)) }
    }
    let key = node["from"] == nil ? "to" : "from"
    guard node[key] != nil else {
      if node.entries != nil {
        report("S303", at: node.position, length: 1, "read needs 'to': the table", path: path)
      }
      return nil
    }
    return table(node[key], path: "\(path).\(key)").map {
      .read(ReadStep(table: $0, consistent: boolean(node["consistent"]) ?? true))
    }
  }

  /// A size of its own, or a numeric field of some workload's messages.
  private mutating func byteSize(_ node: Node?, path: String) -> ByteSize? {
    guard let node else { return nil }
    if let name = node.text, Literal.isIdentifier(name) {
      if let field = numericField(name) { return .field(field) }
      let fields = spec.workloads.flatMap { $0.fields.map(\.name) }.filter { numericField($0) != nil }
      unknownName(node, "numeric field", among: fields, path: path)
      return nil
    }
    return distribution(node, .size, path: path).map { .law($0) }
  }

  /// A time of its own, or one that each message brings along in a field.
  private mutating func time(_ node: Node, isCompute: Bool, path: String) -> Step? {
    guard let name = node.text, Literal.isIdentifier(name) else {
      return distribution(node, .duration, path: path).map { isCompute ? .compute($0) : .sleep($0) }
    }
    guard numericField(name) != nil else {
      let fields = spec.workloads.flatMap { $0.fields.map(\.name) }.filter { numericField($0) != nil }
      unknownName(node, "numeric field", among: fields, path: path)
      return nil
    }
    // Drawn and replayed fields are in seconds, whatever their name; a column of a trace is what its name says.
    let isColumn = spec.workloads.contains { workload in
      workload.fields.contains { field in
        if case .trace = field.source { field.name == name } else { false }
      }
    }
    let perSecond = isColumn ? TimeUnit.suffix(of: name)?.perSecond ?? 1 : 1
    return .fieldTime(FieldTime(field: name, perSecond: perSecond, isCompute: isCompute))
  }

  private func numericField(_ name: String) -> String? {
    spec.workloads.contains { workload in
      workload.fields.contains { field in
        guard field.name == name else { return false }
        if case .choice = field.source { return false }
        return true
      }
    } ? name : nil
  }

  /// `read` or `write` of a bucket; nil when the name is not one of a bucket.
  private mutating func bucketStep(_ node: Node, _ key: String, isWrite: Bool, path: String) -> Step? {
    guard let name = node[key]?.text, let bucket = names.buckets[name] else { return nil }
    for other in ["consistent", "set"] where node[other] != nil {
      report(
        "S308", node[other]!, "'\(other)' belongs to a table; '\(name)' is a bucket", path: "\(path).\(other)"
      )
    }
    guard isWrite else { return .getObject(bucket: bucket) }
    return .putObject(
      PutObjectStep(
        bucket: bucket, size: byteSize(node["size"], path: "\(path).size") ?? .law(.constant(1024))))
  }

  private mutating func write(_ node: Node, path: String) -> Step? {
    if let step = bucketStep(node, "to", isWrite: true, path: path) { return step }
    if let size = node["size"], let name = size.text, Literal.isIdentifier(name) {
      report("S308", size, "a field gives the size of objects in buckets, not of items", path: "\(path).size")
      return nil
    }
    guard let table = table(node["to"], path: "\(path).to") else { return nil }
    var step = WriteStep(
      table: table, size: distribution(node["size"], .size, path: "\(path).size") ?? .constant(1024))
    for entry in node["set"]?.entries ?? [] {
      guard case .scalar(let text, let isPlain) = entry.value.value else { continue }
      let number = isPlain ? Literal.number(text) : nil
      step.set.append((entry.key, number.map(FieldValue.number) ?? .text(text)))
    }
    if step.size.mean > limits.required(.dynamodbItemMaxBytes) {
      report(
        "S305", node["size"] ?? node,
        "an item has at most \(SchemaValidator.short(limits.required(.dynamodbItemMaxBytes))) bytes",
        path: "\(path).size")
    }
    return .write(step)
  }

  private mutating func parallel(_ node: Node, scope: StepProgram.Scope, path: String) -> Step? {
    if let branches = node["branches"]?.elements {
      for key in ["each", "do"] where node[key] != nil {
        report("S308", node[key]!, "parallel has either branches, or each and do", path: "\(path).\(key)")
      }
      var lists: [[Step]] = []
      for (index, branch) in branches.enumerated() {
        lists.append(steps(branch.elements ?? [], scope: scope, path: "\(path).branches.\(index)"))
      }
      return .parallelBranches(lists)
    }
    guard node["each"] != nil, let inner = node["do"]?.elements else {
      if node.entries != nil {
        report(
          "S303", at: node.position, length: 1, "parallel needs 'each: message' and 'do', or 'branches'",
          path: path)
      }
      return nil
    }
    if scope == .perMessage {
      report(
        "S308", node["each"]!, "'each: message' belongs in perBatch: perMessage holds one message",
        path: "\(path).each")
    }
    return .parallelEach(steps(inner, scope: .perMessage, path: "\(path).do"))
  }
}

import Kernel
import Services

extension Compilation {
  /// `Simulation.workloads`, in the order of the file.
  mutating func compileWorkloads() {
    for entry in simulation["workloads"]?.entries ?? [] where entry.value.entries != nil {
      let path = "Simulation.workloads.\(entry.key)"
      let node = entry.value
      if names.partners[entry.key] != nil || names.stores[entry.key] != nil
        || template.resource(entry.key) != nil
      {
        report(
          "S317", at: entry.keyPosition, length: entry.key.count,
          "'\(entry.key)' is already the name of a service or a resource", path: path)
      }
      let destination = node["into"].flatMap { into($0, path: "\(path).into") }
      var workload = WorkloadSpec(
        name: entry.key, destination: destination ?? .store(0), arrivals: .constant(rate: 0))
      workload.size = distribution(node["size"], .size, path: "\(path).size") ?? .constant(1024)
      workload.fields = fields(node["fields"], path: "\(path).fields")
      workload.arrivals =
        arrivals(node["arrivals"], fields: &workload.fields, path: "\(path).arrivals") ?? .constant(rate: 0)
      checkCount(of: workload.arrivals, node["arrivals"], path: "\(path).arrivals")
      workload.key = key(node["key"], fields: workload.fields, path: "\(path).key")
      workload.producer = producer(node["producer"], into: destination, path: "\(path).producer")
      names.workloads[entry.key] = spec.workloads.count
      names.workloadNames.append(entry.key)
      spec.workloads.append(workload)
    }
    if simulation["workloads"]?.entries?.isEmpty ?? true {
      report(
        "S303", at: simulation.position, length: 1, "Simulation needs 'workloads': nothing would happen",
        path: "Simulation")
    }
  }

  private mutating func into(_ node: Node, path: String) -> Destination? {
    guard let name = node.text else { return nil }
    if let destination = names.destination(name) {
      if case .deliveryStream(let index) = destination, let source = spec.deliveryStreams[index].source {
        report(
          "S309", node,
          "'\(name)' takes its records from \(spec.streams[source].logicalID), not from producers",
          path: path)
      }
      return destination
    }
    if names.partners[name] != nil {
      report(
        "S309", node, "'\(name)' is an API, which messages cannot be put into; did you mean 'kind: store'?",
        path: path)
    } else if let resource = template.resource(name) {
      let isModelled = SchemaTable.isModelled(resource.type)
      report(
        isModelled ? "S309" : "S320", node,
        isModelled
          ? "'\(name)' is an \(resource.type), which messages cannot be put into"
          : "workload goes into '\(name)', and an \(resource.type) is not modelled yet", path: path)
    } else {
      unknownName(node, "store, topic, queue, stream or function", among: names.destinationNames, path: path)
    }
    return nil
  }

  private mutating func producer(_ node: Node?, into destination: Destination?, path: String) -> ProducerSpec
  {
    var producer = ProducerSpec()
    guard let node, node.entries != nil else { return producer }
    if let destination {
      guard case .stream = destination else {
        report("S308", node, "'producer' says how records are put into a stream", path: path)
        return producer
      }
    }
    producer.retry = node["retry"]?.text.flatMap(ProducerSpec.Retry.init) ?? .sdk
    if let batch = node["batch"], let count = integer(batch) {
      producer.batch = max(1, count)
      let most = limits.required(.kinesisPutRecordsMaxRecords)
      if Double(count) > most {
        report(
          "E403", batch, "batch is \(count); PutRecords takes at most \(SchemaValidator.short(most))",
          path: "\(path).batch")
      }
    }
    if let linger = node["linger"], let time = duration(linger) {
      producer.linger = time
      if producer.batch == 1, time > .zero {
        report("S308", linger, "'linger' needs a 'batch' of more than one record", path: "\(path).linger")
      }
    }
    return producer
  }

  private mutating func fields(_ node: Node?, path: String) -> [FieldSpec] {
    var fields: [FieldSpec] = []
    for entry in node?.entries ?? [] where !entry.value.isNull {
      let fieldPath = "\(path).\(entry.key)"
      if let choices = entry.value["choice"]?.entries {
        var cumulative = 0.0
        var values: [(value: String, cumulative: Double)] = []
        for choice in choices {
          cumulative += share(choice.value) ?? 0
          values.append((choice.key, cumulative))
        }
        // The last share takes what rounding left, so that every uniform number finds its value.
        if !values.isEmpty { values[values.count - 1].cumulative = 1 }
        fields.append(FieldSpec(name: entry.key, source: .choice(values)))
      } else if isReplay(entry.value) {
        let values = replayed(entry.value, path: fieldPath)
        fields.append(FieldSpec(name: entry.key, source: .sequence(values ?? [0])))
      } else if let law = distribution(entry.value, .measure, path: fieldPath) {
        fields.append(FieldSpec(name: entry.key, source: .number(law)))
      }
    }
    return fields
  }

  private mutating func key(_ node: Node?, fields: [FieldSpec], path: String) -> KeySpec {
    guard let node, let text = node.text else { return .uniform }
    switch text {
    case "uniform": return .uniform
    case "constant": return .constant("constant")
    case let call where call.hasPrefix("zipf("):
      do {
        let parsed = try DistributionParser.parseCall(call)
        guard let s = parsed["s"].flatMap({ Literal.number($0.value) }), s >= 0,
          let keys = parsed["keys"].flatMap({ Literal.integer($0.value) }), (1...10_000_000).contains(keys),
          parsed.arguments.count == 2
        else {
          report(
            "S304", node,
            "'\(call)' is not a key distribution: write zipf(s=0.9 keys=50000), s from 0, keys from 1 to 10000000",
            path: path)
          return .uniform
        }
        return .zipf(exponent: s, keys: keys)
      } catch {
        report("S304", error, in: node, path: path)
        return .uniform
      }
    default:
      if fields.contains(where: { $0.name == text }) { return .field(text) }
      let candidates = ["uniform", "constant"] + fields.map(\.name)
      let nearest = NearestName.of(text, in: candidates)
      report(
        "S318", node,
        "key is '\(text)'; expected uniform, constant, zipf(s=... keys=...) or a field of the workload",
        hint: nearest.map { "did you mean '\($0)'?" }, path: path)
      return .uniform
    }
  }
}

/// Durations as a reader writes them.
package enum DurationText {
  /// `2h`, `1h30m`, `90s` as `1m30s`, `0.25s` as `250ms`.
  package static func short(_ seconds: Double) -> String {
    guard seconds < 1e15 else { return seconds.isFinite ? "\(seconds)s" : "for ever" }
    if seconds < 1 { return seconds == 0 ? "0s" : "\(SchemaValidator.short(seconds * 1000))ms" }
    let whole = Int(seconds.rounded())
    let parts = [(whole / 86_400, "d"), (whole / 3600 % 24, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")]
    return parts.filter { $0.0 > 0 }.prefix(2).map { "\($0.0)\($0.1)" }.joined()
  }
}

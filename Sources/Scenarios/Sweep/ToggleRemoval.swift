/// Takes resources, services and workloads out of a scenario, with whatever means nothing without them.
///
/// - A resource that belongs to one (a mapping, a subscription, an alarm, a permission, a version) goes with it, and so
///   does a stream consumer that nobody uses any more, and a workload that has nowhere to go.
/// - An event of a function goes when its source goes. Elsewhere in the template, list elements and keys whose value
///   refers to something gone are left out: a target of a rule, a policy, an environment variable.
/// - Under `Simulation` its behaviour, rules, expectations and measures go, the steps that send to it or call it, and
///   the changes of the timeline.
///
/// Source: scenario format §8, toggle.
struct ToggleRemoval {
  private var gone: Set<String>

  /// Names that can be there or not, in the order of the scenario.
  static func names(in root: Node) -> [String] {
    let resources = root["Resources"]?.entries ?? []
    let parties = ["services", "workloads"].flatMap { root["Simulation"]?[$0]?.entries ?? [] }
    return (resources + parties).filter { !$0.value.isNull }.map(\.key)
  }

  static func removing(_ names: [String], from root: Node) -> Node {
    var removal = ToggleRemoval(gone: Set(names))
    removal.close(over: root)
    return removal.pruned(root)
  }

  // MARK: What goes

  /// Keys through which a resource belongs to another one. Source: CloudFormation resource reference.
  private static let owners: [String: [String]] = [
    "AWS::Lambda::EventSourceMapping": ["FunctionName", "EventSourceArn"],
    "AWS::Lambda::Permission": ["FunctionName"],
    "AWS::Lambda::EventInvokeConfig": ["FunctionName"],
    "AWS::Lambda::Version": ["FunctionName"],
    "AWS::Lambda::Alias": ["FunctionName"],
    "AWS::Lambda::Url": ["TargetFunctionArn"],
    "AWS::SNS::Subscription": ["TopicArn", "Endpoint"],
    "AWS::SNS::TopicPolicy": ["Topics"],
    "AWS::SQS::QueuePolicy": ["Queues"],
    "AWS::S3::BucketPolicy": ["Bucket"],
    "AWS::Kinesis::StreamConsumer": ["StreamARN"],
    "AWS::CloudWatch::Alarm": ["Dimensions", "Metrics"],
    "AWS::KinesisFirehose::DeliveryStream": ["KinesisStreamSourceConfiguration"],
  ]
  /// Keys that name where something goes that failed; the mapping around one says nothing else that matters.
  private static let destinations = ["deadLetterTargetArn", "TargetArn", "Destination"]

  /// Adds what belongs to something gone until nothing more does.
  private mutating func close(over root: Node) {
    let resources = (root["Resources"]?.entries ?? []).filter { !$0.value.isNull }
    let consumers = usedConsumers(resources)
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for entry in resources where !gone.contains(entry.key) {
        let keys = Self.owners[entry.value["Type"]?.text ?? ""] ?? []
        let properties = entry.value["Properties"]
        let isOwned = keys.contains { key in
          properties?[key].map { ResourceReferences.hold(gone, in: $0) } ?? false
        }
        let isUnused =
          consumers.contains(entry.key) && !isUsed(entry.key, by: resources.filter { !gone.contains($0.key) })
        if isOwned || isUnused {
          gone.insert(entry.key)
          isGrowing = true
        }
      }
      for entry in root["Simulation"]?["workloads"]?.entries ?? [] where !gone.contains(entry.key) {
        if let target = entry.value["into"]?.text, gone.contains(target) {
          gone.insert(entry.key)
          isGrowing = true
        }
      }
    }
  }

  /// Stream consumers that somebody reads through; an idle one stays as it is.
  private func usedConsumers(_ resources: [Node.Entry]) -> Set<String> {
    Set(
      resources.filter {
        $0.value["Type"]?.text == "AWS::Kinesis::StreamConsumer" && isUsed($0.key, by: resources)
      }.map(\.key))
  }

  private func isUsed(_ name: String, by resources: [Node.Entry]) -> Bool {
    resources.contains { $0.key != name && ResourceReferences.hold([name], in: $0.value) }
  }

  // MARK: What stays

  private func pruned(_ root: Node) -> Node {
    var copy = root
    copy.value = .mapping(
      (root.entries ?? []).compactMap { entry in
        var kept = entry
        switch entry.key {
        case "Resources": kept.value = resources(entry.value)
        case "Simulation": kept.value = SimulationPruning(gone: gone).pruned(entry.value)
        case "Outputs":
          kept.value = entry.value.filtering { !ResourceReferences.hold(gone, in: $0.value) }
        case "Globals": kept.value = template(entry.value) ?? Node(.mapping([]), at: entry.value.position)
        default: break
        }
        return kept
      })
    return copy
  }

  private func resources(_ node: Node) -> Node {
    var kept = node.filtering { !gone.contains($0.key) }
    kept.value = .mapping(
      (kept.entries ?? []).map { entry in
        var entry = entry
        if let dependencies = entry.value["DependsOn"] {
          entry.value = entry.value.replacing(["DependsOn"], with: dependsOn(dependencies))
        }
        if let properties = entry.value["Properties"] {
          let rest = template(withoutEvents(properties)) ?? Node(.mapping([]), at: properties.position)
          entry.value = entry.value.replacing(["Properties"], with: rest)
        }
        return entry
      })
    return kept
  }

  private func dependsOn(_ node: Node) -> Node {
    if let name = node.text { return gone.contains(name) ? Node(.null, at: node.position) : node }
    return node.filteringElements { !($0.text.map(gone.contains) ?? false) }
  }

  /// Keys of a SAM event that name its source.
  private static let sources = [
    "Stream", "Queue", "Topic", "Bucket", "Table", "RestApiId", "ApiId", "Broker",
  ]

  private func withoutEvents(_ properties: Node) -> Node {
    guard let events = properties["Events"], events.entries != nil else { return properties }
    let kept = events.filtering { event in
      !Self.sources.contains { key in
        event.value["Properties"]?[key].map { ResourceReferences.hold(gone, in: $0) } ?? false
      }
    }
    return properties.replacing(["Events"], with: kept)
  }

  /// The piece without what refers to something gone; nothing when that was all of it.
  private func template(_ node: Node) -> Node? {
    if node.intrinsic != nil { return ResourceReferences.hold(gone, in: node) ? nil : node }
    switch node.value {
    case .scalar, .null: return node
    case .sequence(let elements):
      // A target or a subscription means nothing without the address in it.
      let kept = elements.filter { !names($0) }.compactMap(template)
      return kept.isEmpty && !elements.isEmpty ? nil : Node(.sequence(kept), at: node.position)
    case .mapping(let entries):
      if entries.contains(where: {
        Self.destinations.contains($0.key) && ResourceReferences.hold(gone, in: $0.value)
      }) {
        return nil
      }
      let kept = entries.compactMap { entry in
        template(entry.value).map { Node.Entry(key: entry.key, keyPosition: entry.keyPosition, value: $0) }
      }
      return kept.isEmpty && !entries.isEmpty ? nil : Node(.mapping(kept), at: node.position)
    }
  }

  /// Whether a value of the mapping refers to something gone.
  private func names(_ element: Node) -> Bool {
    element.intrinsic == nil
      && element.entries?.contains {
        $0.value.intrinsic != nil && ResourceReferences.hold(gone, in: $0.value)
      }
        ?? false
  }
}

extension Node {
  /// The mapping with some of its entries; other nodes as they are.
  func filtering(_ isKept: (Entry) -> Bool) -> Node {
    guard let entries else { return self }
    return Node(.mapping(entries.filter(isKept)), at: position)
  }

  /// The list with some of its elements; other nodes as they are.
  func filteringElements(_ isKept: (Node) -> Bool) -> Node {
    guard let elements else { return self }
    return Node(.sequence(elements.filter(isKept)), at: position)
  }
}

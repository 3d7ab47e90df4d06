import Kernel
import Services

/// Subscriptions of topics, written as a resource, in the topic or as a SAM event.
extension Compilation {
  mutating func addSubscription(_ id: String, topic: Int, _ properties: Node, path: String) {
    guard let kind = properties["Protocol"]?.text else { return }
    guard kind == "lambda" || kind == "sqs" else {
      report(
        "M511", properties["Protocol"]!,
        "subscriptions by \(kind) are not modelled yet: this one receives nothing", path: "\(path).Protocol",
        severity: .warning)
      return
    }
    guard let node = properties["Endpoint"] else {
      report(
        "T222", at: properties.position, length: 1, "a subscription needs 'Endpoint': who receives",
        path: path)
      return
    }
    let endpoint: SubscriptionSpec.Endpoint?
    if kind == "sqs" {
      endpoint = target(node, of: names.queues, "queue", path: "\(path).Endpoint").map { .queue($0) }
    } else {
      endpoint = target(node, of: names.functions, "function", path: "\(path).Endpoint").map { .function($0) }
    }
    guard let endpoint else { return }
    addSubscription(id, topic: topic, endpoint, properties, path: path)
  }

  private mutating func addSubscription(
    _ id: String, topic: Int, _ endpoint: SubscriptionSpec.Endpoint, _ properties: Node, path: String
  ) {
    var subscription = SubscriptionSpec(logicalID: id, topic: topic, endpoint: endpoint)
    subscription.filter = filterPolicy(properties, path: path)
    if let node = properties["RedrivePolicy"],
      let policy = jsonTree(node, "redrive policy", path: "\(path).RedrivePolicy")
    {
      if let arn = policy["deadLetterTargetArn"] {
        subscription.deadLetterQueue = deadLetterQueue(
          arn, in: node, path: "\(path).RedrivePolicy.deadLetterTargetArn")
      } else {
        report(
          "T222", node, "a redrive policy of a subscription needs 'deadLetterTargetArn'",
          path: "\(path).RedrivePolicy")
      }
    }
    spec.subscriptions.append(subscription)
  }

  /// Policies of 2017 looked at attributes only and had five keys at most. Source: fact sheet §5.2.
  private mutating func filterPolicy(_ properties: Node, path: String) -> FilterPattern? {
    guard let node = properties["FilterPolicy"],
      let pattern = filterPattern(node, path: "\(path).FilterPolicy")
    else { return nil }
    if let scope = properties["FilterPolicyScope"], scope.text == "MessageBody" {
      requireFeature(.bodyFilterPolicies, "FilterPolicyScope: MessageBody", at: scope, path: path)
    }
    let keysMax = 5
    if pattern.fields.count > keysMax {
      report(
        "T230", node, "a filter policy has at most \(keysMax) keys; this one has \(pattern.fields.count)",
        path: "\(path).FilterPolicy")
    }
    return pattern
  }

  /// A SAM event: the function subscribes, or a queue between topic and function does.
  mutating func addTopicEvent(
    _ id: String, topic: Int, function: Int, _ properties: Node, path: String
  ) {
    guard let between = properties["SqsSubscription"], boolean(between) ?? true else {
      addSubscription(id, topic: topic, .function(function), properties, path: path)
      return
    }
    let path = "\(path).SqsSubscription"
    requireFeature(.sqsTrigger, "SqsSubscription", at: between, path: path)
    let queue: Int
    let settings = between.entries == nil ? Node(.mapping([]), at: between.position) : between
    if let arn = settings["QueueArn"] {
      guard let found = target(arn, of: names.queues, "queue", path: "\(path).QueueArn") else { return }
      queue = found
    } else {
      queue = spec.queues.count
      var spec = QueueSpec(logicalID: "\(id)Queue")
      spec.maximumMessageSize = Int(limits.required(.sqsMessageMaxBytes))
      addQueue(spec)
    }
    addSubscription(id, topic: topic, .queue(queue), properties, path: path)
    let source = Node(.scalar(spec.queues[queue].logicalID, isPlain: true), at: between.position)
    addQueueMapping("\(id)EventSourceMapping", queue: queue, source, function: function, settings, path: path)
  }
}

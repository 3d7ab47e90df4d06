import Kernel
import Services

extension Compilation {
  /// Mappings, subscriptions and schedules: SAM events first, then resources, each in the order of the template.
  mutating func compileDeliveries() {
    for event in template.events {
      let id = "\(event.function)\(event.eventName)"
      let path = "Resources.\(event.function).Properties.Events.\(event.eventName).Properties"
      guard let function = names.functions[event.function] else { continue }
      switch event.type {
      case "Kinesis":
        guard let node = event.properties["Stream"] else { continue }
        addMapping(id, node, "Stream", function: function, event.properties, path: path)
      case "SNS":
        guard let node = event.properties["Topic"],
          let topic = target(node, of: names.topics, "topic", path: "\(path).Topic")
        else { continue }
        addTopicEvent(id, topic: topic, function: function, event.properties, path: path)
      case "SQS":
        guard let node = event.properties["Queue"] else { continue }
        addQueueMapping(id, node, function: function, event.properties, path: path)
      case "S3": addBucketEvent(id, event.properties, function: function, path: path)
      case "Schedule", "ScheduleV2":
        let node = event.properties["Schedule"] ?? event.properties["ScheduleExpression"]
        addSchedule(id, node, event.properties, function: function, path: path)
      default: break
      }
    }
    for resource in template.resources {
      let path = "Resources.\(resource.logicalID).Properties"
      let properties = resource.properties
      switch resource.type {
      case "AWS::Lambda::EventSourceMapping":
        guard let functionNode = properties["FunctionName"],
          let function = target(functionNode, of: names.functions, "function", path: "\(path).FunctionName")
        else { continue }
        guard let source = properties["EventSourceArn"] else {
          report(
            "M511", at: resource.idPosition, length: resource.logicalID.count,
            "a mapping without EventSourceArn reads a source that is not modelled yet", path: path,
            severity: .warning)
          continue
        }
        if isQueue(source) {
          addQueueMapping(resource.logicalID, source, function: function, properties, path: path)
        } else {
          addMapping(
            resource.logicalID, source, "EventSourceArn", function: function, properties, path: path)
        }
      case "AWS::SNS::Topic":
        guard let topic = names.topics[resource.logicalID] else { continue }
        for (index, subscription) in (properties["Subscription"]?.elements ?? []).enumerated() {
          addSubscription(
            "\(resource.logicalID)Subscription\(index)", topic: topic, subscription,
            path: "\(path).Subscription.\(index)")
        }
      case "AWS::SNS::Subscription":
        guard let node = properties["TopicArn"],
          let topic = target(node, of: names.topics, "topic", path: "\(path).TopicArn")
        else { continue }
        addSubscription(resource.logicalID, topic: topic, properties, path: path)
      case "AWS::S3::Bucket": addNotifications(resource, path: path)
      case "AWS::Events::Rule":
        guard let expression = properties["ScheduleExpression"] else { continue }
        for (index, item) in (properties["Targets"]?.elements ?? []).enumerated() {
          guard let arn = item["Arn"],
            let function = target(arn, of: names.functions, "function", path: "\(path).Targets.\(index).Arn")
          else { continue }
          addSchedule(resource.logicalID, expression, properties, function: function, path: path)
        }
      case "AWS::Scheduler::Schedule":
        guard let arn = properties["Target"]?["Arn"],
          let function = target(arn, of: names.functions, "function", path: "\(path).Target.Arn")
        else { continue }
        addSchedule(
          resource.logicalID, properties["ScheduleExpression"], properties, function: function, path: path)
      default: break
      }
    }
  }

  private mutating func addSchedule(
    _ id: String, _ node: Node?, _ properties: Node, function: Int, path: String
  ) {
    guard let node, let expression = schedule(node, code: "T224", path: path) else { return }
    var schedule = ScheduleSpec(logicalID: id, expression: expression, function: function)
    schedule.enabled = boolean(properties["Enabled"]) ?? (properties["State"]?.text != "DISABLED")
    let index = spec.schedules.count
    switches["\(path).Enabled"] = .schedule(index)
    switches["\(path).State"] = .schedule(index)
    spec.schedules.append(schedule)
  }

  mutating func schedule(_ node: Node, code: String, path: String) -> ScheduleExpression? {
    guard let text = node.text, !node.isOpenValue else {
      needsKnown(node, "schedule", path: path)
      return nil
    }
    do {
      return try ScheduleExpression(parsing: text)
    } catch {
      let mistake = LiteralError(
        error.message, offset: error.offset,
        length: max(1, text.count - error.offset - (error.offset > 0 ? 1 : 0)))
      report(code, mistake, in: node, path: path)
      return nil
    }
  }
}

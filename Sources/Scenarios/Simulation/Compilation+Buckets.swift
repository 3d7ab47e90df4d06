import Services

/// Who is told about the objects of a bucket. Source: fact sheet §8, "Notification target".
extension Compilation {
  /// `NotificationConfiguration` of a bucket.
  mutating func addNotifications(_ resource: ResolvedResource, path: String) {
    guard let bucket = names.buckets[resource.logicalID],
      let configuration = resource.properties["NotificationConfiguration"]
    else { return }
    for (list, key) in [("Lambda", "Function"), ("Queue", "Queue"), ("Topic", "Topic")] {
      for (index, item) in (configuration["\(list)Configurations"]?.elements ?? []).enumerated() {
        let path = "\(path).NotificationConfiguration.\(list)Configurations.\(index)"
        guard let node = item[key], let target = notificationTarget(node, key, path: "\(path).\(key)") else {
          continue
        }
        addNotification(
          "\(resource.logicalID)\(list)\(index)", to: bucket, target, events: item["Event"],
          filter: item["Filter"], path: path)
      }
    }
  }

  private mutating func notificationTarget(_ node: Node, _ key: String, path: String) -> Destination? {
    switch key {
    case "Function": target(node, of: names.functions, "function", path: path).map { .function($0) }
    case "Topic": target(node, of: names.topics, "topic", path: path).map { .topic($0) }
    default: target(node, of: names.queues, "queue", path: path).map { .queue($0) }
    }
  }

  /// A SAM event of type S3.
  mutating func addBucketEvent(_ id: String, _ properties: Node, function: Int, path: String) {
    guard let node = properties["Bucket"],
      let bucket = target(node, of: names.buckets, "bucket", path: "\(path).Bucket")
    else { return }
    addNotification(
      id, to: bucket, .function(function), events: properties["Events"], filter: properties["Filter"],
      path: path)
  }

  private mutating func addNotification(
    _ id: String, to bucket: Int, _ target: Destination, events: Node?, filter: Node?, path: String
  ) {
    var prefix = ""
    var suffix = ""
    for rule in filter?["S3Key"]?["Rules"]?.elements ?? [] {
      let value = rule["Value"]?.text ?? ""
      if rule["Name"]?.text?.lowercased() == "prefix" { prefix = value } else { suffix = value }
    }
    for node in events?.elements ?? events.map({ [$0] }) ?? [] {
      guard let event = bucketEvent(node, path: path) else { continue }
      spec.buckets[bucket].notifications.append(
        BucketNotification(logicalID: id, target: target, event: event, prefix: prefix, suffix: suffix))
    }
  }

  private mutating func bucketEvent(_ node: Node, path: String) -> BucketNotification.Event? {
    switch node.text ?? "" {
    case "s3:ObjectCreated:*", "s3:ObjectCreated:Put": return .created
    case "s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete": return .removed
    case let text where text.hasPrefix("s3:"):
      report(
        "M510", node, "objects are put and deleted here: '\(text)' never happens", path: path,
        severity: .warning)
    case let text:
      report(
        "T220", node, "'\(text)' is not an event of a bucket; expected one such as s3:ObjectCreated:*",
        path: path)
    }
    return nil
  }
}

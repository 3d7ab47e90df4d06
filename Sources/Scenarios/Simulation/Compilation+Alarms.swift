import Kernel
import Services

extension Compilation {
  /// `AWS::CloudWatch::Alarm` resources, in the order of the template.
  mutating func compileAlarms() {
    for resource in template.resources where resource.type == "AWS::CloudWatch::Alarm" {
      if let alarm = alarm(resource) { spec.alarms.append(alarm) }
    }
  }

  private mutating func alarm(_ resource: ResolvedResource) -> AlarmSpec? {
    let path = "Resources.\(resource.logicalID).Properties"
    let node = resource.properties
    func gap(_ this: inout Compilation, _ where_: Node?, _ why: String) {
      let message = "\(resource.logicalID) \(why): the alarm is left out"
      if let where_ {
        this.report("M512", where_, message, path: path, severity: .warning)
      } else {
        this.report(
          "M512", at: resource.idPosition, length: resource.logicalID.count, message, path: path,
          severity: .warning)
      }
    }
    if node["Metrics"] != nil {
      gap(&self, node["Metrics"], "uses metric math, which is not modelled yet")
      return nil
    }
    guard let namespace = required(node, "Namespace", resource, path: path)?.text,
      let metricNode = required(node, "MetricName", resource, path: path), let metricName = metricNode.text,
      let threshold = required(node, "Threshold", resource, path: path)?.text.flatMap(Literal.number),
      let evaluationPeriods = number(node["EvaluationPeriods"], path: "\(path).EvaluationPeriods"),
      let comparisonText = node["ComparisonOperator"]?.text
    else { return nil }
    let candidates = MetricCatalogue.all.filter { $0.namespace == namespace }
    guard !candidates.isEmpty else {
      gap(&self, node["Namespace"], "watches namespace \(namespace), which is not modelled yet")
      return nil
    }
    guard let metric = candidates.first(where: { $0.name == metricName }) else {
      if let nearest = NearestName.of(metricName, in: candidates.map(\.name)) {
        report(
          "T226", metricNode, "\(namespace) has no metric '\(metricName)'",
          hint: "did you mean '\(nearest)'?",
          path: "\(path).MetricName")
      } else {
        gap(&self, metricNode, "watches \(namespace) \(metricName), which the model does not emit")
      }
      return nil
    }
    let period = number(node["Period"], path: "\(path).Period") ?? 60
    if node["Period"] == nil {
      report(
        "T222", at: resource.idPosition, length: resource.logicalID.count,
        "\(resource.logicalID) needs 'Period': length of a period", path: path)
    } else if [10, 20, 30].contains(period) {
      gap(
        &self, node["Period"], "has a period of \(period) s, and high-resolution alarms are not modelled yet")
      return nil
    } else if period % 60 != 0 {
      report(
        "T221", node["Period"]!, "Period is \(period); expected 10, 20, 30 or a multiple of 60",
        path: "\(path).Period")
    }
    let watched = watchedResource(node, metric, resource, path: path)
    let chosen = statistic(node, resource, path: path) ?? metric.statistic
    let datapoints = number(node["DatapointsToAlarm"], path: "\(path).DatapointsToAlarm") ?? evaluationPeriods
    if datapoints > evaluationPeriods {
      report(
        "T221", node["DatapointsToAlarm"]!,
        "DatapointsToAlarm is \(datapoints), more than the \(evaluationPeriods) EvaluationPeriods",
        path: "\(path).DatapointsToAlarm")
    }
    guard let comparison = AlarmSpec.Comparison(rawValue: comparisonText) else {
      // Any other word has been reported with the allowed ones.
      guard comparisonText.hasSuffix("Threshold"), comparisonText.contains("er") else { return nil }
      gap(&self, node["ComparisonOperator"], "compares with a band, which is not modelled yet")
      return nil
    }
    guard let watched else { return nil }
    return AlarmSpec(
      logicalID: resource.logicalID, namespace: namespace, metricName: metricName, resource: watched,
      statistic: chosen, period: .seconds(Int64(max(60, period))),
      evaluationPeriods: max(1, evaluationPeriods), datapointsToAlarm: max(1, datapoints),
      threshold: threshold,
      comparison: comparison,
      // Source: fact sheet §11.3, the default of tables differs.
      treatMissingData: node["TreatMissingData"]?.text.flatMap(AlarmSpec.MissingData.init)
        ?? (namespace == "AWS/DynamoDB" ? .ignore : .missing))
  }

  private mutating func required(_ node: Node, _ key: String, _ resource: ResolvedResource, path: String)
    -> Node?
  {
    if let value = node[key], !value.isNull { return value }
    report(
      "T222", at: resource.idPosition, length: resource.logicalID.count,
      "\(resource.logicalID) needs '\(key)'",
      path: path)
    return nil
  }

  private mutating func statistic(
    _ node: Node, _ resource: ResolvedResource, path: String
  ) -> AlarmSpec.Statistic? {
    if let extended = node["ExtendedStatistic"], let text = extended.text {
      guard text.first == "p", let percent = Literal.number(String(text.dropFirst())), percent > 0,
        percent <= 100
      else {
        report(
          "T220", extended, "ExtendedStatistic is '\(text)'; expected a percentile such as p95",
          path: "\(path).ExtendedStatistic")
        return nil
      }
      return .percentile(percent / 100)
    }
    guard let text = node["Statistic"]?.text else {
      report(
        "T222", at: resource.idPosition, length: resource.logicalID.count,
        "\(resource.logicalID) needs 'Statistic' or 'ExtendedStatistic'", path: path)
      return nil
    }
    return CloudWatchStatistic.named(text)
  }

  /// The resource that the dimensions name.
  private mutating func watchedResource(
    _ node: Node, _ metric: CloudWatchMetric, _ resource: ResolvedResource, path: String
  ) -> String? {
    let dimensions = node["Dimensions"]?.elements ?? []
    guard let dimension = dimensions.first(where: { $0["Name"]?.text == metric.dimension }) else {
      if let wrong = dimensions.first?["Name"] {
        let nearest = NearestName.of(wrong.text ?? "", in: [metric.dimension])
        report(
          "T226", wrong,
          "\(metric.namespace) \(metric.name) has no dimension '\(wrong.text ?? "")'; expected \(metric.dimension)",
          hint: nearest.map { "did you mean '\($0)'?" }, path: "\(path).Dimensions")
      } else {
        report(
          "M512", at: resource.idPosition, length: resource.logicalID.count,
          "\(resource.logicalID) watches \(metric.namespace) without a dimension, which is not modelled yet: the alarm is left out",
          path: path, severity: .warning)
      }
      return nil
    }
    guard let value = dimension["Value"] else { return nil }
    let valuePath = "\(path).Dimensions"
    switch metric.resource {
    case .function:
      return target(value, of: names.functions, "function", path: valuePath).map { names.functionNames[$0] }
    case .stream:
      return target(value, of: names.streams, "stream", path: valuePath).map { names.streamNames[$0] }
    case .consumer:
      return target(value, of: names.consumers, "stream consumer", path: valuePath)
        .map { names.consumerNames[$0] }
    case .topic: return target(value, of: names.topics, "topic", path: valuePath).map { names.topicNames[$0] }
    case .queue: return target(value, of: names.queues, "queue", path: valuePath).map { names.queueNames[$0] }
    case .table: return target(value, of: names.tables, "table", path: valuePath).map { names.tableNames[$0] }
    case .deliveryStream:
      return target(value, of: names.deliveryStreams, "delivery stream", path: valuePath).map {
        names.deliveryStreamNames[$0]
      }
    case .bucket:
      return target(value, of: names.buckets, "bucket", path: valuePath).map { names.bucketNames[$0] }
    }
  }

  /// `Simulation.expect.alarms`.
  mutating func compileExpectations() -> [AlarmExpectation] {
    var expectations: [AlarmExpectation] = []
    for entry in simulation["expect"]?["alarms"]?.entries ?? [] where entry.value.entries != nil {
      let path = "Simulation.expect.alarms.\(entry.key)"
      let known = template.resources.filter { $0.type == "AWS::CloudWatch::Alarm" }.map(\.logicalID)
      if !known.contains(entry.key) {
        let nearest = NearestName.of(entry.key, in: known)
        report(
          "S314", at: entry.keyPosition, length: entry.key.count,
          "'\(entry.key)' is not an alarm of this template"
            + (nearest == nil ? (known.isEmpty ? "; it has none" : "; it has \(Self.listing(known))") : ""),
          hint: nearest.map { "did you mean '\($0)'?" }, path: path)
        continue
      }
      if !spec.alarms.contains(where: { $0.logicalID == entry.key }) {
        report(
          "S314", at: entry.keyPosition, length: entry.key.count,
          "alarm '\(entry.key)' is not simulated, so nothing can be expected of it", path: path)
        continue
      }
      let state = entry.value["state"]?.text
      let never = boolean(entry.value["never"]) ?? false
      if never == (state != nil) || (never && entry.value["by"] != nil) {
        report(
          "S314", at: entry.keyPosition, length: entry.key.count,
          "expect either {state: ALARM, by: 30m} or {never: true} of '\(entry.key)'", path: path)
        continue
      }
      expectations.append(
        AlarmExpectation(
          alarm: entry.key, rule: never ? .never : .reaches(state: state!, by: duration(entry.value["by"])),
          position: entry.keyPosition))
    }
    return expectations
  }
}

/// Names of CloudWatch statistics.
enum CloudWatchStatistic {
  static let names = ["SampleCount", "Sum", "Minimum", "Maximum", "Average"]
  static func named(_ text: String) -> AlarmSpec.Statistic? {
    switch text {
    case "SampleCount": .sampleCount
    case "Sum": .sum
    case "Minimum": .minimum
    case "Maximum": .maximum
    case "Average": .average
    default:
      if text.first == "p", let percent = Literal.number(String(text.dropFirst())), percent > 0, percent < 100
      {
        .percentile(percent / 100)
      } else {
        nil
      }
    }
  }
}

import Kernel
import Services

extension Compilation {
  /// `Simulation.thresholds`, in the order of the file.
  ///
  /// - Parameter variant: The design that is compiled; nil for the file as it stands.
  mutating func compileThresholds(variant: String?) -> [Threshold] {
    var thresholds: [Threshold] = []
    for entry in simulation["thresholds"]?.entries ?? [] where !entry.value.isNull {
      let path = "Simulation.thresholds.\(SchemaValidator.quoted(entry.key))"
      let metrics = metrics(entry, path: path)
      guard !metrics.isEmpty else { continue }
      for (index, node) in (entry.value.elements ?? []).enumerated() {
        thresholds += self.thresholds(node, entry.key, metrics, path: "\(path).\(index)")
      }
    }
    markKnownFailures(of: variant ?? "base", in: &thresholds)
    return thresholds
  }

  // MARK: Metrics

  struct Metric {
    var subjects: [String]
    var isWildcard: Bool
    var measure: Threshold.Measure
  }

  /// The quantities that a text names: one, or several for a wildcard that workloads and services have, say; none when it
  /// names none, which is reported.
  mutating func metrics(_ entry: Node.Entry, what: String = "threshold", path: String) -> [Metric] {
    let text = entry.key
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let found = parts.count == 2 ? metrics(parts[0], parts[1]) : []
    if let first = found.first {
      guard first.isWildcard else { return [first] }
      let matching = found.filter { !$0.subjects.isEmpty }
      if matching.isEmpty {
        report(
          "S311", at: entry.keyPosition, length: text.count,
          "\(what) '\(text)' matches nothing in this scenario", path: path)
      }
      return matching
    }
    let all = allMetricNames()
    let nearest = NearestName.of(text, in: all)
    let fallback = parts.count == 2 ? measures(of: parts[0]) : []
    let known =
      fallback.isEmpty
      ? "; names are those of workloads, services and resources, such as \(Self.listing(Array(all.prefix(3))))"
      : "; '\(parts[0])' has \(fallback.joined(separator: ", "))"
    report(
      "S311", at: entry.keyPosition, length: text.count,
      "\(what) '\(text)' matches no metric" + (nearest.map { "; nearest: '\($0)'" } ?? known), path: path)
    return []
  }

  /// What a name may mean, the likeliest first.
  private func metrics(_ name: String, _ measure: String) -> [Metric] {
    let isWildcard = name == "*"
    var found: [Metric] = []
    if name == "cost" {
      switch measure {
      case "Total": return [Metric(subjects: [], isWildcard: false, measure: .costTotal)]
      case "Monthly": return [Metric(subjects: [], isWildcard: false, measure: .costMonthly)]
      case "*": return [Metric(subjects: billedNames, isWildcard: true, measure: .costResource)]
      default:
        guard billedNames.contains(measure) else { return [] }
        return [Metric(subjects: [measure], isWildcard: false, measure: .costResource)]
      }
    }
    func add(_ names: [String], _ measure: Threshold.Measure) {
      guard isWildcard || names.contains(name) else { return }
      found.append(Metric(subjects: isWildcard ? names : [name], isWildcard: isWildcard, measure: measure))
    }
    if let known = Threshold.WorkloadMeasure(rawValue: measure) { add(names.workloadNames, .workload(known)) }
    if let known = Threshold.ServiceMeasure(rawValue: measure) { add(names.partnerNames, .service(known)) }
    if let known = Threshold.FunctionMeasure(rawValue: measure) { add(names.functionNames, .function(known)) }
    // `Duration:p99`, but `GetRecords.IteratorAgeMilliseconds` keeps its dot.
    let pieces = measure.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    var wanted: AlarmSpec.Statistic?
    if pieces.count == 2 {
      wanted = CloudWatchStatistic.named(pieces[1])
      if wanted == nil { return found }
    }
    for metric in MetricCatalogue.all where metric.name == pieces[0] {
      add(owners(metric.resource), .cloudWatch(metric, statistic: wanted ?? metric.statistic))
    }
    return found
  }

  private func owners(_ kind: CloudWatchMetric.ResourceKind) -> [String] {
    switch kind {
    case .stream: names.streamNames
    case .consumer: names.consumerNames
    case .function: names.functionNames
    case .topic: names.topicNames
    case .queue: names.queueNames
    case .table: names.tableNames
    case .bucket: names.bucketNames
    case .deliveryStream: names.deliveryStreamNames
    }
  }
  private var billedNames: [String] { names.resourceNames + spec.alarms.map(\.logicalID) }

  private func measures(of name: String) -> [String] {
    if name == "cost" { return ["Total", "Monthly"] + billedNames }
    if names.workloads[name] != nil { return Threshold.WorkloadMeasure.allCases.map(\.rawValue) }
    if names.partners[name] != nil { return Threshold.ServiceMeasure.allCases.map(\.rawValue) }
    let own =
      names.functions[name] == nil ? [] : Threshold.FunctionMeasure.allCases.map(\.rawValue)
    return MetricCatalogue.all.filter { owners($0.resource).contains(name) }.map(\.name) + own
  }

  func allMetricNames() -> [String] {
    let owners = names.workloadNames + names.partnerNames + names.resourceNames + ["cost"]
    return owners.flatMap { owner in measures(of: owner).map { "\(owner).\($0)" } }
  }

  // MARK: Rules

  /// One rule for each kind of quantity that has the aggregation: `*.Latency` is about workloads and about services.
  private mutating func thresholds(
    _ node: Node, _ text: String, _ metrics: [Metric], path: String
  ) -> [Threshold] {
    let rule = (node["assert"] ?? node).text.flatMap { try? ThresholdExpression.parse($0) }
    let fitting = metrics.filter { metric in
      Self.aggregations(metric.measure).contains { aggregation in
        rule.map { aggregation.fits($0.aggregation) } ?? true
      }
    }
    // Where none has it, the first says what it has.
    let chosen = fitting.isEmpty ? Array(metrics.prefix(1)) : fitting
    return chosen.compactMap { metric in
      let name = chosen.count == 1 ? text : "\(text) of \(Self.kindName(metric.measure))"
      return threshold(node, name, metric, path: path)
    }
  }

  private static func kindName(_ measure: Threshold.Measure) -> String {
    switch measure {
    case .workload: "workloads"
    case .service: "services"
    case .function: "functions"
    case .costTotal, .costMonthly, .costResource: "cost"
    case .cloudWatch(let metric, _):
      switch metric.resource {
      case .stream: "streams"
      case .consumer: "consumers"
      case .function: "functions"
      case .topic: "topics"
      case .queue: "queues"
      case .table: "tables"
      case .bucket: "buckets"
      case .deliveryStream: "delivery streams"
      }
    }
  }

  private mutating func threshold(_ node: Node, _ metricText: String, _ metric: Metric, path: String)
    -> Threshold?
  {
    let rule = node["assert"] ?? node
    guard let text = rule.text, let expression = try? ThresholdExpression.parse(text) else { return nil }
    let allowed = Self.aggregations(metric.measure)
    guard allowed.contains(where: { $0.fits(expression.aggregation) }) else {
      report(
        "S313",
        LiteralError(
          "\(metricText) has no '\(expression.aggregationText)'; it has \(allowed.map(\.rawValue).joined(separator: ", "))",
          length: expression.aggregationText.count),
        in: rule, path: path)
      return nil
    }
    let unit = Self.unit(metric.measure, expression.aggregation)
    let limit: Double
    do { limit = try Self.value(expression.valueText, unit) } catch {
      let mistake = LiteralError(
        "\(metricText) is compared with \(error.message)", offset: expression.valueOffset,
        length: expression.valueText.count)
      report("S313", mistake, in: rule, path: path)
      return nil
    }
    return Threshold(
      metricText: metricText, expression: text, subjects: metric.subjects, isWildcard: metric.isWildcard,
      measure: metric.measure, aggregation: expression.aggregation, comparison: expression.comparison,
      limit: limit,
      unit: unit, across: node["across"]?.text.flatMap(Threshold.Across.init) ?? .every,
      after: duration(node["after"]),
      severity: node["severity"]?.text.flatMap(Threshold.Severity.init) ?? .error,
      abortOnFail: boolean(node["abortOnFail"]) ?? false,
      position: rule.position)
  }

  static func value(_ text: String, _ unit: Threshold.Unit) throws(LiteralError) -> Double {
    let (quantity, article): (Literal.Quantity, String) =
      switch unit {
      case .seconds: (.duration, "a duration")
      case .bytes: (.size, "a size")
      case .usd: (.money, "an amount of money")
      case .fraction: (.share, "a share")
      case .count: (.number, "a plain number")
      }
    do { return try Literal.read(text, as: quantity) } catch {
      throw LiteralError("\(article), and '\(text)' is none: write \(quantity.example)")
    }
  }

  enum AggregationName: String {
    case avg, min, max, med, percentile = "p(N)", sum, count, rate, value
    func fits(_ aggregation: Threshold.Aggregation) -> Bool {
      switch (self, aggregation) {
      case (.avg, .average), (.min, .minimum), (.max, .maximum), (.med, .median), (.percentile, .percentile),
        (.sum, .sum), (.count, .count), (.rate, .rate), (.value, .value):
        true
      default: false
      }
    }
  }

  static func aggregations(_ measure: Threshold.Measure) -> [AggregationName] {
    let distribution: [AggregationName] = [.avg, .min, .max, .med, .percentile]
    return switch measure {
    case .workload(.latency), .workload(.age), .service(.latency): distribution
    case .function: distribution + [.count]
    case .workload(.drainTime), .costTotal, .costMonthly, .costResource: [.value]
    case .workload(.backlog), .service(.inFlight): [.max, .avg]
    case .workload: [.count, .rate]
    case .service: [.count, .rate]
    case .cloudWatch: distribution + [.sum]
    }
  }

  static func unit(_ measure: Threshold.Measure, _ aggregation: Threshold.Aggregation)
    -> Threshold.Unit
  {
    if aggregation == .rate { return .fraction }
    if case .function = measure, aggregation == .count { return .count }
    return switch measure {
    case .workload(.latency), .workload(.age), .workload(.drainTime), .service(.latency), .function:
      .seconds
    case .costTotal, .costMonthly, .costResource: .usd
    case .cloudWatch(_, statistic: .sampleCount): .count
    case .cloudWatch(let metric, _): metric.thresholdUnit
    case .workload, .service: .count
    }
  }
}

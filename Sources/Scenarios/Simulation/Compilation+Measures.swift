import Kernel
import Services

extension Compilation {
  /// `Simulation.sweep.measures` as rules that always hold, in the order of the file.
  ///
  /// A measure is read exactly as a threshold about the same quantity is.
  mutating func compileMeasures() -> [Threshold] {
    var measures: [Threshold] = []
    for (index, node) in (simulation["sweep"]?["measures"]?.elements ?? []).enumerated() {
      guard let text = node.text else { continue }
      // Measures of the command line stand among those of the scenario.
      let option = node.position.file
      let path = option.hasPrefix("--") ? option : "Simulation.sweep.measures.\(index)"
      guard let measure = measure(text, node, path: path) else { continue }
      if !measures.contains(where: {
        $0.aggregation == measure.aggregation && $0.metricText == measure.metricText
      }) {
        measures.append(measure)
      }
    }
    return measures
  }

  /// A quantity named as thresholds name it, as a rule that always holds.
  mutating func measure(_ text: String, _ node: Node, path: String) -> Threshold? {
    let words = text.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    guard words.count == 1 || words.count == 2 else {
      report("S332", node, "'\(text)' is not a measure: write orders.Latency p(95)", path: path)
      return nil
    }
    var place = node.position
    if case .scalar(_, isPlain: false) = node.value { place.column += 1 }
    let metrics = metrics(
      Node.Entry(key: words[0], keyPosition: place, value: node), what: "measure", path: path)
    // A measure is one quantity: of a wildcard over workloads and services, that of the services.
    guard
      let metric = metrics.first(where: { if case .service = $0.measure { true } else { false } })
        ?? metrics.first
    else { return nil }
    let allowed = Self.aggregations(metric.measure)
    let has = "\(words[0]) has \(allowed.map(\.rawValue).joined(separator: ", "))"
    let aggregation: Threshold.Aggregation
    if words.count == 1 {
      guard let common = Self.usual(allowed) else {
        report("S332", node, "\(has): say which, such as '\(words[0]) p(95)'", path: path)
        return nil
      }
      aggregation = common
    } else {
      // The grammar of rules, with a comparison that is not used.
      guard let named = try? ThresholdExpression.parse("\(words[1]) < 0").aggregation,
        allowed.contains(where: { $0.fits(named) })
      else {
        report("S332", node, "\(has), not '\(words[1])'", path: path)
        return nil
      }
      aggregation = named
    }
    return Threshold(
      metricText: words[0], expression: words.count == 2 ? words[1] : "", subjects: metric.subjects,
      isWildcard: metric.isWildcard, measure: metric.measure, aggregation: aggregation,
      comparison: .lessOrEqual, limit: .infinity, unit: Self.unit(metric.measure, aggregation), across: .mean,
      position: node.position)
  }

  /// What is meant when nothing is said; nil for distributions, where every choice is as good as another.
  private static func usual(_ allowed: [AggregationName]) -> Threshold.Aggregation? {
    switch allowed.first {
    case .value: .value
    case .count: .count
    case .max: .maximum
    default: nil
    }
  }
}

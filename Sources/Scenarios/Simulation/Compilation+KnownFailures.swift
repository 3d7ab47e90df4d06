extension Compilation {
  /// `Simulation.knownFailures`: for each design the rules that it is known to break.
  ///
  /// A rule is named by its metric and its expression as the scenario writes them, or by the metric alone for all its
  /// rules. Names are checked in the design that lists them, because a variant may take rules away.
  mutating func markKnownFailures(of design: String, in thresholds: inout [Threshold]) {
    guard let map = simulation["knownFailures"], !map.isNull else { return }
    let path = "Simulation.knownFailures"
    let variants = simulation["variants"]?.entries?.map(\.key) ?? []
    let designs = ["base", "*"] + variants.filter { $0 != "base" }
    for entry in map.entries ?? [] where !entry.value.isNull {
      guard designs.contains(entry.key) else {
        let nearest = NearestName.of(entry.key, in: designs)
        report(
          "S335", at: entry.keyPosition, length: entry.key.count,
          "no design is named '\(entry.key)'" + (nearest == nil ? "; there is \(Self.listing(designs))" : ""),
          hint: nearest.map { "did you mean '\($0)'?" }, path: path)
        continue
      }
      guard entry.key == design || entry.key == "*" else { continue }
      for (index, node) in (entry.value.elements ?? []).enumerated() {
        guard let rule = node.text else { continue }
        let isFound = Self.mark(rule, in: &thresholds)
        guard !isFound, entry.key == design || design == "base", !isTakenAway(rule, thresholds) else {
          continue
        }
        let nearest = NearestName.of(rule, in: thresholds.map(\.name) + thresholds.map(\.metricText))
        report(
          "S336", node, "no threshold is '\(rule)'", hint: nearest.map { "did you mean '\($0)'?" },
          path: "\(path).\(SchemaValidator.quoted(entry.key)).\(index)", severity: .warning)
      }
    }
  }

  /// Whether the rule is about a quantity that has no rules any more: an overlay or the command line may take them away.
  private func isTakenAway(_ rule: String, _ thresholds: [Threshold]) -> Bool {
    guard let metric = rule.split(separator: " ").first.map(String.init) else { return false }
    return !thresholds.contains { $0.metricText == metric } && allMetricNames().contains(metric)
  }

  /// - Returns: Whether the rule is one of the scenario.
  private static func mark(_ rule: String, in thresholds: inout [Threshold]) -> Bool {
    let name = rule.split(separator: " ")
    let known = thresholds.indices.filter { index in
      let threshold = thresholds[index]
      // A wildcard of several kinds stands in the scenario once: `*.Latency of services` is `*.Latency`.
      let metric = threshold.metricText.prefix { $0 != " " }
      return name == [metric] || name == threshold.metricText.split(separator: " ")
        || name == "\(metric) \(threshold.expression)".split(separator: " ")
        || name == threshold.name.split(separator: " ")
    }
    for index in known { thresholds[index].isKnownFailure = true }
    return !known.isEmpty
  }
}

import Records
package import Scenarios
package import Statistics

/// Scenarios or variants side by side, on the same random numbers.
package struct Comparison: Sendable {
  /// Parallel to the results that were compared; the first one is the baseline.
  package var labels: [String]
  package var rows: [ComparisonRow]
  /// Parallel to `labels`: failed or undecided rules.
  package var failures: [Int]
  /// Coverage of each interval, so that all intervals of a row hold together with 95 %.
  package var confidence: Double
  /// One sentence.
  package var verdict: String
  /// How each design differs from the baseline, parallel to `labels`; empty when nobody said.
  package var changes: [[ScenarioChange]]
  /// Rules whose verdict differs from the baseline's, design by design.
  package var verdictChanges: [VerdictChange]
  /// Somebody has rules to judge by.
  package var hasRules: Bool

  /// Pairs the replications that all results have.
  ///
  /// The same replication of every design has the same arrivals, sizes, keys and partner latencies, so differences
  /// are taken pair by pair. With k designs each interval covers 1 − 0.05/(k − 1). Source: methods §6.1, §6.4, §6.5.
  ///
  /// - Parameter changes: How each design differs from the baseline, parallel to the results.
  package init(_ results: [ScenarioResult], changes: [[ScenarioChange]] = []) {
    precondition(!results.isEmpty, "nothing to compare")
    precondition(changes.isEmpty || changes.count == results.count, "\(changes.count) lists of changes")
    self.changes = changes
    hasRules = results.contains { !$0.verdicts.isEmpty }
    verdictChanges = results.indices.dropFirst().flatMap {
      VerdictChange.changes(from: results[0], to: results[$0], design: $0)
    }
    labels = results.map { $0.label.isEmpty ? $0.header.name : $0.label }
    confidence = 1 - 0.05 / Double(max(1, results.count - 1))
    failures = results.map { result in result.verdicts.count { $0.outcome != .pass } }

    var keys: [(metric: String, statistic: String, unit: QuantityUnit)] = []
    let ruled = results.map { result in result.verdictsByName.map { Estimate(judgedBy: $0) } }
    for (position, result) in results.enumerated() {
      for estimate in result.estimates.all + ruled[position]
      where !keys.contains(where: { $0.metric == estimate.metric && $0.statistic == estimate.statistic }) {
        keys.append((estimate.metric, estimate.statistic, estimate.unit))
      }
    }
    keys.sort { a, b in
      a.metric == b.metric
        ? a.statistic.utf8.lexicographicallyPrecedes(b.statistic.utf8)
        : a.metric.utf8.lexicographicallyPrecedes(b.metric.utf8)
    }
    let confidence = confidence
    let estimate = { (position: Int, key: (metric: String, statistic: String, unit: QuantityUnit)) in
      results[position].estimates[key.metric, key.statistic]
        ?? ruled[position].first { $0.metric == key.metric && $0.statistic == key.statistic }
    }
    rows = keys.map { key in
      let baseline = estimate(0, key)
      let cells = results.enumerated().map { index, result in
        ComparisonCell(
          estimate: estimate(index, key), runs: result.runs.map(\.replication),
          baseline: index == 0 ? nil : baseline, baselineRuns: results[0].runs.map(\.replication),
          verdict: Self.verdict(key.metric, key.statistic, result),
          growth: result.stability.hidesMean(of: key.metric),
          baselineGrowth: results[0].stability.hidesMean(of: key.metric), confidence: confidence)
      }
      return ComparisonRow(metric: key.metric, statistic: key.statistic, unit: key.unit, cells: cells)
    }
    verdict = Self.sentence(labels, results)
  }

  /// The worst outcome of the rules about exactly this quantity; nil without a rule.
  private static func verdict(_ metric: String, _ statistic: String, _ result: ScenarioResult) -> Verdict
    .Outcome?
  {
    Verdict.Outcome.worst(
      result.verdictsByName.filter { $0.metricOfName == metric && $0.aggregation == statistic }.map(\.outcome)
    )
  }

  private static func sentence(_ labels: [String], _ results: [ScenarioResult]) -> String {
    guard results.contains(where: { !$0.verdicts.isEmpty }) else { return "no thresholds to judge by" }
    let passing = results.indices.filter { index in results[index].verdicts.allSatisfy { $0.outcome == .pass }
    }
    if passing.count == results.count { return "all \(results.count) pass all thresholds" }
    if passing.count == 1 { return "only \(labels[passing[0]]) passes all thresholds" }
    if passing.count > 1 {
      let cheapest = passing.min { results[$0].cost.monthlyUSD < results[$1].cost.monthlyUSD }!
      return "\(passing.map { labels[$0] }.joined(separator: ", ")) pass all thresholds; "
        + "\(labels[cheapest]) is the cheapest at \(QuantityText.money(results[cheapest].cost.monthlyUSD)) a month"
    }
    let fewest = results.indices.min { failed(results[$0]).count < failed(results[$1]).count }!
    let missed = failed(results[fewest])
    let first = missed[0]
    let value = (first.worstValue ?? first.observed).map { QuantityText.value($0, first.unit) } ?? "no value"
    let count = missed.count == 1 ? "one" : "\(missed.count)"
    return "no variant passes all thresholds; \(labels[fewest]) fails \(count) "
      + "(\(first.metric) \(value), rule '\(first.expression)')"
  }

  private static func failed(_ result: ScenarioResult) -> [Verdict] {
    result.verdicts.filter { $0.outcome != .pass }
  }
}

/// One quantity in all designs.
package struct ComparisonRow: Sendable {
  package var metric: String
  package var statistic: String
  package var unit: QuantityUnit
  /// Parallel to the labels.
  package var cells: [ComparisonCell]
}

package struct ComparisonCell: Sendable {
  /// Mean over all replications of this design; nil when it has no such quantity.
  package var interval: MeanInterval?
  /// This design minus the baseline over common replications; nil for the baseline itself.
  package var paired: PairedComparison?
  /// Of a rule about this quantity.
  package var verdict: Verdict.Outcome?
  /// Of the backlog behind a latency that has no steady state, and so neither mean nor difference. [messages/min]
  package var growth: MeanInterval?

  init(
    estimate: Estimate?, runs: [Int], baseline: Estimate?, baselineRuns: [Int], verdict: Verdict.Outcome?,
    growth: MeanInterval? = nil, baselineGrowth: MeanInterval? = nil, confidence: Double
  ) {
    interval = growth == nil ? estimate?.interval : nil
    self.verdict = verdict
    self.growth = growth
    guard let estimate, let baseline, growth == nil, baselineGrowth == nil else { return }
    var a: [Double] = []
    var b: [Double] = []
    for (position, replication) in runs.enumerated() {
      guard let other = baselineRuns.firstIndex(of: replication), let mine = estimate.values[position],
        let theirs = baseline.values[other]
      else { continue }
      a.append(mine)
      b.append(theirs)
    }
    paired = PairedComparison(a, b, confidence: confidence)
  }

  /// The design differs from the baseline: the interval leaves out zero, or equal pairs differ always.
  package var differs: Bool { paired?.difference.excludes(0) ?? false }
}

extension Comparison {
  /// Median of what the common random numbers saved for one design: the variance of independent differences over that
  /// of the paired ones; nil without pairs that vary. Source: methods §6.1.
  package func varianceReduction(of design: Int) -> Double? {
    let factors = rows.compactMap { $0.cells[design].varianceReduction }.sorted()
    return factors.isEmpty ? nil : factors[factors.count / 2]
  }
}

extension ComparisonCell {
  package var mean: Double? { interval?.mean }
  package var difference: Double? { paired?.difference.mean }
  package var differenceHalfWidth: Double? { paired?.difference.halfWidth }
  package var differenceLow: Double? { paired?.difference.low }
  package var differenceHigh: Double? { paired?.difference.high }
  package var varianceReduction: Double? { paired?.varianceReduction }
  /// Replications that both designs have.
  package var pairCount: Int { paired?.difference.count ?? 0 }
}

extension Verdict {
  /// The metric of the one name that is judged: `Audit.IteratorAge` for `*.IteratorAge`.
  var metricOfName: String {
    guard let subject, metric.contains("*") else { return metric }
    return metric.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false).joined(
      separator: subject)
  }
}

extension Estimate {
  /// The quantity that a rule has read, which the summary need not contain.
  init(judgedBy verdict: Verdict) {
    self.init(
      metric: verdict.metricOfName, statistic: verdict.aggregation, unit: verdict.unit, values: verdict.values
    )
  }
}

package import Scenarios

extension SweepPoint {
  /// Judges a point by the digests of its replications, in their order.
  package init(number: Int, levels: [String], of compiled: CompiledScenario, _ digests: [RunDigest]) {
    let replications = digests.map(\.replication)
    func readings(_ rule: Threshold) -> [[Reading]] { digests.map { $0.readings[rule.readingName]! } }
    let judged = compiled.thresholds.map {
      ($0, ThresholdEvaluator.evaluateEach($0, readings($0), of: replications))
    }
    let verdicts = judged.map { ThresholdEvaluator.worst($1, $0) }
    let alarms = compiled.alarmExpectations.map { expectation in
      AlarmJudge.evaluate(
        expectation, digests.map { $0.alarmTimes[expectation.readingName]! }, of: replications)
    }
    // By the names that quantities have, and by the rules' own, wildcards among them.
    var outcomes: [SweepColumn: [Verdict.Outcome]] = [:]
    var ruled: [SweepColumn: Verdict] = [:]
    for (metric, verdict) in judged.flatMap({ $1.map { ($0.metricOfName, $0) } })
      + verdicts.map({ ($0.metric, $0) })
    {
      let column = SweepColumn(metric: metric, statistic: verdict.aggregation)
      outcomes[column, default: []].append(verdict.outcome)
      ruled[column] = verdict
    }
    var rows: [SweepColumn: SweepRow] = [:]
    func add(_ column: SweepColumn, _ unit: QuantityUnit, _ values: [Double?]) {
      rows[column] = SweepRow(
        metric: column.metric, statistic: column.statistic, unit: unit, values: values,
        outcome: outcomes[column].flatMap(Verdict.Outcome.worst))
    }
    for estimate in Estimates(quantities: digests.map { $0.quantities.map { ($0.key, $0.value) } }).all {
      let column = SweepColumn(metric: estimate.metric, statistic: estimate.statistic)
      add(column, estimate.unit, estimate.values)
    }
    // Rules and measures win: they know a drain time that is infinite, and `*`.
    for measure in compiled.measures {
      add(SweepColumn(measure), QuantityUnit(measure.unit), Self.largest(measure, readings(measure)))
    }
    for (column, verdict) in ruled { add(column, verdict.unit, verdict.values) }
    self.init(
      number: number, levels: levels,
      rows: rows.values.sorted { a, b in
        a.metric == b.metric
          ? a.statistic.utf8.lexicographicallyPrecedes(b.statistic.utf8)
          : a.metric.utf8.lexicographicallyPrecedes(b.metric.utf8)
      }, rules: (verdicts + alarms).map(SweepRule.init))
  }

  /// The values of the subject with the largest mean, the first of equals: a wildcard shows the worst.
  private static func largest(_ measure: Threshold, _ readings: [[Reading]]) -> [Double?] {
    var best: (mean: Double, values: [Double?])?
    for subject in measure.judgedSubjects.indices {
      let values = readings.map { $0[subject].value }
      let present = values.compactMap(\.self)
      guard !present.isEmpty else { continue }
      let mean = present.reduce(0, +) / Double(present.count)
      if best.map({ mean > $0.mean }) ?? true { best = (mean, values) }
    }
    return best?.values ?? []
  }
}

extension Verdict.Outcome {
  /// Failed before undecided before passed; nil without any.
  static func worst(_ outcomes: [Self]) -> Self? {
    if outcomes.contains(.fail) { return .fail }
    if outcomes.contains(.undecided) { return .undecided }
    return outcomes.isEmpty ? nil : .pass
  }
}

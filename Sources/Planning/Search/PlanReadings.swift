import Kernel
package import Records
package import Scenarios
import Services

/// What a plan reads out of runs: the rules of a scenario, what is made small, and what is shown.
package struct PlanReadings: Sendable {
  /// What is made small.
  package enum Objective: Sendable, Hashable {
    /// A measure of the runs, by its position.
    case measure(Int)
    /// The level of an axis, by its position: the smallest shard count.
    case axis(Int)
  }
  package let rules: [PlanRule]
  /// Quantities that are shown; one of them may be the objective.
  package let measures: [SweepColumn]
  package let units: [QuantityUnit]
  package let objective: Objective

  /// - Parameters:
  ///   - designs: All that can differ in their rules; rules of any of them count for those that have them.
  ///   - measures: As the designs list them under `sweep.measures`.
  ///   - excluding: A metric whose rules are shown and decide nothing; nil for none.
  package init(
    _ designs: [CompiledScenario], measures: [SweepColumn], objective: Objective, excluding: String? = nil
  ) {
    var rules: [PlanRule] = []
    for design in designs {
      for var rule in Self.rules(of: design) where !rules.contains(where: { $0.isSame(as: rule) }) {
        if rule.metric == excluding { rule.isWarning = true }
        rules.append(rule)
      }
    }
    self.rules = rules
    self.measures = measures
    units = measures.map { measure in
      designs.lazy.flatMap(\.measures).first { SweepColumn($0) == measure }.map { QuantityUnit($0.unit) }
        ?? .count
    }
    self.objective = objective
  }

  // MARK: Rules

  private static func rules(of compiled: CompiledScenario) -> [PlanRule] {
    compiled.thresholds.map { threshold in
      PlanRule(
        threshold.across == .every ? .every : .mean(threshold.comparison, limit: threshold.limit),
        metric: threshold.metricText, statistic: threshold.aggregation.text,
        expression: threshold.expression, unit: QuantityUnit(threshold.unit), limit: threshold.limit,
        isWarning: threshold.severity == .warning)
    }
      + compiled.alarmExpectations.map { expectation in
        PlanRule(
          .every, metric: expectation.alarm, statistic: "state",
          expression: AlarmJudge.text(expectation.rule),
          unit: .seconds)
      }
      + steadyWorkloads(of: compiled).map { name in
        PlanRule(
          .stability, metric: "\(name).Backlog", statistic: "growth", expression: "does not grow",
          unit: .share,
          limit: PlanRule.growthMin)
      }
  }

  /// Workloads whose backlog must not grow: those of constant rate, unless a rule says what backlog may be left.
  private static func steadyWorkloads(of compiled: CompiledScenario) -> [String] {
    guard quarters(of: compiled) != nil else { return [] }
    return compiled.system.workloads.compactMap { workload in
      let ruled = ["\(workload.name).DrainTime", "\(workload.name).Backlog"]
      guard let peak = workload.arrivals.peakRate(until: compiled.system.run.duration.seconds), peak.isSteady,
        peak.rate > 0,
        !compiled.thresholds.contains(where: { ruled.contains($0.metricText) && $0.severity == .error })
      else { return nil }
      return workload.name
    }
  }

  /// Whether the backlog of every workload is judged by its growth.
  static func isSteady(_ compiled: CompiledScenario) -> Bool {
    steadyWorkloads(of: compiled).count == compiled.system.workloads.count
  }

  /// The minutes of the third and of the fourth quarter of the arrivals; nil for runs too short to tell.
  private static func quarters(of compiled: CompiledScenario) -> (third: Range<Int>, fourth: Range<Int>)? {
    let minutes = Int(compiled.system.run.duration.seconds / 60)
    guard minutes >= 8 else { return nil }
    let quarter = minutes / 4
    return ((minutes - 2 * quarter)..<(minutes - quarter), (minutes - quarter)..<minutes)
  }

  // MARK: Runs

  /// A digest with everything that a plan asks of a run.
  ///
  /// The growth of a backlog is that from the third to the fourth quarter: the slope of what grows steadily, and nothing
  /// for the sawtooth of a schedule whose period fits into a quarter. Source: methods §7.10 (4).
  package static func digest(_ run: RunRecords, of compiled: CompiledScenario) -> RunDigest {
    var digest = RunDigest(run, of: compiled)
    let duration = compiled.system.run.duration.seconds
    for name in steadyWorkloads(of: compiled) {
      guard let quarters = quarters(of: compiled),
        let spec = compiled.system.workloads.first(where: { $0.name == name }),
        let rate = spec.arrivals.peakRate(until: duration)?.rate,
        let record = run.workloads.first(where: { $0.name == name })
      else { continue }
      func mean(_ minutes: Range<Int>) -> Double {
        let sum = minutes.reduce(0) { total, minute in
          total + (record.backlogByMinute.indices.contains(minute) ? record.backlogByMinute[minute] : 0)
        }
        return Double(sum) / Double(minutes.count)
      }
      let growth = (mean(quarters.fourth) - mean(quarters.third)) / Double(quarters.fourth.count)
      digest.readings["\(name).Backlog growth"] = [.value(growth / (rate * 60))]
    }
    let first = Int(compiled.system.run.warmup.seconds / 60)
    for station in run.stations where station.capacity != nil {
      let minutes = station.loadByMinute.prefix(max(first + 1, Int(duration / 60))).dropFirst(first)
      guard !minutes.isEmpty else { continue }
      digest.readings[loadName(station.name, station.capacityLabel)] = [
        .value(minutes.reduce(0, +) / Double(minutes.count))
      ]
    }
    return digest
  }

  private static let loadPrefix = "load "
  private static func loadName(_ station: String, _ capacity: String) -> String {
    "\(loadPrefix)\(station)\t\(capacity)"
  }

  /// What a search has to know of one replication.
  package func observation(
    _ digest: RunDigest, of compiled: CompiledScenario, levels: [Double?] = []
  ) -> Observation {
    let values = measures.map { measure -> Double? in
      guard let rule = compiled.measures.first(where: { SweepColumn($0) == measure }) else { return nil }
      // A wildcard shows the largest.
      return digest.readings[rule.readingName]?.compactMap(\.value).max()
    }
    let own = Self.rules(of: compiled)
    return Observation(
      rules: rules.map { rule in
        own.firstIndex { $0.isSame(as: rule) }.map { reading($0, digest, compiled) } ?? .absent
      },
      objective: {
        switch objective {
        // Nothing is less than what never comes.
        case .measure(let index): values[index].flatMap { $0.isFinite ? $0 : nil }
        case .axis(let index): levels[index]
        }
      }(),
      measures: values, events: digest.eventCount)
  }

  private func reading(_ index: Int, _ digest: RunDigest, _ compiled: CompiledScenario) -> RuleReading {
    if index < compiled.thresholds.count {
      let rule = compiled.thresholds[index]
      var readings = digest.readings[rule.readingName]!.map(\.value)
      // Names without data do not count, unless none has any.
      if rule.isWildcard, readings.contains(where: { $0 != nil }) { readings = readings.filter { $0 != nil } }
      let worst = readings.dropFirst().reduce(readings[0]) {
        rule.badness($1) > rule.badness($0) ? $1 : $0
      }
      return RuleReading(
        value: worst, holds: worst.map { rule.comparison.holds($0, rule.limit) } ?? false,
        badness: rule.badness(worst))
    }
    let alarm = index - compiled.thresholds.count
    if alarm < compiled.alarmExpectations.count {
      let expectation = compiled.alarmExpectations[alarm]
      let time = digest.alarmTimes[expectation.readingName]!
      let holds = AlarmJudge.evaluate(expectation, [time], of: [digest.replication]).outcome == .pass
      // Of alarms that must not be, the earliest is the worst.
      let badness =
        expectation.rule == .never ? time.map { -$0 } ?? -.greatestFiniteMagnitude : time ?? .infinity
      return RuleReading(value: time, holds: holds, badness: badness)
    }
    let name = Self.steadyWorkloads(of: compiled)[alarm - compiled.alarmExpectations.count]
    let growth = digest.readings["\(name).Backlog growth"]?.first?.value
    return RuleReading(
      value: growth, holds: growth.map { $0 < PlanRule.growthMinOfOne } ?? true, badness: growth ?? 0)
  }

  /// How busy each station was while messages arrived, mean over runs, busiest first.
  package static func loads(_ digests: [RunDigest]) -> [PlanLoad] {
    guard let first = digests.first else { return [] }
    let names = first.readings.keys.filter { $0.hasPrefix(loadPrefix) }.sorted()
    let loads = names.map { name -> PlanLoad in
      let values = digests.compactMap { $0.readings[name]?.first?.value }
      let parts = name.dropFirst(loadPrefix.count).split(separator: "\t", omittingEmptySubsequences: false)
      return PlanLoad(
        station: String(parts[0]), capacity: String(parts[1]),
        share: values.reduce(0, +) / Double(values.count))
    }
    return loads.sorted { $0.share != $1.share ? $0.share > $1.share : $0.station < $1.station }
  }
}

/// How busy a station is. 0...1
package struct PlanLoad: Sendable, Hashable {
  package var station: String
  /// `5 shards`
  package var capacity: String
  package var share: Double
}

extension PlanRule {
  func isSame(as other: PlanRule) -> Bool {
    metric == other.metric && expression == other.expression && kind == other.kind
  }
}

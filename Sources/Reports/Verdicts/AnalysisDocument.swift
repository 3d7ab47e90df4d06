import Planning

/// The analysis for other programs and for pages.
extension AnalysisTable {
  package func markdown() -> String {
    var lines = ["# \(header.name)", ""]
    lines += header.picture.map { "    \($0)" }
    lines += ["", "## Arrivals", ""] + arrivals().markdown()
    lines += ["", "## Stations", ""] + stations().markdown()
    lines += ["", "## First to saturate", ""] + saturation.map { "- \($0)" }
    if !backlogs.isEmpty { lines += ["", "## Backlog", ""] + backlogs.map { "- \($0)" } }
    if !waits().rows.isEmpty { lines += ["", "## Waits", ""] + waits().markdown() }
    lines += ["", "## Assumed", ""] + assumptions.map { "- \($0)" }
    if let source {
      lines +=
        ["", "## Formula and run (\(source))", ""] + checkTable().markdown() + [""]
        + reasons.map { "- \($0)" } + ["- " + summary]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Rates are per second, times in seconds; what has no limit or no formula is null.
  package func json() -> String {
    var entries: [(String, JSONWriter.Value)] = [
      ("name", .text(header.name)), ("file", .text(header.file)), ("era", .text(header.era)),
      ("workloads", .array(analysis.workloads.map(Self.workload))),
      ("stations", .array(analysis.stations.map { Self.station($0, analysis) })),
      ("saturation", .array(analysis.workloads.indices.map { saturation(ofWorkload: $0) })),
      ("assumptions", .array(assumptions.map { .text($0) })),
    ]
    if source != nil { entries.append(("checks", .array(checks.map(Self.check)))) }
    return String(decoding: JSONWriter.bytes(.object(entries)), as: UTF8.self)
  }

  private static func number(_ value: Double?) -> JSONWriter.Value {
    value.map { .number($0) } ?? .null
  }

  private static func workload(_ workload: SystemAnalysis.Workload) -> JSONWriter.Value {
    .object([
      ("name", .text(workload.name)), ("messages", .number(workload.profile.count)),
      ("mean_per_s", .number(workload.meanRate)), ("peak_per_s", .number(workload.peakRate)),
      ("bursts", .boolean(workload.profile.isBursty)),
    ])
  }

  static func station(_ station: StationAnalysis, _ analysis: SystemAnalysis) -> JSONWriter.Value {
    var entries: [(String, JSONWriter.Value)] = [
      ("name", .text(station.name)), ("resource", .text(station.resource)),
      ("kind", .text(station.kind.rawValue)), ("unit", .text(station.unit)),
      ("offered_mean_per_s", .number(station.offeredMean)),
      ("offered_peak_per_s", .number(station.offeredPeak)),
      ("capacity_per_s", number(station.capacity)),
      ("utilization_mean", number(station.utilizationMean)),
      ("utilization_peak", number(station.utilizationPeak)), ("servers", number(station.servers)),
      ("service_s", number(station.serviceSeconds)), ("service_scv", number(station.serviceScv)),
      ("batch", .number(station.batch)), ("certain", .boolean(station.isBound)),
      ("from", .text(station.capacityText)), ("notes", .array(station.notes.map { .text($0) })),
      (
        "capacity_changes",
        .array(
          station.capacityChanges.map {
            .object([("time_s", .number($0.time)), ("capacity_per_s", number($0.capacity))])
          })
      ),
    ]
    if let fluid = analysis.backlogFigures(at: station) {
      entries.append(
        (
          "backlog",
          .object([("peak", .number(fluid.peak)), ("drain_s", .number(fluid.drainTime))])
        ))
    }
    if let wait = station.wait {
      entries.append(
        (
          "wait",
          .object([
            ("mean_s", number(wait.meanWait)), ("formula", .text(wait.formula)),
            ("holds_for", .text(wait.validity)), ("error", number(wait.error)),
          ])
        ))
    }
    return .object(entries)
  }

  private func saturation(ofWorkload index: Int) -> JSONWriter.Value {
    let first = analysis.stations.filter { $0.loads[index] > 0 }
      .min { $0.saturationRate(ofWorkload: index) < $1.saturationRate(ofWorkload: index) }
    return .object([
      ("workload", .text(analysis.workloads[index].name)), ("station", first.map { .text($0.name) } ?? .null),
      ("rate_per_s", Self.number(first?.saturationRate(ofWorkload: index))),
    ])
  }

  private static func check(_ check: PredictionCheck) -> JSONWriter.Value {
    .object([
      ("metric", .text(check.prediction.metric)), ("statistic", .text(check.prediction.statistic)),
      ("unit", .text(check.prediction.unit.rawValue)), ("formula_value", .number(check.prediction.value)),
      ("measured", number(check.measured)), ("measured_low", number(check.low)),
      ("measured_high", number(check.high)), ("known_error", number(check.prediction.error)),
      ("verdict", .text(check.verdict.rawValue)), ("formula", .text(check.prediction.formula)),
      ("holds_for", .text(check.prediction.validity)),
    ])
  }
}

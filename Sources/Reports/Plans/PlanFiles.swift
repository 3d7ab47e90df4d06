package import Planning
import Statistics

/// The files of a plan. Source: scenario format §13.
package enum PlanFiles {
  package static let resultsName = "plan.csv"
  package static let thresholdsName = "plan_thresholds.csv"
  package static let sensitivityName = "plan_sensitivity.csv"
  package static let manifestName = "plan.json"

  package static func write(
    _ result: PlanResult, _ manifest: PlanManifest, to folder: OutputFolder
  ) throws(OutputError) {
    try folder.write(resultsName, PlanFile.bytes(result))
    try folder.write(thresholdsName, PlanThresholdsFile.bytes(result))
    if case .sensitivity(let answer) = result.answer {
      try folder.write(sensitivityName, PlanSensitivityFile.bytes(result, answer))
    }
    // Last: a folder with this file is whole.
    try folder.write(manifestName, manifest.bytes(result))
  }
}

/// What `plan.json` says besides the plan itself.
package struct PlanManifest: Sendable {
  package var version: String
  package var scenario: [SweepManifest.File]
  /// Overrides of the command line, in order.
  package var set: [String]
  /// Of everything that runs depend on.
  package var fingerprint: String
  /// nil with `--reproducible`: the same bytes on every machine.
  package var host: RunManifest.Host?

  package init(
    version: String, scenario: [SweepManifest.File], set: [String], fingerprint: String,
    host: RunManifest.Host?
  ) {
    self.version = version
    self.scenario = scenario
    self.set = set
    self.fingerprint = fingerprint
    self.host = host
  }

  package func bytes(_ result: PlanResult) -> [UInt8] {
    var entries: [(String, JSONWriter.Value)] = [
      ("format", .integer(RunManifest.formatVersion)), ("version", .text(version)),
      (
        "scenario",
        .array(scenario.map { .object([("file", .text($0.file)), ("sha256", .text($0.sha256))]) })
      ),
      ("set", .array(set.map { .text($0) })), ("fingerprint", .text(fingerprint)),
      ("plan", .object(PlanJSON(result: result).entries)),
    ]
    if let host { entries.append(("host", host.json)) }
    return JSONWriter.bytes(.object(entries))
  }
}

/// `plan.csv`: every design with its verdict, its costs and why it was left out.
enum PlanFile {
  static func bytes(_ result: PlanResult) -> [UInt8] {
    let measures = zip(result.measures, result.units).map { measure, unit in
      "\(measure.metric) \(measure.statistic) [\(unit.rawValue)]"
    }
    var columns = ["replications", "verdict", "objective", "objective_ci95_low", "objective_ci95_high"]
    columns += measures.flatMap { [$0, "\($0) ci95_low", "\($0) ci95_high"] }
    columns += ["decisive_rule", "observed", "limit", "not_simulated_because"]
    var csv = CSVWriter(columns: PlanColumns.header(result.axes, columns))
    for design in result.designs {
      PlanColumns.key(design, &csv)
      csv.integer(design.replications)
      csv.text(design.outcome?.rawValue ?? "")
      for interval in [design.objective]
        + (design.outcome == nil ? measures.map { _ in nil } : design.measures)
      {
        csv.number(interval?.mean)
        csv.number(interval?.low)
        csv.number(interval?.high)
      }
      if let index = design.decisive(result.rules) {
        csv.text("\(result.rules[index].metric) \(result.rules[index].expression)")
        csv.number(design.rules[index].observed)
        csv.number(result.rules[index].limit)
      } else {
        for _ in 0..<3 { csv.empty() }
      }
      csv.text(design.omission?.text ?? "")
      csv.endRow()
    }
    return csv.bytes
  }
}

/// `plan_thresholds.csv`: every rule with its verdict at every simulated design.
enum PlanThresholdsFile {
  static func bytes(_ result: PlanResult) -> [UInt8] {
    let columns = ["metric", "statistic", "unit", "expression", "observed", "limit", "verdict", "severity"]
    var csv = CSVWriter(columns: PlanColumns.header(result.axes, columns))
    for design in result.designs where design.outcome != nil {
      for (rule, judged) in zip(result.rules, design.rules) {
        PlanColumns.key(design, &csv)
        csv.text(rule.metric)
        csv.text(rule.statistic)
        csv.text(rule.unit.rawValue)
        csv.text(rule.expression)
        csv.number(judged.observed)
        csv.number(rule.limit)
        csv.text(judged.outcome.rawValue)
        csv.text(rule.isWarning ? "warning" : "error")
        csv.endRow()
      }
    }
    return csv.bytes
  }
}

/// `plan_sensitivity.csv`: the effect of every setting on every measure.
enum PlanSensitivityFile {
  static func bytes(_ result: PlanResult, _ answer: SensitivityAnswer) -> [UInt8] {
    var csv = CSVWriter(
      columns: "setting,low,high,metric,statistic,unit,elasticity,elasticity_low,elasticity_high,"
        + "difference,difference_low,difference_high")
    for row in answer.rows {
      for measure in answer.measures {
        csv.text(row.setting.name)
        csv.number(row.setting.low)
        csv.number(row.setting.high)
        csv.text(result.measures[measure].metric)
        csv.text(result.measures[measure].statistic)
        csv.text(result.units[measure].rawValue)
        for interval in [row.effects[measure].elasticity, row.effects[measure].difference] {
          csv.number(interval?.mean)
          csv.number(interval?.low)
          csv.number(interval?.high)
        }
        csv.endRow()
      }
    }
    return csv.bytes
  }
}

/// The columns that the files of a plan begin with.
private enum PlanColumns {
  static func header(_ axes: [String], _ columns: [String]) -> String {
    var csv = CSVWriter(columns: "")
    csv.text("design")
    for name in axes.map({ SweepColumns.parameter + $0 }) + columns { csv.text(name) }
    return String(decoding: csv.drain().dropFirst(), as: UTF8.self)
  }

  static func key(_ design: PlannedDesign, _ csv: inout CSVWriter) {
    csv.integer(design.number)
    for level in design.levels { csv.text(level) }
  }
}

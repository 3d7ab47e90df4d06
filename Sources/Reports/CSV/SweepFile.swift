package import Planning

/// `sweep.csv`: every quantity at every point of the grid.
package enum SweepFile {
  /// Behind `point` and a `param_` column for each axis.
  package static let columns =
    ["metric", "statistic", "unit", "mean", "ci95_low", "ci95_high", "min", "max", "replications", "verdict"]

  package static func bytes(_ result: SweepResult) -> [UInt8] {
    var csv = CSVWriter(columns: SweepColumns.header(result.axes, columns))
    for point in result.points {
      for row in point.rows {
        SweepColumns.key(point, &csv)
        csv.text(row.metric)
        csv.text(row.statistic)
        csv.text(row.unit.rawValue)
        csv.number(row.mean)
        csv.number(row.low)
        csv.number(row.high)
        csv.number(row.minimum)
        csv.number(row.maximum)
        csv.integer(row.count)
        csv.text(row.outcome?.rawValue ?? "")
        csv.endRow()
      }
    }
    return csv.bytes
  }
}

/// `sweep_thresholds.csv`: every rule with its verdict at every point.
package enum SweepThresholdsFile {
  package static let columns =
    [
      "metric", "statistic", "unit", "expression", "across", "observed", "limit", "verdict",
      "worst_replication", "severity",
    ]

  package static func bytes(_ result: SweepResult) -> [UInt8] {
    var csv = CSVWriter(columns: SweepColumns.header(result.axes, columns))
    for point in result.points {
      for rule in point.rules {
        SweepColumns.key(point, &csv)
        csv.text(rule.metric)
        csv.text(rule.statistic)
        csv.text(rule.unit.rawValue)
        csv.text(rule.expression)
        csv.text(rule.across)
        csv.number(rule.observed)
        csv.number(rule.limit)
        csv.text(rule.outcome.rawValue)
        if let worst = rule.worstReplication { csv.integer(worst) } else { csv.empty() }
        csv.text(rule.severity.rawValue)
        csv.endRow()
      }
    }
    return csv.bytes
  }
}

/// The columns that both files begin with.
package enum SweepColumns {
  package static let parameter = "param_"

  static func header(_ axes: [String], _ columns: [String]) -> String {
    var csv = CSVWriter(columns: "")
    csv.text("point")
    for name in axes.map({ parameter + $0 }) + columns { csv.text(name) }
    return String(decoding: csv.drain().dropFirst(), as: UTF8.self)
  }

  static func key(_ point: SweepPoint, _ csv: inout CSVWriter) {
    csv.integer(point.number)
    for level in point.levels { csv.text(level) }
  }
}

import Kernel
package import Planning
import Records
import Statistics

/// `summary.csv`: every quantity with its interval over the replications.
package enum SummaryFile {
  static let columns = "variant,metric,statistic,unit,mean,ci95_low,ci95_high,min,max,replications"
  package static let columnNames = columns.split(separator: ",").map(String.init)

  package static func bytes(_ results: [ScenarioResult]) -> [UInt8] {
    var csv = CSVWriter(columns: columns)
    for result in results {
      for estimate in result.estimates.all where estimate.mean != nil {
        csv.text(result.label)
        csv.text(estimate.metric)
        csv.text(estimate.statistic)
        csv.text(estimate.unit.rawValue)
        let interval =
          result.stability.hidesMean(of: estimate.metric) == nil ? estimate.interval : nil
        csv.number(interval?.mean)
        csv.number(interval?.low)
        csv.number(interval?.high)
        csv.number(estimate.minimum)
        csv.number(estimate.maximum)
        csv.integer(estimate.count)
        csv.endRow()
      }
    }
    return csv.bytes
  }
}

/// `thresholds.csv`: every rule with its verdict, in the order of the scenario.
package enum ThresholdsFile {
  static let columns =
    "variant,metric,expression,across,observed,limit,verdict,worst_replication,severity,statistic,unit,mean,"
    + "ci95_low,ci95_high,worst_value"
  package static let columnNames = columns.split(separator: ",").map(String.init)

  package static func bytes(_ results: [ScenarioResult]) -> [UInt8] {
    var csv = CSVWriter(columns: columns)
    for result in results {
      for verdict in result.verdicts {
        csv.text(result.label)
        csv.text(verdict.metric)
        csv.text(verdict.expression)
        csv.text(verdict.across)
        csv.number(verdict.observed)
        csv.number(verdict.limit)
        csv.text(verdict.outcome.rawValue)
        if let worst = verdict.worstReplication { csv.integer(worst) } else { csv.empty() }
        csv.text(verdict.severity.rawValue)
        csv.text(verdict.aggregation)
        csv.text(verdict.unit.rawValue)
        csv.number(verdict.mean)
        csv.number(verdict.interval?.low)
        csv.number(verdict.interval?.high)
        csv.number(verdict.worstValue)
        csv.endRow()
      }
    }
    return csv.bytes
  }
}

/// `alarms.csv`: every change of state.
package enum AlarmsFile {
  static let columns = "variant,replication,alarm,time_s,from_state,to_state,value,reason"

  package static func bytes(_ results: [ScenarioResult]) -> [UInt8] {
    var csv = CSVWriter(columns: columns)
    for result in results {
      for run in result.runs {
        let order = run.alarms.indices.sorted { a, b in
          let (x, y) = (run.alarms[a], run.alarms[b])
          if x.alarm != y.alarm { return x.alarm.utf8.lexicographicallyPrecedes(y.alarm.utf8) }
          return x.time == y.time ? a < b : x.time < y.time
        }
        for change in order.map({ run.alarms[$0] }) {
          csv.text(result.label)
          csv.integer(run.replication)
          csv.text(change.alarm)
          csv.seconds(nanoseconds: change.time.nanoseconds)
          csv.text(change.from)
          csv.text(change.to)
          csv.number(change.value)
          csv.text(change.reason)
          csv.endRow()
        }
      }
    }
    return csv.bytes
  }
}

/// `cost.csv`: the bill of the simulated time, mean over the replications.
package enum CostFile {
  static let columns = "variant,resource,service,item,quantity,unit,unit_price_usd,cost_usd,monthly_usd"

  package static func bytes(_ results: [ScenarioResult]) -> [UInt8] {
    var csv = CSVWriter(columns: columns)
    for result in results {
      for line in result.cost.lines {
        csv.text(result.label)
        csv.text(line.resource)
        csv.text(line.service)
        csv.text(line.item)
        csv.number(line.quantity)
        csv.text(line.unit)
        csv.number(line.unitPriceUSD)
        csv.number(line.costUSD)
        csv.number(line.monthlyUSD)
        csv.endRow()
      }
    }
    return csv.bytes
  }
}

/// `compare.csv`: every quantity of every design against the first one.
package enum CompareFile {
  static let columns =
    "metric,statistic,unit,baseline,variant,baseline_mean,variant_mean,difference,difference_low,difference_high,"
    + "relative,variance_reduction,replications,baseline_verdict,variant_verdict"

  package static func bytes(_ comparison: Comparison) -> [UInt8] {
    var csv = CSVWriter(columns: columns)
    for row in comparison.rows {
      let baseline = row.cells[0]
      for (label, cell) in zip(comparison.labels, row.cells).dropFirst() {
        csv.text(row.metric)
        csv.text(row.statistic)
        csv.text(row.unit.rawValue)
        csv.text(comparison.labels[0])
        csv.text(label)
        csv.number(baseline.mean)
        csv.number(cell.mean)
        csv.number(cell.difference)
        csv.number(cell.differenceLow)
        csv.number(cell.differenceHigh)
        if let base = baseline.mean, base != 0, let difference = cell.difference {
          csv.number(difference / base)
        } else {
          csv.empty()
        }
        csv.number(cell.varianceReduction)
        csv.integer(cell.pairCount)
        csv.text(baseline.verdict?.rawValue ?? "")
        csv.text(cell.verdict?.rawValue ?? "")
        csv.endRow()
      }
    }
    return csv.bytes
  }
}

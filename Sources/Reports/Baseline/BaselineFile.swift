package import Planning

/// `baseline.csv`: every quantity of two result folders with its judgement.
package enum BaselineFile {
  package static let name = "baseline.csv"
  static let columns =
    "variant,metric,statistic,unit,baseline_mean,mean,difference,difference_low,difference_high,relative,tolerance,"
    + "judgement"

  package static func bytes(_ comparison: BaselineComparison) -> [UInt8] {
    var csv = CSVWriter(columns: columns)
    for row in comparison.rows {
      csv.text(row.variant)
      csv.text(row.metric)
      csv.text(row.statistic)
      csv.text(row.unit.rawValue)
      csv.number(row.old)
      csv.number(row.new)
      csv.number(row.difference)
      let interval = row.difference.flatMap { d in row.halfWidth.map { (d - $0, d + $0) } }
      csv.number(interval?.0)
      csv.number(interval?.1)
      csv.number(row.relative)
      csv.number(row.tolerated)
      csv.text(row.judgement.rawValue)
      csv.endRow()
    }
    return csv.bytes
  }
}

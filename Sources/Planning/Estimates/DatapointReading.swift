package import Records
package import Services

/// Datapoints of a CloudWatch metric read through one statistic, in the base unit of thresholds.
///
/// A minute without samples has no data point and is no zero. Source: design §3.7.
struct DatapointReading {
  /// One value a data point, ascending by minute.
  var values: [Double]
  /// Samples of all data points.
  var sampleCount: Int
  /// Σ of all data points' sums.
  var total: Double

  /// Reads the data points whose minute starts at the cut or later; nil statistics of a minute are left out.
  init(_ series: MetricSeries?, statistic: AlarmSpec.Statistic, scale: Double, fromMinute: Int) {
    values = []
    sampleCount = 0
    total = 0
    guard let series else { return }
    for point in series.datapoints where point.minute >= fromMinute {
      sampleCount += point.sampleCount
      total += point.sum * scale
      if let value = point.value(of: statistic) { values.append(value * scale) }
    }
  }

  /// Nearest rank: the ⌈n·p⌉-th smallest value. Source: methods §3.
  func quantile(_ p: Double) -> Double? {
    guard !values.isEmpty else { return nil }
    let rank = max(1, min(values.count, Int((Double(values.count) * p - 1e-9).rounded(.up))))
    return values.sorted()[rank - 1]
  }
  var average: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
}

extension Datapoint {
  /// nil for percentiles that the data point does not keep.
  package func value(of statistic: AlarmSpec.Statistic) -> Double? {
    switch statistic {
    case .sampleCount: Double(sampleCount)
    case .sum: sum
    case .minimum: minimum
    case .maximum: maximum
    case .average: average
    case .percentile(let p):
      if p == 0.5 { p50 } else if p == 0.95 { p95 } else if p == 0.99 { p99 } else { nil }
    }
  }
}

extension RunRecords {
  func series(_ namespace: String, _ resource: String, _ metric: String) -> MetricSeries? {
    metrics.first { $0.resource == resource && $0.metric == metric && $0.namespace == namespace }
  }
}

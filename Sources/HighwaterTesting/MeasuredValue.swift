import Planning
import Scenarios
import Statistics

/// What is asked about a metric.
public enum Statistic: Sendable, Hashable {
  case average, minimum, maximum, median, sum, count, rate, value
  /// A percentile, above 0 and below 100: `.p(99.9)`.
  case p(Double)

  /// As thresholds write it.
  var text: String { aggregation.text }

  private var aggregation: Threshold.Aggregation {
    switch self {
    case .average: .average
    case .minimum: .minimum
    case .maximum: .maximum
    case .median: .median
    case .sum: .sum
    case .count: .count
    case .rate: .rate
    case .value: .value
    case .p(let percent): .percentile(percent / 100)
    }
  }
}

/// One quantity over the replications.
public struct MeasuredValue: Sendable, Hashable {
  /// `countPerMinute`: how fast a count grows.
  public enum Unit: Sendable, Hashable { case seconds, bytes, dollars, share, count, countPerMinute }
  /// As it was asked for; a wildcard as the name that was taken.
  public let metric: String
  public let statistic: Statistic
  public let unit: Unit
  /// In order of replications; nil where one has no such value, infinite where something never happened.
  public let values: [Double?]
  /// Mean over the replications that have a value; nil without a finite one.
  public let mean: Double?
  /// The 95 % confidence interval of the mean; nil with one replication.
  public let interval: ClosedRange<Double>?

  /// Smallest and largest of the replications.
  public var minimum: Double? { values.compactMap(\.self).min() }
  public var maximum: Double? { values.compactMap(\.self).max() }

  init(_ verdict: Verdict, statistic: Statistic) {
    metric = verdict.subject ?? verdict.metric
    self.statistic = statistic
    unit =
      switch verdict.unit {
      case .seconds: .seconds
      case .bytes: .bytes
      case .usd: .dollars
      case .share: .share
      case .count: .count
      case .perMinute: .countPerMinute
      }
    values = verdict.values
    mean = verdict.mean
    interval = verdict.interval.flatMap { interval in
      guard let low = interval.low, let high = interval.high else { return nil }
      return low...high
    }
  }
}

import Kernel
package import Planning
import Records

/// `metrics.csv`: CloudWatch's statistic sets, run by run and as the mean over all runs.
///
/// Rows are sorted by variant, replication (the empty one of the mean first), time, namespace, resource, metric. In
/// the mean a period without a data point counts as nothing for sample count and sum; extremes and percentiles are
/// means over the runs that have a data point; the average is all sums over all samples.
package enum MetricsFile {
  static let columns =
    "variant,replication,time_s,period_s,namespace,resource,dimensions,metric,unit,sample_count,sum,minimum,"
    + "maximum,average,p50,p95,p99"

  /// - Parameter jobs: Runs are written side by side; the bytes are the same for any number.
  package static func bytes(_ results: [ScenarioResult], jobs: Int = 1) -> [UInt8] {
    var csv = CSVWriter(columns: columns, reserving: 1 << 20)
    for result in results {
      let period = max(1, result.header.periodMinutes)
      let (label, runs) = (result.label, result.runs)
      let series = Parallel.map(0..<runs.count, jobs: jobs) { run in
        runs[run].metrics.map { BucketSeries($0, period: period) }
      }
      let parts = Parallel.map(0..<runs.count + 1, jobs: jobs) { part in
        part == 0
          ? rows(label, nil, BucketSeries.mean(series), period)
          : rows(label, runs[part - 1].replication, series[part - 1], period)
      }
      for part in parts { csv.append(part) }
    }
    return csv.bytes
  }

  /// All rows of one run, or of the mean.
  private static func rows(
    _ variant: String, _ replication: Int?, _ unsorted: [BucketSeries], _ period: Int
  ) -> CSVWriter {
    let series = unsorted.sorted { $0.key < $1.key }
    let starts = fields { csv in
      csv.text(variant)
      if let replication { csv.integer(replication) } else { csv.empty() }
    }
    // The same in every row of a series.
    let names = series.map { series in
      fields { csv in
        csv.integer(period * 60)
        csv.text(series.key.namespace)
        csv.text(series.key.resource)
        csv.text("\(series.key.dimension)=\(series.key.resource)")
        csv.text(series.key.metric)
        csv.text(series.key.unit)
      }
    }
    var csv = CSVWriter()
    var cursors = Array(repeating: 0, count: series.count)
    while let bucket = zip(series, cursors).compactMap({ $1 < $0.points.count ? $0.points[$1].bucket : nil })
      .min()
    {
      for index in series.indices where cursors[index] < series[index].points.count {
        let point = series[index].points[cursors[index]]
        guard point.bucket == bucket else { continue }
        cursors[index] += 1
        csv.fields(starts)
        csv.integer(bucket * period * 60)
        csv.fields(names[index])
        csv.number(point.sampleCount)
        csv.number(point.sum)
        csv.number(point.minimum)
        csv.number(point.maximum)
        csv.number(point.average)
        csv.number(point.p50)
        csv.number(point.p95)
        csv.number(point.p99)
        csv.endRow()
      }
    }
    return csv
  }

  private static func fields(_ write: (inout CSVWriter) -> Void) -> [UInt8] {
    var csv = CSVWriter()
    write(&csv)
    return csv.bytes
  }
}

/// A metric in buckets of whole minutes.
struct BucketSeries {
  struct Key: Hashable, Comparable {
    var namespace: String, resource: String, metric: String, unit: String
    /// The dimension that names the resource. Source: fact sheet §11.1.
    var dimension: String {
      switch namespace {
      case "AWS/Kinesis": "StreamName"
      case "AWS/Lambda": "FunctionName"
      case "AWS/SNS": "TopicName"
      case "AWS/DynamoDB": "TableName"
      case "AWS/S3": "BucketName"
      case "AWS/Firehose": "DeliveryStreamName"
      case "AWS/Events": "RuleName"
      case "Simulation" where metric == "DeliveryLatency" || metric == "CompletionLatency": "FunctionName"
      default: "Service"
      }
    }
    static func < (a: Self, b: Self) -> Bool {
      for (x, y) in [(a.namespace, b.namespace), (a.resource, b.resource), (a.metric, b.metric)] where x != y
      {
        return x.utf8.lexicographicallyPrecedes(y.utf8)
      }
      return false
    }
  }
  struct Point {
    var bucket: Int
    var sampleCount: Double, sum: Double
    var minimum: Double, maximum: Double
    var p50: Double?, p95: Double?, p99: Double?
    var average: Double? { sampleCount > 0 ? sum / sampleCount : nil }
  }
  var key: Key
  /// Ascending by bucket.
  var points: [Point]

  init(key: Key, points: [Point]) {
    self.key = key
    self.points = points
  }

  /// Joins minutes into buckets; percentiles of several minutes cannot be joined and are left out.
  init(_ series: MetricSeries, period: Int) {
    key = Key(
      namespace: series.namespace, resource: series.resource, metric: series.metric, unit: series.unit)
    points = []
    points.reserveCapacity(series.datapoints.count)
    for datapoint in series.datapoints {
      let bucket = datapoint.minute / period
      let point = Point(
        bucket: bucket, sampleCount: Double(datapoint.sampleCount), sum: datapoint.sum,
        minimum: datapoint.minimum, maximum: datapoint.maximum, p50: datapoint.p50, p95: datapoint.p95,
        p99: datapoint.p99)
      guard var last = points.last, last.bucket == bucket else {
        points.append(point)
        continue
      }
      last.sampleCount += point.sampleCount
      last.sum += point.sum
      last.minimum = min(last.minimum, point.minimum)
      last.maximum = max(last.maximum, point.maximum)
      (last.p50, last.p95, last.p99) = (nil, nil, nil)
      points[points.count - 1] = last
    }
  }

  /// The mean over runs, merged in the order of runs.
  static func mean(_ runs: [[BucketSeries]]) -> [BucketSeries] {
    var keys: [Key] = []
    var positions: [Key: Int] = [:]
    var sums: [[Accumulator]] = []
    for run in runs {
      for series in run {
        let position = positions[series.key] ?? keys.count
        if position == keys.count {
          positions[series.key] = position
          keys.append(series.key)
          sums.append([])
        }
        for point in series.points {
          if point.bucket >= sums[position].count {
            sums[position].append(
              contentsOf: repeatElement(Accumulator(), count: point.bucket + 1 - sums[position].count))
          }
          sums[position][point.bucket].add(point)
        }
      }
    }
    return keys.indices.map { index in
      BucketSeries(
        key: keys[index],
        points: sums[index].enumerated().compactMap { $1.mean(bucket: $0, runs: runs.count) })
    }
  }

  private struct Accumulator {
    var runs = 0.0
    var sampleCount = 0.0, sum = 0.0, minimum = 0.0, maximum = 0.0
    var p50 = 0.0, p95 = 0.0, p99 = 0.0
    var quantileRuns = 0.0

    mutating func add(_ point: Point) {
      runs += 1
      sampleCount += point.sampleCount
      sum += point.sum
      minimum += point.minimum
      maximum += point.maximum
      guard let a = point.p50, let b = point.p95, let c = point.p99 else { return }
      quantileRuns += 1
      p50 += a
      p95 += b
      p99 += c
    }

    func mean(bucket: Int, runs all: Int) -> Point? {
      guard runs > 0 else { return nil }
      let quantile = { (total: Double) in quantileRuns > 0 ? total / quantileRuns : nil }
      return Point(
        bucket: bucket, sampleCount: sampleCount / Double(all), sum: sum / Double(all),
        minimum: minimum / runs,
        maximum: maximum / runs, p50: quantile(p50), p95: quantile(p95), p99: quantile(p99))
    }
  }
}

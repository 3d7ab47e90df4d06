import Kernel
import Records

/// Position of a metric in the registry.
struct MetricID: Hashable { var index: Int }

/// All CloudWatch metrics of a run, found by name while the system is built and by position afterwards.
struct MetricRegistry {
  private struct Entry {
    var namespace: String, resource: String, metric: String, unit: String
    var builder: MetricSeriesBuilder
  }
  private struct GaugeEntry {
    var namespace: String, resource: String, metric: String, unit: String
    var builder: GaugeSeriesBuilder
  }
  private var entries: [Entry] = []
  private var gauges: [GaugeEntry] = []

  /// - Parameters:
  ///   - keepsQuantiles: Exact p50, p95 and p99 of every minute, at the price of keeping its samples.
  ///   - isInTimeOrder: No sample is stamped in the past, so that only those of the newest minute are kept.
  mutating func add(
    _ namespace: String, _ resource: String, _ metric: String, unit: String = "Count",
    keepsQuantiles: Bool = false, isInTimeOrder: Bool = false
  ) -> MetricID {
    entries.append(
      Entry(
        namespace: namespace, resource: resource, metric: metric, unit: unit,
        builder: MetricSeriesBuilder(keepsQuantiles: keepsQuantiles, isInTimeOrder: isInTimeOrder)))
    return MetricID(index: entries.count - 1)
  }

  mutating func addGauge(_ namespace: String, _ resource: String, _ metric: String, unit: String = "Count")
    -> MetricID
  {
    gauges.append(
      GaugeEntry(
        namespace: namespace, resource: resource, metric: metric, unit: unit, builder: GaugeSeriesBuilder()))
    return MetricID(index: gauges.count - 1)
  }

  @inline(__always)
  mutating func record(_ id: MetricID, _ value: Double, at time: SimTime) {
    entries[id.index].builder.add(value, at: time)
  }
  /// Adds the same sample several times within a minute.
  mutating func record(_ id: MetricID, _ value: Double, count: Int, minute: Int) {
    entries[id.index].builder.add(value, count: count, minute: minute)
  }
  @inline(__always)
  mutating func set(gauge id: MetricID, to value: Double, at time: SimTime) {
    gauges[id.index].builder.set(value, at: time)
  }

  /// The metric that an alarm watches, by its names.
  func find(_ namespace: String, _ resource: String, _ metric: String) -> MetricLocation? {
    if let index = entries.firstIndex(where: {
      $0.namespace == namespace && $0.resource == resource && $0.metric == metric
    }) {
      return .samples(index)
    }
    return gauges.firstIndex { $0.namespace == namespace && $0.resource == resource && $0.metric == metric }
      .map { .gauge($0) }
  }

  func value(_ statistic: AlarmSpec.Statistic, of location: MetricLocation, minutes: Range<Int>, now: SimTime)
    -> Double?
  {
    switch location {
    case .samples(let index): entries[index].builder.value(statistic, minutes: minutes)
    case .gauge(let index): gauges[index].builder.value(statistic, minutes: minutes, now: now)
    }
  }

  func series(_ id: MetricID) -> [Datapoint] { entries[id.index].builder.series() }

  /// Every series with at least one data point, sorted by (namespace, resource, metric).
  mutating func finish(at end: SimTime) -> [MetricSeries] {
    let sampled = entries.map {
      MetricSeries(
        namespace: $0.namespace, resource: $0.resource, metric: $0.metric, unit: $0.unit,
        datapoints: $0.builder.series())
    }
    let stepped = gauges.map {
      MetricSeries(
        namespace: $0.namespace, resource: $0.resource, metric: $0.metric, unit: $0.unit,
        datapoints: $0.builder.series(until: end))
    }
    return (sampled + stepped).filter { !$0.datapoints.isEmpty }
      .sorted { ($0.namespace, $0.resource, $0.metric) < ($1.namespace, $1.resource, $1.metric) }
  }

  /// Average of a gauge by minute. [gauge units], index = minute
  func averages(ofGauge id: MetricID, until end: SimTime) -> [Double] {
    gauges[id.index].builder.averages(until: end)
  }
  func peak(ofGauge id: MetricID) -> Double { gauges[id.index].builder.peak }
}

enum MetricLocation: Hashable {
  case samples(Int)
  case gauge(Int)
}

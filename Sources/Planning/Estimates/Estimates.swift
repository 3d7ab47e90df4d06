import Kernel
package import Records
import Scenarios
package import Services
package import Statistics

/// One measured quantity over the replications.
package struct Estimate: Sendable, Hashable {
  /// As thresholds name it: `orders.Latency`.
  package var metric: String
  /// `avg`, `p(95)`, `count`, ...
  package var statistic: String
  package var unit: QuantityUnit
  /// Parallel to the runs; nil where a run has no such value.
  package var values: [Double?]
  /// Mean and 95 % interval over the runs that have a value.
  package var interval: MeanInterval?

  package init(metric: String, statistic: String, unit: QuantityUnit, values: [Double?]) {
    self.metric = metric
    self.statistic = statistic
    self.unit = unit
    self.values = values
    interval = MeanInterval(values.compactMap(\.self))
  }
  package var minimum: Double? { values.compactMap(\.self).min() }
  package var maximum: Double? { values.compactMap(\.self).max() }
}

/// All summary quantities of one scenario, sorted by metric, then by statistic.
package struct Estimates: Sendable, Hashable {
  package let all: [Estimate]

  /// Computes everything `summary.csv` shows. Source: scenario format §8 and §13.
  ///
  /// Measured values before `warmup` are left out. Runs without any value of a quantity do not count for it; a
  /// count that nothing added to is 0.
  package init(_ runs: [RunRecords], system: SystemSpec) {
    let reader = RunQuantities(reader: MetricReader(system: system))
    self.init(quantities: runs.map { reader.quantities(of: $0) })
  }

  /// The same from what has been read out of the runs, in order of replications.
  init(quantities: [[(QuantityKey, Double)]]) {
    var rows: [QuantityKey: [Double?]] = [:]
    for (position, run) in quantities.enumerated() {
      for (key, value) in run where value.isFinite {
        rows[key, default: Array(repeating: nil, count: quantities.count)][position] = value
      }
    }
    // Order comes from the sort alone: keys are unique.
    all = rows.keys.sorted().map { key in
      var values = rows[key]!
      if key.silenceIsZero { values = values.map { $0 ?? 0 } }
      return Estimate(metric: key.metric, statistic: key.statistic, unit: key.unit, values: values)
    }
  }

  package subscript(_ metric: String, _ statistic: String) -> Estimate? {
    all.first { $0.metric == metric && $0.statistic == statistic }
  }
}

struct QuantityKey: Sendable, Hashable, Comparable {
  var metric: String
  var statistic: String
  var unit: QuantityUnit
  var silenceIsZero: Bool
  static func < (a: Self, b: Self) -> Bool {
    a.metric == b.metric
      ? a.statistic.utf8.lexicographicallyPrecedes(b.statistic.utf8)
      : a.metric.utf8.lexicographicallyPrecedes(b.metric.utf8)
  }
}

/// Lists the summary quantities of one run.
struct RunQuantities {
  let reader: MetricReader

  func quantities(of run: RunRecords) -> [(QuantityKey, Double)] {
    var rows: [(QuantityKey, Double)] = []
    func add(
      _ metric: String, _ statistic: String, _ unit: QuantityUnit, _ value: Double?, zero: Bool = false
    ) {
      guard let value else { return }
      rows.append((QuantityKey(metric: metric, statistic: statistic, unit: unit, silenceIsZero: zero), value))
    }
    let cut = reader.cut(after: nil)
    func histogram(_ metric: String, _ histogram: LatencyHistogram) {
      guard let mean = histogram.mean else { return }
      add(metric, "avg", .seconds, mean)
      add(metric, "min", .seconds, histogram.minimum.seconds)
      add(metric, "max", .seconds, histogram.maximum.seconds)
      for (name, p) in [("med", 0.5), ("p(90)", 0.9), ("p(95)", 0.95), ("p(99)", 0.99)] {
        add(metric, name, .seconds, histogram.quantile(p)?.seconds)
      }
    }

    let hasSteadyState = LoadShape.transience(of: reader.system) == nil
    let minutes = MinuteSeries.minutes(of: reader.system.run, from: reader.system.run.warmup)
    let backlogs = hasSteadyState ? MinuteSeries.backlogs(of: run, minutes) : []
    for (index, workload) in run.workloads.enumerated() {
      let book = reader.book(workload, cut)
      add("\(workload.name).Created", "count", .count, Double(book.created))
      add("\(workload.name).Deliveries", "count", .count, Double(book.deliveries))
      let parts: [(String, Int)] = [
        ("Completed", book[.completed]), ("DeadLettered", book[.deadLettered]), ("Expired", book[.expired]),
        ("Dropped", book[.dropped]), ("Discarded", book[.discarded]), ("Filtered", book[.filtered]),
        ("Open", book[.open]), ("Lost", book.lost), ("Duplicated", book.duplicated),
      ]
      for (name, count) in parts {
        add("\(workload.name).\(name)", "count", .count, Double(count))
        if book.created > 0 {
          add("\(workload.name).\(name)", "rate", .share, Double(count) / Double(book.created))
        }
      }
      histogram("\(workload.name).Latency", book.latency)
      if workload.books[0].created > 0 {
        add("\(workload.name).DrainTime", "value", .seconds, workload.drainTime?.seconds)
      }
      for (name, aggregation) in [("max", Threshold.Aggregation.maximum), ("avg", .average)] {
        let reading = reader.read(.workload(.backlog), of: workload.name, aggregation, in: run, cut: cut)
        add("\(workload.name).Backlog", name, .count, reading.value)
      }
      if hasSteadyState { add(backlogs[index].name, "growth", .perMinute, backlogs[index].growth) }
    }

    for partner in run.partners {
      func read(_ measure: Threshold.ServiceMeasure, _ name: String, _ aggregation: Threshold.Aggregation) {
        let reading = reader.read(.service(measure), of: partner.name, aggregation, in: run, cut: cut)
        let unit: QuantityUnit = aggregation == .rate ? .share : .count
        add("\(partner.name).\(measure.rawValue)", name, unit, reading.value)
      }
      read(.inFlight, "max", .maximum)
      read(.inFlight, "avg", .average)
      for measure in [Threshold.ServiceMeasure.overLimit, .suspended, .errors, .effects, .duplicates] {
        read(measure, "count", .count)
      }
      read(.overLimit, "rate", .rate)
      read(.errors, "rate", .rate)
      if cut == .zero {
        add("\(partner.name).Calls", "count", .count, Double(partner.calls))
        add("\(partner.name).Timeouts", "count", .count, Double(partner.timeouts))
        add("\(partner.name).SuspendedAt", "value", .seconds, partner.suspendedAt?.seconds)
        if partner.queued > 0 { add("\(partner.name).Queued", "count", .count, Double(partner.queued)) }
        histogram("\(partner.name).Latency", partner.latency)
      }
    }

    for function in run.functions {
      for measure in Threshold.FunctionMeasure.allCases {
        histogram("\(function.name).\(measure.rawValue)", reader.function(measure, function, cut))
      }
    }

    for series in run.metrics where series.namespace != "Simulation" {
      let kind = SeriesKind(series)
      let reading = DatapointReading(
        series, statistic: kind.statistic, scale: kind.scale, fromMinute: MetricReader.firstMinute(cut))
      guard !reading.values.isEmpty else { continue }
      let metric = "\(series.resource).\(series.metric)"
      add(metric, "max", kind.unit, reading.values.max(), zero: kind.unit == .count)
      if kind.statistic == .sum {
        add(metric, "sum", kind.unit, reading.total, zero: true)
      } else {
        add(metric, "avg", kind.unit, reading.average)
      }
    }

    let bill = Bill(run)
    add("cost.Total", "value", .usd, bill.total)
    if let factor = reader.monthFactor(run) { add("cost.Monthly", "value", .usd, bill.total * factor) }
    var resources: [String] = []
    for item in bill.items where !resources.contains(item.resource) { resources.append(item.resource) }
    for resource in resources { add("cost.\(resource)", "value", .usd, bill.total(of: resource), zero: true) }
    return rows
  }
}

/// How a recorded metric is read when nobody says otherwise.
struct SeriesKind {
  var statistic: AlarmSpec.Statistic
  var unit: QuantityUnit
  /// Base units per sample.
  var scale: Double

  /// The catalogue's statistic where it has the metric, otherwise the rule that it follows: sums of counts and
  /// bytes, averages of the rest. Source: scenario format §8.
  init(_ series: MetricSeries) {
    let known = MetricCatalogue.all.first { $0.name == series.metric && $0.namespace == series.namespace }
    unit =
      switch series.unit {
      case "Milliseconds", "Seconds": .seconds
      case "Bytes": .bytes
      default: .count
      }
    scale = series.unit == "Milliseconds" ? 0.001 : 1
    statistic = known?.statistic ?? (unit == .seconds || series.unit == "None" ? .average : .sum)
  }
}

extension Estimate {
  /// Over the runs that have a value.
  package var mean: Double? { interval?.mean }
  /// Half width of the 95 % interval; nil for one run.
  package var halfWidth: Double? { interval?.halfWidth }
  package var low: Double? { interval?.low }
  package var high: Double? { interval?.high }
  /// Runs that have a value.
  package var count: Int { interval?.count ?? 0 }
}

package import Kernel
package import Records
import Scenarios
import Services

/// What a measure says in one run.
enum Reading: Sendable, Hashable {
  case value(Double)
  /// Why there is no value.
  case missing(String)

  var value: Double? { if case .value(let value) = self { value } else { nil } }
}

/// Reads the measures of thresholds out of the records of one run.
///
/// Rule for silence: a count that nothing added to is 0; anything else without a sample has no value, and a rule
/// about it fails. Source: scenario format §8.
struct MetricReader {
  let system: SystemSpec

  /// The instant from which measured values count: the later one of `warmup` and `after`.
  func cut(after: SimDuration?) -> SimTime {
    SimTime.zero + max(system.run.warmup, after ?? .zero)
  }

  func read(
    _ measure: Threshold.Measure, of subject: String?, _ aggregation: Threshold.Aggregation,
    in run: RunRecords,
    cut: SimTime
  ) -> Reading {
    switch measure {
    case .workload(let measure):
      guard let record = run.workloads.first(where: { $0.name == subject }) else {
        return .missing("no records of workload '\(subject ?? "")'")
      }
      return workload(measure, record, aggregation, run, cut)
    case .service(let measure):
      guard let record = run.partners.first(where: { $0.name == subject }) else {
        return .missing("no records of service '\(subject ?? "")'")
      }
      return cut > .zero
        ? serviceAfterCut(measure, record, aggregation, run, cut) : service(measure, record, aggregation, run)
    case .function(let measure):
      guard let record = run.functions.first(where: { $0.name == subject }) else {
        return .missing("no records of function '\(subject ?? "")'")
      }
      return latency(function(measure, record, cut), aggregation)
    case .cloudWatch(let metric, let statistic):
      let reading = DatapointReading(
        run.series(metric.namespace, subject ?? "", metric.name), statistic: statistic,
        scale: metric.baseUnitsPerSample, fromMinute: Self.firstMinute(cut))
      // Nothing ran or nothing happened: zero executions, zero errors.
      return datapoints(reading, aggregation, isCount: metric.unit == "Count")
    case .costTotal:
      return .value(Bill(run).total)
    case .costResource:
      return .value(Bill(run).total(of: subject ?? ""))
    case .costMonthly:
      guard let factor = monthFactor(run) else { return .missing("no time was simulated") }
      return .value(Bill(run).total * factor)
    }
  }

  /// How often the simulated time fits into a month of the price list.
  func monthFactor(_ run: RunRecords) -> Double? {
    guard run.end > .zero else { return nil }
    return system.limits.required(.priceMonthHours) * 3600 / run.end.seconds
  }

  /// First whole minute at or after the cut.
  static func firstMinute(_ cut: SimTime) -> Int { Int((cut.nanoseconds + 59_999_999_999) / 60_000_000_000) }

  /// The book of messages created at the cut or later.
  func book(_ record: WorkloadRecord, _ cut: SimTime) -> LedgerBook {
    guard let index = system.ledgerCuts.firstIndex(of: cut) else {
      preconditionFailure("no book from \(cut.seconds) s among \(system.ledgerCuts.map(\.seconds))")
    }
    return record.books[index]
  }

  // MARK: Workloads

  private func workload(
    _ measure: Threshold.WorkloadMeasure, _ record: WorkloadRecord, _ aggregation: Threshold.Aggregation,
    _ run: RunRecords, _ cut: SimTime
  ) -> Reading {
    let book = book(record, cut)
    switch measure {
    case .latency, .age: return latency(book.latency, aggregation)
    case .lost: return share(book.lost, of: book.created, aggregation)
    case .duplicated: return share(book.duplicated, of: book.created, aggregation)
    case .deadLettered: return share(book[.deadLettered], of: book.created, aggregation)
    case .expired: return share(book[.expired], of: book.created, aggregation)
    case .completed: return share(book[.completed], of: book.created, aggregation)
    case .drainTime:
      guard record.books[0].created > 0 else { return .missing("no message was created") }
      guard let drained = record.drainTime else { return .value(.infinity) }
      return .value(drained.seconds)
    case .backlog:
      return backlog(record, aggregation, run, cut)
    }
  }

  private func backlog(
    _ record: WorkloadRecord, _ aggregation: Threshold.Aggregation, _ run: RunRecords, _ cut: SimTime
  ) -> Reading {
    let minutes = record.backlogByMinute.dropFirst(Self.firstMinute(cut))
    switch aggregation {
    case .maximum, .value:
      return .value(Double(cut > .zero ? minutes.max() ?? 0 : record.backlogPeak))
    case .average where cut > .zero:
      guard !minutes.isEmpty else { return .missing("the run ended before the cut") }
      return .value(minutes.reduce(0) { $0 + Double($1) } / Double(minutes.count))
    case .average:
      guard run.end > .zero else { return .missing("no time was simulated") }
      return .value(record.backlogIntegral / run.end.seconds)
    default:
      return .missing("a backlog has max and avg")
    }
  }

  /// Latencies of the messages created at the cut or later.
  func function(_ measure: Threshold.FunctionMeasure, _ record: FunctionRecord, _ cut: SimTime)
    -> LatencyHistogram
  {
    guard let index = system.ledgerCuts.firstIndex(of: cut) else {
      preconditionFailure("no book from \(cut.seconds) s among \(system.ledgerCuts.map(\.seconds))")
    }
    return switch measure {
    case .deliveryLatency: record.books[index].delivery
    case .completionLatency: record.books[index].completion
    }
  }

  private func latency(_ histogram: LatencyHistogram, _ aggregation: Threshold.Aggregation) -> Reading {
    if case .count = aggregation { return .value(Double(histogram.count)) }
    guard let mean = histogram.mean else { return .missing("no message was completed") }
    switch aggregation {
    case .average: return .value(mean)
    case .minimum: return .value(histogram.minimum.seconds)
    case .maximum, .value: return .value(histogram.maximum.seconds)
    case .median: return .value(histogram.quantile(0.5)!.seconds)
    case .percentile(let p): return .value(histogram.quantile(p)!.seconds)
    case .sum: return .value(mean * Double(histogram.count))
    case .rate, .count: return .missing("latencies have no rate")
    }
  }

  private func share(_ part: Int, of whole: Int, _ aggregation: Threshold.Aggregation) -> Reading {
    switch aggregation {
    case .count, .sum, .value: return .value(Double(part))
    case .rate: return whole > 0 ? .value(Double(part) / Double(whole)) : .missing("a share of nothing")
    default: return .missing("a count has count and rate")
    }
  }

  // MARK: Services outside AWS

  private func service(
    _ measure: Threshold.ServiceMeasure, _ record: PartnerRecord, _ aggregation: Threshold.Aggregation,
    _ run: RunRecords
  ) -> Reading {
    switch measure {
    case .overLimit: return share(record.overLimit, of: record.calls, aggregation)
    case .errors: return share(record.errors, of: record.calls, aggregation)
    case .effects: return share(record.effects, of: record.calls, aggregation)
    case .duplicates:
      return share(record.messagesWithSeveralEffects, of: record.messagesWithEffect, aggregation)
    case .suspended:
      if case .rate = aggregation { return share(record.suspendedReplies, of: record.calls, aggregation) }
      return share(record.suspensions, of: record.calls, aggregation)
    case .latency:
      return latency(record.latency, aggregation)
    case .inFlight:
      switch aggregation {
      case .maximum, .value: return .value(Double(record.inFlightPeak))
      case .average:
        return run.end > .zero
          ? .value(record.inFlightIntegral / run.end.seconds) : .missing("no time was simulated")
      default: return .missing("calls in flight have max and avg")
      }
    }
  }

  /// Behind a cut only the minutes of the service's own metrics are known.
  private func serviceAfterCut(
    _ measure: Threshold.ServiceMeasure, _ record: PartnerRecord, _ aggregation: Threshold.Aggregation,
    _ run: RunRecords, _ cut: SimTime
  ) -> Reading {
    let series = run.series("Simulation", record.name, measure.rawValue)
    let isCount = measure != .latency
    guard series != nil else {
      // Nothing in the whole run is nothing behind the cut; something may lie on either side of it.
      if service(measure, record, aggregation, run) == .value(0) { return .value(0) }
      return .missing("minutes of '\(record.name).\(measure.rawValue)' are not recorded")
    }
    let statistic: AlarmSpec.Statistic =
      switch measure {
      case .inFlight: aggregation == .average ? .average : .maximum
      case .latency:
        switch aggregation {
        case .minimum: .minimum
        case .maximum, .value: .maximum
        default: .average
        }
      default: .sum
      }
    let scale = series?.unit == "Milliseconds" ? 0.001 : 1
    let reading = DatapointReading(
      series, statistic: statistic, scale: scale, fromMinute: Self.firstMinute(cut))
    switch (measure, aggregation) {
    case (.latency, .average):
      return reading.sampleCount > 0
        ? .value(reading.total / Double(reading.sampleCount)) : .missing("no call behind the cut")
    case (.latency, .percentile), (.latency, .median):
      return .missing("quantiles behind a cut are not recorded")
    case (_, .rate):
      return .missing("shares behind a cut are not recorded")
    case (.latency, .value), (.inFlight, .value):
      return datapoints(reading, .maximum, isCount: isCount)
    default:
      return datapoints(reading, aggregation, isCount: isCount)
    }
  }

  // MARK: Data points

  /// Aggregates data points. `count` is what a count metric counted, and the number of samples of any other.
  private func datapoints(
    _ reading: DatapointReading, _ aggregation: Threshold.Aggregation, isCount: Bool
  ) -> Reading {
    switch aggregation {
    case .count: return .value(isCount ? reading.total : Double(reading.sampleCount))
    case .sum: return .value(reading.values.reduce(0, +))
    case .rate: return .missing("data points have no rate")
    default: break
    }
    let value: Double? =
      switch aggregation {
      case .average: reading.average
      case .minimum: reading.values.min()
      case .maximum, .value: reading.values.max()
      case .median: reading.quantile(0.5)
      case .percentile(let p): reading.quantile(p)
      case .sum, .count, .rate: nil
      }
    if let value { return .value(value) }
    return isCount ? .value(0) : .missing("no data point")
  }
}

extension WorkloadRecord {
  /// Last arrival to the end of the last message; nil while some are open.
  package var drainTime: SimDuration? {
    guard books[0][.open] == 0 else { return nil }
    return emptiedAt.map { max(.zero, $0 - lastArrival) }
  }
}

/// The bill of one run.
struct Bill {
  let items: [UsageItem]
  init(_ run: RunRecords) { items = run.usage }
  var total: Double { items.reduce(0) { $0 + $1.costUSD } }
  func total(of resource: String) -> Double {
    items.reduce(0) { $1.resource == resource ? $0 + $1.costUSD : $0 }
  }
}

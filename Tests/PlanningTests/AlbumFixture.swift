import Kernel
import Planning
import Records
@testable import Scenarios
import Services
import Synchronization

/// A small album launch whose records are written by hand: 5 shards, one hour, a backlog that drains for six more.
///
/// The numbers are consistent with each other, not simulated: 1,000 orders a minute arrive for an hour, 5 workers
/// take 2.1 s each, so 142.857 a minute leave and the last of 60,000 is done after 7 h.
enum AlbumFixture {
  static let minutes = 420

  static func limits() -> Limits {
    var limits = Limits()
    limits[.priceMonthHours] = 730
    limits[.lambdaAccountConcurrency] = 1000
    limits[.lambdaInvokeOverheadSeconds] = 0.025
    limits[.mappingReadsBatchSizeOnly] = 0
    return limits
  }

  static func system(warmup: SimDuration = .zero, cuts: [SimTime] = [.zero], shards: Int = 5) -> SystemSpec {
    var system = SystemSpec(
      name: "album", limits: limits(),
      run: RunSpec(duration: .hours(1), warmup: warmup, drain: .hours(12), replications: 2, seed: 42))
    system.ledgerCuts = cuts
    system.workloads = [
      WorkloadSpec(name: "orders", destination: .stream(0), arrivals: .constant(rate: 1000.0 / 60))
    ]
    system.partners = [
      PartnerSpec(name: "ZipUrlApi", latency: .constant(0.667), maxConcurrent: 10),
      PartnerSpec(name: "EmailApi", latency: .constant(0.08), dedupe: true),
    ]
    system.streams = [StreamSpec(logicalID: "OrderStream", shardCount: shards, retention: .hours(24))]
    system.tables = [
      TableSpec(
        logicalID: "OrdersTable", keyAttribute: "orderId",
        capacity: .provisioned(readUnits: 50, writeUnits: 100))
    ]
    let steps = StepProgram(
      scope: .perMessage,
      steps: [.call(CallStep(partner: 0, times: 3)), .call(CallStep(partner: 1))])
    system.functions = [
      FunctionSpec(logicalID: "SendZip", memorySize: 256, timeout: .seconds(60), handler: .steps(steps))
    ]
    system.mappings = [StreamMappingSpec(logicalID: "SendZipStream", stream: 0, function: 0, batchSize: 1)]
    return system
  }

  /// One run; `shift` makes replications differ by minutes of latency and drain.
  static func run(_ replication: Int, shift: Int = 0, keepsMessages: Bool = true) -> RunRecords {
    var run = RunRecords(
      replication: replication, end: SimTime.zero + .minutes(Int64(minutes + shift)), ending: .settled,
      traceHash: 0x0123_4567_89ab_cdef &+ UInt64(replication), eventCount: 1_000_000)
    run.workloads = [workload(shift)]
    run.metrics = metrics(shift)
    run.partners = partners(replication)
    run.stations = stations(shift)
    run.alarms = [
      AlarmTransition(
        alarm: "IteratorAgeAlarm", time: SimTime.zero + .minutes(Int64(22 + shift)),
        from: "INSUFFICIENT_DATA",
        to: "ALARM", value: 960_000, reason: "5 datapoints > 900000, the last \"16 min\"")
    ]
    run.usage = [
      UsageItem(
        resource: "OrderStream", service: "Kinesis", item: "shard hours", quantity: 35, unit: "h",
        unitPriceUSD: 0.015),
      UsageItem(
        resource: "SendZip", service: "Lambda", item: "GB-seconds", quantity: 31_500, unit: "GB-s",
        unitPriceUSD: 0.00001667),
    ]
    if keepsMessages { run.messages = messages() }
    run.spans = [
      SpanRecord(
        workload: 0, index: 0, span: 1, parent: nil, resource: "OrderStream", kind: "stream", start: .zero,
        end: SimTime(nanoseconds: 1_250_000_000), attempt: 1, status: "ok", detail: ""),
      SpanRecord(
        workload: 0, index: 0, span: 2, parent: 1, resource: "SendZip", kind: "invocation",
        start: SimTime(nanoseconds: 1_250_000_000), end: SimTime(nanoseconds: 3_350_000_000), attempt: 1,
        status: "ok", detail: "shard 3, \"cold\""),
    ]
    return run
  }

  /// By shift: sixty thousand samples take a while in debug builds.
  private static let latencies = Mutex<[Int: LatencyHistogram]>([:])

  /// Rises from 2.1 s to six hours and the shift; ten messages have each of 5,999 latencies.
  private static func latency(_ shift: Int) -> LatencyHistogram {
    var histogram = LatencyHistogram()
    let longest = 6 * 3600 + Double(shift * 60)
    for index in 0..<5999 { histogram.record(SimDuration(seconds: 2.1 + longest * Double(index) / 5999)) }
    let once = histogram
    for _ in 1..<10 { histogram.merge(once) }
    return histogram
  }

  private static func workload(_ shift: Int) -> WorkloadRecord {
    var record = WorkloadRecord(name: "orders", cutCount: 1)
    record.books[0].created = 60_000
    record.books[0].outcomes[Int(Outcome.completed.rawValue)] = 59_990
    record.books[0].outcomes[Int(Outcome.expired.rawValue)] = 10
    record.books[0].deliveries = 60_030
    record.books[0].duplicated = 3
    record.books[0].latency = latencies.withLock { cache in
      if let known = cache[shift] { return known }
      let histogram = latency(shift)
      cache[shift] = histogram
      return histogram
    }
    record.lastArrival = SimTime.zero + .hours(1)
    record.emptiedAt = SimTime.zero + .minutes(Int64(minutes + shift))
    record.backlogPeak = 51_428
    record.backlogPeakAt = SimTime.zero + .hours(1)
    record.backlogIntegral = 51_428 * 3.5 * 3600
    record.backlogByMinute = (0..<minutes + shift).map { minute in
      minute < 60 ? (minute + 1) * 857 : max(0, 51_428 - (minute - 59) * 143)
    }
    record.reasons = [
      ReasonCount(outcome: .expired, resource: "OrderStream", reason: "older than the retention", count: 10)
    ]
    return record
  }

  private static func metrics(_ shift: Int) -> [MetricSeries] {
    func series(
      _ namespace: String, _ resource: String, _ metric: String, _ unit: String, _ minutes: [Int],
      _ value: (Int) -> (count: Int, sum: Double, low: Double, high: Double)
    ) -> MetricSeries {
      MetricSeries(
        namespace: namespace, resource: resource, metric: metric, unit: unit,
        datapoints: minutes.map { minute in
          let (count, sum, low, high) = value(minute)
          var point = Datapoint(minute: minute, sample: low)
          point.sampleCount = count
          point.sum = sum
          point.maximum = high
          return point
        })
    }
    return [
      series("AWS/Kinesis", "OrderStream", "IncomingRecords", "Count", Array(0..<60)) { _ in
        (1000, 1000, 1, 1)
      },
      series("AWS/Lambda", "SendZip", "ConcurrentExecutions", "Count", Array(0..<minutes)) { _ in
        (143, 700, 1, 5)
      },
      series("AWS/Lambda", "SendZip", "Duration", "Milliseconds", Array(0..<minutes)) { _ in
        (143, 300_300, 1500, 4000)
      },
      // No data in minutes 10...11: a gap, not zeros.
      series("AWS/Lambda", "SendZip", "Errors", "Count", [7, 8, 9, 12]) { minute in (10, Double(minute), 0, 1)
      },
      series("AWS/Lambda", "SendZip", "IteratorAge", "Milliseconds", Array(0..<minutes)) { minute in
        (143, Double(143 * minute * 1000), 0, Double((minute + shift) * 50_000))
      },
    ]
  }

  private static func partners(_ replication: Int) -> [PartnerRecord] {
    var zip = PartnerRecord(name: "ZipUrlApi")
    zip.calls = 180_000
    zip.succeeded = 179_999
    zip.errors = 1
    zip.effects = 60_000
    zip.messagesWithEffect = 60_000
    zip.inFlightPeak = 5
    zip.inFlightIntegral = 4.75 * 25_200
    for milliseconds in 400..<900 { zip.latency.record(.milliseconds(Int64(milliseconds))) }
    var email = PartnerRecord(name: "EmailApi")
    email.calls = 59_990
    email.succeeded = 59_990
    email.effects = 59_990
    email.messagesWithEffect = 59_990
    email.inFlightPeak = 2
    return [zip, email]
  }

  private static func stations(_ shift: Int) -> [StationRecord] {
    var stream = StationRecord(name: "OrderStream", kind: .stream, capacity: 5000, capacityLabel: "5 shards")
    stream.loadByMinute = (0..<minutes).map { $0 < 60 ? 0.0033 : 0 }
    stream.peak = 51_428
    stream.peakLabel = "IteratorAge 6h"
    var function = StationRecord(name: "SendZip", kind: .function, capacity: 5, capacityLabel: "conc 5")
    function.loadByMinute = (0..<minutes + shift).map { $0 == 0 ? 0.6 : 1 }
    function.peak = 5
    function.peakLabel = "5"
    function.little = LittleCheck(
      arrivals: 10, departures: 8, inside: 2, sojournSum: 1_234_567, numberIntegral: 1_234_567)
    var partner = StationRecord(name: "ZipUrlApi", kind: .partner, capacity: 10, capacityLabel: "limit 10")
    partner.loadByMinute = Array(repeating: 0.475, count: minutes)
    partner.peak = 5
    partner.peakLabel = "5 in flight"
    return [stream, function, partner]
  }

  private static func messages() -> [MessageRecord] {
    // In order of ending: the rows of the file are sorted anew.
    [
      MessageRecord(
        workload: 0, index: 10, created: SimTime(nanoseconds: 600_000_000), sizeBytes: 2048, key: "a,b",
        outcome: .completed, ended: SimTime(nanoseconds: 2_700_000_001), attempts: 1, deliveries: 1,
        lastResource: "EmailApi", reason: ""),
      MessageRecord(
        workload: 0, index: 2, created: SimTime(nanoseconds: 120_000_000), sizeBytes: 2048, key: "say \"hi\"",
        outcome: .expired, ended: SimTime.zero + .hours(24), attempts: 7, deliveries: 7,
        lastResource: "OrderStream", reason: "older than the retention"),
    ]
  }

  static let position = SourcePosition(file: "album.sim.yaml", line: 40, column: 7)

  /// A rule with the defaults of the scenario language.
  static func threshold(
    _ metric: String, _ expression: String, _ subjects: [String], _ measure: Threshold.Measure,
    _ aggregation: Threshold.Aggregation, _ comparison: Threshold.Comparison, _ limit: Double,
    unit: Threshold.Unit, across: Threshold.Across = .every, isWildcard: Bool = false,
    after: SimDuration? = nil,
    severity: Threshold.Severity = .error, abortOnFail: Bool = false
  ) -> Threshold {
    Threshold(
      metricText: metric, expression: expression, subjects: subjects, isWildcard: isWildcard,
      measure: measure,
      aggregation: aggregation, comparison: comparison, limit: limit, unit: unit, across: across,
      after: after,
      severity: severity, abortOnFail: abortOnFail, position: position)
  }

  static func lambda(_ metric: String, statistic: AlarmSpec.Statistic? = nil) -> Threshold.Measure {
    let known = MetricCatalogue.metric(metric, of: .function)!
    return .cloudWatch(known, statistic: statistic ?? known.statistic)
  }

  static let thresholds: [Threshold] = [
    threshold(
      "orders.DrainTime", "value < 4h", ["orders"], .workload(.drainTime), .value, .less, 14_400,
      unit: .seconds),
    threshold(
      "orders.Latency", "p(95) < 15m", ["orders"], .workload(.latency), .percentile(0.95), .less, 900,
      unit: .seconds),
    threshold(
      "orders.Latency", "max < 9h", ["orders"], .workload(.latency), .maximum, .less, 32_400, unit: .seconds),
    threshold("orders.Lost", "count == 0", ["orders"], .workload(.lost), .count, .equal, 0, unit: .count),
    threshold(
      "ZipUrlApi.OverLimit", "count == 0", ["ZipUrlApi"], .service(.overLimit), .count, .equal, 0,
      unit: .count),
    threshold(
      "SendZip.ConcurrentExecutions", "max <= 5", ["SendZip"], lambda("ConcurrentExecutions"), .maximum,
      .lessOrEqual, 5, unit: .count),
    threshold("cost.Total", "value < 20 USD", [], .costTotal, .value, .less, 20, unit: .usd),
  ]
  static let expectations = [
    AlarmExpectation(
      alarm: "IteratorAgeAlarm", rule: .reaches(state: "ALARM", by: .minutes(30)), position: position)
  ]

  static func header(replications: Int, name: String = "album-v02-kinesis") -> ScenarioHeader {
    ScenarioHeader(
      name: name, file: "album-v02-kinesis.sim.yaml", era: "2017", region: "us-east-1", seed: 42,
      replications: replications,
      picture: ["orders ▸ OrderStream ×5 ▸ SendZip ▸ ZipUrlApi×3, EmailApi, OrdersTable"],
      overriddenLimits: ["lambda.accountConcurrency 100 (preset 1000)"])
  }

  static func result(replications: Int, label: String = "", requested: Int? = nil) -> ScenarioResult {
    ScenarioResult(
      label: label, header: header(replications: requested ?? replications), system: system(), era: .y2017,
      thresholds: thresholds, expectations: expectations,
      runs: (0..<replications).map { run($0, shift: $0 * 4) })
  }
}

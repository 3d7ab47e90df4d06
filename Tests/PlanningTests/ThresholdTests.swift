import Kernel
@testable import Planning
import Records
@testable import Scenarios
import Services
import Testing

@Suite struct ThresholdTests {
  typealias Fixture = AlbumFixture

  struct ReadingCase: Sendable, CustomTestStringConvertible {
    var name: String
    var measure: Threshold.Measure
    var subject: String?
    var aggregation: Threshold.Aggregation
    /// nil = no value.
    var expected: Double?
    var testDescription: String { name }
  }

  /// Every measure with every aggregation it knows, against arithmetic on the fixture.
  static let readings: [ReadingCase] = [
    // 2.1 s + 6 h × k/5,999 for k = 0..<5,999, ten of each: the histogram's cells are 0.1 % wide.
    .init(
      name: "latency min", measure: .workload(.latency), subject: "orders", aggregation: .minimum,
      expected: 2.1),
    .init(
      name: "latency max", measure: .workload(.latency), subject: "orders", aggregation: .maximum,
      expected: 2.1 + 21_600 * 5998 / 5999),
    .init(
      name: "latency avg", measure: .workload(.latency), subject: "orders", aggregation: .average,
      expected: 2.1 + 10_800 * 5998 / 5999),
    .init(
      name: "latency med", measure: .workload(.latency), subject: "orders", aggregation: .median,
      expected: 10_802),
    .init(
      name: "latency p(95)", measure: .workload(.latency), subject: "orders", aggregation: .percentile(0.95),
      expected: 20_522),
    .init(
      name: "latency count", measure: .workload(.latency), subject: "orders", aggregation: .count,
      expected: 59_990),
    .init(
      name: "age max", measure: .workload(.age), subject: "orders", aggregation: .maximum, expected: 21_601.7),
    .init(
      name: "lost count", measure: .workload(.lost), subject: "orders", aggregation: .count, expected: 10),
    .init(
      name: "lost rate", measure: .workload(.lost), subject: "orders", aggregation: .rate,
      expected: 10.0 / 60_000),
    .init(
      name: "lost p(50)", measure: .workload(.lost), subject: "orders", aggregation: .median, expected: nil),
    .init(
      name: "expired count", measure: .workload(.expired), subject: "orders", aggregation: .count,
      expected: 10),
    .init(
      name: "dead-lettered count", measure: .workload(.deadLettered), subject: "orders", aggregation: .count,
      expected: 0),
    .init(
      name: "duplicated rate", measure: .workload(.duplicated), subject: "orders", aggregation: .rate,
      expected: 3.0 / 60_000),
    .init(
      name: "completed rate", measure: .workload(.completed), subject: "orders", aggregation: .rate,
      expected: 59_990.0 / 60_000),
    .init(
      name: "drain time", measure: .workload(.drainTime), subject: "orders", aggregation: .value,
      expected: 21_600),
    .init(
      name: "backlog max", measure: .workload(.backlog), subject: "orders", aggregation: .maximum,
      expected: 51_428),
    .init(
      name: "backlog avg", measure: .workload(.backlog), subject: "orders", aggregation: .average,
      expected: 25_714),
    .init(
      name: "in flight max", measure: .service(.inFlight), subject: "ZipUrlApi", aggregation: .maximum,
      expected: 5),
    .init(
      name: "in flight avg", measure: .service(.inFlight), subject: "ZipUrlApi", aggregation: .average,
      expected: 4.75),
    .init(
      name: "over limit", measure: .service(.overLimit), subject: "ZipUrlApi", aggregation: .count,
      expected: 0),
    .init(
      name: "suspended", measure: .service(.suspended), subject: "ZipUrlApi", aggregation: .count, expected: 0
    ),
    .init(
      name: "errors rate", measure: .service(.errors), subject: "ZipUrlApi", aggregation: .rate,
      expected: 1.0 / 180_000),
    .init(
      name: "effects", measure: .service(.effects), subject: "ZipUrlApi", aggregation: .count,
      expected: 60_000),
    .init(
      name: "duplicates", measure: .service(.duplicates), subject: "ZipUrlApi", aggregation: .count,
      expected: 0),
    .init(
      name: "service latency max", measure: .service(.latency), subject: "ZipUrlApi", aggregation: .maximum,
      expected: 0.899),
    .init(
      name: "latency of an unused service", measure: .service(.latency), subject: "EmailApi",
      aggregation: .average,
      expected: nil),
    // Errors: sums 7, 8, 9 and 12 in minutes 7, 8, 9 and 12; minutes 10 and 11 are gaps, not zeros.
    .init(
      name: "errors max", measure: Fixture.lambda("Errors"), subject: "SendZip", aggregation: .maximum,
      expected: 12),
    .init(
      name: "errors min", measure: Fixture.lambda("Errors"), subject: "SendZip", aggregation: .minimum,
      expected: 7),
    .init(
      name: "errors avg", measure: Fixture.lambda("Errors"), subject: "SendZip", aggregation: .average,
      expected: 9),
    .init(
      name: "errors med", measure: Fixture.lambda("Errors"), subject: "SendZip", aggregation: .median,
      expected: 8),
    .init(
      name: "errors p(75)", measure: Fixture.lambda("Errors"), subject: "SendZip",
      aggregation: .percentile(0.75),
      expected: 9),
    .init(
      name: "errors sum", measure: Fixture.lambda("Errors"), subject: "SendZip", aggregation: .sum,
      expected: 36),
    .init(
      name: "errors count", measure: Fixture.lambda("Errors"), subject: "SendZip", aggregation: .count,
      expected: 36),
    .init(
      name: "errors:Average max", measure: Fixture.lambda("Errors", statistic: .average), subject: "SendZip",
      aggregation: .maximum, expected: 1.2),
    .init(
      name: "errors:SampleCount sum", measure: Fixture.lambda("Errors", statistic: .sampleCount),
      subject: "SendZip", aggregation: .sum, expected: 40),
    // Milliseconds become seconds: 300,300 ms over 143 samples.
    .init(
      name: "duration avg", measure: Fixture.lambda("Duration"), subject: "SendZip", aggregation: .average,
      expected: 2.1),
    .init(
      name: "duration:Maximum max", measure: Fixture.lambda("Duration", statistic: .maximum),
      subject: "SendZip",
      aggregation: .maximum, expected: 4),
    .init(
      name: "iterator age max", measure: Fixture.lambda("IteratorAge"), subject: "SendZip",
      aggregation: .maximum,
      expected: 419 * 50),
    // No data: a count is zero, an age is not known.
    .init(
      name: "throttles count", measure: Fixture.lambda("Throttles"), subject: "SendZip", aggregation: .count,
      expected: 0),
    .init(
      name: "throttles max", measure: Fixture.lambda("Throttles"), subject: "SendZip", aggregation: .maximum,
      expected: 0),
    .init(
      name: "async age max", measure: Fixture.lambda("AsyncEventAge"), subject: "SendZip",
      aggregation: .maximum,
      expected: nil),
    .init(
      name: "percentile that no data point keeps",
      measure: Fixture.lambda("Duration", statistic: .percentile(0.99)),
      subject: "SendZip", aggregation: .maximum, expected: nil),
    // 35 h × 0.015 + 31,500 × 0.00001667 = 0.525 + 0.525105; a month is 730/7 times 7 h.
    .init(name: "cost total", measure: .costTotal, subject: nil, aggregation: .value, expected: 1.050105),
    .init(
      name: "cost of a resource", measure: .costResource, subject: "SendZip", aggregation: .value,
      expected: 0.525105),
    .init(
      name: "cost monthly", measure: .costMonthly, subject: nil, aggregation: .value,
      expected: 1.050105 * 730 / 7),
  ]

  @Test(arguments: readings) func `reads every measure`(_ c: ReadingCase) {
    let reader = MetricReader(system: Fixture.system())
    let reading = reader.read(c.measure, of: c.subject, c.aggregation, in: Fixture.run(0), cut: .zero)
    guard let expected = c.expected else {
      #expect(reading.value == nil)
      return
    }
    guard let value = reading.value else {
      Issue.record("no value: \(reading)")
      return
    }
    #expect(abs(value - expected) <= 1.1e-3 * abs(expected), "\(value) instead of \(expected)")
  }

  // MARK: Verdicts

  struct VerdictCase: Sendable, CustomTestStringConvertible {
    var values: [Double]
    var comparison: Threshold.Comparison
    var limit: Double
    var across: Threshold.Across
    var outcome: Verdict.Outcome
    var worst: Int?
    var testDescription: String { "\(values) \(comparison.rawValue) \(limit) \(across)" }
  }

  /// Values are minutes of drain time, one a replication. The interval of [1, 2, 3] is 2 ± 4.303·1/√3 = 2 ± 2.48.
  static let verdicts: [VerdictCase] = [
    .init(values: [1, 2, 3], comparison: .less, limit: 4, across: .every, outcome: .pass, worst: 2),
    .init(values: [1, 2, 3], comparison: .less, limit: 3, across: .every, outcome: .fail, worst: 2),
    .init(values: [1, 2, 3], comparison: .lessOrEqual, limit: 3, across: .every, outcome: .pass, worst: 2),
    .init(values: [1, 2, 3], comparison: .greater, limit: 1, across: .every, outcome: .fail, worst: 0),
    .init(
      values: [1, 2, 3], comparison: .greaterOrEqual, limit: 1, across: .every, outcome: .pass, worst: 0),
    .init(values: [2, 2, 3], comparison: .equal, limit: 2, across: .every, outcome: .fail, worst: 2),
    .init(values: [2, 2, 2], comparison: .equal, limit: 2, across: .every, outcome: .pass, worst: 0),
    .init(values: [1, 2, 3], comparison: .notEqual, limit: 2, across: .every, outcome: .fail, worst: 1),
    .init(values: [1, 2, 3], comparison: .notEqual, limit: 4, across: .every, outcome: .pass, worst: 0),
    .init(values: [1, 2, 3], comparison: .less, limit: 2.5, across: .mean, outcome: .pass, worst: 2),
    .init(values: [1, 2, 3], comparison: .less, limit: 2, across: .mean, outcome: .fail, worst: 2),
    .init(values: [1, 2, 3], comparison: .equal, limit: 2, across: .mean, outcome: .pass, worst: 0),
    .init(values: [1, 2, 3], comparison: .less, limit: 4.5, across: .ci95, outcome: .pass, worst: 2),
    .init(values: [1, 2, 3], comparison: .less, limit: 4.4, across: .ci95, outcome: .undecided, worst: 2),
    .init(values: [4, 5, 6], comparison: .less, limit: 2.5, across: .ci95, outcome: .fail, worst: 2),
    .init(values: [4, 5, 6], comparison: .greater, limit: 2.5, across: .ci95, outcome: .pass, worst: 0),
    .init(values: [4, 5, 6], comparison: .greater, limit: 5, across: .ci95, outcome: .undecided, worst: 0),
    .init(values: [4, 5, 6], comparison: .greaterOrEqual, limit: 8, across: .ci95, outcome: .fail, worst: 0),
    .init(values: [4, 5, 6], comparison: .lessOrEqual, limit: 7.6, across: .ci95, outcome: .pass, worst: 2),
    .init(values: [2, 2, 2], comparison: .equal, limit: 2, across: .ci95, outcome: .pass, worst: 0),
    .init(values: [4, 5, 6], comparison: .equal, limit: 9, across: .ci95, outcome: .fail, worst: 0),
    .init(values: [4, 5, 6], comparison: .equal, limit: 5, across: .ci95, outcome: .undecided, worst: 0),
    .init(values: [4, 5, 6], comparison: .notEqual, limit: 9, across: .ci95, outcome: .pass, worst: 0),
    .init(values: [5], comparison: .less, limit: 9, across: .ci95, outcome: .undecided, worst: 0),
    .init(values: [5], comparison: .less, limit: 9, across: .every, outcome: .pass, worst: 0),
    // Never empty: later than any limit.
    .init(values: [1, .infinity], comparison: .less, limit: 9, across: .every, outcome: .fail, worst: 1),
    .init(values: [1, .infinity], comparison: .less, limit: 9, across: .mean, outcome: .fail, worst: 1),
    .init(values: [1, .infinity], comparison: .less, limit: 9, across: .ci95, outcome: .fail, worst: 1),
  ]

  @Test(arguments: verdicts) func `decides over the replications`(_ c: VerdictCase) {
    let runs = c.values.enumerated().map { index, minutes in Self.run(index, drain: minutes) }
    let rule = Fixture.threshold(
      "orders.DrainTime", "value", ["orders"], .workload(.drainTime), .value, c.comparison, c.limit * 60,
      unit: .seconds, across: c.across)
    let verdict = ThresholdEvaluator(system: Fixture.system()).evaluate(rule, runs)
    #expect(verdict.outcome == c.outcome)
    #expect(verdict.worstReplication == c.worst)
    if c.values.count == 1 { #expect(verdict.halfWidth == nil) }
  }

  /// A run with nothing but a drain time in minutes; infinite leaves a message open.
  static func run(_ replication: Int, drain: Double) -> RunRecords {
    var run = RunRecords(
      replication: replication, end: SimTime.zero + .hours(5), ending: .settled, traceHash: 0, eventCount: 0)
    var workload = WorkloadRecord(name: "orders", cutCount: 1)
    workload.books[0].created = 1
    workload.lastArrival = SimTime.zero + .hours(1)
    workload.books[0].outcomes[Int(drain.isFinite ? Outcome.discarded.rawValue : Outcome.open.rawValue)] = 1
    if drain.isFinite { workload.emptiedAt = workload.lastArrival + SimDuration(seconds: drain * 60) }
    run.workloads = [workload]
    return run
  }

  @Test func `fails a rule about something that never happened`() {
    let rule = Fixture.threshold(
      "orders.Latency", "p(95) < 1s", ["orders"], .workload(.latency), .percentile(0.95), .less, 1,
      unit: .seconds)
    let verdict = ThresholdEvaluator(system: Fixture.system()).evaluate(rule, [Self.run(0, drain: 1)])
    #expect(verdict.outcome == .fail && verdict.observed == nil)
    #expect(verdict.note == "no message was completed")
    let none = ThresholdEvaluator(system: Fixture.system()).evaluate(rule, [])
    #expect(none.outcome == .undecided && none.note == "no replication finished")
  }

  @Test func `holds a wildcard for each name and names the worst`() {
    var run = Fixture.run(0)
    var second = run.metrics[4]
    second.resource = "Audit"
    second.datapoints = [Datapoint(minute: 3, sample: 30_000_000)]
    run.metrics.append(second)
    let rule = Fixture.threshold(
      "*.IteratorAge", "max < 8h", ["SendZip", "Audit", "Idle"], Fixture.lambda("IteratorAge"), .maximum,
      .less,
      28_800, unit: .seconds, isWildcard: true)
    let verdict = ThresholdEvaluator(system: Fixture.system()).evaluate(rule, [run])
    #expect(verdict.outcome == .fail && verdict.subject == "Audit" && verdict.observed == 30_000)
    var idle = rule
    idle.subjects = ["Idle", "Other"]
    #expect(ThresholdEvaluator(system: Fixture.system()).evaluate(idle, [run]).outcome == .fail)
  }

  @Test func `cuts the start by warmup and after`() {
    let cuts: [SimTime] = [.zero, SimTime.zero + .minutes(8), SimTime.zero + .minutes(12)]
    let system = Fixture.system(warmup: .minutes(8), cuts: cuts)
    var run = Fixture.run(0)
    var later = LedgerBook()
    later.created = 100
    later.outcomes[Int(Outcome.expired.rawValue)] = 4
    later.outcomes[Int(Outcome.completed.rawValue)] = 96
    run.workloads[0].books += [later, LedgerBook()]
    let evaluator = ThresholdEvaluator(system: system)
    let lost = Fixture.threshold(
      "orders.Lost", "count == 4", ["orders"], .workload(.lost), .count, .equal, 4, unit: .count)
    #expect(evaluator.evaluate(lost, [run]).outcome == .pass)
    // Minutes 8, 9 and 12 count behind the warm-up, minute 12 alone behind `after`.
    var errors = Fixture.threshold(
      "SendZip.Errors", "sum == 29", ["SendZip"], Fixture.lambda("Errors"), .sum, .equal, 29, unit: .count)
    #expect(evaluator.evaluate(errors, [run]).observed == 29)
    errors.after = .minutes(12)
    #expect(evaluator.evaluate(errors, [run]).observed == 12)
    errors.after = .minutes(1)
    #expect(evaluator.evaluate(errors, [run]).observed == 29, "the later of warmup and after cuts")
    // Nothing over the limit in the whole run is nothing behind the cut; one error may lie on either side.
    let service = { (measure: Threshold.ServiceMeasure) in
      Fixture.threshold(
        "ZipUrlApi", "count == 0", ["ZipUrlApi"], .service(measure), .count, .equal, 0, unit: .count)
    }
    #expect(evaluator.evaluate(service(.overLimit), [run]).outcome == .pass)
    #expect(evaluator.evaluate(service(.errors), [run]).observed == nil)
    run.metrics.append(
      MetricSeries(
        namespace: "Simulation", resource: "ZipUrlApi", metric: "Errors", unit: "Count",
        datapoints: [Datapoint(minute: 3, sample: 1)]))
    #expect(evaluator.evaluate(service(.errors), [run]).observed == 0)
  }

  struct AlarmCase: Sendable {
    var rule: AlarmExpectation.Rule
    var outcome: Verdict.Outcome
  }
  @Test(
    arguments: [
      AlarmCase(rule: .reaches(state: "ALARM", by: .minutes(30)), outcome: .pass),
      // The runs enter ALARM at 22 and at 26 minutes.
      AlarmCase(rule: .reaches(state: "ALARM", by: .minutes(26)), outcome: .pass),
      AlarmCase(rule: .reaches(state: "ALARM", by: .minutes(25)), outcome: .fail),
      AlarmCase(rule: .reaches(state: "OK", by: nil), outcome: .fail),
      AlarmCase(rule: .reaches(state: "INSUFFICIENT_DATA", by: .zero), outcome: .pass),
      AlarmCase(rule: .never, outcome: .fail),
    ]) func `judges alarms in every replication`(_ c: AlarmCase)
  {
    let runs = [Fixture.run(0), Fixture.run(1, shift: 4)]
    let expectation = AlarmExpectation(alarm: "IteratorAgeAlarm", rule: c.rule, position: Fixture.position)
    let verdict = ThresholdEvaluator(system: Fixture.system()).evaluate([], [expectation], runs)[0]
    #expect(verdict.outcome == c.outcome)
    let quiet = AlarmExpectation(alarm: "Other", rule: .never, position: Fixture.position)
    #expect(ThresholdEvaluator(system: Fixture.system()).evaluate([], [quiet], runs)[0].outcome == .pass)
  }

  @Test func `turns verdicts into the exit code`() {
    let result = Fixture.result(replications: 2)
    var passing = result.verdicts[3]
    passing.outcome = .pass
    var undecided = passing
    undecided.outcome = .undecided
    var warning = passing
    warning.outcome = .fail
    warning.severity = .warning
    var failing = passing
    failing.outcome = .fail
    #expect(VerdictExit.code([], strict: true) == 0)
    #expect(VerdictExit.code([passing], strict: true) == 0)
    #expect(VerdictExit.code([passing, undecided], strict: false) == 0)
    #expect(VerdictExit.code([passing, undecided], strict: true) == 98)
    #expect(VerdictExit.code([warning], strict: false) == 0)
    #expect(VerdictExit.code([warning], strict: true) == 99)
    #expect(VerdictExit.code([undecided, failing], strict: true) == 99)
  }

  @Test func `stops the study when a rule says so`() {
    let evaluator = ThresholdEvaluator(system: Fixture.system())
    var rule = Fixture.threshold(
      "orders.Lost", "count == 0", ["orders"], .workload(.lost), .count, .equal, 0, unit: .count)
    #expect(!evaluator.aborts([rule], after: Fixture.run(0)))
    rule.abortOnFail = true
    #expect(evaluator.aborts([rule], after: Fixture.run(0)))
  }
}

import Kernel
import Records
import Services
import Testing

@Suite struct AlarmEvaluatorTests {
  /// A row of CloudWatch's documentation: points from the oldest to the newest and the state under each
  /// treatment.
  struct Row: Sendable, CustomTestStringConvertible {
    let points: String
    let needed: Int
    /// MISSING, IGNORE, BREACHING, NOTBREACHING; nil = the state it had.
    let states: [AlarmEvaluator.State?]
    var testDescription: String { "\(points) with \(needed) out of 3" }
  }
  static let treatments: [AlarmSpec.MissingData] = [.missing, .ignore, .breaching, .notBreaching]

  // Fact sheet §11.3.
  static let table = [
    Row(points: "0-X-X", needed: 3, states: [.ok, .ok, .ok, .ok]),
    Row(points: "0----", needed: 3, states: [.ok, .ok, .ok, .ok]),
    Row(points: "-----", needed: 3, states: [.insufficientData, nil, .alarm, .ok]),
    Row(points: "0XX-X", needed: 3, states: [.alarm, .alarm, .alarm, .alarm]),
    Row(points: "--X--", needed: 3, states: [.alarm, nil, .alarm, .ok]),
    Row(points: "0-X-X", needed: 2, states: [.alarm, .alarm, .alarm, .alarm]),
    Row(points: "00X0X", needed: 2, states: [.alarm, .alarm, .alarm, .alarm]),
    Row(points: "0-X--", needed: 2, states: [.ok, .ok, .alarm, .ok]),
    Row(points: "----0", needed: 2, states: [.ok, .ok, .alarm, .ok]),
    Row(points: "---X-", needed: 2, states: [.alarm, nil, .alarm, .ok]),
  ]

  private static func spec(
    _ treatment: AlarmSpec.MissingData, needed: Int, of periods: Int = 3, periodMinutes: Int64 = 1,
    comparison: AlarmSpec.Comparison = .greaterThan, threshold: Double = 10
  ) -> AlarmSpec {
    AlarmSpec(
      logicalID: "Alarm", namespace: "AWS/Lambda", metricName: "Errors", resource: "F", statistic: .sum,
      period: .minutes(periodMinutes), evaluationPeriods: periods, datapointsToAlarm: needed,
      threshold: threshold,
      comparison: comparison, treatMissingData: treatment)
  }

  /// An alarm that is already in a state, and what the points make of it.
  private func evaluate(
    _ points: String, _ treatment: AlarmSpec.MissingData, needed: Int, from state: AlarmEvaluator.State
  ) -> AlarmEvaluator.State {
    var alarm = AlarmEvaluator(spec: Self.spec(treatment, needed: needed), extraPeriods: 2)
    // Five real points before the row bring the alarm into the state; data that is out of range does not
    // matter.
    let earlier: [Double?] =
      switch state {
      case .ok: [0, 0, 0, 0, 0]
      case .alarm: [20, 20, 20, 20, 20]
      case .insufficientData: [nil, nil, nil, nil, nil]
      }
    if state != .insufficientData {
      _ = alarm.evaluate(lastMinute: 4, now: .zero) { earlier[$0.lowerBound] }
    }
    #expect(alarm.state == state)
    let row: [Double?] = points.map { $0 == "-" ? nil : ($0 == "X" ? 20 : 0) }
    let transition = alarm.evaluate(lastMinute: 9, now: .zero) { minutes in
      minutes.lowerBound >= 5 ? row[minutes.lowerBound - 5] : earlier[minutes.lowerBound]
    }
    #expect((transition != nil) == (alarm.state != state))
    return alarm.state
  }

  @Test(arguments: table) func `agrees with the documented table from every state`(_ row: Row) {
    for (treatment, expected) in zip(Self.treatments, row.states) {
      for state in [AlarmEvaluator.State.ok, .alarm, .insufficientData] {
        #expect(
          evaluate(row.points, treatment, needed: row.needed, from: state) == expected ?? state,
          "\(treatment) from \(state)")
      }
    }
  }

  @Test(arguments: ["----X", "---X-"]) func `one recent bad point of three does not alarm yet`(points: String)
  {
    #expect(evaluate(points, .missing, needed: 3, from: .ok) == .ok)
    #expect(evaluate(points, .ignore, needed: 3, from: .ok) == .ok)
    #expect(evaluate(points, .notBreaching, needed: 3, from: .ok) == .ok)
  }

  @Test(arguments: [
    (AlarmSpec.Comparison.greaterThan, [false, false, true]), (.greaterOrEqual, [false, true, true]),
    (.lessThan, [true, false, false]), (.lessOrEqual, [true, true, false]),
  ])
  func `compares with the threshold`(comparison: AlarmSpec.Comparison, breaching: [Bool]) {
    for (value, isBreaching) in zip([9.0, 10, 11], breaching) {
      var alarm = AlarmEvaluator(
        spec: Self.spec(.missing, needed: 1, of: 1, comparison: comparison), extraPeriods: 2)
      _ = alarm.evaluate(lastMinute: 0, now: .zero) { $0.lowerBound == 0 ? value : nil }
      #expect(alarm.state == (isBreaching ? .alarm : .ok))
    }
  }

  @Test func `reports a transition once, with the newest value`() {
    var alarm = AlarmEvaluator(spec: Self.spec(.missing, needed: 1, of: 1), extraPeriods: 2)
    let now = SimTime.zero + .minutes(3)
    let first = alarm.evaluate(lastMinute: 0, now: now) { $0.lowerBound == 0 ? 12 : nil }
    #expect(
      first
        == AlarmTransition(
          alarm: "Alarm", time: now, from: "INSUFFICIENT_DATA", to: "ALARM", value: 12,
          reason: "1 of the last 1 data points breached the threshold (1 out of 1 needed)"))
    let second = alarm.evaluate(lastMinute: 1, now: now) { $0.lowerBound == 1 ? 13 : nil }
    #expect(second == nil)
  }

  @Test func `slides periods of several minutes minute by minute`() {
    var builder = MetricSeriesBuilder()
    // One sample of 6 each minute from 0 to 9: a period of five minutes sums to 30.
    for minute in 0..<10 { builder.add(6, at: .zero + .minutes(Int64(minute))) }
    var alarm = AlarmEvaluator(
      spec: Self.spec(.missing, needed: 2, of: 2, periodMinutes: 5, threshold: 29), extraPeriods: 2)
    var alarmedAt: Int?
    for minute in 0..<20 where alarmedAt == nil {
      _ = alarm.evaluate(lastMinute: minute, now: .zero) { builder.value(.sum, minutes: $0) }
      if alarm.state == .alarm { alarmedAt = minute }
    }
    #expect(alarmedAt == 9)
  }

  @Test(arguments: [(15, 1, 45), (1, 15, 17)])
  func `finds quarter of an hour without invocations late, as the range looks further back`(
    periodMinutes: Int, periods: Int, delay: Int
  ) {
    // Invocations < 1, missing data breaching: variants a and b of fact sheet §11.4.
    var builder = MetricSeriesBuilder()
    for minute in 0..<60 { builder.add(1, at: .zero + .minutes(Int64(minute))) }
    var alarm = AlarmEvaluator(
      spec: Self.spec(
        .breaching, needed: periods, of: periods, periodMinutes: Int64(periodMinutes), comparison: .lessThan,
        threshold: 1), extraPeriods: 2)
    var alarmedAt: Int?
    for minute in 0..<200 where alarmedAt == nil {
      _ = alarm.evaluate(lastMinute: minute, now: .zero) { builder.value(.sum, minutes: $0) }
      if minute >= 59, alarm.state == .alarm { alarmedAt = minute }
    }
    #expect(alarmedAt == 59 + delay)
  }
}

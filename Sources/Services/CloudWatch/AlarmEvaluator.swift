package import Kernel
package import Records

/// The state of one alarm and the rules by which it changes.
///
/// Evaluated every minute over a window that ends at the last full minute. Missing points matter only when
/// fewer than `evaluationPeriods` real ones are in the evaluation range, which looks back further than the
/// window. Source: fact sheet §11.2, §11.3.
package struct AlarmEvaluator: Sendable {
  package enum State: String, Sendable, Hashable {
    case ok = "OK", alarm = "ALARM", insufficientData = "INSUFFICIENT_DATA"
  }

  package let spec: AlarmSpec
  /// A new alarm has seen nothing.
  package private(set) var state = State.insufficientData
  /// Periods of the evaluation range, R = N + extra. [periods]
  package let rangePeriods: Int
  /// Length of a period. [min]
  package let periodMinutes: Int

  /// - Parameter extraPeriods: How far the range looks back beyond the window. [periods]
  package init(spec: AlarmSpec, extraPeriods: Int) {
    precondition(
      spec.period.nanoseconds % 60_000_000_000 == 0 && spec.period > .zero, "periods are multiples of 60 s")
    precondition(1...spec.evaluationPeriods ~= spec.datapointsToAlarm, "M of N with 1 ≤ M ≤ N")
    self.spec = spec
    rangePeriods = spec.evaluationPeriods + extraPeriods
    periodMinutes = Int(spec.period.nanoseconds / 60_000_000_000)
  }

  package init(spec: AlarmSpec, limits: Limits) {
    self.init(spec: spec, extraPeriods: Int(limits.required(.cloudwatchEvaluationRangeExtraPeriods)))
  }

  /// Evaluates the alarm at the end of a minute.
  ///
  /// - Parameters:
  ///   - lastMinute: The newest full minute whose data is there.
  ///   - value: The alarm's statistic over a range of minutes, nil without data. Ranges may begin before minute 0.
  /// - Returns: The change of state that actions follow; nil when the state holds.
  package mutating func evaluate(
    lastMinute: Int, now: SimTime, value: (Range<Int>) -> Double?
  ) -> AlarmTransition? {
    var points = PointSummary()
    for age in 0..<rangePeriods {
      let end = lastMinute + 1 - age * periodMinutes
      points.add(value(end - periodMinutes..<end), age: age, in: spec)
    }
    let next = points.state(from: state, spec)
    guard next != state else { return nil }
    defer { state = next }
    return AlarmTransition(
      alarm: spec.logicalID, time: now, from: state.rawValue, to: next.rawValue, value: points.newest,
      reason: points.reason(next, spec))
  }
}

/// What the rules need to know of the points of an evaluation range, gathered from the newest to the oldest.
private struct PointSummary {
  /// Value of the newest real point.
  var newest: Double?
  /// Real points in the range.
  var real = 0
  /// Of the newest `evaluationPeriods` real points.
  var windowReal = 0
  var windowBreaching = 0
  /// Age of the oldest breaching point with nothing but breaching or missing points after it. [periods],
  /// newest = 1
  private var breachingAge = 0
  private var hasPassed = false

  mutating func add(_ value: Double?, age: Int, in spec: AlarmSpec) {
    guard let value else { return }
    if newest == nil { newest = value }
    real += 1
    let isBreaching = spec.comparison.isBreaching(value, spec.threshold)
    if windowReal < spec.evaluationPeriods {
      windowReal += 1
      if isBreaching { windowBreaching += 1 }
    }
    if !isBreaching { hasPassed = true } else if !hasPassed { breachingAge = age + 1 }
  }

  func state(from current: AlarmEvaluator.State, _ spec: AlarmSpec) -> AlarmEvaluator.State {
    let filled = spec.evaluationPeriods - windowReal
    let needed = spec.datapointsToAlarm
    if real == 0 {
      return switch spec.treatMissingData {
      case .missing: .insufficientData
      case .ignore: current
      case .breaching: .alarm
      case .notBreaching: .ok
      }
    }
    switch spec.treatMissingData {
    case .breaching: return windowBreaching + filled >= needed ? .alarm : .ok
    case .notBreaching: return windowBreaching >= needed ? .alarm : .ok
    case .missing:
      // The premature rule: too few points to count M of them, all bad, and the first of them M periods ago.
      let isPremature = real < needed && breachingAge >= needed
      return windowBreaching >= needed || isPremature ? .alarm : .ok
    case .ignore:
      if windowBreaching >= needed { return .alarm }
      // A real point that is fine settles it; bad points alone, too few of them, leave the state as it is.
      return windowBreaching == windowReal && filled > 0 ? current : .ok
    }
  }

  /// One line, in CloudWatch's way of putting it.
  func reason(_ state: AlarmEvaluator.State, _ spec: AlarmSpec) -> String {
    if real == 0 {
      return state == .insufficientData
        ? "no data points" : "no data points, treated as \(spec.treatMissingData.rawValue)"
    }
    return "\(windowBreaching) of the last \(windowReal) data points breached the threshold "
      + "(\(spec.datapointsToAlarm) out of \(spec.evaluationPeriods) needed)"
  }
}

extension AlarmSpec.Comparison {
  func isBreaching(_ value: Double, _ threshold: Double) -> Bool {
    switch self {
    case .greaterThan: value > threshold
    case .greaterOrEqual: value >= threshold
    case .lessThan: value < threshold
    case .lessOrEqual: value <= threshold
    }
  }
}

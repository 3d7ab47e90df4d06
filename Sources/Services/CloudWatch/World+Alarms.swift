import Kernel
import Records

/// An alarm, the metric it watches, and when that metric's points become visible.
struct AlarmState {
  var evaluator: AlarmEvaluator
  let location: MetricLocation?
  let entity: UInt64
  /// Delay of a minute's point after the minute has ended. [s]
  let publication: Distribution
  var transitions: [AlarmTransition] = []
}

extension World {
  /// Evaluates every alarm at the end of a minute, on the points that have been published by then.
  mutating func evaluateAlarms() {
    let lastMinute = now.minute - 1
    for index in alarms.indices {
      let state = alarms[index]
      // A copy, because the closure below looks at the rest of the world while the evaluator changes.
      var evaluator = state.evaluator
      let transition = evaluator.evaluate(lastMinute: lastMinute, now: now) { minutes in
        guard let location = state.location else { return nil }
        let published = minutes.clamped(to: 0..<max(0, lastMinute + 1)).filter { isPublished($0, state) }
        guard let first = published.first, let last = published.last else { return nil }
        return metrics.value(
          state.evaluator.spec.statistic, of: location, minutes: first..<last + 1, now: now)
      }
      alarms[index].evaluator = evaluator
      if let transition { alarms[index].transitions.append(transition) }
    }
  }

  private func isPublished(_ minute: Int, _ alarm: AlarmState) -> Bool {
    let u = draws.uniform(.publication, entity: EntityAddress.combine(alarm.entity, UInt64(minute)))
    let end = SimTime.zero + .minutes(Int64(minute) + 1)
    return end + SimDuration(seconds: alarm.publication.sample(u)) <= now
  }
}

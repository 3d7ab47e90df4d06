import Kernel

/// A rule that fires by the clock. Source: fact sheet §12.
struct ScheduleState {
  let spec: ScheduleSpec
  let entity: UInt64
  let clock: ScheduleClock
  /// Where in its minute a rate fires, fixed per rule.
  let phase: SimDuration
  /// How late within its minute a cron expression may fire. [s]
  let cronDelay: Double
  var isEnabled: Bool
  var lastMinute = -1
}

extension World {
  mutating func scheduleNextFire(of index: Int) {
    guard let minute = schedules[index].clock.next(afterMinute: schedules[index].lastMinute) else { return }
    schedules[index].lastMinute = minute
    var delay = schedules[index].phase
    if case .cron = schedules[index].spec.expression {
      let entity = EntityAddress.combine(schedules[index].entity, UInt64(minute))
      delay = SimDuration(seconds: draws.uniform(.schedulePhase, entity: entity) * schedules[index].cronDelay)
    }
    schedule(.init(.scheduleFires, index), at: .zero + .minutes(Int64(minute)) + delay)
  }

  /// The rule hands an event without a message to its function's asynchronous queue.
  mutating func scheduleFired(_ index: Int) {
    if schedules[index].isEnabled {
      acceptAsync(nil, for: schedules[index].spec.function, after: .zero, origin: .schedule(index))
    }
    scheduleNextFire(of: index)
  }
}

/// The minutes at which a schedule fires, counted from the start of the scenario.
///
/// A rate's phase is the creation of its rule, which is the start of the scenario: it first fires one period
/// later. Cron expressions are in UTC. The delay within the minute is the caller's. Source: fact sheet §12.
///
/// ```swift
/// let clock = ScheduleClock(.rate(minutes: 5), startEpochMinutes: 0)
/// clock.next(afterMinute: 5)  // 10
/// ```
package struct ScheduleClock: Sendable, Hashable {
  private let expression: ScheduleExpression
  private let startEpochMinutes: Int

  package init(_ expression: ScheduleExpression, startEpochMinutes: Int64) {
    self.expression = expression
    self.startEpochMinutes = Int(startEpochMinutes)
  }

  /// The first firing minute later than this one; nil when the schedule never fires again.
  ///
  /// - Parameter minute: Since the start; −1 asks for the first firing at minute 0 or later.
  package func next(afterMinute minute: Int) -> Int? {
    switch expression {
    case .rate(let minutes): (max(minute, 0) / minutes + 1) * minutes
    case .cron(let cron): cron.nextMatch(from: startEpochMinutes + minute + 1).map { $0 - startEpochMinutes }
    }
  }
}

extension CronExpression {
  /// The first matching minute at or after this one, both since 1970.
  func nextMatch(from epochMinute: Int) -> Int? {
    guard let lastYear = years.last else { return nil }
    let firstDay = CivilCalendar.floorDivide(epochMinute, 1440)
    var day = firstDay
    while true {
      let date = CivilCalendar.date(day)
      if date.year > lastYear { return nil }
      guard years.contains(date.year), months.contains(date.month) else {
        day = CivilCalendar.days(firstOfNextMonth(date))
        continue
      }
      if matches(day: day, date),
        let minute = firstMinute(from: day == firstDay ? epochMinute - day * 1440 : 0)
      {
        return day * 1440 + minute
      }
      day += 1
    }
  }

  private func matches(day: Int, _ date: CivilCalendar.Day) -> Bool {
    (daysOfMonth?.contains(date.day) ?? true) && (daysOfWeek?.contains(CivilCalendar.weekday(day)) ?? true)
  }

  /// The first matching minute of a day at or after this one. [min since midnight]
  private func firstMinute(from minute: Int) -> Int? {
    for hour in hours where hour >= minute / 60 {
      let earliest = hour == minute / 60 ? minute % 60 : 0
      if let match = minutes.first(where: { $0 >= earliest }) { return hour * 60 + match }
    }
    return nil
  }

  private func firstOfNextMonth(_ date: CivilCalendar.Day) -> CivilCalendar.Day {
    date.month == 12
      ? .init(year: date.year + 1, month: 1, day: 1) : .init(year: date.year, month: date.month + 1, day: 1)
  }
}

import Services
import Testing

@Suite struct ScheduleTests {
  private static let day = 1440

  @Test func `a rate fires at its multiples, first after one period`() {
    let clock = ScheduleClock(.rate(minutes: 5), startEpochMinutes: 12_345)
    #expect(clock.next(afterMinute: -1) == 5)
    #expect(clock.next(afterMinute: 0) == 5)
    #expect(clock.next(afterMinute: 4) == 5)
    #expect(clock.next(afterMinute: 5) == 10)
  }

  /// The first firings of an expression. [min since the midnight that begins the day]
  private func firings(_ text: String, startingAt epochDay: Int, limit: Int) throws -> [Int] {
    let clock = ScheduleClock(
      .cron(try CronExpression(parsing: text)), startEpochMinutes: Int64(epochDay * Self.day))
    var minutes: [Int] = []
    var minute = -1
    while minutes.count < limit, let next = clock.next(afterMinute: minute) {
      minutes.append(next)
      minute = next
    }
    return minutes
  }

  // Days since 1970: 19_723 = Monday 1 January 2024, a leap year.
  @Test func `cron fires on the quarter hours of working mornings`() throws {
    let minutes = try firings("0/15 8-9 ? * MON-FRI *", startingAt: 19_723, limit: 41)
    #expect(Array(minutes[0..<9]) == [480, 495, 510, 525, 540, 555, 570, 585, Self.day + 480])
    // Five days of eight, then the weekend is left out.
    #expect(minutes[40] == 7 * Self.day + 480)
  }

  @Test func `cron knows leap days and months of different lengths`() throws {
    // 29 February: 2024, 2028. 2024-02-29 is day 59 of the year, 2028-02-29 is 1461 days later.
    #expect(
      try firings("0 0 29 2 ? *", startingAt: 19_723, limit: 2) == [59 * Self.day, (59 + 1461) * Self.day])
    // The 31st: January, March, May, July, August, October, December.
    #expect(
      try firings("0 0 31 * ? 2024", startingAt: 19_723, limit: 99).map { $0 / Self.day }
        == [30, 90, 151, 212, 243, 304, 365])
  }

  @Test func `cron begins at the minute asked for and ends with its years`() throws {
    let clock = ScheduleClock(
      .cron(try CronExpression(parsing: "30 10 1 1 ? 2024")),
      startEpochMinutes: Int64(19_723 * Self.day + 630))
    #expect(clock.next(afterMinute: -1) == 0)
    #expect(clock.next(afterMinute: 0) == nil)
    #expect(try firings("0 0 30 2 ? *", startingAt: 19_723, limit: 1) == [])
  }

  @Test func `cron agrees with a walk over every minute of two years`() throws {
    let cron = try CronExpression(parsing: "7,37 */5 10-20/3 JAN,jun,12 ? 2023-2024")
    // 19_358 = 1 January 2023.
    let clock = ScheduleClock(.cron(cron), startEpochMinutes: Int64(19_358 * Self.day))
    var expected: [Int] = []
    var day = 0
    for february in [28, 29] {
      for (month, length) in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
        for date in 1...length {
          if [0, 5, 11].contains(month), [10, 13, 16, 19].contains(date) {
            for hour in [0, 5, 10, 15, 20] {
              expected += [day * 1440 + hour * 60 + 7, day * 1440 + hour * 60 + 37]
            }
          }
          day += 1
        }
      }
    }
    var fired: [Int] = []
    var minute = -1
    while let next = clock.next(afterMinute: minute) {
      fired.append(next)
      minute = next
    }
    #expect(fired == expected)
    #expect(fired.count == 2 * 3 * 4 * 10)
  }

  @Test func `reads rates and cron expressions`() throws {
    #expect(try ScheduleExpression(parsing: "rate(1 minute)") == .rate(minutes: 1))
    #expect(try ScheduleExpression(parsing: "rate(5 minutes)") == .rate(minutes: 5))
    #expect(try ScheduleExpression(parsing: "rate(2 hours)") == .rate(minutes: 120))
    #expect(try ScheduleExpression(parsing: "rate(1 day)") == .rate(minutes: 1440))
    guard case .cron(let cron) = try ScheduleExpression(parsing: "cron(0 12 ? * 2-6 *)") else {
      Issue.record("not a cron expression")
      return
    }
    #expect(cron.text == "0 12 ? * 2-6 *")
    #expect(cron.minutes == [0])
    #expect(cron.daysOfMonth == nil)
    #expect(cron.daysOfWeek == [2, 3, 4, 5, 6])
    #expect(cron.months == Array(1...12))
    #expect(cron.years.first == 1970 && cron.years.last == 2199)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let text: String
    let offset: Int
    let message: String
    var testDescription: String { text }
  }
  static let mistakes = [
    Mistake(text: "every day", offset: 0, message: "a schedule is rate(VALUE UNIT) or cron(FIELDS)"),
    Mistake(text: "at(2024-01-01)", offset: 0, message: "a schedule is rate(VALUE UNIT) or cron(FIELDS)"),
    Mistake(text: "rate(0 minutes)", offset: 5, message: "rate needs a whole number ≥ 1, not '0'"),
    Mistake(text: "rate(-5 minutes)", offset: 5, message: "rate needs a whole number ≥ 1, not '-5'"),
    Mistake(text: "rate()", offset: 5, message: "rate needs a whole number ≥ 1, not ''"),
    Mistake(
      text: "rate(5 minute)", offset: 7, message: "rate has unit 'minute', expected minutes, hours or days"),
    Mistake(text: "rate(1 hours)", offset: 7, message: "rate has unit 'hours', expected minute, hour or day"),
    Mistake(text: "rate(5)", offset: 6, message: "rate has unit '', expected minutes, hours or days"),
    Mistake(
      text: "cron(0 12 * * ?)", offset: 5,
      message: "cron has 5 fields, expected 6: minutes hours day-of-month month day-of-week year"),
    Mistake(
      text: "cron(0 12 * * * *)", offset: 10, message: "exactly one of day-of-month and day-of-week must be ?"
    ),
    Mistake(
      text: "cron(0 12 ? * ? *)", offset: 10, message: "exactly one of day-of-month and day-of-week must be ?"
    ),
    Mistake(text: "cron(0 24 * * ? *)", offset: 7, message: "24 is out of range for hours, expected 0...23"),
    Mistake(
      text: "cron(0 0,12,25 * * ? *)", offset: 12, message: "25 is out of range for hours, expected 0...23"),
    Mistake(
      text: "cron(0 0 ? * MON-FOO *)", offset: 17,
      message: "'FOO' is not a value of day-of-week, expected 1...7 or SUN...SAT"),
    Mistake(text: "cron(0 0 ? * FRI-MON *)", offset: 13, message: "range 'FRI-MON' runs backwards"),
    Mistake(text: "cron(0/0 0 * * ? *)", offset: 7, message: "step '0' is not a whole number ≥ 1"),
    Mistake(text: "cron(0 0 L * ? *)", offset: 9, message: "'L' in day-of-month is not modelled"),
    Mistake(text: "cron(0 0 3W * ? *)", offset: 10, message: "'W' in day-of-month is not modelled"),
    Mistake(text: "cron(0 0 ? * 6#3 *)", offset: 14, message: "'#' in day-of-week is not modelled"),
    Mistake(text: "cron(0, 0 ? * 6 *)", offset: 7, message: "'' is not a value of minutes, expected 0...59"),
    Mistake(text: "cron(? 0 ? * 6 *)", offset: 5, message: "'?' is not a value of minutes, expected 0...59"),
  ]

  @Test(arguments: mistakes) func `explains mistakes where they stand`(_ mistake: Mistake) throws {
    let error = try #require(throws: ScheduleSyntaxError.self) {
      try ScheduleExpression(parsing: mistake.text)
    }
    #expect(error.message == mistake.message)
    #expect(error.offset == mistake.offset)
  }
}

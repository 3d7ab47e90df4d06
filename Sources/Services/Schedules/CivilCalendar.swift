/// The Gregorian calendar in whole days since 1 January 1970, by integers alone.
///
/// Years are shifted to begin in March, so that the leap day comes last and month lengths follow (153·m + 2)
/// / 5.
enum CivilCalendar {
  struct Day: Hashable {
    var year: Int
    /// 1...12
    var month: Int
    /// 1...31
    var day: Int
  }

  static func days(_ date: Day) -> Int {
    let year = date.month <= 2 ? date.year - 1 : date.year
    let era = floorDivide(year, 400)
    let yearOfEra = year - era * 400
    let shifted = date.month > 2 ? date.month - 3 : date.month + 9
    let dayOfYear = (153 * shifted + 2) / 5 + date.day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func date(_ days: Int) -> Day {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let civilMonth = month < 10 ? month + 3 : month - 9
    return Day(year: yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0), month: civilMonth, day: day)
  }

  /// 1 = Sunday ... 7 = Saturday.
  static func weekday(_ days: Int) -> Int {
    // Day 0 was a Thursday.
    let shifted = days + 4
    return shifted - floorDivide(shifted, 7) * 7 + 1
  }

  static func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }
}

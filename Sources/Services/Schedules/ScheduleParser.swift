/// A mistake in a schedule expression and where it stands.
package struct ScheduleSyntaxError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case unknownForm
    case rateNeedsPositiveNumber(found: String)
    case rateUnit(found: String, expected: String)
    case fieldCount(found: Int)
    case notInField(found: String, field: CronField)
    case outOfRange(found: Int, field: CronField)
    case descendingRange(found: String)
    case stepNotPositive(found: String)
    case unsupported(character: Character, field: CronField)
    /// Exactly one of day-of-month and day-of-week must be `?`.
    case dayFields
  }
  package let reason: Reason
  /// Where the mistake begins. [characters from the start of the text], from 0
  package let offset: Int

  /// What is wrong and what was expected, in one line.
  package var message: String {
    switch reason {
    case .unknownForm: "a schedule is rate(VALUE UNIT) or cron(FIELDS)"
    case .rateNeedsPositiveNumber(let found): "rate needs a whole number ≥ 1, not '\(found)'"
    case .rateUnit(let found, let expected): "rate has unit '\(found)', expected \(expected)"
    case .fieldCount(let found):
      "cron has \(found) fields, expected 6: minutes hours day-of-month month day-of-week year"
    case .notInField(let found, let field):
      "'\(found)' is not a value of \(field.rawValue), expected \(field.expected)"
    case .outOfRange(let found, let field):
      "\(found) is out of range for \(field.rawValue), expected \(field.expected)"
    case .descendingRange(let found): "range '\(found)' runs backwards"
    case .stepNotPositive(let found): "step '\(found)' is not a whole number ≥ 1"
    case .unsupported(let character, let field): "'\(character)' in \(field.rawValue) is not modelled"
    case .dayFields: "exactly one of day-of-month and day-of-week must be ?"
    }
  }
}

/// The fields of an AWS cron expression in their order.
package enum CronField: String, CaseIterable, Hashable, Sendable {
  case minutes, hours, dayOfMonth = "day-of-month", month, dayOfWeek = "day-of-week", year

  package var range: ClosedRange<Int> {
    switch self {
    case .minutes: 0...59
    case .hours: 0...23
    case .dayOfMonth: 1...31
    case .month: 1...12
    case .dayOfWeek: 1...7
    case .year: 1970...2199
    }
  }

  /// Names of the values from the lower bound on.
  var names: [String] {
    switch self {
    case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    case .dayOfWeek: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
    default: []
    }
  }

  var expected: String {
    let numbers = "\(range.lowerBound)...\(range.upperBound)"
    guard let first = names.first, let last = names.last else { return numbers }
    return "\(numbers) or \(first)...\(last)"
  }
}

extension ScheduleExpression {
  /// Reads `rate(5 minutes)` or `cron(0 12 * * ? *)`. Source: fact sheet §12.
  package init(parsing text: String) throws(ScheduleSyntaxError) {
    guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else {
      throw ScheduleSyntaxError(reason: .unknownForm, offset: 0)
    }
    let inner = text[text.index(after: open)...].dropLast()
    let offset = text.distance(from: text.startIndex, to: inner.startIndex)
    switch text[..<open] {
    case "rate": self = try Self.rate(inner, offset)
    case "cron": self = .cron(try CronExpression(fields: inner, text: String(inner), offset: offset))
    default: throw ScheduleSyntaxError(reason: .unknownForm, offset: 0)
    }
  }

  private static func rate(_ inner: Substring, _ offset: Int) throws(ScheduleSyntaxError)
    -> ScheduleExpression
  {
    let words = Word.split(inner, offset)
    guard let value = words.first, let count = value.number, count >= 1 else {
      let found = words.first.map { String($0.text) } ?? ""
      throw ScheduleSyntaxError(
        reason: .rateNeedsPositiveNumber(found: found), offset: words.first?.offset ?? offset)
    }
    // AWS insists on the grammar: 1 minute, 5 minutes.
    let units = [("minute", 1), ("hour", 60), ("day", 1440)]
    let found = words.dropFirst().map { String($0.text) }.joined(separator: " ")
    for (unit, minutes) in units where found == (count == 1 ? unit : unit + "s") {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: minutes)
      if !isTooLarge { return .rate(minutes: product) }
    }
    throw ScheduleSyntaxError(
      reason: .rateUnit(
        found: found, expected: count == 1 ? "minute, hour or day" : "minutes, hours or days"),
      offset: words.count > 1 ? words[1].offset : offset + inner.count)
  }
}

extension CronExpression {
  /// Reads the six fields of a cron expression, without the word `cron` and its parentheses.
  package init(parsing text: String) throws(ScheduleSyntaxError) {
    try self.init(fields: text[...], text: text, offset: 0)
  }

  fileprivate init(fields: Substring, text: String, offset: Int) throws(ScheduleSyntaxError) {
    let words = Word.split(fields, offset)
    guard words.count == 6 else {
      throw ScheduleSyntaxError(reason: .fieldCount(found: words.count), offset: offset)
    }
    // `?` in one of the two day fields means that the other one decides.
    let anyDayOfMonth = words[2].text == "?", anyDayOfWeek = words[4].text == "?"
    guard anyDayOfMonth != anyDayOfWeek else {
      throw ScheduleSyntaxError(reason: .dayFields, offset: words[2].offset)
    }
    self.init(
      text: text, minutes: try words[0].values(.minutes), hours: try words[1].values(.hours),
      daysOfMonth: anyDayOfMonth ? nil : try words[2].values(.dayOfMonth),
      months: try words[3].values(.month),
      daysOfWeek: anyDayOfWeek ? nil : try words[4].values(.dayOfWeek), years: try words[5].values(.year))
  }
}

/// A piece of an expression and where it begins.
private struct Word {
  var text: Substring
  /// [characters from the start of the expression]
  var offset: Int

  static func split(
    _ text: Substring, _ offset: Int, at separator: (Character) -> Bool = { $0 == " " || $0 == "\t" }
  )
    -> [Word]
  {
    text.split(whereSeparator: separator).map {
      Word(text: $0, offset: offset + text.distance(from: text.startIndex, to: $0.startIndex))
    }
  }

  /// Digits only, and not more than an Int holds.
  var number: Int? { text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil }

  /// The values of one cron field, ascending.
  func values(_ field: CronField) throws(ScheduleSyntaxError) -> [Int] {
    for (index, character) in text.enumerated() where "LW#".contains(character) {
      // Letters of names such as JUL and WED are no operators.
      if character == "#" || !text.contains(where: { $0.isLetter && !"LW".contains($0) }) {
        throw ScheduleSyntaxError(
          reason: .unsupported(character: character, field: field), offset: offset + index)
      }
    }
    var isIncluded = Array(repeating: false, count: field.range.count)
    var start = text.startIndex
    while true {
      let end = text[start...].firstIndex(of: ",") ?? text.endIndex
      let item = Word(
        text: text[start..<end], offset: offset + text.distance(from: text.startIndex, to: start))
      let (range, step) = try item.rangeAndStep(field)
      for value in stride(from: range.lowerBound, through: range.upperBound, by: step) {
        isIncluded[value - field.range.lowerBound] = true
      }
      if end == text.endIndex { break }
      start = text.index(after: end)
    }
    return field.range.filter { isIncluded[$0 - field.range.lowerBound] }
  }

  /// One item of a list: `*`, a value, `a-b`, each with an optional `/step`; `a/step` runs to the end of the
  /// field.
  private func rangeAndStep(_ field: CronField) throws(ScheduleSyntaxError) -> (ClosedRange<Int>, Int) {
    let slash = text.firstIndex(of: "/")
    var step = 1
    if let slash {
      let word = Word(
        text: text[text.index(after: slash)...],
        offset: offset + text.distance(from: text.startIndex, to: slash) + 1)
      guard let number = word.number, number >= 1 else {
        throw ScheduleSyntaxError(reason: .stepNotPositive(found: String(word.text)), offset: word.offset)
      }
      step = number
    }
    let base = Word(text: text[..<(slash ?? text.endIndex)], offset: offset)
    if base.text == "*" { return (field.range, step) }
    guard let dash = base.text.firstIndex(of: "-") else {
      let value = try base.value(field)
      return (value...(slash == nil ? value : field.range.upperBound), step)
    }
    let lower = try Word(text: base.text[..<dash], offset: offset).value(field)
    let upper = try Word(
      text: base.text[base.text.index(after: dash)...],
      offset: offset + base.text.distance(from: base.text.startIndex, to: dash) + 1
    ).value(field)
    guard lower <= upper else {
      throw ScheduleSyntaxError(reason: .descendingRange(found: String(base.text)), offset: offset)
    }
    return (lower...upper, step)
  }

  private func value(_ field: CronField) throws(ScheduleSyntaxError) -> Int {
    if let number, !text.isEmpty {
      guard field.range.contains(number) else {
        throw ScheduleSyntaxError(reason: .outOfRange(found: number, field: field), offset: offset)
      }
      return number
    }
    guard let index = field.names.firstIndex(of: text.uppercased()) else {
      throw ScheduleSyntaxError(reason: .notInField(found: String(text), field: field), offset: offset)
    }
    return field.range.lowerBound + index
  }
}

import Kernel
import Services

extension Compilation {
  /// `Simulation.limits`: replaces single numbers of the preset.
  mutating func overrideLimits() -> [OverriddenLimit] {
    var overridden: [OverriddenLimit] = []
    for entry in simulation["limits"]?.entries ?? [] where !entry.value.isNull {
      let path = "Simulation.limits.\"\(entry.key)\""
      guard let name = LimitName(rawValue: entry.key) else {
        let nearest = NearestName.of(entry.key, in: LimitName.allCases.map(\.rawValue))
        report(
          "S315", at: entry.keyPosition, length: entry.key.count,
          "'\(entry.key)' is not a preset number" + (nearest == nil ? "; 'highwater limits' lists them" : ""),
          hint: nearest.map { "did you mean '\($0)'?" }, path: path)
        continue
      }
      guard let text = entry.value.text,
        let value = Literal.number(text) ?? Literal.boolean(text).map({ $0 ? 1 : 0 })
      else { continue }
      guard value >= 0 else {
        report("S305", entry.value, "\(entry.key) is \(text); expected a number from 0", path: path)
        continue
      }
      guard let preset = limits[name] else {
        report(
          "E404", at: entry.keyPosition, length: entry.key.count,
          "\(entry.key) has no meaning in era \(era.text): \(EraPreset.number(name).help)", path: path)
        continue
      }
      limits[name] = value
      overridden.append(OverriddenLimit(name: name, preset: preset, value: value))
    }
    spec.limits = limits
    return overridden
  }

  /// `Simulation.output`.
  mutating func compileOutput() -> OutputSettings {
    var settings = OutputSettings()
    guard let node = simulation["output"] else { return settings }
    if let directory = node["dir"]?.text { settings.directory = directory }
    if let period = node["period"], let width = duration(period) {
      if width.nanoseconds >= 60_000_000_000, width.nanoseconds % 60_000_000_000 == 0 {
        settings.period = width
      } else {
        report(
          "S305", period, "period is \(period.text!); expected whole minutes from 1",
          path: "Simulation.output.period")
      }
    }
    if let messages = node["messages"], let text = messages.text {
      if let choice = Self.messages(text) {
        settings.messages = choice
      } else {
        report(
          "S302", messages, "messages is '\(text)'; expected all, none or sample(SHARE) such as sample(0.01)",
          path: "Simulation.output.messages")
      }
    }
    if let traces = integer(node["traces"]), traces >= 0 { settings.traces = traces }
    spec.output.messages = settings.messages
    spec.output.traces = settings.traces
    return settings
  }

  private static func messages(_ text: String) -> OutputSpec.Messages? {
    switch text {
    case "all": return .all
    case "none": return OutputSpec.Messages.none
    default:
      guard text.hasPrefix("sample("), text.hasSuffix(")"),
        let share = try? Literal.read(String(text.dropFirst(7).dropLast()), as: .share), share > 0, share <= 1
      else { return nil }
      return .sample(share)
    }
  }
}

/// `Simulation.run`, read before anything else is known.
enum RunReader {
  static func read(_ simulation: Node, into diagnostics: inout [Diagnostic]) -> RunSpec {
    let node = simulation["run"]
    func span(_ key: String, _ fallback: SimDuration) -> SimDuration {
      guard let text = node?[key]?.text, let seconds = try? Literal.read(text, as: .duration) else {
        return fallback
      }
      // A hundred years keeps every later sum of times inside the 292 years of Int64 nanoseconds.
      guard seconds <= 100 * 365 * 86_400 else {
        diagnostics.append(
          Diagnostic(
            .error, "S305", at: node![key]!.position, "\(key) is \(text); expected at most 100 years",
            length: text.count, path: "Simulation.run.\(key)"))
        return fallback
      }
      return SimDuration(seconds: seconds)
    }
    var run = RunSpec(
      duration: span("duration", .hours(1)), warmup: span("warmup", .zero), drain: span("drain", .hours(24)),
      replications: node?["replications"]?.text.flatMap(Literal.integer).map { max(1, $0) } ?? 10,
      seed: node?["seed"]?.text.flatMap(Literal.integer).map { UInt64(max(0, $0)) } ?? 1)
    if run.warmup >= run.duration, run.warmup > .zero, let warmup = node?["warmup"] {
      diagnostics.append(
        Diagnostic(
          .error, "S305", at: warmup.position, "warmup is as long as duration: no message would be measured",
          length: SchemaValidator.markedLength(warmup), path: "Simulation.run.warmup"))
    }
    if let start = node?["start"], let text = start.text {
      if let minutes = epochMinutes(text) {
        run.startEpochMinutes = minutes
      } else {
        diagnostics.append(
          Diagnostic(
            .error, "S304", at: start.position,
            "'\(text)' is not a time: write 2016-08-19 or 2016-08-19T18:00:00Z, in whole minutes",
            length: SchemaValidator.markedLength(start), path: "Simulation.run.start"))
      }
    }
    return run
  }

  /// Minutes since 1970 of `YYYY-MM-DD`, optionally with `THH:MM[:00]` and `Z` or `±HH:MM`.
  static func epochMinutes(_ text: String) -> Int64? {
    let characters = Array(text)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= characters.count, characters[range].allSatisfy({ $0.isASCII && $0.isNumber })
      else {
        return nil
      }
      return Int(String(characters[range]))
    }
    guard characters.count >= 10, characters[4] == "-", characters[7] == "-", let year = number(0..<4),
      let month = number(5..<7), let day = number(8..<10), (1...12).contains(month), day >= 1,
      day <= daysInMonth(year, month)
    else { return nil }
    var minutes = days(year, month, day) * 1440
    if characters.count == 10 { return Int64(minutes) }
    guard characters[10] == "T" || characters[10] == " ", characters.count >= 16, characters[13] == ":",
      let hour = number(11..<13), let minute = number(14..<16), hour < 24, minute < 60
    else { return nil }
    minutes += hour * 60 + minute
    var next = 16
    if next < characters.count, characters[next] == ":" {
      guard number(17..<19) == 0 else { return nil }
      next = 19
    }
    switch characters.count - next {
    case 0: break
    case 1:
      guard characters[next] == "Z" else { return nil }
    case 6:
      guard characters[next + 3] == ":", let hours = number(next + 1..<next + 3),
        let rest = number(next + 4..<next + 6), hours < 24, rest < 60
      else { return nil }
      switch characters[next] {
      case "+": minutes -= hours * 60 + rest
      case "-": minutes += hours * 60 + rest
      default: return nil
      }
    default: return nil
    }
    return Int64(minutes)
  }

  private static func daysInMonth(_ year: Int, _ month: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Days since 1970-01-01 in the Gregorian calendar.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years that begin in March put the leap day at the end, which makes the month lengths regular.
    let y = month <= 2 ? year - 1 : year
    let m = (month + 9) % 12
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
  }
}

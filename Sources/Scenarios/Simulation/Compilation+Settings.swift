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
    guard !text.contains("/"), let instant = InstantText.iso(Array(text.utf8)[...]),
      instant.isMultiple(of: 60_000_000_000)
    else { return nil }
    return instant / 60_000_000_000
  }
}

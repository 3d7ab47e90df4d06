package import Planning

/// One resource in depth: its stations, and every rule that they were computed by with number and source.
package enum ResourceReport {
  package static func text(
    _ rules: ResourceRules, _ analysis: SystemAnalysis, style: TerminalStyle = TerminalStyle()
  ) -> String {
    var lines = ["", "  \(style.strong(rules.name))   \(rules.type)", ""]
    lines += wrapped(
      rules.settings.map { "\($0.name) \($0.value)" }.joined(separator: " · "), style, first: "  ",
      rest: "    ")
    for station in analysis.stations where station.resource == rules.name {
      lines += ["", "  " + style.strong("█ \(station.name)"), ""]
      for fact in facts(station, analysis) {
        let start = "    " + DisplayWidth.padded(fact.name, to: 10) + "  "
        lines += wrapped(fact.value, style, first: start, rest: String(repeating: " ", count: 16))
      }
    }
    if !rules.limits.isEmpty {
      lines += ["", "  " + style.strong("█ RULES"), ""]
      lines += table(rules).lines(indent: "    ", style: style)
    }
    return lines.map { $0.trimmingTrailingBlanks() }.joined(separator: "\n") + "\n"
  }

  package static func markdown(_ rules: ResourceRules, _ analysis: SystemAnalysis) -> String {
    var lines = ["# \(rules.name)", "", rules.type, ""]
    lines += rules.settings.map { "- \($0.name): \($0.value)" }
    for station in analysis.stations where station.resource == rules.name {
      lines += ["", "## \(station.name)", ""] + facts(station, analysis).map { "- \($0.name): \($0.value)" }
    }
    if !rules.limits.isEmpty { lines += ["", "## Rules", ""] + table(rules).markdown() }
    return lines.joined(separator: "\n") + "\n"
  }

  package static func json(_ rules: ResourceRules, _ analysis: SystemAnalysis) -> String {
    let stations = analysis.stations.filter { $0.resource == rules.name }
    let document = JSONWriter.Value.object([
      ("resource", .text(rules.name)), ("type", .text(rules.type)),
      ("settings", .object(rules.settings.map { ($0.name, .text($0.value)) })),
      ("stations", .array(stations.map { AnalysisTable.station($0, analysis) })),
      (
        "rules",
        .array(
          rules.limits.map { limit in
            .object([
              ("limit", .text(limit.name)), ("value", .number(limit.value)), ("unit", .text(limit.unit)),
              ("preset", limit.preset.map { .number($0) } ?? .null),
              ("overridden", .boolean(limit.isOverridden)),
              ("section", .text(limit.section)), ("mark", .text(limit.mark)), ("source", .text(limit.source)),
              ("meaning", .text(limit.help)),
            ])
          })
      ),
    ])
    return String(decoding: JSONWriter.bytes(document), as: UTF8.self)
  }

  // MARK: Parts

  private static func facts(
    _ station: StationAnalysis, _ analysis: SystemAnalysis
  ) -> [(name: String, value: String)] {
    var facts: [(name: String, value: String)] = []
    func add(_ name: String, _ value: String) { facts.append((name, value)) }
    add(
      "offered",
      "\(RateText.rate(station.offeredMean)) \(station.unit) on average, \(RateText.rate(station.offeredPeak)) at the peak"
    )
    for (workload, visits) in zip(analysis.workloads, station.visits) where visits > 0 {
      add("visits", "\(QuantityText.count(visits)) for each of \(workload.name)")
    }
    add(
      "capacity", (station.capacity.map { "\(RateText.rate($0)), " } ?? "no limit, ") + station.capacityText)
    for change in station.capacityChanges {
      add(
        "then",
        (change.capacity.map { RateText.rate($0) } ?? "no limit") + " from "
          + "\(QuantityText.clock(minute: Int(change.time / 60))) on")
    }
    if let mean = station.utilizationMean, let peak = station.utilizationPeak {
      add("use", "\(RateText.percent(mean)) on average, \(RateText.percent(peak)) at the peak")
    }
    if let seconds = station.serviceSeconds {
      var text = "\(QuantityText.duration(seconds)) a \(station.batch > 1 ? "batch" : "visit")"
      if let scv = station.serviceScv, scv > 0 {
        text += ", coefficient of variation \(QuantityText.plain((scv.squareRoot() * 100).rounded() / 100))"
      }
      add("time", text)
    }
    if let most = station.visitorsMax {
      add("at once", "\(QuantityText.count(most)) at most from its callers")
    }
    if let wait = station.wait {
      add("wait", (wait.meanWait.map { "\(QuantityText.duration($0)) on average; " } ?? "") + wait.formula)
      add("holds for", wait.validity)
    }
    for note in station.notes { add("note", note) }
    return facts
  }

  private static func table(_ rules: ResourceRules) -> TextColumns {
    var table = TextColumns([
      ("limit", .left), ("value", .right), ("unit", .left), ("", .left), ("source", .left),
      ("meaning", .left),
    ])
    for limit in rules.limits {
      table.rows.append([
        limit.name, QuantityText.plain(limit.value), limit.unit,
        limit.isOverridden
          ? "set here, preset \(limit.preset.map { QuantityText.plain($0) } ?? "none")" : "preset",
        "\(limit.mark) §\(limit.section)", limit.help,
      ])
    }
    return table
  }

  private static func wrapped(_ text: String, _ style: TerminalStyle, first: String, rest: String) -> [String]
  {
    DisplayWidth.wrapped(text, to: max(20, style.width - rest.count)).enumerated()
      .map { ($0.offset == 0 ? first : rest) + $0.element }
  }
}

package import Planning

/// Load, capacity, backlog and waits of a system before a run, and beside one. Source: scenario format §12.
package struct AnalysisTable {
  let analysis: SystemAnalysis
  let header: ScenarioHeader
  let checks: [PredictionCheck]
  /// Where the measured values come from; nil before any run.
  let source: String?

  /// - Parameters:
  ///   - checks: Predictions beside what was measured; empty before a run.
  ///   - source: `out/`, for the title of that table.
  package init(
    _ analysis: SystemAnalysis, header: ScenarioHeader, checks: [PredictionCheck] = [], source: String? = nil
  ) {
    self.analysis = analysis
    self.header = header
    self.checks = checks
    self.source = source
  }

  // MARK: Terminal

  package func text(style: TerminalStyle = TerminalStyle()) -> String {
    var lines = [""]
    let facts = "era \(header.era) · \(header.region) · \(source == nil ? "before any run" : "beside a run")"
    lines.append("  \(style.strong(header.name))   \(facts)")
    for line in header.picture { lines += wrapped(line, style, first: "  ", rest: "    ") }
    if !header.overriddenLimits.isEmpty {
      lines += wrapped(
        "limits changed: " + header.overriddenLimits.joined(separator: ", "), style, first: "  ", rest: "    "
      )
    }
    section("ARRIVALS", &lines, style)
    lines += arrivals().lines(indent: "    ", style: style)
    section("STATIONS", &lines, style)
    lines += stations().lines(indent: "    ", style: style)
    section("FIRST TO SATURATE", &lines, style)
    for sentence in saturation { lines += wrapped(sentence, style, first: "    ", rest: "      ") }
    let backlogs = self.backlogs
    if !backlogs.isEmpty {
      section("BACKLOG", &lines, style)
      for sentence in backlogs { lines += wrapped(sentence, style, first: "    ", rest: "      ") }
    }
    let waits = self.waits()
    if !waits.rows.isEmpty {
      section("WAITS", &lines, style)
      lines += waits.lines(indent: "    ", style: style)
    }
    section("ASSUMED", &lines, style)
    for sentence in assumptions { lines += wrapped(sentence, style, first: "    ", rest: "      ") }
    lines += comparison(style)
    return lines.map { $0.trimmingTrailingBlanks() }.joined(separator: "\n") + "\n"
  }

  /// The predictions beside what runs have measured, with a verdict for each; empty without any.
  package func comparison(_ style: TerminalStyle) -> [String] {
    guard let source else { return [] }
    var lines: [String] = []
    section("FORMULA AND RUN (\(source))", &lines, style)
    lines += checkTable().lines(indent: "    ", style: style)
    lines.append("")
    for reason in reasons { lines += wrapped(reason, style, first: "    ", rest: "      ") }
    lines += wrapped(summary, style, first: "    ", rest: "      ")
    return lines
  }

  /// One sentence about how formulas and runs agree.
  package var summary: String {
    let judged = checks.filter { $0.verdict == .agrees || $0.verdict == .differs }
    let differing = checks.filter { $0.verdict == .differs }
    guard !judged.isEmpty else {
      return "nothing could be judged: no formula holds here, or the runs lack the figures"
    }
    guard !differing.isEmpty else {
      return "all \(judged.count) formulas that hold here agree with the runs, within their known error"
    }
    let names = differing.map { "\($0.prediction.metric) \($0.prediction.statistic)" }.joined(separator: ", ")
    return
      "\(differing.count) of \(judged.count) disagree beyond the formula's known error: \(names); the scenario does"
      + " something there that the formula leaves out, or one of the two is wrong"
  }

  // MARK: Tables

  func arrivals() -> TextColumns {
    var table = TextColumns([
      ("workload", .left), ("messages", .right), ("mean", .right), ("peak", .right), ("", .left),
    ])
    for workload in analysis.workloads {
      let span =
        workload.profile.count > 0
        ? "in \(QuantityText.duration(max(workload.profile.end, 0)))" : "nothing arrives"
      table.rows.append([
        workload.name, QuantityText.count(workload.profile.count.rounded()), RateText.rate(workload.meanRate),
        RateText.rate(workload.peakRate), span + (workload.profile.isBursty ? ", in bursts" : ""),
      ])
    }
    return table
  }

  func stations() -> TextColumns {
    var table = TextColumns([
      ("station", .left), ("mean", .right), ("peak", .right), ("capacity", .right), ("use", .right),
      ("at peak", .right), ("from", .left),
    ])
    for station in analysis.stations {
      table.rows.append([
        station.name, RateText.rate(station.offeredMean), RateText.rate(station.offeredPeak),
        station.capacity.map { RateText.rate($0) } ?? "–",
        station.utilizationMean.map { RateText.percent($0) } ?? "–",
        station.utilizationPeak.map { RateText.percent($0) } ?? "–", station.capacityText,
      ])
    }
    return table
  }

  func waits() -> TextColumns {
    var table = TextColumns([
      ("station", .left), ("mean wait", .right), ("formula", .left), ("holds for", .left),
    ])
    for station in analysis.stations {
      guard let wait = station.wait else { continue }
      table.rows.append([
        station.name, wait.meanWait.map { QuantityText.duration($0) } ?? "–", wait.formula, wait.validity,
      ])
    }
    return table
  }

  func checkTable() -> TextColumns {
    var table = TextColumns([
      ("quantity", .left), ("formula", .right), ("run", .right), ("diff", .right), ("", .left),
    ])
    for check in checks where check.verdict != .missing {
      let prediction = check.prediction
      let measured = check.measured ?? 0
      var run = QuantityText.value(measured, prediction.unit)
      if let low = check.low, let high = check.high, high > low {
        run += " ± \(QuantityText.halfWidth((high - low) / 2, of: measured, prediction.unit))"
      }
      let known = prediction.error.map { " ± \(QuantityText.percent($0, digits: 1))" } ?? ""
      let words =
        switch check.verdict {
        case .agrees: "agrees\(known)"
        case .differs: "DIFFERS\(known)"
        case .shown, .missing: "not judged"
        }
      table.rows.append([
        "\(prediction.metric) \(prediction.statistic)", QuantityText.value(prediction.value, prediction.unit),
        run,
        check.difference.map { RateText.signed($0) } ?? "–", words,
      ])
    }
    return table
  }

  /// Why quantities were not judged, each reason once.
  var reasons: [String] {
    var reasons: [(text: String, names: [String])] = []
    for check in checks where check.verdict == .shown {
      let name = "\(check.prediction.metric) \(check.prediction.statistic)"
      if let index = reasons.firstIndex(where: { $0.text == check.prediction.validity }) {
        reasons[index].names.append(name)
      } else {
        reasons.append((check.prediction.validity, [name]))
      }
    }
    return reasons.map { "not judged: \($0.names.joined(separator: ", ")); the formula is for: \($0.text)" }
  }

  // MARK: Sentences

  var saturation: [String] {
    var sentences: [String] = []
    for workload in analysis.workloads {
      guard workload.meanRate > 0 else {
        sentences.append("\(workload.name): nothing arrives, so that it fills nothing")
        continue
      }
      let index = analysis.workloads.firstIndex { $0.name == workload.name }!
      let used = analysis.stations.filter { $0.loads[index] > 0 }.sorted {
        let (a, b) = ($0.saturationRate(ofWorkload: index), $1.saturationRate(ofWorkload: index))
        return a == b ? $0.name < $1.name : a < b
      }
      guard let first = used.first else {
        sentences.append("\(workload.name): nothing on its way is known to have a limit")
        continue
      }
      let alone = analysis.workloads.count > 1 ? " alone" : ""
      var text =
        "\(workload.name)\(alone): full at \(RateText.rate(first.saturationRate(ofWorkload: index))), \(first.name)"
      let next = used.dropFirst().prefix(2).map {
        "\(RateText.rate($0.saturationRate(ofWorkload: index))) \($0.name)"
      }
      if !next.isEmpty { text += "; then \(next.joined(separator: ", "))" }
      text +=
        "; \(RateText.rate(workload.meanRate)) come on average, \(RateText.rate(workload.peakRate)) at the peak"
      sentences.append(text)
    }
    for station in analysis.stations where station.fixedLoad > 1 {
      sentences.append("\(station.name) are over their limit at any rate: \(station.capacityText)")
    }
    return sentences
  }

  var backlogs: [String] {
    analysis.stations.compactMap { station in
      guard let use = station.utilizationPeak, use > 1, let fluid = analysis.backlogFigures(at: station),
        fluid.peak >= 1
      else { return nil }
      if station.isShielded {
        return
          "\(station.name): no backlog, although \(RateText.percent(use)) is asked for at the peak: its callers are"
          + " too few to fill it"
      }
      let peak =
        "\(station.name): a backlog of up to \(QuantityText.count(fluid.peak.rounded())) \(station.unit)"
      guard fluid.drainTime.isFinite else { return peak + ", which never ends" }
      var text = peak + ", gone \(QuantityText.duration(fluid.drainTime)) after the last arrival"
      if let wait = fluid.meanWait {
        text +=
          "; waits of \(QuantityText.duration(wait)) on average, \(QuantityText.duration(fluid.longestWait)) at most"
      }
      if station.kind != .workers { text += ", if what it refuses came back and waited" }
      return text
    }
  }

  var assumptions: [String] {
    var sentences = [
      "each message is handled once, by warm environments, and no limit refuses a call: loads are at least these, capacities at most"
    ]
    if analysis.changesOverTime {
      sentences.append(
        "changes of the timeline count in capacities and backlogs, not in the times and rates shown")
    }
    for entry in analysis.failing {
      sentences.append(
        "\(entry.function) fails for \(QuantityText.percent(entry.share, digits: 1)) of what it handles; its retries come on top"
      )
    }
    if !analysis.unmeasured.isEmpty {
      sentences.append(
        "\(analysis.unmeasured.joined(separator: ", ")): a handler in Swift, whose work is unknown and missing here; leave out --no-pilot to measure it"
      )
    }
    if let pilot = analysis.pilotNote { sentences.append(pilot) }
    var notes: [(text: String, names: [String])] = []
    for station in analysis.stations {
      for note in station.notes {
        if let index = notes.firstIndex(where: { $0.text == note }) {
          notes[index].names.append(station.name)
        } else {
          notes.append((note, [station.name]))
        }
      }
    }
    return sentences + notes.map { "\($0.names.joined(separator: ", ")): \($0.text)" }
  }

  // MARK: Layout

  private func section(_ title: String, _ lines: inout [String], _ style: TerminalStyle) {
    lines += ["", "  " + style.strong("█ \(title)"), ""]
  }

  private func wrapped(_ text: String, _ style: TerminalStyle, first: String, rest: String) -> [String] {
    DisplayWidth.wrapped(text, to: style.width - rest.count).enumerated()
      .map { ($0.offset == 0 ? first : rest) + $0.element }
  }
}

import Kernel
package import Planning
import Records
import Scenarios
import Statistics

/// The summary of a run on the terminal. Source: scenario format §12.
///
/// A function of the result alone: the same result gives the same bytes. Without colours it holds no escape
/// sequence at all.
package struct TerminalSummary {
  package enum Detail: String, Sendable, Hashable, CaseIterable { case compact, full, off }

  let result: ScenarioResult
  let style: TerminalStyle
  private var lines: [String] = []

  /// - Parameters:
  ///   - outputDirectory: Where the files are; nil when none were written.
  ///   - elapsed: Wall-clock time of the runs, for people only; nil leaves it out. [s]
  package static func text(
    _ result: ScenarioResult, style: TerminalStyle = TerminalStyle(), detail: Detail = .compact,
    outputDirectory: String? = nil, elapsed: Double? = nil
  ) -> String {
    guard detail != .off else { return "" }
    var summary = TerminalSummary(result: result, style: style)
    summary.header()
    summary.thresholds()
    for index in result.runs.first?.workloads.indices ?? 0..<0 { summary.messages(workload: index) }
    summary.resources()
    if detail == .full { summary.quantities() }
    summary.why()
    summary.cost()
    summary.data(outputDirectory, elapsed)
    return summary.lines.map { $0.trimmingTrailingBlanks() }.joined(separator: "\n") + "\n"
  }

  private init(result: ScenarioResult, style: TerminalStyle) {
    self.result = result
    self.style = style
  }

  // MARK: Parts

  private mutating func header() {
    let header = result.header
    let name = result.label.isEmpty ? header.name : "\(header.name) · \(result.label)"
    let count = result.header.replications
    let facts =
      "era \(header.era) · \(header.region) · \(count) \(count == 1 ? "replication" : "replications") · seed \(header.seed)"
    lines.append("")
    if DisplayWidth.of(name) + DisplayWidth.of(facts) + 5 <= style.width {
      lines.append("  \(style.strong(name))   \(facts)")
    } else {
      lines.append(
        contentsOf: DisplayWidth.wrapped(name, to: style.width - 2).map { "  " + style.strong($0) })
      lines.append(contentsOf: DisplayWidth.wrapped(facts, to: style.width - 2).map { "  " + $0 })
    }
    for line in header.picture { paragraph(line, first: "  ", rest: "    ") }
    if !header.overriddenLimits.isEmpty {
      paragraph(
        "limits changed: " + header.overriddenLimits.joined(separator: ", "), first: "  ", rest: "    ")
    }
    for input in header.inputs {
      paragraph("input \(input.file) → \(input.place): \(InputText.words(input))", first: "  ", rest: "    ")
    }
    for text in result.method.text { paragraph(text, first: "  ", rest: "    ") }
    for text in result.stability.text { lines.append("  " + style.bad(text)) }
    if result.runs.count > 1, result.estimates.all.allSatisfy({ $0.interval?.isDeterministic ?? true }) {
      lines.append("  every replication gave the same values: deterministic, intervals have no width")
    }
    if !result.isComplete {
      let text = "incomplete: \(result.runs.count) of \(header.replications) replications"
      lines.append("  " + style.doubtful(text))
    }
    for (ending, text) in [
      (RunRecords.Ending.drainExpired, "did not settle within the drain time"),
      (.budgetExhausted, "ended at the event budget"),
      (.stalled, "stalled on something outside virtual time"),
    ] {
      let count = result.runs.count { $0.ending == ending }
      if count > 0 {
        lines.append("  " + style.doubtful("\(count) of \(result.runs.count) replications \(text)"))
      }
    }
  }

  private mutating func thresholds() {
    let verdicts = result.verdicts
    guard !verdicts.isEmpty else { return }
    let failed = verdicts.count { $0.outcome == .fail }
    let undecided = verdicts.count { $0.outcome == .undecided }
    var score = failed == 0 ? "all \(verdicts.count) hold" : "\(failed) of \(verdicts.count) failed"
    if undecided > 0 { score = "\(failed) of \(verdicts.count) failed, \(undecided) undecided" }
    section(
      "THRESHOLDS",
      right: failed > 0 ? style.bad(score) : undecided > 0 ? style.doubtful(score) : style.good(score),
      width: score)
    lines.append(contentsOf: ThresholdBlock(verdicts: verdicts, style: style).lines())
  }

  private mutating func messages(workload index: Int) {
    let runs = result.runs
    let name = runs[0].workloads[index].name
    let estimates = result.estimates
    let mean = { (metric: String) in estimates["\(name).\(metric)", "count"]?.mean ?? 0 }
    let created = mean("Created")
    let createdHalf = estimates["\(name).Created", "count"]?.halfWidth ?? 0
    section(
      "MESSAGES",
      after: "\(name)  \(QuantityText.count(created.rounded())) created"
        + (createdHalf > 0 ? " ± \(QuantityText.count(createdHalf.rounded()))" : ""))
    let share = { (metric: String) in
      let half = estimates["\(name).\(metric)", "rate"]?.halfWidth ?? 0
      return QuantityText.percent(created > 0 ? mean(metric) / created : 0)
        + (half >= 0.00005 ? " ± \(QuantityText.percent(half))" : "")
    }
    var parts = ["completed \(share("Completed"))", "duplicated \(share("Duplicated"))"]
    for (word, metric) in [
      ("dead-lettered", "DeadLettered"), ("expired", "Expired"), ("dropped", "Dropped"),
      ("discarded", "Discarded"),
      ("filtered", "Filtered"), ("lost", "Lost"), ("open", "Open"),
    ] {
      let count = mean(metric)
      // Rare outcomes appear only when they happen; these five always do.
      if count == 0, ["dropped", "discarded", "filtered"].contains(word) { continue }
      let half = estimates["\(name).\(metric)", "count"]?.halfWidth ?? 0
      parts.append(
        "\(word) \(QuantityText.count(count))" + (half > 0 ? " ± \(QuantityText.count(half))" : ""))
    }
    paragraph(parts.joined(separator: "   "), first: "    ", rest: "    ", keepingBlanks: "   ")

    let statistics = ["avg", "med", "p(90)", "p(95)", "p(99)", "max"].compactMap { statistic -> String? in
      guard let estimate = result.estimates["\(name).Latency", statistic], let value = estimate.mean else {
        return nil
      }
      return "\(statistic)=\(QuantityText.duration(value))" + Self.plusMinus(estimate)
    }
    if let growth = result.stability.growth(of: name) {
      paragraph(
        "no steady state: the backlog \(Stability.words(growth)), and latency with it",
        first: "    latency   ", rest: "              ")
    } else if !statistics.isEmpty {
      paragraph(
        statistics.joined(separator: "   "), first: "    latency   ", rest: "              ",
        keepingBlanks: "   ")
    }
    backlog(index, name)
  }

  private mutating func backlog(_ index: Int, _ name: String) {
    let runs = result.runs
    let longest = runs.map { $0.workloads[index].backlogByMinute.count }.max() ?? 0
    var sums = Array(repeating: 0.0, count: longest)
    for run in runs {
      for (minute, count) in run.workloads[index].backlogByMinute.enumerated() {
        sums[minute] += Double(count)
      }
    }
    let peak = runs.reduce(0) { $0 + Double($1.workloads[index].backlogPeak) } / Double(runs.count)
    guard peak > 0 else { return }
    let peakAt = runs[0].workloads[index].backlogPeakAt.minute
    var text = "peak \(QuantityText.count(peak.rounded())) at \(QuantityText.clock(minute: peakAt))"
    let emptied = runs.compactMap { run -> Double? in
      let workload = run.workloads[index]
      return workload.drainTime == nil ? nil : workload.emptiedAt?.seconds
    }
    if emptied.count == runs.count {
      let minute = Int((emptied.reduce(0, +) / Double(emptied.count) / 60).rounded())
      text += ", empty at \(QuantityText.clock(minute: minute))"
    } else {
      text +=
        runs.count == 1 ? ", not empty at the end" : ", not empty at the end in \(runs.count - emptied.count)"
    }
    // A picture of one or two minutes says nothing.
    let picture = longest > 2 ? Sparkline.text(sums, columns: 30) + "  " : ""
    paragraph(picture + text, first: "    backlog   ", rest: "              ", keepingBlanks: "  ")
  }

  private mutating func resources() {
    let rows = StationTable.rows(result)
    guard !rows.isEmpty else { return }
    lines.append("")
    lines.append(
      contentsOf: StationTable.lines(rows, title: "  \(style.strong("█ RESOURCES"))", style: style))
  }

  private mutating func quantities() {
    section("QUANTITIES")
    var previous = ""
    for estimate in result.estimates.all {
      guard let mean = estimate.mean else { continue }
      if estimate.metric != previous { lines.append("    \(estimate.metric)") }
      previous = estimate.metric
      let worst = estimate.minimum == estimate.maximum ? "" : range(estimate)
      if result.stability.hidesMean(of: estimate.metric) != nil {
        paragraph(
          "\(estimate.statistic)=unstable" + worst, first: "      ", rest: "        ", keepingBlanks: "   ")
        continue
      }
      var text = "\(estimate.statistic)=\(QuantityText.value(mean, estimate.unit))" + Self.plusMinus(estimate)
      if estimate.halfWidth == 0, mean != 0 { text += " (deterministic)" }
      paragraph(text + worst, first: "      ", rest: "        ", keepingBlanks: "   ")
    }
  }

  /// ` ± 2m`; nothing for one replication and for equal ones.
  private static func plusMinus(_ estimate: Estimate) -> String {
    guard let mean = estimate.mean, let half = estimate.halfWidth, half > 0 else { return "" }
    return " ± \(QuantityText.halfWidth(half, of: mean, estimate.unit))"
  }

  /// Extremes with their replications: which of them is the worst depends on the quantity.
  private func range(_ estimate: Estimate) -> String {
    guard let low = estimate.minimum, let high = estimate.maximum,
      let lowest = estimate.values.firstIndex(of: low), let highest = estimate.values.firstIndex(of: high)
    else { return "" }
    let number = { (position: Int) in "replication \(result.runs[position].replication)" }
    return "   \(QuantityText.value(low, estimate.unit)) (\(number(lowest))) to "
      + "\(QuantityText.value(high, estimate.unit)) (\(number(highest)))"
  }

  private mutating func why() {
    lines.append("")
    let title = "  \(style.strong("█ WHY"))   "
    let indent = "          "
    let wrapped = DisplayWidth.wrapped(result.diagnosis.text, to: style.width - indent.count)
    for (position, line) in wrapped.enumerated() { lines.append((position == 0 ? title : indent) + line) }
    if let advice = result.diagnosis.advice {
      // A command is copied as a whole: it is never broken.
      lines.append(indent + "Try: highwater run \(result.header.file) --set \(advice.override)")
      paragraph("(\(advice.reason))", first: indent, rest: indent)
    }
  }

  private mutating func cost() {
    guard !result.cost.lines.isEmpty, !result.runs.isEmpty else { return }
    lines.append("")
    let time = result.runs.reduce(0) { $0 + $1.end.seconds } / Double(result.runs.count)
    var services: [(name: String, usd: Double)] = []
    for line in result.cost.lines {
      if let index = services.firstIndex(where: { $0.name == line.service }) {
        services[index].usd += line.costUSD
      } else {
        services.append((line.service, line.costUSD))
      }
    }
    let largestFirst = services.enumerated()
      .sorted { $0.element.usd == $1.element.usd ? $0.offset < $1.offset : $0.element.usd > $1.element.usd }
      .map {
        "\($0.element.name) \(QuantityText.fixed($0.element.usd, digits: $0.element.usd >= 0.01 ? 2 : 4))"
      }
    let text =
      "\(QuantityText.money(result.cost.totalUSD))\(result.estimates["cost.Total", "value"].map(Self.plusMinus) ?? "") for \(QuantityText.duration(time)) simulated "
      + "(\(largestFirst.joined(separator: ", "))) ≈ \(QuantityText.money(result.cost.monthlyUSD))/month at this load pattern"
    let indent = "           "
    let wrapped = DisplayWidth.wrapped(text, to: style.width - indent.count)
    for (position, line) in wrapped.enumerated() {
      lines.append((position == 0 ? "  \(style.strong("█ COST"))   " : indent) + line)
    }
  }

  private mutating func data(_ directory: String?, _ elapsed: Double?) {
    let count = result.runs.count
    var parts: [String] = []
    if let directory { parts.append("data  \(directory.hasSuffix("/") ? directory : directory + "/")*.csv") }
    let runs = "\(count) \(count == 1 ? "run" : "runs")"
    if let elapsed { parts.append("\(runs) in \(QuantityText.duration(elapsed))") }
    guard !parts.isEmpty else { return }
    lines.append("")
    lines.append("  " + parts.joined(separator: "     "))
  }

  // MARK: Layout

  private mutating func section(_ title: String, right: String, width: String) {
    lines.append("")
    let left = "  █ \(title)"
    let gap = max(3, min(style.width, 80) - DisplayWidth.of(left) - DisplayWidth.of(width))
    lines.append("  " + style.strong("█ \(title)") + String(repeating: " ", count: gap) + right)
    lines.append("")
  }

  private mutating func section(_ title: String, after: String = "") {
    lines.append("")
    lines.append("  " + style.strong("█ \(title)") + (after.isEmpty ? "" : "   " + after))
    lines.append("")
  }

  /// Wraps a text; parts divided by `keepingBlanks` stay whole and keep their distance.
  private mutating func paragraph(
    _ text: String, first: String, rest: String, keepingBlanks gap: String = " "
  ) {
    let room = style.width - DisplayWidth.of(first)
    var out: [String] = []
    if gap == " " {
      out = DisplayWidth.wrapped(text, to: room)
    } else {
      for part in Self.parts(text, gap: gap) {
        if let last = out.last, DisplayWidth.of(last) + gap.count + DisplayWidth.of(part) <= room {
          out[out.count - 1] = last + gap + part
        } else {
          out.append(part)
        }
      }
    }
    for (position, line) in out.enumerated() { lines.append((position == 0 ? first : rest) + line) }
  }

  private static func parts(_ text: String, gap: String) -> [String] {
    var parts = [""]
    var rest = Substring(text)
    while !rest.isEmpty {
      if rest.hasPrefix(gap) {
        parts.append("")
        rest = rest.drop { $0 == " " }
      } else {
        parts[parts.count - 1].append(rest.removeFirst())
      }
    }
    return parts
  }
}

extension String {
  func trimmingTrailingBlanks() -> String {
    var text = self
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}

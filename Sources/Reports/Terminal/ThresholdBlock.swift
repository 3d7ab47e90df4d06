import Planning

/// The verdicts of all rules as lines: failed ones in full, the others in one line.
struct ThresholdBlock {
  let verdicts: [Verdict]
  let style: TerminalStyle

  /// Widest metric name that shares a line with its rule. [columns]
  private static let nameMax = 34

  func lines() -> [String] {
    // Rules of one metric stand together, in the order of the scenario.
    var groups: [[Verdict]] = []
    for verdict in verdicts {
      if let last = groups.indices.last, groups[last][0].metric == verdict.metric {
        groups[last].append(verdict)
      } else {
        groups.append([verdict])
      }
    }
    let expressionWidth = max(
      22, verdicts.map { DisplayWidth.of($0.expression) + 2 }.filter { $0 <= 34 }.max() ?? 0)
    let nameWidth =
      groups.filter { isShort($0, expressionWidth) }.map { DisplayWidth.of($0[0].metric) }.max() ?? 0
    var lines: [String] = []
    for group in groups {
      if isShort(group, expressionWidth) {
        lines.append(
          "    " + DisplayWidth.padded(group[0].metric, to: nameWidth) + "  "
            + row(group[0], expressionWidth, nameWidth))
      } else {
        lines.append(
          contentsOf: DisplayWidth.wrapped(group[0].metric, to: style.width - 4).map { "    " + $0 })
        for verdict in group { lines.append(contentsOf: failing(verdict, expressionWidth)) }
      }
    }
    return lines
  }

  /// Fits in one line beside the widest name that may stand there.
  private func isShort(_ group: [Verdict], _ width: Int) -> Bool {
    group.count == 1 && group[0].outcome == .pass && DisplayWidth.of(group[0].metric) <= Self.nameMax
      && 4 + Self.nameMax + 2 + 2 + width + 2 + 2 + DisplayWidth.of(observed(group[0])) <= style.width
  }

  private func row(_ verdict: Verdict, _ width: Int, _ nameWidth: Int) -> String {
    let text = DisplayWidth.padded("'\(verdict.expression)'", to: width + 2)
    return "\(mark(verdict)) \(text)  \(observed(verdict))"
  }

  private func failing(_ verdict: Verdict, _ width: Int) -> [String] {
    let rule = "\(mark(verdict)) " + DisplayWidth.padded("'\(verdict.expression)'", to: width + 2)
    let used = 6 + width + 2 + 2
    let width = verdicts.map { DisplayWidth.of(observed($0)) }.filter { $0 <= 24 }.max() ?? 0
    var facts = [DisplayWidth.padded(observed(verdict), to: width)]
    if let worst = worst(verdict) { facts.append(worst) }
    if let subject = verdict.subject { facts.append("(\(subject))") }
    if verdict.across != "every" { facts.append("across \(verdict.across)") }
    if verdict.severity == .warning { facts.append("warning only") }
    if let note = verdict.note { facts.append("– \(note)") }
    let line = facts.joined(separator: "   ")
    if used + DisplayWidth.of(line.trimmingTrailingBlanks()) <= style.width {
      return ["    \(rule)  \(line)"]
    }
    return ["    \(rule)".trimmingTrailingBlanks()]
      + facts.flatMap { fact in DisplayWidth.wrapped(fact, to: style.width - 8).map { "        " + $0 } }
  }

  private func mark(_ verdict: Verdict) -> String {
    switch verdict.outcome {
    case .pass: style.good("✓")
    case .fail: verdict.severity == .error ? style.bad("✗") : style.doubtful("✗")
    case .undecided: style.doubtful("?")
    }
  }

  /// `p(95)=11h02m ± 2m`; one replication and equal ones print no ±.
  private func observed(_ verdict: Verdict) -> String {
    if verdict.kind == .alarm { return alarm(verdict) }
    guard let value = verdict.mean ?? verdict.observed else { return "\(verdict.aggregation)=no data" }
    var text = "\(verdict.aggregation)=\(QuantityText.value(value, verdict.unit))"
    if let half = verdict.halfWidth, half > 0 {
      text += " ± \(QuantityText.halfWidth(half, of: value, verdict.unit))"
    }
    return text
  }

  private func alarm(_ verdict: Verdict) -> String {
    guard let time = verdict.observed else { return "not entered" }
    guard time.isFinite else { return "never entered" }
    return "entered at \(QuantityText.duration(time))"
  }

  private func worst(_ verdict: Verdict) -> String? {
    guard verdict.kind == .threshold, verdict.replicationCount > 1,
      let replication = verdict.worstReplication, let value = verdict.worstValue,
      verdict.halfWidth != 0
    else { return nil }
    return "worst \(QuantityText.value(value, verdict.unit)) (replication \(replication))"
  }
}

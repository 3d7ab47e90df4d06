package import Planning
import Scenarios
import Statistics

/// What `highwater fit` prints about measured values. Source: methods §8.2 (at least D, A² and a P-P table).
package struct FitReport {
  private let fit: SampleFit
  private let style: TerminalStyle
  private var lines: [String] = []

  package static func text(_ fit: SampleFit, style: TerminalStyle) -> String {
    var report = FitReport(fit, style)
    report.values()
    report.families(title: "FITS")
    report.plot()
    report.use()
    return report.lines.joined(separator: "\n") + "\n"
  }

  init(_ fit: SampleFit, _ style: TerminalStyle) {
    self.fit = fit
    self.style = style
  }

  /// The table of families alone, for gaps between arrivals.
  static func familyLines(_ fit: SampleFit, title: String, style: TerminalStyle) -> [String] {
    var report = FitReport(fit, style)
    report.families(title: title)
    return report.lines
  }

  private mutating func values() {
    let count = fit.sorted.count
    lines.append("")
    lines.append(
      "  \(style.strong(fit.file))   \(QuantityText.count(count)) \(count == 1 ? "value" : "values") of \(fit.column), from \(fit.source.rawValue)"
    )
    lines.append("")
    let moments = fit.moments
    let mean = moments.mean
    let deviation = (moments.variance ?? 0).squareRoot()
    var facts = ["avg=\(shown(mean))"]
    if mean > 0 { facts.append("cv=\(QuantityText.plain((deviation / mean * 1000).rounded() / 1000))") }
    facts.append("min=\(shown(fit.sorted[0]))")
    for (name, share) in [("med", 0.5), ("p(90)", 0.9), ("p(95)", 0.95), ("p(99)", 0.99)] {
      facts.append("\(name)=\(shown(fit.quantile(share)))")
    }
    facts.append("max=\(shown(fit.sorted[count - 1]))")
    lines.append("    " + facts.joined(separator: " "))
  }

  private mutating func families(title: String) {
    lines.append("")
    lines.append("  \(style.strong("█ \(title)"))   smallest AIC first")
    lines.append("")
    if let problem = fit.problem {
      lines.append("    none: \(problem)")
      return
    }
    var table = TextTable(header: ["family", "law", "AIC", "KS D", "AD A²"], rightFrom: 2)
    for candidate in fit.candidates {
      table.add([
        candidate.family.rawValue, candidate.expression.text,
        QuantityText.fixed(candidate.quality.fit.akaikeCriterion, digits: 1),
        QuantityText.fixed(candidate.quality.kolmogorovSmirnov.distance, digits: 4),
        Self.statistic(candidate),
      ])
    }
    lines += table.lines(indent: 4)
    guard let best = fit.candidates.first else { return }
    lines.append("")
    lines += DisplayWidth.wrapped(judgement(best), to: style.width - 4).map { "    " + $0 }
  }

  private func judgement(_ best: SampleFit.Candidate) -> String {
    let name = best.family.rawValue
    if best.quality.isBeyondTesting {
      let distance = QuantityText.fixed(best.quality.kolmogorovSmirnov.distance, digits: 4)
      return
        "With \(QuantityText.count(fit.sorted.count)) values tests reject every law; read D as an effect size: no share of values is further than \(distance) from that of the \(name), "
        + (best.quality.isAdequate ? "which is close." : "which is far.")
    }
    guard let bootstrap = fit.bootstrap else {
      return best.quality.isAdequate
        ? "\(name) may have made these values, by tests without a bootstrap."
        : "\(name) has not made these values, by tests without a bootstrap."
    }
    let p = { (value: Double) in QuantityText.fixed(value, digits: 3) }
    // A law that begins at the smallest value has no A²: that value is impossible under it.
    let tail =
      best.quality.andersonDarling.statistic.isFinite
      ? " and \(p(bootstrap.andersonDarlingPValue)) (AD)" : ""
    return
      "\(name): p = \(p(bootstrap.kolmogorovSmirnovPValue)) (KS)\(tail) among \(bootstrap.sampleCount) refitted samples of the law; "
      + (fit.adequate == nil
        ? "at 0.01 and below the law did not make these values." : "small values would speak against it.")
  }

  private static func statistic(_ candidate: SampleFit.Candidate) -> String {
    let statistic = candidate.quality.andersonDarling.statistic
    return statistic.isFinite ? QuantityText.fixed(statistic, digits: 2) : "–"
  }

  private mutating func plot() {
    guard let best = fit.candidates.first else { return }
    let points = best.quality.probabilityPlot
    lines.append("")
    lines.append("  \(style.strong("█ P-P, Q-Q"))   \(best.family.rawValue) beside the values")
    lines.append("")
    var table = TextTable(
      header: ["value", "measured P", "fitted P", "difference", "fitted value"], rightFrom: 0)
    let rows = min(10, points.count)
    for row in 0..<rows {
      let point = points[(2 * row + 1) * points.count / (2 * rows)]
      let difference = point.fitted - point.empirical
      table.add([
        shown(point.value), QuantityText.fixed(point.empirical, digits: 3),
        QuantityText.fixed(point.fitted, digits: 3),
        (difference >= 0 ? "+" : "") + QuantityText.fixed(difference, digits: 3),
        shown(best.quality.fit.quantile(point.empirical)),
      ])
    }
    lines += table.lines(indent: 4)
  }

  private mutating func use() {
    lines.append("")
    lines.append("  \(style.strong("█ USE"))")
    lines.append("")
    let call = fit.source == .list ? fit.file : "\(fit.file) \(argument(fit.column))"
    if let adequate = fit.adequate {
      lines.append("    \(adequate.expression.text)")
      lines.append("    fit(\(call))   the same law, from the file")
      lines.append("    empirical(\(call))   the values themselves")
    } else {
      if fit.problem == nil {
        lines.append(
          "    "
            + style.doubtful(
              "No family describes these values. Mixed causes (cold and warm, large and small) often do that:"
            ))
        lines.append("    split the file, or draw from the values themselves.")
        lines.append("")
      }
      lines.append("    empirical(\(call))")
    }
  }

  /// A column as an argument holds it: the alias of a figure of Lambda's, which has a blank.
  private func argument(_ column: String) -> String {
    fit.source == .lambdaLog ? column.split(separator: " ").first.map { $0.lowercased() } ?? column : column
  }

  private func shown(_ value: Double) -> String {
    switch fit.quantity {
    case .duration: QuantityText.duration(value)
    case .size: QuantityText.bytes(value)
    default: SignificantDigits.text(value, digits: 4)
    }
  }
}

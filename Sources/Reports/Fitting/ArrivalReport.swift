package import Planning
import Kernel
import Scenarios
import Statistics

/// What `highwater fit --arrivals` prints. Source: methods §2 (burstiness check).
package enum ArrivalReport {
  package static func text(_ fit: ArrivalFit, style: TerminalStyle) -> String {
    var lines = [""]
    let rate = SignificantDigits.text(fit.rate, digits: 4)
    let what =
      fit.counted.map { series in
        "\(QuantityText.count(fit.total)) messages in \(QuantityText.count(series.counts.count)) periods of \(QuantityText.duration(series.period.seconds)) (\(series.name)), \(rate)/s"
      }
      ?? "\(QuantityText.count(fit.total)) arrivals in \(QuantityText.duration(fit.duration)), \(rate)/s (\(gaps(fit)) from the first to the last)"
    lines.append("  \(style.strong(fit.file))   \(what)")
    if let series = fit.counted {
      let peak = series.counts.max() ?? 0
      var facts = ["peak \(SignificantDigits.text(peak / series.period.seconds, digits: 4))/s"]
      if series.missing > 0 {
        facts.append("\(QuantityText.count(series.missing)) periods without a row count as 0")
      }
      lines.append("    " + facts.joined(separator: ", "))
    }
    if fit.simultaneous > 0 {
      lines.append("    \(QuantityText.count(fit.simultaneous)) at the same instant as the one before")
    }
    lines += bursts(fit, style)
    if let gaps = fit.gaps { lines += FitReport.familyLines(gaps, title: "GAPS", style: style) }
    lines += use(fit, rate, style)
    return lines.joined(separator: "\n") + "\n"
  }

  /// `199 gaps`: one less than arrivals.
  private static func gaps(_ fit: ArrivalFit) -> String {
    "\(QuantityText.count(fit.total - 1)) \(fit.total == 2 ? "gap" : "gaps")"
  }

  private static func bursts(_ fit: ArrivalFit, _ style: TerminalStyle) -> [String] {
    var lines = [
      "",
      "  \(style.strong("█ BURSTS"))   messages per window; var/mean is 1 for a Poisson stream of constant rate",
      "",
    ]
    guard !fit.windows.isEmpty else {
      return lines + ["    too few: no window length has 10 windows of 5 messages"]
    }
    var table = TextTable(header: ["window", "windows", "mean", "peak", "var/mean", "p"], rightFrom: 0)
    for window in fit.windows {
      table.add([
        QuantityText.duration(window.length), QuantityText.count(window.count),
        SignificantDigits.text(window.mean, digits: 4), QuantityText.count(window.peak),
        QuantityText.fixed(window.test.index, digits: 2), QuantityText.fixed(window.test.pValue, digits: 4),
      ])
    }
    lines += table.lines(indent: 4)
    lines.append("")
    let verdict =
      fit.isBursty
      ? style.doubtful(
        "burstier than a Poisson stream of constant rate: its rate changes, or messages come in groups")
      : fit.isPaced
        ? "steadier than a Poisson stream: something paces the messages"
        : style.good("a Poisson stream of constant rate explains these counts")
    return lines + ["    " + verdict]
  }

  private static func use(_ fit: ArrivalFit, _ rate: String, _ style: TerminalStyle) -> [String] {
    let columns = fit.namedColumns.isEmpty ? "" : ", columns: {\(fit.namedColumns.joined(separator: ", "))}"
    let process = fit.counted == nil ? "trace" : "counts"
    var lines = [
      "", "  \(style.strong("█ USE"))", "",
      "    arrivals: {process: \(process), file: \(fit.file)\(columns)\(fit.isUnsorted ? ", sort: true" : "")}",
    ]
    if !fit.isBursty, !fit.isPaced, !fit.windows.isEmpty {
      lines.append("    arrivals: {process: poisson, rate: \(rate)/s}")
    }
    return lines
  }
}

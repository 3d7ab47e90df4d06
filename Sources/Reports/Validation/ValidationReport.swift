package import Planning

/// Studies against known figures, as a table on the terminal or as a page of the documentation.
package enum ValidationReport {
  package static func text(_ result: ValidationResult, style: TerminalStyle = TerminalStyle()) -> String {
    var lines = ["", "  " + style.strong(result.study.title), "  " + style.faint(result.study.source)]
    let rows = result.figures.map { Self.cells($0) }
    let names = rows.map { DisplayWidth.of($0.quantity) }.max() ?? 0
    for (figure, row) in zip(result.figures, rows) {
      let mark =
        switch figure.agrees {
        case true?: style.good("✓")
        case false?: style.bad("✗")
        case nil: " "
        }
      lines.append(
        "    \(mark) " + DisplayWidth.padded(row.quantity, to: names) + "   known "
          + DisplayWidth.padded(row.reference, to: 10) + " simulated "
          + DisplayWidth.padded(row.simulated, to: 10)
          + " ratio " + row.ratio)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `docs/validation.md`.
  package static func markdown(
    _ results: [ValidationResult], answers: [AnswerResult] = [], coverage: [CoverageResult] = [],
    command: String
  ) -> String {
    var lines = [
      "# Validation", "",
      """
      Written by `\(command)`; the figures are the same on every machine and for any number of processors. `highwater verify` \
      shows the same on the terminal; `--quick` takes formulas only, `--cases mmc` one family of known answers, `verify SQS` the \
      studies with that word in their title. It exits with 99 when anything is outside its tolerance.
      """, "",
    ]
    if !results.isEmpty { lines.append("- Studies: \(agreement(results)).") }
    if !coverage.isEmpty {
      let brief = CoverageReport.brief(coverage)
      lines.append("- [Coverage of the intervals](#coverage-of-the-intervals): \(brief).")
    }
    if !answers.isEmpty {
      lines.append("- [Known answers](#known-answers): \(AnswerReport.summary(answers))")
    }
    if !results.isEmpty {
      lines += [
        "",
        """
        Each study sets what somebody measured, or what follows from the documented rules by arithmetic, beside what the \
        simulation gives. *agrees* means: within the tolerance of the row. What does not agree is listed like the rest.
        """,
      ]
    }
    for result in results {
      lines += [
        "", "## \(result.study.title)", "", "Source: \(result.study.source).", "", result.study.method, "",
      ]
      lines += [
        "| quantity | known | simulated | ratio | tolerance | |", "|---|---:|---:|---:|---:|---|",
      ]
      for figure in result.figures {
        let row = cells(figure)
        let verdict =
          switch figure.agrees {
          case true?: "agrees"
          case false?: "**differs**"
          case nil: "shown only"
          }
        let tolerance = figure.tolerance.map { QuantityText.percent($0, digits: 0) } ?? "–"
        lines.append(
          "| \(row.quantity) | \(row.reference) | \(row.simulated) | \(row.ratio) | \(tolerance) | \(verdict) |"
        )
      }
      if let remark = result.study.remark { lines += ["", remark] }
    }
    if !coverage.isEmpty { lines += CoverageReport.markdown(coverage) }
    if !answers.isEmpty { lines += AnswerReport.markdown(answers) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `62 of 62 figures agree`.
  package static func agreement(_ results: [ValidationResult]) -> String {
    let differing = results.reduce(0) { $0 + $1.disagreeing }
    let compared = results.reduce(0) { $0 + $1.figures.count { $0.agrees != nil } }
    return "\(compared - differing) of \(compared) figures agree"
  }

  private static func cells(
    _ figure: ValidationFigure
  ) -> (quantity: String, reference: String, simulated: String, ratio: String) {
    func text(_ value: Double) -> String {
      guard value.isFinite else { return "–" }
      if figure.unit == .count { return QuantityText.plain((value * 1000).rounded() / 1000) }
      return QuantityText.value(value, figure.unit)
    }
    return (
      figure.quantity, text(figure.reference), text(figure.simulated),
      figure.ratio.map { QuantityText.plain(($0 * 1000).rounded() / 1000) } ?? "–"
    )
  }
}

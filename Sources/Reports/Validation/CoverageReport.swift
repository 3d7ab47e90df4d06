package import Planning
import Statistics

/// How often intervals hold the true value, as a table of procedures and loads.
package enum CoverageReport {
  package static func text(_ results: [CoverageResult], style: TerminalStyle = TerminalStyle()) -> String {
    guard let first = results.first else { return "" }
    func paragraph(_ text: String) -> [String] {
      DisplayWidth.wrapped(text, to: style.width - 2).map { "  " + style.faint($0) }
    }
    let lines =
      ["", "  " + style.strong(title)] + paragraph(method(first))
      + table(results) { row in share(row) + mark(row) }.lines(indent: "    ", style: style)
      + [""] + paragraph("\(brief(results)). \(key(first)) \(remark)")
    return lines.map { $0.trimmingTrailingBlanks() }.joined(separator: "\n") + "\n"
  }

  /// A section of `docs/validation.md`.
  package static func markdown(_ results: [CoverageResult]) -> [String] {
    guard let first = results.first else { return [] }
    let table = table(results) { row in
      let count = isNarrow(row) ? "**\(row.covered)**" : "\(row.covered)"
      let width = QuantityText.percent(row.meanRelativeHalfWidth, digits: 0)
      return "\(count) = \(share(row)), ± \(width)"
    }
    return [
      "", "## \(title)", "",
      method(first) + " Each count with its share, and the mean half-width in parts of the true value.", "",
    ] + table.markdown() + ["", "\(brief(results)). \(key(first)) \(remark)"]
  }

  private static let title = "Coverage of the intervals"

  private static func method(_ result: CoverageResult) -> String {
    let study = result.study
    return
      "\(result.macroRuns) experiments at each load of M/M/1: how many nominal \(percent(study.confidence)) intervals for waits "
      + "hold the exact value. \(study.replications) replications of \(QuantityText.count(study.replicationLength)) waits, or one "
      + "run of \(QuantityText.count(study.runLength)); 10× where runs are ten times as long."
  }

  private static func table(
    _ results: [CoverageResult], _ cell: (CoverageStudy.Row) -> String
  ) -> TextColumns {
    var columns = TextColumns(
      [("procedure", .left)] + results.map { ("ρ = \(load($0, results))", .right) })
    columns.rows = results[0].rows.indices.map { index in
      [results[0].rows[index].procedure.rawValue] + results.map { cell($0.rows[index]) }
    }
    return columns
  }

  /// `0.9`, or `0.9, 10×` for runs that are so many times as long as those of the first study.
  private static func load(_ result: CoverageResult, _ results: [CoverageResult]) -> String {
    let load = QuantityText.plain(result.study.utilisation)
    let factor = result.study.runLength / results[0].study.runLength
    return factor > 1 ? "\(load), \(factor)×" : load
  }

  private static func isNarrow(_ row: CoverageStudy.Row) -> Bool { row.covered < row.band.lowerBound }

  private static func percent(_ share: Double) -> String { QuantityText.percent(share, digits: 0) }
  private static func share(_ row: CoverageStudy.Row) -> String {
    row.coverage.map { QuantityText.percent($0, digits: 1) } ?? "–"
  }
  private static func mark(_ row: CoverageStudy.Row) -> String {
    isNarrow(row) ? " −" : row.covered > row.band.upperBound ? " +" : "  "
  }

  /// `7 of 9 procedures undercover at some load, none with runs ten times as long`.
  static func brief(_ results: [CoverageResult]) -> String {
    guard let first = results.first else { return "" }
    let narrow = first.rows.indices.count { index in results.contains { isNarrow($0.rows[index]) } }
    return "\(narrow) of \(first.rows.count) procedures undercover at some load\(remedy(results))"
  }

  private static func key(_ result: CoverageResult) -> String {
    guard let band = result.rows.first?.band else { return "" }
    return
      "Below (−) or above (+) \(band.lowerBound) to \(band.upperBound) of \(result.macroRuns), where intervals that keep their "
      + "promise are in 95 of 100 such studies."
  }

  /// What became of those of the last study, when its runs are longer.
  private static func remedy(_ results: [CoverageResult]) -> String {
    guard let first = results.first, let last = results.last,
      case let factor = last.study.runLength / first.study.runLength, factor > 1
    else { return "" }
    let narrow = last.rows.count(where: isNarrow)
    let load = QuantityText.plain(last.study.utilisation)
    return ", \(narrow == 0 ? "none" : "\(narrow)") of them with runs \(factor) times as long at ρ = \(load)"
  }

  private static let remark = """
    Waits near saturation hang together for so long that a run of thousands of them is short: its mean is skewed, and batches of \
    it are far from independent. Reports use intervals over replications, --precision the sequential ones: with a station loaded \
    to 80 % and more, lengthen 'duration' until the interval stays where it is when you double it again.
    """
}

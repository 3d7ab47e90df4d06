import KnownAnswers
package import Planning
import Statistics

/// Known answers beside what the functions and the simulations of the program give.
package enum AnswerReport {
  // MARK: Terminal

  /// A line for each category, then the cases: all of them when asked for, else those with something to say.
  package static func text(
    _ results: [AnswerResult], showsCases: Bool, style: TerminalStyle = TerminalStyle()
  ) -> String {
    var lines = ["", "  " + style.strong(title)]
    lines += paragraph(source + ".", style)
    lines += categories(results).lines(indent: "    ", style: style)
    lines += [""] + paragraph(summary(results), style)
    if showsCases {
      for (category, results) in groups(results) {
        lines += ["", "  " + style.strong(category)] + cases(results).lines(indent: "    ", style: style)
      }
    } else if results.contains(where: isRemarkable) {
      lines += [""] + cases(results.filter(isRemarkable)).lines(indent: "    ", style: style)
    }
    return lines.map { $0.trimmingTrailingBlanks() }.joined(separator: "\n") + "\n"
  }

  private static func paragraph(_ text: String, _ style: TerminalStyle) -> [String] {
    DisplayWidth.wrapped(text, to: style.width - 2).map { "  " + style.faint($0) }
  }

  private static func categories(_ results: [AnswerResult]) -> TextColumns {
    var columns = TextColumns([
      ("", .left), ("family", .left), ("cases", .right), ("agree", .right), ("simulated", .right),
      ("inside", .right), ("", .left),
    ])
    columns.rows = groups(results).map { category, results in
      let simulated = results.compactMap(\.simulated)
      return [
        results.contains(where: \.differs) ? "✗" : "✓", category, "\(results.count)",
        "\(Tally(results).agreeing)",
        simulated.isEmpty ? "–" : "\(simulated.count)",
        simulated.isEmpty ? "–" : "\(simulated.count(where: \.isInside))",
        Tally(results).exceptions.joined(separator: ", "),
      ]
    }
    return columns
  }

  private static func cases(_ results: [AnswerResult]) -> TextColumns {
    var columns = TextColumns([
      ("case", .left), ("published", .right), ("exact", .right), ("simulated", .right), ("verdict", .left),
    ])
    columns.rows = results.map {
      [$0.answer.id, published($0), exact($0), simulated($0), verdict($0)]
    }
    return columns
  }

  // MARK: Documentation

  /// A section of `docs/validation.md`.
  package static func markdown(_ results: [AnswerResult]) -> [String] {
    var lines = [
      "", "## \(title)", "", "Source: \(source).", "",
      """
      *exact* is what the formulas and algorithms of the program give, within the tolerance of each case, mostly 10⁻⁹. \
      *simulated* is what its simulator gives for a scenario that is the model: the mean of 20 replications of about 20,000 jobs \
      (4,000 short ones for values at an instant) with its 95 % interval, without a width where nothing is random. Where no scenario \
      is the model, a small simulation of the model on the same kernel (events, draws) takes its place, and the row says why. One \
      interval in twenty does not hold its value, and answers about one scenario share its runs, so that they miss together; \
      `--seed` repeats the simulations with other random numbers; *agrees* means within three half-widths, as the file asks.
      """, "", summary(results),
    ]
    for (category, results) in groups(results) {
      var columns = TextColumns([
        ("case", .left), ("quantity", .left), ("published", .right), ("exact", .right), ("simulated", .right),
        ("verdict", .left),
      ])
      columns.rows = results.map { result in
        let verdict = verdict(result)
        return [
          result.answer.id, result.answer.quantity, published(result), exact(result), simulated(result),
          result.differs ? "**\(verdict)**" : verdict,
        ]
      }
      lines += ["", "### \(category)", ""] + columns.markdown()
    }
    return lines
  }

  // MARK: Words

  private static let title = "Known answers"
  private static let source =
    "known-answers.json: textbooks, published tables and exact calculations, each case with its own source"

  private static func groups(_ results: [AnswerResult]) -> [(category: String, results: [AnswerResult])] {
    var groups: [(category: String, results: [AnswerResult])] = []
    for result in results {
      if let index = groups.firstIndex(where: { $0.category == result.answer.category }) {
        groups[index].results.append(result)
      } else {
        groups.append((result.answer.category, [result]))
      }
    }
    return groups
  }

  private struct Tally {
    var agreeing = 0
    var differing = 0
    var corrected = 0
    var notAdopted = 0
    var beyond = 0

    init(_ results: [AnswerResult]) {
      for result in results {
        switch result.evaluation.verdict {
        case .agrees: agreeing += 1
        case .differs: differing += 1
        case .corrected: corrected += 1
        case .notAdopted: notAdopted += 1
        }
        if result.simulated?.agrees == false { beyond += 1 }
      }
    }

    /// `1 differs`, `2 published values wrong`, `11 not adopted`, `1 simulation differs`.
    var exceptions: [String] {
      var words: [String] = []
      if differing > 0 { words.append("\(differing) \(differing == 1 ? "differs" : "differ")") }
      if corrected > 0 { words.append("\(corrected) published value\(corrected == 1 ? "" : "s") wrong") }
      if notAdopted > 0 { words.append("\(notAdopted) not adopted") }
      if beyond > 0 { words.append("\(beyond) simulation\(beyond == 1 ? " differs" : "s differ")") }
      return words
    }
  }

  /// `14 of 16 known answers agree, 2 differ`.
  package static func brief(_ results: [AnswerResult]) -> String {
    let tally = Tally(results)
    return (["\(tally.agreeing) of \(results.count) known answers agree"] + tally.exceptions)
      .joined(separator: ", ")
  }

  /// The same with `; 13 simulated, 12 of them inside their 95 % intervals, …`.
  static func summary(_ results: [AnswerResult]) -> String {
    var text = brief(results)
    let simulated = results.compactMap(\.simulated)
    if !simulated.isEmpty {
      let inside = simulated.count(where: \.isInside)
      text += "; \(simulated.count) simulated, \(inside) of them inside their 95 % intervals"
      let near = simulated.count { !$0.isInside && $0.agrees }
      if near > 0 { text += ", \(near) outside within three half-widths" }
    }
    let detours = results.count { $0.detour != nil }
    if detours > 0 {
      text +=
        "; \(detours) by a model on the kernel alone, as no scenario is theirs for the reason in the row"
    }
    return text + "."
  }

  private static func isRemarkable(_ result: AnswerResult) -> Bool {
    if case .corrected = result.evaluation.verdict { return true }
    return result.differs || result.simulated?.isInside == false
  }

  private static func verdict(_ result: AnswerResult) -> String {
    switch result.evaluation.verdict {
    case .differs(let words): return "differs: \(words)"
    case .corrected(let note): return "published value wrong: \(note)\(detour(result))"
    case .notAdopted(let reason): return "not adopted: \(reason)"
    case .agrees: break
    }
    guard let simulated = result.simulated, !simulated.isInside else { return "agrees" + detour(result) }
    return (simulated.agrees ? "agrees; simulated outside" : "simulation differs") + detour(result)
  }

  private static func detour(_ result: AnswerResult) -> String {
    result.detour.map { "; simulated on the kernel alone: \($0)" } ?? ""
  }

  private static func published(_ result: AnswerResult) -> String {
    if let texts = result.answer.expected.texts { return list(texts) }
    return list((result.answer.expected.optionalNumbers ?? []).map(number))
  }

  private static func exact(_ result: AnswerResult) -> String {
    switch result.evaluation.value {
    case .values(let values): list(values.map(number))
    case .texts(let texts): list(texts)
    case nil: "–"
    }
  }

  private static func simulated(_ result: AnswerResult) -> String {
    guard let simulated = result.simulated else { return "–" }
    return list(
      simulated.intervals.map { interval in
        guard let half = interval.halfWidth else { return digits(interval.mean, 6) }
        return "\(digits(interval.mean, 4)) ± \(digits(half, 2))"
      })
  }

  /// The first of several, with their number.
  private static func list(_ texts: [String]) -> String {
    guard let first = texts.first else { return "–" }
    let short = first.count > 24 ? first.prefix(8) + "…" : Substring(first)
    return texts.count == 1 ? String(short) : "\(short), … (\(texts.count))"
  }

  private static func number(_ value: Double?) -> String { value.map { digits($0, 6) } ?? "none" }

  /// So many significant digits: the same text wherever the last bits of a library differ.
  static func digits(_ value: Double, _ count: Int) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : value.isNaN ? "–" : "∞" }
    var exponent = 0
    var scale = 1.0
    while value.magnitude >= scale * 10 {
      scale *= 10
      exponent += 1
    }
    while value.magnitude < scale {
      scale /= 10
      exponent -= 1
    }
    if exponent < -4 { return "\(trimmed(QuantityText.fixed(value / scale, digits: count - 1)))e\(exponent)" }
    return trimmed(QuantityText.fixed(value, digits: max(0, count - 1 - exponent)))
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}

import Planning
import Statistics

/// What a plan says, in sections of sentences and tables: terminal and Markdown show the same.
struct PlanPage {
  struct Section {
    var title: String
    var sentences: [String] = []
    var table: PlanTable?
  }
  var sections: [Section]

  /// Designs that a table shows unless it is full. [rows]
  private static let rowsMax = 40

  init(_ result: PlanResult, isFull: Bool) {
    switch result.answer {
    case .rate(let answer): sections = RateWords(result: result, answer: answer).sections
    case .cheapest(let answer): sections = ChoiceWords(result: result).sections(answer)
    case .front(let answer): sections = FrontWords(result: result, answer: answer).sections(isFull: isFull)
    case .sensitivity(let answer): sections = SensitivityWords(result: result, answer: answer).sections
    case .none:
      sections = [
        Section(
          title: "ANSWER",
          sentences: [
            "none yet: interrupted. What is finished is kept; the same command goes on where this one stopped"
          ])
      ]
    }
    if case .sensitivity = result.answer {} else { sections += designs(result, isFull: isFull) }
    sections.append(Section(title: "EFFORT", sentences: [PlanWords.effort(result.effort)]))
  }

  private func omissions(_ result: PlanResult) -> [String] {
    func count(_ kind: PlannedDesign.Omission.Kind) -> Int {
      result.designs.count { $0.omission?.kind == kind }
    }
    let parts = [
      (count(.analysis), "cannot keep a rule by analysis"),
      (count(.rule), "are no better for a rule that a simulated design breaks"),
      (count(.objective), "are no cheaper than a simulated one"),
    ].filter { $0.0 > 0 }.map { "\(QuantityText.count($0.0)) \($0.1)" }
    guard !parts.isEmpty else { return [] }
    let omitted = result.designs.count { $0.omission != nil }
    return [
      "not simulated: \(QuantityText.count(omitted)) of \(QuantityText.count(result.designs.count)) designs; "
        + parts.joined(separator: ", ") + " (plan.csv)"
    ]
  }

  /// The simulated designs, the first of them when there are many.
  private func designs(_ result: PlanResult, isFull: Bool) -> [Section] {
    let simulated = result.designs.filter { $0.outcome != nil }
    guard !simulated.isEmpty else { return [] }
    let shown = isFull ? simulated : Array(simulated.prefix(Self.rowsMax))
    var sentences: [String] = []
    if shown.count < simulated.count {
      let order = if case .rate = result.answer { "in order of the rate" } else { "in the order of the axes" }
      sentences.append(
        "the first \(shown.count) of \(QuantityText.count(simulated.count)), \(order); --summary full and plan.csv have all"
      )
    }
    sentences += omissions(result)
    return [Section(title: "SIMULATED", sentences: sentences, table: PlanTable(shown, of: result))]
  }
}

/// A table of texts with marks.
struct PlanTable {
  var headings: [String]
  var rows: [[SweepCell]]

  init(headings: [String], rows: [[SweepCell]]) {
    self.headings = headings
    self.rows = rows
  }

  /// Designs with their verdicts and what decided.
  init(_ designs: [PlannedDesign], of result: PlanResult) {
    var isRate = false
    var first = result.axes
    if case .rate(let answer) = result.answer {
      isRate = true
      first = ["\(answer.workload)", "scale"]
    }
    let showsObjective = !isRate && !result.objective.isEmpty && !result.axes.contains(result.objective)
    headings = first + ["runs", "verdict"] + (showsObjective ? [result.objective] : []) + ["decided by"]
    rows = designs.map { design in
      var cells = design.levels.map { SweepCell(value: $0) }
      if case .rate(let answer) = result.answer {
        cells.insert(SweepCell(value: answer.text(scale: Double(design.levels[0]) ?? 0)), at: 0)
      }
      cells.append(SweepCell(value: "\(design.replications)"))
      cells.append(PlanWords.verdict(design.outcome))
      if showsObjective {
        cells.append(SweepCell(value: PlanWords.value(design.objective, result.objectiveUnit)))
      }
      cells.append(SweepCell(value: PlanWords.reason(design, result) ?? ""))
      return cells
    }
  }
}

/// Words that all answers share.
enum PlanWords {
  static func verdict(_ outcome: DesignVerdict.Outcome?) -> SweepCell {
    switch outcome {
    case .passes: SweepCell(value: "passes", outcome: .pass)
    case .fails: SweepCell(value: "fails", outcome: .fail)
    case .undecided: SweepCell(value: "undecided", outcome: .undecided)
    case .open: SweepCell(value: "promising")
    case nil: SweepCell(value: "not simulated")
    }
  }

  /// `12.3 USD ± 0.1 USD`; no half width for a single run and for equal ones.
  static func value(_ interval: MeanInterval?, _ unit: QuantityUnit) -> String { interval?.text(unit) ?? "–" }

  /// `orders.DrainTime 7h36m, value < 6h`; nil when nothing speaks against a design.
  static func reason(_ design: PlannedDesign, _ result: PlanResult) -> String? {
    guard let index = design.decisive(result.rules) else { return nil }
    return rule(index, design, result)
  }

  static func rule(_ index: Int, _ design: PlannedDesign, _ result: PlanResult) -> String {
    let rule = result.rules[index]
    if rule.kind == .stability {
      let share = design.rules[index].observed ?? 0
      return "\(rule.metric) grows by \(QuantityText.percent(share, digits: 1)) of the arrivals"
    }
    let observed = design.rules[index].observed.map { QuantityText.value($0, rule.unit) } ?? "no value"
    return "\(rule.metric) \(observed), \(rule.expression)"
  }

  static func effort(_ effort: PlanEffort) -> String {
    var text =
      "simulated \(count(effort.designs, "design")), \(count(effort.replications, "run")), \(events(Double(effort.events))) events"
    if let grid = effort.grid, grid.replications > effort.replications {
      text +=
        "; all \(QuantityText.count(grid.designs)) designs would be \(QuantityText.count(grid.replications)) runs, about "
        + "\(events(grid.events)) events"
    }
    return text
  }

  static func count(_ count: Int, _ noun: String) -> String {
    "\(QuantityText.count(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// `3.1 M`, `412 k`.
  static func events(_ value: Double) -> String {
    if value < 9_999.5 { return QuantityText.count(value.rounded()) }
    if value < 999_500 { return QuantityText.fixed(value / 1e3, digits: 0) + " k" }
    if value < 999.5e6 { return QuantityText.fixed(value / 1e6, digits: value < 99.5e6 ? 1 : 0) + " M" }
    return QuantityText.fixed(value / 1e9, digits: 1) + " G"
  }

  /// Design by number, by name.
  static func name(_ number: Int, _ result: PlanResult) -> String {
    result[number].map(result.name) ?? "design \(number)"
  }

  /// What a design costs, besides the objective.
  static func costs(_ design: PlannedDesign, _ result: PlanResult) -> String {
    result.measures.indices.compactMap { index -> String? in
      let measure = result.measures[index]
      let name = measure.statistic == "value" ? measure.metric : "\(measure.metric) \(measure.statistic)"
      guard name != result.objective, let interval = design.measures[index] else { return nil }
      return "\(name) \(value(interval, result.units[index]))"
    }.joined(separator: ", ")
  }
}

extension MeanInterval {
  /// `12.3 USD ± 0.1 USD`.
  func text(_ unit: QuantityUnit) -> String {
    let value = QuantityText.value(mean, unit)
    guard let half = halfWidth, half > 0 else { return value }
    return value + " ± " + QuantityText.halfWidth(half, of: mean, unit)
  }

  /// The same of a difference, with its sign.
  func signed(_ unit: QuantityUnit) -> String { (mean > 0 ? "+" : "") + text(unit) }
}

package import Planning
import Statistics

/// A plan for other programs. Source: scenario format §14.
package enum PlanDocuments {
  /// For the comment on a pull request.
  package static func markdown(_ result: PlanResult) -> String {
    var lines = ["<!-- highwater:\(result.header.name) -->", "### \(escaped(result.header.name))"]
    for section in PlanPage(result, isFull: false).sections {
      lines += ["", "**\(escaped(section.title))**", ""]
      lines += section.sentences.map { "- \(escaped($0))" }
      guard let table = section.table else { continue }
      if !section.sentences.isEmpty { lines.append("") }
      lines.append("| " + table.headings.map(escaped).joined(separator: " | ") + " |")
      lines.append("|" + String(repeating: "---|", count: table.headings.count))
      lines += table.rows.map { "| " + $0.map { escaped($0.plain) }.joined(separator: " | ") + " |" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A bar would end the cell.
  private static func escaped(_ text: String) -> String {
    text.map { $0 == "|" ? "\\|" : $0 == "\n" ? " " : String($0) }.joined()
  }

  package static func json(_ result: PlanResult) -> String {
    String(decoding: JSONWriter.bytes(.object(PlanJSON(result: result).entries)), as: UTF8.self)
  }
}

/// A plan as JSON.
struct PlanJSON {
  let result: PlanResult

  var entries: [(String, JSONWriter.Value)] {
    let header = result.header
    return [
      ("name", .text(header.name)), ("era", .text(header.era)), ("seed", .unsigned(header.seed)),
      ("replications", .integer(header.replications)), ("confidence", .number(result.confidence)),
      ("complete", .boolean(result.isComplete)), ("objective", .text(result.objective)),
      ("axes", .array(result.axes.map { .text($0) })), ("answer", answer),
      ("designs", .array(result.designs.filter { $0.outcome != nil }.map(design))), ("effort", effort),
    ]
  }

  private func number(_ value: Double?) -> JSONWriter.Value { value.map { .number($0) } ?? .null }
  private func integer(_ value: Int?) -> JSONWriter.Value { value.map { .integer($0) } ?? .null }
  private func integers(_ values: [Int]) -> JSONWriter.Value { .array(values.map { .integer($0) }) }
  private func interval(_ interval: MeanInterval?) -> JSONWriter.Value {
    guard let interval else { return .null }
    return .object([
      ("mean", .number(interval.mean)), ("low", number(interval.low)), ("high", number(interval.high)),
    ])
  }

  private var answer: JSONWriter.Value {
    switch result.answer {
    case .none: .null
    case .rate(let answer): rate(answer)
    case .cheapest(let answer):
      .object([
        ("question", .text("cheapest")), ("design", integer(answer.design)),
        (
          "neighbours",
          .array(
            answer.neighbours.map { neighbour in
              .object([
                ("axis", .text(result.axes[neighbour.axis])), ("design", .integer(neighbour.design)),
                ("difference", interval(neighbour.difference)),
              ])
            })
        ), ("unresolved", integers(answer.unresolved)), ("undecided", integers(answer.undecided)),
      ])
    case .front(let answer):
      .object([
        ("question", .text("front")), ("measure", .text(name(answer.measure))),
        (
          "designs",
          .array(
            answer.entries.map { entry in
              .object([
                ("design", .integer(entry.design)), ("place", .text(place(entry.place))),
                ("objective", interval(entry.cost)), ("measure", interval(entry.measure)),
              ])
            })
        ), ("undecided", integers(answer.undecided)),
      ])
    case .sensitivity(let answer): sensitivity(answer)
    }
  }

  private func rate(_ answer: RateAnswer) -> JSONWriter.Value {
    func point(_ number: Int?) -> JSONWriter.Value {
      guard let number, let scale = result[number].flatMap({ Double($0.levels[0]) }) else { return .null }
      return .object([
        ("design", .integer(number)), ("scale", .number(scale)),
        ("rate_per_s", .number(scale * answer.ratePerScale)), ("text", .text(answer.text(scale: scale))),
      ])
    }
    return .object([
      ("question", .text("rate")), ("workload", .text(answer.workload)), ("peak", .boolean(answer.isPeak)),
      ("holds", point(answer.holds)), ("fails", point(answer.fails)),
      ("undecided", .array(answer.undecided.map { point($0) })),
      ("holdsAbove", .array(answer.holdsAbove.map { point($0) })),
      (
        "loads",
        .array(
          answer.loads.map { load in
            .object([
              ("station", .text(load.station)), ("capacity", .text(load.capacity)),
              ("load", .number(load.share)),
            ])
          })
      ),
    ])
  }

  private func sensitivity(_ answer: SensitivityAnswer) -> JSONWriter.Value {
    .object([
      ("question", .text("sensitivity")),
      (
        "settings",
        .array(
          answer.rows.map { row in
            .object([
              ("setting", .text(row.setting.name)), ("low", .number(row.setting.low)),
              ("high", .number(row.setting.high)),
              (
                "effects",
                .array(
                  answer.measures.map { measure in
                    let effect = row.effects[measure]
                    return .object([
                      ("measure", .text(name(measure))), ("elasticity", interval(effect.elasticity)),
                      ("difference", interval(effect.difference)),
                    ])
                  })
              ),
            ])
          })
      ),
    ])
  }

  private func place(_ place: FrontSearch.Place) -> String {
    switch place {
    case .onFront: "front"
    case .possible: "possible"
    case .beaten: "beaten"
    }
  }

  private func name(_ measure: Int) -> String {
    "\(result.measures[measure].metric) \(result.measures[measure].statistic)"
  }

  private func design(_ design: PlannedDesign) -> JSONWriter.Value {
    .object([
      ("design", .integer(design.number)),
      ("axes", .object(zip(result.axes, design.levels).map { ($0, .text($1)) })),
      ("replications", .integer(design.replications)), ("verdict", .text(design.outcome?.rawValue ?? "")),
      ("objective", interval(design.objective)),
      (
        "measures",
        .array(
          result.measures.indices.map { index in
            .object([("measure", .text(name(index))), ("value", interval(design.measures[index]))])
          })
      ),
      (
        "rules",
        .array(
          zip(result.rules, design.rules).map { rule, judged in
            .object([
              ("metric", .text(rule.metric)), ("expression", .text(rule.expression)),
              ("observed", number(judged.observed)), ("limit", number(rule.limit)),
              ("verdict", .text(judged.outcome.rawValue)), ("decides", .boolean(!rule.isWarning)),
            ])
          })
      ),
    ])
  }

  private var effort: JSONWriter.Value {
    let effort = result.effort
    var entries: [(String, JSONWriter.Value)] = [
      ("designs", .integer(effort.designs)), ("replications", .integer(effort.replications)),
      ("events", .unsigned(effort.events)),
    ]
    if let grid = effort.grid {
      entries.append(
        (
          "grid",
          .object([
            ("designs", .integer(grid.designs)), ("replications", .integer(grid.replications)),
            ("events", .number(grid.events.rounded())),
          ])
        ))
    }
    return .object(entries)
  }
}

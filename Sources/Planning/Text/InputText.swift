import Kernel
package import Scenarios
import Statistics

/// What a run took from a data file, in one line.
package enum InputText {
  package static func words(_ note: InputNote) -> String {
    switch note.content {
    case .trace(let facts): trace(facts)
    case .counts(let facts): counts(facts)
    case .values(let column, let count, let use):
      "\(QuantityText.count(count)) values of \(column), "
        + (use == .values ? "each drawn with the same chance" : "drawn linearly between neighbours")
    case .replay(let column, let count):
      "\(QuantityText.count(count)) values of \(column), one message after another, the same in every replication"
    case .fit(let facts): fit(facts)
    }
  }

  private static func trace(_ facts: InputNote.TraceFacts) -> String {
    var text =
      "\(QuantityText.count(facts.rows)) arrivals from \(span(facts.first.seconds)) to \(span(facts.last.seconds))"
    text += " (\(facts.column) in \(facts.kind)"
    if let origin = facts.origin { text += ", time zero is \(origin)" }
    text += ")" + speed(facts.speed)
    if facts.skipped > 0 { text += ", \(QuantityText.count(facts.skipped)) earlier rows left out" }
    if let cycle = facts.cycle {
      text += ", again every \(span(cycle.seconds))"
    } else if facts.arriving < facts.rows {
      text += ", \(QuantityText.count(facts.rows - facts.arriving)) of them after the end"
    }
    // Source: methods §2.
    return text + "; the same in every replication, which differ in their other draws only"
  }

  private static func counts(_ facts: InputNote.CountFacts) -> String {
    var text =
      "\(QuantityText.count(facts.total)) messages in \(QuantityText.count(facts.periods)) periods of \(span(facts.period.seconds)) (\(facts.name)"
    if let origin = facts.origin { text += ", time zero is \(origin)" }
    text += ")" + speed(facts.speed)
    if facts.missing > 0 { text += ", \(QuantityText.count(facts.missing)) periods without a row count as 0" }
    if facts.skipped > 0 { text += ", \(QuantityText.count(facts.skipped)) earlier rows left out" }
    if facts.isLooped { text += ", again and again" }
    switch facts.within {
    case .poisson: return text + "; Poisson at the rate of each period"
    case .uniform: return text + "; exactly these counts, placed anew in every replication"
    case .even: return text + "; evenly spaced in each period, the same in every replication"
    }
  }

  private static func fit(_ facts: InputNote.FitFacts) -> String {
    "\(facts.expression) fitted to \(QuantityText.count(facts.count)) values of \(facts.column): "
      + "KS distance \(QuantityText.fixed(facts.distance, digits: 4)), A² \(facts.andersonDarling.isFinite ? QuantityText.fixed(facts.andersonDarling, digits: 2) : "–"), "
      + "AIC \(QuantityText.fixed(facts.akaikeCriterion, digits: 1))"
      + (facts.isClose ? "" : ", far from the values")
  }

  private static func speed(_ speed: Double) -> String {
    speed == 1 ? "" : " at \(QuantityText.plain(speed))× speed"
  }

  private static func span(_ seconds: Double) -> String { QuantityText.duration(seconds) }
}

package import Statistics

/// How many replications the precision asked for took, and which measure decided.
package struct PrecisionReport: Sendable, Hashable {
  package enum Ending: String, Sendable, Hashable {
    /// Every measure met its goal.
    case reached
    /// The cap came first.
    case capped
    /// No measure has a value.
    case nothingToJudge
    /// Interrupted, or stopped by a rule or a failure.
    case unfinished
  }
  /// Where one measure stands.
  package struct Line: Sendable, Hashable {
    package var target: PrecisionTarget
    /// At the confidence of each measure; nil without a value.
    package var interval: MeanInterval?
    /// Largest half-width that meets the goal at this mean.
    package var halfWidthMax: Double?
    package var isMet: Bool
    /// Count of replications from which on the goal has been met.
    package var metSince: Int?
    /// Total that the present variance predicts; nil when nothing can be said.
    package var predictedTotal: Int?
    /// In none of the first replications had it a value.
    package var isLeftOut: Bool { interval == nil }
  }

  package var ending: Ending
  package var replications: Int
  package var replicationsMin: Int
  package var replicationsMax: Int
  /// Of each interval, so that all hold together with 95 %.
  package var confidenceEach: Double
  /// In the order of the targets.
  package var lines: [Line]

  package init(
    ending: Ending, replications: Int, replicationsMin: Int, replicationsMax: Int, confidenceEach: Double,
    lines: [Line]
  ) {
    self.ending = ending
    self.replications = replications
    self.replicationsMin = replicationsMin
    self.replicationsMax = replicationsMax
    self.confidenceEach = confidenceEach
    self.lines = lines
  }

  /// The measure that was precise last, the first of equals; nil when the minimum sufficed or some measure missed.
  package var decidedBy: Line? {
    guard ending == .reached, replications > replicationsMin else { return nil }
    return lines.first { $0.metSince == replications }
  }

  /// Measures that did not reach their goal.
  package var missed: [Line] { lines.filter { !$0.isMet && !$0.isLeftOut } }

  /// Sentences for reports.
  package var text: [String] {
    var sentences: [String] = []
    switch ending {
    case .reached:
      if let last = decidedBy {
        sentences.append(
          "precision reached after \(replications) replications; \(last.target.name) took longest (goal \(last.target.goalText))"
        )
      } else {
        sentences.append(
          "precision reached after \(replications) replications, the fewest that are judged")
      }
    case .capped:
      sentences.append("precision not reached after \(replications) replications, the most allowed")
      for line in missed {
        var text = "\(line.target.name) misses its goal \(line.target.goalText)"
        if let interval = line.interval, let half = interval.halfWidth {
          text +=
            ": \(QuantityText.value(interval.mean, line.target.unit)) ± \(QuantityText.halfWidth(half, of: interval.mean, line.target.unit))"
        }
        if let total = line.predictedTotal {
          text += "; \(QuantityText.count(total)) replications are predicted to do (--replications-max)"
        } else {
          text += "; no number of replications is predicted to do: give it an absolute goal"
        }
        sentences.append(text)
      }
    case .nothingToJudge:
      sentences.append(
        "precision not judged: no measure has a value in the first \(replications) replications")
    case .unfinished:
      sentences.append("precision not judged to the end: stopped after \(replications) replications")
    }
    let leftOut = lines.filter(\.isLeftOut).map(\.target.name)
    if !leftOut.isEmpty, ending == .reached || ending == .capped {
      sentences.append("not judged, without a value: \(leftOut.joined(separator: ", "))")
    }
    return sentences
  }
}

import Scenarios
import Statistics

/// Two result folders side by side: what got worse, what got better, what nobody can tell.
///
/// A quantity has changed when its means differ by more than the tolerance and Welch's interval of the difference
/// leaves out 0. The intervals are those of independent runs, whatever the seeds, and hold all together with 95 %; with
/// one replication on either side there is no interval and the means alone decide. Source: methods §6.4, §6.5.
package struct BaselineComparison: Sendable {
  package enum Judgement: String, Sendable, Hashable {
    case worse, better
    /// Equal, or within the tolerance.
    case same
    /// Worse by more than the tolerance, but no difference is shown.
    case undecided
    /// A quantity without a bad direction, which differs by more than the tolerance.
    case changed
    /// Only one side has it.
    case missing
  }

  package struct Row: Sendable, Hashable {
    package var variant: String
    package var metric: String
    package var statistic: String
    package var unit: QuantityUnit
    /// nil when the side has no such quantity, or no mean of it.
    package var old: Double?
    package var new: Double?
    /// new − old.
    package var difference: Double?
    /// Half the width of its interval; nil with one replication.
    package var halfWidth: Double?
    /// Largest difference that is tolerated.
    package var tolerated: Double?
    package var judgement: Judgement
    /// In words that follow the numbers: `unstable now`.
    package var note: String?
    package var name: String { "\(metric) \(statistic)" }
    /// Difference over the magnitude of the baseline's mean.
    package var relative: Double? {
      guard let difference, let old, old != 0 else { return nil }
      return difference / old.magnitude
    }
  }

  package struct RuleChange: Sendable, Hashable {
    package var variant: String
    package var metric: String
    package var expression: String
    /// nil for a rule that only one side has.
    package var before: Verdict.Outcome?
    package var after: Verdict.Outcome?
    package var severity: Verdict.Severity
    package var judgement: Judgement
  }

  package var old: RecordedResult
  package var new: RecordedResult
  /// In the order of the baseline, additions behind.
  package var rows: [Row]
  /// Rules whose verdict differs.
  package var ruleChanges: [RuleChange]
  /// Coverage of each interval.
  package var confidence: Double
  /// Differences of the two that are no quantities: seeds, names, variants.
  package var notes: [String]

  package init(_ old: RecordedResult, _ new: RecordedResult, tolerance: Tolerance = Tolerance()) {
    self.old = old
    self.new = new
    let variants = Set(old.designs.map(\.label)).intersection(new.designs.map(\.label))
    var later: [Key: RecordedResult.Quantity] = [:]
    for quantity in new.quantities { later[Key(quantity)] = quantity }
    let pairs = old.quantities.filter { variants.contains($0.variant) }.map { ($0, later[Key($0)]) }
    let differing = pairs.count { before, after in
      MeasureDirection(of: before.metric) != .neutral && after?.mean != nil && before.mean != after?.mean
    }
    let confidence = 1 - 0.05 / Double(max(1, differing))
    self.confidence = confidence
    rows = pairs.map { Self.row($0, $1, tolerance, confidence) }
    let known = Set(old.quantities.map(Key.init))
    rows += new.quantities.filter { variants.contains($0.variant) && !known.contains(Key($0)) }.map {
      Row(
        variant: $0.variant, metric: $0.metric, statistic: $0.statistic, unit: $0.unit, old: nil,
        new: $0.mean, judgement: .missing, note: "only in \(new.folder)")
    }
    ruleChanges = Self.ruleChanges(old, new, variants)
    notes = Self.notes(old, new, variants)
  }

  package func rows(_ judgement: Judgement) -> [Row] { rows.filter { $0.judgement == judgement } }

  /// Quantities that have a bad direction and stand on both sides.
  package var judgedCount: Int {
    rows.count { MeasureDirection(of: $0.metric) != .neutral && $0.judgement != .missing }
  }

  // MARK: Verdict

  /// Source: scenario format §11.
  package static let worseExit: Int32 = 97

  /// - Parameter strict: Newly failing warnings count, and what is undecided ends with 98.
  package func exitCode(strict: Bool) -> Int32 {
    if isWorse(strict: strict) { return Self.worseExit }
    let isUndecided =
      !rows(.undecided).isEmpty || ruleChanges.contains { $0.judgement == .undecided }
    return strict && isUndecided ? VerdictExit.undecided : VerdictExit.passed
  }

  package func isWorse(strict: Bool) -> Bool {
    !rows(.worse).isEmpty
      || ruleChanges.contains { $0.judgement == .worse && (strict || $0.severity == .error) }
  }

  /// One sentence.
  package func sentence(strict: Bool) -> String {
    let worse = rows(.worse).count
    let failing = ruleChanges.count { $0.judgement == .worse && (strict || $0.severity == .error) }
    var parts: [String] = []
    if failing > 0 { parts.append("\(failing) \(failing == 1 ? "rule newly fails" : "rules newly fail")") }
    if worse > 0 {
      parts.append("\(worse) of \(judgedCount) judged quantities got worse beyond the tolerance")
    }
    guard parts.isEmpty else { return "worse than the baseline: " + parts.joined(separator: ", ") }
    let undecided = rows(.undecided).count
    let better = rows(.better).count + ruleChanges.count { $0.judgement == .better }
    return "not worse than the baseline: \(judgedCount) quantities judged, \(better) better"
      + (undecided > 0 ? ", \(undecided) undecided (more replications would tell)" : "")
  }

  // MARK: Rows

  private struct Key: Hashable {
    var variant: String, metric: String, statistic: String
    init(_ quantity: RecordedResult.Quantity) {
      variant = quantity.variant
      metric = quantity.metric
      statistic = quantity.statistic
    }
  }

  private static func row(
    _ old: RecordedResult.Quantity, _ new: RecordedResult.Quantity?, _ tolerance: Tolerance,
    _ confidence: Double
  ) -> Row {
    var row = Row(
      variant: old.variant, metric: old.metric, statistic: old.statistic, unit: old.unit, old: old.mean,
      new: new?.mean, judgement: .same)
    guard let new else {
      row.judgement = .missing
      row.note = "no longer there"
      return row
    }
    let direction = MeasureDirection(of: old.metric)
    guard let a = old.mean, let b = new.mean else {
      if old.mean != nil { (row.judgement, row.note) = (.worse, "unstable now: the backlog grows") }
      if new.mean != nil { (row.judgement, row.note) = (.better, "stable now") }
      return row
    }
    let difference = b - a
    row.difference = difference
    let allowed =
      switch tolerance.width(for: old) {
      case .relative(let share): share * a.magnitude
      case .absolute(let width): width
      }
    row.tolerated = allowed
    let welch = Self.welch(old, new, confidence)
    row.halfWidth = welch?.halfWidth ?? (old.halfWidth == 0 && new.halfWidth == 0 ? 0 : nil)
    // Sums in another order differ in their last digits, and that is nobody's change.
    let rounding = 1e-9 * max(a.magnitude, b.magnitude)
    guard difference.magnitude > max(allowed, rounding) else { return row }
    let isShown = welch?.excludes(0) ?? true
    if row.halfWidth == nil { row.note = "one replication, no interval" }
    switch direction {
    case .neutral: row.judgement = isShown ? .changed : .same
    case .upIsWorse, .downIsWorse:
      let isBad = (difference > 0) == (direction == .upIsWorse)
      row.judgement = isShown ? (isBad ? .worse : .better) : isBad ? .undecided : .same
    }
    return row
  }

  /// nil without two intervals of which one has a width.
  private static func welch(
    _ old: RecordedResult.Quantity, _ new: RecordedResult.Quantity, _ confidence: Double
  ) -> WelchComparison? {
    guard let a = new.halfWidth, let b = old.halfWidth, let x = new.mean, let y = old.mean else { return nil }
    return WelchComparison(
      .init(mean: x, halfWidth: a, count: new.count), .init(mean: y, halfWidth: b, count: old.count),
      confidence: confidence)
  }

  // MARK: Rules

  private static func ruleChanges(
    _ old: RecordedResult, _ new: RecordedResult, _ variants: Set<String>
  ) -> [RuleChange] {
    func same(_ a: RecordedResult.Rule, _ b: RecordedResult.Rule) -> Bool {
      a.variant == b.variant && a.metric == b.metric && a.expression == b.expression && a.across == b.across
    }
    var changes: [RuleChange] = []
    func add(_ rule: RecordedResult.Rule, _ before: Verdict.Outcome?, _ after: Verdict.Outcome?) {
      guard before != after, variants.contains(rule.variant) else { return }
      let judgement: Judgement =
        switch (before, after) {
        case (_, .fail): .worse
        case (_, nil): .missing
        case (.fail, _): .better
        case (_, .undecided): .undecided
        case (.undecided, _): .better
        default: .missing
        }
      changes.append(
        RuleChange(
          variant: rule.variant, metric: rule.metric, expression: rule.expression, before: before,
          after: after, severity: rule.severity, judgement: judgement))
    }
    for rule in old.rules {
      let after = new.rules.first { same($0, rule) }
      add(after ?? rule, rule.outcome, after?.outcome)
    }
    for rule in new.rules where !old.rules.contains(where: { same($0, rule) }) {
      add(rule, nil, rule.outcome)
    }
    return changes
  }

  private static func notes(_ old: RecordedResult, _ new: RecordedResult, _ variants: Set<String>) -> [String]
  {
    var notes: [String] = []
    for (one, other) in [(old, new), (new, old)] {
      let alone = one.designs.map(\.label).filter { !variants.contains($0) }
      if !alone.isEmpty {
        notes.append(
          "only in \(one.folder), not compared with \(other.folder): \(alone.joined(separator: ", "))")
      }
    }
    if let a = old.designs.first, let b = new.designs.first {
      if a.name != b.name { notes.append("the scenarios have different names: \(a.name) and \(b.name)") }
      if a.seed != b.seed { notes.append("the seeds differ: \(a.seed) and \(b.seed)") }
    }
    for design in old.designs {
      guard let other = new.designs.first(where: { $0.label == design.label }), let before = design.scenario,
        let after = other.scenario
      else { continue }
      // Seeds and replications are told by themselves.
      let changes = ScenarioDifference.changes(from: before, to: after).filter {
        !["run.seed", "run.replications"].contains($0.path)
      }
      guard !changes.isEmpty else { continue }
      let label = design.label.isEmpty ? "" : "\(design.label): "
      // What is measured over another time is no longer the same quantity.
      let leading = changes.filter { $0.path.hasPrefix("run") } + changes.filter { !$0.path.hasPrefix("run") }
      let rest = changes.count > changesMax ? ", and \(changes.count - changesMax) more" : ""
      notes.append(
        "\(label)the scenarios differ: "
          + leading.prefix(changesMax).map(words).joined(separator: ", ") + rest)
    }
    return notes
  }

  /// Most changes of a scenario that are told one by one.
  private static let changesMax = 5

  private static func words(_ change: ScenarioChange) -> String {
    "\(change.path) \(change.old ?? "nothing") → \(change.new ?? "nothing")"
  }
}

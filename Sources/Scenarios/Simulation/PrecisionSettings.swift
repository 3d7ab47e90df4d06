/// `Simulation.run.precision`: how well quantities must be known before replications stop. Source: methods §5.6.
package struct PrecisionSettings: Sendable, Hashable {
  /// Half the width of an interval.
  package enum Width: Sendable, Hashable {
    /// Over the magnitude of the mean.
    case relative(Double)
    /// In the base unit of the measure.
    case absolute(Double)
  }
  package struct Rule: Sendable, Hashable {
    package var measure: Threshold
    package var width: Width
    package init(measure: Threshold, width: Width) {
      self.measure = measure
      self.width = width
    }
  }
  /// For the quantities of the rules; nil when only named ones count.
  package var relative: Double?
  package var named: [Rule]
  package var replicationsMax: Int

  /// Most replications when the scenario does not say.
  package static let replicationsMaxDefault = 200

  package init(
    relative: Double? = nil, named: [Rule] = [], replicationsMax: Int = replicationsMaxDefault
  ) {
    self.relative = relative
    self.named = named
    self.replicationsMax = replicationsMax
  }
}

extension Compilation {
  /// `run.precision` and `run.replicationsMax`; nil without a precision.
  mutating func compilePrecision() -> PrecisionSettings? {
    guard let node = simulation["run"]?["precision"], !node.isNull else { return nil }
    var settings = PrecisionSettings()
    if let most = integer(simulation["run"]?["replicationsMax"]) { settings.replicationsMax = max(10, most) }
    let isList = node.elements != nil
    for (index, element) in (node.elements ?? [node]).enumerated() {
      let path = "Simulation.run.precision" + (isList ? ".\(index)" : "")
      guard let text = element.text else { continue }
      guard let equals = ScenarioSettings.separator(in: text) else {
        if let share = share(text, element, path: path) { settings.relative = share }
        continue
      }
      let name = String(text[..<equals])
      let width = text[text.index(after: equals)...].drop { $0 == " " }
      guard let measure = measure(name, element, path: path),
        let width = self.width(String(width), of: measure, element, path: path)
      else { continue }
      settings.named.append(.init(measure: measure, width: width))
    }
    if isList, node.elements!.isEmpty {
      report(
        "S333", node, "precision names nothing; write 2%, or leave it out", path: "Simulation.run.precision")
    }
    return settings
  }

  /// A share between 0 and 1, both excluded, with its sign.
  private mutating func share(_ text: String, _ node: Node, path: String) -> Double? {
    guard text.last == "%", let share = try? Literal.read(text, as: .share) else {
      report(
        "S333", node,
        "'\(text)' is not a precision: write 2%, or a measure with half the width of its interval such as "
          + "'orders.Latency p(95)=5s'", path: path)
      return nil
    }
    guard share > 0, share < 1 else {
      report("S333", node, "a precision of \(text): expected more than 0% and less than 100%", path: path)
      return nil
    }
    return share
  }

  private mutating func width(
    _ text: String, of measure: Threshold, _ node: Node, path: String
  ) -> PrecisionSettings.Width? {
    if text.last == "%" { return share(text, node, path: path).map { .relative($0) } }
    do {
      let value = try Self.value(text, measure.unit)
      guard value > 0 else {
        report("S333", node, "a half-width of \(text): expected more than 0", path: path)
        return nil
      }
      return .absolute(value)
    } catch {
      let name = measure.metricText
      report(
        "S333", node,
        "the half-width of \(name) is "
          + (text.isEmpty
            ? "missing: write 2% or a value of its unit" : "\(error.message), or a share such as 2%"),
        path: path)
      return nil
    }
  }
}

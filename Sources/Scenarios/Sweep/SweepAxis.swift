/// A setting of a scenario that takes several values, or a group of resources of which more and more are there.
package struct SweepAxis: Sendable, Hashable {
  package enum Target: Sendable, Hashable {
    /// One value of the merged scenario, by its whole path.
    case setting(ScenarioPath)
    /// Level *j* keeps the first *j* of these names and removes the others with whatever refers to them.
    case toggle([String])
  }
  /// Column of tables and files: `param_<name>`.
  package var name: String
  package var target: Target
  /// In the order of the grid; at least one.
  package var levels: [SweepLevel]
  /// The interval behind the levels, for samples that need not keep to them; nil for listed values and toggles.
  package var range: SweepRange?
  package var position: SourcePosition

  package init(
    name: String, target: Target, levels: [SweepLevel], range: SweepRange? = nil, position: SourcePosition
  ) {
    self.name = name
    self.target = target
    self.levels = levels
    self.range = range
    self.position = position
  }

  /// The level at a coordinate of a sample: a place in the range, or one of the listed levels, all equally wide.
  ///
  /// - Parameter share: 0 ..< 1.
  /// - Source: methods §9.3, ⌊u·levels⌋.
  package func level(at share: Double) -> SweepLevel {
    if let range { return range.level(at: share) }
    return levels[max(0, min(levels.count - 1, Int(share * Double(levels.count))))]
  }
}

/// One value of an axis.
package struct SweepLevel: Sendable, Hashable {
  /// As tables and files show it: what the scenario would say.
  package var label: String
  /// The value that is set; the number of names kept, for a toggle.
  package var value: Node

  package init(_ value: Node) {
    self.value = value
    label = Self.text(value)
  }

  /// One line, scalars as they are written: `1000/min`, `[1, 2]`, `{rate: 3/s}`.
  private static func text(_ node: Node) -> String {
    switch node.value {
    case .scalar(let text, _): text.split(separator: "\n").joined(separator: " ")
    case .null: "none"
    case .sequence(let elements): "[" + elements.map(text).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \(text($0.value))" }.joined(separator: ", ") + "}"
    }
  }
}

extension SweepLevel {
  /// The number that the label begins with; nil for texts and maps.
  package var number: Double? { SweepRange.split(label)?.value }
  /// What stands behind the number.
  package var unit: String { SweepRange.split(label)?.unit ?? "" }
}

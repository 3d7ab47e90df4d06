/// One setting in which two scenarios differ.
package struct ScenarioChange: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable { case added, removed, changed }
  package var kind: Kind
  /// Short, as `--set` takes it: `OrderStream.ShardCount`, `run.duration`; a whole resource by its logical id.
  package var path: String
  /// On one line; nil where there was nothing.
  package var old: String?
  /// On one line; nil where nothing is left.
  package var new: String?
  package init(kind: Kind, path: String, old: String?, new: String?) {
    self.kind = kind
    self.path = path
    self.old = old
    self.new = new
  }
}

/// What one merged scenario says otherwise than another.
package enum ScenarioDifference {
  /// Keys below `Simulation` that change nothing about what is simulated.
  private static let silent = ["variants", "sweep", "output", "name", "description"]
  /// Widest value that is shown whole. [characters]
  private static let widthMax = 60

  /// The changes in the order of the old scenario, additions behind.
  package static func changes(from old: Node, to new: Node) -> [ScenarioChange] {
    var changes: [ScenarioChange] = []
    compare(old, new, at: [], into: &changes)
    return changes
  }

  private static func compare(
    _ old: Node, _ new: Node, at path: [String], into changes: inout [ScenarioChange]
  ) {
    if let a = old.entries, let b = new.entries, old.intrinsic == nil, new.intrinsic == nil {
      for entry in a where !isSilent(path + [entry.key]) {
        if let other = b.first(where: { $0.key == entry.key }) {
          compare(entry.value, other.value, at: path + [entry.key], into: &changes)
        } else {
          changes.append(change(.removed, path + [entry.key], entry.value, nil))
        }
      }
      for entry in b where !isSilent(path + [entry.key]) && !a.contains(where: { $0.key == entry.key }) {
        changes.append(change(.added, path + [entry.key], nil, entry.value))
      }
      return
    }
    if let a = old.elements, let b = new.elements, a.count == b.count {
      for (index, (x, y)) in zip(a, b).enumerated() {
        compare(x, y, at: path + [String(index)], into: &changes)
      }
      return
    }
    if text(old) != text(new) { changes.append(change(.changed, path, old, new)) }
  }

  private static func isSilent(_ path: [String]) -> Bool {
    path.count == 2 && path[0] == "Simulation" && silent.contains(path[1])
  }

  private static func change(_ kind: ScenarioChange.Kind, _ path: [String], _ old: Node?, _ new: Node?)
    -> ScenarioChange
  {
    // Of a resource its type says more than all its properties.
    if path.count == 2, path[0] == "Resources" {
      return ScenarioChange(
        kind: kind, path: path[1], old: old?["Type"]?.text, new: new?["Type"]?.text)
    }
    return ScenarioChange(
      kind: kind, path: short(path), old: old.map(clipped), new: new.map(clipped))
  }

  private static func short(_ path: [String]) -> String {
    var path = path
    if path.count > 1, path[0] == "Resources" {
      if path.count > 3, path[2] == "Properties" { path.remove(at: 2) }
      path.removeFirst()
    } else if path.count > 1, path[0] == "Simulation" {
      path.removeFirst()
    }
    return ScenarioPath(path).description
  }

  private static func clipped(_ node: Node) -> String {
    let text = text(node)
    return text.count <= widthMax ? text : text.prefix(widthMax - 1) + "…"
  }

  /// A value on one line, as YAML in flow style; positions play no part.
  private static func text(_ node: Node) -> String {
    switch node.value {
    case .scalar(let text, _): text
    case .null: "null"
    case .sequence(let elements): "[" + elements.map(text).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \(text($0.value))" }.joined(separator: ", ") + "}"
    }
  }
}

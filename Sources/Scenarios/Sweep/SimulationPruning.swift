/// Leaves out of the `Simulation` block what is about names that are gone.
struct SimulationPruning {
  var gone: Set<String>

  func pruned(_ simulation: Node) -> Node {
    guard let entries = simulation.entries else { return simulation }
    var copy = simulation
    copy.value = .mapping(
      entries.map { entry in
        var entry = entry
        switch entry.key {
        case "services", "workloads": entry.value = named(entry.value)
        case "functions": entry.value = steps(named(entry.value))
        case "thresholds": entry.value = entry.value.filtering { !isAbout($0.key) }
        case "expect":
          if let alarms = entry.value["alarms"] {
            entry.value = entry.value.replacing(["alarms"], with: named(alarms))
          }
        case "timeline": entry.value = timeline(entry.value)
        case "sweep":
          if let measures = entry.value["measures"] {
            let kept = measures.filteringElements { !($0.text.map(isAbout) ?? false) }
            entry.value = entry.value.replacing(["measures"], with: kept)
          }
        default: break
        }
        return entry
      })
    return copy
  }

  private func named(_ node: Node) -> Node { node.filtering { !gone.contains($0.key) } }

  /// `SendZip.IteratorAge` and `cost.SendZip` are about `SendZip`.
  private func isAbout(_ metric: String) -> Bool {
    let parts = metric.prefix { $0 != " " }.split(separator: ".", maxSplits: 1)
    if parts.first == "cost", parts.count == 2 { return gone.contains(String(parts[1])) }
    return parts.first.map { gone.contains(String($0)) } ?? false
  }

  // MARK: Steps

  /// Steps and the key of their partner or target.
  private static let targets = [
    "call": ["service"], "send": ["to"], "take": ["from"], "read": ["to", "from"], "write": ["to"],
    "invoke": ["function"],
  ]

  /// Behaviour without the steps, the error rules and the settings of handlers that name something gone.
  private func steps(_ node: Node, in key: String = "") -> Node {
    switch node.value {
    case .scalar, .null: return node
    case .sequence(let elements):
      let kept = elements.filter { !isGone($0, in: key) }.map { steps($0, in: key) }
      // A branch that has become empty would wait for nothing; a list of steps may be empty.
      let rest = key == "branches" ? kept.filter { !($0.elements?.isEmpty ?? false) } : kept
      return Node(.sequence(rest), at: node.position)
    case .mapping(let entries):
      return Node(
        .mapping(
          entries.map { entry in
            var entry = entry
            entry.value = steps(entry.value, in: entry.key)
            return entry
          }), at: node.position)
    }
  }

  private func isGone(_ element: Node, in key: String) -> Bool {
    if let name = element.text { return gone.contains(name) }
    if key == "errors", let place = element["at"]?.text { return gone.contains(place) }
    guard let entries = element.entries, entries.count == 1, let keys = Self.targets[entries[0].key] else {
      return false
    }
    return keys.contains { entries[0].value[$0]?.text.map(gone.contains) ?? false }
  }

  // MARK: Timeline

  private func timeline(_ node: Node) -> Node {
    guard let elements = node.elements else { return node }
    let kept = elements.compactMap { element -> Node? in
      guard let set = element["set"], let entries = set.entries else { return element }
      let rest = entries.filter { !names($0.key) }
      guard rest.count < entries.count else { return element }
      return rest.isEmpty ? nil : element.replacing(["set"], with: Node(.mapping(rest), at: set.position))
    }
    return Node(.sequence(kept), at: node.position)
  }

  /// Whether a path leads to something gone: `SendZip.Enabled`, `Resources.SendZip...`, `Simulation.services.Api...`.
  private func names(_ path: String) -> Bool {
    guard let components = ScenarioPath(path)?.components else { return false }
    switch components[0] {
    case "Resources": return components.count > 1 && gone.contains(components[1])
    case "Simulation": return components.count > 2 && gone.contains(components[2])
    case "functions", "services", "workloads": return components.count > 1 && gone.contains(components[1])
    default: return gone.contains(components[0])
    }
  }
}

/// Finds the place a setting's path means: written out from the root, or in short form.
///
/// Short forms begin with a logical id (`OrderStream.ShardCount`), with a name of `services`, `workloads` or
/// `functions` (`SendZip.coldStart`), or with a key of `Simulation` (`run.seed`).
package enum SettingPath {
  package struct Problem: Error, Sendable, Hashable {
    /// `Y125` for a path that leads nowhere, `Y126` for one that means several places.
    package var code: String
    package var message: String
    package var nearest: String?
  }

  /// Keys of the top level of a scenario.
  package static let rootKeys = [
    "AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Mappings", "Metadata", "Outputs",
    "Parameters", "Resources", "Rules", "Simulation", "Template", "Transform",
  ]
  /// Maps of `Simulation` that a setting may begin.
  private static let simulationMaps = [
    "expect", "functions", "limits", "output", "parameters", "run", "services", "sweep", "thresholds",
    "variants",
    "workloads",
  ]
  /// Other keys of `Simulation`.
  private static let simulationKeys =
    simulationMaps + [
      "description", "era", "include", "knownFailures", "name", "region", "timeline", "version",
    ]
  /// Maps whose keys have dots of their own, so that the rest of a path is one key.
  private static let dottedMaps = [["Simulation", "limits"], ["Simulation", "thresholds"]]
  private static let namedMaps = ["functions", "services", "workloads"]

  package static func resolve(_ path: ScenarioPath, in root: Node) -> Result<ScenarioPath, Problem> {
    guard let first = path.components.first else {
      return .failure(Problem(code: "Y125", message: "the path is empty"))
    }
    if rootKeys.contains(first) || root[first] != nil { return complete(path.components, in: root) }
    let candidates = shortForms(of: path.components, in: root)
    let existing = candidates.filter { root.at(path: $0) != nil }
    let usable = existing.isEmpty ? candidates.filter { isSuccess(complete($0, in: root)) } : existing
    if usable.count > 1 {
      let places = usable.map { ScenarioPath($0).description }.joined(separator: " or ")
      return .failure(Problem(code: "Y126", message: "'\(path)' can mean \(places); write one of them"))
    }
    if let only = usable.first { return complete(only, in: root) }
    if let candidate = candidates.first { return complete(candidate, in: root) }
    return .failure(
      Problem(
        code: "Y125", message: "'\(path)' leads nowhere: the scenario has no '\(first)'",
        nearest: NearestName.of(first, in: shortNames(in: root) + rootKeys).map { nearest in
          ScenarioPath([nearest] + path.components.dropFirst()).description
        }))
  }

  private static func isSuccess(_ result: Result<ScenarioPath, Problem>) -> Bool {
    if case .success = result { true } else { false }
  }

  private static func shortNames(in root: Node) -> [String] {
    let resources = root["Resources"]?.entries?.map(\.key) ?? []
    let named = namedMaps.flatMap { root["Simulation"]?[$0]?.entries?.map(\.key) ?? [] }
    return resources + named + simulationKeys
  }

  /// Every place whose beginning exists, resources first.
  private static func shortForms(of components: [String], in root: Node) -> [[String]] {
    let first = components[0]
    let rest = Array(components.dropFirst())
    var forms: [[String]] = []
    if root["Resources"]?[first] != nil, let key = rest.first {
      let isResourceKey = TemplateKeys.resource.contains(key)
      forms.append(["Resources", first] + (isResourceKey ? rest : ["Properties"] + properties(rest)))
    }
    for map in namedMaps where root["Simulation"]?[map]?[first] != nil {
      forms.append(["Simulation", map] + components)
    }
    if simulationKeys.contains(first) { forms.append(["Simulation"] + components) }
    return forms
  }

  /// An event of a SAM function has properties of its own: `Events.Orders.BatchSize` is `Events.Orders.Properties.BatchSize`.
  private static func properties(_ path: [String]) -> [String] {
    guard path.count > 2, path[0] == "Events", !["Type", "Properties"].contains(path[2]) else { return path }
    return path[..<2] + ["Properties"] + path[2...]
  }

  /// The path when every step but the last exists, or may be made.
  private static func complete(_ components: [String], in root: Node) -> Result<ScenarioPath, Problem> {
    var node = root
    var walked: [String] = []
    var rest = components[...]
    while let component = rest.first {
      if dottedMaps.contains(walked), rest.count > 1 {
        return .success(ScenarioPath(walked + [rest.joined(separator: ".")]))
      }
      if let next = node.child(component) {
        node = next
        walked.append(component)
        rest = rest.dropFirst()
        continue
      }
      if let problem = obstacle(component, isLast: rest.count == 1, in: node, walked: walked) {
        return .failure(problem)
      }
      if dottedMaps.contains(walked + [component]), rest.count > 1 {
        return .success(ScenarioPath(walked + [component, rest.dropFirst().joined(separator: ".")]))
      }
      // The rest is new: only what `obstacle` allowed is reached, one level at a time.
      walked.append(component)
      rest = rest.dropFirst()
      node = Node(.mapping([]), at: node.position)
    }
    return .success(ScenarioPath(walked))
  }

  /// Why a missing component cannot be made here.
  private static func obstacle(_ component: String, isLast: Bool, in node: Node, walked: [String]) -> Problem?
  {
    let place = walked.isEmpty ? "the scenario" : "'\(ScenarioPath(walked))'"
    func problem(_ message: String, among names: [String] = []) -> Problem {
      let nearest = NearestName.of(component, in: names).map { ScenarioPath(walked + [$0]).description }
      return Problem(code: "Y125", message: message, nearest: nearest)
    }
    switch node.value {
    case .scalar, .null:
      return problem("\(place) is one value and has no '\(component)'")
    case .sequence(let elements):
      let range = elements.isEmpty ? "it is empty" : "its indices are 0 to \(elements.count - 1)"
      return problem("\(place) is a list without '\(component)'; \(range)")
    case .mapping(let entries):
      if node.intrinsic != nil { return problem("\(place) is a function call; set it as a whole") }
      let names = entries.map(\.key)
      if let closed = closedKeys(walked), !closed.contains(component) {
        return problem("\(place) has no '\(component)'", among: closed + names)
      }
      if isLast || mayBeMade(component, in: walked) { return nil }
      return problem("\(place) has no '\(component)'", among: names)
    }
  }

  /// Keys of the maps that take no others.
  private static func closedKeys(_ walked: [String]) -> [String]? {
    switch walked.count {
    case 0: rootKeys
    case 1 where walked[0] == "Simulation": simulationKeys
    case 2 where walked == ["Simulation", "run"]:
      ["start", "duration", "warmup", "drain", "replications", "precision", "replicationsMax", "seed"]
    case 2 where walked[0] == "Resources": TemplateKeys.resource
    default: nil
    }
  }

  private static func mayBeMade(_ component: String, in walked: [String]) -> Bool {
    switch walked.count {
    case 0: component == "Simulation"
    case 1 where walked[0] == "Simulation": simulationMaps.contains(component)
    case 2 where walked[0] == "Resources": component == "Properties"
    // Maps inside a resource's properties: which exist is checked with the properties.
    default: walked.count >= 3 && walked[0] == "Resources" && walked[2] == "Properties"
    }
  }
}

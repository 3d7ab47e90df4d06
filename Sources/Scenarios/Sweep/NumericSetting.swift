/// A number of a design that a planner may change to see what it does.
package struct NumericSetting: Sendable, Hashable {
  /// Short: `OrderStream.ShardCount`.
  package var name: String
  package var path: ScenarioPath
  package var value: Double
  /// What stands behind the number, such as `ms`; empty for plain numbers.
  package var unit: String
  package var isWhole: Bool
  package var position: SourcePosition
  /// The value as the scenario writes it.
  package var present: SweepLevel

  /// The setting with another value.
  package func level(_ value: Double) -> SweepLevel {
    let whole = isWhole ? Int(exactly: value.rounded()).map { String($0) } : nil
    let text = whole ?? SweepRange.sixDigits(value)
    return SweepLevel(Node(.scalar(text + unit, isPlain: true), at: position))
  }

  /// The number of a value that is written in any unit, in the unit of this setting; nil for what cannot be compared.
  package func number(of level: SweepLevel) -> Double? {
    if level.unit == unit { return level.number }
    for quantity in [Literal.Quantity.rate, .duration, .size, .share] {
      if let other = try? Literal.read(level.label, as: quantity),
        let own = try? Literal.read(present.label, as: quantity), own > 0
      {
        return value * other / own
      }
    }
    return nil
  }

  /// Reads the value of a path, through a reference to a parameter too; nil when it is no number above zero.
  package init?(name: String, path: ScenarioPath, of root: Node) {
    guard let node = Self.source(of: path, in: root)?.node else { return nil }
    self.init(name: name, path: path, node: node)
  }

  private init?(name: String, path: ScenarioPath, node: Node) {
    guard let text = node.text, let number = SweepRange.split(text), number.value > 0 else { return nil }
    self.init(
      name: name, path: path, value: number.value, unit: number.unit, isWhole: number.isWhole,
      present: SweepLevel(node), position: node.position)
  }

  private init(
    name: String, path: ScenarioPath, value: Double, unit: String = "", isWhole: Bool, present: SweepLevel,
    position: SourcePosition
  ) {
    self.name = name
    self.path = path
    self.value = value
    self.unit = unit
    self.isWhole = isWhole
    self.present = present
    self.position = position
  }

  /// Where a value stands that a path leads to: there, or in the parameter that it refers to.
  private static func source(of path: ScenarioPath, in root: Node) -> (path: ScenarioPath, node: Node)? {
    guard let node = root.at(path: path.components) else { return nil }
    guard let call = node.intrinsic else { return (path, node) }
    guard call.name == "Ref", let parameter = call.argument.text, root["Parameters"]?[parameter] != nil else {
      return nil
    }
    let place = ["Simulation", "parameters", parameter]
    let value = root.at(path: place) ?? root.at(path: ["Parameters", parameter, "Default"])
    return value.map { (ScenarioPath(place), $0) }
  }

  /// Properties of resources that size a design.
  private static let properties: Set<String> = [
    "ShardCount", "BatchSize", "MaximumBatchingWindowInSeconds", "ParallelizationFactor",
    "MaximumConcurrency",
    "MemorySize", "ReservedConcurrentExecutions", "ProvisionedConcurrentExecutions", "ReadCapacityUnits",
    "WriteCapacityUnits", "VisibilityTimeout",
  ]

  /// The settings that size a scenario, in its order: of resources, the properties that all functions share, limits of
  /// services, then the load of each workload. A value that comes from a parameter is a setting of that parameter.
  ///
  /// - Parameter workloads: Those whose arrivals have a rate.
  package static func all(of loaded: LoadedScenario, workloads: [String]) -> [NumericSetting] {
    let root = loaded.root
    var found: [NumericSetting] = []
    func add(_ path: [String]) {
      guard let source = source(of: ScenarioPath(path), in: root),
        !found.contains(where: { $0.path == source.path }),
        let setting = NumericSetting(
          name: name(source.path.components, in: root), path: source.path, node: source.node)
      else { return }
      found.append(setting)
    }
    func walk(_ node: Node?, _ path: [String]) {
      for entry in node?.entries ?? [] {
        let inner = path + [entry.key]
        if properties.contains(entry.key) { add(inner) } else { walk(entry.value, inner) }
      }
    }
    for resource in root["Resources"]?.entries ?? [] {
      walk(resource.value["Properties"], ["Resources", resource.key, "Properties"])
    }
    walk(root["Globals"]?["Function"], ["Globals", "Function"])
    for service in loaded.simulation["services"]?.entries ?? [] {
      add(["Simulation", "services", service.key, "maxConcurrent"])
    }
    return found + workloads.map { load(of: $0, in: loaded) }
  }

  /// The factor on the arrivals of a workload.
  package static func load(of workload: String, in loaded: LoadedScenario) -> NumericSetting {
    let path = ["Simulation", "workloads", workload, "arrivals", "scale"]
    let node = loaded.root.at(path: path)
    let position = node?.position ?? loaded.root.position
    return NumericSetting(
      name: name(path, in: loaded.root), path: ScenarioPath(path),
      value: node?.text.flatMap(Literal.number) ?? 1, isWhole: false,
      present: SweepLevel(node ?? Node(.scalar("1", isPlain: true), at: position)), position: position)
  }

  /// The shortest form of a path that --set and --axis take for it: `Work.Events.Orders.BatchSize`.
  private static func name(_ path: [String], in root: Node) -> String {
    var forms: [[String]] = []
    if path.count > 3, path[0] == "Resources", path[2] == "Properties" {
      let rest = path.dropFirst(3)
      forms = [[path[1]] + rest.filter { $0 != "Properties" }, [path[1]] + rest]
    } else if path.count > 2, path[0] == "Simulation", path[1] != "parameters" {
      forms = [Array(path.dropFirst(2))]
    }
    for form in forms.map({ ScenarioPath($0) }) {
      if case .success(let whole) = SettingPath.resolve(form, in: root), whole.components == path {
        return form.description
      }
    }
    return ScenarioPath(path).description
  }
}

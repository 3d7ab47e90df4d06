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
  /// The values to either side, where they are given.
  package var below: Double?
  package var above: Double?

  /// Share by which a setting is changed to either side. Source: methods §9.5.
  private static let step = 0.1

  /// The values beside the present one: a tenth to either side, whole numbers by one at least; the lower one is the present
  /// value where nothing above zero lies below.
  package var neighbours: (low: (value: Double, level: SweepLevel), high: (value: Double, level: SweepLevel))
  {
    let change = isWhole ? max(1, (value * Self.step).rounded()) : value * Self.step
    let low = below ?? (value - change > 0 ? value - change : value)
    let high = above ?? value + change
    return ((low, level(low)), (high, level(high)))
  }

  /// The setting with another value.
  package func level(_ value: Double) -> SweepLevel {
    let text = isWhole ? String(Int(value)) : SweepRange.sixDigits(value)
    return SweepLevel(Node(.scalar(text + unit, isPlain: true), at: position))
  }

  /// Reads the value of a path; nil when it is no number above zero.
  package init?(name: String, path: ScenarioPath, of root: Node) {
    guard let node = root.at(path: path.components), let text = node.text,
      let number = SweepRange.split(text), number.value > 0
    else { return nil }
    self.init(
      name: name, path: path, value: number.value, unit: number.unit, isWhole: number.isWhole,
      position: node.position)
  }

  package init(
    name: String, path: ScenarioPath, value: Double, unit: String = "", isWhole: Bool,
    position: SourcePosition
  ) {
    self.name = name
    self.path = path
    self.value = value
    self.unit = unit
    self.isWhole = isWhole
    self.position = position
  }

  /// Properties of resources that size a design.
  private static let properties: Set<String> = [
    "ShardCount", "BatchSize", "MaximumBatchingWindowInSeconds", "ParallelizationFactor",
    "MaximumConcurrency",
    "MemorySize", "ReservedConcurrentExecutions", "ProvisionedConcurrentExecutions", "ReadCapacityUnits",
    "WriteCapacityUnits", "VisibilityTimeout",
  ]

  /// The settings that size a scenario, in its order: of resources, limits of services, then the load of each workload.
  ///
  /// - Parameter workloads: Those whose arrivals have a rate.
  package static func all(of loaded: LoadedScenario, workloads: [String]) -> [NumericSetting] {
    var found: [NumericSetting] = []
    func walk(_ node: Node, _ path: [String], _ resource: String) {
      for entry in node.entries ?? [] {
        let inner = path + [entry.key]
        if properties.contains(entry.key) {
          let name = "\(resource).\(entry.key)"
          let setting = NumericSetting(name: name, path: ScenarioPath(inner), of: loaded.root)
          if let setting { found.append(setting) }
        } else {
          walk(entry.value, inner, resource)
        }
      }
    }
    for resource in loaded.root["Resources"]?.entries ?? [] {
      if let properties = resource.value["Properties"] {
        walk(properties, ["Resources", resource.key, "Properties"], resource.key)
      }
    }
    for service in loaded.simulation["services"]?.entries ?? [] {
      let path = ScenarioPath(["Simulation", "services", service.key, "maxConcurrent"])
      if let setting = NumericSetting(name: "\(service.key).maxConcurrent", path: path, of: loaded.root) {
        found.append(setting)
      }
    }
    return found + workloads.map { load(of: $0, in: loaded) }
  }

  /// The factor on the arrivals of a workload.
  package static func load(of workload: String, in loaded: LoadedScenario) -> NumericSetting {
    let path = ScenarioPath(["Simulation", "workloads", workload, "arrivals", "scale"])
    let node = loaded.root.at(path: path.components)
    return NumericSetting(
      name: "\(workload).arrivals.scale", path: path, value: node?.text.flatMap(Literal.number) ?? 1,
      isWhole: false, position: node?.position ?? loaded.root.position)
  }
}

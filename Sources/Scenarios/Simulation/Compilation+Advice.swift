import Kernel
import Services

extension Compilation {
  /// Things that are allowed and rarely meant.
  mutating func advise() {
    adviseFilters()
    adviseQueues()
    for mapping in spec.mappings {
      guard era.has(.streamFailureControls), mapping.maximumRetryAttempts == nil,
        mapping.maximumRecordAge == nil,
        let function = template.resource(spec.functions[mapping.function].logicalID)
      else { continue }
      advise(
        "A602", function,
        "mapping \(mapping.logicalID) retries a failing batch until its records expire; "
          + "set MaximumRetryAttempts or MaximumRecordAgeInSeconds")
    }
    let invoked = invokedFunctions()
    for (index, function) in spec.functions.enumerated() {
      guard let resource = template.resource(function.logicalID) else { continue }
      adviseTimeout(index, function, resource)
      if case .immediate = function.handler, invoked.contains(index) {
        advise(
          "A608", resource,
          "\(function.logicalID) has no behaviour under Simulation.functions: it returns at once")
      }
      if !invoked.contains(index) { advise("A609", resource, "nothing invokes \(function.logicalID)") }
    }
    for (index, store) in spec.stores.enumerated() {
      let isRead = spec.functions.indices.contains { spec.uses(of: $0).takes.contains(index) }
      let isFilled = spec.workloads.contains { $0.destination == .store(index) }
      let swiftHandlers = spec.functions.contains { if case .swift = $0.handler { true } else { false } }
      if isFilled, !isRead, !swiftHandlers, let entry = simulation["services"]?.entry(store.name) {
        report(
          "A609", at: entry.keyPosition, length: store.name.count,
          "nothing takes messages from \(store.name)",
          path: "Simulation.services.\(store.name)", severity: .warning)
      }
    }
  }

  mutating func advise(_ code: String, _ resource: ResolvedResource, _ message: String) {
    report(
      code, at: resource.idPosition, length: resource.logicalID.count, message,
      path: "Resources.\(resource.logicalID)", severity: .warning)
  }

  /// Functions that an event, a workload or another function reaches.
  private func invokedFunctions() -> Set<Int> {
    var invoked = Set(spec.subscriptions.compactMap(\.function) + spec.mappings.map(\.function))
    invoked.formUnion(spec.queueMappings.map(\.function))
    let destinations = spec.functions.flatMap { [$0.onFailure, $0.onSuccess] }
    for case .function(let function)? in destinations { invoked.insert(function) }
    invoked.formUnion(spec.schedules.map(\.function))
    let targets =
      spec.workloads.map(\.destination) + spec.functions.indices.flatMap { spec.uses(of: $0).destinations }
      + spec.buckets.flatMap { $0.notifications.map(\.target) }
    for case .function(let function) in targets { invoked.insert(function) }
    return invoked
  }

  /// A timeout shorter than the calls of one message take on average.
  private mutating func adviseTimeout(_ index: Int, _ function: FunctionSpec, _ resource: ResolvedResource) {
    guard case .steps(let program) = function.handler else { return }
    let mean = meanTime(program.steps)
    guard mean > function.timeout.seconds else { return }
    advise(
      "A603", resource,
      "\(function.logicalID) times out after \(DurationText.short(function.timeout.seconds)), and its calls take "
        + "\(DurationText.short(mean)) on average: every message would fail")
  }

  private func meanTime(_ steps: [Step]) -> Double {
    steps.reduce(0) { sum, step in
      switch step {
      case .call(let call): sum + spec.partners[call.partner].latency.mean * Double(call.times)
      case .sleep(let law): sum + law.mean
      default: sum
      }
    }
  }
}

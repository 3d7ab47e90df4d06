import Kernel
import Services

extension Compilation {
  /// Things that are allowed and rarely meant.
  mutating func advise() {
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
    for (index, function) in spec.functions.enumerated() {
      guard let resource = template.resource(function.logicalID) else { continue }
      adviseTimeout(index, function, resource)
      if case .immediate = function.handler, isInvoked(index) {
        advise(
          "A608", resource,
          "\(function.logicalID) has no behaviour under Simulation.functions: it returns at once")
      }
      if !isInvoked(index) { advise("A609", resource, "nothing invokes \(function.logicalID)") }
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

  private mutating func advise(_ code: String, _ resource: ResolvedResource, _ message: String) {
    report(
      code, at: resource.idPosition, length: resource.logicalID.count, message,
      path: "Resources.\(resource.logicalID)", severity: .warning)
  }

  private func isInvoked(_ function: Int) -> Bool {
    spec.subscriptions.contains { $0.function == function }
      || spec.mappings.contains { $0.function == function }
      || spec.schedules.contains { $0.function == function }
      || spec.workloads.contains { $0.destination == .function(function) }
      || spec.functions.indices.contains { spec.uses(of: $0).destinations.contains(.function(function)) }
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

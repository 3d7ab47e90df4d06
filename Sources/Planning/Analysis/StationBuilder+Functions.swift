import Kernel
import Scenarios
import Services

/// How long an invocation takes, for the messages of each workload and for their mix.
struct ServiceByWorkload {
  /// Parallel to the workloads. [s]
  var seconds: [Double]
  /// Of the mix. [s]
  var mean: Double
  var scv: Double
}

extension StationBuilder {
  /// Time of an invocation that handles a batch, with what comes before its first step; nil when no run has measured it.
  func service(of function: Int, batch: Double, overhead: Double, found: Double? = nil) -> ServiceByWorkload?
  {
    var seconds: [Double] = []
    var weights = 0.0
    var mean = 0.0
    var square = 0.0
    for workload in system.workloads.indices {
      let messages = flows[workload].functionMessages[function]
      guard
        let demand = demands.demand(of: function, workload: workload, batch: batch, found: found)
      else { return nil }
      let time = demand.seconds + overhead
      seconds.append(time)
      let weight = messages * max(meanRates[workload], 1e-12)
      weights += weight
      mean += weight * time
      square += weight * (demand.variance + time * time)
    }
    guard weights > 0 else { return ServiceByWorkload(seconds: seconds, mean: seconds.first ?? 0, scv: 0) }
    mean /= weights
    let variance = max(0, square / weights - mean * mean)
    return ServiceByWorkload(seconds: seconds, mean: mean, scv: mean > 0 ? variance / (mean * mean) : 0)
  }

  /// Reserved concurrency, or what the account has left.
  func concurrencyLimit(of function: Int) -> Int {
    system.functions[function].reservedConcurrentExecutions ?? unreservedConcurrency
  }

  private var unreservedConcurrency: Int {
    let reserved = system.functions.reduce(0) { $0 + ($1.reservedConcurrentExecutions ?? 0) }
    return max(0, Int(required(.lambdaAccountConcurrency)) - reserved)
  }

  /// Executions that can run at once: the workers of the mappings when nothing else invokes the function.
  func concurrencyMax(of function: Int) -> Int {
    let limit = concurrencyLimit(of: function)
    let isInvokedOtherwise =
      system.subscriptions.contains { $0.function == function }
      || system.schedules.contains { $0.function == function }
      || system.workloads.contains { $0.destination == .function(function) }
      || system.buckets.contains { $0.notifications.contains { $0.target == .function(function) } }
      || flows.contains { flow in flow.effects.sendings.contains { $0.destination == .function(function) } }
    if isScheduledOnly(function) { return min(limit, system.schedules.count { $0.function == function }) }
    let streams = system.mappings.filter { $0.function == function && $0.enabled }
    let queues = system.queueMappings.filter { $0.function == function && $0.enabled }
    guard !isInvokedOtherwise, !streams.isEmpty || !queues.isEmpty else { return limit }
    let lanes =
      streams.reduce(0) { $0 + system.streams[$1.stream].shardCount * $1.parallelizationFactor }
      + queues.reduce(0) { $0 + queueConcurrency($1) }
    return min(limit, lanes)
  }

  /// Whether nothing but the clock invokes the function: one execution a rule at a time, if it ends before the next one.
  func isScheduledOnly(_ function: Int) -> Bool {
    system.schedules.contains { $0.function == function }
      && !system.mappings.contains { $0.function == function }
      && !system.queueMappings.contains { $0.function == function }
      && !system.subscriptions.contains { $0.function == function }
      && !system.workloads.contains { $0.destination == .function(function) }
  }

  /// A function that runs by the clock: what comes does not change how often.
  private func scheduled(_ index: Int) -> StationAnalysis {
    let name = system.functions[index].logicalID
    let visits = perWorkload { $0.functionMessages[index] }
    let found = demands.found(by: index)
    let period = demands.period(of: index) ?? 0
    let time = service(of: index, batch: 1, overhead: required(.lambdaInvokeOverheadSeconds), found: found)
    var text = period > 0 ? "runs every \(QuantityText.duration(period))" : "never runs"
    if let time, time.mean > 0 {
      text += ", \(QuantityText.duration(time.mean)) for \(QuantityText.count(found.rounded())) messages"
    }
    var station = station(
      name, name, .function, unit: "messages", visits: visits, forms: [], text: text)
    station.serviceSeconds = time?.mean
    station.visitorsMax = Double(concurrencyMax(of: index))
    if let time, time.mean > period, period > 0 {
      station.notes.append("a run takes longer than the time to the next one: runs overlap")
    }
    return station
  }

  /// Executions at once of a function. Source: fact sheet §4.3.
  func function(_ index: Int) -> StationAnalysis {
    if isScheduledOnly(index) { return scheduled(index) }
    let name = system.functions[index].logicalID
    let visits = perWorkload { $0.functionInvocations[index] }
    let limit = concurrencyLimit(of: index)
    let busy = busySeconds(of: index)
    var forms: [[Double]] = []
    if let busy {
      forms = [busy.map { $0 / Double(max(1, limit)) }]
      let perExecution = limits[.lambdaRequestsPerConcurrency] ?? .infinity
      // A limit of requests a second beside the one of executions: it binds for handlers faster than a tenth.
      if perExecution.isFinite { forms.append(visits.map { $0 / (perExecution * Double(max(1, limit))) }) }
    }
    let isReserved = system.functions[index].reservedConcurrentExecutions != nil
    var station = station(
      name, name, .function, unit: "invocations", visits: visits, forms: forms,
      text: "\(QuantityText.count(limit)) executions at once, \(isReserved ? "reserved" : "of the account")")
    station.servers = Double(limit)
    station.visitorsMax = Double(concurrencyMax(of: index))
    if let busy {
      let invocations = dot(visits, meanRates)
      if invocations > 0 {
        station.serviceSeconds = dot(busy, meanRates) / invocations
        station.capacityText += " / \(QuantityText.duration(station.serviceSeconds!))"
      }
    }
    station.isShielded = concurrencyMax(of: index) < limit
    qualify(&station, function: index)
    return station
  }

  /// Execution time that one message of each workload takes of a function. [s]
  private func busySeconds(of function: Int) -> [Double]? {
    let overhead = required(.lambdaInvokeOverheadSeconds)
    var seconds = Array(repeating: 0.0, count: flows.count)
    for workload in flows.indices {
      let flow = flows[workload]
      func add(_ messages: Double, batch: Double, overhead: Double, found: Double? = nil) -> Bool {
        guard messages > 0 else { return true }
        guard let demand = demands.demand(of: function, workload: workload, batch: batch, found: found) else {
          return false
        }
        seconds[workload] += messages / (found ?? batch) * (demand.seconds + overhead)
        return true
      }
      var rest = flow.functionMessages[function]
      for index in system.mappings.indices where system.mappings[index].function == function {
        rest -= flow.mappings[index]
        guard add(flow.mappings[index], batch: demands.batch(ofMapping: index), overhead: overhead) else {
          return nil
        }
      }
      for index in system.queueMappings.indices where system.queueMappings[index].function == function {
        rest -= flow.queueMappings[index]
        guard add(flow.queueMappings[index], batch: demands.batch(ofQueueMapping: index), overhead: 0) else {
          return nil
        }
      }
      let takes = demands.period(of: function) != nil
      let found = takes ? demands.found(by: function) : nil
      guard add(max(0, rest), batch: 1, overhead: overhead, found: found) else { return nil }
    }
    return seconds
  }

  /// All functions without a reserve share the account.
  func account() -> StationAnalysis? {
    let shared = system.functions.indices.filter {
      system.functions[$0].reservedConcurrentExecutions == nil
    }
    guard shared.count > 1 else { return nil }
    let busy = shared.map { busySeconds(of: $0) }
    guard !busy.contains(where: { $0 == nil }) else { return nil }
    let seconds = flows.indices.map { workload in busy.reduce(0) { $0 + $1![workload] } }
    let visits = flows.indices.map { workload in
      shared.reduce(0) { $0 + flows[workload].functionInvocations[$1] }
    }
    let limit = unreservedConcurrency
    var station = station(
      "account concurrency", "account", .account, unit: "invocations", visits: visits,
      forms: [seconds.map { $0 / Double(max(1, limit)) }],
      text: "\(QuantityText.count(limit)) executions at once of \(shared.count) functions")
    station.servers = Double(limit)
    for function in shared { qualify(&station, function: function) }
    return station
  }

  /// A function that takes at most so many messages each time it runs.
  func collection(_ function: Int) -> StationAnalysis? {
    guard let most = demands.mostTaken(by: function), let period = demands.period(of: function) else {
      return nil
    }
    let name = system.functions[function].logicalID
    let visits = perWorkload { $0.functionMessages[function] }
    var station = station(
      "\(name) takes", name, .collection, unit: "messages", visits: visits,
      forms: [visits.map { $0 * period / Double(most) }],
      text: "\(QuantityText.count(most)) messages every \(QuantityText.duration(period))")
    // What one run takes it takes at once.
    station.burstSeconds = period
    return station
  }

  /// Says why the load of a station that waits for a handler may be lower than computed, and takes its promise back.
  func qualify(_ station: inout StationAnalysis, function: Int) {
    if case .swift = system.functions[function].handler, pilot == nil {
      station.isBound = false
      return
    }
    let refusing = system.partners.indices.filter { partner in
      let calls = flows.contains { $0.effects.calls[partner] > 0 }
      return calls && mayRefuse(partner) && isCalled(partner, by: function)
    }
    guard !refusing.isEmpty else { return }
    station.isBound = false
    let names = refusing.map { system.partners[$0].name }.joined(separator: ", ")
    let note = "the time is that of calls which are served; \(names) may refuse some, and sooner"
    if !station.notes.contains(note) { station.notes.append(note) }
  }

  func isCalled(_ partner: Int, by function: Int) -> Bool {
    if case .swift = system.functions[function].handler {
      return SystemPaths(system: system).functions(calling: partner).contains(function)
    }
    return system.workloads.indices.contains { workload in
      (demands.demand(of: function, workload: workload, batch: 1)?.effects.calls[partner] ?? 0) > 0
    }
  }

  /// Whether callers can have more calls under way than the partner holds, and are then refused.
  func mayRefuse(_ partner: Int) -> Bool {
    let spec = system.partners[partner]
    if spec.collapse != nil { return true }
    if spec.maxRate != nil { return true }
    guard let limit = spec.maxConcurrent else { return false }
    return callersMax(of: partner) > Double(limit)
  }

  /// Calls that all callers together can have under way.
  func callersMax(of partner: Int) -> Double {
    system.functions.indices.reduce(0) { sum, function in
      guard isCalled(partner, by: function) else { return sum }
      let batches =
        system.mappings.indices.filter { system.mappings[$0].function == function }
        .map { demands.batch(ofMapping: $0) }
        + system.queueMappings.indices.filter { system.queueMappings[$0].function == function }
        .map { demands.batch(ofQueueMapping: $0) }
      let width =
        system.workloads.indices.map { workload in
          demands.demand(of: function, workload: workload, batch: batches.max() ?? 1)?.width ?? 1
        }.max() ?? 1
      return sum + Double(concurrencyMax(of: function)) * max(1, width)
    }
  }
}

import Records
import Scenarios
import Services

/// One change that addresses the main cause, as an override of the command line.
package struct Advice: Sendable, Hashable {
  /// `Resources.OrderStream.Properties.ShardCount=10`
  package var override: String
  /// What it changes, a clause.
  package var reason: String
}

/// Derives a change from causes, saturation and the failed rules; nil when nothing certain can be said.
struct Adviser {
  let system: SystemSpec
  let era: Era
  let runs: [RunRecords]
  let verdicts: [Verdict]
  let causes: [Cause]
  let saturation: Saturation?
  private var paths: SystemPaths { SystemPaths(system: system) }

  func advice() -> Advice? {
    let failing = causes.first { $0.kind == .failing }
    let lost = causes.first { $0.kind == .lost }
    // Lost messages behind failing ones: nothing but the error helps.
    if lost != nil, let failing, let advice = catching(failing) { return advice }
    if let cause = causes.first(where: { $0.kind == .overLimit }), let advice = limiting(cause) {
      return advice
    }
    // More capacity helps unless the failing records alone explain the delay.
    if !errorsExplainTheDelay(failing), let advice = widening() { return advice }
    if let failing, let advice = catching(failing) { return advice }
    if let cause = causes.first(where: { $0.kind == .throttled }), let advice = unthrottling(cause) {
      return advice
    }
    return nil
  }

  /// Catches the error that blocks a shard.
  private func catching(_ cause: Cause) -> Advice? {
    guard let index = paths.function(named: cause.resource), paths.mapping(of: index) != nil,
      let rule = system.functions[index].errors.firstIndex(where: { $0.isRaised && !$0.isCaught })
    else { return nil }
    return Advice(
      override: "Simulation.functions.\(cause.resource).errors.\(rule).catch=true",
      reason: "catch '\(system.functions[index].errors[rule].name)' so that its record leaves the shard")
  }

  /// Holds back the function that calls a partner over its limit.
  private func limiting(_ cause: Cause) -> Advice? {
    guard let partner = system.partners.firstIndex(where: { $0.name == cause.resource }),
      let limit = system.partners[partner].maxConcurrent
    else { return nil }
    var loudest: (name: String, peak: Double)?
    for index in paths.functions(calling: partner) {
      let name = system.functions[index].logicalID
      let peak =
        runs[0].series("AWS/Lambda", name, "ConcurrentExecutions")?.datapoints.map(\.maximum).max() ?? 0
      if peak > loudest?.peak ?? 0 { loudest = (name, peak) }
    }
    guard let loudest, loudest.peak > Double(limit), let index = paths.function(named: loudest.name) else {
      return nil
    }
    if let mapping = paths.mapping(of: index) {
      let stream = system.streams[mapping.stream]
      let lanes = mapping.parallelizationFactor
      guard stream.shardCount * lanes > limit, limit >= lanes else { return nil }
      return Advice(
        override: "Resources.\(stream.logicalID).Properties.ShardCount=\(limit / lanes)",
        reason:
          "\(lanes == 1 ? "one worker" : "\(lanes) workers") a shard keeps \(cause.resource) within \(limit) calls at once"
      )
    }
    guard era.has(.reservedConcurrency) else { return nil }
    return Advice(
      override: "Resources.\(loudest.name).Properties.ReservedConcurrentExecutions=\(limit)",
      reason: "hold \(loudest.name) to the \(limit) calls at once that \(cause.resource) allows")
  }

  /// Gives a saturated function more workers, within the limits of the services it calls.
  private func widening() -> Advice? {
    guard let saturation, let index = paths.function(of: saturation) else { return nil }
    let function = system.functions[index]
    let ceiling =
      system.partners.indices.filter { paths.functions(calling: $0).contains(index) }
      .compactMap { system.partners[$0].maxConcurrent }.min() ?? .max
    if let mapping = paths.mapping(of: index) {
      let stream = system.streams[mapping.stream]
      let lanes = mapping.parallelizationFactor
      let workers = wider(stream.shardCount * lanes, of: function.logicalID)
      let shards = min(ceiling / lanes, (workers + lanes - 1) / lanes)
      guard shards > stream.shardCount else { return nil }
      let wanted = shards * lanes
      let bound = wanted == ceiling ? ", all that the services it calls allow" : ""
      return Advice(
        override: "Resources.\(stream.logicalID).Properties.ShardCount=\(shards)",
        reason: "\(wanted) workers for \(function.logicalID)\(bound)")
    }
    if let reserved = function.reservedConcurrentExecutions {
      let wanted = min(ceiling, wider(reserved, of: function.logicalID))
      guard wanted > reserved else { return nil }
      return Advice(
        override: "Resources.\(function.logicalID).Properties.ReservedConcurrentExecutions=\(wanted)",
        reason: "\(wanted) executions of \(function.logicalID) at once")
    }
    return nil
  }

  /// Workers in proportion to how far the worst failed rule about time is missed, at least one more and no more
  /// than keep up with the peak.
  private func wider(_ current: Int, of function: String) -> Int {
    let factors = verdicts.compactMap { verdict -> Double? in
      guard verdict.outcome == .fail, verdict.unit == .seconds, let limit = verdict.limit, limit > 0,
        let worst = verdict.worstValue, worst.isFinite, worst > limit
      else { return nil }
      return worst / limit
    }
    // No rule about time fails: double, the smallest step that shows.
    var factor = min(1000, factors.max() ?? 2)
    let peak = system.workloads.compactMap(\.arrivals.peakRate).reduce(0, +)
    if peak > 0, let throughput = Throughput(function, in: runs[0], of: system) {
      // A fifth in reserve: a station without any waits for ever. Source: assumption.
      factor = min(factor, max(1, peak / throughput.rate * 1.2))
    }
    return max(current + 1, Int((Double(current) * factor).rounded(.up)))
  }

  /// Whether all failed rules about time would hold without the time in which records failed.
  private func errorsExplainTheDelay(_ failing: Cause?) -> Bool {
    guard let failing, let index = paths.function(named: failing.resource), paths.mapping(of: index) != nil,
      let span = CauseFinder.span(runs[0].series("AWS/Lambda", failing.resource, "Errors"))
    else { return false }
    let blocked = Double(span.last + 1 - span.first) * 60
    let late = verdicts.filter { $0.outcome == .fail && $0.unit == .seconds && $0.kind == .threshold }
    return late.allSatisfy { ($0.worstValue ?? .infinity) - blocked <= $0.limit ?? 0 }
  }

  private func unthrottling(_ cause: Cause) -> Advice? {
    if let table = system.tables.first(where: { $0.logicalID == cause.resource }),
      case .provisioned(let reads, let writes) = table.capacity
    {
      let writeThrottles = runs[0].series("AWS/DynamoDB", table.logicalID, "WriteThrottleEvents")
      let isWrite = writeThrottles.map { !$0.datapoints.isEmpty } ?? false
      return Advice(
        override: "Resources.\(table.logicalID).Properties.ProvisionedThroughput."
          + (isWrite ? "WriteCapacityUnits=\(writes * 2)" : "ReadCapacityUnits=\(reads * 2)"),
        reason: "twice the \(isWrite ? "write" : "read") capacity of \(table.logicalID)")
    }
    if let stream = system.streams.first(where: { $0.logicalID == cause.resource }) {
      let writes = runs[0].series("AWS/Kinesis", stream.logicalID, "WriteProvisionedThroughputExceeded")
      // Shards add throughput for writers; pollers meet on every one of them.
      guard writes.map({ !$0.datapoints.isEmpty }) ?? false else { return nil }
      return Advice(
        override: "Resources.\(stream.logicalID).Properties.ShardCount=\(stream.shardCount * 2)",
        reason: "twice the throughput of \(stream.logicalID)")
    }
    guard let index = paths.function(named: cause.resource) else { return nil }
    if let reserved = system.functions[index].reservedConcurrentExecutions {
      return Advice(
        override: "Resources.\(cause.resource).Properties.ReservedConcurrentExecutions=\(reserved * 2)",
        reason: "twice the executions of \(cause.resource) at once")
    }
    guard let account = system.limits[.lambdaAccountConcurrency] else { return nil }
    let wanted = QuantityText.plain((account * 2).rounded())
    return Advice(
      override: "'Simulation.limits.\"\(LimitName.lambdaAccountConcurrency.rawValue)\"=\(wanted)'",
      reason: "twice the executions of the account at once")
  }
}

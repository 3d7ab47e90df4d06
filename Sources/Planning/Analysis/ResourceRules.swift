import Kernel
package import Scenarios
package import Services

/// What a resource was computed by: its own settings and the preset numbers of its service.
package struct ResourceRules: Sendable {
  package struct Limit: Sendable, Hashable {
    package var name: String
    package var value: Double
    package var unit: String
    /// nil when the era has no such number.
    package var preset: Double?
    package var isOverridden: Bool
    /// Section of the fact sheet, and how well the number is known.
    package var section: String
    package var mark: String
    package var source: String
    package var help: String
  }
  package var name: String
  /// `stream`, `function`, `service outside AWS`.
  package var type: String
  package var settings: [(name: String, value: String)]
  package var limits: [Limit]

  /// Names that can be asked for, in the order of the scenario.
  package static func names(in system: SystemSpec) -> [String] {
    system.workloads.map(\.name) + system.stores.map(\.name) + system.topics.map(\.logicalID)
      + system.streams.map(\.logicalID)
      + system.consumers.map(\.logicalID) + system.queues.map(\.logicalID) + system.functions.map(\.logicalID)
      + system.partners.map(\.name) + system.tables.map(\.logicalID) + system.buckets.map(\.logicalID)
      + system.deliveryStreams.map(\.logicalID)
  }

  /// nil for a name that the scenario does not have.
  package init?(_ name: String, in compiled: CompiledScenario) {
    let system = compiled.system
    self.name = name
    if let index = system.workloads.firstIndex(where: { $0.name == name }) {
      let workload = system.workloads[index]
      type = "workload"
      let profile = ArrivalProfile(
        workload.arrivals, duration: system.run.duration.seconds,
        startEpochMinutes: system.run.startEpochMinutes)
      settings = [
        ("into", system.name(of: workload.destination)),
        ("messages", QuantityText.count(profile.count.rounded())),
        ("mean size", QuantityText.bytes(SampleMessage.meanSize(of: workload))),
      ]
      limits = []
      return
    }
    if system.stores.contains(where: { $0.name == name }) {
      (type, settings, limits) = ("store", [], [])
      return
    }
    guard let found = Self.resource(name, system) else { return nil }
    (type, settings) = (found.type, found.settings)
    let overridden = Set(compiled.overriddenLimits.map(\.name))
    limits = LimitName.allCases.compactMap { limit in
      guard found.services.contains(where: { limit.rawValue.hasPrefix($0 + ".") }),
        let value = system.limits[limit]
      else { return nil }
      let number = EraPreset.number(limit)
      return Limit(
        name: limit.rawValue, value: value, unit: number.unit, preset: number.value(in: compiled.era.preset),
        isOverridden: overridden.contains(limit), section: number.section, mark: number.mark.rawValue,
        source: number.source, help: number.help)
    }
  }

  private typealias Found = (type: String, settings: [(name: String, value: String)], services: [String])

  private static func resource(_ name: String, _ system: SystemSpec) -> Found? {
    if let stream = system.streams.first(where: { $0.logicalID == name }) {
      return (
        "stream",
        [
          ("ShardCount", stream.isOnDemand ? "on demand" : "\(stream.shardCount)"),
          ("retention", QuantityText.duration(stream.retention.seconds)),
        ], ["kinesis"]
      )
    }
    if let consumer = system.consumers.first(where: { $0.logicalID == name }) {
      return ("consumer with fan-out", [("stream", system.streams[consumer.stream].logicalID)], ["kinesis"])
    }
    if let index = system.functions.firstIndex(where: { $0.logicalID == name }) {
      return function(index, system)
    }
    if let partner = system.partners.first(where: { $0.name == name }) { return self.partner(partner) }
    if let table = system.tables.first(where: { $0.logicalID == name }) {
      let capacity =
        switch table.capacity {
        case .provisioned(let reads, let writes): "\(reads) RCU, \(writes) WCU"
        case .onDemand: "on demand"
        }
      return ("table", [("capacity", capacity)], ["dynamodb"])
    }
    if let queue = system.queues.first(where: { $0.logicalID == name }) {
      return (
        "queue",
        [
          ("VisibilityTimeout", QuantityText.duration(queue.visibilityTimeout.seconds)),
          ("retention", QuantityText.duration(queue.retention.seconds)),
          ("maxReceiveCount", queue.redrive.map { "\($0.maxReceiveCount)" } ?? "none"),
        ], ["sqs"]
      )
    }
    if system.topics.contains(where: { $0.logicalID == name }) { return ("topic", [], ["sns"]) }
    if system.buckets.contains(where: { $0.logicalID == name }) { return ("bucket", [], ["s3"]) }
    if let stream = system.deliveryStreams.first(where: { $0.logicalID == name }) {
      return (
        "delivery stream",
        [
          ("buffer", QuantityText.bytes(Double(stream.bufferBytes))),
          ("interval", QuantityText.duration(stream.bufferInterval.seconds)),
        ], ["firehose"]
      )
    }
    return nil
  }

  private static func function(_ index: Int, _ system: SystemSpec) -> Found {
    let function = system.functions[index]
    var settings = [
      ("MemorySize", "\(function.memorySize) MB"),
      ("Timeout", QuantityText.duration(function.timeout.seconds)),
      ("ReservedConcurrentExecutions", function.reservedConcurrentExecutions.map { "\($0)" } ?? "none"),
    ]
    var services = ["lambda"]
    for mapping in system.mappings where mapping.function == index {
      settings.append(("reads", system.streams[mapping.stream].logicalID))
      settings.append(("BatchSize", "\(mapping.batchSize)"))
      settings.append(("ParallelizationFactor", "\(mapping.parallelizationFactor)"))
      services.append("mapping")
    }
    for mapping in system.queueMappings where mapping.function == index {
      settings.append(("reads", system.queues[mapping.queue].logicalID))
      settings.append(("BatchSize", "\(mapping.batchSize)"))
      settings.append(("MaximumConcurrency", mapping.maximumConcurrency.map { "\($0)" } ?? "none"))
      services.append("sqs")
    }
    if system.schedules.contains(where: { $0.function == index }) { services.append("schedule") }
    return ("function", settings.map { (name: $0.0, value: $0.1) }, services)
  }

  private static func partner(_ partner: PartnerSpec) -> Found {
    var settings = [("latency", QuantityText.duration(partner.latency.mean) + " on average")]
    settings.append(("maxConcurrent", partner.maxConcurrent.map { "\($0)" } ?? "none"))
    if let rate = partner.maxRate { settings.append(("maxRate", "\(QuantityText.plain(rate.perSecond))/s")) }
    let overLimit =
      switch partner.overLimit {
      case .reply(let status, let after): "answers \(status) after \(QuantityText.duration(after.seconds))"
      case .suspend(let duration, let tolerate):
        "suspends for \(QuantityText.duration(duration.seconds)) after \(tolerate) calls too many"
      case .queue(let wait, _): "queues for \(QuantityText.duration(wait.seconds)) at most"
      }
    if partner.maxConcurrent != nil || partner.maxRate != nil {
      settings.append(("over its limit", overLimit))
    }
    if partner.errorRate > 0 { settings.append(("errorRate", QuantityText.percent(partner.errorRate))) }
    return ("service outside AWS", settings.map { (name: $0.0, value: $0.1) }, [])
  }
}

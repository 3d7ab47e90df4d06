import Kernel
import Services
import Statistics

/// Turns loads and formulas into the quantities that a run reports.
struct Predictor {
  let builder: StationBuilder
  let analysis: SystemAnalysis
  private var system: SystemSpec { builder.system }
  private var predictions: [Prediction] = []

  /// Relative error of means over 512 sampled messages, and of what a run leaves out at its ends. Source: assumption, ten
  /// times the error seen on laws with a coefficient of variation of 1.
  private static let samplingError = 0.01

  static func predictions(_ builder: StationBuilder, _ analysis: SystemAnalysis) -> [Prediction] {
    var predictor = Predictor(builder: builder, analysis: analysis)
    predictor.workloads()
    predictor.visits()
    predictor.times()
    predictor.waits()
    predictor.overload()
    return predictor.predictions
  }

  private init(builder: StationBuilder, analysis: SystemAnalysis) {
    self.builder = builder
    self.analysis = analysis
  }

  private mutating func add(
    _ subject: String, _ metric: String, _ statistic: String, _ unit: QuantityUnit, _ value: Double,
    error: Double?, formula: String, validity: String
  ) {
    guard value.isFinite, value > 0 else { return }
    predictions.append(
      Prediction(
        subject: subject, metric: "\(subject).\(metric)", statistic: statistic, unit: unit, value: value,
        error: error, formula: formula, validity: validity))
  }

  // MARK: How much comes

  /// Messages of each workload that are measured: those after the warm-up.
  private var counts: [Double] {
    analysis.workloads.map { $0.profile.count(from: system.run.warmup.seconds) }
  }

  /// The same for CloudWatch, whose first data point is that of the first whole minute.
  private var countsByMinute: [Double] {
    let minutes = (system.run.warmup.seconds / 60).rounded(.up)
    return analysis.workloads.map { $0.profile.count(from: minutes * 60) }
  }

  /// Three standard deviations of a number of random arrivals.
  private func noise(_ weights: [Double]) -> Double {
    var variance = 0.0
    var total = 0.0
    for (index, count) in counts.enumerated() {
      total += weights[index] * count
      if analysis.workloads[index].profile.gapScv != 0 { variance += weights[index] * weights[index] * count }
    }
    return total > 0 ? 3 * variance.squareRoot() / total : 0
  }

  private mutating func workloads() {
    for (index, workload) in system.workloads.enumerated() {
      var weights = Array(repeating: 0.0, count: system.workloads.count)
      weights[index] = 1
      let isModulated = if case .mmpp = workload.arrivals { true } else { false }
      add(
        workload.name, "Created", "count", .count, counts[index],
        error: isModulated ? nil : 1e-6 + noise(weights),
        formula: "integral of the rate",
        validity: isModulated
          ? "the mean over all states, which one run may be far from"
          : "three standard deviations of random arrivals")
    }
  }

  /// Visits of places that count them.
  private mutating func visits() {
    let retries = retryNote
    func expect(
      _ subject: String, _ metric: String, _ statistic: String, _ visits: [Double], _ formula: String,
      isJudged: Bool
    ) {
      add(
        subject, metric, statistic, .count, builder.dot(visits, statistic == "sum" ? countsByMinute : counts),
        error: isJudged ? Self.samplingError + noise(visits) + 2 * failShare : nil, formula: formula,
        validity: isJudged ? "each message once" : retries)
    }
    for (index, stream) in system.streams.enumerated() {
      expect(
        stream.logicalID, "IncomingRecords", "sum", builder.perWorkload { $0.streams[index] },
        "visits × messages",
        isJudged: isClean || system.workloads.allSatisfy { $0.destination == .stream(index) })
    }
    for (index, topic) in system.topics.enumerated() {
      expect(
        topic.logicalID, "NumberOfMessagesPublished", "sum", builder.perWorkload { $0.topics[index] },
        "visits × messages", isJudged: isClean)
    }
    for (index, table) in system.tables.enumerated() {
      let isJudged = isClean && !mayRefuseAnything
      expect(
        table.logicalID, "ConsumedReadCapacityUnits", "sum",
        builder.perWorkload { $0.effects.readUnits[index] },
        "units × messages", isJudged: isJudged)
      expect(
        table.logicalID, "ConsumedWriteCapacityUnits", "sum",
        builder.perWorkload { $0.effects.writeUnits[index] },
        "units × messages", isJudged: isJudged)
    }
    for (index, partner) in system.partners.enumerated() where system.run.warmup == .zero {
      expect(
        partner.name, "Calls", "count", builder.perWorkload { $0.effects.calls[index] }, "calls × messages",
        isJudged: isClean && !mayRefuseAnything)
    }
  }

  /// Share of messages whose first handling fails.
  private var failShare: Double { analysis.failing.reduce(0) { $0 + $1.share } }

  /// Retries are rare enough to be a part of the error, and nothing is missing. Source: assumption.
  private var isClean: Bool { failShare < 0.005 && analysis.unmeasured.isEmpty && analysis.pilotNote == nil }

  private var mayRefuseAnything: Bool {
    system.partners.indices.contains { partner in
      builder.mayRefuse(partner) && builder.flows.contains { $0.effects.calls[partner] > 0 }
    }
  }

  private var retryNote: String {
    if analysis.pilotNote != nil { return "what a pilot run of few messages has seen" }
    if !analysis.unmeasured.isEmpty { return "what does not go through the handlers in Swift" }
    if !analysis.failing.isEmpty { return "first attempts alone, without retries" }
    return "calls that are never refused"
  }

  // MARK: How long it takes

  private mutating func times() {
    for (index, function) in system.functions.enumerated() {
      let fromStreams = system.mappings.indices.filter { system.mappings[$0].function == index }
      let fromQueues = system.queueMappings.indices.filter { system.queueMappings[$0].function == index }
      let batches =
        fromStreams.map { builder.demands.batch(ofMapping: $0) }
        + fromQueues.map { builder.demands.batch(ofQueueMapping: $0) }
      guard builder.demands.period(of: index) == nil,
        builder.flows.contains(where: { $0.functionMessages[index] > 0 })
      else { continue }
      let most = batches.max() ?? 1
      let isFull = most > 1 && isOverloaded(index)
      let size = isFull || most == 1 ? most : expectedBatch(index, most: most)
      guard let service = builder.service(of: index, batch: size, overhead: 0) else { continue }
      let refused = system.partners.indices.contains {
        builder.mayRefuse($0) && builder.isCalled($0, by: index)
      }
      let contended = system.partners.indices.contains {
        system.partners[$0].underLoad != nil && builder.isCalled($0, by: index)
      }
      let isJudged = (most == 1 || isFull) && !refused && !contended && isClean
      let invocations = builder.dot(builder.perWorkload { $0.functionInvocations[index] }, counts)
      let spread = 3 * (service.scv / max(1, invocations)).squareRoot() + (isFull ? 0.03 : 0)
      let text = QuantityText.plain((size * 10).rounded() / 10)
      add(
        function.logicalID, "Duration", "avg", .seconds, service.mean,
        error: isJudged ? Self.samplingError + spread + failShare : nil,
        formula: most == 1 ? "sum of the steps' means" : "steps' means for a batch of \(text)",
        validity: isJudged
          ? "warm, nothing waits inside the handler"
          : most == 1 || !isClean
            ? retryNote : "batches of \(text), the mean number that comes between two polls")
    }
    for (index, partner) in system.partners.enumerated() where system.run.warmup == .zero {
      let calls = builder.dot(builder.perWorkload { $0.effects.calls[index] }, counts)
      guard calls > 0 else { continue }
      let isPlain = partner.underLoad == nil && partner.collapse == nil && partner.bandwidth == nil
      let queues = if case .queue = partner.overLimit { true } else { false }
      let spread = 3 * (LatinCells.scv(of: partner.latency) / calls).squareRoot()
      add(
        partner.name, "Latency", "avg", .seconds, partner.latency.mean,
        error: isPlain && !queues ? Self.samplingError + spread : nil, formula: "mean of the law",
        validity: isPlain && !queues
          ? "calls that are served" : "calls without contention, queueing and transfer")
    }
  }

  /// Whether the workers of a function have so much to do that nearly all batches are full. Source: assumption.
  private func isOverloaded(_ function: Int) -> Bool {
    let name = system.functions[function].logicalID
    return analysis.stations.contains {
      $0.kind == .workers && $0.resource == name && ($0.utilizationMean ?? 0) > 3
    }
  }

  /// Records that come between two polls of a worker; one where nothing is polled for.
  private func expectedBatch(_ function: Int, most: Double) -> Double {
    let name = system.functions[function].logicalID
    guard let workers = analysis.stations.first(where: { $0.kind == .workers && $0.resource == name }),
      let servers = workers.servers, servers > 0
    else { return 1 }
    let isPolled = system.mappings.contains { $0.function == function && $0.consumer == nil }
    let pause = isPolled ? builder.required(.mappingPollSeconds) : 0
    return min(most, max(1, workers.offeredMean / servers * pause))
  }

  private mutating func waits() {
    for station in analysis.stations {
      guard let wait = station.wait, let delivery = wait.meanDelivery,
        station.kind == .workers
      else { continue }
      let isAlone =
        system.mappings.count { system.functions[$0.function].logicalID == station.resource }
        + system.queueMappings.count { system.functions[$0.function].logicalID == station.resource } == 1
      guard isAlone else { continue }
      add(
        station.resource, "DeliveryLatency", "avg", .seconds, delivery,
        error: station.isBound && isClean ? wait.error : nil,
        formula: wait.formula, validity: wait.validity)
    }
  }

  // MARK: When it is too much

  /// A workload whose way leads over a station that is over its capacity: the backlog as a fluid.
  private mutating func overload() {
    for (index, workload) in analysis.workloads.enumerated() {
      let full = analysis.stations.filter { $0.visits[index] > 0 && ($0.utilizationPeak ?? 0) > 1 }
      var slowest: (station: StationAnalysis, fluid: FluidBacklog)?
      for station in full where station.kind == .workers {
        guard let fluid = analysis.backlog(at: station) else { continue }
        if fluid.drainTime > slowest?.fluid.drainTime ?? -1 { slowest = (station, fluid) }
      }
      guard let slowest, slowest.fluid.drainTime.isFinite,
        slowest.station.visits.indices.allSatisfy({ $0 == index || slowest.station.visits[$0] == 0 })
      else { continue }
      let (station, fluid) = slowest
      let messages = max(1, workload.profile.count * station.visits[index])
      let period = collectionDelay(index)
      // The fullest of n shards has more than an even share by about two standard deviations.
      let imbalance = station.servers.map { $0 > 1 ? 2 * ($0 / messages).squareRoot() : 0 } ?? 0
      // Behind a station that lets less through, the others have enough.
      let rate = station.saturationRate(ofWorkload: index)
      let isNarrowest = full.allSatisfy { $0.saturationRate(ofWorkload: index) >= rate }
      // What the end is known to less well than the middle weighs by the whole time against the drain alone.
      let weight = (workload.profile.end + fluid.drainTime) / max(1, fluid.drainTime)
      let error = (0.02 + imbalance + failShare) * weight + period / max(1, fluid.drainTime)
      let isJudged =
        station.isBound && isClean && isNarrowest && fluid.drainTime < system.run.drain.seconds
        && !analysis.stations.contains { $0.fixedLoad > 1 } && fluid.longestWait < retention(before: station)
        && fluid.drainTime > 600
        && workload.profile.gapScv != nil && system.timeline.isEmpty
      let validity =
        isJudged
        ? "a fluid: rates without randomness, all workers busy until the end"
        : "a fluid without losses, refusals, retries and other full stations"
      add(
        workload.name, "DrainTime", "value", .seconds, fluid.drainTime, error: isJudged ? error : nil,
        formula: "fluid backlog at \(station.name)", validity: validity)
      add(
        workload.name, "Backlog", "max", .count, fluid.peakBacklog / station.visits[index],
        error: isJudged ? error + 0.02 : nil, formula: "fluid backlog at \(station.name)", validity: validity)
      guard let wait = try? fluid.meanWait() else { continue }
      let isWhole = system.run.warmup == .zero
      add(
        workload.name, "Latency", "avg", .seconds, wait + period / 2 + (station.serviceSeconds ?? 0),
        error: isJudged && isWhole ? error + 0.02 : nil, formula: "fluid backlog at \(station.name)",
        validity: validity)
    }
  }

  /// Time between two collections of a workload's messages by a schedule. [s]
  private func collectionDelay(_ workload: Int) -> Double {
    let stores = builder.flows[workload].stores.indices.filter { builder.flows[workload].stores[$0] > 0 }
    return stores.flatMap { builder.demands.takers(ofStore: $0) }.compactMap {
      builder.demands.period(of: $0)
    }
    .max() ?? 0
  }

  /// How long the place in front of a mapping keeps what waits. [s]
  private func retention(before station: StationAnalysis) -> Double {
    for (index, mapping) in system.mappings.enumerated()
    where builder.workersName(ofMapping: index) == station.name {
      return min(
        system.streams[mapping.stream].retention.seconds, mapping.maximumRecordAge?.seconds ?? .infinity)
    }
    for (index, mapping) in system.queueMappings.enumerated()
    where builder.workersName(ofQueueMapping: index) == station.name {
      return system.queues[mapping.queue].retention.seconds
    }
    return .infinity
  }
}

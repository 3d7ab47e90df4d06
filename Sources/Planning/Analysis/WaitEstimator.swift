import Kernel
import Services
import Statistics

/// Chooses the formula for the wait in front of a station and says what it assumes. Source: methods §7.
struct WaitEstimator {
  let builder: StationBuilder
  var system: SystemSpec { builder.system }

  func estimate(_ station: StationAnalysis) -> WaitEstimate? {
    switch station.kind {
    case .workers:
      if let index = system.mappings.indices.first(where: {
        builder.workersName(ofMapping: $0) == station.name
      }) {
        return streamWorkers(index, station)
      }
      if let index = system.queueMappings.indices.first(where: {
        builder.workersName(ofQueueMapping: $0) == station.name
      }) {
        return queueWorkers(index, station)
      }
      return nil
    case .function: return function(station)
    case .partner: return partner(station)
    default: return nil
    }
  }

  // MARK: When a steady state exists

  /// Why there is no steady state that a formula could describe; nil when there is one.
  private func unsteady(_ station: StationAnalysis) -> WaitEstimate? {
    if let use = station.utilizationPeak, use >= 1 {
      return WaitEstimate(
        formula: "fluid backlog",
        validity:
          "\(QuantityText.percent(use, digits: 0)) of the capacity is asked for at the peak: no steady state, see the backlog"
      )
    }
    for (index, profile) in builder.profiles.enumerated() where station.visits[index] > 0 {
      if profile.isBursty || isCollected(index) {
        return WaitEstimate(
          formula: "none", validity: "messages come in bursts; formulas for random arrivals do not hold")
      }
      guard profile.isSteady, profile.gapScv != nil else {
        return WaitEstimate(formula: "none", validity: "the rate changes; a mean over the run says little")
      }
    }
    return nil
  }

  /// Whether messages of a workload are collected by a schedule before they reach anything else.
  private func isCollected(_ workload: Int) -> Bool { builder.flows[workload].stores.contains { $0 > 0 } }

  /// Workloads that put messages straight into the place, and nothing else does.
  private func isDirect(_ destination: Destination, _ station: StationAnalysis) -> Bool {
    station.visits.indices.allSatisfy {
      station.visits[$0] == 0 || system.workloads[$0].destination == destination
    }
  }

  /// Squared coefficient of variation of the gaps, weighted by rates; shares of a stream are near to random again.
  private func gapScv(_ station: StationAnalysis) -> Double {
    var rates = 0.0
    var sum = 0.0
    for (index, profile) in builder.profiles.enumerated() where station.visits[index] > 0 {
      let rate = station.visits[index] * builder.meanRates[index]
      rates += rate
      sum += rate * (profile.gapScv ?? 1)
    }
    return rates > 0 ? sum / rates : 1
  }

  // MARK: Streams

  private func streamWorkers(_ index: Int, _ station: StationAnalysis) -> WaitEstimate? {
    let mapping = system.mappings[index]
    if let none = unsteady(station) { return none }
    guard let seconds = station.serviceSeconds, let scv = station.serviceScv, station.offeredMean > 0 else {
      return nil
    }
    if builder.flows.contains(where: \.meetsSwift), scv == 0 {
      return WaitEstimate(formula: "none", validity: "the spread of the handler's times is not known")
    }
    let poll = mapping.consumer == nil ? builder.required(.mappingPollSeconds) : 0
    let propagation = mapping.consumer == nil ? builder.required(.kinesisPropagationSeconds) : 0
    let shares = KeyShares.mix(
      ofStream: mapping.stream, in: system, rates: builder.meanRates, visits: station.visits)
    let lanes = Double(mapping.parallelizationFactor)
    let way =
      WorkerDelivery.firstRead(ofMapping: index, in: system) + builder.required(.lambdaInvokeOverheadSeconds)
    if mapping.batchSize > 1 || mapping.maximumBatchingWindow > .zero || mapping.tumblingWindow != nil {
      return batches(index, station, shares: shares, poll: poll, propagation: propagation)
    }
    var wait = 0.0
    do {
      for share in shares where share > 0 {
        let rate = station.offeredMean * share / lanes
        let service = try DurationLaw.matching(mean: seconds, scv: scv)
        // A record that finds its worker idle waits for it to become visible and for the next poll.
        let first =
          poll > 0
          ? try DurationLaw.uniform(min: propagation, max: propagation + poll)
          : try DurationLaw.deterministic(propagation)
        let queue = try SingleWorkerColdStarts(
          arrivalRate: rate, service: service, coldExtra: first, keepAlive: 0)
        wait += share * (queue.meanSojourn - seconds)
      }
    } catch { return WaitEstimate(formula: "none", validity: "\(error)") }
    let pollers = system.mappings.count { $0.stream == mapping.stream && $0.consumer == nil && $0.enabled }
    let isShort = seconds < poll
    let isContended = station.kind == .workers && pollers > 4
    return WaitEstimate(
      meanWait: wait,
      meanDelivery: isDirect(.stream(mapping.stream), station) ? wait + way : nil,
      formula: "M/G/1 for each worker, the first service after an idle time longer by the poll",
      validity: isContended
        ? "random arrivals; reads of \(pollers) pollers are throttled, which the formula does not know"
        : isShort
          ? "random arrivals; handlers shorter than the time between two polls leave records waiting for the next poll, too"
          : "random arrivals, keys spread over the shards; exact but for the shape of the poll's delay",
      error: isContended || isShort || gapScv(station) != 1 ? nil : 0.08)
  }

  /// Workers that take several records at a time.
  private func batches(
    _ index: Int, _ station: StationAnalysis, shares: [Double], poll: Double, propagation: Double
  ) -> WaitEstimate {
    let mapping = system.mappings[index]
    let batch = builder.demands.batch(ofMapping: index)
    guard let one = builder.service(of: mapping.function, batch: 1, overhead: 0),
      let full = builder.service(of: mapping.function, batch: batch, overhead: 0), batch > 1
    else { return WaitEstimate(formula: "none", validity: "the time of a batch is not known") }
    let perRecord = max(0, (full.mean - one.mean) / (batch - 1))
    let overhead =
      max(0, one.mean - perRecord) + WorkerDelivery.seconds(ofMapping: index, in: system)
    let lanes = Double(mapping.parallelizationFactor)
    let rate = station.offeredMean / max(1, station.servers ?? 1)
    let pollers = system.mappings.count { $0.stream == mapping.stream && $0.consumer == nil && $0.enabled }
    let isContended = poll > 0 && Double(pollers) / poll > builder.required(.kinesisReadCallsPerSecond)
    if poll > 0, mapping.maximumBatchingWindow == .zero, overhead + perRecord * rate * poll < poll {
      // Each poll finds what has come since the last one, and its batch is done before the next.
      return WaitEstimate(
        meanWait: poll / 2 + propagation,
        meanDelivery: isDirect(.stream(mapping.stream), station)
          ? poll / 2 + propagation + WorkerDelivery.firstRead(ofMapping: index, in: system)
            + builder.required(.lambdaInvokeOverheadSeconds) : nil,
        formula: "half the time between two polls",
        validity: isContended
          ? "batches shorter than that time and no throttled poll; \(pollers) pollers are throttled here and wait longer"
          : "batches shorter than that time, no throttled poll",
        error: isContended ? nil : 0.15)
    }
    var wait = 0.0
    do {
      for share in shares where share > 0 {
        let queue = try BatchTimeQueue(
          arrivalRate: station.offeredMean * share / lanes, batchMax: Int(batch),
          overhead: max(overhead, 1e-6), perRecord: perRecord)
        wait += share * (queue.meanWait + queue.idleProbability * (poll / 2 + propagation))
      }
    } catch { return WaitEstimate(formula: "none", validity: "\(error)") }
    return WaitEstimate(
      meanWait: wait + mapping.maximumBatchingWindow.seconds / 2,
      formula: "batches of α + βn at a worker, plus half a poll when idle",
      validity: "random arrivals, batch times without spread")
  }

  // MARK: Queues and functions

  private func queueWorkers(_ index: Int, _ station: StationAnalysis) -> WaitEstimate? {
    let mapping = system.queueMappings[index]
    if let none = unsteady(station) { return none }
    guard let seconds = station.serviceSeconds, let scv = station.serviceScv, let servers = station.servers,
      servers >= 1, station.offeredMean > 0
    else { return nil }
    guard mapping.batchSize == 1, mapping.batchingWindow == .zero else {
      return WaitEstimate(
        formula: "none", validity: "batches of what is there by many pollers: no formula is near enough")
    }
    guard servers <= 10_000,
      let queue = try? GGcApproximation(
        arrivalRate: station.offeredMean, meanService: seconds, servers: Int(servers),
        arrivalScv: gapScv(station), serviceScv: scv)
    else { return nil }
    let start = builder.required(.sqsPollersStart)
    let grows = mapping.pollers == nil && servers > start
    // A wait that is small beside the way there is known to a share of that way.
    let wait = queue.allenCunneenMeanWait
    let delivery = wait + WorkerDelivery.fromQueue(system.limits).mean
    let isNegligible = wait < 0.02 * delivery && !grows
    return WaitEstimate(
      meanWait: wait, meanDelivery: isDirect(.queue(mapping.queue), station) ? delivery : nil,
      formula: "G/G/c (Allen-Cunneen), \(Int(servers)) places",
      validity: grows
        ? "all places from the start; the mapping begins with \(QuantityText.count(start)) and grows while messages wait"
        : "random arrivals; within 15 % of exact values",
      error: grows ? nil : isNegligible ? 0.05 : 0.15)
  }

  private func function(_ station: StationAnalysis) -> WaitEstimate? {
    guard let index = system.functions.firstIndex(where: { $0.logicalID == station.resource }),
      let seconds = station.serviceSeconds, station.offeredMean > 0,
      !system.mappings.contains(where: { $0.function == index }),
      !system.queueMappings.contains(where: { $0.function == index }),
      builder.demands.period(of: index) == nil
    else { return nil }
    if let none = unsteady(station) { return none }
    guard system.functions[index].reservedConcurrentExecutions != nil, let servers = station.servers,
      servers >= 1, servers <= 10_000
    else {
      let mean = station.offeredMean * seconds
      return WaitEstimate(
        meanWait: 0, formula: "M/G/∞",
        validity:
          "\(QuantityText.plain((mean * 10).rounded() / 10)) executions at once on average, far from the account's limit"
      )
    }
    guard
      let queue = try? GGcApproximation(
        arrivalRate: station.offeredMean, meanService: seconds, servers: Int(servers),
        arrivalScv: gapScv(station), serviceScv: station.serviceScv ?? 1)
    else { return nil }
    return WaitEstimate(
      meanWait: queue.allenCunneenMeanWait, formula: "G/G/c (Allen-Cunneen), \(Int(servers)) places",
      validity: "a lower bound: throttled events come back after a pause, not as soon as a place is free")
  }

  // MARK: Partners

  private func partner(_ station: StationAnalysis) -> WaitEstimate? {
    guard let spec = system.partners.first(where: { $0.name == station.resource }), spec.maxRate == nil,
      let limit = spec.maxConcurrent, let seconds = station.serviceSeconds, station.offeredMean > 0
    else { return nil }
    if let callers = station.visitorsMax, callers <= Double(limit) {
      return WaitEstimate(
        meanWait: 0, formula: "callers counted",
        validity:
          "at most \(QuantityText.count(callers)) calls are under way and \(limit) are allowed: none waits or is refused"
      )
    }
    if let none = unsteady(station) { return none }
    let load = station.offeredMean * seconds
    if case .queue = spec.overLimit {
      guard
        let queue = try? GGcApproximation(
          arrivalRate: station.offeredMean, meanService: seconds, servers: limit, arrivalScv: 1,
          serviceScv: station.serviceScv ?? 1)
      else { return nil }
      return WaitEstimate(
        meanWait: queue.allenCunneenMeanWait, formula: "M/G/c (Allen-Cunneen), \(limit) places",
        validity: "calls come at random; callers that wait themselves make the true wait shorter")
    }
    guard let blocking = try? ErlangB.blocking(offeredLoad: load, servers: limit) else { return nil }
    return WaitEstimate(
      formula: "Erlang B",
      validity:
        "\(QuantityText.percent(blocking, digits: 2)) of the calls find \(limit) places taken if they come at random and are not repeated"
    )
  }
}

extension DurationLaw {
  /// A law with a mean and a squared coefficient of variation: what formulas of two moments need.
  static func matching(mean: Double, scv: Double) throws(QueueingError) -> DurationLaw {
    scv > 1e-9 ? try gamma(shape: 1 / scv, mean: mean) : try deterministic(mean)
  }
}

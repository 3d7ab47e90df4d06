import Kernel
import Scenarios
import Services

extension StationBuilder {
  /// Writing and reading the shards of a stream. Source: fact sheet §1.3, §1.4, §1.5.
  func streamStations(_ stream: Int) -> [StationAnalysis] {
    let spec = system.streams[stream]
    let visits = perWorkload { $0.streams[stream] }
    let shards = "\(spec.shardCount) \(spec.shardCount == 1 ? "shard" : "shards")"
    let sizes = system.workloads.map { SampleMessage.meanSize(of: $0) }
    let shares = system.workloads.indices.map { KeyShares.shares(ofStream: stream, workload: $0, in: system) }
    /// Use of the busiest shard, for each shard that may be it.
    func forms(_ perRecord: (Int) -> Double) -> [[Double]] {
      let hottest = hottestShards(visits, shares)
      return hottest.map { shard in visits.indices.map { visits[$0] * shares[$0][shard] * perRecord($0) } }
    }
    var stations: [StationAnalysis] = []
    if spec.isOnDemand {
      var writes = station(
        "\(spec.logicalID) writes", spec.logicalID, .streamWrites, unit: "records", visits: visits, forms: [],
        text: "on demand")
      writes.notes.append(
        "an on-demand stream grows with its traffic; throttling while it grows is left to the simulation")
      stations.append(writes)
    } else {
      let records = required(.kinesisWriteRecordsPerSecond)
      let bytes = required(.kinesisWriteBytesPerSecond)
      var writes = station(
        "\(spec.logicalID) writes", spec.logicalID, .streamWrites, unit: "records", visits: visits,
        forms: forms { _ in 1 / records } + forms { sizes[$0] / bytes },
        text: "\(shards) × \(QuantityText.count(records)) records/s, \(QuantityText.bytes(bytes))/s")
      noteHotShard(&writes, visits, shares)
      stations.append(writes)
    }
    stations += readStations(stream, visits, sizes, forms)
    return stations
  }

  private func readStations(
    _ stream: Int, _ visits: [Double], _ sizes: [Double], _ forms: ((Int) -> Double) -> [[Double]]
  ) -> [StationAnalysis] {
    let spec = system.streams[stream]
    let pollers = system.mappings.count { $0.stream == stream && $0.consumer == nil && $0.enabled }
    var stations: [StationAnalysis] = []
    if pollers > 0 {
      let bytes = required(.kinesisReadBytesPerSecond)
      let calls = required(.kinesisReadCallsPerSecond)
      let poll = required(.mappingPollSeconds)
      let polling = poll > 0 ? Double(pollers) / poll / calls : 0
      let readers = pollers == 1 ? "1 poller" : "\(pollers) pollers"
      let polls = QuantityText.plain(Double(pollers) / max(1e-9, poll))
      let read = forms { sizes[$0] * Double(pollers) / bytes }
      let byteLoad = read.map { peak($0) }.max() ?? 0
      var reads: StationAnalysis
      if polling > byteLoad {
        // Calls are asked for whether or not there are records: full or not, they do not grow with them.
        reads = station(
          "\(spec.logicalID) reads", spec.logicalID, .streamReads, unit: "calls", visits: visits, forms: [],
          fixedLoad: polling,
          text:
            "\(polls) \(polls == "1" ? "poll" : "polls")/s of \(QuantityText.count(calls)) calls/s a shard, \(readers)"
        )
        reads.utilizationMean = polling
        reads.utilizationPeak = polling
        reads.offeredMean = polling * calls * Double(spec.shardCount)
        reads.offeredPeak = reads.offeredMean
        reads.capacity = calls * Double(spec.shardCount)
        reads.visits = visits.map { _ in 0 }
        reads.isBound = false
        if polling > 1 {
          reads.notes.append(
            "\(readers) ask each shard \(polls) times a second and \(QuantityText.count(calls)) are allowed: reads are throttled at any load, and records get old"
          )
        }
      } else {
        reads = station(
          "\(spec.logicalID) reads", spec.logicalID, .streamReads, unit: "records", visits: visits,
          forms: read,
          text: "\(QuantityText.bytes(bytes))/s a shard, \(readers)")
      }
      stations.append(reads)
    }
    for (index, consumer) in system.consumers.enumerated() where consumer.stream == stream {
      guard system.mappings.contains(where: { $0.consumer == index && $0.enabled }) else { continue }
      let bytes = required(.kinesisFanOutBytesPerSecond)
      stations.append(
        station(
          "\(consumer.logicalID) reads", consumer.logicalID, .streamReads, unit: "records", visits: visits,
          forms: forms { sizes[$0] / bytes }, text: "\(QuantityText.bytes(bytes))/s a shard for itself"))
    }
    return stations
  }

  /// The workers of an event source mapping: one a shard, or `ParallelizationFactor`. Source: fact sheet §2.2, §2.5.
  func workers(_ index: Int) -> StationAnalysis {
    let mapping = system.mappings[index]
    let function = system.functions[mapping.function].logicalID
    let shards = system.streams[mapping.stream].shardCount
    let lanes = mapping.parallelizationFactor
    let visits = perWorkload { $0.mappings[index] }
    let batch = demands.batch(ofMapping: index)
    let times = service(
      of: mapping.function, batch: batch,
      overhead: WorkerDelivery.seconds(ofMapping: index, in: system))
    let shares = system.workloads.indices.map {
      KeyShares.shares(ofStream: mapping.stream, workload: $0, in: system)
    }
    var forms: [[Double]] = []
    if let times, mapping.enabled {
      forms = hottestShards(visits, shares).map { shard in
        visits.indices.map { visits[$0] * shares[$0][shard] * times.seconds[$0] / batch / Double(lanes) }
      }
    }
    let count = shards * lanes
    var station = station(
      workersName(ofMapping: index), function, .workers, unit: "records", visits: visits, forms: forms,
      text: workersText(count, batch, times))
    finish(&station, servers: mapping.enabled ? count : 0, batch, times, function: mapping.function)
    return station
  }

  /// The concurrency of a mapping that reads a queue. Source: fact sheet §3.1.
  func queueWorkers(_ index: Int) -> StationAnalysis {
    let mapping = system.queueMappings[index]
    let function = system.functions[mapping.function].logicalID
    let visits = perWorkload { $0.queueMappings[index] }
    let batch = demands.batch(ofQueueMapping: index)
    let times = service(
      of: mapping.function, batch: batch, overhead: WorkerDelivery.fromQueue(system.limits).mean)
    let count = mapping.enabled ? queueConcurrency(mapping) : 0
    let form = times.map { times in
      visits.indices.map { visits[$0] * times.seconds[$0] / batch / Double(max(1, count)) }
    }
    var station = station(
      workersName(ofQueueMapping: index), function, .workers,
      unit: "messages", visits: visits, forms: form.map { [$0] } ?? [], text: workersText(count, batch, times)
    )
    finish(&station, servers: count, batch, times, function: mapping.function)
    return station
  }

  /// Batches that a mapping of a queue can have in hand at most.
  func queueConcurrency(_ mapping: QueueMappingSpec) -> Int {
    var most = required(.sqsPollersMax)
    if let pollers = mapping.pollers {
      most = Double(pollers.maximum) * required(.sqsProvisionedPollerConcurrency)
    }
    if let maximum = mapping.maximumConcurrency { most = min(most, Double(maximum)) }
    return Int(min(most, Double(concurrencyLimit(of: mapping.function))))
  }

  // MARK: Helpers

  /// Shards that may be the busiest: one for each workload, and the one that is at the mix.
  private func hottestShards(_ visits: [Double], _ shares: [[Double]]) -> [Int] {
    let count = shares.first?.count ?? 0
    var totals = Array(repeating: 0.0, count: count)
    for (index, share) in shares.enumerated() {
      for shard in 0..<count { totals[shard] += visits[index] * share[shard] * meanRates[index] }
    }
    let hottest = totals.indices.max { totals[$0] < totals[$1] } ?? 0
    let own = shares.map { share in share.indices.max { share[$0] < share[$1] } ?? 0 }
    return [hottest] + own.filter { $0 != hottest }
  }

  private func noteHotShard(_ station: inout StationAnalysis, _ visits: [Double], _ shares: [[Double]]) {
    let count = shares.first?.count ?? 1
    guard count > 1 else { return }
    let rates = zip(visits, meanRates).map { $0 * $1 }
    let total = rates.reduce(0, +)
    guard total > 0 else { return }
    let highest =
      (0..<count).map { shard in
        zip(rates, shares).reduce(0) { $0 + $1.0 * $1.1[shard] } / total
      }.max() ?? 0
    guard highest * Double(count) > 1.02 else { return }
    station.notes.append(
      "its busiest shard gets \(QuantityText.percent(highest, digits: 1)) of the records, an even share would be \(QuantityText.percent(1 / Double(count), digits: 1))"
    )
  }

  /// What the workers of a mapping are called: by their function, and by the source where it has several.
  func workersName(ofMapping index: Int) -> String {
    let mapping = system.mappings[index]
    return workersName(mapping.function, system.streams[mapping.stream].logicalID)
  }

  func workersName(ofQueueMapping index: Int) -> String {
    let mapping = system.queueMappings[index]
    return workersName(mapping.function, system.queues[mapping.queue].logicalID)
  }

  private func workersName(_ function: Int, _ source: String) -> String {
    let name = system.functions[function].logicalID
    let sources =
      system.mappings.count { $0.function == function }
      + system.queueMappings.count { $0.function == function }
    return sources > 1 ? "\(name) workers (\(source))" : "\(name) workers"
  }

  private func workersText(_ count: Int, _ batch: Double, _ times: ServiceByWorkload?) -> String {
    let workers = "\(QuantityText.count(count)) \(count == 1 ? "worker" : "workers")"
    guard let times else { return "\(workers), time of the handler unknown" }
    let size = batch > 1 ? " × \(QuantityText.plain((batch * 10).rounded() / 10)) a batch" : ""
    return "\(workers)\(size) / \(QuantityText.duration(times.mean))"
  }

  private func finish(
    _ station: inout StationAnalysis, servers: Int, _ batch: Double, _ times: ServiceByWorkload?,
    function: Int
  ) {
    station.servers = Double(servers)
    station.batch = batch
    station.serviceSeconds = times?.mean
    station.serviceScv = times?.scv
    station.visitorsMax = Double(servers) * batch
    if servers == 0 { station.capacity = 0 }
    qualify(&station, function: function)
  }
}

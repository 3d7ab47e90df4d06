import Kernel
import Scenarios
import Services

/// Makes the stations of a system from the flows of its workloads.
struct StationBuilder {
  let system: SystemSpec
  let flows: [MessageFlow]
  let demands: DemandBook
  let profiles: [ArrivalProfile]
  /// Runs that have measured the handlers in Swift.
  let pilot: PilotStudy?
  /// Mean rate of each workload over the run. [1/s]
  let meanRates: [Double]
  var limits: Limits { system.limits }

  init(
    _ system: SystemSpec, flows: [MessageFlow], demands: DemandBook, profiles: [ArrivalProfile],
    pilot: PilotStudy? = nil
  ) {
    self.pilot = pilot
    self.system = system
    self.flows = flows
    self.demands = demands
    self.profiles = profiles
    let duration = max(1, system.run.duration.seconds)
    meanRates = profiles.map { $0.count / duration }
  }

  /// All stations, in the order in which messages meet their kinds.
  func stations() -> [StationAnalysis] {
    var stations: [StationAnalysis] = []
    stations += system.functions.indices.compactMap { collection($0) }
    stations += system.topics.isEmpty ? [] : [topics()]
    for stream in system.streams.indices { stations += streamStations(stream) }
    stations += system.mappings.indices.map { workers($0) }
    stations += system.queueMappings.indices.map { queueWorkers($0) }
    stations += system.functions.indices.map { function($0) }
    if let account = account() { stations.append(account) }
    stations += system.partners.indices.map { partner($0) }
    for table in system.tables.indices { stations += tableStations(table) }
    stations += system.deliveryStreams.indices.compactMap { deliveryStream($0) }
    for bucket in system.buckets.indices { stations += bucketStations(bucket) }
    let knowsAll = !flows.contains { $0.meetsSwift }
    return stations.filter { station in
      station.visits.contains { $0 > 0 } || station.fixedLoad > 0 || !knowsAll
    }.map { station in
      // Retries that a pilot has seen are in all its figures.
      var station = station
      if pilot?.sawTrouble ?? false { station.isBound = false }
      return station
    }
  }

  // MARK: Helpers

  /// A station with its loads and rates filled in.
  ///
  /// - Parameter forms: Use of the capacity by one message a second of each workload, for every limit there is; the
  ///   one that binds at the mix of the workloads counts.
  func station(
    _ name: String, _ resource: String, _ kind: StationAnalysis.Kind, unit: String, visits: [Double],
    forms: [[Double]], fixedLoad: Double = 0, text: String
  ) -> StationAnalysis {
    var station = StationAnalysis(
      name: name, resource: resource, kind: kind, unit: unit, visits: visits,
      loads: Array(repeating: 0, count: visits.count), capacityText: text)
    var highest = -1.0
    for form in forms {
      let load = zip(form, mix).reduce(0) { $0 + $1.0 * $1.1 }
      if load > highest { (highest, station.loads) = (load, form) }
    }
    station.fixedLoad = fixedLoad
    station.burstSeconds = burstSeconds(kind)
    station.offeredMean = dot(visits, meanRates)
    station.offeredPeak = peak(visits)
    let isLimited = !forms.isEmpty
    if isLimited {
      let used = dot(station.loads, mix)
      if used > 0 { station.capacity = dot(visits, mix) * max(0, 1 - fixedLoad) / used }
      station.utilizationMean = fixedLoad + dot(station.loads, meanRates)
      station.utilizationPeak = fixedLoad + peak(station.loads)
    }
    return station
  }

  /// Buckets of tokens hold one second's worth, a table saves for longer; workers and places save nothing.
  private func burstSeconds(_ kind: StationAnalysis.Kind) -> Double {
    switch kind {
    case .streamWrites, .streamReads, .topic, .deliveryStream, .bucketWrites, .bucketReads: 1
    case .tableReads, .tableWrites: required(.dynamodbBurstSeconds)
    case .workers, .function, .account, .partner, .collection: 0
    }
  }

  /// Shares of the workloads in the load: their mean rates, all alike when nothing arrives.
  private var mix: [Double] {
    meanRates.contains { $0 > 0 } ? meanRates : Array(repeating: 1, count: meanRates.count)
  }

  func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  /// The highest value of a weighted sum of the rates, which lies at an end of a piece.
  func peak(_ weights: [Double]) -> Double {
    var highest = 0.0
    for time in SystemAnalysis.breakpoints(profiles) {
      var after = 0.0
      var before = 0.0
      for (weight, profile) in zip(weights, profiles) where weight > 0 {
        after += weight * profile.rate(at: time)
        before += weight * profile.rate(before: time)
      }
      highest = max(highest, after, before)
    }
    return highest
  }

  func perWorkload(_ value: (MessageFlow) -> Double) -> [Double] { flows.map(value) }

  func scaled(_ values: [Double], by factor: Double) -> [Double] { values.map { $0 * factor } }

  func required(_ name: LimitName) -> Double { limits.required(name) }
}

import Kernel
package import Scenarios
package import Services

/// What a scenario says about load and capacity before anything is simulated.
///
/// Follows the messages of each workload through the graph once, works the handlers' steps out by their laws, and sets
/// what reaches each station beside what it can take. Retries, refusals, cold starts and waiting are left out, so that
/// the load is a lower bound and the capacity an upper one.
/// - Source: visit ratios and bottlenecks of open networks, methods §7.7.
package struct SystemAnalysis: Sendable {
  /// One workload's messages over the run.
  package struct Workload: Sendable {
    package var name: String
    package var profile: ArrivalProfile
    /// Over `run.duration`. [1/s]
    package var meanRate: Double
    package var peakRate: Double { profile.peak }
  }
  package var workloads: [Workload]
  /// In the order in which messages meet their kinds.
  package var stations: [StationAnalysis]
  /// Functions in Swift whose work no run has measured: what they do is missing in the loads.
  package var unmeasured: [String]
  /// Share of messages whose first handling fails, by function: retries come on top of every load.
  package var failing: [(function: String, share: Double)]
  /// Quantities that a run reports, by formula; empty unless asked for.
  package var predictions: [Prediction] = []
  /// How handlers in Swift were measured; nil where nothing was.
  package var pilotNote: String?
  /// The scenario has a timeline.
  package let changesOverTime: Bool
  /// How long workloads emit. [s]
  package let duration: Double
  /// Relative error that sampled means may have; bounds leave this much room.
  let margin: Double

  package init(_ compiled: CompiledScenario, pilot: PilotStudy? = nil, explains: Bool = false) {
    self.init(compiled.system, pilot: pilot, explains: explains)
  }

  /// - Parameters:
  ///   - pilot: Runs that have measured the handlers in Swift; without it their work is missing in the loads.
  ///   - explains: Also estimates waits and everything that a run can be held against, which a planner has no use for.
  package init(_ system: SystemSpec, pilot: PilotStudy? = nil, explains: Bool = false) {
    duration = system.run.duration.seconds
    let profiles = system.workloads.map {
      ArrivalProfile(
        $0.arrivals, duration: system.run.duration.seconds, startEpochMinutes: system.run.startEpochMinutes)
    }
    workloads = zip(system.workloads, profiles).map { workload, profile in
      Workload(
        name: workload.name, profile: profile,
        meanRate: profile.count / max(1, system.run.duration.seconds))
    }
    changesOverTime = !system.timeline.isEmpty
    let pilot = PilotStudy.isNeeded(for: system) ? pilot : nil
    let demands = DemandBook(system, profiles: profiles, pilot: pilot)
    let flows = system.workloads.indices.map { index in
      pilot?.measurements[index].flow(of: index, in: system)
        ?? FlowTracer.flow(of: index, in: system, demands: demands)
    }
    let builder = StationBuilder(
      system, flows: flows, demands: demands, profiles: profiles, pilot: pilot)
    stations = builder.stations()
    if flows.contains(where: \.makesMessages) {
      // What a pilot has measured cannot be told apart: nothing of it is certain to be the messages' own.
      let own = system.workloads.indices.map { index in
        pilot == nil
          ? FlowTracer.flow(of: index, in: system, demands: demands, isAlone: true) : MessageFlow(system)
      }
      let alone = StationBuilder(system, flows: own, demands: demands, profiles: profiles, pilot: pilot)
      Self.note(ownLoads: alone.stations(), at: &stations)
    }
    let handlers = system.functions.filter { function in
      if case .swift = function.handler { true } else { false }
    }.map(\.logicalID)
    unmeasured = pilot == nil ? handlers : []
    margin = pilot == nil ? 0.01 : PilotStudy.accuracy
    if let pilot { pilotNote = pilot.note(about: handlers) }
    failing = []
    for flow in flows {
      for entry in flow.failing {
        let name = system.functions[entry.function].logicalID
        if !failing.contains(where: { $0.function == name }) { failing.append((name, entry.share)) }
      }
    }
    for snapshot in TimelineSnapshot.all(of: system) {
      let demands = DemandBook(snapshot.system, profiles: profiles, pilot: pilot)
      let changed = StationBuilder(
        snapshot.system, flows: flows, demands: demands, profiles: profiles, pilot: pilot
      ).stations()
      for index in stations.indices {
        guard let later = changed.first(where: { $0.name == stations[index].name }) else { continue }
        stations[index].changed(to: later, at: snapshot.time.seconds)
      }
    }
    guard explains else { return }
    let estimator = WaitEstimator(builder: builder)
    for index in stations.indices { stations[index].wait = estimator.estimate(stations[index]) }
    predictions = Predictor.predictions(builder, self)
  }

  private static func note(ownLoads own: [StationAnalysis], at stations: inout [StationAnalysis]) {
    for index in stations.indices {
      let loads = own.first { $0.name == stations[index].name }?.loads
      stations[index].ownLoads = loads ?? stations[index].loads.map { _ in 0 }
    }
  }

  /// The limited station with the highest use at the peak; nil when nothing is limited.
  package var bottleneck: StationAnalysis? {
    stations.filter { $0.utilizationPeak != nil }
      .max {
        ($0.utilizationPeak ?? 0, $0.utilizationMean ?? 0) < (
          $1.utilizationPeak ?? 0, $1.utilizationMean ?? 0
        )
      }
  }

  /// Every instant at which the rate of some workload changes its slope. Ascending. [s since start]
  static func breakpoints(_ profiles: [ArrivalProfile]) -> [Double] {
    Set(profiles.flatMap { profile in profile.pieces.flatMap { [$0.start, $0.end] } }).sorted()
  }
}

extension StationAnalysis {
  /// Notes the capacity that a change of the timeline leaves.
  mutating func changed(to later: StationAnalysis, at time: Double) {
    guard later.capacity != (capacityChanges.last?.capacity ?? capacity) else { return }
    capacityChanges.append((time, later.capacity))
  }

  /// How much larger the capacity ever becomes than it is at the start; infinite when the limit goes away.
  var capacityGain: Double {
    guard let capacity else { return 1 }
    var best = capacity
    for change in capacityChanges {
      guard let later = change.capacity else { return .infinity }
      best = max(best, later)
    }
    return capacity > 0 ? best / capacity : best > 0 ? .infinity : 1
  }
}

/// A system as a change of its timeline leaves it.
struct TimelineSnapshot {
  var time: SimTime
  var system: SystemSpec

  /// One for every instant that changes something a capacity depends on.
  static func all(of system: SystemSpec) -> [TimelineSnapshot] {
    var snapshots: [TimelineSnapshot] = []
    var current = system
    for entry in system.timeline.sorted(by: { $0.time < $1.time }) {
      switch entry.change {
      case .partner(let index, let spec): current.partners[index] = spec
      case .reservedConcurrency(let function, let reserved):
        current.functions[function].reservedConcurrentExecutions = reserved
      case .mappingEnabled(let index, let isEnabled): current.mappings[index].enabled = isEnabled
      case .queueMappingEnabled(let index, let isEnabled): current.queueMappings[index].enabled = isEnabled
      case .shardCount(let stream, let count): current.streams[stream].shardCount = count
      // They change what happens to messages, not how many a station takes.
      case .errorRule, .scheduleEnabled, .bucketAvailable, .queueOutage: continue
      }
      if snapshots.last?.time == entry.time { snapshots.removeLast() }
      snapshots.append(TimelineSnapshot(time: entry.time, system: current))
    }
    return snapshots
  }
}

import Kernel
import Services
import Synchronization

/// What the handlers of a system cost, each worked out once for a workload and a batch.
final class DemandBook: Sendable {
  private struct Key: Hashable {
    var function: Int
    var workload: Int
    var batch: Double
    var found: Double?
  }
  let system: SystemSpec
  private let profiles: [ArrivalProfile]
  /// Runs that have measured the handlers in Swift; nil without any.
  private let pilot: PilotStudy?
  private let known = Mutex<[Key: HandlerDemand?]>([:])

  init(_ system: SystemSpec, profiles: [ArrivalProfile], pilot: PilotStudy? = nil) {
    self.system = system
    self.pilot = pilot
    self.profiles = profiles
  }

  func demand(of function: Int, workload: Int, batch: Double, found: Double? = nil) -> HandlerDemand? {
    let key = Key(function: function, workload: workload, batch: batch, found: found)
    if let demand = known.withLock({ $0[key] }) { return demand }
    let demand =
      HandlerWalk.demand(system, function: function, workload: workload, batch: batch, found: found ?? 1)
      ?? measured(function, workload, batch: batch)
    known.withLock { $0[key] = demand }
    return demand
  }

  /// What a pilot run has measured of a handler in Swift. What it asks of other services is in the flows.
  private func measured(_ function: Int, _ workload: Int, batch: Double) -> HandlerDemand? {
    guard let measurement = pilot?.measurements.first(where: { $0.workload == workload }) else { return nil }
    // A function that no message of the workload has reached costs it nothing.
    let time = measurement.batchTime(of: function, in: system) ?? (0, 0)
    return HandlerDemand(
      batch: batch, seconds: time.fixed + time.perMessage * batch, variance: 0, effects: Effects(system),
      failureShare: 0, width: batch)
  }

  // MARK: Batches

  /// Mean size over all workloads, each counting as often as it has messages. [bytes]
  private var meanSize: Double {
    let counts = profiles.map(\.count)
    let total = counts.reduce(0, +)
    guard total > 0 else { return 1024 }
    let bytes = zip(system.workloads, counts).reduce(0) { $0 + SampleMessage.meanSize(of: $1.0) * $1.1 }
    return bytes / total
  }

  /// Records of a full batch: `BatchSize`, or what the payload of an invocation holds.
  func batch(ofMapping index: Int) -> Double {
    let mapping = system.mappings[index]
    guard mapping.batchSize > 1 else { return 1 }
    let record = (meanSize + 2) / 3 * 4 + system.limits.required(.mappingRecordOverheadBytes)
    return min(Double(mapping.batchSize), max(1, system.limits.required(.mappingPayloadMaxBytes) / record))
  }

  /// Messages of a full batch; without a window no more than one receive returns.
  func batch(ofQueueMapping index: Int) -> Double {
    let mapping = system.queueMappings[index]
    let most =
      mapping.batchingWindow == .zero
      ? min(Double(mapping.batchSize), system.limits.required(.sqsBatchMax)) : Double(mapping.batchSize)
    guard most > 1 else { return 1 }
    let message = meanSize + system.limits.required(.sqsRecordOverheadBytes)
    return min(most, max(1, system.limits.required(.mappingPayloadMaxBytes) / message))
  }

  // MARK: Functions that take messages

  func takers(ofStore store: Int) -> [Int] {
    takers { if case .take(store, _) = $0 { true } else { false } }
  }

  func takers(ofQueue queue: Int) -> [Int] {
    takers { if case .receive(queue, _) = $0 { true } else { false } }
  }

  /// Functions with such a step; what is taken from a store without any is known after a run only.
  private func takers(_ takes: (Step) -> Bool) -> [Int] {
    system.functions.indices.filter { index in
      if case .steps(let program) = system.functions[index].handler {
        program.steps.contains(where: takes)
      } else {
        false
      }
    }
  }

  /// Most messages that one invocation takes; nil for all that are there.
  func mostTaken(by function: Int) -> Int? {
    guard case .steps(let program) = system.functions[function].handler else { return nil }
    for step in program.steps {
      switch step {
      case .take(_, let most): return most
      case .receive(_, let most): return most ?? Int(system.limits.required(.sqsBatchMax))
      default: continue
      }
    }
    return nil
  }

  /// Seconds between two invocations by schedules; nil without a schedule. [s]
  func period(of function: Int) -> Double? {
    let clocks = system.schedules.filter { $0.function == function && $0.enabled }
    guard !clocks.isEmpty else { return nil }
    let horizon = max(60, Int(system.run.duration.seconds / 60))
    let firings = clocks.reduce(0) { sum, schedule in
      let clock = ScheduleClock(schedule.expression, startEpochMinutes: system.run.startEpochMinutes)
      var count = 0
      var minute = clock.next(afterMinute: -1)
      while let due = minute, due <= horizon {
        count += 1
        minute = clock.next(afterMinute: due)
      }
      return sum + count
    }
    return firings > 0 ? Double(horizon) * 60 / Double(firings) : nil
  }

  /// Messages that an invocation of a taking function finds on average, at least one.
  func found(by function: Int) -> Double {
    let total = profiles.reduce(0) { $0 + $1.count }
    let mean = total / max(1, system.run.duration.seconds) * (period(of: function) ?? 60)
    return max(1, min(mean, mostTaken(by: function).map(Double.init) ?? .infinity))
  }
}

import Services
package import Statistics

/// What a planner may rely on without simulating: bounds that are never on the pessimistic side.
extension SystemAnalysis {
  /// Which rate of the arrivals a bound looks at.
  package enum LoadBasis: Sendable, Hashable {
    /// Over the whole time of emission: more than this leaves a backlog at its end.
    case mean
    /// At the highest point of the profile: more than this builds up a backlog there.
    case peak
  }

  /// The factor on all arrivals, or on those of one workload, at which the first station is full.
  ///
  /// Optimistic: the true factor is not above it, except for the randomness of a short run. Infinite when no station
  /// that is known for certain is limited; zero when other workloads alone fill one.
  package func sustainableScale(of workload: String? = nil, at basis: LoadBasis = .mean) -> Double {
    firstToSaturate(of: workload, at: basis)?.scale ?? .infinity
  }

  /// The station that limits `sustainableScale`, and that factor.
  package func firstToSaturate(
    of workload: String? = nil, at basis: LoadBasis = .mean, boundsOnly: Bool = true
  )
    -> (station: StationAnalysis, scale: Double)?
  {
    var first: (station: StationAnalysis, scale: Double)?
    let times = basis == .peak ? Self.breakpoints(workloads.map(\.profile)) : []
    for station in stations where station.isBound || !boundsOnly {
      var scale = Double.infinity
      if basis == .mean {
        scale = self.scale(station, workload, rates: workloads.map(\.meanRate))
      } else {
        for time in times {
          scale = min(
            scale, self.scale(station, workload, rates: workloads.map { $0.profile.rate(at: time) }),
            self.scale(station, workload, rates: workloads.map { $0.profile.rate(before: time) }))
        }
      }
      if scale < first?.scale ?? .infinity { first = (station, scale) }
    }
    return first
  }

  /// The factor at which one station is full at given rates.
  private func scale(_ station: StationAnalysis, _ workload: String?, rates: [Double]) -> Double {
    var scaled = 0.0
    var other = 0.0
    for (index, entry) in workloads.enumerated() {
      let load = station.loads[index] * rates[index]
      if workload == nil || entry.name == workload { scaled += load } else { other += load }
    }
    guard scaled > 0 else { return .infinity }
    let room = slack(of: station) - other
    return max(0, room / scaled)
  }

  /// Use at which a station is certainly full: 1 and the room for errors of sampling, saved capacity and later changes.
  private func slack(of station: StationAnalysis) -> Double {
    (1 + margin) * station.capacityGain * (1 + station.burstSeconds / max(1, duration))
  }

  /// The least time from the last arrival of a workload until its last message can be done. [s]
  ///
  /// Each station is given to this workload alone and works without a pause. Randomness is allowed for by three standard
  /// deviations of the work of a Poisson count of messages, saved-up capacity by the time that it is worth.
  package func drainTimeLowerBound(of workload: String) -> Double {
    guard let index = workloads.firstIndex(where: { $0.name == workload }) else { return 0 }
    let profile = workloads[index].profile
    let count = profile.count
    guard count > 0 else { return 0 }
    var longest = 0.0
    for station in stations where station.isBound {
      // Messages that handlers make may be under way when the last one of the workload is done.
      let load = station.ownLoads?[index] ?? station.loads[index]
      guard load > 0 else { continue }
      // The sum of random times of a random number of messages.
      let visitors = count * min(1, max(station.visits[index], 1e-9))
      let noise = 3 * ((1 + (station.serviceScv ?? 1)) / visitors).squareRoot()
      let factor = max(0, 1 - margin - noise)
      let gain = (1 + margin) * station.capacityGain
      guard gain.isFinite else { continue }
      let capacity = gain / load
      guard
        let fluid = try? FluidBacklog(
          phases: profile.phases(times: factor, capacity: { _ in capacity }),
          afterwards: (arrivalRate: 0, capacity: capacity))
      else { continue }
      longest = max(longest, fluid.drainTime - station.burstSeconds)
    }
    return longest
  }

  /// The backlog in front of a station over the arrivals of all workloads, as a fluid; nil for a station without a limit.
  ///
  /// - Source: methods §7.9.
  package func backlog(at station: StationAnalysis) -> FluidBacklog? {
    guard station.capacity != nil || !station.capacityChanges.isEmpty,
      station.kind != .streamReads || station.fixedLoad == 0
    else { return nil }
    // No capacity counts as one that everything passes.
    let unlimited = max(1, station.offeredPeak) * 1_000
    let changes = [(time: 0.0, capacity: station.capacity)] + station.capacityChanges
    func capacity(_ time: Double) -> Double {
      changes.last { $0.time <= time }.flatMap(\.capacity) ?? unlimited
    }
    var times = Set(Self.breakpoints(workloads.map(\.profile)) + changes.map(\.time))
    times.insert(0)
    let instants = times.sorted()
    var phases: [FluidBacklog.Phase] = []
    for (start, end) in zip(instants, instants.dropFirst()) where end > start {
      func rate(_ value: (ArrivalProfile) -> Double) -> Double {
        zip(station.visits, workloads).reduce(0) { $0 + $1.0 * value($1.1.profile) }
      }
      phases.append(
        .init(
          duration: end - start,
          arrivalRates: (rate { $0.rate(at: start) }, rate { $0.rate(before: end) }),
          capacities: (capacity(start), capacity(start))))
    }
    return try? FluidBacklog(
      phases: phases, afterwards: (arrivalRate: 0, capacity: capacity(instants.last ?? 0)))
  }
}

extension ArrivalProfile {
  /// The profile as phases of a fluid, from the start of the run on.
  func phases(times factor: Double, capacity: (Double) -> Double) -> [FluidBacklog.Phase] {
    var phases: [FluidBacklog.Phase] = []
    var time = 0.0
    for piece in pieces {
      if piece.start > time {
        phases.append(.init(duration: piece.start - time, arrivalRate: 0, capacity: capacity(time)))
      }
      phases.append(
        .init(
          duration: piece.end - piece.start,
          arrivalRates: (piece.startRate * factor, piece.endRate * factor),
          capacities: (capacity(piece.start), capacity(piece.start))))
      time = piece.end
    }
    return phases
  }
}

/// What an overload leaves in front of a station, in the figures of a report.
package struct BacklogFigures: Sendable, Hashable {
  /// Visits that wait at most.
  package var peak: Double
  /// From the last arrival until nothing waits; infinite when that never happens. [s]
  package var drainTime: Double
  /// Over all arrivals; nil where the backlog never ends. [s]
  package var meanWait: Double?
  package var longestWait: Double
}

extension SystemAnalysis {
  package func backlogFigures(at station: StationAnalysis) -> BacklogFigures? {
    backlog(at: station).map { fluid in
      BacklogFigures(
        peak: fluid.peakBacklog, drainTime: fluid.drainTime, meanWait: try? fluid.meanWait(),
        longestWait: fluid.longestWait)
    }
  }
}

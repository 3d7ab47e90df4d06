/// First come, first served jobs of known arrival and service times: no randomness, exact by recursion.
///
/// What a simulation of a deterministic scenario must reproduce to the last digit.
///
/// ```swift
/// let run = try TraceQueue(arrivals: [0, 1, 2], services: [3, 1, 2], servers: 1)
/// run.completions  // [3, 4, 6]
/// ```
/// - Source: Kiefer & Wolfowitz (1955); methods §7.9.
public struct TraceQueue: Sendable, Equatable {
  /// What became of a job.
  public enum Outcome: Sendable, Equatable {
    case served(start: Double, completion: Double)
    /// Found no room.
    case rejected
    /// Gave up waiting.
    case abandoned(at: Double)
  }
  public let arrivals: [Double]
  /// Shape (job), in order of arrival.
  public let outcomes: [Outcome]

  /// - Parameters:
  ///   - arrivals: Ascending; ties are served in the order of the list.
  ///   - services: Service time of each job. Shape (job).
  ///   - waitingMax: Most jobs waiting at once; nil for no limit, 0 for a loss system.
  ///   - patience: Wait after which a job gives up; nil for endless. A server that is free just then serves
  ///     it.
  /// - Complexity: O(jobs·servers) time.
  public init(
    arrivals: [Double], services: [Double], servers: Int, waitingMax: Int? = nil, patience: Double? = nil
  ) throws(QueueingError) {
    try Check.sameCount([arrivals.count, services.count], "arrivals and services")
    try Check.count(servers, "servers")
    if let waitingMax { try Check.count(waitingMax, "waiting room", min: 0) }
    if let patience { try Check.nonnegative(patience, "patience") }
    var free = Array(repeating: -Double.infinity, count: servers)
    // Times at which waiting jobs leave the line; kept only when room is limited.
    var leaving: [Double] = []
    var outcomes: [Outcome] = []
    outcomes.reserveCapacity(arrivals.count)
    for index in arrivals.indices {
      let arrival = arrivals[index]
      guard index == 0 || arrivals[index - 1] <= arrival else {
        throw .malformed("arrivals that do not ascend")
      }
      try Check.nonnegative(services[index], "service time")
      var server = 0
      for other in 1..<max(servers, 1) where free[other] < free[server] { server = other }
      let start = max(arrival, free[server])
      if let waitingMax, start > arrival {
        leaving.removeAll { $0 <= arrival }
        if leaving.count >= waitingMax {
          outcomes.append(.rejected)
          continue
        }
        leaving.append(min(start, arrival + (patience ?? .infinity)))
      }
      if let patience, start - arrival > patience {
        outcomes.append(.abandoned(at: arrival + patience))
        continue
      }
      free[server] = start + services[index]
      outcomes.append(.served(start: start, completion: free[server]))
    }
    self.arrivals = arrivals
    self.outcomes = outcomes
  }

  /// Times at which the served jobs end, in order of arrival.
  public var completions: [Double] {
    outcomes.compactMap { if case .served(_, let completion) = $0 { completion } else { nil } }
  }

  /// Waits of the served jobs, in order of arrival.
  public var waits: [Double] {
    zip(arrivals, outcomes).compactMap { arrival, outcome in
      if case .served(let start, _) = outcome { start - arrival } else { nil }
    }
  }

  /// Total time servers were busy.
  public var busyTime: Double {
    outcomes.reduce(0) { sum, outcome in
      if case .served(let start, let completion) = outcome { sum + completion - start } else { sum }
    }
  }

  public var rejectedCount: Int { outcomes.count { $0 == .rejected } }
  public var servedCount: Int { completions.count }
}

/// Service that starts only at given instants, each with room for some jobs: scheduled polls, slotted
/// releases.
public enum SlottedService {
  /// Start of service of each job, first come, first served; nil for jobs after the last slot. Shape (job).
  ///
  /// - Parameters:
  ///   - arrivals: Ascending.
  ///   - slots: Instants, ascending, and how many jobs may start at each. A job that arrives at a slot takes
  ///     part.
  /// - Complexity: O(jobs + slots).
  public static func starts(
    arrivals: [Double], slots: [(time: Double, size: Int)]
  ) throws(QueueingError) -> [Double?] {
    guard zip(arrivals, arrivals.dropFirst()).allSatisfy({ $0 <= $1 }),
      zip(slots, slots.dropFirst()).allSatisfy({ $0.time <= $1.time })
    else { throw .malformed("arrivals or slots that do not ascend") }
    var starts: [Double?] = []
    for slot in slots {
      try Check.count(slot.size, "size of a slot", min: 0)
      var room = slot.size
      while room > 0, starts.count < arrivals.count, arrivals[starts.count] <= slot.time {
        starts.append(slot.time)
        room -= 1
      }
    }
    return starts + Array(repeating: nil, count: arrivals.count - starts.count)
  }
}

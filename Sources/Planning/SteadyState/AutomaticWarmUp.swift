package import Kernel
package import Records
package import Scenarios
package import Services
import Statistics

/// How `warmup: auto` was decided; shown in every report.
package struct WarmUpChoice: Sendable, Hashable {
  /// Values of messages created earlier are left out.
  package var time: SimDuration
  /// Replications that were looked at; 0 where there is nothing to look at.
  package var pilots: Int
  /// The series that needed the longest; nil when none needs any.
  package var decidedBy: String?
  /// Why there is no warm-up; nil when one was looked for.
  package var reason: String?

  package init(time: SimDuration, pilots: Int, decidedBy: String? = nil, reason: String? = nil) {
    self.time = time
    self.pilots = pilots
    self.decidedBy = decidedBy
    self.reason = reason
  }

  /// One sentence for reports.
  package var text: String {
    if let reason { return "no warm-up: \(reason)" }
    guard let decidedBy else { return "warm-up 0s: \(pilots) pilot replications show no initial transient" }
    return "warm-up \(QuantityText.duration(time.seconds)), from \(pilots) pilot replications; "
      + "\(decidedBy) takes longest to settle"
  }
}

/// Finds how long a scenario takes to forget its empty start, by MSER on minutes of pilot replications.
///
/// Looked at are the backlog of each workload and the load of each station with a capacity, as means over the pilots
/// minute by minute, in groups of five minutes (MSER-5), or of one where messages arrive for less than 50 minutes. The
/// longest truncation of all series serves for all measures. Source: methods §4.
package struct AutomaticWarmUp: Sendable {
  /// Simulations at once. [threads]
  package var jobs: Int
  package init(jobs: Int) { self.jobs = jobs }

  /// Pilot replications of each attempt: a series that does not settle may only be noisy.
  package static let pilotCounts = [5, 10, 20]
  /// Shortest time of arrivals that shows a transient. [min]
  package static let minutesMin = 10
  /// From this on, groups are of five minutes. [min]
  static let longMinutes = 50

  /// The run is too short to tell transient from steady state.
  package struct TooShort: Error, Sendable, Hashable {
    /// What to do about it.
    package var message: String
  }

  /// Runs pilots and decides.
  ///
  /// - Parameters:
  ///   - compiled: With `warmup: auto`; its `warmup` is not looked at.
  ///   - makeRun: Runs one replication of a system from its start.
  /// - Returns: nil when a pilot was interrupted.
  /// - Throws: `TooShort`, or what a pilot threw.
  package func choose(
    _ compiled: CompiledScenario, cancellation: CancellationFlag = CancellationFlag(),
    progress: (@Sendable (ReplicationProgress) -> Void)? = nil,
    makeRun: @escaping @Sendable (SystemSpec, Int) throws -> RunRecords
  ) throws -> WarmUpChoice? {
    if let why = LoadShape.transience(of: compiled.system, rules: compiled.thresholds) {
      return WarmUpChoice(time: .zero, pilots: 0, reason: why)
    }
    let system = Self.pilot(compiled.system)
    let minutes = MinuteSeries.minutes(of: system.run, from: .zero)
    guard minutes.count >= Self.minutesMin else {
      throw TooShort(
        message: "messages arrive for \(minutes.count) whole minutes, and a warm-up is looked for in "
          + "\(Self.minutesMin) or more: give a longer duration, or the warmup itself")
    }
    var pilots: [[MinuteSeries]] = []
    var settling = Settling()
    for count in Self.pilotCounts {
      let runner = ReplicationRunner(replications: Array(pilots.count..<count), jobs: jobs)
      let results = runner.run(cancellation: cancellation, progress: progress) { try makeRun(system, $0) }
      if let failure = results.failure { throw failure }
      guard results.isComplete else { return nil }
      pilots += results.records.map {
        MinuteSeries.backlogs(of: $0, minutes) + MinuteSeries.loads(of: $0, minutes)
      }
      settling.look(at: pilots)
      if let choice = settling.choice { return choice }
    }
    throw TooShort(
      message: "\(settling.unsettled.joined(separator: ", ")) had not settled in the first half of the "
        + "\(minutes.count) minutes of \(pilots.count) pilot replications: give a longer duration, or the warmup itself"
    )
  }

  /// Pilots keep no messages and measure from the start.
  private static func pilot(_ system: SystemSpec) -> SystemSpec {
    var pilot = system
    pilot.run.warmup = .zero
    pilot.output.messages = .none
    pilot.output.traces = 0
    return pilot
  }
}

/// What is known of the series of pilot replications: each is asked again, over more pilots, until it has settled.
///
/// Alone the noise of few pilots can put the smallest statistic at the end of the search, so that a series is refused
/// only by the largest number of pilots.
struct Settling: Sendable {
  private var pilots = 0
  private var names: [String] = []
  /// Minutes to cut off, parallel to the names; nil while a series has not settled.
  private var minutes: [Int?] = []

  /// - Parameter series: Shape (pilot, series), from the first minute on.
  mutating func look(at series: [[MinuteSeries]]) {
    pilots = series.count
    names = series[0].map(\.name)
    if minutes.isEmpty { minutes = Array(repeating: nil, count: names.count) }
    for index in names.indices where minutes[index] == nil {
      let group = series[0][index].values.count >= AutomaticWarmUp.longMinutes ? 5 : 1
      guard
        let truncation = WarmUpTruncation(replications: series.map { $0[index].values }, batchSize: group),
        !truncation.isRunTooShort
      else { continue }
      minutes[index] = truncation.deletedObservations
    }
  }

  var unsettled: [String] { zip(names, minutes).filter { $0.1 == nil }.map(\.0) }

  /// The longest of all series, the first of equals; nil when some series has not settled.
  var choice: WarmUpChoice? {
    guard unsettled.isEmpty, let longest = minutes.compactMap(\.self).max() else { return nil }
    return WarmUpChoice(
      time: .minutes(Int64(longest)), pilots: pilots,
      decidedBy: longest > 0 ? zip(names, minutes).first { $0.1 == longest }?.0 : nil)
  }
}

import Kernel
package import Records
package import Scenarios
package import Services
package import Statistics

/// The least-squares slope of a backlog by minute.
enum BacklogSlope {
  static func perMinute(_ values: [Double]) -> Double {
    BacklogTrend.slopeOfSecondHalf(times: values.indices.map(Double.init), backlog: values)
  }
}

/// Which backlogs grow without end, so that no mean of their waits means anything.
///
/// A backlog is growing when all of this holds over the second half of the time in which messages arrive:
/// - the mean slope over the replications is above 0 by a one-sided t test of 99 %;
/// - it is at least a hundredth of the rate at which messages come;
/// - in its last quarter the mean backlog never falls back to the mean of the quarter before: the saw-tooth of a
///   poller and the swings of a busy but stable queue do.
///
/// Nothing is judged with one replication, with less than ten minutes, or where `LoadShape` finds no steady state.
/// - Source: methods §7.10 (4).
package struct Stability: Sendable, Hashable {
  /// A backlog that grows.
  package struct GrowingBacklog: Sendable, Hashable {
    /// A workload or a queue.
    package var name: String
    /// Mean over the replications with its 95 % interval. [messages/min]
    package var growth: MeanInterval
  }
  /// In the order of the system.
  package var workloads: [GrowingBacklog] = []
  package var queues: [GrowingBacklog] = []
  package var isUnstable: Bool { !workloads.isEmpty || !queues.isEmpty }

  /// Everything is stable as far as anyone knows.
  package init() {}

  package init(_ runs: [RunRecords], system: SystemSpec, rules: [Threshold]) {
    let minutes = MinuteSeries.minutes(of: system.run, from: system.run.warmup)
    guard runs.count >= 2, minutes.count >= MinuteSeries.minutesMin,
      LoadShape.transience(of: system, rules: rules) == nil
    else { return }
    let created = runs.map { run in run.workloads.reduce(0) { $0 + Double($1.books[0].created) } }
    let total = created.reduce(0, +) / Double(runs.count) / max(1, system.run.duration.seconds / 60)
    let backlogs = runs.map { MinuteSeries.backlogs(of: $0, minutes) }
    for index in runs[0].workloads.indices {
      let own = runs.reduce(0) { $0 + Double($1.workloads[index].books[0].created) } / Double(runs.count)
      let rate = own / max(1, system.run.duration.seconds / 60)
      if let growth = Self.growth(backlogs.map { $0[index].values }, rate: rate) {
        workloads.append(GrowingBacklog(name: runs[0].workloads[index].name, growth: growth))
      }
    }
    let queued = runs.map { MinuteSeries.queues(of: $0, system, minutes) }
    for index in queued[0].indices {
      if let growth = Self.growth(queued.map { $0[index].values }, rate: total) {
        queues.append(GrowingBacklog(name: queued[0][index].name, growth: growth))
      }
    }
  }

  package func growth(of workload: String) -> MeanInterval? {
    workloads.first { $0.name == workload }?.growth
  }

  /// Whether a mean of this quantity would say nothing: the latency of a workload whose backlog grows.
  package func hidesMean(of metric: String) -> MeanInterval? {
    workloads.first { "\($0.name).Latency" == metric }?.growth
  }

  /// `orders: unstable, grows by 850 messages a minute (± 3)`, one a backlog.
  package var text: [String] {
    workloads.map { "\($0.name): unstable, \(Self.words($0.growth))" }
      + queues.map { "\($0.name): unstable, the queue \(Self.words($0.growth))" }
  }

  /// `grows by 850 messages a minute (± 3)`.
  package static func words(_ growth: MeanInterval) -> String {
    let digits = { (value: Double) in QuantityText.count(value >= 10 ? value.rounded() : value) }
    let half = growth.halfWidth.map { $0 > 0 ? " (± \(digits($0)))" : " (deterministic)" } ?? ""
    return "grows by \(digits(growth.mean)) messages a minute\(half)"
  }

  /// Confidence of the t test.
  private static let confidence = 0.99
  /// Smallest growth that matters, as a share of the arrivals.
  private static let shareMin = 0.01

  /// The growth of one backlog, or nil when it does not grow.
  ///
  /// - Parameters:
  ///   - backlogs: Shape (replication, minute).
  ///   - rate: At which messages come. [1/min]
  private static func growth(_ backlogs: [[Double]], rate: Double) -> MeanInterval? {
    let minutes = backlogs[0].count
    guard
      let trend = try? BacklogTrend(
        times: (0..<minutes).map(Double.init), backlogs: backlogs, confidence: confidence),
      trend.isUnstable, trend.growthRate >= shareMin * rate
    else { return nil }
    let means = (0..<minutes).map { minute in
      backlogs.reduce(0) { $0 + $1[minute] } / Double(backlogs.count)
    }
    let (half, last) = (minutes / 2, minutes - minutes / 4)
    let before = means[half..<last].reduce(0, +) / Double(last - half)
    guard means[last...].allSatisfy({ $0 > before }) else { return nil }
    return MeanInterval(trend.slopes)
  }
}

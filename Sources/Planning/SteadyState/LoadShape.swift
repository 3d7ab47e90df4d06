import Kernel
package import Scenarios
package import Services

/// Whether a scenario can have a steady state at all.
///
/// A launch, a recording and a backlog that drains have a beginning and an end: every message counts, nothing is
/// warm-up, and a backlog that grows for a while is what the scenario is about. Source: methods §4, §7.10.
package enum LoadShape {
  /// Why there is no steady state to measure, in words that follow "because"; nil when there can be one.
  package static func transience(of system: SystemSpec, rules: [Threshold] = []) -> String? {
    for workload in system.workloads {
      if let why = transience(of: workload.arrivals, during: system.run.duration.seconds) {
        return "workload '\(workload.name)' \(why)"
      }
    }
    if !system.timeline.isEmpty { return "the timeline changes the system" }
    if let rule = rules.first(where: { $0.measure == .workload(.drainTime) }) {
      return "a rule is about \(rule.metricText), so the scenario is about its end"
    }
    return nil
  }

  /// - Parameter duration: How long workloads emit. [s]
  private static func transience(of arrivals: ArrivalProcess, during duration: Double) -> String? {
    switch arrivals {
    case .constant, .mmpp, .schedule(.rate, _): return nil
    case .schedule(.cron, _): return "follows a calendar"
    case .backlog: return "drains what is there at the start"
    case .trace: return "replays a recording"
    case .counts: return "follows recorded counts"
    case .poisson(let knots):
      // The last rate holds until the end: a ramp in the first half leaves a half of equal load.
      guard let last = knots.last, let change = knots.lastIndex(where: { $0.rate != last.rate }) else {
        return nil
      }
      let steadyFrom = knots[knots.index(after: change)].time
      return steadyFrom > duration / 2 || last.rate == 0 ? "changes its rate" : nil
    }
  }
}

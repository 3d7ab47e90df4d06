import Kernel
import Records
import Services

/// Systems made by hand, a few lines each, and readings of what their runs leave behind.
enum EngineWorld {
  static func system(
    limits: Limits = .test, duration: SimDuration, drain: SimDuration = .hours(30), traces: Int = 0
  ) -> SystemSpec {
    var spec = SystemSpec(
      name: "test", limits: limits, run: RunSpec(duration: duration, drain: drain, replications: 1, seed: 1))
    spec.output.traces = traces
    return spec
  }

  /// Messages at given seconds, all with one key, and a field `bad` that is `yes` for some.
  static func messages(at times: [Double], bad: Set<Int> = [], to destination: Destination) -> WorkloadSpec {
    let rows = times.enumerated().map { index, time in
      TraceRow(
        time: .zero + SimDuration(seconds: time), sizeBytes: 100, key: "k",
        fields: [.text(bad.contains(index) ? "yes" : "no")])
    }
    return WorkloadSpec(
      name: "orders", destination: destination, arrivals: .trace(rows), size: .constant(100),
      fields: [FieldSpec(name: "bad", source: .trace)])
  }

  static func backlog(_ count: Int, to destination: Destination) -> WorkloadSpec {
    WorkloadSpec(
      name: "orders", destination: destination, arrivals: .backlog(count: count, sendRate: nil),
      size: .constant(100),
      key: .constant("k"))
  }

  static func function(
    _ name: String, retries: Int = 2, coldStart: Distribution = .constant(0), reserved: Int? = nil,
    scope: StepProgram.Scope = .perMessage, _ steps: [Step]
  ) -> FunctionSpec {
    FunctionSpec(
      logicalID: name, memorySize: 1792, timeout: .minutes(15), reservedConcurrentExecutions: reserved,
      asyncMaximumRetryAttempts: retries, coldStart: coldStart,
      handler: .steps(StepProgram(scope: scope, steps: steps)))
  }

  static let failsForBad = Step.fail(
    rate: 1, when: .compare(.field("bad"), .equal, .text("yes")), name: "boom")
  static let fails = Step.fail(rate: 1, when: .always, name: "boom")

  static func run(_ spec: SystemSpec) -> RunRecords { Simulation(spec, replication: 0).run() }
}

extension RunRecords {
  func points(_ resource: String, _ metric: String) -> [Datapoint] {
    metrics.first { $0.resource == resource && $0.metric == metric }?.datapoints ?? []
  }
  func total(_ resource: String, _ metric: String) -> Double {
    points(resource, metric).reduce(0) { $0 + $1.sum }
  }
  /// Counts of the first workload by outcome.
  func count(_ outcome: Outcome) -> Int { workloads[0].books[0][outcome] }
  func station(_ name: String) -> StationRecord? { stations.first { $0.name == name } }
}

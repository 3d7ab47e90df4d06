import Kernel
import Planning
import Records
import Scenarios
import Services
import Statistics
import Testing

/// Replications that stop by themselves, warm-ups and backlogs, on queues whose answers are known.
@Suite struct PrecisionTests {
  /// A server for each job: the sojourn is the service time, one second in the mean. Source: M/G/∞, methods §7.8.
  private static func unlimited(_ precision: String) -> String {
    Queues.function(
      servers: 900, arrivals: "{process: poisson, rate: 1/s}", service: "exp(mean=1s)", retry: 0.1,
      duration: "4m"
    ).replacing("replications: 10,", with: "precision: \(precision),")
  }

  private static func study(_ compiled: CompiledScenario, jobs: Int) throws -> (
    [RunRecords], PrecisionReport
  ) {
    let plan = PrecisionPlan(try #require(compiled.precision), of: compiled)
    let runner = SequentialRunner(
      targets: plan.targets, replicationsMax: compiled.precision!.replicationsMax, jobs: jobs)
    let (results, report) = runner.run(
      read: { plan.read($0) }, makeRun: { try Lab.run(compiled.system, replication: $0) })
    if let failure = results.failure { throw failure.error }
    return (results.records, report)
  }

  @Test("M/G/∞ to within 3 %: the interval covers, and one thread stops where two do")
  func unlimited() throws {
    let compiled = try Lab.compile(Self.unlimited("['jobs.Latency avg=3%']"))
    let studies = try [1, 2].map { try Self.study(compiled, jobs: $0) }
    #expect(studies[0].1 == studies[1].1)
    #expect(studies[0].0.map(\.traceHash) == studies[1].0.map(\.traceHash))
    let report = studies[0].1
    #expect(report.ending == .reached && report.replications > 10)
    let interval = try #require(report.lines[0].interval)
    #expect(interval.contains(1), "\(interval)")
    #expect(try #require(interval.halfWidth) <= 0.03 / 1.03 * interval.mean)
  }

  @Test("measures are those of the rules; without rules latency and losses")
  func measures() throws {
    let plain = try Lab.compile(Self.unlimited("5%"))
    let plan = PrecisionPlan(try #require(plain.precision), of: plain)
    #expect(plan.targets.map(\.name) == ["jobs.Latency p(95)", "jobs.Lost rate"])
    #expect(plan.targets.map(\.goal) == [.relative(0.05), .relativeOrAbsolute(0.05, 0.0025)])
    let ruled = try Lab.compile(
      Self.unlimited("[5%, 'cost.Total=0.001 USD', 'jobs.Latency p(95)=100ms']").replacing(
        "  functions:",
        with:
          "  thresholds: {jobs.Latency: ['p(95) < 9s', 'p(95) < 8s'], jobs.DrainTime: ['value < 1h']}\n  functions:"
      ))
    let named = PrecisionPlan(try #require(ruled.precision), of: ruled)
    #expect(named.targets.map(\.name) == ["cost.Total value", "jobs.Latency p(95)", "jobs.DrainTime value"])
    #expect(named.targets.map(\.goal) == [.absolute(0.001), .absolute(0.1), .relative(0.05)])
  }

  /// One server of half a second; jobs at the rate given.
  private static func server(rate: String, duration: String = "20m") -> String {
    Queues.stream(
      arrivals: "{process: poisson, rate: \(rate)}", service: "[{sleep: 500ms}]", poll: 0.01,
      duration: duration)
  }

  @Test("a server with more work than it can do is unstable by the difference of the rates")
  func overload() throws {
    let compiled = try Lab.compile(Self.server(rate: "180/min"))
    let runs = try Lab.run(compiled.system, replications: 3)
    let stability = Stability(runs, system: compiled.system, rules: [])
    let growth = try #require(stability.growth(of: "jobs"))
    // 180 − 120 a minute.
    #expect(growth.contains(60) && growth.halfWidth! < 20, "\(growth)")
    // A rule about the drain says that the scenario is about its end.
    let drained = try Lab.compile(
      Self.server(rate: "180/min").replacing(
        "  functions:", with: "  thresholds: {jobs.DrainTime: ['value < 1h']}\n  functions:"))
    #expect(!Stability(runs, system: drained.system, rules: drained.thresholds).isUnstable)
  }

  @Test("a server at 90 % is stable", arguments: [1, 2])
  func busy(seed: UInt64) throws {
    var compiled = try Lab.compile(Self.server(rate: "108/min", duration: "15m"))
    compiled.system.run.seed = seed
    let runs = try Lab.run(compiled.system, replications: 3)
    #expect(!Stability(runs, system: compiled.system, rules: []).isUnstable)
  }

  @Test("auto finds that a pool of slow jobs takes their time to fill")
  func warmUp() throws {
    // Jobs of 7 minutes: the number in service rises for as long and is level then.
    let text = Queues.function(
      servers: 900, arrivals: "{process: poisson, rate: 20/min}", service: "7m", retry: 1, duration: "2h",
      warmup: "auto")
    let compiled = try Lab.compile(text)
    #expect(compiled.automaticWarmUp?.line != nil && compiled.system.run.warmup == .zero)
    let search = AutomaticWarmUp(jobs: 2)
    let choice = try #require(
      try search.choose(compiled) { system, replication in try Lab.run(system, replication: replication) })
    let minutes = choice.time.nanoseconds / 60_000_000_000
    // Not less than the ramp, and not past the half that is searched.
    #expect((5...55).contains(minutes), "\(choice)")
    let measured = compiled.measured(after: choice.time)
    #expect(measured.system.run.warmup == choice.time)
    #expect(measured.system.ledgerCuts == [.zero, SimTime.zero + choice.time])
    #expect(throws: AutomaticWarmUp.TooShort.self) {
      try search.choose(Lab.compile(text.replacing("2h", with: "5m"))) { try Lab.run($0, replication: $1) }
    }
  }
}

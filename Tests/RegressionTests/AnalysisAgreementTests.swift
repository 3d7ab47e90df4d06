import ExampleHandlers
import Kernel
import Planning
import Records
import Scenarios
import Services
import Testing

/// Formulas held against the simulation, where they hold and where they do not.
@Suite struct AnalysisAgreementTests {
  private func checks(_ compiled: CompiledScenario, replications: Int = 3, pilot: PilotStudy? = nil) throws
    -> [PredictionCheck]
  {
    let runs = try Lab.run(compiled.system, replications: replications)
    let analysis = SystemAnalysis(compiled, pilot: pilot, explains: true)
    let measured = MeasuredQuantities(Estimates(runs, system: compiled.system))
    return measured.checks(analysis.predictions)
  }

  /// Nothing differs, and these quantities were really judged.
  private func expectAgreement(
    _ checks: [PredictionCheck], judged: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for check in checks where check.verdict == .differs {
      Issue.record(
        "\(check.prediction.metric) \(check.prediction.statistic): formula \(check.prediction.value), run \(check.measured ?? .nan), known to \(check.prediction.error ?? .nan)",
        sourceLocation: sourceLocation)
    }
    for name in judged {
      let isJudged = checks.contains {
        "\($0.prediction.metric) \($0.prediction.statistic)" == name && $0.verdict == .agrees
      }
      let found = checks.filter { $0.verdict == .agrees }.map {
        "\($0.prediction.metric) \($0.prediction.statistic)"
      }
      #expect(isJudged, "\(name); judged were \(found)", sourceLocation: sourceLocation)
    }
  }

  @Test("waits of shards with one worker each")
  func shards() throws {
    let text = Queues.stream(
      shards: 4, arrivals: "{process: poisson, rate: 2/s}", service: "[{sleep: exp(mean=1s)}]", poll: 0.5,
      duration: "2000s", warmup: "100s")
    expectAgreement(
      try checks(Lab.compile(text)),
      judged: [
        "jobs.Created count", "Queue.IncomingRecords sum", "Server.Duration avg",
        "Server.DeliveryLatency avg",
      ])
  }

  @Test("waits of a queue with 5 places", .enabled(if: Lab.isFast, Lab.whyNotFast))
  func queue() throws {
    let text = """
      Transform: AWS::Serverless-2016-10-31
      Resources:
        Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 900}}
        Server:
          Type: AWS::Serverless::Function
          Properties:
            Handler: index.handler
            Runtime: nodejs22.x
            CodeUri: src/
            Timeout: 60
            Events: {Jobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 1, ScalingConfig: {MaximumConcurrency: 5}}}}
      Simulation:
        version: 1
        run: {duration: 2000s, drain: 1d, replications: 3, seed: 7}
        output: {messages: none, traces: 0}
        services: {Api: {latency: exp(mean=1s)}}
        workloads: {jobs: {into: Jobs, size: 100B, arrivals: {process: poisson, rate: 3.5/s}}}
        functions: {Server: {coldStart: 0s, perMessage: [{call: {service: Api}}]}}
      """
    expectAgreement(
      try checks(Lab.compile(text)),
      judged: ["Server.DeliveryLatency avg", "Server.Duration avg", "Api.Calls count", "Api.Latency avg"])
  }

  @Test("records that short batches take from a stream wait for half a poll")
  func polls() throws {
    let text = Queues.stream(
      shards: 2, arrivals: "{process: poisson, rate: 10/s}", service: "[{sleep: exp(mean=5ms)}]", poll: 1,
      duration: "300s", warmup: "30s"
    ).replacing("BatchSize: 1}", with: "BatchSize: 50}").replacing(
      "readsBatchSizeOnly: 1", with: "readsBatchSizeOnly: 0")
    // The warm-up ends within a minute: CloudWatch's sums begin with the next one.
    expectAgreement(
      try checks(Lab.compile(text)), judged: ["Server.DeliveryLatency avg", "Queue.IncomingRecords sum"])
  }

  @Test(
    "the fluid backlog of a launch: ten minutes of orders into 10 workers",
    .enabled(if: Lab.isFast, Lab.whyNotFast))
  func launch() throws {
    let compiled = try Shipped.compile("album-launch/today", sets: ["Simulation.run.duration=10m"]).compiled
    expectAgreement(
      try checks(compiled, replications: 2),
      judged: [
        "orders.DrainTime value", "orders.Backlog max", "orders.Latency avg", "ZipUrlApi.Calls count",
        "OrdersTable.ConsumedWriteCapacityUnits sum", "SendZip.Duration avg",
      ])
    // What is called certain is below what runs show.
    let drain = SystemAnalysis(compiled).drainTimeLowerBound(of: "orders")
    let run = try Lab.run(compiled.system)
    let measured = try #require(run.workloads[0].drainTime)
    #expect(drain <= measured.seconds)
    // Three standard deviations of 7,600 arrivals and the margin are a tenth of the drain and more.
    #expect(drain > 0.6 * measured.seconds)
  }

  @Test("a service that becomes slow in the middle of a run is a disagreement, and said to be one")
  func disagreement() throws {
    let text =
      Queues.stream(
        arrivals: "{process: poisson, rate: 1/s}", service: "[{call: {service: Api}}]", poll: 0.1,
        duration: "600s"
      ).replacing("  functions:", with: "  services: {Api: {latency: exp(mean=100ms)}}\n  functions:")
      + "\n  timeline: [{at: 5m, set: {Simulation.services.Api.latency: exp(mean=600ms)}}]\n"
    let found = try checks(Lab.compile(text))
    let differing = found.filter { $0.verdict == .differs }.map {
      "\($0.prediction.metric) \($0.prediction.statistic)"
    }
    #expect(
      differing.contains("Server.Duration avg") && differing.contains("Api.Latency avg"), "\(differing)")
    #expect(!differing.contains("jobs.Created count") && !differing.contains("Api.Calls count"))
  }

  @Test("handlers in Swift are measured by a pilot, to what the same steps come to")
  func pilot() throws {
    let swift = try Shipped.compile("album-launch/today", variant: "swift").compiled
    let steps = try SystemAnalysis(Shipped.compile("album-launch/today").compiled)
    let pilot = try PilotStudy(swift.system) { try Lab.run($0) }
    let measured = SystemAnalysis(swift, pilot: pilot)
    let unknown = SystemAnalysis(swift)
    #expect(unknown.unmeasured == ["FetchOrders", "SendZip"])
    #expect(measured.unmeasured.isEmpty && measured.pilotNote != nil)
    for name in ["SendZip workers", "ZipUrlApi", "OrdersTable writes"] {
      let a = try #require(
        measured.stations.first { $0.name == name }?.saturationRate(ofWorkload: 0), "\(name)")
      let b = try #require(steps.stations.first { $0.name == name }?.saturationRate(ofWorkload: 0))
      #expect(abs(a / b - 1) < PilotStudy.accuracy, "\(name): \(a) measured, \(b) by its steps")
    }
    // The same figures every time.
    let again = try PilotStudy(swift.system) { try Lab.run($0) }
    #expect(SystemAnalysis(swift, pilot: again).sustainableScale() == measured.sustainableScale())
  }

  @Test("no run of a random system is faster than what its analysis calls the least time")
  func bounds() throws {
    var compared = 0
    // 264: handlers that catch what a partner refuses. 412: handlers that make messages. All of them in the slow suite.
    for seed in Lab.isSlow ? Array(0..<500) : [UInt64(44), 264, 412] {
      let compiled = try Lab.compile(Swarm.scenario(seed: seed))
      let run = try Lab.run(compiled.system)
      let analysis = SystemAnalysis(compiled)
      for workload in run.workloads {
        // A message that is lost takes no time of the stations behind.
        let book = workload.books[0]
        guard book.created > 0, book[.completed] == book.created, let drain = workload.drainTime else {
          continue
        }
        compared += 1
        let least = analysis.drainTimeLowerBound(of: workload.name)
        #expect(
          least <= drain.seconds, "seed \(seed), \(workload.name): at least \(least) s, took \(drain.seconds)"
        )
      }
    }
    #expect(compared > 0)
  }

  @Test("every shipped scenario can be analysed", .enabled(if: Lab.isFast, Lab.whyNotFast))
  func shipped() throws {
    for name in Shipped.names {
      let compiled = try Shipped.compile(name).compiled
      let analysis = SystemAnalysis(compiled, explains: true)
      #expect(!analysis.stations.isEmpty, "\(name)")
      #expect(analysis.sustainableScale() > 0, "\(name)")
      #expect(analysis.sustainableScale(at: .peak) <= analysis.sustainableScale() * (1 + 1e-9), "\(name)")
    }
  }
}

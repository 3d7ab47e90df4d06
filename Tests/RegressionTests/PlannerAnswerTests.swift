import ExampleHandlers
import Foundation
import HighwaterCommands
import Reports
import Statistics
import Synchronization
import Testing

/// The planner's answers beside exact ones. Slow: the proofs of `docs/planning.md`.
@Suite(.enabled(if: Lab.isSlow, "set HIGHWATER_SLOW=1")) struct PlannerAnswerTests {
  /// One plan, with its answer read back from `plan.json`.
  private struct Plan {
    var code: Int32
    var answer: [String: Any]
    var designs: [[String: Any]]

    init(_ file: String, _ arguments: [String]) throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "highwater-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      let output = Mutex("")
      let console = Console(
        style: TerminalStyle(), showsProgressBar: false, isCI: true,
        output: { text in output.withLock { $0 += text } }, errors: { _ in })
      code = Program(handlers: exampleHandlers, console: console).run(
        ["plan", file, "-o", folder.path, "--format", "json"] + arguments)
      let text = output.withLock { $0 }
      let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      answer = try #require(json?["answer"] as? [String: Any], "\(text)")
      designs = try #require(json?["designs"] as? [[String: Any]])
    }

    /// The value of an axis at the design that was chosen.
    func level(_ axis: String) -> Int? {
      guard let number = answer["design"] as? Int else { return nil }
      let design = designs.first { $0["design"] as? Int == number }
      return (design?["axes"] as? [String: String])?[axis].flatMap { Int($0) }
    }

    /// An end of the bracket. [1/s]
    func rate(_ end: String) -> Double? { (answer[end] as? [String: Any])?["rate_per_s"] as? Double }
  }

  /// c servers and one queue in order of arrival: calls to a partner that lets so many in and queues the others.
  private static func pool(
    servers: Int, rate: String, service: String, duration: String, rule: String, seed: Int = 7
  ) -> String {
    """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Caller:
        Type: AWS::Serverless::Function
        Properties: {Handler: index.handler, Runtime: nodejs22.x, CodeUri: src/, Timeout: 900}
    Simulation:
      version: 1
      name: pool
      limits:
        lambda.invokeOverheadSeconds: 0
        lambda.requestsPerConcurrency: 1000
        lambda.accountConcurrency: 10000
      run: {duration: \(duration), warmup: 5m, drain: 1d, replications: 5, seed: \(seed)}
      output: {messages: none, traces: 0}
      services:
        Pool: {latency: \(service), maxConcurrent: \(servers), overLimit: {queue: 12h}}
      workloads: {jobs: {into: Caller, size: 100B, arrivals: {process: poisson, rate: \(rate)}}}
      functions: {Caller: {coldStart: 0s, perMessage: [{call: {service: Pool, timeout: 12h}}]}}
      thresholds: {jobs.Latency: [{assert: '\(rule)', across: ci95}]}
    """
  }

  private func write(_ text: String) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "pool-\(UUID().uuidString).sim.yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  @Test(
    "smallest c of M/M/c under a quantile of the sojourn", arguments: [(2.0, 6.6), (4.0, 7.5), (8.0, 6.2)])
  func smallestPool(rate: Double, limit: Double) throws {
    var exact = 1
    while (try? MMcQueue(arrivalRate: rate, serviceRate: 0.5, servers: exact).sojournQuantile(0.95))
      ?? .infinity > limit
    {
      exact += 1
    }
    let file = try write(
      Self.pool(
        servers: 50, rate: "\(rate)/s", service: "exp(mean=2s)", duration: "1h", rule: "p(95) < \(limit)s"))
    let plan = try Plan(file, ["--axis", "Pool.maxConcurrent=1..50", "--minimize", "Pool.maxConcurrent"])
    #expect(plan.code == 0 && plan.level("Pool.maxConcurrent") == exact, "exact \(exact): \(plan.answer)")
  }

  /// A pool of servers with a mean service of 2 s, and its exact knee by theory.
  struct Knee: Sendable, CustomTestStringConvertible {
    var servers: Int
    /// Constant times of service rather than exponential ones.
    var isConstant: Bool
    /// Of the 95 % quantile of the sojourn. [s]
    var limit: Double
    var testDescription: String { "M/\(isConstant ? "D" : "M")/\(servers) within \(limit) s" }

    /// [1/s]
    func exact() throws -> Double {
      isConstant
        ? try Staffing.arrivalRateMax(servers: servers, serviceTime: 2, waitMax: limit - 2, quantile: 0.95)
        : try Staffing.arrivalRateMax(servers: servers, serviceRate: 0.5, sojournMax: limit, quantile: 0.95)
    }
  }

  @Test(
    "the exact knee lies inside the bracket",
    arguments: [
      Knee(servers: 1, isConstant: false, limit: 12), Knee(servers: 5, isConstant: false, limit: 6.4),
      Knee(servers: 1, isConstant: true, limit: 6), Knee(servers: 5, isConstant: true, limit: 3),
    ])
  func knee(_ knee: Knee) throws {
    let exact = try knee.exact()
    let file = try write(
      Self.pool(
        servers: knee.servers, rate: "1/s", service: knee.isConstant ? "2s" : "exp(mean=2s)", duration: "2h",
        rule: "p(95) < \(knee.limit)s"))
    let plan = try Plan(file, ["--rate", "jobs"])
    let (holds, fails) = (try #require(plan.rate("holds")), try #require(plan.rate("fails")))
    #expect(holds <= exact && exact <= fails, "exact \(exact): \(holds) to \(fails)")
    // Undecided rates between them widen the bracket.
    #expect((fails - holds) / fails < 0.08, "\(holds) to \(fails)")
  }

  /// Two pools of equal price: one fast server, or two slow ones, whose mean sojourns are known.
  @Test("the better of two pools is chosen as often as promised")
  func correctSelection() throws {
    let fast = try MMcQueue(arrivalRate: 5, serviceRate: 10, servers: 1).meanSojourn
    let slow = try MMcQueue(arrivalRate: 5, serviceRate: 5.5, servers: 2).meanSojourn
    let difference = abs(slow - fast)
    let better = fast < slow ? 1 : 2
    var correct = 0
    let runs = 200
    for seed in 0..<runs {
      let file = try write(
        Self.pool(
          servers: 1, rate: "5/s", service: "exp(mean=100ms)", duration: "6m", rule: "p(95) < 1h", seed: seed
        ))
      defer { try? FileManager.default.removeItem(atPath: file) }
      let plan = try Plan(
        file,
        [
          "--axis",
          "Simulation.services.Pool={latency: exp(mean=100ms), maxConcurrent: 1, overLimit: {queue: 12h}},"
            + "{latency: exp(mean=181.8181818ms), maxConcurrent: 2, overLimit: {queue: 12h}}",
          "--minimize", "jobs.Latency avg", "--indifference", "\(difference)", "--replications-max", "2000",
        ])
      if plan.answer["design"] as? Int == better { correct += 1 }
    }
    // 95 % less three standard errors of 200 runs.
    #expect(correct >= 181, "\(correct) of \(runs), difference \(difference) s")
    print("correct selections through the planner: \(correct) of \(runs)")
  }

  /// Verdicts of designs by intervals: the smallest pool, over seeds.
  @Test("the smallest pool is found as often as promised")
  func correctPools() throws {
    // Between the quantiles of six and of seven servers.
    let (rate, limit) = (2.0, 6.35)
    var exact = 1
    while (try? MMcQueue(arrivalRate: rate, serviceRate: 0.5, servers: exact).sojournQuantile(0.95))
      ?? .infinity > limit
    {
      exact += 1
    }
    var correct = 0
    var undecided = 0
    let runs = 200
    for seed in 0..<runs {
      let file = try write(
        Self.pool(
          servers: 20, rate: "\(rate)/s", service: "exp(mean=2s)", duration: "20m", rule: "p(95) < \(limit)s",
          seed: seed))
      defer { try? FileManager.default.removeItem(atPath: file) }
      let plan = try Plan(file, ["--axis", "Pool.maxConcurrent=4..12", "--minimize", "Pool.maxConcurrent"])
      if plan.level("Pool.maxConcurrent") == exact { correct += 1 }
      if !((plan.answer["undecided"] as? [Int]) ?? []).isEmpty { undecided += 1 }
    }
    #expect(correct >= 181, "exact \(exact): \(correct) of \(runs), \(undecided) with undecided designs")
    print("smallest pools: \(correct) of \(runs), \(undecided) with undecided designs")
  }

  @Test("selection of Kim and Nelson keeps its promise in 200 searches")
  func leastFavourable() {
    // Independent designs, the best better by exactly the indifference.
    var correct = 0
    let runs = 200
    for seed in 0..<runs {
      var generator = Generator(state: UInt64(seed) + 1)
      let selection = KimNelson.run(
        designCount: 5, confidence: 0.95, indifference: 1, goal: .smallest
      ) { design, _ in
        // Twelve uniforms make a normal value, near enough.
        let normal = (0..<12).reduce(-6.0) { sum, _ in
          sum + Double(generator.next() >> 11) / 9_007_199_254_740_992
        }
        return (design == 3 ? 10 : 11) + 2 * normal
      }
      if selection.selected == 3 { correct += 1 }
    }
    #expect(correct >= 181, "\(correct) of \(runs)")
    print("correct selections, least favourable case: \(correct) of \(runs)")
  }

  // MARK: The album launch

  @Test("the album story is answered by one command each")
  func album() throws {
    let stories = Shipped.folder.appending(path: "album-launch").path
    let shards = try Plan(
      "\(stories)/today.sim.yaml",
      ["--axis", "OrderStream.ShardCount=1..20", "--minimize", "OrderStream.ShardCount"])
    #expect(shards.code == 0 && shards.level("OrderStream.ShardCount") == 7, "\(shards.answer)")
    let path = "SendZip.Events.Queue.ScalingConfig.MaximumConcurrency"
    let queue = try Plan(
      "\(stories)/today-queue.sim.yaml", ["--axis", "\(path)=2..20", "--minimize", path])
    #expect(queue.code == 0 && queue.level(path) == 7, "\(queue.answer)")
  }
}

import Kernel
import Records
import Scenarios
import Services
import Statistics
import Testing

/// Queues whose answers are known exactly, run through the service models.
///
/// Expected values are copied from the collection of known answers by id. An estimate must lie within three
/// half-widths of its 95 % interval over the replications, and most of them inside the interval itself. All
/// seeds are fixed: a test either always passes or never.
@Suite struct QueueingTests {
  private struct Answer {
    var id: String
    var expected: Double
    var estimate: (RunRecords) -> Double
  }

  /// Checks one system against several answers; returns how many lie inside their interval.
  private func check(_ text: String, replications: Int = 10, _ answers: [Answer]) throws {
    let runs = try Lab.run(Lab.compile(text).system, replications: replications)
    var inside = 0
    var words: [String] = []
    for answer in answers {
      let interval = try #require(MeanInterval(runs.map(answer.estimate)))
      let halfWidth = try #require(interval.halfWidth)
      let distance = abs(interval.mean - answer.expected)
      #expect(
        distance <= 3 * halfWidth,
        "\(answer.id): \(interval.mean) ± \(halfWidth), expected \(answer.expected)")
      // An interval wider than a tenth of the value proves nothing.
      #expect(halfWidth < 0.1 * answer.expected, "\(answer.id): \(interval.mean) ± \(halfWidth)")
      if distance <= halfWidth { inside += 1 }
      words.append("\(answer.id): \(interval.mean) ± \(halfWidth), expected \(answer.expected)")
    }
    #expect(2 * inside >= answers.count, "inside their intervals: \(inside); \(words)")
  }

  private static func meanSojourn(_ run: RunRecords) -> Double { run.measured.latency.mean! }
  private static func quantile(_ p: Double) -> (RunRecords) -> Double {
    { $0.measured.latency.quantile(p)!.seconds }
  }

  @Test("M/M/1: a shard with exponential handlers", .enabled(if: Lab.isFast, Lab.whyNotFast))
  func mm1() throws {
    let text = Queues.stream(
      arrivals: "{process: poisson, rate: 5/s}", service: "[{sleep: exp(mean=125ms)}]", poll: 0.005,
      duration: "850s", warmup: "50s")
    try check(
      text,
      [
        Answer(id: "mm1-ciw-5-8-W", expected: 0.3333333333333333, estimate: Self.meanSojourn),
        Answer(id: "mm1-ciw-5-8-Wp95", expected: 0.998577424517997, estimate: Self.quantile(0.95)),
        Answer(id: "mm1-ciw-5-8-Wp99", expected: 1.535056728662697, estimate: Self.quantile(0.99)),
        // Over the whole run and the empty start, which 4,250 jobs hide.
        Answer(id: "mm1-ciw-5-8-L", expected: 1.6666666666666667) { $0.workloads[0].backlogIntegral / 850 },
      ])
  }

  @Test("M/D/1: a shard with handlers of constant time", .enabled(if: Lab.isFast, Lab.whyNotFast))
  func md1() throws {
    let text = Queues.stream(
      arrivals: "{process: poisson, rate: 0.5/s}", service: "[{sleep: 1s}]", poll: 0.04, duration: "4200s",
      warmup: "200s")
    try check(
      text,
      [
        Answer(id: "md1-05-Wq", expected: 0.5) { Self.meanSojourn($0) - 1 },
        Answer(id: "md1-05-L", expected: 0.75) { $0.workloads[0].backlogIntegral / 4200 },
      ])
    // The wait's quantile, from the sojourn's: service is constant.
    let busy = Queues.stream(
      arrivals: "{process: poisson, rate: 0.8/s}", service: "[{sleep: 1s}]", poll: 0.04, duration: "3300s",
      warmup: "300s")
    try check(
      busy,
      [Answer(id: "md1-Wqp-0.8-1-0.95", expected: 6.620324996840724) { Self.quantile(0.95)($0) - 1 }])
  }

  @Test("M/G/1: a shard with Erlang handlers")
  func mg1() throws {
    let text = Queues.stream(
      arrivals: "{process: poisson, rate: 0.7/s}", service: "[{sleep: erlang(k=4 mean=1s)}]", poll: 0.04,
      duration: "3200s", warmup: "200s")
    try check(
      text,
      [
        // Pollaczek and Khinchine: λE[S²]/(2(1−ρ)) = 0.7 × 1.25 / 0.6 = 1.4583 s, and a second of service.
        Answer(id: "mg1-erl4-Wq", expected: 1.4583333333333333) { Self.meanSojourn($0) - 1 },
        Answer(id: "mg1-erl4-L", expected: 1.7208333333333334) { $0.workloads[0].backlogIntegral / 3200 },
      ])
  }

  @Test(
    "M/M/c: an asynchronous function with reserved concurrency 5", .enabled(if: Lab.isFast, Lab.whyNotFast))
  func mmc() throws {
    let text = Queues.function(
      servers: 5, arrivals: "{process: poisson, rate: 2/s}", service: "exp(mean=2s)", retry: 0.02,
      duration: "2100s", warmup: "100s")
    try check(text, [Answer(id: "design-sqs-W", expected: 3.1082251082251084, estimate: Self.meanSojourn)])
  }

  @Test("Erlang's loss formula: reserved concurrency and no waiting")
  func erlangB() throws {
    // A maximum event age of zero is not to be had in a template, whose least is 60 s: an event gets one
    // attempt.
    func loss(servers: Int, rate: String, service: String, id: String, expected: Double) throws {
      let text = Queues.function(
        servers: servers, arrivals: "{process: poisson, rate: \(rate)}", service: service, retry: 0.001,
        duration: "1500s", warmup: "50s")
      var system = try Lab.compile(text).system
      system.functions[0].asyncMaximumEventAge = .zero
      let runs = try Lab.run(system, replications: 10)
      let interval = try #require(
        MeanInterval(runs.map { Double($0.measured[.discarded]) / Double($0.measured.created) }))
      #expect(
        abs(interval.mean - expected) <= 3 * interval.halfWidth!,
        "\(id): \(interval.mean) ± \(interval.halfWidth!)")
      #expect(interval.halfWidth! < 0.02)
    }
    try loss(
      servers: 5, rate: "2/s", service: "exp(mean=2s)", id: "design-loss-reserved",
      expected: 0.19906687402799378)
    // The formula holds for any distribution with the mean: constant service, too.
    try loss(servers: 2, rate: "1/s", service: "1s", id: "erlb-1-2", expected: 0.2)
  }

  // MARK: Without randomness

  @Test("trace-gg1-done: a given trace is served in order, to the polling interval")
  func givenTrace() throws {
    let rows = zip([0, 1, 2, 3, 4.5, 4.5, 10], [3, 1, 2, 1, 4, 0.5, 1])
    let csv = "time_s,service\n" + rows.map { "\($0),\($1)\n" }.joined()
    let steps = [0.5, 1, 2, 3, 4].map { "{if: {when: service == \($0), then: [{sleep: \($0)s}]}}" }
    var text = Queues.stream(
      arrivals: "{process: trace, file: trace.csv}", service: "[\(steps.joined(separator: ", "))]",
      poll: 0.0001,
      duration: "11s")
    text = text.replacing("messages: none", with: "messages: all")
    let system = try Lab.compile(text, files: ["trace.csv": csv]).system
    let run = try Lab.run(system)
    let done = run.messages.sorted { $0.index < $1.index }.map(\.ended.seconds)
    let expected: [Double] = [3, 4, 6, 7, 11, 11.5, 12.5]
    try #require(done.count == expected.count)
    // The server idles only before the first job, so at most one polling interval goes by unused.
    for (done, expected) in zip(done, expected) { #expect(done >= expected && done < expected + 0.00015) }
  }

  @Test("dd1-overload: D/D/1 with ρ = 1.25 makes job i wait 0.2·i")
  func overload() throws {
    let csv = "time_s\n" + (0..<1000).map { "\(Double($0 * 8) / 10)\n" }.joined()
    let text = Queues.stream(
      arrivals: "{process: trace, file: trace.csv}", service: "[{sleep: 1s}]", poll: 0.0001, duration: "900s")
    let run = try Lab.run(Lab.compile(text, files: ["trace.csv": csv]).system)
    let latency = run.measured.latency
    #expect(latency.count == 1000)
    #expect(abs(latency.mean! - 1 - 99.9) < 0.001)
    #expect(abs(latency.maximum.seconds - 1 - 199.8) < 0.001)
  }

  @Test("dbatch-5000-40-1: 5,000 orders at once into 40 workers of 2 s")
  func batch() throws {
    // 125 orders for each of 40 shards: keys are tried until every shard has its share.
    let map = ShardMap(shardCount: 40)
    var room = Array(repeating: 125, count: 40)
    var csv = "time_s,key\n"
    var missing = 5000
    var number = 0
    while missing > 0 {
      let key = "k\(number)"
      number += 1
      guard room[map.shard(forKey: key)] > 0 else { continue }
      room[map.shard(forKey: key)] -= 1
      missing -= 1
      csv += "0,\(key)\n"
    }
    let text = Queues.stream(
      shards: 40, arrivals: "{process: trace, file: trace.csv}", service: "[{sleep: 2s}]", poll: 0.0001,
      duration: "1s")
    let run = try Lab.run(Lab.compile(text, files: ["trace.csv": csv]).system)
    let latency = run.measured.latency
    #expect(latency.count == 5000)
    #expect(abs(latency.mean! - 2 - 124) < 0.001)
    #expect(abs(latency.maximum.seconds - 2 - 248) < 0.001)
    #expect(abs(try #require(run.workloads[0].emptiedAt).seconds - 250) < 0.001)
  }
}

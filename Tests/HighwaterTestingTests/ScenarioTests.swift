import ExampleHandlers
import HandlerKit
import HighwaterTesting
import Synchronization
import Testing

/// The library as its users write it.
@Suite struct ScenarioTests {
  @Test func `rules of the file and of the test hold`() async throws {
    let run = try await Orders.scenario().run()
    #expect(run.expectThresholds())
    #expect(run.expect("orders.Latency", "p(95) < 5m"))
    #expect(run.expect("*.InFlight", "max <= 2"))
    // What the file is known to break is no excuse for a rule of the test.
    #expect(try run.judge("Api.InFlight", "max <= 1").outcome == .fails)
    #expect(run.replications == 3 && run.seed == 7)
    #expect(run.rules.map(\.outcome) == [.holds, .holds, .failsAsExpected])
  }

  @Test func `a quantity has values, a mean and an interval in its base unit`() async throws {
    let run = try await Orders.scenario().run()
    let latency = try run["orders.Latency", .p(95)]
    let interval = try #require(latency.interval)
    #expect(latency.unit == .seconds && latency.values.count == 3)
    #expect(interval.contains(try #require(latency.mean)))
    #expect(try #require(latency.minimum) > 1 && latency.minimum! <= latency.maximum!)
    #expect(try run["Api.InFlight", .maximum].values == [2, 2, 2])
    #expect(try run["orders.Lost", .rate].unit == .share)
    #expect(try run["cost.Total", .value].unit == .dollars)
    let largest = try run["*.InFlight", .maximum]
    #expect(largest.metric == "Api")
  }

  /// 4 shards are 4 workers: faster, and above the limit that two of them keep.
  @Test func `a variant is a design of its own`() async throws {
    let slow = try await Orders.scenario().run()
    let fast = try await Orders.scenario(variant: "four-shards").run()
    #expect(try fast["orders.Latency", .median].mean! < slow["orders.Latency", .median].mean!)
    #expect(fast.rules.map(\.outcome) == [.holds, .fails, .failsAsExpected])
  }

  @Test func `results depend neither on the threads nor on the day`() async throws {
    let one = try await Orders.scenario(jobs: 1).run()
    let many = try await Orders.scenario(jobs: 3).run()
    #expect(one.rules == many.rules)
    #expect(try one["orders.Latency", .p(99)].values == many["orders.Latency", .p(99)].values)
    let other = try await Orders.scenario(settings: ["Simulation.run.seed=8"]).run()
    #expect(try one["orders.Latency", .p(99)].values != other["orders.Latency", .p(99)].values)
  }

  @Test func `a handler of the test runs in the scenario`() async throws {
    let calls = Mutex(0)
    struct Count: LambdaHandler {
      let onEach: @Sendable () -> Void
      func handle(_ event: KinesisEvent, context: Context) async throws {
        for _ in event.records {
          onEach()
          try await context.partner("Api").request()
        }
      }
    }
    let changes = [("{perMessage: [{call: {service: Api}}]}", "{handler: shop.count}")]
    let handlers: HandlerRegistry = ["shop.count": { _ in Count { calls.withLock { $0 += 1 } } }]
    let run = try await Orders.scenario(changes, handlers: handlers).run()
    let completed = try run["orders.Completed", .count].values.compactMap(\.self).reduce(0, +)
    #expect(calls.withLock { Double($0) } == completed && completed > 300)
    await #expect(throws: ScenarioProblem.self) { try await Orders.scenario(changes).run() }
  }

  @Test func `a shipped file is found from the package of the test`() async throws {
    let run = try await Scenario(
      "scenarios/album-launch/v02-kinesis.sim.yaml", handlers: exampleHandlers, replications: 1,
      duration: "2m"
    ).run()
    #expect(run.expect("ZipUrlApi.InFlight", "max <= 5"))
    #expect(run.command.contains("v02-kinesis.sim.yaml --seed"))
  }
}

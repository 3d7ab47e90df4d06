import Kernel
import Records
import Scenarios
import Services
import Testing

/// The second story: subscribers that share the reads of one stream, and the ways around it.
@Suite struct HotStreamTests {
  private func throttles(_ run: RunRecords) -> Double {
    let series = run.metrics.first {
      $0.resource == "EventStream" && $0.metric == "ReadProvisionedThroughputExceeded"
    }
    return series?.datapoints.reduce(0) { $0 + $1.sum } ?? 0
  }

  /// Simulated minutes of a run: a few, because the contention is there from the first poll.
  private static let minutes = Lab.isSlow ? 10 : Lab.isFast ? 3 : 2

  /// Debug code gets a quarter of the story's events: the polls, not the events, are what the stream refuses.
  private static let fewer = Lab.isFast ? [] : ["Simulation.workloads.events.arrivals.rate=30/s"]

  private static func run(drain: String? = nil) -> [String] {
    let drain = drain.map { ", drain: \($0)" } ?? ""
    return ["Simulation.run={duration: \(minutes)m, warmup: 1m\(drain), replications: 1, seed: 7}"]
  }

  @Test(
    "six subscribers throttle one another, four hardly do, and four times the shards give four times the errors"
  )
  func contention() throws {
    let sets = Self.run() + Self.fewer
    let base = throttles(try Shipped.run("hot-stream/base", sets: sets))
    let four = throttles(try Shipped.run("hot-stream/base", variant: "four-subscribers", sets: sets))
    let sixteen = throttles(try Shipped.run("hot-stream/base", variant: "more-shards", sets: sets))
    // Idle polls alone give 82 a minute and shard (fact sheet §1.5); catch-up reads come on top.
    let idle = 82 * 4 * Double(Self.minutes)
    #expect((idle * 0.8...idle * 1.5).contains(base), "\(base)")
    #expect(four < base / 8, "\(four)")
    #expect((3.2...4.8).contains(sixteen / base), "\(sixteen / base)")
  }

  @Test(
    "a slow subscriber of the shared stream delays nobody else", .enabled(if: Lab.isFast, Lab.whyNotFast))
  func independence() throws {
    let name = "hot-stream/compare-slow-subscriber"
    let sets = Self.run(drain: "3m")
    func worst(_ run: RunRecords, _ function: String) throws -> Double {
      try #require(run.functions.first { $0.name == function }).books[0].delivery.quantile(0.5)?.seconds
        ?? .infinity
    }
    let shared = try Shipped.run(name, sets: sets)
    #expect(try worst(shared, "Recommend") > 10)
    #expect(try worst(shared, "SearchIndex") < 3)
    // A dispatcher that waits for all six moves at the pace of the slowest.
    let waits = try Shipped.run(name, variant: "fan-out-waits", sets: sets)
    #expect(try worst(waits, "SearchIndex") > 10)
    let queues = try Shipped.run(name, variant: "sns-sqs", sets: sets)
    #expect(try worst(queues, "SearchIndex") < 1)
    #expect(try worst(queues, "Recommend") < 1)
  }

  @Test("enhanced fan-out ends the throttling", .enabled(if: Lab.isFast, Lab.whyNotFast))
  func enhanced() throws {
    let run = try Shipped.run(
      "hot-stream/compare-patterns", variant: "enhanced-fan-out",
      sets: Self.run())
    #expect(throttles(run) == 0)
    #expect(try run.book("events")[.completed] == run.book("events").created)
  }

  @Test(
    "a producer that dies between two puts makes duplicates where it writes several streams",
    .enabled(if: Lab.isFast, Lab.whyNotFast))
  func producerDies() throws {
    let name = "hot-stream/compare-producer-dies"
    let sets = [
      "Simulation.run={duration: 5m, replications: 1, seed: 7}",
      "Simulation.workloads.events.arrivals.rate=40/s",
    ]
    let streams = try Shipped.run(name, variant: "stream-per-subscriber", sets: sets).book("events")
    let shared = try Shipped.run(name, sets: sets).book("events")
    // 12,000 events, one in a thousand dies after the first put and is published again: about 12.
    #expect((3...30).contains(streams.duplicated), "\(streams.duplicated)")
    #expect((3...30).contains(shared.duplicated), "\(shared.duplicated)")
    #expect(streams[.completed] + streams.lost + streams[.deadLettered] == streams.created)
  }
}

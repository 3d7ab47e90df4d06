import Kernel
import Planning
import Scenarios
import Services
import Statistics
import Testing

/// Load and capacity before a run, against sums made by hand.
@Suite struct SystemAnalysisTests {
  private func analysis(_ name: String, variant: String? = nil, sets: [String] = []) throws -> SystemAnalysis
  {
    try SystemAnalysis(Shipped.compile(name, variant: variant, sets: sets).compiled)
  }

  private func station(_ analysis: SystemAnalysis, _ name: String) throws -> StationAnalysis {
    try #require(
      analysis.stations.first { $0.name == name }, "stations: \(analysis.stations.map(\.name))")
  }

  private func expect(
    _ value: Double?, _ expected: Double, within share: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = value ?? .nan
    #expect(
      abs(found - expected) <= share * expected, "\(what): \(found), expected \(expected)",
      sourceLocation: sourceLocation)
  }

  @Test("album on a stream: 5 workers of 2.1 s are 143 orders a minute, and 1,000 come")
  func albumStream() throws {
    let analysis = try analysis("album-launch/v02-kinesis")
    // Ramp from 50 to 1,000 in 5 minutes, 55 minutes of 1,000, an hour down to 100.
    let orders = 5 * 525.0 + 55 * 1000 + 60 * 550
    expect(analysis.workloads[0].profile.count, orders, within: 1e-9, "orders")
    expect(analysis.workloads[0].peakRate, 1000.0 / 60, within: 1e-9, "peak")
    let workers = try station(analysis, "SendZip workers")
    #expect(workers.servers == 5)
    // 3 calls of 667 ms, one of 80 ms, three requests to the table of 5 ms or so, and the way to the handler.
    expect(workers.capacity.map { $0 * 60 }, 143, within: 0.025, "orders a minute")
    expect(workers.serviceSeconds, 2.1, within: 0.025, "time of an order")
    expect(workers.utilizationPeak, 7, within: 0.03, "load")
    #expect(analysis.bottleneck?.name == "SendZip workers")
    // Five calls at once at most, ten allowed.
    let partner = try station(analysis, "ZipUrlApi")
    #expect(partner.visitorsMax == 5)
    expect(partner.capacity, 10 / 0.667, within: 1e-3, "calls/s")
    expect(partner.visits[0], 3, within: 1e-9, "calls an order")
    #expect(partner.isBound && workers.isBound)
    let table = try station(analysis, "OrdersTable writes")
    expect(table.visits[0], 2, within: 1e-9, "write units an order")
    expect(table.offeredPeak, 2 * 1000 / 60, within: 1e-9, "write units at the peak")
  }

  @Test("what an analysis calls certain is never below what a run does")
  func bounds() throws {
    let analysis = try analysis("album-launch/v02-kinesis")
    // 90,625 orders in 2 h are 755 a minute, 143 can be done.
    expect(analysis.sustainableScale(), 143.0 / 755, within: 0.03, "scale at the mean")
    expect(analysis.sustainableScale(at: .peak), 0.143, within: 0.03, "scale at the peak")
    #expect(analysis.sustainableScale(of: "orders") == analysis.sustainableScale())
    #expect(analysis.sustainableScale(of: "nobody") == .infinity)
    // The reviewed report of this scenario: the last order is done 8h56m after the last one came.
    let drain = analysis.drainTimeLowerBound(of: "orders")
    #expect(drain < 32_187)
    #expect(drain > 0.9 * 32_187)
    let backlog = try #require(try analysis.backlog(at: station(analysis, "SendZip workers")))
    expect(backlog.peakBacklog, 74_422, within: 0.02, "peak of the backlog")
  }

  @Test("ten shards keep the partner's ten, eleven may not")
  func partnerOfTen() throws {
    let ten = try analysis("album-launch/today")
    #expect(try station(ten, "ZipUrlApi").visitorsMax == 10)
    #expect(try station(ten, "SendZip workers").isBound)
    let eleven = try analysis("album-launch/today", sets: ["OrderStream.ShardCount=11"])
    #expect(try station(eleven, "ZipUrlApi").visitorsMax == 11)
    // Refused calls are short, so that the workers may be faster than computed; the partner's door stays certain.
    #expect(try !station(eleven, "SendZip workers").isBound)
    #expect(try station(eleven, "ZipUrlApi").isBound)
  }

  @Test("hot stream: six pollers ask six times a second, five are allowed")
  func hotStream() throws {
    let analysis = try analysis("hot-stream/base")
    let reads = try station(analysis, "EventStream reads")
    expect(reads.utilizationPeak, 6.0 / 5, within: 1e-9, "polls")
    #expect(analysis.bottleneck?.name == "EventStream reads")
    // 120 records/s of 1.5 KiB into 4 shards of 1,000 records and 1 MiB each.
    let writes = try station(analysis, "EventStream writes")
    #expect(writes.utilizationPeak! > 0.04 && writes.utilizationPeak! < 0.08)
    // Zipf keys: the busiest shard has more than its quarter, so the capacity is below four times one shard's.
    #expect(writes.notes.contains { $0.hasPrefix("its busiest shard gets") })
    let four = try self.analysis("hot-stream/base", variant: "four-subscribers")
    expect(try station(four, "EventStream reads").utilizationPeak, 0.8, within: 1e-9, "four pollers")
  }

  @Test("image download: a queue with 20 executions at once, against 20 connections")
  func imageDownload() throws {
    let queue = try analysis("image-download/sqs")
    let workers = try station(queue, "Download workers")
    #expect(workers.servers == 20)
    let host = try station(queue, "ImageHost")
    #expect(host.visitorsMax == 20)
    expect(host.capacity, 20 / 1.2, within: 1e-3, "images/s")
    #expect(queue.workloads[0].profile.count == 300_000)
    // 300,000 images at 16.7/s or less: 5 h at least.
    #expect(queue.drainTimeLowerBound(of: "urls") > 4.7 * 3600)
    // One shard, batches of 20 in parallel: the slowest of 20 exponential times lasts H(20) times the mean.
    let shard = try analysis("image-download/one-shard")
    let lane = try station(shard, "Download workers")
    #expect(lane.servers == 1 && lane.batch == 20)
    let slowest = (1...20).reduce(0) { $0 + 1.2 / Double($1) }
    #expect(lane.serviceSeconds! > slowest && lane.serviceSeconds! < 1.06 * slowest)
    #expect(try station(shard, "ImageHost").visitorsMax == 20)
  }

  @Test("a change of the timeline changes the capacity from then on")
  func timeline() throws {
    let text =
      Queues.stream(
        arrivals: "{process: poisson, rate: 1/s}", service: "[{sleep: 1s}]", poll: 0.01, duration: "1h"
      ) + "\n  timeline: [{at: 30m, set: {Resources.Queue.Properties.ShardCount: 2}}]\n"
    let analysis = try SystemAnalysis(Lab.compile(text))
    let workers = try station(analysis, "Server workers")
    expect(workers.capacity, 1, within: 1e-9, "one worker")
    #expect(workers.capacityChanges.count == 1)
    #expect(workers.capacityChanges[0].time == 1800)
    expect(workers.capacityChanges[0].capacity, 2, within: 1e-9, "two workers")
    // Optimistic: as if both had been there from the start.
    expect(analysis.sustainableScale(), 2 * 1.01, within: 1e-9, "scale")
  }

  @Test("one workload is scaled while the others stay")
  func severalWorkloads() throws {
    var text = Queues.stream(
      arrivals: "{process: poisson, rate: 1/s}", service: "[{sleep: 100ms}]", poll: 0.01, duration: "1h")
    text = text.replacing(
      "workloads: {jobs:",
      with: "workloads: {rest: {into: Queue, size: 100B, arrivals: {process: constant, rate: 4/s}}, jobs:")
    let analysis = try SystemAnalysis(Lab.compile(text))
    // Ten a second can be done, four are taken by the rest.
    expect(analysis.sustainableScale(of: "jobs"), 10.1 - 4, within: 1e-6, "jobs alone")
    expect(analysis.sustainableScale(), 10.1 / 5, within: 1e-6, "both")
  }
}

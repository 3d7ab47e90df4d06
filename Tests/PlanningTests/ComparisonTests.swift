import Kernel
@testable import Planning
import Records
@testable import Reports
import Scenarios
import Services
import Testing

@Suite struct ComparisonTests {
  typealias Fixture = AlbumFixture

  /// The base drains in 6 h, 6 h 4 m, 6 h 8 m; the other design in half of it, with a little more noise.
  private static func results(_ designs: Int = 2) -> [ScenarioResult] {
    (0..<designs).map { design in
      let runs = (0..<3).map { replication in
        var run = Fixture.run(replication, shift: replication * 4)
        if design > 0 {
          let drain = SimDuration.minutes(Int64(180 + replication * 2 + design))
          run.workloads[0].emptiedAt = run.workloads[0].lastArrival + drain
          run.usage[0].quantity *= 2
        }
        return run
      }
      return ScenarioResult(
        label: ["base", "ten-shards", "twenty-shards", "forty"][design],
        header: Fixture.header(replications: 3, name: "album"), system: Fixture.system(), era: .y2017,
        thresholds: Array(Fixture.thresholds.prefix(1)) + Array(Fixture.thresholds.suffix(2)),
        expectations: [],
        runs: runs)
    }
  }

  @Test func `pairs replications and shows the difference`() throws {
    let comparison = Comparison(Self.results())
    let row = try #require(comparison.rows.first { $0.metric == "orders.DrainTime" })
    // Differences −179, −181, −183 minutes: mean −181, s = 2, half width 4.302653·2/√3.
    #expect(row.cells[1].difference == -10_860.0)
    #expect(
      abs(try #require(row.cells[1].differenceHalfWidth) - 4.30265272975 * 120 / 3.0.squareRoot()) < 1e-6)
    #expect(row.cells[1].differs && row.cells[0].difference == nil)
    // var(base) = 16, var(other) = 4, var(difference) = 4 square minutes.
    #expect(abs(try #require(row.cells[1].varianceReduction) - 5) < 1e-9)
    #expect(row.cells[0].verdict == .fail && row.cells[1].verdict == .pass)
    #expect(comparison.verdict == "only ten-shards passes all thresholds")
    #expect(comparison.confidence == 0.95)
  }

  @Test func `widens intervals for several designs`() throws {
    let comparison = Comparison(Self.results(3))
    #expect(comparison.confidence == 0.975)
    let row = try #require(comparison.rows.first { $0.metric == "orders.DrainTime" })
    // t(0.9875, 2) = 6.2053.
    #expect(
      abs(try #require(row.cells[1].differenceHalfWidth) - 6.20534681657 * 120 / 3.0.squareRoot()) < 1e-4)
    #expect(
      comparison.verdict.hasPrefix(
        "ten-shards, twenty-shards pass all thresholds; ten-shards is the cheapest"))
  }

  @Test func `compares only replications that both have`() throws {
    var results = Self.results()
    results[1].runs.removeFirst()
    results[1].estimates = Estimates(results[1].runs, system: Fixture.system())
    let comparison = Comparison(results)
    let row = try #require(comparison.rows.first { $0.metric == "orders.DrainTime" })
    #expect(row.cells[1].pairCount == 2 && row.cells[1].difference == -10_920.0)
  }

  @Test func `a list of changes that is cut says which it shows`() {
    let changes = (0..<9).map {
      ScenarioChange(kind: .changed, path: "Api.setting\($0)", old: "1", new: "2")
    }
    let comparison = Comparison(Self.results(2), changes: [[], changes])
    let text = ComparisonTable.text(comparison)
    #expect(
      text.contains("      the first 6 of 9, in the order of the scenario (--summary full: all)\n"), "\(text)"
    )
    #expect(text.contains("Api.setting5 ") && !text.contains("Api.setting6 "))
  }

  @Test func `prints the table wide and narrow, and the file`() {
    let comparison = Comparison(Self.results(3))
    GoldenFile.expect(ComparisonTable.text(comparison), matches: "compare.txt")
    GoldenFile.expect(
      ComparisonTable.text(comparison, style: TerminalStyle(width: 50)), matches: "compare-narrow.txt")
    GoldenFile.expect(CompareFile.bytes(comparison), matches: "compare.csv")
  }

  @Test func `says how near nobody comes`() {
    var results = Self.results()
    for index in results.indices {
      results[index].verdicts[0].outcome = .fail
      results[index].verdicts[0].worstValue = 36_000
    }
    #expect(
      Comparison(results).verdict
        == "no variant passes all thresholds; base fails one (orders.DrainTime 10h, rule 'value < 4h')")
  }
}

@Suite struct DiagnosisTests {
  typealias Fixture = AlbumFixture

  private func diagnosis(_ runs: [RunRecords], _ system: SystemSpec, _ thresholds: [Threshold]) -> Diagnosis {
    let verdicts = ThresholdEvaluator(system: system).evaluate(thresholds, [], runs)
    return Diagnosis(runs, system: system, era: .y2017, verdicts: verdicts)
  }

  @Test func `finds the workers of a stream too few and asks for the shards that are missing`() throws {
    var run = Fixture.run(0)
    run.metrics.remove(at: 3)
    run.workloads[0].reasons = []
    let result = diagnosis([run], Fixture.system(), Fixture.thresholds)
    let saturation = try #require(result.saturation)
    #expect(saturation.station == "SendZip" && saturation.interval == "00:01–07:00")
    #expect(
      result.text
        == "SendZip (conc 5) is full 00:01–07:00: 5 workers / 2.13s = 141 orders/min against 1,000/min at the peak"
    )
    // p(95) is 5.7 h against 15 min, but the partner allows ten calls at once.
    #expect(result.advice?.override == "Resources.OrderStream.Properties.ShardCount=10")
  }

  @Test func `asks for as many shards as the rule is missed by when nothing else limits`() throws {
    var system = Fixture.system()
    system.partners[0].maxConcurrent = nil
    var run = Fixture.run(0)
    run.metrics.remove(at: 3)
    run.workloads[0].reasons = []
    // Drains in 6 h instead of 4 h: 5 × 6/4, rounded up.
    let result = diagnosis([run], system, [Fixture.thresholds[0]])
    #expect(result.advice?.override == "Resources.OrderStream.Properties.ShardCount=8")
  }

  @Test func `finds the error that blocks a shard until its messages expire`() {
    var system = Fixture.system()
    system.functions[0].errors = [
      ErrorRule(name: "parse-error", when: .always, partner: 0, isRaised: true, isCaught: false)
    ]
    var run = Fixture.run(0)
    run.notes = [
      NoteCount(resource: "SendZip", text: "timeout", count: 1),
      NoteCount(resource: "SendZip", text: "parse-error", count: 35),
    ]
    let result = diagnosis([run], system, Fixture.thresholds)
    #expect(result.causes.map(\.kind) == [.lost, .failing])
    #expect(result.text.contains("10 orders were lost by expiry at OrderStream (older than the retention)"))
    #expect(
      result.text.contains(
        "SendZip failed 36 times from 00:07 to 00:13 (parse-error); each failing record blocks its shard of OrderStream"
      ))
    #expect(result.advice?.override == "Simulation.functions.SendZip.errors.0.catch=true")
  }

  @Test func `holds back the function that calls a partner over its limit`() {
    var system = Fixture.system()
    system.mappings = []
    system.streams = []
    var run = Fixture.run(0)
    run.metrics = run.metrics.filter { $0.metric == "ConcurrentExecutions" }
    for index in run.metrics[0].datapoints.indices { run.metrics[0].datapoints[index].maximum = 132 }
    run.workloads[0].reasons = []
    run.stations = []
    run.partners[0].overLimit = 12_345
    run.partners[0].inFlightPeak = 132
    let result = diagnosis([run], system, [Fixture.thresholds[4]])
    #expect(
      result.text
        == "ZipUrlApi answered 12,345 of 180,000 calls over its limit of 10 at once (peak 132 in flight)")
    #expect(result.advice?.override == "Resources.SendZip.Properties.ReservedConcurrentExecutions=10")
    // Reserved concurrency came in November 2017.
    let earlier = Diagnosis([run], system: system, era: Era("2016-08")!, verdicts: [])
    #expect(earlier.advice == nil)
  }

  @Test func `doubles the capacity of a table that throttles`() {
    var run = Fixture.run(0)
    run.metrics = [
      MetricSeries(
        namespace: "AWS/DynamoDB", resource: "OrdersTable", metric: "WriteThrottleEvents", unit: "Count",
        datapoints: [Datapoint(minute: 1, sample: 1)])
    ]
    run.workloads[0].reasons = []
    var table = StationRecord(name: "OrdersTable", kind: .table, capacity: 100, capacityLabel: "100 WCU")
    table.throttled = 7
    run.stations = [table]
    let result = diagnosis([run], Fixture.system(), [])
    #expect(result.text == "OrdersTable (100 WCU) throttled 7 requests")
    #expect(
      result.advice?.override
        == "Resources.OrdersTable.Properties.ProvisionedThroughput.WriteCapacityUnits=200")
  }

  @Test func `a refusal in one of ten runs is no cause`() throws {
    var runs = (0..<10).map { Fixture.run($0) }
    for index in runs.indices {
      runs[index].workloads[0].reasons = []
      runs[index].stations = [
        StationRecord(name: "OrdersTable", kind: .table, capacity: 100, capacityLabel: "100 WCU")
      ]
    }
    runs[3].stations[0].throttled = 1
    #expect(!diagnosis(runs, Fixture.system(), []).text.contains("throttled"))
    for index in 0..<5 { runs[index].stations[0].throttled = 1 }
    #expect(diagnosis(runs, Fixture.system(), []).text.contains("throttled 1 requests"))
  }

  @Test func `tells first what began before a station was full`() {
    var run = Fixture.run(0)
    run.workloads[0].reasons = []
    for minute in 0..<180 { run.stations[1].loadByMinute[minute] = 0.3 }
    let result = diagnosis([run], Fixture.system(), Fixture.thresholds)
    #expect(result.saturation?.interval == "03:00–07:00")
    #expect(result.text.hasPrefix("SendZip failed 36 times from 00:07 to 00:13; each failing record blocks"))
    #expect(result.text.contains("expires. SendZip (conc 5) is full 03:00–07:00: 5 workers"))
  }

  @Test func `sees that handlers in Swift may call any service, unless they name it`() {
    var system = Fixture.system()
    system.functions[0].handler = .swift(name: "album.sendZip", config: [])
    system.functions.append(
      FunctionSpec(
        logicalID: "Other", memorySize: 128, timeout: .seconds(3),
        handler: .swift(name: "other", config: [("api", .text("EmailApi"))])))
    #expect(SystemPaths(system: system).functions(calling: 0) == [0, 1])
    #expect(SystemPaths(system: system).functions(calling: 1) == [1])
  }

  @Test func `says that nothing was wrong`() {
    var run = Fixture.run(0)
    run.metrics = []
    run.workloads[0].reasons = []
    run.stations.remove(at: 1)
    let result = diagnosis([run], Fixture.system(), [])
    #expect(result.text == "nothing was lost and nothing saturated; the busiest minute was 48 % of ZipUrlApi")
    #expect(result.advice == nil && result.saturation == nil)
  }

  @Test func `takes bursts for one interval and noise for none`() {
    var station = StationRecord(name: "Api", kind: .partner, capacity: 10, capacityLabel: "limit 10")
    // Two full minutes at the start of every five, for an hour; one lonely minute later.
    station.loadByMinute = (0..<120).map { $0 < 60 && $0 % 5 < 2 || $0 == 100 ? 1 : 0.1 }
    let saturation = Saturation(station)
    #expect(saturation?.firstMinute == 0 && saturation?.lastMinute == 56 && saturation?.minutes == 24)
    station.loadByMinute = [0, 1, 1, 0]
    #expect(Saturation(station) == nil)
  }
}

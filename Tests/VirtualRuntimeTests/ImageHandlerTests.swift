import ExampleHandlers
import HandlerKit
import Kernel
import Records
import Services
import Testing
import VirtualRuntime

/// The downloader in the engine: a stream of one shard, the partner and the bucket.
@Suite struct ImageHandlerTests {
  private func run(
    count: Int = 60, config: [(name: String, value: FieldValue)] = [], reports: Bool = false,
    retries: Int? = nil, partner: PartnerSpec = PartnerSpec(name: "ImageHost", latency: .constant(3))
  ) throws -> RunRecords {
    var system = SystemSpec(
      name: "images", limits: .bucketTest,
      run: RunSpec(duration: .minutes(10), drain: .hours(1), replications: 1, seed: 1))
    system.partners = [partner]
    system.buckets = [BucketSpec(logicalID: "Images")]
    system.streams = [StreamSpec(logicalID: "Urls", shardCount: 1, retention: .hours(24))]
    var mapping = StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 20)
    mapping.reportsBatchItemFailures = reports
    mapping.maximumRetryAttempts = retries
    system.mappings = [mapping]
    system.functions = [
      FunctionSpec(
        logicalID: "Download", memorySize: 1792, timeout: .seconds(120),
        handler: .swift(name: "images.download", config: config))
    ]
    system.workloads = [
      WorkloadSpec(
        name: "urls", destination: .stream(0), arrivals: .backlog(count: count, sendRate: nil),
        fields: [FieldSpec(name: "bytes", source: .number(.constant(400_000)))])
    ]
    let host = try HandlerHost(registry: exampleHandlers, system: system)
    return Simulation(system, replication: 0, host: host).run()
  }

  private func total(_ records: RunRecords, _ metric: String) -> Double {
    records.metrics.first { $0.metric == metric }?.datapoints.reduce(0) { $0 + $1.sum } ?? 0
  }

  @Test("a batch is downloaded at once and every image lies in the bucket")
  func download() throws {
    let records = try run()
    #expect(records.workloads[0].books[0][.completed] == 60)
    #expect(total(records, "BytesUploaded") == 60 * 400_000)
    #expect(records.partners[0].inFlightPeak == 20)
    #expect(total(records, "Invocations") == 3)
    #expect(records.partners[0].effects == 60)
  }

  @Test("no more images are under way than the configuration allows")
  func limited() throws {
    let records = try run(count: 20, config: [("parallel", .number(5))])
    #expect(records.partners[0].inFlightPeak == 5)
    #expect(records.workloads[0].books[0][.completed] == 20)
    // Four rounds of 3 s, a put of 1 ms and 400 kB at 100 MB/s.
    let duration = records.metrics.first { $0.metric == "Duration" }!.datapoints[0].maximum
    #expect(abs(duration - 4 * 3005) < 1)
  }

  private let unreliable = PartnerSpec(name: "ImageHost", latency: .constant(1), errorRate: 0.3)

  @Test("reported failures come again until every image has arrived")
  func reported() throws {
    let records = try run(reports: true, partner: unreliable)
    #expect(records.workloads[0].books[0][.completed] == 60)
    #expect(records.partners[0].errors > 0)
    #expect(records.partners[0].messagesWithEffect == 60)
    #expect(total(records, "Errors") == 0)
  }

  @Test("skipped failures are logged and never arrive")
  func skipped() throws {
    let records = try run(config: [("onFailure", .text("skip"))], partner: unreliable)
    let missing = 60 - records.partners[0].messagesWithEffect
    #expect(missing > 5)
    #expect(records.notes.filter { $0.text.contains("skipped") }.reduce(0) { $0 + $1.count } == missing)
    #expect(total(records, "Invocations") == 3)
  }

  @Test("a failed batch comes again as a whole, and what had arrived is downloaded twice")
  func failed() throws {
    let records = try run(
      count: 20, config: [("onFailure", .text("fail"))], retries: 2, partner: unreliable)
    #expect(total(records, "Invocations") == 3)
    #expect(records.workloads[0].books[0][.discarded] == 20)
    #expect(records.partners[0].messagesWithSeveralEffects > 0)
  }

  @Test("failed images wait in the dead-letter queue until the replay puts them back into the stream")
  func deadLetterAndReplay() throws {
    var system = SystemSpec(
      name: "images", limits: .bucketTest,
      run: RunSpec(duration: .minutes(30), drain: .hours(1), replications: 1, seed: 1))
    for (name, value) in [
      (LimitName.sqsBatchMax, 10.0), (.sqsInFlightMax, 1000), (.sqsLongPollSeconds, 20),
      (.priceSqsRequestUnitBytes, 65_536),
    ] { system.limits[name] = value }
    // Down for the first ten minutes.
    let up = PartnerSpec(name: "ImageHost", latency: .constant(1))
    var down = up
    down.errorRate = 1
    system.partners = [down]
    system.timeline = [TimelineEntry(time: .zero + .minutes(10), change: .partner(0, up))]
    system.buckets = [BucketSpec(logicalID: "Images")]
    system.queues = [QueueSpec(logicalID: "FailedImages", visibilityTimeout: .minutes(5))]
    system.queues[0].isTaken = true
    system.streams = [StreamSpec(logicalID: "UrlStream", shardCount: 1, retention: .hours(24))]
    system.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 20)]
    system.functions = [
      FunctionSpec(
        logicalID: "Download", memorySize: 1792, timeout: .seconds(120),
        handler: .swift(name: "images.download", config: [("onFailure", .text("deadLetter"))])),
      FunctionSpec(
        logicalID: "Replay", memorySize: 1792, timeout: .seconds(120),
        handler: .swift(name: "images.replayFailed", config: [])),
    ]
    system.schedules = [ScheduleSpec(logicalID: "Late", expression: .rate(minutes: 20), function: 1)]
    system.workloads = [
      WorkloadSpec(
        name: "urls", destination: .stream(0), arrivals: .backlog(count: 45, sendRate: nil),
        fields: [FieldSpec(name: "bytes", source: .number(.constant(1000)))])
    ]
    let host = try HandlerHost(registry: exampleHandlers, system: system)
    let records = Simulation(system, replication: 0, host: host).run()
    #expect(records.workloads[0].books[0][.completed] == 45)
    #expect(records.workloads.allSatisfy { $0.books[0].isBalanced })
    #expect(records.partners[0].messagesWithEffect == 45)
    #expect(total(records, "BytesUploaded") == 45_000)
    #expect(records.notes.contains { $0.text.contains("replayed") })
    #expect(records.ending == .settled)
  }
}

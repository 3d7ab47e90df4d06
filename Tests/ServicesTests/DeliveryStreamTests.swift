import Kernel
import Records
import Services
import Testing

/// Firehose. Source: fact sheet §9.
@Suite struct DeliveryStreamTests {
  private func system(
    _ workload: WorkloadSpec, bufferBytes: Int = 1_048_576, interval: SimDuration = .seconds(60),
    limits: Limits = .test
  ) -> SystemSpec {
    var spec = EngineWorld.system(limits: limits, duration: .minutes(10))
    spec.buckets = [BucketSpec(logicalID: "Images")]
    spec.deliveryStreams = [
      DeliveryStreamSpec(
        logicalID: "Archive", bucket: 0, bufferBytes: bufferBytes, bufferInterval: interval, prefix: "raw/")
    ]
    spec.workloads = [workload]
    return spec
  }

  @Test("an object is written when its interval is over, and its messages end then")
  func interval() {
    let records = EngineWorld.run(
      system(EngineWorld.messages(at: [0, 10, 59, 70], to: .deliveryStream(0))))
    #expect(records.count(.completed) == 4)
    #expect(records.total("Images", "PutRequests") == 2)
    #expect(records.total("Archive", "DeliveryToS3.Records") == 4)
    // The first record waits for 60 s and for a put of 10 ms and 3 µs.
    let freshness = records.points("Archive", "DeliveryToS3.DataFreshness").map(\.maximum)
    #expect(abs(freshness[0] - 60.010003) < 1e-9)
    #expect(records.workloads[0].books[0].latency.minimum < .seconds(2))
  }

  @Test("an object is written as soon as it is large enough")
  func size() {
    let records = EngineWorld.run(
      system(EngineWorld.backlog(25, to: .deliveryStream(0)), bufferBytes: 1000))
    // 100 bytes each: ten to an object, and five that wait for the interval.
    #expect(records.total("Images", "PutRequests") == 3)
    #expect(records.total("Images", "BytesUploaded") == 2500)
    #expect(records.count(.completed) == 25)
    #expect(records.workloads[0].books[0].latency.maximum >= .seconds(60))
  }

  @Test("a producer over the quota is throttled, tries again and gives up")
  func quota() {
    var limits = Limits.test
    limits[.firehoseRecordsPerSecond] = 10
    let records = EngineWorld.run(
      system(EngineWorld.backlog(100, to: .deliveryStream(0)), limits: limits))
    let delivered = Int(records.total("Archive", "IncomingRecords"))
    #expect(delivered >= 10 && delivered <= 17)
    #expect(records.count(.completed) == delivered)
    #expect(records.count(.dropped) == 100 - delivered)
    #expect(records.total("Archive", "ThrottledRecords") > Double(100 - delivered))
    #expect(records.station("Archive")?.throttled == Int(records.total("Archive", "ThrottledRecords")))
  }

  /// 30 of 100 records fit; the step sends what a batch call refused again.
  @Test("a batch names the records that were refused", arguments: [true, false])
  func batch(resend: Bool) {
    var limits = Limits.test
    limits[.firehoseRecordsPerSecond] = 30
    var spec = system(EngineWorld.backlog(100, to: .store(0)), limits: limits)
    spec.stores = [StoreSpec(name: "Db")]
    let send = SendStep(
      destination: .deliveryStream(0), each: true, batch: 100, time: .constant(0), resend: resend)
    spec.functions = [
      EngineWorld.function("F", scope: .perInvocation, [.take(store: 0, max: nil), .send(send)])
    ]
    spec.schedules = [ScheduleSpec(logicalID: "Tick", expression: .rate(minutes: 5), function: 0)]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == (resend ? 100 : 30))
    #expect(records.count(.dropped) == (resend ? 0 : 70))
  }

  @Test("an outage of the bucket delays its objects; one longer than the retry time loses them")
  func outage() throws {
    var limits = Limits.test
    limits[.firehoseRetrySeconds] = 300
    var spec = system(EngineWorld.messages(at: [0, 590], to: .deliveryStream(0)), limits: limits)
    func outage(_ from: Int64, _ to: Int64) -> [TimelineEntry] {
      [
        TimelineEntry(time: .zero + .seconds(from), change: .bucketAvailable(0, false)),
        TimelineEntry(time: .zero + .seconds(to), change: .bucketAvailable(0, true)),
      ]
    }
    spec.timeline = outage(30, 130)
    let delayed = EngineWorld.run(spec)
    #expect(delayed.count(.completed) == 2)
    // Tried at 60, 90 and 120 s without success, then at 150 s.
    let freshness = delayed.points("Archive", "DeliveryToS3.DataFreshness").map(\.maximum).max()
    #expect(try #require(freshness) > 150)
    #expect(delayed.points("Archive", "DeliveryToS3.Success").reduce(0) { $0 + $1.sampleCount } == 5)
    spec.timeline = outage(30, 500)
    let lost = EngineWorld.run(spec)
    #expect(lost.count(.completed) == 1)
    #expect(lost.count(.discarded) == 1)
    #expect(lost.workloads[0].reasons.map(\.reason) == ["delivery to S3 failed for too long"])
  }

  @Test("each record is billed by units of five kilobytes")
  func bill() throws {
    let records = EngineWorld.run(system(EngineWorld.backlog(1000, to: .deliveryStream(0))))
    let line = try #require(records.usage.first { $0.service == "Firehose" })
    #expect(line.quantity == 1000 * 5120 / 1e9)
  }

  @Test("a stream's records are read beside its function and delivered, and each message ends with both")
  func streamSource() throws {
    var spec = system(EngineWorld.messages(at: [0, 0, 0, 70], to: .stream(0)))
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: .hours(24))]
    spec.deliveryStreams[0].source = 0
    spec.mappings = [StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 100)]
    spec.functions = [EngineWorld.function("F", [])]
    let records = EngineWorld.run(spec)
    #expect(records.total("Archive", "IncomingRecords") == 4)
    #expect(records.total("F", "Invocations") == 2)
    #expect(records.count(.completed) == 4)
    // The function is done within seconds, the message only with its object.
    #expect(records.workloads[0].books[0].latency.minimum > .seconds(60))
    #expect(records.functions[0].books[0].completion.maximum < .seconds(2))
    #expect(records.workloads.allSatisfy { $0.books[0].isBalanced })
  }

  @Test("while objects cannot be written the stream keeps its records")
  func retainedBySource() {
    var spec = system(EngineWorld.messages(at: [0, 100], to: .stream(0)))
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: .hours(24))]
    spec.deliveryStreams[0].source = 0
    spec.timeline = [
      TimelineEntry(time: .zero + .seconds(30), change: .bucketAvailable(0, false)),
      TimelineEntry(time: .zero + .seconds(400), change: .bucketAvailable(0, true)),
    ]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 2)
    // The second record is not taken in before the first object is written, after 400 s.
    let incoming = records.points("Archive", "IncomingRecords").map(\.minute)
    #expect(incoming == [0, 7])
  }
}

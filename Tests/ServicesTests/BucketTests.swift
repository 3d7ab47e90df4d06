import Kernel
import Records
import Services
import Testing

@Suite struct BucketTests {
  private func system(_ workload: WorkloadSpec, limits: Limits = .test) -> SystemSpec {
    var spec = EngineWorld.system(limits: limits, duration: .minutes(10))
    spec.buckets = [BucketSpec(logicalID: "Images")]
    spec.workloads = [workload]
    return spec
  }
  private func put(_ bytes: Double) -> Step {
    .putObject(PutObjectStep(bucket: 0, size: .law(.constant(bytes))))
  }

  @Test("a put takes its latency and the time of its bytes, and is billed")
  func put() throws {
    var spec = system(EngineWorld.messages(at: [0, 1], to: .function(0)))
    spec.functions = [EngineWorld.function("F", [put(50_000_000)])]
    let records = EngineWorld.run(spec)
    // 10 ms, and 50 MB at 100 MB/s.
    #expect(records.points("Images", "TotalRequestLatency").map(\.maximum) == [510])
    #expect(records.total("Images", "PutRequests") == 2)
    #expect(records.total("Images", "BytesUploaded") == 1e8)
    #expect(records.count(.completed) == 2)
    let writes = try #require(records.usage.first { $0.item == "PUT and LIST" })
    #expect(writes.quantity == 2e-6)
    // 100 MB for ten minutes, less the first seconds.
    let storage = try #require(records.usage.first { $0.item == "storage" && $0.resource == "Images" })
    #expect(abs(storage.quantity * 730 - 0.1 / 6) < 1e-4)
  }

  @Test("a field of the message gives the size")
  func sizeFromField() {
    var workload = EngineWorld.messages(at: [0, 1, 2], to: .function(0))
    workload.fields.append(FieldSpec(name: "bytes", source: .number(.constant(1234))))
    var spec = system(workload)
    spec.functions = [
      EngineWorld.function("F", [.putObject(PutObjectStep(bucket: 0, size: .field("bytes")))])
    ]
    #expect(EngineWorld.run(spec).total("Images", "BytesUploaded") == 3 * 1234)
  }

  @Test("what was written can be read, what was not is an error of the step")
  func read() {
    var spec = system(EngineWorld.messages(at: [0], to: .function(0)))
    spec.functions = [EngineWorld.function("F", retries: 0, [put(10), .getObject(bucket: 0)])]
    #expect(EngineWorld.run(spec).count(.completed) == 1)
    spec.functions = [EngineWorld.function("F", retries: 0, [.getObject(bucket: 0)])]
    let records = EngineWorld.run(spec)
    #expect(records.count(.discarded) == 1)
    #expect(records.notes.map(\.text) == ["NoSuchKey"])
    #expect(records.total("Images", "4xxErrors") == 1)
  }

  /// 100 writes at once against 10 a second: the SDK tries four times within at most 0.7 s. Source: fact sheet §14.
  @Test("a prefix over its rate answers SlowDown, and the SDK tries again")
  func slowDown() {
    var limits = Limits.test
    limits[.s3WritesPerSecond] = 10
    var spec = system(
      EngineWorld.messages(at: Array(repeating: 0, count: 100), to: .function(0)), limits: limits)
    spec.functions = [EngineWorld.function("F", retries: 0, [put(10)])]
    let records = EngineWorld.run(spec)
    let stored = Int(records.total("Images", "BytesUploaded")) / 10
    #expect(stored >= 10 && stored <= 17)
    #expect(records.count(.completed) == stored)
    #expect(records.count(.discarded) == 100 - stored)
    #expect(records.station("Images")?.throttled == Int(records.total("Images", "5xxErrors")))
  }

  @Test("an upload from outside travels on to the function that the bucket tells, a second later")
  func upload() throws {
    var spec = system(EngineWorld.messages(at: [0, 5], to: .bucket(0)))
    spec.buckets[0].notifications = [BucketNotification(logicalID: "N", target: .function(0))]
    spec.functions = [EngineWorld.function("F", [.getObject(bucket: 0)])]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 2)
    // Put 10 ms and 1 µs, event 1 s, get 20 ms and 1 µs.
    let latency = records.workloads[0].books[0].latency
    #expect(latency.minimum == SimDuration(nanoseconds: 1_030_002_000))
    #expect(records.total("F", "Invocations") == 2)
  }

  @Test("an object that a handler writes becomes a message of its own for those whose filter it passes")
  func notifications() throws {
    var spec = system(EngineWorld.messages(at: [0, 5], to: .function(0)))
    spec.buckets[0].notifications = [
      BucketNotification(logicalID: "A", target: .function(1), prefix: "orders-"),
      BucketNotification(logicalID: "B", target: .function(1), suffix: ".txt"),
      BucketNotification(logicalID: "C", target: .topic(0), suffix: "-1"),
    ]
    spec.topics = [TopicSpec(logicalID: "T")]
    spec.subscriptions = [SubscriptionSpec(logicalID: "S", topic: 0, function: 1)]
    spec.functions = [EngineWorld.function("F", [put(10)]), EngineWorld.function("G", [])]
    let records = EngineWorld.run(spec)
    #expect(records.total("G", "Invocations") == 3)
    #expect(records.workloads.map(\.name) == ["orders", "Images"])
    #expect(records.workloads[1].books[0].created == 2)
    #expect(records.workloads[1].books[0][.completed] == 2)
    #expect(records.workloads.allSatisfy { $0.books[0].isBalanced })
  }

  @Test("an outage answers 503 until it is over")
  func outage() {
    var spec = system(EngineWorld.messages(at: [0, 100], to: .bucket(0)))
    spec.timeline = [
      TimelineEntry(time: .zero, change: .bucketAvailable(0, false)),
      TimelineEntry(time: .zero + .seconds(50), change: .bucketAvailable(0, true)),
    ]
    let records = EngineWorld.run(spec)
    #expect(records.count(.dropped) == 1)
    #expect(records.count(.completed) == 1)
    #expect(records.workloads[0].reasons.map(\.reason) == ["ServiceUnavailable"])
  }
}

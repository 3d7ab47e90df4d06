import HandlerKit
import Kernel
import Records
import Services
import Synchronization
import Testing
import VirtualRuntime

/// The S3 client against the engine's own bucket.
@Suite struct BucketClientTests {
  private func run(_ body: @escaping @Sendable (TriggerEvent, Context) async throws -> Void) throws
    -> RunRecords
  {
    var system = makeSystem(["script"])
    system.limits = .bucketTest
    system.buckets = [BucketSpec(logicalID: "Images")]
    system.workloads = [
      WorkloadSpec(
        name: "orders", destination: .function(0), arrivals: .backlog(count: 1, sendRate: nil))
    ]
    let registry: HandlerRegistry = ["script": { _ in Script(body: body) }]
    let host = try HandlerHost(registry: registry, system: system)
    return Simulation(system, replication: 0, host: host).run()
  }

  @Test("get returns what was put, and nothing after a delete")
  func getPutDelete() throws {
    let found = Mutex<[String]>([])
    let records = try run { _, context in
      try await context.s3.putObject("Images", key: "a/b", sizeBytes: 77, metadata: ["url": "x", "n": 3])
      let object = try await context.s3.getObject("Images", key: "a/b")
      found.withLock { $0.append("\(object.key) \(object.sizeBytes) \(object.metadata["n"]!.number!)") }
      try await context.s3.deleteObject("Images", key: "a/b")
      do { _ = try await context.s3.getObject("Images", key: "a/b") } catch let error as NoSuchKey {
        found.withLock { $0.append(error.errorName) }
      }
    }
    #expect(found.withLock { $0 } == ["a/b 77 3.0", "NoSuchKey"])
    #expect(records.workloads[0].books[0][.completed] == 1)
  }

  @Test("pages follow the order of the keys, a thousand at most")
  func pages() throws {
    let pages = Mutex<[[String]]>([])
    _ = try run { _, context in
      for index in 0..<1205 {
        try await context.s3.putObject("Images", key: "k/\(index * 7919 % 1205)", sizeBytes: 1)
      }
      try await context.s3.putObject("Images", key: "other", sizeBytes: 1)
      var marker: String?
      repeat {
        let page = try await context.s3.listObjects("Images", prefix: "k/", marker: marker)
        pages.withLock { $0.append(page.contents.map(\.key)) }
        marker = page.nextMarker
      } while marker != nil
    }
    let found = pages.withLock { $0 }
    #expect(found.map(\.count) == [1000, 205])
    #expect(found.flatMap { $0 } == (0..<1205).map { "k/\($0)" }.sorted())
  }

  @Test("a bucket that does not exist is named with the nearest one")
  func unknown() throws {
    let records = try run { _, context in
      try await context.s3.putObject("Image", key: "a", sizeBytes: 1)
    }
    #expect(records.notes.first?.text == "no bucket named 'Image'; nearest: Images")
  }
}

extension Limits {
  /// A platform on which everything takes no time and nothing has a limit that these tests reach.
  static var bucketTest: Limits {
    var limits = Limits()
    for name in LimitName.allCases { limits[name] = 0 }
    let values: [LimitName: Double] = [
      .lambdaAccountConcurrency: 1000, .lambdaFullCPUMemoryMB: 1792, .lambdaIdleMinSeconds: 600,
      .lambdaIdleMaxSeconds: 600, .lambdaEnvironmentMaxLifetimeSeconds: 36_000, .lambdaFunctionBurst: 1000,
      .lambdaFunctionBurstPerSecond: 1000, .lambdaRequestsPerConcurrency: 10,
      .lambdaAsyncRetryFirstSeconds: 60, .lambdaAsyncRetrySecondSeconds: 120,
      .lambdaBillingStepMilliseconds: 1, .lambdaAsyncPayloadMaxBytes: 1_048_576, .s3WritesPerSecond: 3500,
      .s3ReadsPerSecond: 5500,
      .s3ListPageMaxKeys: 1000, .s3ConnectionBytesPerSecond: 1e8, .s3PutP50Seconds: 0.001,
      .s3PutP99Seconds: 0.001, .s3GetP50Seconds: 0.001, .s3GetP99Seconds: 0.001, .s3ListP50Seconds: 0.001,
      .s3ListP99Seconds: 0.001, .s3EventP50Seconds: 1, .s3EventP99Seconds: 1, .sdkMaxAttempts: 3,
      .sdkDynamodbMaxAttempts: 4,
      .sdkBackoffBaseSeconds: 0.1, .snsDeliveryP10Seconds: 0.1, .snsDeliveryP50Seconds: 0.1,
      .snsDeliveryP90Seconds: 0.1, .snsDeliveryP99Seconds: 0.1,
      .priceKinesisPutUnitBytes: 25_600, .priceSnsPublishUnitBytes: 65_536, .priceMonthHours: 730,
      .dynamodbPartitionReadUnits: 3000, .dynamodbPartitionWriteUnits: 1000,
      .dynamodbOnDemandInitialReadUnits: 12_000, .dynamodbOnDemandInitialWriteUnits: 4000,
      .dynamodbGetP50Seconds: 0.001, .dynamodbGetP99Seconds: 0.001, .dynamodbPutP50Seconds: 0.001,
      .dynamodbPutP99Seconds: 0.001, .kinesisWriteRecordsPerSecond: 1000,
      .kinesisPutRecordsMaxRecords: 500, .kinesisPutRecordsMaxBytes: 5_242_880,
      .kinesisRecordMaxBytes: 1_048_576,
      .kinesisWriteBytesPerSecond: 1_048_576, .kinesisReadCallsPerSecond: 5,
      .kinesisReadBytesPerSecond: 2_097_152, .kinesisGetRecordsMaxRecords: 10_000,
      .kinesisGetRecordsMaxBytes: 10_485_760, .mappingPollSeconds: 1, .mappingBufferMaxBytes: 6_291_456,
      .mappingPayloadMaxBytes: 6_291_456, .mappingBackoffBaseSeconds: 1, .mappingBackoffMaxSeconds: 60,
    ]
    for (name, value) in values { limits[name] = value }
    return limits
  }
}

import Kernel
import Scenarios
import Services
import Testing

/// What the properties of a mapping from a stream become.
@Suite struct StreamMappingTests {
  private func mapping(_ properties: [String], start: String = "2026-01-01") throws
    -> StreamMappingSpec
  {
    let text = """
      Transform: AWS::Serverless-2016-10-31
      Resources:
        Orders: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2}}
        Worker: {Type: AWS::Serverless::Function, Properties: {Timeout: 30}}
        Failed: {Type: AWS::SQS::Queue}
        Archive: {Type: AWS::S3::Bucket}
        Mapping:
          Type: AWS::Lambda::EventSourceMapping
          Properties:
            FunctionName: !Ref Worker
            EventSourceArn: !GetAtt Orders.Arn
            \(properties.joined(separator: "\n      "))
      Simulation:
        version: 1
        era: now
        run: {duration: 1h, start: "\(start)"}
        workloads: {orders: {into: Orders, arrivals: {process: constant, rate: 10/s}, fields: {country: {choice: {a: 50%, b: 50%}}}}}
        functions: {Worker: {perMessage: [{sleep: 1s}]}}
      """
    return try compile(["x.sim.yaml": text], "x.sim.yaml").system.mappings[0]
  }

  @Test func `every property has its place`() throws {
    let mapping = try mapping([
      "StartingPosition: TRIM_HORIZON", "BatchSize: 250", "ParallelizationFactor: 5",
      "MaximumBatchingWindowInSeconds: 20", "MaximumRetryAttempts: 3", "MaximumRecordAgeInSeconds: 600",
      "BisectBatchOnFunctionError: true", "FunctionResponseTypes: [ReportBatchItemFailures]",
      "MetricsConfig: {Metrics: [EventCount]}",
    ])
    #expect(mapping.batchSize == 250)
    #expect(mapping.parallelizationFactor == 5)
    #expect(mapping.maximumBatchingWindow == .seconds(20))
    #expect(mapping.maximumRetryAttempts == 3)
    #expect(mapping.maximumRecordAge == .seconds(600))
    #expect(mapping.bisectBatchOnFunctionError && mapping.reportsBatchItemFailures && mapping.countsEvents)
    #expect(mapping.tumblingWindow == nil && mapping.startTime == nil)
  }

  @Test func `what is left out is the default of CloudFormation`() throws {
    let mapping = try mapping(["StartingPosition: LATEST"])
    #expect(mapping.batchSize == 100)
    #expect(mapping.parallelizationFactor == 1)
    #expect(mapping.maximumBatchingWindow == .zero)
    #expect(mapping.maximumRetryAttempts == nil && mapping.maximumRecordAge == nil)
    #expect(!mapping.bisectBatchOnFunctionError && !mapping.reportsBatchItemFailures)
    #expect(!mapping.countsEvents)
    #expect(mapping.startingPosition == .latest)
  }

  @Test func `a starting position in time counts from the start of the scenario`() throws {
    // 2026-01-01T00:30Z.
    let mapping = try mapping(["StartingPosition: AT_TIMESTAMP", "StartingPositionTimestamp: 1767227400"])
    #expect(mapping.startTime == .zero + .minutes(30))
    let past = try self.mapping(["StartingPosition: AT_TIMESTAMP", "StartingPositionTimestamp: 1000"])
    #expect(past.startTime == nil)
  }

  @Test func `a starting position in time and its instant need each other`() {
    #expect(throws: (any Error).self) { try mapping(["StartingPosition: AT_TIMESTAMP"]) }
    #expect(throws: (any Error).self) {
      try mapping(["StartingPosition: LATEST", "StartingPositionTimestamp: 1767227400"])
    }
  }

  @Test func `tumbling windows and lanes exclude each other`() throws {
    let windows = ["StartingPosition: LATEST", "TumblingWindowInSeconds: 60"]
    #expect(try mapping(windows).tumblingWindow == .seconds(60))
    #expect(throws: (any Error).self) { try mapping(windows + ["ParallelizationFactor: 2"]) }
  }

  @Test func `filters see the fields of a record under data`() throws {
    let filter = "FilterCriteria: {Filters: [{Pattern: '{\"data\": {\"country\": [\"a\"]}}'}]}"
    let mapping = try mapping(["StartingPosition: LATEST", filter])
    #expect(mapping.filter?.matches { $0 == "country" ? .text("a") : nil } == true)
    #expect(mapping.filter?.matches { $0 == "country" ? .text("b") : nil } == false)
  }

  @Test func `records that are given up go to a queue or a bucket`() throws {
    func destination(_ reference: String) throws -> FailureDestination? {
      try mapping([
        "StartingPosition: LATEST",
        "DestinationConfig: {OnFailure: {Destination: !GetAtt \(reference).Arn}}",
      ]).onFailure
    }
    #expect(try destination("Failed") == .queue(0))
    #expect(try destination("Archive") == .bucket(0))
    #expect(throws: (any Error).self) { try destination("Worker") }
  }
}

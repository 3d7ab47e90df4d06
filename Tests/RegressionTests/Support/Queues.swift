import Kernel
import Records
import Scenarios
import Services
import Statistics

/// Textbook queues made of the service models, with everything that is not queue switched off by preset
/// overrides.
enum Queues {
  /// One server or several, each with its own queue: a stream's shards with one order a batch.
  ///
  /// - Parameters:
  ///   - poll: Time between polls of an idle shard; a message that finds it idle waits half of this on average. [s]
  ///   - service: The time of one message, or steps that take it.
  static func stream(
    shards: Int = 1, arrivals: String, service: String, poll: Double, duration: String, warmup: String = "0s"
  ) -> String {
    """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Queue: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: \(shards), RetentionPeriodHours: 8760}}
      Server:
        Type: AWS::Serverless::Function
        Properties:
          Handler: index.handler
          Runtime: nodejs22.x
          CodeUri: src/
          Timeout: 900
          Events:
            S: {Type: Kinesis, Properties: {Stream: !GetAtt Queue.Arn, StartingPosition: TRIM_HORIZON, BatchSize: 1}}
    Simulation:
      version: 1
      limits:
        mapping.pollSeconds: \(poll)
        mapping.pollJitter: 0
        mapping.readsBatchSizeOnly: 1
        kinesis.propagationSeconds: 0
        kinesis.getRecordsP50Seconds: 0
        kinesis.readCallsPerSecond: 1000000
        kinesis.readBytesPerSecond: 1000000000
        kinesis.writeRecordsPerSecond: 1000000
        kinesis.writeBytesPerSecond: 1000000000
        lambda.invokeOverheadSeconds: 0
      run: {duration: \(duration), warmup: \(warmup), drain: 60d, replications: 10, seed: 7}
      output: {messages: none, traces: 0}
      workloads: {jobs: {into: Queue, size: 100B, arrivals: \(arrivals)}}
      functions: {Server: {coldStart: 0s, perMessage: \(service)}}
    """
  }

  /// c servers and one queue: an asynchronous function with reserved concurrency, whose throttled events come
  /// back after `retry`, in no particular order. The mean wait does not depend on the order.
  static func function(
    servers: Int, arrivals: String, service: String, retry: Double, duration: String, warmup: String = "0s"
  ) -> String {
    """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Server:
        Type: AWS::Serverless::Function
        Properties:
          Handler: index.handler
          Runtime: nodejs22.x
          CodeUri: src/
          Timeout: 900
          ReservedConcurrentExecutions: \(servers)
    Simulation:
      version: 1
      limits:
        lambda.invokeOverheadSeconds: 0
        lambda.requestsPerConcurrency: 1000000
        lambda.asyncThrottleBaseSeconds: \(retry)
        lambda.asyncThrottleMaxSeconds: \(retry)
      run: {duration: \(duration), warmup: \(warmup), drain: 60d, replications: 10, seed: 7}
      output: {messages: none, traces: 0}
      workloads: {jobs: {into: Server, size: 100B, arrivals: \(arrivals)}}
      functions: {Server: {coldStart: 0s, perMessage: [{sleep: \(service)}]}}
    """
  }
}

extension RunRecords {
  /// The book of messages created after the warmup.
  var measured: LedgerBook { workloads[0].books.last! }
}

import Kernel
import Scenarios
import Services
import Testing

/// What the properties of streams, their consumers and their producers become.
@Suite struct StreamMeaningTests {
  private typealias Meaning = SimulationMeaningTests

  @Test("a mapping of a consumer's ARN reads with enhanced fan-out") func fanOut() throws {
    let compiled = try Meaning.scenario(
      resources: """
          Fast:
            Type: AWS::Kinesis::StreamConsumer
            Properties: {ConsumerName: fast, StreamARN: !GetAtt Orders.Arn}
          Reader:
            Type: AWS::Serverless::Function
            Properties:
              Timeout: 30
              Events:
                S: {Type: Kinesis, Properties: {Stream: !GetAtt Fast.ConsumerARN, StartingPosition: LATEST}}
          Behind:
            Type: AWS::CloudWatch::Alarm
            Properties:
              Namespace: AWS/Kinesis
              MetricName: SubscribeToShardEvent.MillisBehindLatest
              Dimensions: [{Name: StreamName, Value: !Ref Orders}, {Name: ConsumerName, Value: fast}]
              Statistic: Maximum
              Period: 60
              EvaluationPeriods: 1
              Threshold: 60000
              ComparisonOperator: GreaterThanThreshold
        """,
      simulation: """
          thresholds: {Fast.SubscribeToShardEvent.MillisBehindLatest: ['max < 1s']}
        """, era: "now")
    let system = compiled.system
    #expect(system.consumers.map(\.logicalID) == ["Fast"])
    #expect(system.mappings.map(\.consumer) == [nil, 0])
    #expect(system.mappings.map(\.stream) == [0, 0])
    #expect(system.alarms.map(\.resource) == ["Fast"])
    #expect(compiled.thresholds.count == 1)
  }

  @Test("an on-demand stream begins with four shards and has none to set") func onDemand() throws {
    let compiled = try Meaning.scenario(
      resources: """
          Busy: {Type: AWS::Kinesis::Stream, Properties: {StreamModeDetails: {StreamMode: ON_DEMAND}}}
        """, era: "now")
    #expect(compiled.system.streams.map(\.isOnDemand) == [false, true])
    #expect(compiled.system.streams.map(\.shardCount) == [2, 4])
  }

  @Test("ShardCount changes on the timeline and is taken back") func shardCounts() throws {
    let compiled = try Meaning.scenario(
      simulation: """
          timeline:
            - {at: 1h, for: 2h, set: {Resources.Orders.Properties.ShardCount: 4}}
        """)
    let counts = compiled.system.timeline.compactMap { entry -> Int? in
      if case .shardCount(0, let count) = entry.change { count } else { nil }
    }
    #expect(counts == [4, 2])
  }

  @Test("a workload says how its producer puts") func producer() throws {
    let compiled = try Meaning.scenario(
      workload: ", producer: {retry: until-accepted, batch: 500, linger: 100ms}")
    let producer = compiled.system.workloads[0].producer
    #expect(producer.retry == .untilAccepted && producer.batch == 500)
    #expect(producer.linger == .milliseconds(100))
    #expect(try Meaning.scenario().system.workloads[0].producer == ProducerSpec())
  }
}

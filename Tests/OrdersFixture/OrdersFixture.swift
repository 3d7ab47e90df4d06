/// Orders into one stream, a function that calls a partner: small enough to run in a moment.
public enum OrdersFixture {
  public static let text = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      OrderStream:
        Type: AWS::Kinesis::Stream
        Properties: {ShardCount: 2, RetentionPeriodHours: 24}
      Send:
        Type: AWS::Serverless::Function
        Properties:
          Handler: send.handler
          Runtime: nodejs22.x
          CodeUri: src/
          Timeout: 60
          MemorySize: 256
          Events:
            Orders:
              Type: Kinesis
              Properties: {Stream: !GetAtt OrderStream.Arn, StartingPosition: TRIM_HORIZON, BatchSize: 1}
    Simulation:
      version: 1
      era: 2017
      run: {duration: 2m, drain: 1h, replications: 3, seed: 7}
      services:
        Api: {latency: lognormal(mean=200ms cv=0.3), maxConcurrent: 10}
      workloads:
        orders: {into: OrderStream, arrivals: {process: poisson, rate: 100/min}, size: 1KiB}
      functions:
        Send: {perMessage: [{call: {service: Api}}]}
      thresholds:
        orders.Lost: ['count == 0']
        Api.InFlight: ['max <= 4']
      variants:
        base: {}
        four-shards: {Resources: {OrderStream: {Properties: {ShardCount: 4}}}}
    """
}

import HandlerKit
import HighwaterTesting

/// Orders into a stream of two shards, a worker that calls a partner: small enough to run in a moment.
enum Orders {
  static let text = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      OrderStream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2}}
      Send:
        Type: AWS::Serverless::Function
        Properties:
          Handler: send.handler
          Runtime: nodejs22.x
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
        Api: {latency: lognormal(mean=1s cv=0.3), maxConcurrent: 10}
      workloads:
        orders: {into: OrderStream, arrivals: {process: poisson, rate: 100/min}}
      functions:
        Send: {perMessage: [{call: {service: Api}}]}
      thresholds:
        orders.Lost: ['count == 0']
        Api.InFlight: ['max <= 2', 'max <= 1']
      knownFailures: {base: ['Api.InFlight max <= 1'], four-shards: ['Api.InFlight max <= 1']}
      variants:
        four-shards: {Resources: {OrderStream: {Properties: {ShardCount: 4}}}}
    """

  static func scenario(
    _ changes: [(String, String)] = [], settings: [String] = [], variant: String? = nil,
    handlers: HandlerRegistry = [:], jobs: Int? = nil
  ) -> Scenario {
    let text = changes.reduce(text) { $0.replacing($1.0, with: $1.1) }
    return Scenario(
      text: text, name: "orders.sim.yaml", handlers: handlers, settings: settings, variant: variant,
      jobs: jobs)
  }
}

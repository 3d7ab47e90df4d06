import Kernel
import Records

/// Queues and topics against published measurements and the rules of the fact sheet.
enum QueueValidation {
  static let all = [latency, topicLatency, growth, overPull]

  private static let latency = ValidationStudy(
    "From a send to the start of the handler, SQS",
    source: "fact sheet §3.3 [B2]",
    method: "One message every 2.93 s into a standard queue with a mapping, a warm function.",
    scenarios: [
      ("queue", scenario(mapping: "BatchSize: 1", arrivals: "{process: constant, rate: 0.3413/s}"))
    ],
    figures: { runs in
      StreamValidation.quantiles(
        "SQS", runs[0], "Work", published: [0.0137, 0.016, 0.034, 0.105], within: 0.2)
    })

  private static let topicLatency = ValidationStudy(
    "From a publish to the start of the handler, SNS",
    source: "fact sheet §4.5, §5.2 [B2]: p10 62, p50 73, p90 125, p99 225 ms",
    method: "One message every 2.93 s into a topic with one function, warm.",
    scenarios: [
      (
        "topic",
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Topic: {Type: AWS::SNS::Topic}
          Work:
            Type: AWS::Serverless::Function
            Properties: {Runtime: nodejs22.x, Handler: i.h, MemorySize: 1024, Events: {E: {Type: SNS, Properties: {Topic: !Ref Topic}}}}
        Simulation:
          version: 1
          run: {duration: 12h, warmup: 5m, replications: 4, seed: 1}
          output: {messages: none, traces: 0}
          workloads: {events: {into: Topic, arrivals: {process: constant, rate: 0.3413/s}}}
        """
      )
    ],
    figures: { runs in
      StreamValidation.quantiles(
        "SNS", runs[0], "Work", published: [0.062, 0.073, 0.125, 0.225], within: 0.2)
    })

  // MARK: Growth of the pollers

  private static let growth = ValidationStudy(
    "Growth of an SQS mapping",
    source:
      "fact sheet §3.1, §17: measured 100,000 messages in 2018 [B4]; arithmetic of the documented rates",
    method: """
      A backlog that outlasts the growth, one message an invocation, no other limit; minutes until the concurrency is reached.
      """,
    scenarios: [
      ("2019", scenario(mapping: "BatchSize: 1", arrivals: backlog, era: "2019", work: "1s")),
      ("now", scenario(mapping: "BatchSize: 1", arrivals: backlog, era: "now", work: "1s", account: 2000)),
    ],
    figures: { runs in
      [
        ValidationFigure(
          "minutes to 335 concurrent, + 60 a minute", .count, reference: 5.5,
          simulated: minutes(runs[0][0], reaching: 335), within: 0.1),
        ValidationFigure(
          "minutes to 1,200 concurrent, + 300 a minute", .count, reference: 3.98,
          simulated: minutes(runs[1][0], reaching: 1200), within: 0.1),
      ]
    })

  private static let backlog = "{process: backlog, count: 1000000}"

  /// The end of the first minute whose largest concurrency reaches a level, less the share of it that came after.
  private static func minutes(_ run: RunRecords, reaching level: Double) -> Double {
    let points = run.series("AWS/Lambda", "Work", "ConcurrentExecutions")?.datapoints ?? []
    var before = 0.0
    for point in points {
      if point.maximum >= level {
        let growth = point.maximum - before
        return Double(point.minute) + (growth > 0 ? (level - before) / growth : 0)
      }
      before = point.maximum
    }
    return .infinity
  }

  // MARK: Over-pull

  private static let overPull = ValidationStudy(
    "Good messages in the dead-letter queue",
    source:
      "fact sheet §3.3: over-pull under reserved concurrency, reproduced by others [B6]; §3.1: MaximumConcurrency",
    method: """
      400 good messages of 10 s each, maxReceiveCount 2, visibility 30 s: once with reserved concurrency 2, once with \
      MaximumConcurrency 2. Share of messages in the dead-letter queue.
      """,
    scenarios: [
      ("reserved", overPulled("", function: "ReservedConcurrentExecutions: 2, ")),
      ("maximum", overPulled(", ScalingConfig: {MaximumConcurrency: 2}", function: "")),
    ],
    remark: """
      How many good messages die depends on how long their retries fall on a full function; known is only that some do. \
      The first row is shown against all of them.
      """,
    figures: { runs in
      let shares = runs.map { runs in
        StreamValidation.mean(runs) { run in
          Double(run.workloads[0].books[0][.deadLettered]) / Double(run.workloads[0].books[0].created)
        }
      }
      return [
        ValidationFigure(
          "share dead-lettered under reserved concurrency 2 (some)", .share, reference: 0.5,
          simulated: shares[0],
          within: 0.99),
        ValidationFigure(
          "share dead-lettered under MaximumConcurrency 2", .share, reference: 0, simulated: shares[1],
          within: 0),
      ]
    })

  private static func overPulled(_ mapping: String, function: String) -> String {
    """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Failed: {Type: AWS::SQS::Queue}
      Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30, RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 2}}}
      Work:
        Type: AWS::Serverless::Function
        Properties: {Runtime: nodejs22.x, Handler: i.h, MemorySize: 1024, Timeout: 20, \(function)Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 1\(mapping)}}}}
    Simulation:
      version: 1
      run: {duration: 1m, drain: 24h, replications: 4, seed: 1}
      workloads: {events: {into: Queue, arrivals: {process: backlog, count: 400}}}
      functions: {Work: {perMessage: [{sleep: 10s}]}}
    """
  }

  private static func scenario(
    mapping: String, arrivals: String, era: String = "now", work: String = "1ms", account: Int? = nil
  ) -> String {
    """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 120}}
      Work:
        Type: AWS::Serverless::Function
        Properties: {Runtime: nodejs22.x, Handler: i.h, MemorySize: 1024, Timeout: 20, Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, \(mapping)}}}}
    Simulation:
      version: 1
      era: \(era)
      run: {duration: \(arrivals.contains("backlog") ? "10m, drain: 1s, replications: 1" : "12h, warmup: 5m, replications: 4"), seed: 1}
      output: {messages: none, traces: 0}
    \(account.map { "  limits: {lambda.accountConcurrency: \($0)}" } ?? "")
      workloads: {events: {into: Queue, arrivals: \(arrivals)}}
      functions: {Work: {perMessage: [{sleep: \(work)}]}}
    """
  }
}

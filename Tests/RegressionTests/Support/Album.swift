/// The album launch as scenario text, with the knobs the story's tests turn.
///
/// The numbers are those of the published post-mortem: 3 zip-URL calls of 0.667 s, one e-mail of 80 ms, at
/// most 10 calls at once, orders at 1,000 a minute.
struct Album {
  enum Design { case sns, kinesis }
  enum Handlers { case steps, swift }

  var design = Design.kinesis
  var handlers = Handlers.steps
  var shards = 5
  /// How long orders come, at this rate; then no more.
  var minutes = 5
  var perMinute = 1000
  /// The profile of the draft instead: 50 to 1,000 a minute in 5 minutes, 55 minutes of it, down to 100 in an
  /// hour.
  var isDraftLoad = false
  /// The run goes on this long with no orders at all, so that schedules still fire. [minutes]
  var quietMinutes = 0
  var drainHours = 30
  /// Share of orders from blocked countries. [%]
  var blockedPercent = 0.0
  /// When the fix is deployed. [minutes]
  var fixMinute: Int?
  /// Concurrent calls that the zip-URL service takes; nil: any number.
  var partnerLimit: Int? = 10
  var accountConcurrency: Int? = 100_000
  /// Orders skip the database and go into the stream themselves.
  var isDirect = false
  var emailErrors = "0%"
  /// Failing calls are logged and the next order goes on.
  var catchesFailures = false
  /// When a clean-up worker looks for orders without e-mail, every so many minutes.
  var replayMinutes: Int?
  var hasLatencySpread = true
  var hasAlarm = false
  var traces = 0
  var messages = "none"
  var seed = 42
  /// More lines below `Simulation`, indented by two.
  var more = ""
  /// More resources, indented by two.
  var moreResources = ""

  var text: String {
    """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      OrdersTable:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions: [{AttributeName: orderId, AttributeType: S}]
          KeySchema: [{AttributeName: orderId, KeyType: HASH}]
          ProvisionedThroughput: {ReadCapacityUnits: 200, WriteCapacityUnits: 400}
    \(moreResources)\(messaging)\(fetchResource)\(replayResource)\(alarm)\
      SendZip:
        Type: AWS::Serverless::Function
        Properties:
          Handler: send.handler
          Runtime: nodejs22.x
          CodeUri: src/
          Timeout: 60
          MemorySize: 256
          Events: {Order: \(event)}
    Simulation:
      version: 1
      name: album
      era: 2017
    \(accountConcurrency.map { "  limits: {lambda.accountConcurrency: \($0)}\n" } ?? "")\
      run: {duration: \(duration)m, drain: \(drainHours)h, replications: 1, seed: \(seed)}
      output: {messages: \(messages), traces: \(traces)}
      services:
        OrdersDb: {kind: store}
        ZipUrlApi: {latency: \(zipLatency), overLimit: {reply: 429, after: 30ms}\(limit)}
        EmailApi: {latency: \(emailLatency), dedupe: true, errorRate: \(emailErrors)}
      workloads:
        orders:
          into: \(entry)
          arrivals: {process: poisson, \(arrivals)}
          size: 2KiB
          fields: {country: {choice: {allowed: \(100 - blockedPercent)%, blocked: \(blockedPercent)%}}}
      functions:
    \(fetchHandler)\(replayHandler)\
        SendZip:
          coldStart: 0s
    \(sendHandler)\(errors)\
    \(timeline)\(more)
    """
  }

  private var duration: Int { (isDraftLoad ? 120 : minutes) + quietMinutes }
  private var arrivals: String {
    if isDraftLoad {
      return
        "startRate: 50/min, stages: [{duration: 5m, target: 1000/min}, {duration: 55m, target: 1000/min}, "
        + "{duration: 1h, target: 100/min}]"
    }
    guard quietMinutes > 0 else { return "rate: \(perMinute)/min" }
    return "startRate: \(perMinute)/min, stages: [{duration: \(minutes)m, target: \(perMinute)/min}, "
      + "{duration: 1ms, target: 0/min}]"
  }
  private var entry: String { isDirect ? (design == .sns ? "OrdersTopic" : "OrderStream") : "OrdersDb" }
  private var limit: String { partnerLimit.map { ", maxConcurrent: \($0)" } ?? "" }
  private var zipLatency: String { hasLatencySpread ? "lognormal(mean=667ms cv=0.3)" : "667ms" }
  private var emailLatency: String { hasLatencySpread ? "lognormal(mean=80ms cv=0.5)" : "80ms" }

  private var messaging: String {
    switch design {
    case .sns: "  OrdersTopic: {Type: AWS::SNS::Topic}\n"
    case .kinesis:
      "  OrderStream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: \(shards), RetentionPeriodHours: 24}}\n"
    }
  }
  private var event: String {
    switch design {
    case .sns: "{Type: SNS, Properties: {Topic: !Ref OrdersTopic}}"
    case .kinesis:
      "{Type: Kinesis, Properties: {Stream: !GetAtt OrderStream.Arn, StartingPosition: TRIM_HORIZON, BatchSize: 1}}"
    }
  }
  private func function(_ name: String, schedule: String) -> String {
    """
      \(name):
        Type: AWS::Serverless::Function
        Properties:
          Handler: fetch.handler
          Runtime: nodejs22.x
          CodeUri: src/
          Timeout: 300
          MemorySize: 512
          Events: {Tick: {Type: Schedule, Properties: {Schedule: \(schedule)}}}

    """
  }
  private var fetchResource: String { isDirect ? "" : function("FetchOrders", schedule: "rate(5 minutes)") }
  private var replayResource: String {
    replayMinutes.map { function("ReplayOrders", schedule: "rate(\($0) minutes)") } ?? ""
  }
  private var replayHandler: String {
    guard replayMinutes != nil else { return "" }
    return "    ReplayOrders: {coldStart: 0s, handler: album.replayOrders}\n"
  }
  private var fetchHandler: String {
    guard !isDirect else { return "" }
    let target = design == .sns ? "OrdersTopic" : "OrderStream"
    switch handlers {
    case .steps:
      let send = design == .sns ? "time: 15ms" : "time: 12ms, batch: 500"
      return """
            FetchOrders:
              coldStart: 0s
              perInvocation:
                - take: {from: OrdersDb, max: all}
                - send: {to: \(target), each: true, \(send)}

        """
    case .swift:
      let to = design == .sns ? "topic" : "stream"
      return "    FetchOrders: {coldStart: 0s, handler: album.fetchOrders, config: {to: \(to)}}\n"
    }
  }
  private var sendHandler: String {
    switch handlers {
    case .steps:
      """
            perMessage:
              - read: {from: OrdersTable}
              - if:
                  when: not item.zipUrl
                  then: [{call: {service: ZipUrlApi, times: 3}}, {write: {to: OrdersTable, size: 1KiB, set: {zipUrl: ready}}}]
              - if:
                  when: not item.emailed
                  then: [{call: {service: EmailApi}}, {write: {to: OrdersTable, size: 1KiB, set: {emailed: 1}}}]

      """
    case .swift:
      """
            handler: album.sendZip
            config: {catchErrors: \(catchesFailures), recordErrors: false}

      """
    }
  }
  private var errors: String {
    var rules: [String] = []
    if blockedPercent > 0 {
      rules.append("{when: \"country == 'blocked'\", at: ZipUrlApi, raise: true, name: parse-error}")
    }
    if catchesFailures, handlers == .steps { rules.append("{when: call.failed, catch: true}") }
    return rules.isEmpty ? "" : "      errors: [\(rules.joined(separator: ", "))]\n"
  }
  private var timeline: String {
    guard let fixMinute else { return "" }
    return """
        timeline:
          - {at: \(fixMinute)m, set: {Simulation.functions.SendZip.errors.0.raise: false}, note: fix deployed}

      """
  }
  private var alarm: String {
    guard hasAlarm else { return "" }
    return """
        IteratorAgeAlarm:
          Type: AWS::CloudWatch::Alarm
          Properties:
            Namespace: AWS/Lambda
            MetricName: IteratorAge
            Dimensions: [{Name: FunctionName, Value: !Ref SendZip}]
            Statistic: Maximum
            Period: 60
            EvaluationPeriods: 5
            Threshold: 900000
            ComparisonOperator: GreaterThanThreshold

      """
  }
}

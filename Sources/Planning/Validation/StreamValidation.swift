import Kernel
import Records

/// Streams against published measurements and the rules of the fact sheet.
enum StreamValidation {
  static let all = [latency, throttles, correlation, poison]

  // MARK: Put to handler

  private static let latency = ValidationStudy(
    "From a put to the start of the handler",
    source: "fact sheet §1.4 [B2]: 1,024 events, eu-west-1, 2022",
    method: """
      One record every 2.93 s, an interval that shares no period with the poll, one shard, one mapping, a warm function; the \
      time from the put to the start of the handler.
      """,
    scenarios: [
      ("shared", stream(consumer: false)), ("enhanced fan-out", stream(consumer: true)),
    ],
    figures: { runs in
      let published: [(String, [Double])] = [
        ("shared", [0.267, 0.627, 0.965, 1.580]), ("enhanced fan-out", [0.029, 0.049, 0.068, 0.109]),
      ]
      return zip(published, runs).flatMap { item, runs in
        quantiles(item.0, runs, "Work", published: item.1, within: 0.2)
      }
    })

  private static func stream(consumer: Bool) -> String {
    """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
    \(consumer ? "  Reader: {Type: AWS::Kinesis::StreamConsumer, Properties: {ConsumerName: r, StreamARN: !GetAtt Events.Arn}}" : "")
      Work:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: nodejs22.x
          Handler: index.handler
          MemorySize: 1024
          Events: {E: {Type: Kinesis, Properties: {Stream: !GetAtt \(consumer ? "Reader.ConsumerARN" : "Events.Arn"), StartingPosition: LATEST, MaximumRetryAttempts: 1}}}
    Simulation:
      version: 1
      run: {duration: 12h, warmup: 5m, replications: 4, seed: 1}
      output: {messages: none, traces: 0}
      workloads: {events: {into: Events, arrivals: {process: constant, rate: 0.3413/s}}}
    """
  }

  /// p10, p50, p90, p99 of the delivery latency over all runs.
  static func quantiles(
    _ label: String, _ runs: [RunRecords], _ function: String, published: [Double], within tolerance: Double
  ) -> [ValidationFigure] {
    var all = LatencyHistogram()
    for run in runs {
      for record in run.functions where record.name == function {
        all.merge(record.books[record.books.count - 1].delivery)
      }
    }
    return zip([0.1, 0.5, 0.9, 0.99], published).map { p, value in
      ValidationFigure(
        "\(label), p\(Int(p * 100))", .seconds, reference: value, simulated: all.quantile(p)?.seconds ?? .nan,
        within: tolerance)
    }
  }

  // MARK: Subscribers of one shard

  private static let throttles = ValidationStudy(
    "Throttled reads of a hot stream",
    source: "fact sheet §1.5: prototype of the same model, one shard, one hour",
    method: """
      N idle mappings on one shard for an hour; calls answered with ProvisionedThroughputExceededException in a minute.
      """,
    scenarios: hotStreams.map { ("\($0.subscribers) subscribers", idleReaders($0.subscribers, shards: 1)) },
    figures: { runs in
      zip(hotStreams, runs).map { item, runs in
        ValidationFigure(
          "\(item.subscribers) subscribers, throttles a minute and shard", .count,
          reference: item.perMinute,
          simulated: mean(runs) { total($0, readThrottles) / ($0.end.seconds / 60) },
          within: item.perMinute > 10 ? 0.2 : nil)
      }
    })

  private static let readThrottles = "ReadProvisionedThroughputExceeded"
  private static let hotStreams: [(subscribers: Int, perMinute: Double)] = [
    (3, 0), (4, 3), (5, 54), (6, 82), (7, 108), (8, 129), (10, 170), (15, 249), (30, 439),
  ]

  private static func idleReaders(_ count: Int, shards: Int) -> String {
    let functions = (1...count).map { number in
      """
        F\(number):
          Type: AWS::Serverless::Function
          Properties: {Runtime: nodejs22.x, Handler: i.h, MemorySize: 1024, Events: {E: {Type: Kinesis, Properties: {Stream: !GetAtt Events.Arn, StartingPosition: LATEST}}}}

      """
    }.joined()
    return """
      Transform: AWS::Serverless-2016-10-31
      Resources:
        Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: \(shards)}}
      \(functions)\
      Simulation:
        version: 1
        era: 2017
        run: {duration: 1h, replications: 4, seed: 1}
        output: {messages: none, traces: 0}
        workloads: {events: {into: Events, arrivals: {process: backlog, count: 1}}}
      """
  }

  // MARK: Against the traffic

  private static let correlation = ValidationStudy(
    "Throttled reads do not follow the traffic",
    source:
      "published report of 2017 [PM2]: spikes unpredictable, not correlated with traffic; fact sheet §1.5",
    method: """
      Six subscribers on 1, 4 and 16 shards, 20 events a second and shard for 6 h. Throttles a minute and shard, and the \
      correlation of throttled calls with arrived records over the minutes (4 shards).
      """,
    scenarios: [1, 4, 16].map { ("\($0) shards", busyReaders(shards: $0)) },
    remark: """
      With data under way there are catch-up reads on top of the idle polls, so the counts lie above those of the table before.
      """,
    figures: { runs in
      let rates = zip([1.0, 4, 16], runs).map { shards, runs in
        mean(runs) { total($0, readThrottles) / ($0.end.seconds / 60) / shards }
      }
      return [
        ValidationFigure(
          "throttles a minute and shard, 4 shards ÷ 1 shard", .count, reference: 1,
          simulated: rates[1] / rates[0],
          within: 0.1),
        ValidationFigure(
          "throttles a minute and shard, 16 shards ÷ 1 shard", .count, reference: 1,
          simulated: rates[2] / rates[0], within: 0.1),
        // Around 0 a ratio says nothing: 1 + r is compared with 1.
        ValidationFigure(
          "1 + correlation of throttles with arrivals", .count, reference: 1,
          simulated: 1 + mean(runs[1]) { minuteCorrelation($0) }, within: 0.15),
      ]
    })

  private static func busyReaders(shards: Int) -> String {
    idleReaders(6, shards: shards)
      .replacing("duration: 1h, replications: 4", with: "duration: 6h, replications: 2")
      .replacing("{process: backlog, count: 1}", with: "{process: poisson, rate: \(shards * 20)/s}")
  }

  /// Correlation coefficient of throttled calls with arrived records over the minutes of a run.
  static func minuteCorrelation(_ run: RunRecords) -> Double {
    let minutes = run.end.minute
    func counts(_ metric: String) -> [Double] {
      var counts = Array(repeating: 0.0, count: minutes)
      for point in run.series("AWS/Kinesis", "Events", metric)?.datapoints ?? [] where point.minute < minutes
      {
        counts[point.minute] = point.sum
      }
      return counts
    }
    let (x, y) = (counts("IncomingRecords"), counts(readThrottles))
    let (mx, my) = (x.reduce(0, +) / Double(minutes), y.reduce(0, +) / Double(minutes))
    let (dx, dy) = (x.map { $0 - mx }, y.map { $0 - my })
    let (sx, sy) = (dx.reduce(0) { $0 + $1 * $1 }, dy.reduce(0) { $0 + $1 * $1 })
    return zip(dx, dy).reduce(0) { $0 + $1.0 * $1.1 } / (sx * sy).squareRoot()
  }

  // MARK: Poison

  private static let poison = ValidationStudy(
    "Invocations of a poisoned shard in 24 hours",
    source: "fact sheet §2.3, §17: retries 1, 2, 4 … 60 s apart until the record expires",
    method: "One record that always fails, era 2017, default retention; invocations until it expires.",
    scenarios: [
      (
        "one record",
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1, RetentionPeriodHours: 24}}
          Work:
            Type: AWS::Serverless::Function
            Properties: {Runtime: nodejs22.x, Handler: i.h, MemorySize: 1024, Events: {E: {Type: Kinesis, Properties: {Stream: !GetAtt Events.Arn, StartingPosition: LATEST}}}}
        Simulation:
          version: 1
          era: 2017
          run: {duration: 1m, drain: 30h, replications: 4, seed: 1}
          workloads: {events: {into: Events, arrivals: {process: backlog, count: 1}}}
          functions: {Work: {perMessage: [{fail: {rate: 100%, name: poison}}]}}
        """
      )
    ],
    figures: { runs in
      [
        ValidationFigure(
          "invocations", .count, reference: 1445,
          simulated: mean(runs[0]) { total($0, "Invocations") }, within: 0.02)
      ]
    })

  // MARK: Reading

  static func mean(_ runs: [RunRecords], _ value: (RunRecords) -> Double) -> Double {
    runs.reduce(0) { $0 + value($1) } / Double(runs.count)
  }

  /// What a count metric counted, over all resources.
  static func total(_ run: RunRecords, _ metric: String) -> Double {
    run.metrics.filter { $0.metric == metric }.reduce(0) { $0 + $1.datapoints.reduce(0) { $0 + $1.sum } }
  }
}

import Kernel
import Records

/// The throttled partner: arithmetic of batches in parallel, and of work that outlasts the retention.
enum DownloadValidation {
  static let all = [harmonic, retention]

  private static let harmonic = ValidationStudy(
    "One shard × batch 20 against twenty shards × batch 1",
    source: "order statistics: the slowest of 20 exponential downloads takes H₂₀ = 3.598 means",
    method: """
      20,000 images at exp(1.2 s), in both designs at most 20 at once; images a second while all workers are busy. The reference \
      of one shard is 20 ÷ (H₂₀ · 1.2 s), of twenty shards 20 ÷ 1.2 s.
      """,
    scenarios: [
      ("one shard", downloads(shards: 1, batch: 20)), ("twenty shards", downloads(shards: 20, batch: 1)),
    ],
    remark: """
      Both lose the time between batches: a GetRecords call, the start of the invocation and the poll that finds the first \
      record. The twenty shards also finish at different times, because keys do not spread evenly; the rate is that of the \
      first half of the images.
      """,
    figures: { runs in
      let rates = runs.map { runs in StreamValidation.mean(runs) { $0.halfwayRate } }
      let h20 = (1...20).reduce(0.0) { $0 + 1 / Double($1) }
      return [
        ValidationFigure(
          "one shard × 20, images a second", .count, reference: 20 / (h20 * 1.2), simulated: rates[0],
          within: 0.1),
        ValidationFigure(
          "twenty shards × 1, images a second", .count, reference: 20 / 1.2, simulated: rates[1], within: 0.1),
        ValidationFigure(
          "ratio of throughputs", .count, reference: h20, simulated: rates[1] / rates[0], within: 0.1),
        ValidationFigure(
          "most connections at once, one shard", .count, reference: 20,
          simulated: runs[0].map { Double($0.partners[0].inFlightPeak) }.max() ?? .nan, within: 0),
        ValidationFigure(
          "most connections at once, twenty shards", .count, reference: 20,
          simulated: runs[1].map { Double($0.partners[0].inFlightPeak) }.max() ?? .nan, within: 0),
      ]
    })

  private static func downloads(shards: Int, batch: Int) -> String {
    """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Urls: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: \(shards)}}
      Download:
        Type: AWS::Serverless::Function
        Properties: {Runtime: nodejs22.x, Handler: i.h, MemorySize: 1024, Timeout: 120, Events: {E: {Type: Kinesis, Properties: {Stream: !GetAtt Urls.Arn, StartingPosition: TRIM_HORIZON, BatchSize: \(batch)}}}}
    Simulation:
      version: 1
      era: 2017
      run: {duration: 1m, drain: 24h, replications: 4, seed: 1}
      output: {messages: none, traces: 0}
      services: {ImageHost: {latency: exp(mean=1.2s), maxConcurrent: 20}}
      workloads: {urls: {into: Urls, arrivals: {process: backlog, count: 20000, sendRate: 900/s}, size: 300B, key: \(shards == 1 ? "constant" : "uniform")}}
      functions: {Download: {perBatch: [{parallel: {each: message, do: [{call: {service: ImageHost}}]}}]}}
    """
  }

  // MARK: Retention

  private static let retention = ValidationStudy(
    "Work that outlasts the retention",
    source: "fluid arithmetic, fact sheet §17: 500,000 images ÷ 20 × 4 s = 27.8 h, 24 h of retention",
    method: """
      500,000 images enqueued within nine minutes, one shard, batches of 20 in 4 s. The last image enqueued would be reached after \
      27.8 h; when the first expires the shard has done 24 h of work: 24 · 3600 ÷ 4 · 20 = 432,000 images.
      """,
    scenarios: [
      (
        "one shard",
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Urls: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1, RetentionPeriodHours: 24}}
          Download:
            Type: AWS::Serverless::Function
            Properties: {Runtime: nodejs22.x, Handler: i.h, MemorySize: 1024, Timeout: 120, Events: {E: {Type: Kinesis, Properties: {Stream: !GetAtt Urls.Arn, StartingPosition: TRIM_HORIZON, BatchSize: 20}}}}
        Simulation:
          version: 1
          era: 2017
          run: {duration: 10m, drain: 48h, replications: 1, seed: 1}
          output: {messages: none, traces: 0}
          workloads: {urls: {into: Urls, arrivals: {process: backlog, count: 500000, sendRate: 950/s}, size: 300B, key: constant}}
          functions: {Download: {perBatch: [{sleep: 4s}]}}
        """
      )
    ],
    remark: """
      A batch takes a little more than its 4 s: the GetRecords call of every batch in era 2017.
      """,
    figures: { runs in
      let book = runs[0][0].workloads[0].books[0]
      return [
        ValidationFigure(
          "images done", .count, reference: 432_000, simulated: Double(book[.completed]), within: 0.02),
        ValidationFigure(
          "images expired", .count, reference: 68_000, simulated: Double(book[.expired]), within: 0.1),
        ValidationFigure(
          "hours until all is settled", .count, reference: 24.15, simulated: runs[0][0].end.seconds / 3600,
          within: 0.02),
        ValidationFigure(
          "images unaccounted for", .count, reference: 0,
          simulated: Double(book.created - book[.completed] - book[.expired]), within: 0),
      ]
    })
}

extension RunRecords {
  /// Messages completed a second until half of them were, from the backlog at the end of each minute.
  fileprivate var halfwayRate: Double {
    let record = workloads[0]
    let half = record.backlogPeak / 2
    let first = record.backlogByMinute.first ?? 0
    guard
      let minute = record.backlogByMinute.indices.dropFirst().first(where: {
        record.backlogByMinute[$0] <= half
      })
    else { return .nan }
    return Double(first - record.backlogByMinute[minute]) / (Double(minute) * 60)
  }
}

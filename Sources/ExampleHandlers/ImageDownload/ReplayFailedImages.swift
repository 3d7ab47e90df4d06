public import HandlerKit

/// Puts the images that failed back into the stream, once whatever made them fail is over.
///
/// Service operations: receives up to ten messages of the queue at a time until it is empty; each time one
/// `PutRecords`, rejected entries again after a back-off, then one `DeleteMessageBatch`. A message is deleted only
/// when the stream has taken it, so that a failure in between leaves it for the next run.
///
/// | config | default | meaning |
/// |---|---|---|
/// | `queue`, `stream` | `FailedImages`, `UrlStream` | logical ids |
/// | `max` | 100000 | messages of one run at most |
public struct ReplayFailedImages: LambdaHandler {
  let queue: String
  let stream: String
  let max: Int

  public init(_ config: HandlerConfig) throws {
    try config.check(keys: ["queue", "stream", "max"])
    queue = try config.text("queue", default: "FailedImages")
    stream = try config.text("stream", default: "UrlStream")
    max = try config.integer("max", default: 100_000, in: 1...10_000_000)
  }

  public func handle(_ event: TriggerEvent, context: Context) async throws {
    var count = 0
    while count < max {
      let images = try await context.sqs.receive(queue, max: min(10, max - count), wait: .zero)
      if images.isEmpty { break }
      var rest = images.map { OutgoingEntry(passing: $0) }
      var backoff = Duration.milliseconds(100)
      while true {
        let output = try await context.kinesis.putRecords(stream, rest)
        rest = zip(rest, output.errorCodes).filter { $1 != nil }.map(\.0)
        if rest.isEmpty { break }
        try await context.clock.sleep(for: backoff)
        backoff = min(backoff * 2, .seconds(5))
      }
      try await context.sqs.delete(queue, images)
      count += images.count
    }
    context.logger.info("replayed", metadata: ["images": "\(count)"])
  }
}

public import HandlerKit

/// Copies the images that a batch names from the partner into a bucket, several at a time.
///
/// Service operations per image: one call of the partner, then one `PutObject` under the message's id, as large as
/// the message's field says. At most `parallel` images of an invocation are under way at once; the others wait for
/// their turn in the order of the batch. An image that fails does not stop the others; what becomes of it:
///
/// - `report`: it is reported as a failed item. The mapping needs `ReportBatchItemFailures`; a stream then comes back
///   from the lowest failed record, a queue with the failed messages alone.
/// - `fail`: the invocation fails once all images are done, and the whole batch comes again.
/// - `skip`: it is logged and never arrives.
/// - `deadLetter`: it is sent to the queue `deadLetterQueue`, from which it can be replayed.
///
/// The same as steps: `parallel: {each: message, do: [call: …, write: {to: Images, size: bytes}]}`.
///
/// | config | default | meaning |
/// |---|---|---|
/// | `partner`, `bucket` | `ImageHost`, `Images` | names of the resources |
/// | `sizeField` | `bytes` | numeric field with the image's size |
/// | `parallel` | 20 | images under way at once |
/// | `timeout` | 0 s | gives up a call after this; 0: never |
/// | `onFailure` | `report` | `report`, `fail`, `skip` or `deadLetter` |
/// | `deadLetterQueue` | `FailedImages` | logical id |
public struct DownloadImages: LambdaHandler {
  enum FailurePolicy: String, Sendable, CaseIterable { case report, fail, skip, deadLetter }
  let partner: String
  let bucket: String
  let sizeField: String
  let parallel: Int
  let timeout: Duration?
  let onFailure: FailurePolicy
  let deadLetterQueue: String

  public init(_ config: HandlerConfig) throws {
    try config.check(keys: [
      "partner", "bucket", "sizeField", "parallel", "timeout", "onFailure", "deadLetterQueue",
    ])
    partner = try config.text("partner", default: "ImageHost")
    bucket = try config.text("bucket", default: "Images")
    sizeField = try config.text("sizeField", default: "bytes")
    parallel = try config.integer("parallel", default: 20, in: 1...10_000)
    let limit = try config.duration("timeout", default: .zero)
    timeout = limit > .zero ? limit : nil
    onFailure = try config.choice("onFailure", default: .report)
    deadLetterQueue = try config.text("deadLetterQueue", default: "FailedImages")
  }

  public func handle(_ event: TriggerEvent, context: Context) async throws -> StreamsEventResponse {
    let images = event.messages
    var failures: [(position: Int, name: String)] = []
    await withTaskGroup(of: (Int, String?).self) { group in
      var next = 0
      func startNext() {
        let position = next
        next += 1
        group.addTask { (position, await download(images[position], context)) }
      }
      while next < min(parallel, images.count) { startNext() }
      for await (position, failure) in group {
        if let failure { failures.append((position, failure)) }
        if next < images.count { startNext() }
      }
    }
    if Task.isCancelled { throw CancellationError() }
    failures.sort { $0.position < $1.position }
    return try await settle(failures, event, context)
  }

  /// - Returns: Why the image did not arrive, nil when it did.
  private func download(_ image: Message, _ context: Context) async -> String? {
    let context = context.about(image)
    do {
      let size = max(1, Int((image.fields.number(sizeField) ?? 1).rounded()))
      try await context.partner(partner).request(replyBytes: size, timeout: timeout)
      try await context.s3.putObject(bucket, key: image.id, sizeBytes: size)
      return nil
    } catch { return (error as? any NamedError)?.errorName ?? String(describing: type(of: error)) }
  }

  private func settle(
    _ failures: [(position: Int, name: String)], _ event: TriggerEvent, _ context: Context
  ) async throws -> StreamsEventResponse {
    guard let first = failures.first else { return StreamsEventResponse() }
    let images = failures.map { event.messages[$0.position] }
    switch onFailure {
    case .report:
      return StreamsEventResponse(
        batchItemFailures: images.map { .init(itemIdentifier: event.itemIdentifier(of: $0)) })
    case .fail: throw DownloadFailed(errorName: first.name)
    case .skip:
      for failure in failures { context.logger.error("skipped: \(failure.name)") }
    case .deadLetter:
      var next = 0
      while next < images.count {
        let part = images[next..<min(next + 10, images.count)].map { OutgoingEntry(passing: $0) }
        next += part.count
        let codes = try await context.sqs.sendBatch(deadLetterQueue, part)
        // Better the whole batch again than an image that nobody has noted.
        if let code = codes.lazy.compactMap({ $0 }).first { throw DownloadFailed(errorName: code) }
      }
    }
    return StreamsEventResponse()
  }
}

/// At least one image of a batch did not arrive; named after the first one's reason.
public struct DownloadFailed: NamedError, Hashable {
  public let errorName: String
}

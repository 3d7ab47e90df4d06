/// An item of a batch that failed.
public struct BatchItemFailure: Sendable, Hashable {
  /// Sequence number of a stream's record, id of a queue's message.
  public var itemIdentifier: String
  public init(itemIdentifier: String) { self.itemIdentifier = itemIdentifier }
}

/// A reply that names the items which failed, for mappings with `FunctionResponseTypes: [ReportBatchItemFailures]`.
///
/// An empty list is a success of the whole batch. An identifier that the batch does not have is a failure of the whole
/// batch. Without the setting on the mapping the list is not read.
public protocol BatchResponse: Sendable {
  var batchItemFailures: [BatchItemFailure] { get }
}

/// The records of a stream's batch that failed: the stream goes on from the lowest of them.
public struct StreamsEventResponse: BatchResponse, Hashable {
  public typealias BatchItemFailure = HandlerKit.BatchItemFailure
  public var batchItemFailures: [BatchItemFailure]
  public init(batchItemFailures: [BatchItemFailure] = []) { self.batchItemFailures = batchItemFailures }
}

import DequeModule

/// The items of a batch that a handler has reported as failed. Source: fact sheet §2.3, §3.3.
struct ItemFailures {
  /// How a batch of a stream ended for its mapping.
  enum StreamResult: Equatable {
    case succeeded, failed
    /// Records before this position are done, the others come again.
    case failedFrom(Int)
  }

  /// Whether the mapping has ReportBatchItemFailures.
  private(set) var areReported = false
  /// Positions in the invocation's messages, in the order of reporting.
  private(set) var positions: [Int] = []
  /// An identifier that the batch does not have makes the whole batch fail.
  private(set) var hasUnknownItem = false

  mutating func begin(areReported: Bool) {
    self.areReported = areReported
    hasUnknownItem = false
    if !positions.isEmpty { positions.removeAll(keepingCapacity: true) }
  }

  /// - Parameter position: nil for an identifier that is empty or that the batch does not have.
  mutating func report(_ position: Int?) {
    guard let position else {
      hasUnknownItem = true
      return
    }
    if !positions.contains(position) { positions.append(position) }
  }

  /// Of a stream's batch, where the lowest failed record decides.
  var streamResult: StreamResult {
    if hasUnknownItem { return .failed }
    return positions.min().map { .failedFrom($0) } ?? .succeeded
  }
}

extension World {
  /// Whether the response of a batch from this source is read.
  func reportsItemFailures(_ source: Invocation.Source) -> Bool {
    switch source {
    case .mapping(let lane): mappings[readers[lanes[lane].reader].mapping].spec.reportsBatchItemFailures
    case .queueBatch(let batch): queueMappings[queueBatches[batch].mapping].spec.reportsItemFailures
    case .asyncEvent, .operation: false
    }
  }

  /// How the batch of a stream ended for its mapping.
  mutating func streamResult(_ invocation: Invocation, _ lane: Int, error: String?)
    -> ItemFailures.StreamResult
  {
    guard error == nil else { return .failed }
    return windowResult(lane, invocation, invocation.itemFailures.streamResult)
  }

  /// A Swift handler has answered with a batch response.
  mutating func itemsFailed(_ identifiers: [String], of invocation: Invocation) {
    guard invocation.itemFailures.areReported else {
      notes.add(
        "warning: batchItemFailures not read, no mapping with ReportBatchItemFailures",
        resource: functions[invocation.function].spec.logicalID)
      return
    }
    for identifier in identifiers {
      invocation.itemFailures.report(position(ofItem: identifier, in: invocation))
    }
  }

  /// Where an item of a batch stands, by the identifier that its event record has.
  private func position(ofItem identifier: String, in invocation: Invocation) -> Int? {
    switch invocation.source {
    case .mapping(let lane):
      guard let sequence = Int(identifier) else { return nil }
      return lanes[lane].queue.prefix(invocation.messages.count).firstIndex(of: sequence)
    case .queueBatch(let batch):
      return queueBatches[batch].received.firstIndex { id(of: slab[$0.message]) == identifier }
    case .asyncEvent, .operation: return nil
    }
  }
}

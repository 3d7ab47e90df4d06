extension Context {
  public var sqs: SQSClient { SQSClient(transport: transport, origin: origin) }
}

/// Queues, addressed by their logical ids.
///
/// Batch calls may fail in parts; the SDK never sends rejected entries again by itself. Source: fact sheet §6, §14.
public struct SQSClient: Sendable {
  @usableFromInline let transport: any ServiceTransport
  @usableFromInline let origin: CallOrigin

  /// Sends one message.
  ///
  /// - Parameter delay: Until it becomes visible; nil for the queue's own.
  @inlinable public func send(_ queue: String, _ message: OutgoingEntry, delay: Duration? = nil) async throws
  {
    let codes = try await sendBatch(queue, [message], delay: delay)
    if let code = codes.first ?? nil { throw ServiceError.named(code) }
  }

  /// Sends up to ten messages by one call.
  ///
  /// - Returns: Per entry its error code, nil = accepted.
  @inlinable public func sendBatch(_ queue: String, _ messages: [OutgoingEntry], delay: Duration? = nil)
    async throws -> [String?]
  {
    let request = ServiceRequest.sendMessages(
      queue: queue, entries: messages, delayNanoseconds: delay.map(\.wholeNanoseconds))
    guard case .batch(let codes) = try await perform(request, for: origin, by: transport) else { return [] }
    return codes
  }

  /// Receives messages; they stay in the queue, invisible, until they are deleted or their visibility timeout ends.
  ///
  /// - Parameters:
  ///   - max: Messages at most; more than ten are several calls.
  ///   - wait: How long to wait for a message; nil for the queue's own.
  ///   - visibilityTimeout: nil for the queue's own.
  @inlinable public func receive(
    _ queue: String, max: Int = 10, wait: Duration? = nil, visibilityTimeout: Duration? = nil
  ) async throws -> [Message] {
    let request = ServiceRequest.receiveMessages(
      queue: queue, max: max, waitNanoseconds: wait.map(\.wholeNanoseconds),
      visibilityNanoseconds: visibilityTimeout.map(\.wholeNanoseconds))
    guard case .messages(let messages) = try await perform(request, for: origin, by: transport) else {
      return []
    }
    return messages
  }

  /// Deletes messages that this handler received; what somebody else has received meanwhile stays.
  @inlinable public func delete(_ queue: String, _ messages: [Message]) async throws {
    let receipts = messages.compactMap(\.receiptHandle)
    guard !receipts.isEmpty else { return }
    _ = try await perform(.deleteMessages(queue: queue, receipts: receipts), for: origin, by: transport)
  }

  /// Sets the visibility timeout of messages anew, counted from now.
  ///
  /// - Returns: Per message its error code, nil = changed.
  @inlinable @discardableResult public func changeVisibility(
    _ queue: String, _ messages: [Message], timeout: Duration
  ) async throws -> [String?] {
    let receipts = messages.compactMap(\.receiptHandle)
    guard !receipts.isEmpty else { return [] }
    let request = ServiceRequest.changeVisibility(
      queue: queue, receipts: receipts, timeoutNanoseconds: timeout.wholeNanoseconds)
    guard case .batch(let codes) = try await perform(request, for: origin, by: transport) else { return [] }
    return codes
  }
}

extension Context {
  public var kinesis: KinesisClient { KinesisClient(transport: transport, origin: origin) }
  public var sns: SNSClient { SNSClient(transport: transport, origin: origin) }
  public var lambda: LambdaClient { LambdaClient(transport: transport, origin: origin) }
}

/// Streams, addressed by their logical ids.
public struct KinesisClient: Sendable {
  @usableFromInline let transport: any ServiceTransport
  @usableFromInline let origin: CallOrigin

  /// The answer of one call; the SDK never sends rejected entries again by itself. Source: fact sheet §14.
  public struct PutRecordsOutput: Sendable, Hashable {
    /// Per entry, in order; nil = accepted.
    public let errorCodes: [String?]
    public let failedRecordCount: Int
    @usableFromInline init(errorCodes: [String?]) {
      self.errorCodes = errorCodes
      failedRecordCount = errorCodes.reduce(into: 0) { if $1 != nil { $0 += 1 } }
    }
  }

  @inlinable public func putRecords(_ stream: String, _ records: [OutgoingEntry]) async throws
    -> PutRecordsOutput
  {
    let response = try await perform(
      .putRecords(stream: stream, entries: records), for: origin, by: transport)
    guard case .batch(let codes) = response else {
      preconditionFailure("putRecords answered with \(response)")
    }
    return PutRecordsOutput(errorCodes: codes)
  }
}

/// Topics, addressed by their logical ids.
public struct SNSClient: Sendable {
  @usableFromInline let transport: any ServiceTransport
  @usableFromInline let origin: CallOrigin

  /// Publishes one message.
  @inlinable public func publish(_ topic: String, _ message: OutgoingEntry) async throws {
    let codes = try await publishBatch(topic, [message])
    if let code = codes.first ?? nil { throw ServiceError.named(code) }
  }

  /// Publishes several messages by one call.
  ///
  /// - Returns: Per entry its error code, nil = accepted.
  @inlinable public func publishBatch(_ topic: String, _ messages: [OutgoingEntry]) async throws -> [String?]
  {
    let response = try await perform(.publish(topic: topic, entries: messages), for: origin, by: transport)
    guard case .batch(let codes) = response else { return [] }
    return codes
  }
}

/// Other functions, addressed by their logical ids.
public struct LambdaClient: Sendable {
  @usableFromInline let transport: any ServiceTransport
  @usableFromInline let origin: CallOrigin

  public enum InvocationType: Sendable, Hashable {
    /// Hands the event over and returns.
    case event
    /// Waits until the other function has ended; its function error is thrown.
    case requestResponse
  }

  @inlinable public func invoke(_ function: String, _ type: InvocationType, payload: [OutgoingEntry])
    async throws
  {
    let response = try await perform(
      .invoke(function: function, isAsync: type == .event, entries: payload), for: origin, by: transport)
    if case .batch(let codes) = response, let code = codes.lazy.compactMap({ $0 }).first {
      throw ServiceError.named(code)
    }
  }
}

extension Context {
  public var firehose: FirehoseClient { FirehoseClient(transport: transport, origin: origin) }
}

/// Delivery streams, addressed by their logical ids.
public struct FirehoseClient: Sendable {
  @usableFromInline let transport: any ServiceTransport
  @usableFromInline let origin: CallOrigin

  /// Puts one record.
  ///
  /// - Throws: `ServiceError` with the code `ServiceUnavailableException` when the SDK gave up retrying a throttled put.
  @inlinable public func putRecord(_ deliveryStream: String, _ record: OutgoingEntry) async throws {
    let codes = try await putRecordBatch(deliveryStream, [record])
    if let code = codes.first ?? nil { throw ServiceError.named(code) }
  }

  /// Puts several records by one call; nobody sends again what was refused. Source: fact sheet §9, §14.
  ///
  /// - Returns: Per record its error code, nil = accepted.
  @inlinable public func putRecordBatch(_ deliveryStream: String, _ records: [OutgoingEntry]) async throws
    -> [String?]
  {
    let response = try await perform(
      .deliver(deliveryStream: deliveryStream, entries: records), for: origin, by: transport)
    guard case .batch(let codes) = response else {
      preconditionFailure("putRecordBatch answered with \(response)")
    }
    return codes
  }
}

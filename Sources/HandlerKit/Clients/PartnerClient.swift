extension Context {
  /// A service outside AWS, by its name in the scenario.
  public func partner(_ name: String) -> PartnerClient {
    PartnerClient(name: name, transport: transport, origin: origin)
  }
  /// A store outside AWS, by its name in the scenario.
  public func store(_ name: String) -> StoreClient {
    StoreClient(name: name, transport: transport, origin: origin)
  }
}

/// A service outside AWS with limits of its own.
public struct PartnerClient: Sendable {
  public let name: String
  @usableFromInline let transport: any ServiceTransport
  @usableFromInline let origin: CallOrigin

  /// Makes one HTTP call.
  ///
  /// A job that takes several calls in a row says which of them this is; the last one has the effect.
  ///
  /// - Parameters:
  ///   - part: From 1.
  ///   - parts: Calls that make one job.
  ///   - replyBytes: Size of the answer, which takes time where the service has a bandwidth. [bytes]
  ///   - timeout: How long to wait for the answer, nil: as long as it takes.
  /// - Returns: The status, 200...299.
  /// - Throws: `PartnerError`.
  @discardableResult
  @inlinable public func request(
    part: Int = 1, of parts: Int = 1, replyBytes: Int = 0, timeout: Duration? = nil
  ) async throws -> Int {
    precondition(part >= 1 && part <= parts, "part \(part) of \(parts)")
    let response = try await perform(
      .partner(
        name: name, part: part, parts: parts, timeoutNanoseconds: timeout?.wholeNanoseconds,
        replyBytes: replyBytes),
      for: origin, by: transport)
    guard case .status(let status) = response else {
      preconditionFailure("a partner answered with \(response)")
    }
    switch status {
    case 200..<300: return status
    case 403, 429: throw PartnerError.overLimit(status: status, partner: name)
    default: throw PartnerError.failed(status: status, partner: name)
    }
  }
}

/// Something that holds messages until they are taken: a database outside AWS.
public struct StoreClient: Sendable {
  public let name: String
  @usableFromInline let transport: any ServiceTransport
  @usableFromInline let origin: CallOrigin

  /// Puts messages in.
  @inlinable public func put(_ messages: [OutgoingEntry]) async throws {
    _ = try await perform(.put(store: name, entries: messages), for: origin, by: transport)
  }

  /// Takes messages out, oldest first; when the invocation fails, those it has not sent on go back.
  ///
  /// - Parameter max: nil: all there are.
  @inlinable public func take(max: Int? = nil) async throws -> [Message] {
    let response = try await perform(.take(store: name, max: max), for: origin, by: transport)
    guard case .messages(let messages) = response else {
      preconditionFailure("a store answered with \(response)")
    }
    return messages
  }
}

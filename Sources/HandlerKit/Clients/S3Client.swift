extension Context {
  public var s3: S3Client { S3Client(transport: transport, origin: origin) }
}

/// An object of a bucket: everything about it but its bytes.
public struct S3Object: Sendable, Hashable {
  public let key: String
  public let sizeBytes: Int
  public let metadata: Attributes
  public let lastModified: HandlerClock.Instant
  public init(key: String, sizeBytes: Int, metadata: Attributes, lastModified: HandlerClock.Instant) {
    self.key = key
    self.sizeBytes = sizeBytes
    self.metadata = metadata
    self.lastModified = lastModified
  }
}

/// Buckets, addressed by their logical ids.
///
/// Every call throws `SlowDown` when the SDK gave up retrying refused requests.
public struct S3Client: Sendable {
  @usableFromInline let transport: any ServiceTransport
  @usableFromInline let origin: CallOrigin

  /// Writes an object, in place of one with the same key.
  ///
  /// Events of the bucket are about the message that the context is about.
  @inlinable public func putObject(
    _ bucket: String, key: String, sizeBytes: Int, metadata: Attributes = [:]
  ) async throws {
    _ = try await perform(
      .putObject(bucket: bucket, key: key, sizeBytes: sizeBytes, metadata: metadata), for: origin,
      by: transport)
  }

  /// - Throws: `NoSuchKey`.
  @inlinable public func getObject(_ bucket: String, key: String) async throws -> S3Object {
    let response = try await perform(.getObject(bucket: bucket, key: key), for: origin, by: transport)
    guard case .object(let object) = response else {
      preconditionFailure("getObject answered with \(response)")
    }
    return object
  }

  /// Deletes the object under a key; does nothing when there is none.
  @inlinable public func deleteObject(_ bucket: String, key: String) async throws {
    _ = try await perform(.deleteObject(bucket: bucket, key: key), for: origin, by: transport)
  }

  /// One page of a bucket, in the order of the keys.
  public struct ListObjectsOutput: Sendable {
    public let contents: [S3Object]
    /// Where the next page starts, nil after the last one.
    public let nextMarker: String?
    @usableFromInline init(contents: [S3Object], nextMarker: String?) {
      self.contents = contents
      self.nextMarker = nextMarker
    }
  }

  /// - Parameters:
  ///   - marker: Only keys behind this one.
  ///   - maxKeys: nil: as many as a page holds.
  @inlinable public func listObjects(
    _ bucket: String, prefix: String = "", marker: String? = nil, maxKeys: Int? = nil
  ) async throws -> ListObjectsOutput {
    let response = try await perform(
      .listObjects(bucket: bucket, prefix: prefix, marker: marker, maxKeys: maxKeys), for: origin,
      by: transport)
    guard case .objects(let contents, let next) = response else {
      preconditionFailure("listObjects answered with \(response)")
    }
    return ListObjectsOutput(contents: contents, nextMarker: next)
  }
}

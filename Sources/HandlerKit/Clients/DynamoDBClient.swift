extension Context {
  public var dynamoDB: DynamoDBClient { DynamoDBClient(transport: transport, origin: origin) }
}

/// Tables, addressed by their logical ids.
///
/// Every call throws `ProvisionedThroughputExceededException` when the SDK gave up retrying a throttled
/// request.
public struct DynamoDBClient: Sendable {
  @usableFromInline let transport: any ServiceTransport
  @usableFromInline let origin: CallOrigin

  @inlinable public func getItem(_ table: String, key: String, consistentRead: Bool = false) async throws
    -> Item?
  {
    let response = try await perform(
      .getItem(table: table, key: key, consistentRead: consistentRead), for: origin, by: transport)
    guard case .item(let item) = response else { preconditionFailure("getItem answered with \(response)") }
    return item
  }

  /// Replaces the whole item.
  ///
  /// - Throws: `ConditionalCheckFailedException` when the condition does not hold.
  @inlinable public func putItem(_ table: String, _ item: Item, condition: ConditionExpression? = nil)
    async throws
  {
    _ = try await perform(
      .putItem(table: table, item: item, condition: condition), for: origin, by: transport)
  }

  /// Sets attributes and keeps the others; makes the item when it is missing.
  ///
  /// - Parameter sizeBytes: The item's size afterwards, nil: unchanged. [bytes]
  /// - Throws: `ConditionalCheckFailedException` when the condition does not hold.
  @inlinable public func updateItem(
    _ table: String, key: String, set: Attributes, sizeBytes: Int? = nil,
    condition: ConditionExpression? = nil
  ) async throws {
    _ = try await perform(
      .updateItem(table: table, key: key, set: set, sizeBytes: sizeBytes, condition: condition), for: origin,
      by: transport)
  }

  /// - Throws: `ConditionalCheckFailedException` when the condition does not hold.
  @inlinable public func deleteItem(_ table: String, key: String, condition: ConditionExpression? = nil)
    async throws
  {
    _ = try await perform(
      .deleteItem(table: table, key: key, condition: condition), for: origin, by: transport)
  }

  /// One page of a table, in order of first insertion.
  public struct ScanOutput: Sendable {
    public let items: [Item]
    /// Where the next page starts, nil after the last one.
    public let lastEvaluatedKey: Int?
    @usableFromInline init(items: [Item], lastEvaluatedKey: Int?) {
      self.items = items
      self.lastEvaluatedKey = lastEvaluatedKey
    }
  }
  @inlinable public func scan(_ table: String, exclusiveStartKey: Int? = nil, limit: Int? = nil) async throws
    -> ScanOutput
  {
    let response = try await perform(
      .scan(table: table, start: exclusiveStartKey ?? 0, limit: limit), for: origin, by: transport)
    guard case .page(let items, let next) = response else {
      preconditionFailure("scan answered with \(response)")
    }
    return ScanOutput(items: items, lastEvaluatedKey: next)
  }
}

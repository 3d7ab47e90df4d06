package import Kernel

/// Decides which records a shard takes: a budget of records and a budget of bytes, each one second deep.
///
/// Both budgets refill continuously and a record must fit into both. A record of more bytes than one second's
/// worth is admitted from a full budget and leaves a debt. Source: fact sheet §1.3; the debt is an assumption
/// that keeps a record of 1 MiB plus its key writable.
package struct ShardWriteAdmission: Sendable, Hashable {
  private var records: TokenBucket
  private var bytes: TokenBucket

  package init(recordsPerSecond: Double, bytesPerSecond: Double) {
    records = TokenBucket(ratePerSecond: recordsPerSecond, capacity: recordsPerSecond)
    bytes = TokenBucket(ratePerSecond: bytesPerSecond, capacity: bytesPerSecond)
  }

  package init(limits: Limits) {
    self.init(
      recordsPerSecond: limits.required(.kinesisWriteRecordsPerSecond),
      bytesPerSecond: limits.required(.kinesisWriteBytesPerSecond))
  }

  /// Takes a record, or refuses it and charges nothing.
  ///
  /// - Parameter bytes: Data and partition key. [bytes]
  package mutating func admit(bytes size: Int, now: SimTime) -> Bool {
    guard records.canTake(1, now: now), bytes.takeOrBorrow(Double(size), now: now) else { return false }
    return records.take(1, now: now)
  }
}

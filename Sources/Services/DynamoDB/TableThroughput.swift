package import Kernel

/// Admits reads and writes of a table by its capacity, its partitions and its burst.
///
/// Provisioned tables of 2017 divide their capacity evenly and for good among ⌈RCU/3000 + WCU/1000⌉
/// partitions. With instant adaptive capacity (since 2019) partitions share the table's capacity up to the
/// ceiling of one partition. Unused capacity is kept for a while (300 s), in a bucket that starts full.
/// On-demand tables grow with their traffic. Source: fact sheet §7.2, §7.4.
package struct TableThroughput: Sendable {
  private var reads: ThroughputLane
  private var writes: ThroughputLane

  package init(
    provisionedReadUnits: Int, writeUnits: Int, partitionReadUnits: Double, partitionWriteUnits: Double,
    burst: SimDuration, isAdaptive: Bool
  ) {
    let partitions = Self.partitions(
      readUnits: Double(provisionedReadUnits) / partitionReadUnits,
      writeUnits: Double(writeUnits) / partitionWriteUnits)
    reads = ThroughputLane(
      provisioned: Double(provisionedReadUnits), partitions: partitions, isShared: isAdaptive,
      ceiling: partitionReadUnits, burst: burst)
    writes = ThroughputLane(
      provisioned: Double(writeUnits), partitions: partitions, isShared: isAdaptive,
      ceiling: partitionWriteUnits,
      burst: burst)
  }

  package init(
    onDemandReadUnits: Double, writeUnits: Double, partitionReadUnits: Double, partitionWriteUnits: Double
  ) {
    // Reads and writes have ceilings of their own, so that four partitions carry 12,000 reads and 4,000
    // writes at once.
    let partitions = Self.partitions(
      readUnits: max(onDemandReadUnits / partitionReadUnits, writeUnits / partitionWriteUnits), writeUnits: 0)
    reads = ThroughputLane(onDemand: onDemandReadUnits, partitions: partitions, ceiling: partitionReadUnits)
    writes = ThroughputLane(onDemand: writeUnits, partitions: partitions, ceiling: partitionWriteUnits)
  }

  package init(capacity: TableSpec.Capacity, limits: Limits) {
    let partitionReads = limits.required(.dynamodbPartitionReadUnits)
    let partitionWrites = limits.required(.dynamodbPartitionWriteUnits)
    switch capacity {
    case .provisioned(let readUnits, let writeUnits):
      self.init(
        provisionedReadUnits: readUnits, writeUnits: writeUnits, partitionReadUnits: partitionReads,
        partitionWriteUnits: partitionWrites,
        burst: SimDuration(seconds: limits.required(.dynamodbBurstSeconds)),
        isAdaptive: limits.required(.dynamodbInstantAdaptive) == 1)
    case .onDemand:
      self.init(
        onDemandReadUnits: limits.required(.dynamodbOnDemandInitialReadUnits),
        writeUnits: limits.required(.dynamodbOnDemandInitialWriteUnits), partitionReadUnits: partitionReads,
        partitionWriteUnits: partitionWrites)
    }
  }

  package var partitionCount: Int { reads.partitionCount }

  /// The partition of a key: partitions have equal shares of a 64-bit hash.
  ///
  /// DynamoDB's own hash is not published; any that spreads keys evenly gives the same statistics.
  package func partition(forKey key: String) -> Int {
    partition(of: KeyHash(key))
  }

  func partition(of key: KeyHash) -> Int {
    Int(Self.spread(key.state).multipliedFullWidth(by: UInt64(partitionCount)).high)
  }

  /// Consumes units when table and partition both have them; false is a throttle and consumes nothing.
  package mutating func take(
    readUnits: Double = 0, writeUnits: Double = 0, partition: Int, now: SimTime
  ) -> Bool {
    guard reads.canTake(readUnits, partition: partition, now: now),
      writes.canTake(writeUnits, partition: partition, now: now)
    else { return false }
    reads.take(readUnits, partition: partition, now: now)
    writes.take(writeUnits, partition: partition, now: now)
    let needed = max(reads.partitionsNeeded, writes.partitionsNeeded)
    if needed > partitionCount {
      reads.split(into: needed, now: now)
      writes.split(into: needed, now: now)
    }
    return true
  }

  private static func partitions(readUnits: Double, writeUnits: Double) -> Int {
    max(1, Int((readUnits + writeUnits).rounded(.up)))
  }

  /// A final mix of the key's hash, so that the upper bits depend on every byte.
  private static func spread(_ hash: UInt64) -> UInt64 {
    var hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ hash >> 33
  }
}

import DequeModule
import Kernel
import Records

/// A record of a shard that some reader has not finished yet.
struct StreamRecord {
  var message: MessageReference
  var arrival: SimTime
  /// When GetRecords can first return it.
  var visible: SimTime
  var sizeBytes: Int32
  /// Of the partition key; kept where a mapping has several lanes.
  var keyHash: UInt32 = 0
  /// Waiting of a sampled message for its first invocation.
  var span = SpanID.none
}

/// A shard: its unread records in order, and who may write and read it now.
struct ShardState {
  /// Record `firstSequence + i` stands at position i. Records every reader has finished are gone.
  var log: Deque<StreamRecord> = []
  var firstSequence = 0
  var write: ShardWriteAdmission
  var read: ShardReadAdmission
  var isExpiryScheduled = false
  /// Positions in `World.readers`.
  var readers: [Int] = []

  var endSequence: Int { firstSequence + log.count }
  subscript(sequence: Int) -> StreamRecord { log[sequence - firstSequence] }
  func message(_ sequence: Int) -> MessageReference { log[sequence - firstSequence].message }
  func arrival(_ sequence: Int) -> SimTime { log[sequence - firstSequence].arrival }
}

struct StreamState {
  let name: ResourceName
  let map: ShardMap
  let retention: SimDuration
  let propagation: SimDuration
  let putUnitBytes: Int
  let incomingRecords: MetricID
  let incomingBytes: MetricID
  let writeThrottled: MetricID
  let readThrottled: MetricID
  let iteratorAge: MetricID
  /// Unread records over all shards.
  let depth: MetricID
  /// Whether a mapping has several lanes.
  let hasLanes: Bool
  var shards: [ShardState]
  var putUnits = 0
  var writeThrottledCount = 0
  var readThrottledCount = 0
  var unread = 0
}

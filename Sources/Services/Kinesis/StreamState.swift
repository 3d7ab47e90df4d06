import DequeModule
import Kernel
import Records

/// A record of a shard that some reader has not finished yet.
struct StreamRecord {
  var message: MessageReference
  var arrival: SimTime
  var sizeBytes: Int32
  /// Of the partition key; kept where a mapping has several lanes.
  var keyHash: UInt32 = 0
  /// Waiting of a sampled message for its first invocation.
  var span = SpanID.none
}

/// A shard: its unread records in order, and who may write and read it now.
struct ShardState {
  let range: HashRange
  /// The shards it was split or merged from: a reader finishes them first.
  let parents: [Int]
  var children: [Int] = []
  /// A closed shard takes no records any more and is read to its end.
  var isClosed = false

  /// Record `firstSequence + i` stands at position i. Records every reader has finished are gone.
  var log: Deque<StreamRecord> = []
  var firstSequence = 0
  var write: ShardWriteAdmission
  var read: ShardReadAdmission
  var isExpiryScheduled = false
  /// What came in since the minute began; counted on demand only.
  var minuteBytes = 0
  var minuteRecords = 0
  /// Whether its children are on their way.
  var isSplitting = false
  /// Positions in `World.readers`, in the order of their mappings.
  var readers: [Int] = []
  /// Those of them that share its GetRecords calls; the others are pushed to.
  var pollers: [Int] = []

  init(range: HashRange, parents: [Int] = [], limits: Limits) {
    self.range = range
    self.parents = parents
    write = ShardWriteAdmission(limits: limits)
    read = ShardReadAdmission(limits: limits)
  }

  var endSequence: Int { firstSequence + log.count }
  subscript(sequence: Int) -> StreamRecord { log[sequence - firstSequence] }
  func message(_ sequence: Int) -> MessageReference { log[sequence - firstSequence].message }
  func arrival(_ sequence: Int) -> SimTime { log[sequence - firstSequence].arrival }
}

struct StreamState {
  let name: ResourceName
  var open: OpenShards
  let retention: SimDuration
  /// From an accepted put until a poll can see the record.
  let propagation: SimDuration
  let putUnitBytes: Int
  let incomingRecords: MetricID
  let incomingBytes: MetricID
  let writeThrottled: MetricID
  let readThrottled: MetricID
  let iteratorAge: MetricID
  let getRecordsSuccess: MetricID
  let getRecordsBytes: MetricID
  let getRecordsRecords: MetricID
  /// Unread records over all shards.
  let depth: MetricID
  /// Whether a mapping has several lanes.
  let hasLanes: Bool
  var shards: [ShardState]
  /// Splits and merges of the resharding under way, wave by wave, the next one first.
  var waves: [[ReshardingPlan.Step]] = []
  var isUpdating = false
  var shardTime: ShardTime
  let onDemand: OnDemandScaling?
  var splitsUnderWay = 0
  var putUnits = 0
  /// Accepted data with keys, and the same in whole kibibytes. [bytes]
  var writtenBytes = 0
  var writtenKibibytes = 0
  /// By GetRecords calls of all pollers. [bytes]
  var readBytes = 0
  var writeThrottledCount = 0
  var readThrottledCount = 0
  var unread = 0
}

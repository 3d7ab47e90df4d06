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
  var shards: [ShardState]
  var putUnits = 0
  var writeThrottledCount = 0
  var readThrottledCount = 0
  var unread = 0
}

struct MappingState {
  let spec: StreamMappingSpec
  let name: ResourceName
  let function: Int
  let batchSize: Int
  /// Records of one GetRecords call, and bytes that may wait in the mapping's memory.
  let readLimit: Int
  let bufferMaxBytes: Int
  let payloadMaxBytes: Int
  let recordOverheadBytes: Int
  let poll: SimDuration
  let pollJitter: Double
  let getRecordsTime: SimDuration
  var isEnabled: Bool
}

/// One mapping's reader of one shard: polls, holds a batch, and waits for its function.
///
/// ```
/// idle ─record─▶ polling ─data─▶ delivering ─admitted─▶ invoking ─success─▶ polling or idle
///                   ▲ └─throttled─┘        └─throttled─┐   └─error─┐
///                   └──────────── backingOff ◀─────────┴───────────┘
/// ```
struct ShardReader {
  enum Phase { case idle, polling, delivering, invoking, backingOff, disabled }

  /// Records that are handed over together, and how often that has failed.
  struct Batch {
    var range: Range<Int>
    var retries = 0
  }

  let mapping: Int
  let stream: Int
  let shard: Int
  /// Addresses its poll phase, jitter and back-off.
  let entity: UInt64
  var phase: Phase
  /// Every record before it is done with.
  var checkpoint = 0
  /// Every record before it has been read into memory.
  var readEnd = 0
  /// Whether more records were waiting when the last reply came.
  var isBehind = false
  /// Batches to hand over, the next one last.
  var batches: [Batch] = []
  /// Failed attempts in a row to hand a batch over, and throttled reads in a row.
  var failures = 0
  var throttledReads = 0
  /// The poll that is due next; while idle, polls before now have happened without being events.
  var nextPoll: SimTime
  var pollCount = 0
  /// Counts up whenever a pending event of the reader becomes void.
  var generation: UInt32 = 0
}

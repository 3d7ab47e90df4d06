import Kernel
import Records

/// One mapping's reader of one shard: reads records into memory, where lanes hand them to the function.
///
/// ```
/// idle ─record─▶ polling ─data─▶ waiting ─a lane has nothing left─▶ polling or idle
///                   ▲ └─throttled─┘
/// ```
///
/// The reader of a child shard waits until its mapping has finished the parents; at the end of a closed shard a reader
/// is finished for good. Source: fact sheet §1.6.
struct ShardReader {
  enum Phase {
    case idle, polling
    /// What it has read is in the hands of its lanes.
    case waiting
    case disabled, waitingForParents, finished
  }

  let mapping: Int
  let stream: Int
  let shard: Int
  /// Addresses its poll phase, jitter and back-off.
  let entity: UInt64
  /// Whether the shard pushes records to it, with a throughput of its own, instead of being polled.
  let isFanOut: Bool
  /// Positions in `World.lanes`: as many as ParallelizationFactor says.
  let lanes: Range<Int>
  var phase: Phase
  /// Every record before it is done with.
  var checkpoint = 0
  /// Every record before it has been read into memory.
  var readEnd = 0
  /// Records in memory that are not done with. [bytes]
  var bufferedBytes = 0
  /// When the last reply is complete; no batch is handed over before.
  var replyTime = SimTime.zero
  /// Whether more records were waiting when the last reply came.
  var isBehind = false
  /// Throttled reads in a row.
  var throttledReads = 0
  /// The poll that is due next; while idle, polls before now have happened without being events.
  var nextPoll: SimTime
  var pollCount = 0
  /// How old a record is at least when the push that is under way brings it.
  var pushDelay = SimDuration.zero
  /// No push before this instant: the bytes of earlier ones.
  var pushBlockedUntil = SimTime.zero
  var unfinishedParents = 0
  /// The aggregation under way, where the mapping has tumbling windows.
  var window: TumblingWindow?
  /// Counts up whenever an event of the reader or of one of its lanes is scheduled or becomes void.
  var generation: UInt32 = 0
  /// Of the poll that is scheduled.
  var pollGeneration: UInt32 = 0

  /// What a mapping's draws about a shard are addressed by.
  static func address(of mapping: String, shard: Int) -> UInt64 {
    EntityAddress.combine(EntityAddress.name(mapping), UInt64(shard))
  }
}

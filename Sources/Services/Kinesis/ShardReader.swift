import Kernel
import Records

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
  /// Every record before it has been seen by the function.
  var deliveredEnd = 0
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

import DequeModule
import Kernel

/// Records of a shard that a mapping hands to its function in their order, one batch at a time.
///
/// A partition key always takes the same lane; with ParallelizationFactor 1 the only lane is the shard.
///
/// ```
/// free ─records─▶ delivering ─admitted─▶ invoking ─success─▶ free or delivering
///  └─▶ collecting ─window over─▶ │         └─error, throttled─▶ backingOff ─▶ invoking
/// ```
///
/// Source: fact sheet §2.2 step 5.
struct ShardLane {
  enum Phase {
    case free
    /// Waits for a full batch, for the end of the batching window or for that of a tumbling window.
    case collecting
    case delivering, invoking, backingOff
  }

  /// Records that are handed over together, and how often that has failed.
  struct Batch {
    var count: Int
    var retries = 0
    /// Carries no records: tells the function that its tumbling window is over.
    var endsWindow = false
  }

  let reader: Int
  var phase = Phase.free
  /// Sequence numbers of records in memory that are not done with, ascending.
  var queue: Deque<Int> = []
  /// Batches cut from the front of the queue, the next one last: more than one after a batch was bisected.
  var batches: [Batch] = []
  /// Every record of the lane before this sequence number has been seen by the function.
  var deliveredEnd = 0
  /// Failed attempts in a row to hand a batch over.
  var failures = 0
  /// When the batching window began; nil before the first one.
  var collectingSince: SimTime?
  /// Of the event that is scheduled.
  var generation: UInt32 = 0

  /// Whether it could take records at once.
  var wantsRecords: Bool { phase == .collecting || phase == .free && queue.isEmpty && batches.isEmpty }
}

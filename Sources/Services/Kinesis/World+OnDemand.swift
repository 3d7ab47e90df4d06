import Kernel
import Records

/// How an on-demand stream follows its traffic; nil for a provisioned stream.
///
/// A shard is split when half of what it takes came in over a minute, so that capacity is twice the highest traffic
/// so far. Capacity is not given back: the platform looks at 30 days. Source: fact sheet §1.7; the trigger by records
/// is an assumption, only the one by bytes is documented.
struct OnDemandScaling {
  /// Traffic of a minute above which a shard is split.
  let bytesPerMinute: Int
  let recordsPerMinute: Int
  /// From the decision until the children are open.
  let splitTime: SimDuration
  let shardCountMax: Int

  init(limits: Limits) {
    bytesPerMinute = Int(limits.required(.kinesisOnDemandSplitBytesPerSecond) * 60)
    recordsPerMinute = Int(limits.required(.kinesisWriteRecordsPerSecond) / 2 * 60)
    splitTime = SimDuration(seconds: limits.required(.kinesisOnDemandSplitSeconds))
    shardCountMax = Int(
      limits.required(.kinesisOnDemandMaxBytesPerSecond) / limits.required(.kinesisWriteBytesPerSecond))
  }
}

extension World {
  /// The minute's end: busy shards of on-demand streams begin to split.
  mutating func scaleOnDemandStreams() {
    for stream in streams.indices {
      guard let scaling = streams[stream].onDemand else { continue }
      var count = streams[stream].open.count + streams[stream].splitsUnderWay
      for number in streams[stream].open.numbers {
        let shard = streams[stream].shards[number]
        streams[stream].shards[number].minuteBytes = 0
        streams[stream].shards[number].minuteRecords = 0
        guard
          shard.minuteBytes > scaling.bytesPerMinute || shard.minuteRecords > scaling.recordsPerMinute,
          !shard.isSplitting, count < scaling.shardCountMax, shard.range.start < shard.range.end
        else { continue }
        count += 1
        streams[stream].shards[number].isSplitting = true
        streams[stream].splitsUnderWay += 1
        schedule(.init(.onDemandSplit, stream, UInt32(number)), at: now + scaling.splitTime)
      }
    }
  }

  mutating func onDemandSplitEnds(_ stream: Int, shard: Int) {
    streams[stream].splitsUnderWay -= 1
    let range = streams[stream].shards[shard].range
    let position = streams[stream].open.position(ofHash: range.start)
    split(stream, position, at: range.start + (range.end - range.start) / 2 + 1)
    streams[stream].shardTime.change(to: streams[stream].open.count, at: now)
  }
}

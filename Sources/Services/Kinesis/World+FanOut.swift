import Kernel
import Records

/// A consumer with enhanced fan-out as the engine sees it.
struct ConsumerState {
  /// Delay from an accepted put until its record is pushed. [s]
  let delay: Distribution
  /// Bytes that one shard pushes to it in a second.
  let bytesPerSecond: Double
  let millisBehindLatest: MetricID
  var pushedBytes = 0
}

/// Enhanced fan-out: shards push their records to a consumer, each with 2 MB/s for itself and without calls.
///
/// Records that arrive while the reader's function works are pushed together afterwards, so that a record costs no event
/// of its own. Source: fact sheet §1.1, §1.4.
extension World {
  /// Announces the push that brings a record, and those that are as old as it then.
  mutating func schedulePush(_ reader: Int, recordAt arrival: SimTime) {
    readers[reader].pollCount += 1
    let consumer = mappings[readers[reader].mapping].consumer!
    let entity = EntityAddress.combine(readers[reader].entity, UInt64(readers[reader].pollCount))
    let seconds = consumers[consumer].delay.sample(draws.uniform(.serviceLatency, entity: entity))
    readers[reader].pushDelay = SimDuration(nearest: seconds * 1e9)
    let due = max(arrival + readers[reader].pushDelay, readers[reader].pushBlockedUntil, now)
    schedulePoll(reader, at: due)
  }

  /// A push arrives at its reader.
  mutating func pushed(_ reader: Int) {
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let consumer = mappings[readers[reader].mapping].consumer!
    guard let (end, bytes) = recordsWithin(reader, arrivedBy: now - readers[reader].pushDelay) else {
      // The records have expired meanwhile.
      pollAgain(reader)
      return
    }
    let isCaughtUp = end == streams[stream].shards[shard].endSequence
    let age = isCaughtUp ? .zero : now - streams[stream].shards[shard].arrival(end - 1)
    metrics.record(consumers[consumer].millisBehindLatest, age.seconds * 1000, at: now)
    consumers[consumer].pushedBytes += bytes
    let cost = SimDuration(nearest: Double(bytes) / consumers[consumer].bytesPerSecond * 1e9)
    readers[reader].pushBlockedUntil = max(readers[reader].pushBlockedUntil, now) + cost
    recordsReceived(reader, upTo: end, after: .zero)
  }
}

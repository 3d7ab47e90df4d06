import Kernel
import Records

/// How a mapping's readers poll their shards. Source: fact sheet §1.4, §1.5, §2.2.
///
/// A poll that would find nothing is not an event. An idle reader only knows when its next poll is due; the polls in
/// between are worked out when a record arrives, with the same jitter draws. One or two readers can never exceed five
/// calls a second, so nothing else depends on their idle polls; three and more share the quota, and then their
/// idle polls run one by one in `advanceIdlePolls`, outside the event queue.
extension World {
  private static let uncontendedReaders = 2

  /// Interval between two polls: the base rate with its drift.
  private mutating func pollInterval(_ reader: Int) -> SimDuration {
    let mapping = readers[reader].mapping
    readers[reader].pollCount += 1
    return IdlePolling.interval(
      entity: readers[reader].entity, poll: readers[reader].pollCount, base: mappings[mapping].poll,
      jitter: mappings[mapping].pollJitter, draws)
  }

  private mutating func schedulePoll(_ reader: Int, at time: SimTime) {
    readers[reader].phase = .polling
    readers[reader].generation &+= 1
    readers[reader].pollGeneration = readers[reader].generation
    schedule(.init(.shardPoll, reader, readers[reader].generation), at: time)
  }

  /// A record arrived: idle readers of its shard get their next poll as an event.
  mutating func wakeReaders(_ stream: Int, _ shard: Int, visible: SimTime) {
    let all = streams[stream].shards[shard].readers
    if all.count > Self.uncontendedReaders { advanceIdlePolls(stream, shard, to: now) }
    for reader in all where readers[reader].phase == .idle {
      if all.count <= Self.uncontendedReaders {
        while readers[reader].nextPoll < visible {
          readers[reader].nextPoll = readers[reader].nextPoll + pollInterval(reader)
        }
      }
      schedulePoll(reader, at: readers[reader].nextPoll)
    }
  }

  /// Makes the polls that idle readers of a contended shard have made up to an instant.
  mutating func advanceIdlePolls(_ stream: Int, _ shard: Int, to end: SimTime) {
    let all = streams[stream].shards[shard].readers
    guard all.contains(where: { readers[$0].phase == .idle && readers[$0].nextPoll < end }) else { return }
    let mapping = readers[all[0]].mapping
    var polling = IdlePolling(
      draws: draws, poll: mappings[mapping].poll, jitter: mappings[mapping].pollJitter,
      backoff: account.readBackoff)
    for reader in all where readers[reader].phase == .idle {
      polling.pollers.append(
        .init(
          reader: reader, entity: readers[reader].entity, nextPoll: readers[reader].nextPoll,
          pollCount: readers[reader].pollCount, throttledReads: readers[reader].throttledReads))
    }
    polling.run(until: end, on: &streams[stream].shards[shard].read)
    for poller in polling.pollers {
      readers[poller.reader].nextPoll = poller.nextPoll
      readers[poller.reader].pollCount = poller.pollCount
      readers[poller.reader].throttledReads = poller.throttledReads
    }
    for tally in polling.tallies {
      streams[stream].readThrottledCount += tally.throttled
      metrics.record(streams[stream].iteratorAge, 0, count: tally.admitted, minute: tally.minute)
      metrics.record(streams[stream].readThrottled, 1, count: tally.throttled, minute: tally.minute)
    }
  }

  /// Counts a throttled GetRecords call and says how long its reader backs off.
  private mutating func readThrottled(_ reader: Int, at time: SimTime) -> SimDuration {
    let stream = readers[reader].stream
    streams[stream].readThrottledCount += 1
    metrics.record(streams[stream].readThrottled, 1, at: time)
    readers[reader].throttledReads += 1
    readers[reader].pollCount += 1
    return IdlePolling.pause(
      entity: readers[reader].entity, poll: readers[reader].pollCount,
      failure: readers[reader].throttledReads,
      account.readBackoff, draws)
  }

  mutating func shardPollDue(reader: Int, generation: UInt32) {
    guard readers[reader].pollGeneration == generation, readers[reader].phase == .polling else { return }
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    if streams[stream].shards[shard].readers.count > Self.uncontendedReaders {
      advanceIdlePolls(stream, shard, to: now)
    }
    guard streams[stream].shards[shard].read.admit(now: now) else {
      schedulePoll(reader, at: now + readThrottled(reader, at: now))
      return
    }
    readers[reader].throttledReads = 0
    readers[reader].nextPoll = now + pollInterval(reader)
    read(reader)
  }

  /// An admitted GetRecords call: fills the reader's memory and hands the first batch over.
  private mutating func read(_ reader: Int) {
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let mapping = readers[reader].mapping
    let (readLimit, bytesMax) = (mappings[mapping].readLimit, readableBytes(reader))
    let start = readers[reader].readEnd
    var end = start
    var bytes = 0
    let logEnd = streams[stream].shards[shard].endSequence
    while end < logEnd, end - start < readLimit {
      let record = streams[stream].shards[shard][end]
      guard record.visible <= now, bytes + Int(record.sizeBytes) <= bytesMax || bytes == 0 else { break }
      bytes += Int(record.sizeBytes)
      end += 1
    }
    guard end > start else {
      metrics.record(streams[stream].iteratorAge, 0, at: now)
      if logEnd > start {
        schedulePoll(reader, at: readers[reader].nextPoll)
      } else {
        readers[reader].phase = .idle
      }
      return
    }
    streams[stream].shards[shard].read.served(bytes: bytes, now: now)
    let age = now - streams[stream].shards[shard][end - 1].arrival
    metrics.record(streams[stream].iteratorAge, age.seconds * 1000, at: now)
    readers[reader].isBehind = end < logEnd && streams[stream].shards[shard][end].visible <= now
    recordsReceived(reader, upTo: end, after: mappings[mapping].getRecordsTime)
  }

  /// The reader has room for more records: it reads on at once while behind, at its next poll otherwise.
  mutating func pollAgain(_ reader: Int) {
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    if readers[reader].isBehind {
      readers[reader].isBehind = false
      readers[reader].nextPoll = now
      schedulePoll(reader, at: now)
      return
    }
    readers[reader].nextPoll = max(readers[reader].nextPoll, now)
    if streams[stream].shards[shard].endSequence > readers[reader].readEnd {
      schedulePoll(reader, at: readers[reader].nextPoll)
    } else {
      readers[reader].phase = .idle
    }
  }
}

import Kernel
import Records

/// How a mapping's readers poll their shards. Source: fact sheet §1.4, §1.5, §2.2.
///
/// A poll that would find nothing is not an event. An idle reader only knows when its next poll is due; the polls in
/// between are worked out when a record arrives, with the same jitter draws. One or two readers can never exceed five
/// calls a second, so nothing else depends on their idle polls; three and more share the quota, and then their
/// idle polls run one by one in `advanceIdlePolls`, outside the event queue. Consumers with enhanced fan-out do not poll:
/// see `World+FanOut`.
extension World {
  private static let uncontendedReaders = 2

  /// The random word of a reader's next poll.
  private mutating func nextPollWord(_ reader: Int) -> UInt32 {
    readers[reader].pollCount += 1
    return PollPace.word(entity: readers[reader].entity, poll: readers[reader].pollCount, draws)
  }

  /// Interval between two polls: the base rate with its drift.
  private mutating func pollInterval(_ reader: Int) -> SimDuration {
    let word = nextPollWord(reader)
    return mappings[readers[reader].mapping].pace.interval(word)
  }

  mutating func schedulePoll(_ reader: Int, at time: SimTime) {
    readers[reader].phase = .polling
    readers[reader].generation &+= 1
    readers[reader].pollGeneration = readers[reader].generation
    schedule(.init(.shardPoll, reader, readers[reader].generation), at: time)
  }

  /// A record arrived: idle readers of its shard get their next poll as an event.
  mutating func wakeReaders(_ stream: Int, _ shard: Int) {
    let isContended = streams[stream].shards[shard].pollers.count > Self.uncontendedReaders
    if isContended { advanceIdlePolls(stream, shard, to: now) }
    let visible = now + streams[stream].propagation
    for reader in streams[stream].shards[shard].readers where readers[reader].phase == .idle {
      if readers[reader].isFanOut {
        schedulePush(reader, recordAt: now)
        continue
      }
      if !isContended { walkIdlePolls(reader, to: visible) }
      schedulePoll(reader, at: readers[reader].nextPoll)
    }
  }

  /// Makes the polls of an idle reader that shares its shard with one other at most.
  private mutating func walkIdlePolls(_ reader: Int, to end: SimTime) {
    let stream = readers[reader].stream
    while readers[reader].nextPoll < end {
      metrics.record(streams[stream].getRecordsSuccess, 1, at: readers[reader].nextPoll)
      readers[reader].nextPoll = readers[reader].nextPoll + pollInterval(reader)
    }
  }

  /// Makes the polls that idle readers of a contended shard have made up to an instant.
  mutating func advanceIdlePolls(_ stream: Int, _ shard: Int, to end: SimTime) {
    let all = streams[stream].shards[shard].pollers
    guard all.contains(where: { readers[$0].phase == .idle && readers[$0].nextPoll < end }) else { return }
    let pace = mappings[readers[all[0]].mapping].pace
    idlePolling.removeAll()
    for reader in all where readers[reader].phase == .idle {
      idlePolling.add(
        .init(
          reader: reader, entity: readers[reader].entity, nextPoll: readers[reader].nextPoll,
          pollCount: readers[reader].pollCount, throttledReads: readers[reader].throttledReads), draws)
    }
    idlePolling.run(until: end, on: &streams[stream].shards[shard].read, pace, draws)
    for poller in idlePolling.pollers {
      readers[poller.reader].nextPoll = poller.nextPoll
      readers[poller.reader].pollCount = poller.pollCount
      readers[poller.reader].throttledReads = poller.throttledReads
    }
    for tally in idlePolling.tallies {
      streams[stream].readThrottledCount += tally.throttled
      metrics.record(streams[stream].iteratorAge, 0, count: tally.admitted, minute: tally.minute)
      metrics.record(streams[stream].getRecordsSuccess, 1, count: tally.admitted, minute: tally.minute)
      metrics.record(streams[stream].readThrottled, 1, count: tally.throttled, minute: tally.minute)
    }
  }

  /// Idle readers have polled on until the end of the run, and on contended shards some of those polls were throttled.
  mutating func settleIdlePolls() {
    for stream in streams.indices {
      for shard in streams[stream].shards.indices {
        let pollers = streams[stream].shards[shard].pollers
        if pollers.count > Self.uncontendedReaders {
          advanceIdlePolls(stream, shard, to: now)
        } else {
          for reader in pollers where readers[reader].phase == .idle { countIdlePolls(reader) }
        }
      }
    }
  }

  /// Counts the polls of an uncontended reader that no record will wake any more, at the base rate: nothing is left that
  /// could tell one jitter from another, and idle shards shall cost nothing.
  private mutating func countIdlePolls(_ reader: Int) {
    let base = mappings[readers[reader].mapping].pace.base.nanoseconds
    let success = streams[readers[reader].stream].getRecordsSuccess
    guard base > 0 else { return }
    var next = readers[reader].nextPoll.nanoseconds
    while next < now.nanoseconds {
      let minute = SimTime(nanoseconds: next).minute
      let end = min(now.nanoseconds, Int64(minute + 1) * 60_000_000_000)
      let count = (end - next + base - 1) / base
      metrics.record(success, 1, count: Int(count), minute: minute)
      next += count * base
    }
  }

  /// Counts a throttled GetRecords call and says how long its reader backs off.
  private mutating func readThrottled(_ reader: Int, at time: SimTime) -> SimDuration {
    let stream = readers[reader].stream
    streams[stream].readThrottledCount += 1
    metrics.record(streams[stream].readThrottled, 1, at: time)
    readers[reader].throttledReads += 1
    let word = nextPollWord(reader)
    return mappings[readers[reader].mapping].pace.pause(failure: readers[reader].throttledReads, word)
  }

  mutating func shardPollDue(reader: Int, generation: UInt32) {
    guard readers[reader].pollGeneration == generation, readers[reader].phase == .polling else { return }
    if readers[reader].isFanOut {
      pushed(reader)
      return
    }
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    if streams[stream].shards[shard].pollers.count > Self.uncontendedReaders {
      advanceIdlePolls(stream, shard, to: now)
    }
    guard streams[stream].shards[shard].read.admit(now: now) else {
      schedulePoll(reader, at: now + readThrottled(reader, at: now))
      return
    }
    metrics.record(streams[stream].getRecordsSuccess, 1, at: now)
    readers[reader].throttledReads = 0
    readers[reader].nextPoll = now + pollInterval(reader)
    read(reader)
  }

  /// An admitted GetRecords call: fills the reader's memory and hands the first batch over.
  private mutating func read(_ reader: Int) {
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let newest = now - streams[stream].propagation
    guard let (end, bytes) = recordsWithin(reader, arrivedBy: newest) else {
      metrics.record(streams[stream].iteratorAge, 0, at: now)
      if streams[stream].shards[shard].endSequence > readers[reader].readEnd {
        schedulePoll(reader, at: readers[reader].nextPoll)
      } else {
        rest(reader)
      }
      return
    }
    streams[stream].shards[shard].read.served(bytes: bytes, now: now)
    streams[stream].readBytes += bytes
    metrics.record(streams[stream].getRecordsBytes, Double(bytes), at: now)
    metrics.record(streams[stream].getRecordsRecords, Double(end - readers[reader].readEnd), at: now)
    let age = now - streams[stream].shards[shard].arrival(end - 1)
    metrics.record(streams[stream].iteratorAge, age.seconds * 1000, at: now)
    readers[reader].isBehind =
      end < streams[stream].shards[shard].endSequence
      && streams[stream].shards[shard].arrival(end) <= newest
    let entity = EntityAddress.combine(readers[reader].entity, UInt64(readers[reader].pollCount))
    let drawn = account.getRecordsTime.sample(draws.uniform(.serviceLatency, entity: entity))
    let seconds = min(drawn, account.getRecordsTimeMax)
    recordsReceived(reader, upTo: end, after: SimDuration(nearest: seconds * 1e9))
  }

  /// The end of the unread records that one reply can hold, and their bytes; nil when there are none.
  func recordsWithin(_ reader: Int, arrivedBy newest: SimTime) -> (end: Int, bytes: Int)? {
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let (readLimit, bytesMax) = (mappings[readers[reader].mapping].readLimit, readableBytes(reader))
    let start = readers[reader].readEnd
    var end = start
    var bytes = 0
    let logEnd = streams[stream].shards[shard].endSequence
    while end < logEnd, end - start < readLimit {
      let record = streams[stream].shards[shard][end]
      guard record.arrival <= newest, bytes + Int(record.sizeBytes) <= bytesMax || bytes == 0 else { break }
      bytes += Int(record.sizeBytes)
      end += 1
    }
    return end > start ? (end, bytes) : nil
  }

  /// The reader has room for more records: it reads on at once while behind, at its next poll otherwise.
  mutating func pollAgain(_ reader: Int) {
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let hasMore = streams[stream].shards[shard].endSequence > readers[reader].readEnd
    if readers[reader].isFanOut {
      if hasMore {
        schedulePush(reader, recordAt: streams[stream].shards[shard].arrival(readers[reader].readEnd))
      } else {
        rest(reader)
      }
      return
    }
    if readers[reader].isBehind {
      readers[reader].isBehind = false
      readers[reader].nextPoll = now
      schedulePoll(reader, at: now)
      return
    }
    readers[reader].nextPoll = max(readers[reader].nextPoll, now)
    if hasMore {
      schedulePoll(reader, at: readers[reader].nextPoll)
    } else {
      rest(reader)
    }
  }

  /// Everything in the shard has been read: the reader waits for more, unless there will never be any.
  mutating func rest(_ reader: Int) {
    if streams[readers[reader].stream].shards[readers[reader].shard].isClosed {
      finishShard(reader)
    } else {
      readers[reader].phase = .idle
    }
  }
}

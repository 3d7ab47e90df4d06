import Kernel
import Records

extension World {
  /// Asks whether the shard of a key takes a record now; nil when it refuses. Source: fact sheet §1.2, §1.3.
  mutating func admit(toStream stream: Int, key: String, sizeBytes: Int) -> Int? {
    let shard = streams[stream].open.shard(forKey: key)
    let bytes = sizeBytes + key.utf8.count
    guard streams[stream].shards[shard].write.admit(bytes: bytes, now: now) else {
      streams[stream].writeThrottledCount += 1
      metrics.record(streams[stream].writeThrottled, 1, at: now)
      return nil
    }
    metrics.record(streams[stream].incomingRecords, 1, at: now)
    metrics.record(streams[stream].incomingBytes, Double(bytes), at: now)
    streams[stream].writtenBytes += bytes
    if streams[stream].onDemand != nil {
      streams[stream].writtenKibibytes += (bytes + 1023) / 1024
      streams[stream].shards[shard].minuteBytes += bytes
      streams[stream].shards[shard].minuteRecords += 1
    }
    let unit = streams[stream].putUnitBytes
    streams[stream].putUnits += (bytes + unit - 1) / unit
    return shard
  }

  /// Writes an admitted record: takes over one leg of the message and splits it, a copy for every reader.
  mutating func appendAdmitted(
    _ message: MessageReference, toStream stream: Int, shard: Int, key: String, sizeBytes: Int
  ) {
    streams[stream].unread += 1
    metrics.set(gauge: streams[stream].depth, to: Double(streams[stream].unread), at: now)
    let readerCount = streams[stream].shards[shard].readers.count
    // The leg that came in stands for the first reader, or for nobody until retention passes.
    slab[message].openLegs += Int32(max(0, readerCount - 1))
    var record = StreamRecord(message: message, arrival: now, sizeBytes: Int32(clamping: sizeBytes))
    if streams[stream].hasLanes {
      record.keyHash = UInt32(truncatingIfNeeded: EntityAddress.name(key))
    }
    let root = slab[message].root
    if spans.isTraced(root) {
      record.span = spans.link(root, resource: spec.streams[stream].logicalID, kind: "stream", start: now)
    }
    streams[stream].shards[shard].log.append(record)
    if !streams[stream].shards[shard].isExpiryScheduled { scheduleExpiry(stream, shard) }
    wakeReaders(stream, shard)
  }

  // MARK: Retention

  private mutating func scheduleExpiry(_ stream: Int, _ shard: Int) {
    guard let head = streams[stream].shards[shard].log.first else { return }
    streams[stream].shards[shard].isExpiryScheduled = true
    schedule(
      .init(.shardExpiry, stream, UInt32(shard)), at: max(now, head.arrival + streams[stream].retention))
  }

  /// Records past retention are lost to every reader that has not finished them, save the batch in a function's hands.
  ///
  /// Source: fact sheet §1.10 (a), §2.3.
  mutating func recordsExpire(stream: Int, shard: Int) {
    streams[stream].shards[shard].isExpiryScheduled = false
    expireRecords(stream, shard)
    // A head that a running invocation holds is looked at again when that invocation ends.
    guard let head = streams[stream].shards[shard].log.first, head.arrival + streams[stream].retention > now
    else { return }
    scheduleExpiry(stream, shard)
  }

  private mutating func expireRecords(_ stream: Int, _ shard: Int) {
    while let head = streams[stream].shards[shard].log.first, head.arrival + streams[stream].retention <= now
    {
      let sequence = streams[stream].shards[shard].firstSequence
      let shardReaders = streams[stream].shards[shard].readers
      if shardReaders.isEmpty {
        endLeg(head.message, .expired, at: streams[stream].name, "no reader within retention")
      }
      for reader in shardReaders where readers[reader].checkpoint <= sequence {
        if isInFunction(reader, sequence) { return }
        spans.end(head.span, at: now, status: "error", detail: "expired")
        recordExpired(reader, head.message)
        skip(reader, sequence)
      }
      removeFinishedRecords(stream, shard)
      if streams[stream].shards[shard].firstSequence == sequence {
        streams[stream].shards[shard].log.removeFirst()
        streams[stream].shards[shard].firstSequence += 1
        noteUnread(stream, removed: 1)
      }
    }
  }

  /// Forgets the records that every reader has finished.
  mutating func removeFinishedRecords(_ stream: Int, _ shard: Int) {
    var finished = streams[stream].shards[shard].endSequence
    for reader in streams[stream].shards[shard].readers {
      finished = min(finished, readers[reader].checkpoint)
    }
    guard !streams[stream].shards[shard].readers.isEmpty else { return }
    let count = finished - streams[stream].shards[shard].firstSequence
    guard count > 0 else { return }
    streams[stream].shards[shard].log.removeFirst(count)
    streams[stream].shards[shard].firstSequence = finished
    noteUnread(stream, removed: count)
  }

  private mutating func noteUnread(_ stream: Int, removed: Int) {
    streams[stream].unread -= removed
    metrics.set(gauge: streams[stream].depth, to: Double(streams[stream].unread), at: now)
  }

  /// Called when an invocation has let go of a batch that may have passed retention meanwhile.
  mutating func expireAfterInvocation(_ reader: Int) {
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    expireRecords(stream, shard)
    if !streams[stream].shards[shard].isExpiryScheduled { scheduleExpiry(stream, shard) }
  }
}

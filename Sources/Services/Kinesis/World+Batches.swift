import DequeModule
import Kernel
import Records

/// What happens to a batch between a lane and its function. Source: fact sheet §2.2, §2.3.
extension World {
  mutating func deliverBatch(lane: Int, generation: UInt32) {
    guard lanes[lane].generation == generation else { return }
    switch lanes[lane].phase {
    case .delivering: handOver(lane)
    case .collecting: collectingEnds(lane)
    case .free, .invoking, .backingOff: return
    }
  }

  mutating func retryBatch(lane: Int, generation: UInt32) {
    guard lanes[lane].generation == generation, lanes[lane].phase == .backingOff else { return }
    handOver(lane)
  }

  /// Invokes the function with the lane's next batch, after leaving out records that became too old.
  mutating func handOver(_ lane: Int) {
    discardTooOld(lane)
    guard let next = lanes[lane].batches.last else { return laneIsFree(lane) }
    let reader = lanes[lane].reader
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let mapping = readers[reader].mapping
    if let deliveryStream = mappings[mapping].deliveryStream {
      return handOver(lane, next.count, to: deliveryStream)
    }
    let function = mappings[mapping].function
    for position in 0..<next.count {
      batch.append(streams[stream].shards[shard].message(lanes[lane].queue[position]))
    }
    var lastArrival: SimTime?
    if next.count > 0 {
      lastArrival = streams[stream].shards[shard].arrival(lanes[lane].queue[next.count - 1])
      if spans.tracesPerWorkload > 0 { endStreamSpans(lane, next.count) }
      openWindow(reader, firstArrival: streams[stream].shards[shard].arrival(lanes[lane].queue[0]))
    }
    lanes[lane].phase = .invoking
    guard invokeBatch(function, source: .mapping(lane: lane), attempt: lanes[lane].failures + 1) else {
      // A throttle blocks the lane as an error does, but uses up no retry.
      return backOff(lane)
    }
    if let lastArrival {
      metrics.record(
        functions[function].metrics.iteratorAge, (now - lastArrival).seconds * 1000, at: now)
    }
    if let counts = mappings[mapping].eventCounts {
      metrics.record(counts.invoked, Double(next.count), at: now)
    }
  }

  /// The waiting of sampled messages ends when they are first handed over.
  private mutating func endStreamSpans(_ lane: Int, _ count: Int) {
    let reader = lanes[lane].reader
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    for position in 0..<count {
      let span = streams[stream].shards[shard][lanes[lane].queue[position]].span
      if span != .none { spans.end(span, at: now) }
    }
  }

  /// Discards records past MaximumRecordAge, while throttled too.
  private mutating func discardTooOld(_ lane: Int) {
    let reader = lanes[lane].reader
    guard let maximumAge = mappings[readers[reader].mapping].spec.maximumRecordAge else { return }
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    var discarded: [MessageReference] = []
    while let next = lanes[lane].batches.last, !next.endsWindow {
      let record = streams[stream].shards[shard][lanes[lane].queue[0]]
      guard now - record.arrival > maximumAge else { break }
      discarded.append(record.message)
      takeFirst(of: lane)
    }
    guard !discarded.isEmpty else { return }
    giveUp(discarded, by: readers[reader].mapping, as: .discarded, "RecordAgeExceeded")
    moveCheckpoint(reader)
    removeFinishedRecords(stream, shard)
  }

  private mutating func backOff(_ lane: Int) {
    let reader = lanes[lane].reader
    lanes[lane].failures += 1
    lanes[lane].phase = .backingOff
    let first = lanes[lane].queue.first ?? readers[reader].readEnd
    let entity = EntityAddress.combine(readers[reader].entity, UInt64(first))
    let backoff = account.mappingBackoff
    let delay = StreamRetry.delay(
      failure: lanes[lane].failures, base: backoff.base, cap: backoff.max, jitter: backoff.jitter,
      u: draws.uniform(.backoff, entity: entity, attempt: min(lanes[lane].failures, 0xFFFF)))
    scheduleLane(.shardRetry, lane, at: now + delay)
  }

  // MARK: The function's answer

  /// The function has answered for the batch in the lane's hands.
  mutating func batchFinished(lane: Int, _ result: ItemFailures.StreamResult) {
    let reader = lanes[lane].reader
    if result != .succeeded, let counts = mappings[readers[reader].mapping].eventCounts {
      metrics.record(counts.failedInvoke, Double(lanes[lane].batches.last!.count), at: now)
    }
    switch result {
    case .succeeded where isCheckpointLost(lane):
      // At least once: the batch comes again as if nothing had happened.
      lanes[lane].failures = 0
      offer(lane)
    case .succeeded: completeBatch(lane)
    case .failedFrom(let position) where position > 0:
      // The checkpoint moves up to the record that failed, and what follows is a batch that has used no retry.
      completeFirst(position, of: lane)
      removeFinishedRecords(readers[reader].stream, readers[reader].shard)
      lanes[lane].batches[lanes[lane].batches.count - 1].retries = 0
      lanes[lane].failures = 0
      backOff(lane)
    case .failed, .failedFrom: batchFailed(lane)
    }
    expireAfterInvocation(reader)
  }

  private mutating func completeBatch(_ lane: Int) {
    let batch = lanes[lane].batches.last!
    if batch.endsWindow {
      lanes[lane].batches.removeLast()
      closeWindow(lanes[lane].reader)
    } else {
      completeFirst(batch.count, of: lane)
    }
    goOn(lane)
  }

  private mutating func batchFailed(_ lane: Int) {
    let mapping = readers[lanes[lane].reader].mapping
    let batch = lanes[lane].batches.last!
    if batch.count > 1, mappings[mapping].spec.bisectBatchOnFunctionError {
      // Splitting consumes no retry; both halves inherit what the whole had used, and the left one runs first.
      let left = batch.count / 2
      lanes[lane].batches.removeLast()
      lanes[lane].batches.append(.init(count: batch.count - left, retries: batch.retries))
      lanes[lane].batches.append(.init(count: left, retries: batch.retries))
      backOff(lane)
    } else if let limit = mappings[mapping].spec.maximumRetryAttempts, batch.retries >= limit {
      giveUp(lane, batch)
      goOn(lane)
    } else {
      lanes[lane].batches[lanes[lane].batches.count - 1].retries += 1
      backOff(lane)
    }
  }

  /// The batch is done with, one way or the other.
  private mutating func goOn(_ lane: Int) {
    lanes[lane].failures = 0
    removeFinishedRecords(readers[lanes[lane].reader].stream, readers[lanes[lane].reader].shard)
    laneIsFree(lane)
  }

  /// The first records of the batch have succeeded.
  private mutating func completeFirst(_ count: Int, of lane: Int) {
    let reader = lanes[lane].reader
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let name = mappings[readers[reader].mapping].name
    var bytes = 0
    for position in 0..<count {
      let record = streams[stream].shards[shard][lanes[lane].queue[position]]
      bytes += Int(record.sizeBytes)
      endLeg(record.message, .completed, at: name, because: .none)
    }
    readers[reader].bufferedBytes -= bytes
    lanes[lane].queue.removeFirst(count)
    let last = lanes[lane].batches.count - 1
    lanes[lane].batches[last].count -= count
    if lanes[lane].batches[last].count == 0 { lanes[lane].batches.removeLast() }
    moveCheckpoint(reader)
  }

  /// The batch has used up its retries.
  private mutating func giveUp(_ lane: Int, _ batch: ShardLane.Batch) {
    let reader = lanes[lane].reader
    if batch.endsWindow {
      lanes[lane].batches.removeLast()
      return closeWindow(reader)
    }
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    var discarded: [MessageReference] = []
    for _ in 0..<batch.count {
      discarded.append(streams[stream].shards[shard].message(lanes[lane].queue[0]))
      takeFirst(of: lane)
    }
    giveUp(discarded, by: readers[reader].mapping, as: .discarded, "RetryAttemptsExhausted")
    moveCheckpoint(reader)
  }

  /// The mapping has given records up: their description goes to the on-failure destination, if there is one.
  ///
  /// A bucket gets the records themselves as well. What cannot be delivered is lost. Source: fact sheet §2.3.
  mutating func giveUp(
    _ messages: [MessageReference], by mapping: Int, as outcome: Outcome, _ condition: StaticString
  ) {
    let name = mappings[mapping].name
    var lostCount = messages.count
    if let destination = mappings[mapping].spec.onFailure {
      let isMetadataOnly = if case .bucket = destination { false } else { true }
      lostCount = sendToFailureDestination(
        messages, destination, isMetadataOnly: isMetadataOnly, from: name, reason: condition)
      if lostCount > 0 {
        metrics.record(functions[mappings[mapping].function].metrics.destinationFailures, 1, at: now)
      }
    } else {
      for message in messages { endLeg(message, outcome, at: name, condition) }
    }
    guard let counts = mappings[mapping].eventCounts else { return }
    if lostCount > 0 { metrics.record(counts.dropped, Double(lostCount), at: now) }
    let delivered = messages.count - lostCount
    if delivered > 0 { metrics.record(counts.delivered, Double(delivered), at: now) }
  }

  private func isCheckpointLost(_ lane: Int) -> Bool {
    let reader = lanes[lane].reader
    let share = mappings[readers[reader].mapping].checkpointLoss
    guard share > 0, let first = lanes[lane].queue.first else { return false }
    let entity = EntityAddress.combine(readers[reader].entity, UInt64(first))
    return draws.uniform(.checkpointLoss, entity: entity, index: Int(readers[reader].generation & 0xFFFF))
      < share
  }
}

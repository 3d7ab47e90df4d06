import Kernel
import Records

/// What happens to a batch between a shard and its function. Source: fact sheet §2.2, §2.3.
extension World {
  mutating func deliverBatch(reader: Int, generation: UInt32) {
    guard readers[reader].generation == generation, readers[reader].phase == .delivering else { return }
    handOver(reader)
  }

  mutating func retryBatch(reader: Int, generation: UInt32) {
    guard readers[reader].generation == generation, readers[reader].phase == .backingOff else { return }
    handOver(reader)
  }

  /// Invokes the function with the reader's next batch, after leaving out records that became too old.
  private mutating func handOver(_ reader: Int) {
    discardTooOld(reader)
    guard let range = readers[reader].batches.last?.range else {
      readOn(reader)
      return
    }
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let function = mappings[readers[reader].mapping].function
    for sequence in range { batch.append(streams[stream].shards[shard].message(sequence)) }
    let lastArrival = streams[stream].shards[shard].arrival(range.upperBound - 1)
    if spans.tracesPerWorkload > 0 { endStreamSpans(stream, shard, range) }
    readers[reader].phase = .invoking
    if invokeBatch(function, source: .mapping(reader: reader), attempt: readers[reader].failures + 1) {
      metrics.record(
        functions[function].metrics.iteratorAge, (now - lastArrival).seconds * 1000, at: now)
    } else {
      // A throttle blocks the shard as an error does, but uses up no retry.
      backOff(reader)
    }
  }

  /// The waiting of sampled messages ends when they are first handed over.
  private mutating func endStreamSpans(_ stream: Int, _ shard: Int, _ range: Range<Int>) {
    for sequence in range {
      let span = streams[stream].shards[shard][sequence].span
      if span != .none { spans.end(span, at: now) }
    }
  }

  /// Discards records past MaximumRecordAge, while throttled too.
  private mutating func discardTooOld(_ reader: Int) {
    guard let maximumAge = mappings[readers[reader].mapping].spec.maximumRecordAge else { return }
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    while let batch = readers[reader].batches.last {
      let sequence = batch.range.lowerBound
      let record = streams[stream].shards[shard][sequence]
      guard now - record.arrival > maximumAge else { break }
      endLeg(record.message, .discarded, at: mappings[readers[reader].mapping].name, "RecordAgeExceeded")
      skip(reader, to: sequence + 1)
    }
    removeFinishedRecords(stream, shard)
  }

  private mutating func backOff(_ reader: Int) {
    readers[reader].failures += 1
    readers[reader].phase = .backingOff
    readers[reader].generation &+= 1
    let entity = EntityAddress.combine(readers[reader].entity, UInt64(readers[reader].checkpoint))
    let backoff = account.mappingBackoff
    let delay = StreamRetry.delay(
      failure: readers[reader].failures, base: backoff.base, cap: backoff.max, jitter: backoff.jitter,
      u: draws.uniform(.backoff, entity: entity, attempt: min(readers[reader].failures, 0xFFFF)))
    schedule(.init(.shardRetry, reader, readers[reader].generation), at: now + delay)
  }

  /// The function has answered for the batch in the reader's hands.
  mutating func batchFinished(reader: Int, _ result: ItemFailures.StreamResult) {
    switch result {
    case .succeeded:
      finishBatch(reader, .completed, "")
      goOn(reader)
    case .failedFrom(let position) where position > 0:
      // The checkpoint moves up to the record that failed, and what follows is a batch that has used no retry.
      finishFirst(position, of: reader)
      readers[reader].batches[readers[reader].batches.count - 1].retries = 0
      readers[reader].failures = 0
      backOff(reader)
    case .failed, .failedFrom: batchFailed(reader)
    }
    expireAfterInvocation(reader)
  }

  private mutating func batchFailed(_ reader: Int) {
    let mapping = readers[reader].mapping
    let batch = readers[reader].batches.last!
    if batch.range.count > 1, mappings[mapping].spec.bisectBatchOnFunctionError {
      // Splitting consumes no retry; both halves inherit what the whole had used, and the left one runs first.
      let middle = batch.range.lowerBound + batch.range.count / 2
      readers[reader].batches.removeLast()
      readers[reader].batches.append(.init(range: middle..<batch.range.upperBound, retries: batch.retries))
      readers[reader].batches.append(.init(range: batch.range.lowerBound..<middle, retries: batch.retries))
      backOff(reader)
    } else if let limit = mappings[mapping].spec.maximumRetryAttempts, batch.retries >= limit {
      finishBatch(reader, .discarded, "RetryAttemptsExhausted")
      goOn(reader)
    } else {
      readers[reader].batches[readers[reader].batches.count - 1].retries += 1
      backOff(reader)
    }
  }

  /// The batch is done with, one way or the other.
  private mutating func goOn(_ reader: Int) {
    readers[reader].failures = 0
    removeFinishedRecords(readers[reader].stream, readers[reader].shard)
    readOn(reader)
  }

  private mutating func finishBatch(_ reader: Int, _ outcome: Outcome, _ reason: StaticString) {
    let batch = readers[reader].batches.removeLast()
    endLegs(reader, batch.range, outcome, reason)
  }

  /// The first records of the batch have succeeded.
  private mutating func finishFirst(_ count: Int, of reader: Int) {
    let last = readers[reader].batches.count - 1
    let range = readers[reader].batches[last].range
    let middle = range.lowerBound + count
    readers[reader].batches[last].range = middle..<range.upperBound
    endLegs(reader, range.lowerBound..<middle, .completed, "")
    removeFinishedRecords(readers[reader].stream, readers[reader].shard)
  }

  private mutating func endLegs(
    _ reader: Int, _ range: Range<Int>, _ outcome: Outcome, _ reason: StaticString
  ) {
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let name = mappings[readers[reader].mapping].name
    let reasonName = self.name(of: reason)
    for sequence in range {
      endLeg(streams[stream].shards[shard].message(sequence), outcome, at: name, because: reasonName)
    }
    readers[reader].checkpoint = range.upperBound
  }
}

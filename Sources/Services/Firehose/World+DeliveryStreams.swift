import DequeModule
import Kernel
import Records

/// Firehose. Source: fact sheet §9.
extension World {
  // MARK: Direct puts

  /// One API call of a handler; per entry its error code.
  mutating func putToDelivery(
    _ entries: [OutgoingMessage], _ deliveryStream: Int, _ invocation: Invocation
  ) -> [String?] {
    let name = deliveryStreams[deliveryStream].name
    guard deliveryStreams[deliveryStream].calls.take(1, now: now) else {
      noteThrottled(deliveryStream, count: entries.count)
      for entry in entries { mark(entry, refused: true, by: name, invocation) }
      return entries.map { _ in "ServiceUnavailableException" }
    }
    return entries.map { entry in
      guard let root = root(of: entry) else { return "InvalidArgumentException" }
      let size = size(of: entry, root)
      guard size <= deliveryStreams[deliveryStream].recordMaxBytes else {
        mark(entry, refused: true, by: name, invocation)
        return "ValidationException"
      }
      guard deliveryStreams[deliveryStream].admit(sizeBytes: size, now: now) else {
        noteThrottled(deliveryStream, count: 1)
        mark(entry, refused: true, by: name, invocation)
        return "ServiceUnavailableException"
      }
      mark(entry, refused: false, by: name, invocation)
      ingest(outgoing(entry, root, invocation), into: deliveryStream, sizeBytes: size)
      return nil
    }
  }

  /// One PutRecord of a producer outside AWS, with the SDK's retries.
  mutating func producerPutsToDelivery(_ message: MessageReference, _ deliveryStream: Int, failures: Int) {
    slab[message].attempts += 1
    let size = Int(slab[message].sizeBytes)
    guard size <= deliveryStreams[deliveryStream].recordMaxBytes else {
      return endLeg(message, .dropped, at: deliveryStreams[deliveryStream].name, "record too large")
    }
    if deliveryStreams[deliveryStream].calls.take(1, now: now),
      deliveryStreams[deliveryStream].admit(sizeBytes: size, now: now)
    {
      return ingest(message, into: deliveryStream, sizeBytes: size)
    }
    noteThrottled(deliveryStream, count: 1)
    let u = draws.uniform(.backoff, entity: address(of: slab[message]), attempt: failures + 1)
    guard let pause = account.sdk.delay(attempt: failures + 1, u: u) else {
      return endLeg(
        message, .dropped, at: deliveryStreams[deliveryStream].name, "ServiceUnavailableException")
    }
    let slot = deliveryPuts.insert(
      PendingDeliveryPut(message: message, deliveryStream: deliveryStream, failures: failures + 1))
    schedule(.init(.deliveryPut, slot), at: now + pause)
  }

  mutating func deliveryPutDue(_ slot: Int) {
    let put = deliveryPuts.remove(slot)
    producerPutsToDelivery(put.message, put.deliveryStream, failures: put.failures)
  }

  private mutating func noteThrottled(_ deliveryStream: Int, count: Int) {
    deliveryStreams[deliveryStream].throttledCount += count
    metrics.record(deliveryStreams[deliveryStream].metrics.throttled, Double(count), at: now)
  }

  // MARK: A stream as source

  /// A reader has records for a delivery stream: taken in at once, or left in the stream while writes fail.
  ///
  /// Source: fact sheet §9, "S3 failure": with a stream as source the stream retains them.
  mutating func handOver(_ lane: Int, _ count: Int, to deliveryStream: Int) {
    let reader = lanes[lane].reader
    guard deliveryStreams[deliveryStream].failingWrites == 0 else {
      lanes[lane].phase = .backingOff
      return scheduleLane(.shardRetry, lane, at: now + deliveryStreams[deliveryStream].retryPause)
    }
    for position in 0..<count {
      let record = streams[readers[reader].stream].shards[readers[reader].shard][lanes[lane].queue[position]]
      if record.span != .none { spans.end(record.span, at: now) }
      // The reader's own leg ends with the batch; this one travels on.
      slab[record.message].openLegs += 1
      ingest(record.message, into: deliveryStream, sizeBytes: Int(record.sizeBytes))
    }
    lanes[lane].phase = .invoking
    batchFinished(lane: lane, .succeeded)
  }

  // MARK: Buffer

  /// Takes in a record with one leg of its message.
  mutating func ingest(_ message: MessageReference, into deliveryStream: Int, sizeBytes: Int) {
    let metrics = deliveryStreams[deliveryStream].metrics
    self.metrics.record(metrics.incomingRecords, 1, at: now)
    self.metrics.record(metrics.incomingBytes, Double(sizeBytes), at: now)
    let unit = deliveryStreams[deliveryStream].billedUnitBytes
    deliveryStreams[deliveryStream].billedBytes += max(1, (sizeBytes + unit - 1) / unit) * unit
    let root = slab[message].root
    let spec = deliveryStreams[deliveryStream].spec
    if spans.isTraced(root) {
      _ = spans.link(root, resource: spec.logicalID, kind: "buffer", start: now)
    }
    if deliveryStreams[deliveryStream].buffer.isEmpty {
      deliveryStreams[deliveryStream].oldest = now
      let number = deliveryStreams[deliveryStream].objectNumber
      schedule(.init(.deliveryFlush, deliveryStream, number), at: now + spec.bufferInterval)
    }
    deliveryStreams[deliveryStream].buffer.append(message)
    deliveryStreams[deliveryStream].bufferedBytes += sizeBytes
    if deliveryStreams[deliveryStream].bufferedBytes >= spec.bufferBytes { flush(deliveryStream) }
  }

  /// The interval of an object is over, unless its size has ended it before.
  mutating func deliveryFlushDue(_ deliveryStream: Int, number: UInt32) {
    guard deliveryStreams[deliveryStream].objectNumber == number else { return }
    flush(deliveryStream)
  }

  private mutating func flush(_ deliveryStream: Int) {
    let state = deliveryStreams[deliveryStream]
    deliveryStreams[deliveryStream].objectNumber &+= 1
    deliveryStreams[deliveryStream].buffer = []
    deliveryStreams[deliveryStream].bufferedBytes = 0
    let slot = objectDeliveries.insert(
      ObjectDelivery(
        deliveryStream: deliveryStream,
        key: "\(state.spec.prefix)\(state.spec.logicalID)-\(state.objectNumber)",
        messages: state.buffer, sizeBytes: state.bufferedBytes, oldest: state.oldest, begun: now))
    tryDelivery(slot)
  }

  // MARK: Delivery

  private mutating func tryDelivery(_ slot: Int) {
    let delivery = objectDeliveries[slot]
    let bucket = deliveryStreams[delivery.deliveryStream].spec.bucket
    if let time = admitPut(bucket, key: delivery.key, sizeBytes: delivery.sizeBytes) {
      objectDeliveries[slot].isWriting = true
      return schedule(.init(.deliveryDue, slot), at: now + time)
    }
    noteAttempt(delivery, succeeded: false)
    if now - delivery.begun >= deliveryStreams[delivery.deliveryStream].retryTime {
      _ = objectDeliveries.remove(slot)
      if delivery.hasFailed { deliveryStreams[delivery.deliveryStream].failingWrites -= 1 }
      return loseDelivery(delivery)
    }
    if !delivery.hasFailed {
      objectDeliveries[slot].hasFailed = true
      deliveryStreams[delivery.deliveryStream].failingWrites += 1
    }
    schedule(.init(.deliveryDue, slot), at: now + deliveryStreams[delivery.deliveryStream].retryPause)
  }

  /// A write is complete, or due to be tried again.
  mutating func deliveryDue(_ slot: Int) {
    guard objectDeliveries[slot].isWriting else { return tryDelivery(slot) }
    let delivery = objectDeliveries.remove(slot)
    let state = deliveryStreams[delivery.deliveryStream]
    if delivery.hasFailed { deliveryStreams[delivery.deliveryStream].failingWrites -= 1 }
    noteAttempt(delivery, succeeded: true)
    metrics.record(state.metrics.delivered, Double(delivery.messages.count), at: now)
    storeObject(state.spec.bucket, delivery.key, sizeBytes: delivery.sizeBytes)
    let root = slab[delivery.messages[0]].root
    notify(state.spec.bucket, .created, delivery.key, about: root, sizeBytes: delivery.sizeBytes)
    for message in delivery.messages {
      if spans.isTraced(slab[message].root) { spans.endNewest(slab[message].root, kind: "buffer", at: now) }
      endLeg(message, .completed, at: state.name)
    }
  }

  /// What cannot be written for a day is lost. Source: fact sheet §9, "S3 failure".
  private mutating func loseDelivery(_ delivery: ObjectDelivery) {
    let name = deliveryStreams[delivery.deliveryStream].name
    for message in delivery.messages {
      endLeg(message, .discarded, at: name, "delivery to S3 failed for too long")
    }
  }

  private mutating func noteAttempt(_ delivery: ObjectDelivery, succeeded: Bool) {
    let metrics = deliveryStreams[delivery.deliveryStream].metrics
    self.metrics.record(metrics.success, succeeded ? 1 : 0, at: now)
    self.metrics.record(metrics.freshness, (now - delivery.oldest).seconds, at: now)
  }
}

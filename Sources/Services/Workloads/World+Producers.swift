import Kernel
import Records

/// Messages that a producer collects for its next PutRecords call.
struct ProducerState {
  var waiting: [MessageReference] = []
  var waitingBytes = 0
  /// Counts the calls, so that the timer of a call that went out full is void.
  var generation: UInt32 = 0
}

/// A workload's own put into a stream that was throttled, in whole or in part, and is tried again.
struct PendingProducerPut {
  var messages: [MessageReference]
  var workload: Int
  var stream: Int
  var attempt: Int
}

/// Producers outside AWS: PutRecord for each message, or PutRecords for many. Source: fact sheet §1.3.
extension World {
  mutating func producerPuts(_ message: MessageReference, into stream: Int, from workload: Int) {
    guard Int(slab[message].sizeBytes) <= account.recordMaxBytes else {
      slab[message].attempts += 1
      endLeg(message, .dropped, at: streams[stream].name, "the record is larger than the stream takes")
      return
    }
    if spec.workloads[workload].producer.batch == 1 {
      put([message], into: stream, from: workload, attempt: 1)
    } else {
      collect(message, for: stream, workload)
    }
  }

  /// Adds a message to the next PutRecords call, which leaves when it is full or its first message has lingered.
  private mutating func collect(_ message: MessageReference, for stream: Int, _ workload: Int) {
    let producer = spec.workloads[workload].producer
    let size = Int(slab[message].sizeBytes) + producerKey(of: message).utf8.count
    if producers[workload].waitingBytes + size > account.putRecordsMaxBytes {
      sendWaiting(of: workload, to: stream)
    }
    producers[workload].waiting.append(message)
    producers[workload].waitingBytes += size
    if producers[workload].waiting.count == producer.batch {
      sendWaiting(of: workload, to: stream)
    } else if producers[workload].waiting.count == 1 {
      schedule(.init(.producerSends, workload, producers[workload].generation), at: now + producer.linger)
    }
  }

  mutating func producerCallDue(_ workload: Int, generation: UInt32) {
    guard producers[workload].generation == generation,
      case .stream(let stream) = spec.workloads[workload].destination
    else { return }
    sendWaiting(of: workload, to: stream)
  }

  private mutating func sendWaiting(of workload: Int, to stream: Int) {
    guard !producers[workload].waiting.isEmpty else { return }
    let messages = producers[workload].waiting
    producers[workload].waiting.removeAll(keepingCapacity: true)
    producers[workload].waitingBytes = 0
    producers[workload].generation &+= 1
    put(messages, into: stream, from: workload, attempt: 1)
  }

  mutating func retryProducerPut(_ slot: Int) {
    let put = retries[slot]
    freeRetries.append(slot)
    self.put(put.messages, into: put.stream, from: put.workload, attempt: put.attempt)
  }

  /// One call: every record is judged by itself and in order; what becomes of the rejected ones is the producer's habit.
  private mutating func put(
    _ messages: [MessageReference], into stream: Int, from workload: Int, attempt: Int
  ) {
    var rejected: [MessageReference] = []
    for message in messages {
      slab[message].attempts += 1
      let size = Int(slab[message].sizeBytes)
      let key = producerKey(of: message)
      if let shard = admit(toStream: stream, key: key, sizeBytes: size) {
        appendAdmitted(message, toStream: stream, shard: shard, key: key, sizeBytes: size)
      } else {
        rejected.append(message)
      }
    }
    guard !rejected.isEmpty else { return }
    guard let delay = pause(of: workload, attempt: attempt, rejected[0]) else {
      for message in rejected {
        endLeg(message, .dropped, at: streams[stream].name, "WriteProvisionedThroughputExceeded")
      }
      return
    }
    let put = PendingProducerPut(
      messages: rejected, workload: workload, stream: stream, attempt: attempt + 1)
    let slot: Int
    if let free = freeRetries.popLast() {
      slot = free
      retries[free] = put
    } else {
      slot = retries.count
      retries.append(put)
    }
    schedule(.init(.workloadRetry, slot), at: now + delay)
  }

  /// How long a producer waits before it sends rejected records again; nil when it gives up and loses them.
  private func pause(of workload: Int, attempt: Int, _ first: MessageReference) -> SimDuration? {
    let producer = spec.workloads[workload].producer
    switch producer.retry {
    case .none: return nil
    case .sdk:
      // The SDK repeats a call that failed; PutRecords with rejected entries is a success to it.
      guard producer.batch == 1 else { return nil }
      let u = draws.uniform(.backoff, entity: address(of: slab[first]), attempt: attempt)
      return account.sdk.delay(attempt: attempt, u: u)
    case .untilAccepted:
      return SDKRetry.resendDelay(round: attempt, first: account.resendFirst, max: account.resendMax)
    }
  }

  private func producerKey(of message: MessageReference) -> String {
    let root = slab[message].root
    return sources[Int(root.workload)].key(Int(root.index), draws)
  }
}

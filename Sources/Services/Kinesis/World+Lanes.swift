import DequeModule
import Kernel

/// How a lane cuts its records into batches. Source: fact sheet §2.2 step 4, §2.4.
extension World {
  /// The lane has nothing in the function's hands and nothing left to answer for.
  mutating func laneIsFree(_ lane: Int) {
    let reader = lanes[lane].reader
    lanes[lane].phase = .free
    lanes[lane].collectingSince = now
    guard mappings[readers[reader].mapping].isEnabled else { return stop(reader) }
    offer(lane)
    seekRecords(reader)
  }

  /// Sees to the next batch of a free or collecting lane: what is left of a bisected one comes first.
  mutating func offer(_ lane: Int) {
    if lanes[lane].batches.isEmpty {
      guard let batch = nextBatch(lane) else { return }
      lanes[lane].batches.append(batch)
    }
    lanes[lane].phase = .delivering
    scheduleLane(.shardDeliver, lane, at: max(now, readers[lanes[lane].reader].replyTime))
  }

  /// The batching window or the tumbling window of a collecting lane is over.
  mutating func collectingEnds(_ lane: Int) {
    lanes[lane].phase = .free
    guard let batch = nextBatch(lane) else { return }
    lanes[lane].batches.append(batch)
    handOver(lane)
  }

  mutating func scheduleLane(_ kind: SimulationEvent.Kind, _ lane: Int, at time: SimTime) {
    let reader = lanes[lane].reader
    readers[reader].generation &+= 1
    lanes[lane].generation = readers[reader].generation
    schedule(.init(kind, lane, lanes[lane].generation), at: time)
  }

  /// Cuts a batch that is due now; otherwise the lane is free, or collects until an instant.
  private mutating func nextBatch(_ lane: Int) -> ShardLane.Batch? {
    let reader = lanes[lane].reader
    let mapping = readers[reader].mapping
    if let window = readers[reader].window {
      if isOver(window, reader, lane) { return .init(count: 0, endsWindow: true) }
      if lanes[lane].queue.isEmpty {
        let end = window.end + streams[readers[reader].stream].propagation
        // Records of the window that are still unread come with a later reply, which offers them to the lane.
        if now < end { collect(lane, until: end) } else { lanes[lane].phase = .free }
        return nil
      }
    }
    guard !lanes[lane].queue.isEmpty else {
      lanes[lane].phase = .free
      return nil
    }
    let (count, isFull) = cut(lane)
    let batchingWindow = mappings[mapping].spec.maximumBatchingWindow
    if isFull || batchingWindow == .zero { return .init(count: count) }
    // The window began when the last invocation ended; one that passed without records begins with the first.
    var start = lanes[lane].collectingSince ?? now
    if lanes[lane].phase == .free, now > start + batchingWindow { start = now }
    lanes[lane].collectingSince = start
    let deadline = start + batchingWindow
    if now >= deadline { return .init(count: count) }
    collect(lane, until: deadline)
    return nil
  }

  private mutating func collect(_ lane: Int, until deadline: SimTime) {
    lanes[lane].phase = .collecting
    scheduleLane(.shardDeliver, lane, at: deadline)
  }

  /// How many records at the front of the lane make a batch: at most BatchSize, 6 MB of payload, one tumbling window.
  ///
  /// `isFull` when no later record could be added.
  private mutating func cut(_ lane: Int) -> (count: Int, isFull: Bool) {
    let reader = lanes[lane].reader
    let mapping = readers[reader].mapping
    let (batchSize, payloadMax) = (mappings[mapping].batchSize, mappings[mapping].payloadMaxBytes)
    let overhead = mappings[mapping].recordOverheadBytes
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let available = lanes[lane].queue.count
    var window: TumblingWindow?
    if mappings[mapping].spec.tumblingWindow != nil {
      window = tumblingWindow(of: streams[stream].shards[shard].arrival(lanes[lane].queue[0]), mapping)
    }
    var count = 0
    var payload = 0
    while count < available, count < batchSize {
      let record = streams[stream].shards[shard][lanes[lane].queue[count]]
      payload += overhead + (Int(record.sizeBytes) + 2) / 3 * 4
      if count > 0, payload > payloadMax { return (count, true) }
      if let window, record.arrival >= window.end { return (count, true) }
      count += 1
    }
    return (count, count == batchSize)
  }
}

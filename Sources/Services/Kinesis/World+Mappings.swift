import Kernel

/// What a mapping does with the records it has read of a shard. Source: fact sheet §2.2.
extension World {
  /// Records up to `readEnd` have come in, by a poll or pushed; the function gets them after a delay.
  mutating func recordsReceived(_ reader: Int, after delay: SimDuration) {
    formBatch(reader)
    readers[reader].phase = .delivering
    readers[reader].generation &+= 1
    schedule(.init(.shardDeliver, reader, readers[reader].generation), at: now + delay)
  }

  /// Cuts the next batch from what has been read: at most BatchSize records and 6 MB of payload.
  private mutating func formBatch(_ reader: Int) {
    let mapping = readers[reader].mapping
    let (batchSize, payloadMax) = (mappings[mapping].batchSize, mappings[mapping].payloadMaxBytes)
    let overhead = mappings[mapping].recordOverheadBytes
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let start = readers[reader].checkpoint
    var end = start
    var payload = 0
    while end < readers[reader].readEnd, end - start < batchSize {
      let data = Int(streams[stream].shards[shard][end].sizeBytes)
      payload += overhead + (data + 2) / 3 * 4
      guard payload <= payloadMax || end == start else { break }
      end += 1
    }
    readers[reader].batches.removeAll(keepingCapacity: true)
    readers[reader].batches.append(ShardReader.Batch(range: start..<end))
  }

  /// The reader has nothing in its hands: what does it do next?
  ///
  /// Batches left from a bisected one come first, then records already in memory, then the shard: at once while
  /// behind, at the next poll otherwise.
  mutating func readOn(_ reader: Int) {
    guard mappings[readers[reader].mapping].isEnabled else {
      readers[reader].batches = []
      readers[reader].readEnd = readers[reader].checkpoint
      readers[reader].phase = .disabled
      return
    }
    if readers[reader].batches.isEmpty, readers[reader].readEnd > readers[reader].checkpoint {
      formBatch(reader)
    }
    if !readers[reader].batches.isEmpty {
      readers[reader].phase = .delivering
      readers[reader].generation &+= 1
      schedule(.init(.shardDeliver, reader, readers[reader].generation), at: now)
    } else {
      pollAgain(reader)
    }
  }

  mutating func setMapping(_ mapping: Int, enabled: Bool) {
    guard mappings[mapping].isEnabled != enabled else { return }
    mappings[mapping].isEnabled = enabled
    for reader in readers.indices where readers[reader].mapping == mapping {
      if enabled, readers[reader].phase == .disabled {
        readers[reader].nextPoll = max(readers[reader].nextPoll, now)
        readers[reader].phase = .idle
        readOn(reader)
      } else if !enabled, readers[reader].phase == .idle || readers[reader].phase == .polling {
        readers[reader].generation &+= 1
        readers[reader].phase = .disabled
      }
    }
  }

  /// Moves a reader's checkpoint past records that have ended, and takes them out of its batches.
  mutating func skip(_ reader: Int, to sequence: Int) {
    readers[reader].checkpoint = max(readers[reader].checkpoint, sequence)
    readers[reader].readEnd = max(readers[reader].readEnd, sequence)
    for index in readers[reader].batches.indices {
      let range = readers[reader].batches[index].range
      readers[reader].batches[index].range =
        min(max(range.lowerBound, sequence), range.upperBound)..<range.upperBound
    }
    readers[reader].batches.removeAll { $0.range.isEmpty }
  }

  /// Whether a function holds an unfinished record now.
  func isInFunction(_ reader: Int, _ sequence: Int) -> Bool {
    readers[reader].phase == .invoking && readers[reader].batches.last!.range.contains(sequence)
  }

  /// Whether an unfinished record is in, or waits behind, a batch that keeps failing.
  func isFailing(_ reader: Int, _ sequence: Int) -> Bool { readers[reader].failures > 1 }
}

import DequeModule
import Kernel
import Records

/// What a mapping does with the records it has read of a shard. Source: fact sheet §2.2.
extension World {
  /// A reply with the records up to a sequence number has begun to come in, by a poll or pushed.
  ///
  /// - Parameter delay: Time until it is complete and batches can be handed over.
  mutating func recordsReceived(_ reader: Int, upTo end: Int, after delay: SimDuration) {
    let start = readers[reader].readEnd
    readers[reader].readEnd = end
    readers[reader].replyTime = now + delay
    readers[reader].phase = .waiting
    distribute(reader, start..<end)
    for lane in readers[reader].lanes where lanes[lane].phase == .free || lanes[lane].phase == .collecting {
      offer(lane)
    }
    seekRecords(reader)
  }

  /// Gives every record to the lane of its key; records that the mapping filters out end here.
  private mutating func distribute(_ reader: Int, _ range: Range<Int>) {
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    let mapping = readers[reader].mapping
    let isSelective = mappings[mapping].spec.filter != nil || mappings[mapping].spec.startTime != nil
    let readerLanes = readers[reader].lanes
    var bytes = 0
    var filteredCount = 0
    for sequence in range {
      if isSelective, !isWanted(stream, shard, sequence, mapping) {
        filteredCount += 1
        continue
      }
      var lane = readerLanes.lowerBound
      if readerLanes.count > 1 {
        lane += Int(streams[stream].shards[shard][sequence].keyHash % UInt32(readerLanes.count))
      }
      lanes[lane].queue.append(sequence)
      bytes += Int(streams[stream].shards[shard][sequence].sizeBytes)
    }
    readers[reader].bufferedBytes += bytes
    if let counts = mappings[mapping].eventCounts {
      metrics.record(counts.polled, Double(range.count), at: now)
      if filteredCount > 0 { metrics.record(counts.filteredOut, Double(filteredCount), at: now) }
    }
    guard filteredCount > 0 else { return }
    moveCheckpoint(reader)
    removeFinishedRecords(stream, shard)
  }

  /// Whether a record is for the function; one that is not ends without a trace of an invocation.
  private mutating func isWanted(_ stream: Int, _ shard: Int, _ sequence: Int, _ mapping: Int) -> Bool {
    let record = streams[stream].shards[shard][sequence]
    let reason: StaticString
    if let start = mappings[mapping].spec.startTime, record.arrival < start {
      reason = "written before the starting position"
    } else if let filter = mappings[mapping].spec.filter, !passes(record.message, filter) {
      reason = ""
    } else {
      return true
    }
    spans.end(record.span, at: now, status: "ok", detail: "filtered")
    endLeg(record.message, .filtered, at: mappings[mapping].name, reason)
    return false
  }

  /// Asks for more records when a lane could hand them over and there is room in memory.
  mutating func seekRecords(_ reader: Int) {
    guard readers[reader].phase == .waiting, readableBytes(reader) > 0,
      readers[reader].lanes.contains(where: { lanes[$0].wantsRecords })
    else { return }
    pollAgain(reader)
  }

  /// Bytes that the next reply may bring: a reader may hold as much for each lane as it does for a shard without lanes.
  ///
  /// Source: assumption; the fact sheet §2.2 knows one buffer of a shard and says nothing of lanes.
  func readableBytes(_ reader: Int) -> Int {
    let bufferMax = mappings[readers[reader].mapping].bufferMaxBytes
    return min(bufferMax, bufferMax * readers[reader].lanes.count - readers[reader].bufferedBytes)
  }

  /// The checkpoint of a shard is before its lowest record that is not done with.
  mutating func moveCheckpoint(_ reader: Int) {
    var lowest = readers[reader].readEnd
    for lane in readers[reader].lanes {
      if let first = lanes[lane].queue.first, first < lowest { lowest = first }
    }
    readers[reader].checkpoint = lowest
  }

  // MARK: Switching on and off

  mutating func setMapping(_ mapping: Int, enabled: Bool) {
    guard mappings[mapping].isEnabled != enabled else { return }
    let stream = mappings[mapping].spec.stream
    for shard in streams[stream].shards.indices { advanceIdlePolls(stream, shard, to: now) }
    mappings[mapping].isEnabled = enabled
    for reader in readers.indices where readers[reader].mapping == mapping {
      if enabled, readers[reader].phase == .disabled {
        readers[reader].nextPoll = max(readers[reader].nextPoll, now)
        readers[reader].phase = .waiting
        for lane in readers[reader].lanes where lanes[lane].phase == .free { offer(lane) }
        seekRecords(reader)
      } else if !enabled, readers[reader].phase == .idle || readers[reader].phase == .polling {
        readers[reader].generation &+= 1
        stop(reader)
      }
    }
  }

  /// A reader of a mapping that was switched off has a lane with nothing in the function's hands.
  mutating func stop(_ reader: Int) {
    readers[reader].phase = .disabled
    for lane in readers[reader].lanes where lanes[lane].phase == .collecting { lanes[lane].phase = .free }
    let lane = readers[reader].lanes.lowerBound
    // Records after the checkpoint are read again. Where some of them are done with already the memory is kept instead.
    guard readers[reader].lanes.count == 1, lanes[lane].phase == .free,
      lanes[lane].queue.count == readers[reader].readEnd - readers[reader].checkpoint
    else { return }
    lanes[lane].queue.removeAll()
    lanes[lane].batches = []
    readers[reader].bufferedBytes = 0
    readers[reader].readEnd = readers[reader].checkpoint
  }

  // MARK: Retention

  /// A record has passed the retention time before the function could handle it: as lost as a discarded one.
  ///
  /// Source: fact sheet §2.3.
  mutating func recordExpired(_ reader: Int, _ message: MessageReference) {
    let mapping = readers[reader].mapping
    // Behind a batch that keeps failing it is the poison that killed it; otherwise the reader was too slow.
    let isFailing = readers[reader].lanes.contains { lanes[$0].failures > 1 }
    giveUp(
      [message], by: mapping, as: .expired,
      isFailing ? "retention passed behind a failing batch" : "retention passed unread")
  }

  /// Takes out the lowest unfinished record of a reader, which has expired.
  mutating func skip(_ reader: Int, _ sequence: Int) {
    if let lane = lane(of: reader, headedBy: sequence) {
      takeFirst(of: lane)
    } else {
      readers[reader].readEnd = max(readers[reader].readEnd, sequence + 1)
    }
    moveCheckpoint(reader)
  }

  /// Takes the first record out of a lane and out of its next batch.
  mutating func takeFirst(of lane: Int) {
    let reader = lanes[lane].reader
    let sequence = lanes[lane].queue.removeFirst()
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    readers[reader].bufferedBytes -= Int(streams[stream].shards[shard][sequence].sizeBytes)
    guard let last = lanes[lane].batches.indices.last, !lanes[lane].batches[last].endsWindow else { return }
    lanes[lane].batches[last].count -= 1
    if lanes[lane].batches[last].count == 0 { lanes[lane].batches.removeLast() }
  }

  private func lane(of reader: Int, headedBy sequence: Int) -> Int? {
    readers[reader].lanes.first { lanes[$0].queue.first == sequence }
  }

  /// Whether a function holds the lowest unfinished record of a reader now.
  func isInFunction(_ reader: Int, _ sequence: Int) -> Bool {
    lane(of: reader, headedBy: sequence).map { lanes[$0].phase == .invoking } ?? false
  }
}

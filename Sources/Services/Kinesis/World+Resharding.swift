import Kernel
import Records

/// Splits and merges of shards while the stream is written and read. Source: fact sheet §1.6.
extension World {
  /// UpdateShardCount: equal ranges, reached in waves of splits and merges.
  mutating func updateShardCount(_ stream: Int, to count: Int) {
    // A stream that is updating refuses further calls; scenarios that ask for it are refused before.
    guard !streams[stream].isUpdating else { return }
    streams[stream].waves = ReshardingPlan.waves(
      from: streams[stream].open.starts, to: ReshardingPlan.uniformStarts(count))
    beginWave(stream)
  }

  /// The wave under way is over: the stream is active, or the next wave begins.
  mutating func reshardingWaveEnded(_ stream: Int) {
    streams[stream].isUpdating = false
    beginWave(stream)
  }

  mutating func beginWave(_ stream: Int) {
    guard !streams[stream].waves.isEmpty else { return }
    let steps = streams[stream].waves.removeFirst()
    streams[stream].isUpdating = true
    // From the right, so that positions further left stay true.
    for step in steps.reversed() {
      switch step {
      case .split(let position, let start): split(stream, position, at: start)
      case .merge(let position): merge(stream, position)
      }
    }
    streams[stream].shardTime.change(to: streams[stream].open.count, at: now)
    schedule(.init(.reshardingWaveEnds, stream), at: now + account.reshardTime)
  }

  mutating func split(_ stream: Int, _ position: Int, at start: UInt128) {
    let parent = streams[stream].open.numbers[position]
    let range = streams[stream].open.range(at: position)
    let lower = addShard(stream, HashRange(start: range.start, end: start - 1), parents: [parent])
    let upper = addShard(stream, HashRange(start: start, end: range.end), parents: [parent])
    streams[stream].open.split(position, at: start, into: lower, upper)
    closeShard(stream, parent)
  }

  private mutating func merge(_ stream: Int, _ position: Int) {
    let parents = [
      streams[stream].open.numbers[position], streams[stream].open.numbers[position + 1],
    ]
    let range = HashRange(
      start: streams[stream].open.range(at: position).start,
      end: streams[stream].open.range(at: position + 1).end)
    let child = addShard(stream, range, parents: parents)
    streams[stream].open.merge(position, into: child)
    for parent in parents { closeShard(stream, parent) }
  }

  /// Opens a child shard, with a reader of each mapping that waits for its parents.
  private mutating func addShard(_ stream: Int, _ range: HashRange, parents: [Int]) -> Int {
    let number = streams[stream].shards.count
    var shard = ShardState(range: range, parents: parents, limits: spec.limits)
    for parent in streams[stream].shards[parents[0]].readers {
      let mapping = readers[parent].mapping
      var reader = ShardReader(
        mapping: mapping, stream: stream, shard: number,
        entity: ShardReader.address(of: mappings[mapping].spec.logicalID, shard: number),
        isFanOut: mappings[mapping].consumer != nil,
        lanes: lanes.count..<lanes.count + mappings[mapping].spec.parallelizationFactor,
        phase: .waitingForParents, nextPoll: now)
      let position = readers.count
      for _ in reader.lanes { lanes.append(ShardLane(reader: position)) }
      reader.unfinishedParents = parents.count
      shard.readers.append(readers.count)
      if !reader.isFanOut { shard.pollers.append(readers.count) }
      readers.append(reader)
    }
    streams[stream].shards.append(shard)
    for parent in parents { streams[stream].shards[parent].children.append(number) }
    return number
  }

  /// A parent takes no records any more; readers that have nothing left in it are finished with it.
  private mutating func closeShard(_ stream: Int, _ shard: Int) {
    advanceIdlePolls(stream, shard, to: now)
    streams[stream].shards[shard].isClosed = true
    for reader in streams[stream].shards[shard].readers where readers[reader].phase == .idle {
      rest(reader)
    }
  }

  /// A mapping has read a closed shard to its end: once it has handled every record, its children may be read.
  mutating func finishShard(_ reader: Int) {
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    // Asked again by the last lane that becomes free.
    readers[reader].phase = .waiting
    guard readers[reader].checkpoint == streams[stream].shards[shard].endSequence else { return }
    if readers[reader].window != nil {
      // The end of a shard closes its tumbling window early. Source: fact sheet §2.4.
      readers[reader].window!.isTerminatedEarly = true
      for lane in readers[reader].lanes where lanes[lane].phase == .collecting { collectingEnds(lane) }
      return
    }
    readers[reader].phase = .finished
    streams[stream].shards[shard].pollers.removeAll { $0 == reader }
    for child in streams[stream].shards[shard].children {
      for next in streams[stream].shards[child].readers
      where readers[next].mapping == readers[reader].mapping {
        readers[next].unfinishedParents -= 1
        if readers[next].unfinishedParents == 0 { startReading(next) }
      }
    }
  }

  /// A reader of a child shard begins, with a poll phase of its own.
  private mutating func startReading(_ reader: Int) {
    let phase = draws.uniform(.pollPhase, entity: readers[reader].entity)
    let poll = mappings[readers[reader].mapping].pace.base
    readers[reader].nextPoll = now + poll.scaled(by: phase)
    guard mappings[readers[reader].mapping].isEnabled else {
      readers[reader].phase = .disabled
      return
    }
    pollAgain(reader)
  }
}

import Kernel

/// The hash keys of a shard, both ends included.
package struct HashRange: Sendable, Hashable {
  package let start: UInt128
  package let end: UInt128
  package init(start: UInt128, end: UInt128) {
    self.start = start
    self.end = end
  }
}

/// The open shards of a stream: who takes a record now. Source: fact sheet §1.2, §1.6.
///
/// A stream that was never resharded has the uniform map of its shard count. Afterwards the map is a sorted list,
/// searched by halves; when resharding has arrived at equal ranges, arithmetic says where to look.
struct OpenShards {
  /// First hash key of each open shard, ascending, and the number of that shard.
  private(set) var starts: [UInt128]
  private(set) var numbers: [Int]
  private var uniform: ShardMap?
  private var isNearlyUniform = true

  init(shardCount: Int) {
    let map = ShardMap(shardCount: shardCount)
    starts = (0..<shardCount).map { map.range(ofShard: $0).start }
    numbers = Array(0..<shardCount)
    uniform = map
  }

  var count: Int { numbers.count }

  func shard(forKey key: String) -> Int {
    if let uniform { return uniform.shard(forKey: key) }
    return numbers[position(ofHash: ShardMap.hash(ofKey: key))]
  }

  func range(at position: Int) -> HashRange {
    HashRange(
      start: starts[position], end: position + 1 < starts.count ? starts[position + 1] - 1 : .max)
  }

  /// The last open shard that starts at or before a hash key.
  func position(ofHash hash: UInt128) -> Int {
    if isNearlyUniform {
      let guess = UInt64(truncatingIfNeeded: hash >> 64).multipliedFullWidth(by: UInt64(count)).high
      var position = Int(guess)
      while position > 0, hash < starts[position] { position -= 1 }
      while position + 1 < count, hash >= starts[position + 1] { position += 1 }
      return position
    }
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if starts[middle] <= hash { low = middle } else { high = middle }
    }
    return low
  }

  mutating func split(_ position: Int, at start: UInt128, into lower: Int, _ upper: Int) {
    numbers[position] = lower
    numbers.insert(upper, at: position + 1)
    starts.insert(start, at: position + 1)
    noteChange()
  }

  /// Merges the open shard at a position with the one after it.
  mutating func merge(_ position: Int, into child: Int) {
    numbers[position] = child
    numbers.remove(at: position + 1)
    starts.remove(at: position + 1)
    noteChange()
  }

  private mutating func noteChange() {
    uniform = nil
    let equal = ReshardingPlan.uniformStarts(count)
    isNearlyUniform = zip(starts, equal).allSatisfy { max($0, $1) - min($0, $1) < ReshardingPlan.sliver }
  }
}

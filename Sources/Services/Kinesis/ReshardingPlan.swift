/// The splits and merges that lead from one set of shards to another.
///
/// A shard takes part in one operation at a time, so that the steps come in waves: first splits until every border of
/// the target exists, then merges of what no border of the target separates. Source: fact sheet §1.6; that waves run
/// in parallel is an assumption of the model.
package enum ReshardingPlan {
  /// An operation by the position of its (first) shard among the open shards before the wave, from the left.
  package enum Step: Sendable, Hashable {
    /// At the first hash key of the right child.
    case split(position: Int, at: UInt128)
    /// With the right neighbour.
    case merge(position: Int)
  }

  /// Borders closer than this are the same: steps of ⌊2¹²⁸ / N⌋ round differently for each N.
  static let sliver: UInt128 = 1 << 64

  /// First hash keys of the equal shards that a stream is created with.
  package static func uniformStarts(_ shardCount: Int) -> [UInt128] {
    let map = ShardMap(shardCount: shardCount)
    return (0..<shardCount).map { map.range(ofShard: $0).start }
  }

  /// - Parameters:
  ///   - starts: First hash keys of the open shards, ascending, the first one 0.
  ///   - target: The same of the shards wanted.
  package static func waves(from starts: [UInt128], to target: [UInt128]) -> [[Step]] {
    let target = target.map { border in
      starts.first { max($0, border) - min($0, border) < sliver } ?? border
    }
    var starts = starts
    var waves: [[Step]] = []
    while true {
      let (steps, next) = splits(starts, target)
      if steps.isEmpty { break }
      waves.append(steps)
      starts = next
    }
    while true {
      let (steps, next) = merges(starts, target)
      if steps.isEmpty { return waves }
      waves.append(steps)
      starts = next
    }
  }

  /// Splits each shard that has borders of the target inside at the middle one of them.
  private static func splits(_ starts: [UInt128], _ target: [UInt128]) -> ([Step], [UInt128]) {
    var steps: [Step] = []
    var next: [UInt128] = []
    var border = 0
    for position in starts.indices {
      next.append(starts[position])
      while border < target.count, target[border] <= starts[position] { border += 1 }
      let first = border
      while border < target.count, position + 1 == starts.count || target[border] < starts[position + 1] {
        border += 1
      }
      guard border > first else { continue }
      let middle = target[first + (border - first) / 2]
      steps.append(.split(position: position, at: middle))
      next.append(middle)
    }
    return (steps, next)
  }

  /// Merges pairs of neighbours, from the left.
  private static func merges(_ starts: [UInt128], _ target: [UInt128]) -> ([Step], [UInt128]) {
    var steps: [Step] = []
    var next: [UInt128] = []
    var border = 0
    var position = 0
    while position < starts.count {
      next.append(starts[position])
      guard position + 1 < starts.count else { break }
      while border < target.count, target[border] < starts[position + 1] { border += 1 }
      if border < target.count, target[border] == starts[position + 1] {
        position += 1
      } else {
        steps.append(.merge(position: position))
        position += 2
      }
    }
    return (steps, next)
  }
}

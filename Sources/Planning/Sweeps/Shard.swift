/// A share of a sweep's points: from 1 to `count`, every `count`-th point each.
package struct Shard: Sendable, Hashable, CustomStringConvertible {
  /// From 1.
  package var index: Int
  package var count: Int

  package init(index: Int, count: Int) {
    precondition(count > 0 && (1...count).contains(index), "shard \(index) of \(count)")
    self.index = index
    self.count = count
  }

  package static let whole = Shard(index: 1, count: 1)

  /// Whether a point, from 1, is in this share: neighbours of the grid, which take about as long, go to different ones.
  package func holds(_ point: Int) -> Bool { (point - 1) % count == index - 1 }

  package var description: String { "\(index)/\(count)" }
}

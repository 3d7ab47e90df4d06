/// The designs that a search may choose from: one level of each axis, numbered as the points of a grid.
///
/// Levels of an axis are numbered from 0 in the order in which the axis lists them; the last axis changes fastest.
package struct DesignSpace: Sendable, Hashable {
  /// Levels of each axis, at least one.
  package let levelCounts: [Int]
  /// Numbers of designs that one step along an axis skips, parallel to the axes.
  private let strides: [Int]

  package init(levelCounts: [Int]) {
    precondition(levelCounts.allSatisfy { $0 > 0 }, "an axis without levels")
    self.levelCounts = levelCounts
    var strides = levelCounts
    var stride = 1
    for axis in levelCounts.indices.reversed() {
      strides[axis] = stride
      stride *= levelCounts[axis]
    }
    self.strides = strides
    count = stride
  }

  package let count: Int
  package var axes: Range<Int> { levelCounts.indices }

  /// The level of a design on an axis.
  package func level(_ design: Int, _ axis: Int) -> Int { design / strides[axis] % levelCounts[axis] }

  package func levels(_ design: Int) -> [Int] { axes.map { level(design, $0) } }

  package func design(_ levels: [Int]) -> Int {
    zip(levels, strides).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The design that is some steps away on one axis; nil beyond the axis' ends.
  package func design(_ design: Int, movedBy steps: Int, on axis: Int) -> Int? {
    let level = level(design, axis) + steps
    return level >= 0 && level < levelCounts[axis] ? design + steps * strides[axis] : nil
  }

  /// The designs one step away on each axis, lower ones first.
  package func neighbours(_ design: Int) -> [(axis: Int, step: Int, design: Int)] {
    axes.flatMap { axis in
      [-1, 1].compactMap { step in
        self.design(design, movedBy: step, on: axis).map { (axis, step, $0) }
      }
    }
  }

  /// Designs that show in which direction each axis goes: from the lowest and from the highest corner to the other
  /// end of each axis. At most 2·axes + 2, ascending.
  package var corners: [Int] {
    let low = levelCounts.map { _ in 0 }
    let high = levelCounts.map { $0 - 1 }
    var found: Set<Int> = [design(low), design(high)]
    for axis in axes {
      var one = low
      one[axis] = high[axis]
      found.insert(design(one))
      one = high
      one[axis] = low[axis]
      found.insert(design(one))
    }
    return found.sorted()
  }

  /// The design with the smallest number of steps from another one, the first of equals.
  ///
  /// - Parameter designs: At least one, ascending.
  package func nearest(to design: Int, of designs: [Int]) -> Int {
    func distance(_ other: Int) -> Int {
      axes.reduce(0) { $0 + abs(level(other, $1) - level(design, $1)) }
    }
    var best = (design: designs[0], distance: distance(designs[0]))
    for other in designs.dropFirst() where best.distance > 0 {
      let distance = distance(other)
      if distance < best.distance { best = (other, distance) }
    }
    return best.design
  }

  /// Groups designs that differ on one axis only, each group ascending by level.
  ///
  /// - Parameter designs: Ascending.
  package func lines(of designs: [Int], along axis: Int) -> [[Int]] {
    var lines: [Int: [Int]] = [:]
    for design in designs {
      lines[design - level(design, axis) * strides[axis], default: []].append(design)
    }
    return lines.keys.sorted().map { lines[$0]! }
  }
}

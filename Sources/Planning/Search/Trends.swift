/// In which direction a quantity goes along each axis of a space, as far as simulated designs show.
///
/// A trend comes from the designs farthest apart on each line along an axis, and holds until a pair of designs
/// contradicts it. Values that are equal on at least three levels (or on all of them) are flat.
struct Trends: Sendable, Hashable {
  enum Direction: Sendable, Hashable { case rising, falling, flat, unknown }
  /// Parallel to the axes.
  let directions: [Direction]

  /// - Parameters:
  ///   - designs: With a value, ascending.
  ///   - compare: Whether the quantity of the first design is clearly below (−1), like (0) or clearly above (1) that of
  ///     the second; nil when the two tell nothing, such as two backlogs that never empty.
  ///   - contradicts: Whether a pair, lower level first, cannot be if the quantity rises (or falls, or is flat).
  init(
    _ space: DesignSpace, _ designs: [Int], compare: (Int, Int) -> Int?,
    contradicts: (_ low: Int, _ high: Int, Direction) -> Bool
  ) {
    directions = space.axes.map { axis in
      var signs: Set<Int> = []
      var levelsSeen = 0
      var pairs: [(Int, Int)] = []
      for line in space.lines(of: designs, along: axis) where line.count > 1 {
        guard let sign = compare(line[0], line[line.count - 1]) else { continue }
        signs.insert(sign)
        levelsSeen = max(levelsSeen, line.count)
        for low in line.indices {
          for high in (low + 1)..<line.count { pairs.append((line[low], line[high])) }
        }
      }
      let direction: Direction
      switch (signs.contains(-1), signs.contains(1), signs.contains(0)) {
      case (true, false, _): direction = .rising
      case (false, true, _): direction = .falling
      case (false, false, true) where levelsSeen >= min(3, space.levelCounts[axis]): direction = .flat
      default: direction = .unknown
      }
      guard direction != .unknown else { return .unknown }
      return pairs.contains { contradicts($0.0, $0.1, direction) } ? .unknown : direction
    }
  }

  /// Whether the quantity of a design is, by these trends, at least that of another.
  func isAtLeast(_ design: Int, _ other: Int, in space: DesignSpace) -> Bool {
    space.axes.allSatisfy { axis in
      let (a, b) = (space.level(design, axis), space.level(other, axis))
      return switch directions[axis] {
      case .rising: a >= b
      case .falling: a <= b
      case .flat: true
      case .unknown: a == b
      }
    }
  }

  /// Whether a design is, by these trends, no better than another: not lower, and where equal not smaller.
  func isNoBetter(_ design: Int, than other: Int, in space: DesignSpace) -> Bool {
    space.axes.allSatisfy { axis in
      let (a, b) = (space.level(design, axis), space.level(other, axis))
      return switch directions[axis] {
      case .rising, .flat: a >= b
      case .falling: a <= b
      case .unknown: a == b
      }
    }
  }
}

extension Trends {
  /// How badly designs break a rule.
  static func badness(of rule: Int, _ bench: DesignBench, _ space: DesignSpace) -> Trends {
    func outcome(_ design: Int) -> Verdict.Outcome {
      bench.judge.outcome(of: rule, bench.observations(design))
    }
    func isWorse(_ a: Int, than b: Int) -> Bool { outcome(a) == .fail && outcome(b) == .pass }
    return Trends(space, bench.simulated) { low, high in
      let common = bench.common(low, high)
      let a = common.map { bench.observation(low, $0)!.rules[rule].badness }.max() ?? .infinity
      let b = common.map { bench.observation(high, $0)!.rules[rule].badness }.max() ?? .infinity
      // Two that never end are equally bad for all that is known.
      if a.magnitude >= .greatestFiniteMagnitude, b.magnitude >= .greatestFiniteMagnitude { return nil }
      return a < b ? -1 : a > b ? 1 : 0
    } contradicts: { low, high, direction in
      switch direction {
      case .rising: isWorse(low, than: high)
      case .falling: isWorse(high, than: low)
      case .flat, .unknown: isWorse(low, than: high) || isWorse(high, than: low)
      }
    }
  }

  /// What designs cost, differences below the indifference being none.
  static func objective(_ bench: DesignBench, _ space: DesignSpace, indifference: Double) -> Trends {
    func difference(_ low: Int, _ high: Int) -> Double? {
      let common = bench.common(low, high)
      guard let a = bench.objective(low, common), let b = bench.objective(high, common) else { return nil }
      return b - a
    }
    let priced = bench.simulated.filter { bench.objective($0) != nil }
    return Trends(space, priced) { low, high in
      guard let difference = difference(low, high) else { return nil }
      return difference > indifference ? -1 : difference < -indifference ? 1 : 0
    } contradicts: { low, high, direction in
      guard let difference = difference(low, high) else { return true }
      return switch direction {
      case .rising: difference < -indifference
      case .falling: difference > indifference
      case .flat, .unknown: difference.magnitude > indifference
      }
    }
  }
}

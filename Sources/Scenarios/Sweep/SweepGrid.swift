/// The points of a sweep: one level of each axis.
package struct SweepGrid: Sendable {
  package var axes: [SweepAxis]
  /// Shape (point, axis).
  package var points: [[SweepLevel]]

  /// Every combination, the last axis changing fastest.
  package init(_ axes: [SweepAxis]) {
    self.axes = axes
    var points: [[SweepLevel]] = [[]]
    for axis in axes { points = points.flatMap { point in axis.levels.map { point + [$0] } } }
    self.points = axes.isEmpty ? [] : points
  }

  /// Points that a search chooses.
  package init(_ axes: [SweepAxis], points: [[SweepLevel]]) {
    self.axes = axes
    self.points = points
  }

  /// The points of a sample of the unit cube, each once.
  ///
  /// - Parameter sample: Shape (point, axis), 0 ..< 1.
  package init(_ axes: [SweepAxis], sample: [[Double]]) {
    self.axes = axes
    var seen: Set<[String]> = []
    points = []
    for coordinates in sample {
      precondition(coordinates.count == axes.count, "\(coordinates.count) coordinates of \(axes.count) axes")
      let point = zip(axes, coordinates).map { $0.level(at: $1) }
      // Coarse axes meet the same combination again.
      if seen.insert(point.map(\.label)).inserted { points.append(point) }
    }
  }

  /// Most points that a grid may have, so that a slip of the pen is found before it fills the memory.
  package static let pointsMax = 1_000_000

  /// The number of combinations of the axes; nil beyond `pointsMax`.
  package static func count(_ axes: [SweepAxis]) -> Int? {
    var count = 1
    for axis in axes {
      let (product, overflows) = count.multipliedReportingOverflow(by: axis.levels.count)
      guard !overflows, product <= pointsMax else { return nil }
      count = product
    }
    return axes.isEmpty ? 0 : count
  }

  /// The scenario at a point: settings first, then what is not there goes.
  ///
  /// The block `sweep` keeps its measures and loses its axes, which no longer fit.
  package func scenario(at point: Int, of loaded: LoadedScenario) -> LoadedScenario {
    var root = loaded.root
    var removed: [String] = []
    for (axis, level) in zip(axes, points[point]) {
      switch axis.target {
      case .setting(let path): root = root.replacing(path.components, with: level.value)
      case .toggle(let names): removed += names.dropFirst(Literal.integer(level.label) ?? names.count)
      }
    }
    if root.at(path: ["Simulation", "sweep", "axes"]) != nil {
      root = root.replacing(["Simulation", "sweep", "axes"], with: Node(.null, at: root.position))
    }
    root = Merge.withoutNulls(root)
    var scenario = loaded
    scenario.root = removed.isEmpty ? root : ToggleRemoval.removing(removed, from: root)
    return scenario
  }
}

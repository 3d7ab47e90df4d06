import Planning

/// A block for a column of the table, with the values of one axis side by side.
struct SweepBlocks {
  var result: SweepResult
  /// Position of the axis whose values stand side by side.
  var across: Int

  func lines(
    _ column: SweepTableColumn, _ options: SweepTable.Options, _ style: TerminalStyle
  ) -> [String] {
    let others = result.axes.indices.filter { $0 != across }
    let levels = distinct(result.points.map { $0.levels[across] })
    let rows = distinct(result.points.map { point in others.map { point.levels[$0] } })
    let shown = options.rowsMax.map { Array(rows.prefix($0)) } ?? rows
    var cells: [[String]: [String: SweepCell]] = [:]
    for point in result.points {
      cells[others.map { point.levels[$0] }, default: [:]][point.levels[across]] = column.cell(point, options)
    }
    let none = SweepCell(value: "–")
    let heads = levels.enumerated().map { $0 == 0 ? "\(result.axes[across]) \($1)" : $1 }
    let names = others.enumerated().map { position, axis in
      ([result.axes[axis]] + shown.map { $0[position] }).map { DisplayWidth.of($0) }.max()!
    }
    let widths = levels.indices.map { index in
      ([DisplayWidth.of(heads[index])]
        + shown.map { DisplayWidth.of((cells[$0]?[levels[index]] ?? none).plain) }).max()!
    }
    func axes(_ texts: [String]) -> [String] {
      zip(texts, names).map { DisplayWidth.rightAligned($0, to: $1) }
    }
    var lines = ["  " + column.name]
    let header =
      axes(others.map { result.axes[$0] }) + zip(heads, widths).map { DisplayWidth.padded($0, to: $1) }
    lines.append(style.strong(("  " + header.joined(separator: "   ")).trimmingTrailingBlanks()))
    for row in shown {
      let texts = levels.indices.map { (cells[row]?[levels[$0]] ?? none).painted(style, to: widths[$0]) }
      lines.append("  " + (axes(row) + texts).joined(separator: "   "))
    }
    if shown.count < rows.count {
      lines.append(
        "  the first \(shown.count) of \(rows.count) rows, in the order of the axes; --summary full prints all"
      )
    }
    return lines + [""]
  }

  /// Each value once, in order of appearance.
  private func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }
  }
}

/// What a sweep says in one sentence.
enum SweepSentence {
  static func text(_ result: SweepResult) -> String {
    let total = result.pointCount
    let judged = result.points.filter { !$0.rules.isEmpty }
    let finished = result.points.count < total ? "\(result.points.count) of \(total) points finished; " : ""
    guard !judged.isEmpty else { return finished + "no thresholds to judge by" }
    let passing = judged.filter { $0.failures == 0 }
    guard !passing.isEmpty else {
      let fewest = judged.map(\.failures).min()!
      let nearest = judged.first { $0.failures == fewest }!
      return finished + "no point passes all thresholds; \(name(nearest, result)) fails the fewest, \(fewest)"
    }
    let count =
      passing.count == total
      ? "all \(total) points pass"
      : "\(passing.count) of \(result.points.count) points \(passing.count == 1 ? "passes" : "pass")"
    let month = SweepColumn(metric: "cost.Monthly", statistic: "value")
    let priced = passing.compactMap { point in point[month].map { (point, $0.mean) } }
    guard let cheapest = priced.map(\.1).min(), let first = priced.first(where: { $0.1 == cheapest }) else {
      return finished + count + " all thresholds"
    }
    return finished + count + " all thresholds; the cheapest is \(name(first.0, result)) at "
      + "\(QuantityText.money(cheapest)) a month"
  }

  private static func name(_ point: SweepPoint, _ result: SweepResult) -> String {
    zip(result.axes, point.levels).map { "\($0)=\($1)" }.joined(separator: " ")
  }
}

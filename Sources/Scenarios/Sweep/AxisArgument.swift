/// Reads axes of the command line: `PATH=1,2,4`, `PATH=1..40`, `PATH=1..64:log7`, `PATH=10ms..90ms:5`.
package struct AxisArgument: Sendable {
  /// The name of an axis of the scenario, or a path.
  package var name: String
  var levels: [SweepLevel]
  var range: SweepRange?
  var position: SourcePosition
  /// [characters]
  var nameLength: Int

  /// File of positions in messages about arguments.
  static let file = "--axis"
  /// Most values of one axis, so that a slip of the pen does not fill the memory. [levels]
  static let levelsMax = 100_000

  /// The arguments that can be read; the others are reported.
  static func read(_ arguments: [String], into diagnostics: inout Diagnostics) -> [AxisArgument] {
    var line = 1
    var axes: [AxisArgument] = []
    for argument in arguments {
      if let axis = read(argument, line: line, into: &diagnostics) { axes.append(axis) }
      line += max(1, SourceText(file: "", text: argument).lines.count)
    }
    return axes
  }

  private static func read(_ argument: String, line: Int, into diagnostics: inout Diagnostics)
    -> AxisArgument?
  {
    let position = SourcePosition(file: file, line: line, column: 1)
    guard let equals = ScenarioSettings.separator(in: argument) else {
      diagnostics.add(
        Diagnostic(
          .error, "S330", at: position,
          "'\(argument)' has no '='; write PATH=1,2,4 or PATH=1..40 or PATH=1..64:log7",
          length: max(1, argument.unicodeScalars.count)))
      return nil
    }
    let name = String(argument[..<equals])
    let text = String(argument[argument.index(after: equals)...])
    let length = name.unicodeScalars.count
    let start = SourcePosition(file: file, line: line, column: length + 2)
    func axis(_ levels: [SweepLevel], _ range: SweepRange?) -> AxisArgument {
      AxisArgument(name: name, levels: levels, range: range, position: position, nameLength: length)
    }
    if text.contains("..") {
      do {
        let (range, steps) = try range(text, at: start)
        return axis(steps.map { range.levels($0) } ?? range.wholeLevels(), range)
      } catch {
        diagnostics.add(
          Diagnostic(
            .error, "S330", at: start, error.message, length: max(1, text.unicodeScalars.count)))
        return nil
      }
    }
    // A list in brackets, the first of them in the place of the sign: positions are those of the argument.
    let margin = String(repeating: "\n", count: line - 1) + String(repeating: " ", count: length)
    guard let list = YAMLReader.read(margin + "[\(text)]", file: file, into: &diagnostics) else { return nil }
    guard let elements = list.elements, !elements.isEmpty else {
      diagnostics.add(
        Diagnostic(.error, "S330", at: start, "axis '\(name)' has no value; write PATH=1,2,4", length: 1))
      return nil
    }
    return axis(elements.map(SweepLevel.init), nil)
  }

  private static func range(_ text: String, at position: SourcePosition) throws(SweepRange.Problem)
    -> (SweepRange, steps: Int?)
  {
    var ends = text
    var steps: Int?
    var scale = SweepRange.Scale.linear
    if let colon = text.lastIndex(of: ":") {
      ends = String(text[..<colon])
      var count = String(text[text.index(after: colon)...])
      for (word, named) in [("log", SweepRange.Scale.log), ("linear", .linear), ("lin", .linear)]
      where count.hasPrefix(word) {
        scale = named
        count.removeFirst(word.count)
        break
      }
      guard let number = Literal.integer(count), (2...levelsMax).contains(number) else {
        throw SweepRange.Problem(
          message: "behind the colon stands a number of steps from 2 on, such as 7, lin7 or log7")
      }
      steps = number
    }
    guard let dots = ends.firstRange(of: "..") else {
      throw SweepRange.Problem(message: "'\(ends)' is not a range; write 1..40")
    }
    let range = try SweepRange(
      from: String(ends[..<dots.lowerBound]), to: String(ends[dots.upperBound...]), scale: scale, at: position
    )
    if steps == nil {
      guard range.isWhole else {
        throw SweepRange.Problem(message: "say in how many steps: \(ends):5, or \(ends):log5")
      }
      guard range.to - range.from < Double(levelsMax) else {
        throw SweepRange.Problem(message: "\(ends) has too many values; say in how many steps: \(ends):log7")
      }
    }
    return (range, steps)
  }
}

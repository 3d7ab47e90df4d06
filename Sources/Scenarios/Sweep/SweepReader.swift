/// Reads the axes of `Simulation.sweep` and of the command line. Source: scenario format §8.
package enum SweepReader {
  /// The axes of a merged scenario.
  ///
  /// - Parameters:
  ///   - arguments: Axes of the command line. One that has the name, or the path, of an axis of the scenario gives that
  ///     axis other values; the others come after.
  /// - Returns: All axes that can be read; what is wrong with the others is in `diagnostics`.
  package static func axes(
    of root: Node, arguments: [String] = [], into diagnostics: inout Diagnostics
  ) -> [SweepAxis] {
    var found: [Diagnostic] = []
    var axes: [SweepAxis] = []
    if let sweep = root["Simulation"]?["sweep"] {
      var validator = SchemaValidator(.simulation, era: .now)
      validator.check(sweep, properties: SchemaTable.sweep, owner: "sweep", path: "Simulation.sweep")
      found = validator.diagnostics
    }
    for entry in root["Simulation"]?["sweep"]?["axes"]?.entries ?? [] where !entry.value.isNull {
      if let axis = axis(entry, root, &found) { axes.append(axis) }
    }
    for diagnostic in found { diagnostics.add(diagnostic) }
    for argument in AxisArgument.read(arguments, into: &diagnostics) {
      merge(argument, into: &axes, root, &diagnostics)
    }
    checkNames(axes, into: &diagnostics)
    return axes
  }

  // MARK: Axes of the scenario

  private static func axis(_ entry: Node.Entry, _ root: Node, _ found: inout [Diagnostic]) -> SweepAxis? {
    let path = "Simulation.sweep.axes.\(SchemaValidator.quoted(entry.key))"
    func report(
      _ code: String, _ position: SourcePosition, _ length: Int, _ message: String, _ hint: String? = nil
    ) {
      found.append(Diagnostic(.error, code, at: position, message, length: length, hint: hint, path: path))
    }
    let node = entry.value
    // The schema has reported other shapes and other keys.
    guard let keys = node.entries?.map(\.key), keys.allSatisfy(SchemaTable.axis.map(\.name).contains) else {
      return nil
    }
    let forms = ["values", "range"].filter { node[$0].map { !$0.isNull } ?? false }
    if let toggle = node["toggle"], !toggle.isNull {
      guard node["set"] == nil, forms.isEmpty else {
        report(
          "S308", entry.keyPosition, entry.key.count, "an axis has either toggle, or set with values or range"
        )
        return nil
      }
      return self.toggle(entry, toggle, root, path, &found)
    }
    guard let set = node["set"], let text = set.text, forms.count == 1 else {
      report(
        "S308", entry.keyPosition, entry.key.count,
        "an axis has toggle, or set with one of values and range; '\(entry.key)' has "
          + keys.joined(separator: ", "))
      return nil
    }
    guard let target = target(text, root, at: set.position, path: path, &found) else { return nil }
    if let range = node["range"], !range.isNull {
      return self.range(entry, range, target, path, &found)
    }
    guard let values = node["values"]?.elements, !values.isEmpty else {
      if node["values"]?.elements != nil {
        report("S330", entry.keyPosition, entry.key.count, "axis '\(entry.key)' has no value")
      }
      return nil
    }
    return SweepAxis(
      name: entry.key, target: .setting(target), levels: values.map(SweepLevel.init),
      position: entry.keyPosition)
  }

  private static func range(
    _ entry: Node.Entry, _ node: Node, _ target: ScenarioPath, _ path: String, _ found: inout [Diagnostic]
  ) -> SweepAxis? {
    // Missing and malformed keys are the schema's business.
    guard let from = node["from"]?.text, let to = node["to"]?.text,
      let scale = SweepRange.Scale(rawValue: node["scale"]?.text ?? "linear"),
      node["steps"] == nil
        || node["steps"]?.text.flatMap(Literal.integer).map((2...AxisArgument.levelsMax).contains) ?? false
    else { return nil }
    do throws(SweepRange.Problem) {
      let range = try SweepRange(from: from, to: to, scale: scale, at: node.position)
      let steps = node["steps"]?.text.flatMap(Literal.integer)
      guard steps != nil || range.isWhole else {
        throw SweepRange.Problem(message: "a range without whole numbers needs steps")
      }
      guard steps != nil || range.to - range.from < Double(AxisArgument.levelsMax) else {
        throw SweepRange.Problem(message: "\(from) to \(to) has too many values; give steps")
      }
      return SweepAxis(
        name: entry.key, target: .setting(target),
        levels: steps.map { range.levels($0) } ?? range.wholeLevels(), range: range,
        position: entry.keyPosition)
    } catch {
      found.append(
        Diagnostic(
          .error, "S330", at: node.position, error.message, path: path))
      return nil
    }
  }

  private static func toggle(
    _ entry: Node.Entry, _ node: Node, _ root: Node, _ path: String, _ found: inout [Diagnostic]
  ) -> SweepAxis? {
    guard let elements = node.elements else { return nil }
    let known = ToggleRemoval.names(in: root)
    var names: [String] = []
    var isWhole = !elements.isEmpty
    if elements.isEmpty {
      found.append(
        Diagnostic(
          .error, "S331", at: node.position, "toggle '\(entry.key)' names nothing that could be there or not",
          path: path))
    }
    for (index, element) in elements.enumerated() {
      guard let name = element.text else { return nil }
      var message: String?
      if names.contains(name) {
        message = "'\(name)' is there twice"
      } else if !known.contains(name) {
        message = "no resource, service or workload is named '\(name)'"
      }
      if let message {
        isWhole = false
        found.append(
          Diagnostic(
            .error, "S331", at: element.position, message, length: SchemaValidator.markedLength(element),
            hint: names.contains(name)
              ? nil : NearestName.of(name, in: known).map { "did you mean '\($0)'?" },
            path: "\(path).toggle.\(index)"))
      }
      names.append(name)
    }
    guard isWhole else { return nil }
    return SweepAxis(
      name: entry.key, target: .toggle(names),
      levels: (1...names.count).map {
        SweepLevel(Node(.scalar(String($0), isPlain: true), at: node.position))
      },
      position: entry.keyPosition)
  }

  private static func target(
    _ text: String, _ root: Node, at position: SourcePosition, path: String, _ found: inout [Diagnostic]
  ) -> ScenarioPath? {
    func report(_ code: String, _ message: String, _ nearest: String? = nil) {
      found.append(
        Diagnostic(
          .error, code, at: position, message, length: max(1, text.unicodeScalars.count),
          hint: nearest.map { "did you mean '\($0)'?" }, path: path))
    }
    guard let written = ScenarioPath(text) else {
      report(
        "S330", "'\(text)' is not a path; write keys with dots between them, \"a.b\" for a key with dots")
      return nil
    }
    switch SettingPath.resolve(written, in: root) {
    case .success(let whole):
      if whole.components.starts(with: ["Simulation", "sweep"])
        || whole.components.starts(with: ["Simulation", "variants"])
      {
        report("S330", "an axis sets what is simulated, not '\(whole)'")
        return nil
      }
      return whole
    case .failure(let problem):
      report(problem.code, problem.message, problem.nearest)
      return nil
    }
  }

  // MARK: Axes of the command line

  private static func merge(
    _ argument: AxisArgument, into axes: inout [SweepAxis], _ root: Node, _ diagnostics: inout Diagnostics
  ) {
    if let index = axes.firstIndex(where: { $0.name == argument.name }) {
      replace(&axes[index], argument, &diagnostics)
      return
    }
    var found: [Diagnostic] = []
    let target = target(argument.name, root, at: argument.position, path: "--axis", &found)
    for diagnostic in found { diagnostics.add(diagnostic) }
    guard let target else { return }
    if let index = axes.firstIndex(where: { $0.target == .setting(target) }) {
      // An argument takes the place of an axis of the file, not of another argument.
      guard axes[index].position.file != argument.position.file else {
        diagnostics.add(
          Diagnostic(
            .error, "S330", at: argument.position,
            "axes '\(axes[index].name)' and '\(argument.name)' set the same", length: argument.nameLength))
        return
      }
      replace(&axes[index], argument, &diagnostics)
      return
    }
    axes.append(
      SweepAxis(
        name: argument.name, target: .setting(target), levels: argument.levels, range: argument.range,
        position: argument.position))
  }

  private static func replace(
    _ axis: inout SweepAxis, _ argument: AxisArgument, _ diagnostics: inout Diagnostics
  ) {
    if case .toggle(let names) = axis.target {
      for level in argument.levels {
        let count = Literal.integer(level.label) ?? 0
        guard !(1...names.count).contains(count) else { continue }
        diagnostics.add(
          Diagnostic(
            .error, "S331", at: argument.position,
            "'\(level.label)' is not a number from 1 to \(names.count): axis '\(axis.name)' keeps the first of "
              + Compilation.listing(names), length: argument.nameLength))
        return
      }
    }
    axis.levels = argument.levels
    axis.range = argument.range
    axis.position = argument.position
  }

  /// Two axes of one setting would hide each other, and so would equal values of one axis.
  private static func checkNames(_ axes: [SweepAxis], into diagnostics: inout Diagnostics) {
    for (index, axis) in axes.enumerated() {
      func report(_ message: String) {
        diagnostics.add(
          Diagnostic(.error, "S330", at: axis.position, message, length: max(1, axis.name.count)))
      }
      for earlier in axes[..<index] where overlap(earlier.target, axis.target) {
        report("axes '\(earlier.name)' and '\(axis.name)' set the same")
      }
      var labels: Set<String> = []
      for level in axis.levels where !labels.insert(level.label).inserted {
        report("axis '\(axis.name)' has the value '\(level.label)' twice")
        break
      }
    }
  }

  private static func overlap(_ a: SweepAxis.Target, _ b: SweepAxis.Target) -> Bool {
    switch (a, b) {
    case (.setting(let a), .setting(let b)):
      a.components.starts(with: b.components) || b.components.starts(with: a.components)
    case (.toggle(let a), .toggle(let b)): a.contains(where: b.contains)
    default: false
    }
  }
}

/// The settings of `--set PATH=VALUE`.
///
/// A path whose parent is missing is an error, so that a misspelt name is found; a new key in an existing map is
/// left to the check of the scenario, which knows every key. Source: scenario format §7.
struct ScenarioSettings {
  private struct Setting {
    var path: ScenarioPath
    var value: Node
    /// Where the path begins.
    var position: SourcePosition
    var length: Int
  }
  private var settings: [Setting] = []
  private let arguments: [String]

  /// The settings as a file named `--set`, a line each.
  var sources: [SourceText] {
    arguments.isEmpty ? [] : [SourceText(file: "--set", text: arguments.joined(separator: "\n") + "\n")]
  }

  init(_ arguments: [String], into diagnostics: inout Diagnostics) {
    self.arguments = arguments
    var line = 1
    for argument in arguments {
      if let setting = Self.read(argument, line: line, into: &diagnostics) { settings.append(setting) }
      line += max(1, SourceText(file: "", text: argument).lines.count)
    }
  }

  private static func read(_ argument: String, line: Int, into diagnostics: inout Diagnostics) -> Setting? {
    let position = SourcePosition(file: "--set", line: line, column: 1)
    func refuse(_ message: String) -> Setting? {
      diagnostics.add(
        Diagnostic(.error, "Y124", at: position, message, length: max(1, argument.unicodeScalars.count)))
      return nil
    }
    guard let equals = separator(in: argument) else {
      return refuse("'\(argument)' has no '='; write PATH=VALUE")
    }
    let pathText = String(argument[..<equals])
    guard let path = ScenarioPath(pathText) else {
      return refuse(
        "'\(pathText)' is not a path; write keys with dots between them, \"a.b\" for a key with dots")
    }
    let valueText = String(argument[argument.index(after: equals)...])
    let column = argument[...equals].unicodeScalars.count
    let start = SourcePosition(file: "--set", line: line, column: column + 1)
    // Nothing and null remove the key; the reader would call either an empty file.
    if ["", "~", "null"].contains(valueText.filter { !$0.isWhitespace }) {
      return Setting(
        path: path, value: Node(.null, at: start), position: position, length: pathText.unicodeScalars.count)
    }
    var found = Diagnostics()
    let value = YAMLReader.read(valueText, file: "--set", into: &found)
    for var diagnostic in found.all {
      diagnostic.position = diagnostic.position.map { shift($0, line: line, column: column) }
      diagnostics.add(diagnostic)
    }
    guard let value else { return nil }
    return Setting(
      path: path, value: shifted(value, line: line, column: column), position: position,
      length: pathText.unicodeScalars.count)
  }

  /// The first `=` that is not between double quotes.
  static func separator(in argument: String) -> String.Index? {
    var isQuoted = false
    for index in argument.indices {
      if argument[index] == "\"" { isQuoted.toggle() }
      if argument[index] == "=", !isQuoted { return index }
    }
    return nil
  }

  private static func shift(_ position: SourcePosition, line: Int, column: Int) -> SourcePosition {
    let isFirst = position.line <= 1
    return SourcePosition(
      file: "--set", line: max(1, position.line) + line - 1,
      column: isFirst ? max(1, position.column) + column : position.column)
  }

  private static func shifted(_ node: Node, line: Int, column: Int) -> Node {
    var copy = node
    copy.position = shift(node.position, line: line, column: column)
    switch node.value {
    case .mapping(let entries):
      copy.value = .mapping(
        entries.map {
          Node.Entry(
            key: $0.key, keyPosition: shift($0.keyPosition, line: line, column: column),
            value: shifted($0.value, line: line, column: column))
        })
    case .sequence(let elements):
      copy.value = .sequence(elements.map { shifted($0, line: line, column: column) })
    case .scalar, .null: break
    }
    return copy
  }

  // MARK: Applying

  /// `--set Template=...` decides which template is read, so it comes before all others.
  mutating func applyTemplatePath(to root: Node) -> Node {
    var root = root
    for setting in settings where setting.path.components == ["Template"] {
      root = root.replacing(["Template"], with: setting.value)
    }
    settings.removeAll { $0.path.components == ["Template"] }
    return root
  }

  func apply(to root: Node, into diagnostics: inout Diagnostics) -> Node {
    var root = root
    for setting in settings {
      switch SettingPath.resolve(setting.path, in: root) {
      case .success(let path):
        root = Merge.withoutNulls(root.replacing(path.components, with: setting.value))
      case .failure(let problem):
        diagnostics.add(
          Diagnostic(
            .error, problem.code, at: setting.position, problem.message, length: setting.length,
            hint: problem.nearest.map { "did you mean '\($0)'?" }))
      }
    }
    return root
  }
}

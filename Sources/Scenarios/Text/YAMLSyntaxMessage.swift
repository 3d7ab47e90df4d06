internal import Yams

/// Words for what the YAML library found wrong, at its position.
enum YAMLSyntaxMessage {
  static func diagnostic(for error: YamlError, in source: SourceText) -> Diagnostic {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      return syntax(problem: problem, context: context, at: position(mark, in: source), in: source)
    case .composer(_, let problem, let mark, _):
      if problem.contains("undefined alias") {
        let at = position(mark, in: source)
        let name = word(at: at, in: source)
        return Diagnostic(
          .error, "Y111", at: at, "alias '\(name)' has no anchor before it", length: max(1, name.count),
          hint: "write '&\(name.dropFirst())' at the node it repeats")
      }
      return Diagnostic(
        .error, "Y107", at: position(mark, in: source),
        "a second document begins; a scenario is one document",
        length: 3, hint: "remove '---' or put the rest into another file")
    case .reader(_, let offset, _, let text):
      return Diagnostic(
        .error, "Y103", at: offset.map { position(ofCharacter: $0, in: text, source: source) },
        "a character stands here that YAML does not allow")
    case .duplicatedKeysInMapping(let keys, let context):
      let key = keys.first ?? ""
      return Diagnostic(
        .error, "Y108", at: position(context.mark, in: source), "key '\(key)' appears twice in this map",
        length: max(1, key.unicodeScalars.count))
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return Diagnostic(
        .error, "Y105", at: SourcePosition(file: source.file, line: 0, column: 0),
        "the file cannot be read as YAML")
    }
  }

  private static func syntax(
    problem: String, context: YamlError.Context?, at position: SourcePosition, in source: SourceText
  ) -> Diagnostic {
    func error(_ code: String, _ message: String, hint: String? = nil) -> Diagnostic {
      Diagnostic(.error, code, at: position, message, hint: hint)
    }
    if problem.contains("nesting level") || problem.contains("max_nest") {
      return error("Y109", "maps and lists are nested deeper than \(YAMLReader.depthMax) levels")
    }
    if let line = source.line(position.line) {
      let before = line.unicodeScalars.prefix(position.column)
      if before.last == "\t" || (problem.contains("cannot start any token") && before.contains("\t")) {
        return error("Y106", "a tab cannot indent in YAML", hint: "use blanks")
      }
    }
    let since = context.map { $0.mark.line == position.line ? "" : " (begun on line \($0.mark.line))" } ?? ""
    for (words, message, hint) in known where problem.contains(words) {
      return error("Y105", message + since, hint: hint)
    }
    return error("Y105", "\(problem)\(since)")
  }

  /// What the library says, what we say, and what helps.
  private static let known: [(words: String, message: String, hint: String?)] = [
    (
      "mapping values are not allowed", "a second ': ' stands in one plain value",
      "quote the value, or write k=v in a distribution"
    ),
    ("could not find expected ':'", "a key without ':' stands here", nil),
    ("did not find expected ',' or ']'", "a list is not closed: expected ',' or ']'", nil),
    ("did not find expected ',' or '}'", "a map is not closed: expected ',' or '}'", nil),
    ("did not find expected key", "expected a key of the map at this indentation", "check the indentation"),
    (
      "did not find expected '-' indicator", "expected '- ' of the list at this indentation",
      "check the indentation"
    ),
    ("found unexpected end of stream", "a quoted text is not closed", nil),
    ("unexpected document indicator", "a quoted text is not closed before the document ends", nil),
    ("found unknown escape character", "unknown escape after '\\' in a quoted text", "use single quotes"),
    ("cannot start any token", "this character cannot begin a value", "quote the value"),
    ("did not find expected node content", "expected a value here", nil),
    (
      "did not find expected <document start>", "this does not belong to the document above",
      "check the indentation"
    ),
    (
      "block sequence entries are not allowed", "'- ' cannot stand on the line of its key", "begin a new line"
    ),
    ("did not find expected alphabetic or numeric", "'*' and '&' need a name behind them", "quote the value"),
  ]

  private static func position(_ mark: Mark, in source: SourceText) -> SourcePosition {
    SourcePosition(file: source.file, line: mark.line, column: mark.column)
  }

  private static func position(ofCharacter offset: Int, in text: String, source: SourceText) -> SourcePosition
  {
    let before = SourceText(file: source.file, text: String(text.prefix(offset)))
    return SourcePosition(
      file: source.file, line: max(1, before.lines.count),
      column: (before.lines.last?.unicodeScalars.count ?? 0) + 1)
  }

  private static func word(at position: SourcePosition, in source: SourceText) -> String {
    guard let line = source.line(position.line) else { return "" }
    let rest = line.unicodeScalars.dropFirst(position.column - 1)
    return String(String.UnicodeScalarView(rest.prefix { !" ,]}:".unicodeScalars.contains($0) }))
  }
}

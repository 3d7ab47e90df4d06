/// Writes diagnostics for people, for programs and for GitHub: scenario format §9 and §14.
package struct DiagnosticFormatter: Sendable {
  /// Most diagnostics shown; the rest is counted.
  package static let shownMax = 20
  private let sources: [String: SourceText]
  private let filesChecked: Int

  /// - Parameters:
  ///   - sources: Texts for excerpts; a message of a file without text has none.
  ///   - filesChecked: Number in the last line; that of the sources unless it is given. [files]
  package init(sources: [SourceText], filesChecked: Int? = nil) {
    self.sources = Dictionary(sources.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
    self.filesChecked = filesChecked ?? sources.count { !$0.file.hasPrefix("--") }
  }

  // MARK: Text

  /// All messages with excerpts, and the line that counts them.
  package func text(_ diagnostics: [Diagnostic]) -> String {
    let shown = Self.shown(diagnostics)
    var result = shown.map(text(of:)).joined()
    if diagnostics.count > shown.count {
      result +=
        "these are the first \(shown.count), errors before warnings; \(diagnostics.count - shown.count) more are not shown\n"
    }
    return result + summary(diagnostics) + "\n"
  }

  /// `1 file checked: 6 errors, 1 warning`.
  package func summary(_ diagnostics: [Diagnostic]) -> String {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count { $0.severity == .warning }
    var counts = [errors == 0 ? "no errors" : Self.count(errors, "error")]
    if warnings > 0 { counts.append(Self.count(warnings, "warning")) }
    return "\(Self.count(filesChecked, "file")) checked: \(counts.joined(separator: ", "))"
  }

  /// One message: its line, the excerpt with a caret, and the path in the scenario.
  package func text(of diagnostic: Diagnostic) -> String {
    var result = ""
    if let position = diagnostic.position { result += Self.place(position) + ": " }
    result +=
      "\(diagnostic.severity.rawValue)[\(diagnostic.code)]: \(TemplateText.display(diagnostic.message))"
    let excerpt = excerpt(of: diagnostic)
    // Without an excerpt there is no caret to hang the hint on.
    if excerpt == nil, let hint = diagnostic.hint { result += "; \(TemplateText.display(hint))" }
    result += "\n" + (excerpt ?? "")
    if let path = diagnostic.path { result += "     in \(TemplateText.display(path))\n" }
    return result
  }

  /// `file:line:column`; the file alone for a message about all of it (line 0).
  private static func place(_ position: SourcePosition) -> String {
    position.line == 0 ? position.file : "\(position.file):\(position.line):\(position.column)"
  }

  /// Longest part of a line shown. [characters]
  private static let excerptWidth = 100

  private func excerpt(of diagnostic: Diagnostic) -> String? {
    guard let position = diagnostic.position, position.line > 0,
      let line = sources[position.file]?.line(position.line)
    else { return nil }
    // A tab is as wide as the reader's terminal says: one blank keeps the caret in its place.
    var scalars = line.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
    var column = min(max(position.column, 1), scalars.count + 1) - 1
    if column > Self.excerptWidth * 3 / 4 {
      let cut = column - Self.excerptWidth / 2
      scalars.removeFirst(cut)
      column -= cut
    }
    scalars = Array(scalars.prefix(Self.excerptWidth))
    while scalars.last == " " { scalars.removeLast() }
    var shownLine = String.UnicodeScalarView()
    shownLine.append(contentsOf: scalars)
    let number = String(position.line)
    let gutter = max(4, number.count)
    let carets = String(repeating: "^", count: min(max(1, diagnostic.length), max(1, scalars.count - column)))
    let hint = diagnostic.hint.map { " " + TemplateText.display($0) } ?? ""
    let margin = String(repeating: " ", count: gutter - number.count)
    return "\(margin)\(number) | \(String(shownLine))\n"
      + "\(String(repeating: " ", count: gutter)) | \(String(repeating: " ", count: column))\(carets)\(hint)\n"
  }

  // MARK: Programs

  /// One JSON object with all diagnostics and the counts.
  package func json(_ diagnostics: [Diagnostic]) -> String {
    let items = Self.sorted(diagnostics).map { diagnostic in
      var fields = [
        ("severity", JSONText.quoted(diagnostic.severity.rawValue)),
        ("code", JSONText.quoted(diagnostic.code)),
      ]
      if let position = diagnostic.position {
        fields.append(("file", JSONText.quoted(position.file)))
        if position.line > 0 {
          fields.append(("line", String(position.line)))
          fields.append(("column", String(position.column)))
          fields.append(("length", String(diagnostic.length)))
        }
      }
      fields.append(("message", JSONText.quoted(TemplateText.display(diagnostic.message))))
      if let hint = diagnostic.hint { fields.append(("hint", JSONText.quoted(TemplateText.display(hint)))) }
      if let path = diagnostic.path { fields.append(("path", JSONText.quoted(path))) }
      return "    {" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count { $0.severity == .warning }
    let list = items.isEmpty ? "[]" : "[\n" + items.joined(separator: ",\n") + "\n  ]"
    return
      "{\n  \"files_checked\": \(filesChecked),\n  \"errors\": \(errors),\n  \"warnings\": \(warnings),\n"
      + "  \"diagnostics\": \(list)\n}\n"
  }

  /// Workflow commands of GitHub Actions: `::error file=F,line=L,col=C,title=CODE::TEXT`.
  package func github(_ diagnostics: [Diagnostic]) -> String {
    func escaped(_ text: String, isProperty: Bool) -> String {
      var result = ""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "%": result += "%25"
        case "\r": result += "%0D"
        case "\n": result += "%0A"
        case ":" where isProperty: result += "%3A"
        case "," where isProperty: result += "%2C"
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }
    return Self.sorted(diagnostics).map { diagnostic in
      let command = diagnostic.severity == .note ? "notice" : diagnostic.severity.rawValue
      var properties: [String] = []
      if let position = diagnostic.position {
        properties.append("file=\(escaped(position.file, isProperty: true))")
        if position.line > 0 { properties += ["line=\(position.line)", "col=\(position.column)"] }
      }
      properties.append("title=\(escaped(diagnostic.code, isProperty: true))")
      let hint = diagnostic.hint.map { "; \($0)" } ?? ""
      let message = escaped(TemplateText.display(diagnostic.message + hint), isProperty: false)
      return "::\(command) \(properties.joined(separator: ","))::\(message)\n"
    }.joined()
  }

  // MARK: Order

  /// By file, line and column; messages without a position first, equal places in the order found.
  package static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.enumerated().sorted { left, right in
      let (a, b) = (key(left.element), key(right.element))
      return a != b ? a < b : left.offset < right.offset
    }.map(\.element)
  }

  /// The first in order, errors before warnings before notes when not all can be shown.
  private static func shown(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let sorted = sorted(diagnostics)
    guard sorted.count > shownMax else { return sorted }
    let bySeverity = [Diagnostic.Severity.error, .warning, .note].flatMap { severity in
      sorted.filter { $0.severity == severity }
    }
    return Self.sorted(Array(bySeverity.prefix(shownMax)))
  }

  private static func key(_ diagnostic: Diagnostic) -> (String, Int, Int) {
    guard let position = diagnostic.position else { return ("", 0, 0) }
    return (position.file, position.line, position.column)
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

/// Strings of JSON.
enum JSONText {
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}":
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

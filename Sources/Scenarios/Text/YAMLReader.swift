internal import Yams

/// Reads YAML, and JSON as the part of YAML it is, into a tree in which every node knows its position.
///
/// Refuses quickly what could hurt: large files, control characters, deep nesting, aliases that multiply.
/// Diagnostics `Y102` to `Y115`; see scenario format §9 for their form.
package enum YAMLReader {
  /// Largest file. [bytes]
  package static let sizeMax = 5 * 1024 * 1024
  /// Deepest nesting of maps and lists. [levels]
  package static let depthMax = 100
  /// Most nodes of one file once every alias is written out. [nodes]
  package static let nodesMax = 500_000

  /// The tree of one document; nothing when it cannot be read, and then at least one error is added.
  package static func read(_ text: String, file: String, into diagnostics: inout Diagnostics) -> Node? {
    guard text.utf8.count <= sizeMax else {
      diagnostics.add(tooLarge(file: file))
      return nil
    }
    let source = SourceText(file: file, text: text)
    if let problem = TextChecks.firstProblem(in: source) {
      diagnostics.add(problem)
      return nil
    }
    var composer = DuplicateKeyComposer(source: source)
    switch composer.compose() {
    case .failure(let error):
      diagnostics.add(YAMLSyntaxMessage.diagnostic(for: error, in: source))
      return nil
    case .success(nil):
      diagnostics.add(empty(file: file))
      return nil
    case .success(let root?):
      if let problem = AliasExpansion.problem(of: root, in: source) {
        diagnostics.add(problem)
        return nil
      }
      var converter = YAMLConverter(source: source, renamedKeys: composer.renamedKeys)
      let node = converter.convert(root)
      for diagnostic in composer.diagnostics + converter.diagnostics { diagnostics.add(diagnostic) }
      guard let node else { return nil }
      if node.isNull {
        diagnostics.add(empty(file: file))
        return nil
      }
      return node
    }
  }

  /// The same for bytes that may not be UTF-8.
  package static func read(bytes: [UInt8], file: String, into diagnostics: inout Diagnostics) -> Node? {
    guard bytes.count <= sizeMax else {
      diagnostics.add(tooLarge(file: file))
      return nil
    }
    guard let text = TextChecks.decode(bytes, file: file, into: &diagnostics) else { return nil }
    return read(text, file: file, into: &diagnostics)
  }

  static func tooLarge(file: String) -> Diagnostic {
    Diagnostic(
      .error, "Y102", at: SourcePosition(file: file, line: 0, column: 0),
      "the file is larger than 5 MiB, which no scenario needs")
  }

  private static func empty(file: String) -> Diagnostic {
    Diagnostic(
      .error, "Y104", at: SourcePosition(file: file, line: 0, column: 0),
      "the file holds nothing but blanks and comments")
  }
}

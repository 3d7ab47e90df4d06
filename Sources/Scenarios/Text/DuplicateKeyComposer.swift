internal import Yams

/// Reads a document although it repeats keys, so that the other mistakes of the file are found as well.
///
/// The library stops at the first map with a repeated key and gives the position of the key's first use. That
/// use is renamed by one character of the private-use area, which moves no column, and the text is read again; the
/// converter finds the renamed keys, reports the repetition at the second use, and drops the first one.
struct DuplicateKeyComposer {
  /// The key as written, by the key that stands for it in the changed text.
  private(set) var renamedKeys: [String: String] = [:]
  private(set) var diagnostics: [Diagnostic] = []
  /// Keeps the anchors of the composed tree alive, by which `AliasExpansion` knows repeated nodes.
  private(set) var parser: Parser?
  private let source: SourceText
  private var lines: [String]?

  init(source: SourceText) {
    self.source = source
  }

  mutating func compose() -> Result<Yams.Node?, YamlError> {
    var text = source.text
    // Every renaming reads the whole file again: fewer for large files, none above 1 MB.
    let renamingsMax = min(20, 1_000_000 / max(1, text.utf8.count))
    while true {
      do throws(any Error) {
        let parser = try Parser(yaml: text, resolver: .basic, constructor: .default, encoding: .utf8)
        self.parser = parser
        if AliasExpansion.canBeDeep(source) { _ = Unmanaged.passRetained(parser) }
        return .success(try parser.singleRoot())
      } catch let error as YamlError {
        guard case .duplicatedKeysInMapping(let keys, let context) = error, let key = keys.first else {
          return .failure(error)
        }
        guard renamedKeys.count < renamingsMax, let renamed = rename(key, at: context.mark) else {
          return .failure(error)
        }
        text = renamed
      } catch {
        // Reading a string throws nothing else.
        return .failure(.no)
      }
    }
  }

  /// The text in which one use of a key has another first character.
  private mutating func rename(_ key: String, at mark: Mark) -> String? {
    var changed = lines ?? source.lines.map(String.init)
    guard mark.line >= 1, mark.line <= changed.count, !key.isEmpty else { return nil }
    var line = Array(changed[mark.line - 1].unicodeScalars)
    var index = mark.column - 1
    guard line.indices.contains(index) else { return nil }
    if line[index] == "\"" || line[index] == "'" { index += 1 }
    let scalars = Array(key.unicodeScalars)
    guard index + scalars.count <= line.count, Array(line[index..<(index + scalars.count)]) == scalars,
      let stand = Unicode.Scalar(0xE100 + UInt32(renamedKeys.count))
    else { return nil }
    line[index] = stand
    var renamed = String.UnicodeScalarView()
    renamed.append(stand)
    renamed.append(contentsOf: scalars.dropFirst())
    renamedKeys[String(renamed)] = key
    var text = String.UnicodeScalarView()
    text.append(contentsOf: line)
    changed[mark.line - 1] = String(text)
    lines = changed
    return changed.joined(separator: "\n") + "\n"
  }
}

/// Where a piece of a scenario stands.
package struct SourcePosition: Hashable, Sendable {
  /// As the user wrote it, or `--set` for an override on the command line.
  package var file: String
  /// From 1.
  package var line: Int
  /// From 1, in characters.
  package var column: Int
  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// A scenario's text as a tree in which every node knows its position.
///
/// Scalars keep their text: the expected type decides what `12:30`, `on` or `2016-08-19` mean. Short intrinsic
/// functions (`!Ref x`) are already in their long form (`{Ref: x}`).
package struct Node: Sendable, Hashable {
  package indirect enum Value: Sendable, Hashable {
    /// `isPlain` is false for quoted and block scalars, which are never null, numbers or booleans.
    case scalar(String, isPlain: Bool)
    case sequence([Node])
    /// In file order; keys are unique.
    case mapping([Entry])
    case null
  }
  package struct Entry: Sendable, Hashable {
    package var key: String
    package var keyPosition: SourcePosition
    package var value: Node
    package init(key: String, keyPosition: SourcePosition, value: Node) {
      self.key = key
      self.keyPosition = keyPosition
      self.value = value
    }
  }
  package var value: Value
  package var position: SourcePosition

  package init(_ value: Value, at position: SourcePosition) {
    self.value = value
    self.position = position
  }
}

extension Node {
  package var entries: [Entry]? { if case .mapping(let entries) = value { entries } else { nil } }
  package var elements: [Node]? { if case .sequence(let nodes) = value { nodes } else { nil } }
  package var text: String? { if case .scalar(let text, _) = value { text } else { nil } }
  package var isNull: Bool { if case .null = value { true } else { false } }
  /// The value under a key of a mapping.
  package subscript(_ key: String) -> Node? { entries?.first { $0.key == key }?.value }
  package func entry(_ key: String) -> Entry? { entries?.first { $0.key == key } }
}

/// A place in a scenario: `Resources.SendZip.Properties.Timeout`, `errors.0.raise`, `limits."sns.clientRetries"`.
package struct ScenarioPath: Sendable, Hashable, CustomStringConvertible {
  /// Keys and list indices from the root.
  package var components: [String]

  package init(_ components: [String]) {
    self.components = components
  }

  /// Reads dots as separators, except between double quotes; nothing for an empty component or an open quote.
  package init?(_ text: String) {
    var components: [String] = []
    var current = ""
    var isQuoted = false
    var wasQuoted = false
    for character in text {
      switch character {
      case "\"":
        isQuoted.toggle()
        wasQuoted = true
      case "." where !isQuoted:
        guard !current.isEmpty || wasQuoted else { return nil }
        components.append(current)
        current = ""
        wasQuoted = false
      default: current.append(character)
      }
    }
    guard !isQuoted, !current.isEmpty || wasQuoted else { return nil }
    self.components = components + [current]
  }

  package var description: String {
    components.map { $0.contains(".") || $0.isEmpty ? "\"\($0)\"" : $0 }.joined(separator: ".")
  }

  package func appending(_ component: String) -> ScenarioPath {
    ScenarioPath(components + [component])
  }
}

extension Node {
  /// The child under a key of a map or an index of a list.
  package func child(_ component: String) -> Node? {
    switch value {
    case .mapping: self[component]
    case .sequence(let elements):
      if let index = Int(component), elements.indices.contains(index) { elements[index] } else { nil }
    case .scalar, .null: nil
    }
  }

  /// The node at a path from here; the node itself for an empty path.
  package func at(path components: some Sequence<String>) -> Node? {
    var node = self
    for component in components {
      guard let next = node.child(component) else { return nil }
      node = next
    }
    return node
  }

  /// The node at a path written with dots.
  package func at(path text: String) -> Node? {
    ScenarioPath(text).flatMap { at(path: $0.components) }
  }

  /// This tree with another node at a path; maps on the way are made where they are missing.
  ///
  /// Null as the new node removes the key. The path must not lead through a scalar or beyond a list's end.
  package func replacing(_ components: some Collection<String>, with node: Node) -> Node {
    guard let first = components.first else { return node }
    let rest = components.dropFirst()
    var copy = self
    switch value {
    case .sequence(var elements):
      guard let index = Int(first), elements.indices.contains(index) else {
        preconditionFailure("no element \(first) in a list of \(elements.count)")
      }
      if rest.isEmpty, node.isNull {
        elements.remove(at: index)
      } else {
        elements[index] = elements[index].replacing(rest, with: node)
      }
      copy.value = .sequence(elements)
    case .mapping(var entries):
      if let index = entries.firstIndex(where: { $0.key == first }) {
        if rest.isEmpty, node.isNull {
          entries.remove(at: index)
        } else {
          entries[index].value = entries[index].value.replacing(rest, with: node)
        }
      } else if !(rest.isEmpty && node.isNull) {
        let empty = Node(.mapping([]), at: node.position)
        let child = empty.replacing(rest, with: node)
        entries.append(Entry(key: first, keyPosition: node.position, value: child))
      }
      copy.value = .mapping(entries)
    case .null:
      copy = Node(.mapping([]), at: node.position).replacing(components, with: node)
    case .scalar(let text, _):
      preconditionFailure("'\(text)' has no \(first)")
    }
    return copy
  }
}

/// Prints a merged scenario with where its parts come from, for `highwater config`.
///
/// A key carries `# from file:line` when it is a section, a named thing of a section (a resource, a service, a
/// workload), or comes from another file than the key around it. Source: scenario format §7.
package enum ConfigPrinter {
  package static func text(_ scenario: LoadedScenario) -> String {
    text(scenario.root)
  }

  package static func text(_ root: Node) -> String {
    let writer = NodeWriter { entry, path in
      let around = root.enclosingFile(of: path)
      let isNamed = path.count <= 2 || (path.count == 3 && path[0] == "Simulation")
      // A setting replaces the value under a key that keeps its place.
      let isReplaced = entry.value.entries == nil && entry.value.position.file != entry.keyPosition.file
      let origin = isReplaced ? entry.value.position : entry.keyPosition
      guard isNamed || origin.file != around else { return nil }
      return "from \(origin.file):\(origin.line)"
    }
    return writer.text(root)
  }
}

extension Node {
  /// The file of the key that holds the node at a path; that of the root for a key of the root.
  fileprivate func enclosingFile(of path: [String]) -> String {
    var node = self
    var file = position.file
    for component in path.dropLast() {
      if let entry = node.entry(component) {
        file = entry.keyPosition.file
        node = entry.value
      } else if let next = node.child(component) {
        node = next
      }
    }
    return file
  }
}

/// Lays one piece of a scenario over another: scenario format §7.
///
/// Maps merge by key, null removes, scalars and lists replace. A call of an intrinsic function is a value: it is
/// replaced whole and never merged into. Keys keep the place of the lower layer; new keys follow in their order.
package enum Merge {
  /// The lower layer with a patch over it; keys the patch removes are gone.
  package static func apply(_ patch: Node, to base: Node) -> Node {
    withoutNulls(overlay(patch, on: base))
  }

  /// The same, keeping nulls of the patch so that they also remove from layers that come later underneath.
  static func overlay(_ patch: Node, on base: Node) -> Node {
    guard let patchEntries = patch.entries, let baseEntries = base.entries, patch.intrinsic == nil,
      base.intrinsic == nil
    else { return patch }
    var entries = baseEntries
    var places: [String: Int] = [:]
    for (index, entry) in entries.enumerated() { places[entry.key] = index }
    for entry in patchEntries {
      if let place = places[entry.key] {
        // The key keeps the position of its first writer unless the value is another one altogether.
        let merged = overlay(entry.value, on: entries[place].value)
        if merged == entry.value { entries[place].keyPosition = entry.keyPosition }
        entries[place].value = merged
      } else {
        places[entry.key] = entries.count
        entries.append(entry)
      }
    }
    return Node(.mapping(entries), at: base.position)
  }

  /// The tree without keys whose value is null; patches below `Simulation.variants` keep theirs.
  static func withoutNulls(_ root: Node) -> Node {
    strip(root, path: [])
  }

  private static func strip(_ node: Node, path: [String]) -> Node {
    guard let entries = node.entries, node.intrinsic == nil else { return node }
    let isVariant = path.count == 3 && path[0] == "Simulation" && path[1] == "variants"
    if isVariant { return node }
    var copy = node
    copy.value = .mapping(
      entries.compactMap { entry in
        guard !entry.value.isNull else { return nil }
        var kept = entry
        // Deeper than variants no path matters.
        kept.value = strip(entry.value, path: path.count < 3 ? path + [entry.key] : path)
        return kept
      })
    return copy
  }
}

internal import Yams

/// Counts the nodes a file has once its aliases are written out, without writing them out.
struct AliasExpansion {
  /// Nodes below each anchored node, itself included; every anchored node is counted once.
  private var counts: [ObjectIdentifier: Int] = [:]

  /// Whether chains of aliases could nest nodes so deep that freeing them overflows the stack.
  ///
  /// Freeing a tree recurses as deep as the tree is, and each anchor can add the scanner's own limit of 1000 levels.
  /// The parser of such a file is kept for ever: it holds every anchored node, so that no deep tree is ever freed.
  /// Remove this when the library frees trees without recursion.
  static func canBeDeep(_ source: SourceText) -> Bool {
    let anchors = source.text.utf8.count { $0 == UInt8(ascii: "&") }
    return anchors > 8 && source.text.utf8.contains(UInt8(ascii: "*"))
  }

  static func problem(of root: Yams.Node, in source: SourceText) -> Diagnostic? {
    guard source.text.utf8.contains(UInt8(ascii: "*")) else { return nil }
    var expansion = AliasExpansion()
    guard expansion.count(root) > YAMLReader.nodesMax else { return nil }
    return Diagnostic(
      .error, "Y110", at: SourcePosition(file: source.file, line: 0, column: 0),
      "the file has more than 500,000 nodes once its aliases are written out")
  }

  /// Recurses no deeper than the text nests: an alias stands after its anchor, whose count is known by then.
  private mutating func count(_ node: Yams.Node) -> Int {
    let anchor = node.anchor.map(ObjectIdentifier.init)
    if let anchor, let known = counts[anchor] { return known }
    var total = 1
    switch node {
    case .scalar, .alias: break
    case .sequence(let sequence):
      for element in sequence { total = sum(total, count(element)) }
    case .mapping(let mapping):
      for (key, value) in mapping { total = sum(total, sum(count(key), count(value))) }
    }
    if let anchor { counts[anchor] = total }
    return total
  }

  /// Stops growing above the limit, so that no bomb overflows the count.
  private func sum(_ a: Int, _ b: Int) -> Int {
    min(a + b, 2 * YAMLReader.nodesMax)
  }
}

import Services

/// Reads the patterns of filter criteria and filter policies: mappings of fields to lists of tests.
struct FilterPatternParser {
  /// What is wrong with a pattern, and where.
  struct Mistake: Error {
    var node: Node
    var message: String
  }

  /// Reads a pattern whose fields stand below one of these keys, such as `data` or `body`; directly when there are none.
  static func parse(_ node: Node, under keys: [String] = []) throws(Mistake) -> FilterPattern {
    guard let entries = node.entries else {
      throw Mistake(node: node, message: "a filter pattern is a mapping of fields to lists of tests")
    }
    guard !keys.isEmpty else { return FilterPattern(alternatives: try alternatives(entries, prefix: "")) }
    var product: [[FilterPattern.Rule]] = [[]]
    for entry in entries {
      guard keys.contains(entry.key) else {
        throw Mistake(
          node: entry.value,
          message:
            "patterns on '\(entry.key)' are not modelled: messages show their fields, under '\(keys.joined(separator: "' or '"))'"
        )
      }
      guard let inner = entry.value.entries else {
        throw Mistake(node: entry.value, message: "'\(entry.key)' is a mapping of fields to lists of tests")
      }
      product = combine(product, try alternatives(inner, prefix: ""))
    }
    return FilterPattern(alternatives: product)
  }

  /// All entries have to hold; `$or` multiplies the alternatives.
  private static func alternatives(_ entries: [Node.Entry], prefix: String) throws(Mistake)
    -> [[FilterPattern.Rule]]
  {
    var product: [[FilterPattern.Rule]] = [[]]
    for entry in entries {
      if entry.key == "$or", let branches = entry.value.elements {
        var either: [[FilterPattern.Rule]] = []
        for branch in branches {
          guard let inner = branch.entries else {
            throw Mistake(node: branch, message: "every member of '$or' is a mapping of fields to tests")
          }
          either += try alternatives(inner, prefix: prefix)
        }
        product = combine(product, either)
        continue
      }
      let field = prefix + entry.key
      if let inner = entry.value.entries {
        product = combine(product, try alternatives(inner, prefix: field + "."))
        continue
      }
      guard let elements = entry.value.elements, !elements.isEmpty else {
        throw Mistake(node: entry.value, message: "the tests of '\(field)' stand in a list, as in [\"a\"]")
      }
      var tests: [FilterPattern.Test] = []
      for element in elements { tests.append(try test(element)) }
      product = product.map { $0 + [FilterPattern.Rule(field: field, tests: tests)] }
    }
    return product
  }

  private static func combine(_ a: [[FilterPattern.Rule]], _ b: [[FilterPattern.Rule]])
    -> [[FilterPattern.Rule]]
  {
    a.flatMap { left in b.map { left + $0 } }
  }

  private static let knownTests = [
    "prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "exists",
  ]

  private static func test(_ node: Node) throws(Mistake) -> FilterPattern.Test {
    if case .scalar(let text, let isPlain) = node.value { return literal(text, isPlain: isPlain) }
    guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
      throw Mistake(
        node: node, message: "a test is a value or a mapping with one key, as in {\"prefix\": \"a\"}")
    }
    switch entry.key {
    case "prefix": return .prefix(try word(entry))
    case "suffix": return .suffix(try word(entry))
    case "equals-ignore-case": return .equalsIgnoreCase(try word(entry))
    case "exists":
      guard let isWanted = entry.value.text.flatMap(Literal.boolean) else {
        throw Mistake(node: entry.value, message: "'exists' is true or false")
      }
      return .exists(isWanted)
    case "anything-but":
      var tests: [FilterPattern.Test] = []
      for element in entry.value.elements ?? [entry.value] { tests.append(try test(element)) }
      return .anythingBut(tests)
    case "numeric": return .numeric(try bounds(entry.value))
    default:
      let nearest = NearestName.of(entry.key, in: knownTests)
      throw Mistake(
        node: entry.value,
        message: "there is no test '\(entry.key)'; there is \(knownTests.joined(separator: ", "))"
          + (nearest.map { "; nearest: '\($0)'" } ?? ""))
    }
  }

  /// JSON tells texts and numbers apart by their quotes, as YAML does.
  private static func literal(_ text: String, isPlain: Bool) -> FilterPattern.Test {
    if isPlain, let number = Literal.number(text) { return .number(number) }
    return .text(text)
  }

  private static func word(_ entry: Node.Entry) throws(Mistake) -> String {
    guard let text = entry.value.text else {
      throw Mistake(node: entry.value, message: "'\(entry.key)' is followed by a text")
    }
    return text
  }

  /// `[">=", 0, "<", 5]`
  private static func bounds(_ node: Node) throws(Mistake) -> [FilterPattern.Bound] {
    let parts = node.elements ?? []
    let mistake = Mistake(
      node: node, message: "'numeric' is a list of one or two comparisons, as in [\">=\", 0, \"<\", 5]")
    guard parts.count == 2 || parts.count == 4 else { throw mistake }
    var bounds: [FilterPattern.Bound] = []
    for index in stride(from: 0, to: parts.count, by: 2) {
      guard let comparison = parts[index].text.flatMap(FilterPattern.Bound.Comparison.init(rawValue:)),
        let value = parts[index + 1].text.flatMap(Literal.number)
      else { throw mistake }
      bounds.append(.init(comparison, value))
    }
    return bounds
  }
}

extension Compilation {
  /// `FilterCriteria` of an event source mapping: a message passes when one of the patterns matches.
  ///
  /// - Parameter keys: What a pattern's fields stand under: `data` for streams, `body` for queues.
  mutating func filterCriteria(_ node: Node?, under keys: [String], path: String) -> FilterPattern? {
    guard let filters = node?["Filters"]?.elements, !filters.isEmpty else { return nil }
    var union: FilterPattern?
    for (index, filter) in filters.enumerated() {
      guard let text = filter["Pattern"] else { continue }
      let path = "\(path).Filters.\(index).Pattern"
      guard let pattern = filterPattern(text, under: keys, path: path) else { continue }
      union = union?.union(pattern) ?? pattern
    }
    return union
  }

  /// A pattern as a mapping or as JSON in a text; reports what is wrong with it.
  mutating func filterPattern(_ node: Node, under keys: [String] = [], path: String) -> FilterPattern? {
    guard let tree = jsonTree(node, "filter pattern", path: path) else { return nil }
    do {
      let pattern = try FilterPatternParser.parse(tree, under: keys)
      filters.append((pattern, node, path))
      return pattern
    } catch {
      // Positions inside a text of JSON mean nothing in the file.
      report("T230", node.text == nil ? error.node : node, error.message, path: path)
      return nil
    }
  }

  /// The tree of a property that takes a mapping or the same as a text of JSON.
  mutating func jsonTree(_ node: Node, _ what: String, path: String) -> Node? {
    guard let text = node.text else { return node }
    if node.opaqueReason != nil {
      needsKnown(node, what, path: path)
      return nil
    }
    var found = Diagnostics()
    if let tree = YAMLReader.read(text, file: node.position.file, into: &found), tree.entries != nil {
      return tree
    }
    report("T230", node, "this \(what) is not the text of a JSON object", path: path)
    return nil
  }

  /// Fields of filters that no workload has: such a filter lets nothing through, or everything.
  mutating func adviseFilters() {
    let known = spec.workloads.flatMap(\.fields).map(\.name)
    for (pattern, node, path) in filters {
      for field in pattern.fields where !known.contains(field) {
        let nearest = NearestName.of(field, in: known)
        report(
          "A610", node,
          "no workload has a field '\(field)'"
            + (known.isEmpty ? "" : "; there is \(Self.listing(known))"),
          hint: nearest.map { "did you mean '\($0)'?" }, path: path, severity: .warning)
      }
    }
  }
}

internal import Yams

/// Turns the library's tree into ours: short functions to long ones, merge keys and aliases written out.
struct YAMLConverter {
  private(set) var diagnostics: [Diagnostic] = []
  private let source: SourceText
  private let renamedKeys: [String: String]
  private var nodeCount = 0
  /// Set once when a limit is exceeded; nothing is converted afterwards.
  private var stopped = false

  init(source: SourceText, renamedKeys: [String: String]) {
    self.source = source
    self.renamedKeys = renamedKeys
  }

  mutating func convert(_ root: Yams.Node) -> Node? {
    let node = convert(root, depth: 0)
    return stopped ? nil : node
  }

  private mutating func convert(_ node: Yams.Node, depth: Int) -> Node {
    let position = position(node.plainMark)
    guard !stopped, depth <= YAMLReader.depthMax, nodeCount < YAMLReader.nodesMax else {
      stop(at: position, tooDeep: depth > YAMLReader.depthMax)
      return Node(.null, at: position)
    }
    nodeCount += 1
    switch node {
    case .scalar(let scalar):
      let tag = scalar.tag.rawValue
      if let name = shortFunction(tag) {
        let inner = afterTag(tag, position)
        let argument = Node.Value.scalar(scalar.string, isPlain: scalar.style == .plain)
        return function(name, tag: tag, argument: Node(argument, at: inner), position)
      }
      return Node(Self.value(of: scalar), at: position)
    case .sequence(let sequence):
      let tag = sequence.tag.rawValue
      let name = shortFunction(tag)
      var elements: [Node] = []
      elements.reserveCapacity(sequence.count)
      for element in sequence where !stopped { elements.append(convert(element, depth: depth + 1)) }
      guard let name else { return Node(.sequence(elements), at: position) }
      return function(
        name, tag: tag, argument: Node(.sequence(elements), at: afterTag(tag, position)), position)
    case .mapping(let mapping):
      let tag = mapping.tag.rawValue
      let name = shortFunction(tag)
      let value = Node.Value.mapping(entries(of: mapping, depth: depth))
      guard let name else { return Node(value, at: position) }
      return function(name, tag: tag, argument: Node(value, at: afterTag(tag, position)), position)
    case .alias:
      // Composing replaces every alias by its node.
      preconditionFailure("the composed tree still holds an alias")
    }
  }

  private static func value(of scalar: Yams.Node.Scalar) -> Node.Value {
    let isPlain = scalar.style == .plain && scalar.tag.rawValue != "tag:yaml.org,2002:str"
    if isPlain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) { return .null }
    return .scalar(scalar.string, isPlain: isPlain)
  }

  // MARK: Maps

  private mutating func entries(of mapping: Yams.Node.Mapping, depth: Int) -> [Node.Entry] {
    var own: [Node.Entry] = []
    own.reserveCapacity(mapping.count)
    var merged: [(index: Int, entries: [Node.Entry])] = []
    var dropped: [(key: String, position: SourcePosition)] = []
    for (keyNode, valueNode) in mapping where !stopped {
      let keyPosition = position(keyNode.plainMark)
      guard case .scalar(let key) = keyNode else {
        report("Y113", keyPosition, "a key is one word or a quoted text, not a list or a map")
        continue
      }
      let value = convert(valueNode, depth: depth + 1)
      if key.string == "<<", key.style == .plain {
        merged.append((own.count, mergedEntries(value, at: keyPosition)))
      } else if let original = renamedKeys[key.string] {
        dropped.append((original, keyPosition))
      } else {
        own.append(Node.Entry(key: key.string, keyPosition: keyPosition, value: value))
      }
    }
    reportRepeated(dropped, in: own)
    return merged.isEmpty ? own : splice(merged, into: own)
  }

  private mutating func mergedEntries(_ value: Node, at position: SourcePosition) -> [Node.Entry] {
    if let entries = value.entries { return entries }
    if let elements = value.elements, elements.allSatisfy({ $0.entries != nil }) {
      // Earlier maps of the list win, as YAML's merge type says.
      var result: [Node.Entry] = []
      var seen: Set<String> = []
      for entry in elements.flatMap({ $0.entries ?? [] }) where seen.insert(entry.key).inserted {
        result.append(entry)
      }
      return result
    }
    report("Y114", position, "'<<' takes a map or a list of maps", length: 2)
    return []
  }

  /// Own keys win over merged ones, earlier merges over later ones; merged keys stand where `<<` stood.
  private func splice(_ merged: [(index: Int, entries: [Node.Entry])], into own: [Node.Entry]) -> [Node.Entry]
  {
    var seen = Set(own.map(\.key))
    var result: [Node.Entry] = []
    var next = 0
    for (index, entries) in merged {
      result += own[next..<index]
      next = index
      for entry in entries where seen.insert(entry.key).inserted { result.append(entry) }
    }
    return result + own[next...]
  }

  private mutating func reportRepeated(
    _ dropped: [(key: String, position: SourcePosition)], in own: [Node.Entry]
  ) {
    for (index, first) in dropped.enumerated() {
      // The next use of the key: another dropped one when it stands three times.
      let next =
        dropped[(index + 1)...].first { $0.key == first.key }?.position
        ?? own.first { $0.key == first.key }?.keyPosition
      report(
        "Y108", next ?? first.position, "key '\(first.key)' appears twice in this map",
        length: first.key.unicodeScalars.count, hint: "first on line \(first.position.line)")
    }
  }

  // MARK: Short functions

  /// Long name of a short tag: `!Sub` is `Fn::Sub`; nothing for YAML's own tags.
  private mutating func shortFunction(_ tag: String) -> String? {
    guard tag.hasPrefix("!"), tag.count > 1 else { return nil }
    return String(tag.dropFirst())
  }

  private mutating func function(_ name: String, tag: String, argument: Node, _ position: SourcePosition)
    -> Node
  {
    guard let longName = IntrinsicName.long(ofShort: name) else {
      let nearest = NearestName.of(name, in: IntrinsicName.shortNames)
      report(
        "Y112", position, "unknown tag '\(tag)'", length: tag.unicodeScalars.count,
        hint: nearest.map { "did you mean '!\($0)'?" })
      return argument
    }
    var argument = argument
    if longName == "Fn::GetAtt", let text = argument.text {
      argument = IntrinsicName.splitAttribute(text, at: argument.position)
    }
    return Node(.mapping([Node.Entry(key: longName, keyPosition: position, value: argument)]), at: position)
  }

  /// Where the value behind a tag begins.
  private func afterTag(_ tag: String, _ position: SourcePosition) -> SourcePosition {
    guard let line = source.line(position.line) else { return position }
    let rest = line.unicodeScalars.dropFirst(position.column - 1)
    guard rest.starts(with: tag.unicodeScalars) else { return position }
    let value = rest.dropFirst(tag.unicodeScalars.count).prefix { $0 == " " }.count
    var inner = position
    inner.column += tag.unicodeScalars.count + value
    return inner.column - 1 < line.unicodeScalars.count ? inner : position
  }

  // MARK: Reports

  private func position(_ mark: Mark?) -> SourcePosition {
    SourcePosition(file: source.file, line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private mutating func stop(at position: SourcePosition, tooDeep: Bool) {
    guard !stopped else { return }
    stopped = true
    if tooDeep {
      report("Y109", position, "maps and lists are nested deeper than \(YAMLReader.depthMax) levels")
    } else {
      report("Y110", position, "the file has more than 500,000 nodes, which no scenario needs")
    }
  }

  private mutating func report(
    _ code: String, _ position: SourcePosition, _ message: String, length: Int = 1, hint: String? = nil
  ) {
    diagnostics.append(Diagnostic(.error, code, at: position, message, length: max(1, length), hint: hint))
  }
}

extension Yams.Node {
  /// The mark without resolving the tag.
  fileprivate var plainMark: Mark? {
    switch self {
    case .scalar(let scalar): scalar.mark
    case .mapping(let mapping): mapping.mark
    case .sequence(let sequence): sequence.mark
    case .alias(let alias): alias.mark
    }
  }
}

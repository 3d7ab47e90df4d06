/// The intrinsic functions. Source: scenario format §6; CloudFormation user guide, "Intrinsic function reference".
extension TemplateEvaluator {
  /// The node with every function evaluated; nothing when it is `AWS::NoValue`.
  mutating func evaluate(_ node: Node) -> Node? {
    if let call = node.intrinsic { return evaluate(call.name, call.argument, at: node.position) }
    var copy = node
    switch node.value {
    case .null: return node
    case .scalar(let text, _):
      guard text.contains("{{resolve:") else { return node }
      return opaque("a dynamic reference", because: "is known only after a deployment", at: node.position)
    case .sequence(let elements):
      var evaluated: [Node] = []
      evaluated.reserveCapacity(elements.count)
      for (index, element) in elements.enumerated() {
        path.append(String(index))
        if let value = evaluate(element) { evaluated.append(value) }
        path.removeLast()
      }
      copy.value = .sequence(evaluated)
    case .mapping(let entries):
      var evaluated: [Node.Entry] = []
      evaluated.reserveCapacity(entries.count)
      for entry in entries {
        if entry.key.hasPrefix("Fn::") {
          besideOthers(entry)
          continue
        }
        path.append(entry.key)
        if let value = evaluate(entry.value) {
          evaluated.append(Node.Entry(key: entry.key, keyPosition: entry.keyPosition, value: value))
        }
        path.removeLast()
      }
      copy.value = .mapping(evaluated)
    }
    return copy
  }

  private mutating func besideOthers(_ entry: Node.Entry) {
    let length = entry.key.unicodeScalars.count
    if entry.key == "Fn::Transform" || entry.key.hasPrefix("Fn::ForEach") {
      report(
        .warning, "M502", entry.keyPosition, "\(entry.key) is not run; what it would add is missing",
        length: length)
    } else {
      report(
        .error, "T204", entry.keyPosition, "\(entry.key) stands beside other keys; it must be alone",
        length: length)
    }
  }

  private mutating func evaluate(_ name: String, _ argument: Node, at position: SourcePosition) -> Node? {
    switch name {
    case "Ref":
      guard let target = argument.text else { return malformed(name, "takes one name", argument) }
      return value(ofName: target, at: position)?.moved(to: position)
    case "Fn::GetAtt": return getAtt(argument, at: position)
    case "Fn::Sub": return sub(argument, at: position)
    case "Fn::Join": return join(argument, at: position)
    case "Fn::Select": return select(argument, at: position)
    case "Fn::Split": return split(argument, at: position)
    case "Fn::FindInMap": return findInMap(argument, at: position)
    case "Fn::If":
      guard let parts = argument.elements, parts.count == 3, let condition = parts[0].text else {
        return malformed(name, "takes [condition, value if true, value if false]", argument)
      }
      return evaluate(conditionHolds(condition, at: parts[0].position) ? parts[1] : parts[2])
    case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not":
      return malformed(name, "belongs into Conditions", argument)
    case "Fn::ImportValue":
      let exported = evaluate(argument)?.displayText ?? ""
      return opaque("Fn::ImportValue \(exported)", because: "is known only after a deployment", at: position)
    case "Fn::Base64", "Fn::GetAZs", "Fn::Transform", "Fn::Cidr", "Fn::Length", "Fn::ToJsonString":
      return opaque(name, because: "is not evaluated", at: position)
    default:
      let known = ["Ref"] + IntrinsicName.functions.map { "Fn::" + $0 }
      report(
        .error, "T212", position, "there is no function '\(name)'", length: name.unicodeScalars.count,
        hint: NearestName.of(name, in: known).map { "did you mean '\($0)'?" })
      return Node(.scalar(TemplateText.opaque(name), isPlain: true), at: position)
    }
  }

  private mutating func getAtt(_ argument: Node, at position: SourcePosition) -> Node? {
    let parts =
      argument.elements
      ?? argument.text.map { IntrinsicName.splitAttribute($0, at: argument.position) }?.elements
    guard let parts, parts.count >= 2, let id = parts[0].text else {
      return malformed(
        "Fn::GetAtt", "takes a resource and an attribute: [Id, Attribute] or Id.Attribute", argument)
    }
    let names = parts.dropFirst().map { evaluate($0)?.text ?? "" }
    return attribute(names.joined(separator: "."), of: id, at: parts[0].position).moved(to: position)
  }

  private mutating func sub(_ argument: Node, at position: SourcePosition) -> Node? {
    var template = argument
    var variables: [String: String] = [:]
    if let parts = argument.elements {
      guard parts.count == 2, let map = parts[1].entries else {
        return malformed("Fn::Sub", "takes a text, or [text, {name: value}]", argument)
      }
      template = parts[0]
      for entry in map { variables[entry.key] = evaluate(entry.value)?.text ?? "" }
    }
    guard let text = template.text else {
      return malformed("Fn::Sub", "takes a text, or [text, {name: value}]", argument)
    }
    var result = ""
    var rest = text[...]
    while let start = rest.range(ofText: "${") {
      result += rest[..<start.lowerBound]
      guard let close = rest[start.upperBound...].firstIndex(of: "}") else {
        return malformed("Fn::Sub", "has '${' without '}'", template)
      }
      let name = rest[start.upperBound..<close]
      let offset = text[..<start.upperBound].unicodeScalars.count
      result += substitution(String(name), variables, at: place(of: offset, in: text, node: template))
      rest = rest[rest.index(after: close)...]
    }
    result += rest
    return Node(.scalar(result, isPlain: true), at: position)
  }

  private mutating func substitution(
    _ name: String, _ variables: [String: String], at position: SourcePosition
  ) -> String {
    if name.hasPrefix("!") { return "${\(name.dropFirst())}" }
    let name = String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    if let variable = variables[name] { return variable }
    if !name.hasPrefix("AWS::"), let dot = name.firstIndex(of: ".") {
      let attribute = String(name[name.index(after: dot)...])
      return self.attribute(attribute, of: String(name[..<dot]), at: position).text ?? ""
    }
    guard let value = value(ofName: name, at: position) else { return "" }
    if let text = value.text { return text }
    report(
      .error, "T204", position, "'\(name)' is a list; Fn::Sub needs one value",
      length: name.unicodeScalars.count)
    return ""
  }

  /// Position of a character of a one-line text; the text's own position otherwise.
  private func place(of offset: Int, in text: String, node: Node) -> SourcePosition {
    guard case .scalar(_, let isPlain) = node.value, !text.contains("\n") else { return node.position }
    var position = node.position
    position.column += offset + (isPlain ? 0 : 1)
    return position
  }

  private mutating func join(_ argument: Node, at position: SourcePosition) -> Node? {
    guard let parts = argument.elements, parts.count == 2, let separator = parts[0].text,
      let list = evaluate(parts[1])
    else { return malformed("Fn::Join", "takes [separator, list]", argument) }
    if list.opaqueReason != nil { return list.moved(to: position) }
    guard let elements = list.elements else {
      return malformed("Fn::Join", "takes [separator, list]", argument)
    }
    let texts = elements.compactMap(\.text)
    guard texts.count == elements.count else {
      return malformed("Fn::Join", "joins texts, not lists or maps", argument)
    }
    return Node(.scalar(texts.joined(separator: separator), isPlain: true), at: position)
  }

  private mutating func split(_ argument: Node, at position: SourcePosition) -> Node? {
    guard let parts = argument.elements, parts.count == 2, let separator = parts[0].text, !separator.isEmpty,
      let text = evaluate(parts[1])?.text
    else { return malformed("Fn::Split", "takes [separator, text]", argument) }
    let pieces = TemplateText.split(text, by: separator)
    // The pieces of a value that nobody knows are not known either.
    if pieces.count == 1, TemplateText.opaqueReason(text) != nil {
      return Node(.scalar(text, isPlain: true), at: position)
    }
    return Node(.sequence(pieces.map { Node(.scalar($0, isPlain: true), at: position) }), at: position)
  }

  private mutating func select(_ argument: Node, at position: SourcePosition) -> Node? {
    guard let parts = argument.elements, parts.count == 2, let indexText = evaluate(parts[0])?.text,
      let index = Int(indexText), let list = evaluate(parts[1])
    else { return malformed("Fn::Select", "takes [index, list]", argument) }
    if list.opaqueReason != nil { return list.moved(to: position) }
    guard let elements = list.elements else {
      return malformed("Fn::Select", "takes [index, list]", argument)
    }
    if elements.indices.contains(index) { return elements[index].moved(to: position) }
    if elements.count == 1, let text = elements[0].text,
      let (reference, rest) = TemplateText.leadingReference(text), rest.isEmpty, index >= 0
    {
      return part(index, ofARN: reference, at: position)
    }
    report(
      .error, "T211", parts[0].position, "index \(index) is outside a list of \(elements.count)",
      length: indexText.unicodeScalars.count)
    return Node(.scalar(TemplateText.opaque("Fn::Select"), isPlain: true), at: position)
  }

  /// A part of an ARN that only a deployment knows: `!Select [5, !Split [':', !GetAtt Topic.Arn]]` is its name.
  private mutating func part(_ index: Int, ofARN reference: ResourceReference, at position: SourcePosition)
    -> Node?
  {
    switch index {
    case 1: value(ofName: "AWS::Partition", at: position)
    case 3: value(ofName: "AWS::Region", at: position)
    case 4: value(ofName: "AWS::AccountId", at: position)
    case 5...:
      Node(.scalar(TemplateText.reference(reference.logicalID, attribute: nil), isPlain: true), at: position)
    default: Node(.scalar(TemplateText.opaque("Fn::Select"), isPlain: true), at: position)
    }
  }

  private mutating func findInMap(_ argument: Node, at position: SourcePosition) -> Node? {
    guard let parts = argument.elements, (3...4).contains(parts.count) else {
      return malformed("Fn::FindInMap", "takes [map, first key, second key]", argument)
    }
    var node = mappings
    for (index, part) in parts.prefix(3).enumerated() {
      guard let key = evaluate(part)?.text else {
        return malformed("Fn::FindInMap", "takes [map, first key, second key]", argument)
      }
      if let next = node?[key] {
        node = next
        continue
      }
      if parts.count == 4, let fallback = parts[3]["DefaultValue"] { return evaluate(fallback) }
      if TemplateText.opaqueReason(key) != nil { return Node(.scalar(key, isPlain: true), at: position) }
      let names = node?.entries?.map(\.key) ?? []
      let place = index == 0 ? "Mappings" : "this map"
      report(
        .error, "T216", part.position, "\(place) has no '\(TemplateText.display(key))'",
        length: key.unicodeScalars.count, hint: NearestName.of(key, in: names).map { "did you mean '\($0)'?" }
      )
      return Node(.scalar(TemplateText.opaque("Fn::FindInMap"), isPlain: true), at: position)
    }
    return node?.moved(to: position)
  }

  // MARK: What cannot be evaluated

  private mutating func opaque(_ what: String, because reason: String, at position: SourcePosition) -> Node {
    report(.warning, "M502", position, "\(what) \(reason); its value is left open")
    return Node(.scalar(TemplateText.opaque(what), isPlain: true), at: position)
  }

  mutating func malformed(_ name: String, _ expected: String, _ argument: Node) -> Node {
    report(.error, "T204", argument.position, "\(name) \(expected)")
    return Node(.scalar(TemplateText.opaque(name), isPlain: true), at: argument.position)
  }
}

extension Substring {
  /// The first place of a text, without Foundation.
  fileprivate func range(ofText text: String) -> Range<Index>? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(text) { return index..<self.index(index, offsetBy: text.count) }
      index = self.index(after: index)
    }
    return nil
  }
}

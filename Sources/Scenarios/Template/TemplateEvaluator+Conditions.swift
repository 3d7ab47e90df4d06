/// The conditions of a template, each evaluated once.
extension TemplateEvaluator {
  /// Evaluates every condition, used or not, so that its mistakes are found.
  mutating func readConditions() {
    for entry in conditions?.entries ?? [] {
      _ = conditionHolds(entry.key, at: entry.keyPosition)
    }
  }

  mutating func conditionHolds(_ name: String, at position: SourcePosition) -> Bool {
    if let known = conditionResults[name] { return known }
    let length = name.unicodeScalars.count
    guard let entry = conditions?.entry(name) else {
      let names = conditions?.entries?.map(\.key) ?? []
      report(
        .error, "T209", position, "there is no condition '\(name)'", length: length,
        hint: NearestName.of(name, in: names).map { "did you mean '\($0)'?" })
      // What depends on a condition nobody wrote stays in, so that its own mistakes are found as well.
      return true
    }
    if let first = openConditions.firstIndex(of: name) {
      let chain = (openConditions[first...] + [name]).joined(separator: " > ")
      report(.error, "T209", position, "condition '\(name)' depends on itself: \(chain)", length: length)
      return false
    }
    openConditions.append(name)
    let outerPath = path
    path = ["Conditions", name]
    let holds = isTrue(entry.value)
    path = outerPath
    openConditions.removeLast()
    conditionResults[name] = holds
    return holds
  }

  private mutating func isTrue(_ node: Node) -> Bool {
    if let entries = node.entries, entries.count == 1, let entry = entries.first, entry.key == "Condition",
      let name = entry.value.text
    {
      return conditionHolds(name, at: entry.value.position)
    }
    guard let call = node.intrinsic else {
      _ = malformed("a condition", "is Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition", node)
      return false
    }
    let arguments = call.argument.elements ?? []
    switch call.name {
    case "Fn::Equals" where arguments.count == 2:
      return areEqual(arguments[0], arguments[1], at: node.position)
    case "Fn::Equals": _ = malformed(call.name, "takes two values", call.argument)
    case "Fn::Not" where arguments.count == 1: return !isTrue(arguments[0])
    case "Fn::Not": _ = malformed(call.name, "takes a list of one condition", call.argument)
    case "Fn::And", "Fn::Or":
      guard (2...10).contains(arguments.count) else {
        _ = malformed(call.name, "takes 2 to 10 conditions", call.argument)
        return false
      }
      // All of them are evaluated, so that every mistake is found.
      let results = arguments.map { isTrue($0) }
      return call.name == "Fn::And" ? !results.contains(false) : results.contains(true)
    default: _ = malformed(call.name, "is not a condition", call.argument)
    }
    return false
  }

  private mutating func areEqual(_ left: Node, _ right: Node, at position: SourcePosition) -> Bool {
    let values = [left, right].map { evaluate($0)?.comparable ?? "" }
    if values[0] == values[1] { return true }
    if values.contains(where: { TemplateText.opaqueReason($0) != nil }) {
      report(
        .warning, "M503", position,
        "this comparison needs a value known only after a deployment; taken as false")
    }
    return false
  }
}

extension Node {
  /// One text by which two evaluated values are compared.
  fileprivate var comparable: String {
    switch value {
    case .scalar(let text, _): text
    case .null: ""
    case .sequence(let elements): "[" + elements.map(\.comparable).joined(separator: "\u{0}") + "]"
    case .mapping(let entries):
      "{" + entries.map { $0.key + "\u{0}" + $0.value.comparable }.joined(separator: "\u{0}") + "}"
    }
  }
}

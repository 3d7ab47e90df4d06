import Kernel
import Services

extension Compilation {
  /// `Simulation.functions`: the block of each function, with `'*'` for keys that it leaves out.
  mutating func compileFunctions() {
    let blocks = simulation["functions"]?.entries ?? []
    let common = blocks.first { $0.key == "*" }?.value
    for entry in blocks where entry.key != "*" && !entry.value.isNull && names.functions[entry.key] == nil {
      let path = "Simulation.functions.\(entry.key)"
      let nearest = NearestName.of(entry.key, in: names.functionNames)
      let what = template.resource(entry.key).map { "'\(entry.key)' is an \($0.type), not a function" }
      report(
        "S319", at: entry.keyPosition, length: entry.key.count,
        what ?? "no function is named '\(entry.key)'"
          + (nearest != nil
            ? ""
            : names.functionNames.isEmpty
              ? "; the scenario has no function" : "; there is \(Self.listing(names.functionNames))"),
        hint: nearest.map { "did you mean '\($0)'?" }, path: path)
    }
    for (index, name) in names.functionNames.enumerated() {
      let own = blocks.first { $0.key == name }?.value
      compileFunction(index, own: own, common: common)
    }
  }

  private static let programKeys = ["handler", "perInvocation", "perBatch", "perMessage"]

  private mutating func compileFunction(_ index: Int, own: Node?, common: Node?) {
    let name = names.functionNames[index]
    func source(_ keys: [String]) -> (node: Node, path: String)? {
      if let own, keys.contains(where: { own[$0].map { !$0.isNull } ?? false }) {
        return (own, "Simulation.functions.\(name)")
      }
      if let common, keys.contains(where: { common[$0].map { !$0.isNull } ?? false }) {
        return (common, "Simulation.functions.*")
      }
      return nil
    }
    if let (node, path) = source(["coldStart"]),
      let law = distribution(node["coldStart"], .duration, path: "\(path).coldStart")
    {
      spec.functions[index].coldStart = law
    }
    if let (node, path) = source(Self.programKeys) {
      spec.functions[index].handler = program(node, path: path)
    }
    if let own, own["handler"] == nil, let config = own["config"] {
      report(
        "S308", config, "'config' belongs to 'handler'", path: "Simulation.functions.\(name).config")
    }
    if let (node, path) = source(["errors"]) {
      let rules = node["errors"]?.elements ?? []
      errorNodes[index] = rules
      spec.functions[index].errors = rules.enumerated().compactMap {
        errorRule($1, path: "\(path).errors.\($0)")
      }
    }
  }

  private mutating func program(_ node: Node, path: String) -> HandlerProgram {
    let given = node.entries!.filter { Self.programKeys.contains($0.key) && !$0.value.isNull }
    if given.count > 1 {
      report(
        "S308", at: given[1].keyPosition, length: given[1].key.count,
        "a function has one behaviour: '\(given[0].key)' or '\(given[1].key)'", path: path)
    }
    let key = given[0].key
    if key == "handler" {
      guard let name = node["handler"]?.text, !name.isEmpty else { return .immediate }
      var config: [(name: String, value: FieldValue)] = []
      for entry in node["config"]?.entries ?? [] where !entry.value.isNull {
        guard case .scalar(let text, let isPlain) = entry.value.value else {
          report(
            "S302", entry.value, "a setting of a handler is a text or a number",
            path: "\(path).config.\(entry.key)")
          continue
        }
        let number = isPlain ? Literal.number(text) : nil
        config.append((entry.key, number.map(FieldValue.number) ?? .text(text)))
      }
      return .swift(name: name, config: config)
    }
    guard let scope = StepProgram.Scope(rawValue: key), let nodes = node[key]?.elements else {
      return .immediate
    }
    return .steps(StepProgram(scope: scope, steps: steps(nodes, scope: scope, path: "\(path).\(key)")))
  }

  mutating func errorRule(_ node: Node, path: String) -> ErrorRule? {
    guard node.entries != nil else { return nil }
    var partnerIndex: Int?
    if let at = node["at"], let name = at.text {
      partnerIndex = names.partners[name]
      if partnerIndex == nil { unknownName(at, "service", among: names.partnerNames, path: "\(path).at") }
    }
    let condition = condition(node["when"]) ?? .always
    if let when = node["when"] { checkNames(condition, when, path: "\(path).when") }
    return ErrorRule(
      name: node["name"]?.text ?? "error", when: condition, partner: partnerIndex,
      isRaised: boolean(node["raise"]) ?? true, isCaught: boolean(node["catch"]) ?? false)
  }

  /// Reports fields that no workload has, and texts that a field never takes.
  mutating func checkNames(_ condition: Condition, _ node: Node, path: String) {
    let fields = spec.workloads.flatMap(\.fields)
    for case .field(let name) in condition.operands where !fields.contains(where: { $0.name == name }) {
      let candidates = fields.map(\.name)
      let nearest = NearestName.of(name, in: candidates + ["attempt", "age", "call.failed"])
      let values = Set(fields.flatMap(Self.choices))
      let hint =
        values.contains(name) ? "a text stands in quotes: '\(name)'" : nearest.map { "did you mean '\($0)'?" }
      report(
        "S307", node,
        "no workload has a field '\(name)'"
          + (candidates.isEmpty ? "" : "; there is \(Self.listing(candidates))"),
        hint: hint, path: path)
    }
    for (field, text) in condition.comparedTexts {
      let known = fields.filter { $0.name == field }
      guard !known.isEmpty, known.allSatisfy({ !Self.choices($0).isEmpty }) else { continue }
      let values = known.flatMap(Self.choices)
      guard !values.contains(text) else { continue }
      let nearest = NearestName.of(text, in: values)
      report(
        "A607", node, "'\(field)' is never '\(text)'; it takes \(Self.listing(values))",
        hint: nearest.map { "did you mean '\($0)'?" }, path: path, severity: .warning)
    }
  }

  private static func choices(_ field: FieldSpec) -> [String] {
    if case .choice(let values) = field.source { values.map(\.value) } else { [] }
  }
}

extension Condition {
  /// Fields that are compared with a text, and the text.
  fileprivate var comparedTexts: [(String, String)] {
    switch self {
    case .compare(.field(let field), _, .text(let text)), .compare(.text(let text), _, .field(let field)):
      [(field, text)]
    case .and(let a, let b), .or(let a, let b): a.comparedTexts + b.comparedTexts
    case .not(let a): a.comparedTexts
    case .always, .truth, .compare: []
    }
  }
}

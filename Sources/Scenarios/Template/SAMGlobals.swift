/// `Globals.Function` of a SAM template, laid under the properties of every function.
///
/// Scalars of the function win, maps merge, and lists are joined, the global part first.
/// Source: SAM developer guide, "Globals section of the AWS SAM template".
struct SAMGlobals {
  private let function: Node?

  init(_ globals: Node?, evaluator: inout TemplateEvaluator) {
    function = globals?["Function"].flatMap { $0.entries == nil ? nil : $0 }
    if let wrong = globals?["Function"], wrong.entries == nil, !wrong.isNull {
      evaluator.report(.error, "T201", wrong.position, "Globals.Function is a map of properties")
    }
    for entry in globals?.entries ?? [] where entry.key != "Function" {
      evaluator.report(
        .note, "M506", entry.keyPosition, "Globals.\(entry.key) has no effect here",
        length: entry.key.unicodeScalars.count)
    }
  }

  func applied(to properties: Node, of resource: DeclaredResource) -> Node {
    guard var globals = function, let own = properties.entries else { return properties }
    if let ignored = resource.body["IgnoreGlobals"] {
      if ignored.text == "*" { return properties }
      let names = ignored.elements?.compactMap(\.text) ?? []
      globals.value = .mapping((globals.entries ?? []).filter { !names.contains($0.key) })
    }
    guard !own.isEmpty else { return globals }
    return Self.merge(properties, over: globals)
  }

  private static func merge(_ local: Node, over global: Node) -> Node {
    guard local.intrinsic == nil, global.intrinsic == nil else { return local }
    switch (local.value, global.value) {
    case (.mapping(let localEntries), .mapping(let globalEntries)):
      var entries = globalEntries
      for entry in localEntries {
        if let index = entries.firstIndex(where: { $0.key == entry.key }) {
          entries[index].value = merge(entry.value, over: entries[index].value)
          entries[index].keyPosition = entry.keyPosition
        } else {
          entries.append(entry)
        }
      }
      return Node(.mapping(entries), at: local.position)
    case (.sequence(let localElements), .sequence(let globalElements)):
      return Node(.sequence(globalElements + localElements), at: local.position)
    default: return local
    }
  }
}

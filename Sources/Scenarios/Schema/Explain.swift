import Services

/// Texts of `highwater explain`: codes, properties and preset numbers. Source: scenario format §9, §10.
package enum Explain {
  /// Every code in order of families and numbers.
  package static var codes: [String] { CodeTexts.all.map(\.code) }

  /// The long text of a code; nil for a code that does not exist.
  package static func code(_ code: String) -> String? {
    guard let entry = CodeTexts.all.first(where: { $0.code == code.uppercased() }) else { return nil }
    return "\(entry.code): \(entry.title)\n\n\(wrapped(entry.text))\n"
  }

  /// What a property of a resource type or a key of `Simulation` means.
  ///
  /// - Parameter name: `AWS::Kinesis::Stream.ShardCount`, `Kinesis::Stream.ShardCount`, `AWS::Kinesis::Stream`,
  ///   `Simulation.run.drain`, `run.drain` or a preset number such as `lambda.accountConcurrency`.
  package static func property(_ name: String) -> String? {
    if let limit = LimitName(rawValue: name) { return number(EraPreset.number(limit)) }
    if let found = resourceProperty(name) { return found }
    var parts = name.split(separator: ".").map(String.init)
    if parts.first == "Simulation" { parts.removeFirst() }
    guard let (property, path) = find(parts[...], in: SchemaTable.simulation, path: "Simulation") else {
      return nil
    }
    return describe(property, path)
  }

  /// Names that are near to one that `property` does not know.
  package static func nearest(_ name: String) -> String? {
    let properties = SchemaTable.resources.flatMap { type in
      [type.type] + type.properties.map { "\(type.type).\($0.name)" }
    }
    let keys = SchemaTable.simulation.map { "Simulation.\($0.name)" }
    return NearestName.of(name, in: properties + keys + LimitName.allCases.map(\.rawValue) + codes)
  }

  /// Everything in one text: types, their properties and the keys of `Simulation`, as Markdown.
  package static func reference() -> String {
    var out = "# Scenario reference\n\nMade from the same table as the validator and the JSON Schema.\n"
    for type in SchemaTable.resources + SchemaTable.events {
      let title = type.type.hasPrefix("AWS::") ? type.type : "\(type.type) event of AWS::Serverless::Function"
      out +=
        "\n## \(title)\n\n\(sentence(type.help))\n\n| property | value | default | notes |\n|---|---|---|---|\n"
      for property in type.properties where property.effect != .none { out += row(property, prefix: "") }
      let silent = type.properties.filter { $0.effect == .none }.map { "`\($0.name)`" }
      if !silent.isEmpty { out += "\nWithout effect: \(silent.joined(separator: ", ")).\n" }
    }
    out += "\n## Simulation\n\n| key | value | default | notes |\n|---|---|---|---|\n"
    for property in SchemaTable.simulation { out += rows(property, prefix: "", depth: 0) }
    out += "\n## Steps\n\n| step | value | default | notes |\n|---|---|---|---|\n"
    if case .list(.oneKey(let steps)) = SchemaTable.definition("steps") {
      for step in steps { out += rows(step, prefix: "", depth: 0) }
    }
    return out
  }

  // MARK: Parts

  private static func resourceProperty(_ name: String) -> String? {
    let full = name.hasPrefix("AWS::") ? name : "AWS::" + name
    let parts = full.split(separator: ".", maxSplits: 1).map(String.init)
    guard let type = SchemaTable.resource(parts[0]) else { return nil }
    if parts.count == 1 {
      let modelled = type.properties.filter { $0.effect == .modelled }.map(\.name).joined(separator: ", ")
      return "\(type.type): \(type.help)\n\n\(wrapped("Modelled properties: \(modelled)."))\n"
    }
    let path = parts[1].split(separator: ".").map(String.init)
    guard let (property, where_) = find(path[...], in: type.properties, path: type.type) else { return nil }
    return describe(property, where_)
  }

  private static func find(
    _ parts: ArraySlice<String>, in properties: [PropertySchema], path: String
  ) -> (PropertySchema, String)? {
    guard let name = parts.first, let property = properties.first(where: { $0.name == name }) else {
      return nil
    }
    let rest = parts.dropFirst()
    let here = "\(path).\(name)"
    if rest.isEmpty { return (property, here) }
    return find(rest, in: inner(property.kind), path: here)
  }

  private static func inner(_ kind: SchemaKind) -> [PropertySchema] {
    switch kind {
    case .object(let properties), .oneKey(let properties): properties
    case .list(let kind), .names(let kind): inner(kind)
    case .either(let kinds): kinds.flatMap(inner)
    case .defined("threshold"): inner(SchemaTable.definition("threshold"))
    default: []
    }
  }

  private static func describe(_ property: PropertySchema, _ path: String) -> String {
    var lines = ["\(path): \(property.help)", ""]
    lines.append("value     \(value(property))")
    if property.isRequired { lines.append("required  yes") }
    if let value = property.defaultText { lines.append("default   \(value)") }
    if let feature = property.since { lines.append("since     \(feature.dateText) (\(feature.label))") }
    switch property.effect {
    case .modelled: break
    case .none: lines.append("effect    none on the simulation")
    case .notModelledYet: lines.append("effect    not modelled yet: a scenario that sets it gets a warning")
    }
    let keys = inner(property.kind)
    if !keys.isEmpty { lines.append("keys      " + keys.map(\.name).joined(separator: ", ")) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func value(_ property: PropertySchema) -> String {
    switch property.kind {
    case .distribution(let quantity):
      return
        "a distribution: \(quantity.example), or \(DistributionParser.names[4])(mean=... cv=...) and others"
    case .lawOrField(let quantity):
      return
        "\(quantity.article) such as \(quantity.example), a distribution, or a numeric field of the message"
    case .object, .oneKey: return "a mapping"
    case .names: return "a mapping of names"
    case .list: return "a list"
    case .defined(let name): return name == "steps" ? "a list of steps" : "a rule"
    case .either(let kinds):
      return kinds.map { SchemaValidator.describe($0, property.bounds) }.joined(separator: ", or ")
    case .any: return "anything"
    default: return SchemaValidator.describe(property.kind, property.bounds)
    }
  }

  private static func number(_ number: PresetNumber) -> String {
    func text(_ value: Double?) -> String {
      value.map { number.unit.isEmpty ? PresetText.value($0) : "\(PresetText.value($0)) \(number.unit)" }
        ?? "-"
    }
    return """
      \(number.name.rawValue): \(number.help)

      2017      \(text(number.value2017))
      now       \(text(number.valueNow))
      source    \(number.source) (fact sheet §\(number.section), \(number.mark.word))

      """
  }

  private static func row(_ property: PropertySchema, prefix: String) -> String {
    var notes = property.help
    if let feature = property.since { notes += "; since \(feature.dateText)" }
    if property.effect == .notModelledYet { notes += "; **not modelled yet**" }
    if property.isRequired { notes += "; required" }
    return
      "| `\(prefix)\(property.name)` | \(value(property)) | \(property.defaultText ?? "–") | \(notes) |\n"
  }

  private static func rows(_ property: PropertySchema, prefix: String, depth: Int) -> String {
    var out = row(property, prefix: prefix)
    guard depth < 3 else { return out }
    for key in inner(property.kind) {
      out += rows(key, prefix: "\(prefix)\(property.name).", depth: depth + 1)
    }
    return out
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  /// Breaks a text into lines of at most 90 characters.
  private static func wrapped(_ text: String) -> String {
    var lines: [String] = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= 90 {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }
}

/// Preset numbers as texts.
package enum PresetText {
  /// Whole numbers without a point, small prices in full: `0.0000166667`.
  package static func value(_ value: Double) -> String {
    if let whole = Int(exactly: value) { return String(whole) }
    let text = "\(value)"
    guard let e = text.firstIndex(where: { $0 == "e" }) else { return text }
    // Swift writes small numbers with an exponent; a price list does not.
    let digits = text[..<e].filter { $0.isNumber }
    guard let exponent = Int(text[text.index(after: e)...]), exponent < 0 else { return text }
    return "0." + String(repeating: "0", count: -exponent - 1)
      + digits.drop { _ in false }
      .reversed().drop { $0 == "0" }.reversed()
  }
}

extension PresetNumber.Mark {
  package var word: String {
    switch self {
    case .documented: "documented"
    case .measured: "measured"
    case .folklore: "folklore"
    case .assumption: "assumption"
    }
  }
}

import Kernel
import Services

/// Checks a tree against the schema table and reports every mistake.
///
/// It knows nothing of names: whether `OrderStream` exists is the compiler's business.
package struct SchemaValidator {
  /// Where the tree comes from: it decides codes and wording.
  package enum Place: Sendable { case template, simulation }

  package var place: Place
  package var era: Era
  package private(set) var diagnostics: [Diagnostic] = []
  /// Properties without effect and how often they were met, as `Type.Property`.
  package private(set) var withoutEffect: [String] = []

  package init(_ place: Place, era: Era) {
    self.place = place
    self.era = era
  }

  /// Checks the properties of a mapping.
  ///
  /// - Parameters:
  ///   - owner: What the mapping is called in messages: `AWS::Kinesis::Stream` or `run`.
  ///   - path: Where it stands: `Resources.OrderStream.Properties`.
  package mutating func check(_ node: Node, properties: [PropertySchema], owner: String, path: String) {
    if node.isNull {
      checkRequired([], properties, owner: owner, at: node.position, path: path)
      return
    }
    guard let entries = node.entries else {
      report(.kind, node, "\(owner) is a mapping of keys to values", path)
      return
    }
    for entry in entries {
      guard let property = properties.first(where: { $0.name == entry.key }) else {
        unknown(entry, properties.map(\.name), owner: owner, path: path)
        continue
      }
      if entry.value.isNull { continue }
      check(entry.value, of: property, entry: entry, owner: owner, path: "\(path).\(entry.key)")
    }
    checkRequired(
      entries.filter { !$0.value.isNull }.map(\.key), properties, owner: owner, at: node.position, path: path)
  }

  private mutating func checkRequired(
    _ given: [String], _ properties: [PropertySchema], owner: String, at position: SourcePosition,
    path: String
  ) {
    for property in properties where property.isRequired && !given.contains(property.name) {
      add(.required, position, 1, "\(owner) needs '\(property.name)': \(property.help)", nil, path)
    }
  }

  private mutating func check(
    _ value: Node, of property: PropertySchema, entry: Node.Entry, owner: String, path: String
  ) {
    switch property.effect {
    case .none where place == .simulation:
      diagnostics.append(
        Diagnostic(
          .note, "M513", at: entry.keyPosition, "'\(property.name)' has no effect (\(property.help))",
          length: entry.key.count, path: path))
    case .none: withoutEffect.append("\(owner.prefix { $0 != "." }).\(property.name)")
    case .notModelledYet where !isNeutral(value, property) && property.since.map(era.has) ?? true:
      diagnostics.append(
        Diagnostic(
          .warning, "M510", at: entry.keyPosition,
          "\(property.name) (\(property.help)) is not modelled yet: the results are those of a system without it",
          length: entry.key.count, path: path))
    default: break
    }
    if let feature = property.since, !era.has(feature), !isNeutral(value, property) {
      diagnostics.append(Self.missing(feature, property.name, era: era, at: entry.keyPosition, path: path))
      return
    }
    check(value, property.kind, bounds: property.bounds, name: property.name, path: path)
  }

  private func isNeutral(_ value: Node, _ property: PropertySchema) -> Bool {
    guard let text = value.text else { return value.elements?.isEmpty ?? value.isNull }
    return property.neutral.contains(text)
  }

  package static func missing(
    _ feature: Feature, _ name: String, era: Era, at position: SourcePosition, path: String?
  ) -> Diagnostic {
    Diagnostic(
      .error, "E402", at: position,
      "\(name) does not exist in era \(era.text); choose 'era: now' or remove it", length: name.count,
      hint: "\(feature.label) came in \(feature.dateText)", path: path)
  }

  // MARK: Kinds

  package mutating func check(
    _ node: Node, _ kind: SchemaKind, bounds: ClosedRange<Double>? = nil, name: String, path: String
  ) {
    switch kind {
    case .any: break
    case .defined(let definition): check(node, SchemaTable.definition(definition), name: name, path: path)
    case .object(let properties):
      check(node, properties: properties, owner: ownerName(name, path), path: path)
    case .oneKey(let properties): checkOneKey(node, properties, name: name, path: path)
    case .names(let inner):
      guard let entries = node.entries else {
        report(.kind, node, "\(name) is a mapping of names to values", path)
        return
      }
      for entry in entries where !entry.value.isNull {
        check(entry.value, inner, name: entry.key, path: "\(path).\(Self.quoted(entry.key))")
      }
    case .list(let inner):
      guard let elements = node.elements else {
        if isUnresolved(node) { return }
        report(.kind, node, "\(name) is a list", path)
        return
      }
      for (index, element) in elements.enumerated() {
        check(element, inner, bounds: bounds, name: name, path: "\(path).\(index)")
      }
    case .either(let kinds): check(node, bestFit(node, kinds), bounds: bounds, name: name, path: path)
    case .distribution(let quantity): checkDistribution(node, quantity, name: name, path: path)
    case .lawOrField(let quantity):
      // Whether a field of this name exists is known when the workloads are.
      if let text = node.text, Literal.isIdentifier(text), !DistributionParser.names.contains(text) { return }
      checkDistribution(node, quantity, name: name, path: path)
    case .string, .integer, .number, .boolean, .enumeration, .quantity, .condition, .thresholdExpression:
      checkScalar(node, kind, bounds: bounds, name: name, path: path)
    }
  }

  /// The kind whose shape is the node's; among scalars the last one is the fallback for texts.
  private func bestFit(_ node: Node, _ kinds: [SchemaKind]) -> SchemaKind {
    func fits(_ kind: SchemaKind) -> Bool {
      switch (kind, node.value) {
      case (.object, .mapping), (.names, .mapping), (.list, .sequence), (.any, _): true
      case (.integer, .scalar(let text, _)): Literal.integer(text) != nil
      case (.number, .scalar(let text, _)): Literal.number(text) != nil
      case (.boolean, .scalar(let text, _)): Literal.boolean(text) != nil
      case (.enumeration(let values), .scalar(let text, _)):
        values.contains(text) || !kinds.contains { if case .quantity = $0 { true } else { false } }
      case (.string, .scalar), (.quantity, .scalar), (.thresholdExpression, .scalar): true
      default: false
      }
    }
    return kinds.first(where: fits) ?? kinds[0]
  }

  private mutating func checkOneKey(_ node: Node, _ properties: [PropertySchema], name: String, path: String)
  {
    let names = properties.map(\.name)
    guard let entries = node.entries, let first = entries.first else {
      report(.step, node, "a step is a mapping with one of the keys \(names.joined(separator: ", "))", path)
      return
    }
    for entry in entries {
      if let property = properties.first(where: { $0.name == entry.key }) {
        check(entry.value, of: property, entry: entry, owner: entry.key, path: "\(path).\(entry.key)")
      } else {
        unknown(entry, names, owner: "a step", path: path)
      }
    }
    if entries.count > 1, entries.allSatisfy({ names.contains($0.key) }) {
      add(
        .step, entries[1].keyPosition, entries[1].key.count,
        "a step has one key; '\(first.key)' and '\(entries[1].key)' are two steps", "start a new list item",
        path)
    }
  }

  private mutating func checkScalar(
    _ node: Node, _ kind: SchemaKind, bounds: ClosedRange<Double>?, name: String, path: String
  ) {
    if isUnresolved(node) { return }
    guard let text = node.text else {
      report(.kind, node, "\(name) is \(Self.describe(kind, bounds)), not \(Self.shape(node))", path)
      return
    }
    switch kind {
    case .integer, .number:
      let value = isInteger(kind) ? Literal.integer(text).map(Double.init) : Literal.number(text)
      guard let value else {
        notANumber(node, text, kind, bounds, name: name, path: path)
        return
      }
      if let bounds, !bounds.contains(value) {
        report(.bounds, node, "\(name) is \(text); expected \(Self.describe(kind, bounds))", path)
      }
    case .boolean:
      if Literal.boolean(text) == nil {
        report(.kind, node, "\(name) is '\(text)'; expected true or false", path)
      }
    case .enumeration(let values):
      if !values.contains(text) {
        let nearest = NearestName.of(text, in: values)
        report(
          .kind, node, "\(name) is '\(text)'; expected \(values.joined(separator: ", "))", path,
          hint: nearest.map { "did you mean '\($0)'?" })
      }
    case .quantity(let quantity):
      literal(node, path) { () throws(LiteralError) in _ = try Literal.read(text, as: quantity) }
    case .condition:
      literal(node, path, .condition) { () throws(LiteralError) in _ = try ConditionParser.parse(text) }
    case .thresholdExpression:
      literal(node, path, .threshold) { () throws(LiteralError) in _ = try ThresholdExpression.parse(text) }
    default: break
    }
  }

  private func isInteger(_ kind: SchemaKind) -> Bool { if case .integer = kind { true } else { false } }

  private mutating func notANumber(
    _ node: Node, _ text: String, _ kind: SchemaKind, _ bounds: ClosedRange<Double>?, name: String,
    path: String
  ) {
    if place == .template, let seconds = try? Literal.read(text, as: .duration),
      let whole = Int(exactly: seconds)
    {
      let unit = name.contains("Hours") ? "hours" : name.contains("Minutes") ? "minutes" : "seconds"
      let divisor = unit == "hours" ? 3600 : unit == "minutes" ? 60 : 1
      let value = whole % divisor == 0 ? String(whole / divisor) : "a whole number"
      report(
        .unit, node, "\(name) is an integer number of \(unit) in CloudFormation: write \(value), not \(text)",
        path)
    } else if place == .template, let bytes = try? Literal.read(text, as: .size),
      let whole = Int(exactly: bytes)
    {
      let inMebibytes = name == "MemorySize"
      report(
        .unit, node,
        "\(name) is an integer number of \(inMebibytes ? "megabytes" : "bytes") in CloudFormation: "
          + "write \(inMebibytes ? whole / 1_048_576 : whole), not \(text)", path)
    } else {
      report(.kind, node, "\(name) is '\(text)'; expected \(Self.describe(kind, bounds))", path)
    }
  }

  private mutating func checkDistribution(
    _ node: Node, _ quantity: Literal.Quantity, name: String, path: String
  ) {
    if let text = node.text {
      if SampleCall.isMeant(text) {
        literal(node, path) { () throws(LiteralError) in _ = try SampleCall(text, as: quantity) }
        return
      }
      literal(node, path) { () throws(LiteralError) in _ = try DistributionParser.parse(text, as: quantity) }
      return
    }
    if node["file"] != nil {
      for entry in node.entries ?? [] where !SampleCall.keys.contains(entry.key) {
        unknown(entry, SampleCall.keys, owner: name, path: path)
      }
      literal(node, path) { () throws(LiteralError) in _ = try SampleCall(node, as: quantity) }
      return
    }
    guard let entries = node.entries, entries.count == 1, entries[0].key == "choice",
      let choices = entries[0].value.entries, !choices.isEmpty
    else {
      report(
        .kind, node,
        "\(name) is a constant, name(k=v k=v), {choice: {value: share, ...}} or {file: FILE, column: NAME}",
        path)
      return
    }
    var sum = 0.0
    for choice in choices {
      guard let text = choice.value.text, let share = try? Literal.read(text, as: .share) else {
        report(
          .literal, choice.value, "the share of '\(choice.key)' is a number from 0 to 1 or a percentage", path
        )
        return
      }
      sum += share
      if quantity != .measure, (try? Literal.read(choice.key, as: quantity)) == nil {
        add(
          .literal, choice.keyPosition, choice.key.count,
          "'\(choice.key)' is not \(quantity.article): write \(quantity.example)", nil, path)
      }
    }
    if abs(sum - 1) > 1e-9 {
      add(
        .literal, entries[0].keyPosition, 6, "the shares of a choice add up to \(Self.short(sum)), not to 1",
        nil, path)
    }
  }

  // MARK: Reports

  enum Mistake { case unknown, kind, required, literal, bounds, condition, step, threshold, unit }

  private func code(_ mistake: Mistake) -> String {
    let isTemplate = place == .template
    return switch mistake {
    case .unknown: isTemplate ? "T203" : "S301"
    case .kind: isTemplate ? "T220" : "S302"
    case .bounds: isTemplate ? "T221" : "S305"
    case .required: isTemplate ? "T222" : "S303"
    case .literal: "S304"
    case .condition: "S306"
    case .step: "S308"
    case .threshold: "S312"
    case .unit: "T210"
    }
  }

  private mutating func add(
    _ mistake: Mistake, _ position: SourcePosition, _ length: Int, _ message: String, _ hint: String?,
    _ path: String
  ) {
    diagnostics.append(
      Diagnostic(.error, code(mistake), at: position, message, length: length, hint: hint, path: path))
  }

  mutating func report(
    _ mistake: Mistake, _ node: Node, _ message: String, _ path: String, hint: String? = nil
  ) {
    add(mistake, node.position, Self.markedLength(node), message, hint, path)
  }

  private mutating func unknown(_ entry: Node.Entry, _ names: [String], owner: String, path: String) {
    let nearest = NearestName.of(entry.key, in: names) ?? Self.sameStem(entry.key, in: names)
    let message =
      place == .template
      ? "\(owner) has no property '\(entry.key)'"
      : "\(owner) has no key '\(entry.key)'"
        + (nearest == nil ? "; expected one of \(names.joined(separator: ", "))" : "")
    add(
      .unknown, entry.keyPosition, entry.key.count, message, nearest.map { "did you mean '\($0)'?" },
      "\(path).\(Self.quoted(entry.key))")
  }

  /// The one name that begins like the given one: `ShardCount` for `Shards`.
  private static func sameStem(_ name: String, in names: [String]) -> String? {
    guard name.count > 4 else { return nil }
    let stem = name.dropLast(1)
    let matches = names.filter { $0.hasPrefix(stem) }
    return matches.count == 1 ? matches[0] : nil
  }

  private mutating func literal(
    _ node: Node, _ path: String, _ mistake: Mistake = .literal, _ read: () throws(LiteralError) -> Void
  ) {
    do { try read() } catch {
      var position = node.position
      if case .scalar(_, let isPlain) = node.value { position.column += error.offset + (isPlain ? 0 : 1) }
      add(mistake, position, error.length, error.message, error.hint, path)
    }
  }

  /// Intrinsic functions whose value nobody knows before deployment: whoever needs the value complains.
  private func isUnresolved(_ node: Node) -> Bool { place == .template && node.isOpenValue }

  /// `run` for the block itself, `stages.0` for an element of a list.
  private func ownerName(_ name: String, _ path: String) -> String {
    let parts = path.split(separator: ".")
    return parts.last.flatMap { Int($0) } == nil ? name : "\(name).\(parts.last!)"
  }

  static func markedLength(_ node: Node) -> Int {
    guard case .scalar(let text, let isPlain) = node.value else { return 1 }
    if node.isOpenValue { return 1 }
    let line = text.prefix { $0 != "\n" }
    return max(1, line.count + (isPlain ? 0 : 2))
  }

  static func quoted(_ key: String) -> String { key.contains(".") ? "\"\(key)\"" : key }

  static func shape(_ node: Node) -> String {
    switch node.value {
    case .scalar: "a scalar"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .null: "empty"
    }
  }

  /// A number as a reader writes it: `0.98`, `5`.
  static func short(_ value: Double) -> String {
    if let whole = Int(exactly: value) { return String(whole) }
    let rounded = (value * 1e6).rounded() / 1e6
    return Int(exactly: rounded).map(String.init) ?? String(rounded)
  }

  static func describe(_ kind: SchemaKind, _ bounds: ClosedRange<Double>?) -> String {
    let range = bounds.map { " from \(short($0.lowerBound)) to \(short($0.upperBound))" } ?? ""
    return switch kind {
    case .integer: "an integer\(range)"
    case .number: "a number\(range)"
    case .boolean: "true or false"
    case .string: "a text"
    case .enumeration(let values): "one of \(values.joined(separator: ", "))"
    case .quantity(let quantity): "\(quantity.article) such as \(quantity.example)"
    case .lawOrField(let quantity):
      "\(quantity.article) such as \(quantity.example), or a field of the message"
    case .condition: "a condition such as country == 'blocked'"
    case .thresholdExpression: "a rule such as 'p(95) < 2s'"
    default: "something else"
    }
  }
}

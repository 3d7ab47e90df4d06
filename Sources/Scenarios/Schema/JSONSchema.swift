/// The scenario language as JSON Schema 2020-12, for editors. Source: scenario format §10.
///
/// Made from the same table as the validator. `Simulation` is closed; `Resources` is open: types and properties that
/// the table does not know pass.
package enum JSONSchema {
  package static func text() -> String { document.text() }

  private static var document: JSONDocument {
    let top: [(String, JSONDocument)] = SchemaTable.topLevelKeys.map { key in
      switch key {
      case "Simulation": (key, .object([("$ref", .string("#/$defs/simulation"))]))
      case "Resources":
        (
          key,
          .object([
            ("type", .string("object")),
            ("additionalProperties", .object([("$ref", .string("#/$defs/resource"))])),
          ])
        )
      case "extends", "Template", "Description": (key, .object([("type", .string("string"))]))
      default: (key, .boolean(true))
      }
    }
    var definitions: [(String, JSONDocument)] = [
      ("simulation", object(SchemaTable.simulation, inTemplate: false)),
      ("resource", resource), ("intrinsic", intrinsic),
    ]
    for name in SchemaTable.definitionNames {
      definitions.append((name, schema(SchemaTable.definition(name), bounds: nil, inTemplate: false)))
    }
    for quantity in [Literal.Quantity.duration, .size, .rate, .share, .money, .number, .measure] {
      definitions.append((quantity.rawValue, literal(quantity)))
      definitions.append((quantity.rawValue + "Law", law(quantity)))
    }
    return .object([
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      ("$id", .string("scenario-v1")),
      ("title", .string("Highwater scenario")),
      ("type", .string("object")),
      ("properties", .object(top)),
      ("additionalProperties", .boolean(false)),
      ("$defs", .object(definitions)),
    ])
  }

  // MARK: Kinds

  private static func schema(
    _ kind: SchemaKind, bounds: ClosedRange<Double>?, inTemplate: Bool
  ) -> JSONDocument {
    let plain: JSONDocument =
      switch kind {
      case .any: .boolean(true)
      case .string: .object([("type", .array(["string", "number", "boolean"].map(JSONDocument.string)))])
      case .integer: .object([("type", .string("integer"))] + range(bounds))
      case .number: .object([("type", .string("number"))] + range(bounds))
      case .boolean: .object([("type", .string("boolean"))])
      case .enumeration(let values): enumeration(values)
      case .quantity(let quantity): .object([("$ref", .string("#/$defs/\(quantity.rawValue)"))])
      case .distribution(let quantity): .object([("$ref", .string("#/$defs/\(quantity.rawValue)Law"))])
      case .lawOrField(let quantity):
        .object([
          (
            "anyOf",
            .array([
              .object([("$ref", .string("#/$defs/\(quantity.rawValue)Law"))]),
              .object([
                ("type", .string("string")), ("pattern", .string("^[A-Za-z_][A-Za-z0-9_]*$")),
              ]),
            ])
          )
        ])
      case .condition: .object([("type", .string("string")), ("minLength", .number(1))])
      case .thresholdExpression:
        .object([
          ("type", .string("string")),
          (
            "pattern",
            .string("^ *(count|rate|sum|avg|min|max|med|p\\([0-9.]+\\)|value) *(<=|>=|==|!=|<|>) *[^ ]")
          ),
        ])
      case .object(let properties): object(properties, inTemplate: inTemplate)
      case .oneKey(let properties):
        .object(
          members(properties, inTemplate: inTemplate, isClosed: true)
            + [("minProperties", .number(1)), ("maxProperties", .number(1))])
      case .names(let inner):
        .object([
          ("type", .string("object")),
          ("additionalProperties", orNull(schema(inner, bounds: nil, inTemplate: inTemplate))),
        ])
      case .list(let inner):
        .object([
          ("type", .string("array")), ("items", schema(inner, bounds: bounds, inTemplate: inTemplate)),
        ])
      case .either(let kinds):
        .object([("anyOf", .array(kinds.map { schema($0, bounds: bounds, inTemplate: inTemplate) }))])
      case .defined(let name): .object([("$ref", .string("#/$defs/\(name)"))])
      }
    if case .any = kind { return plain }
    return inTemplate
      ? .object([("anyOf", .array([plain, .object([("$ref", .string("#/$defs/intrinsic"))])]))]) : plain
  }

  private static func enumeration(_ values: [String]) -> JSONDocument {
    // `version: 1` is an integer in YAML, and means the text of the table.
    let numbers = values.compactMap(Literal.integer).map { JSONDocument.number(Double($0)) }
    return .object([("enum", .array(values.map(JSONDocument.string) + numbers))])
  }

  private static func range(_ bounds: ClosedRange<Double>?) -> [(String, JSONDocument)] {
    guard let bounds else { return [] }
    return [("minimum", .number(bounds.lowerBound)), ("maximum", .number(bounds.upperBound))]
  }

  private static func orNull(_ schema: JSONDocument) -> JSONDocument {
    if case .boolean(true) = schema { return schema }
    return .object([("anyOf", .array([schema, .object([("type", .string("null"))])]))])
  }

  private static func object(_ properties: [PropertySchema], inTemplate: Bool) -> JSONDocument {
    .object(members(properties, inTemplate: inTemplate, isClosed: true))
  }

  private static func members(
    _ properties: [PropertySchema], inTemplate: Bool, isClosed: Bool
  ) -> [(String, JSONDocument)] {
    var members: [(String, JSONDocument)] = [("type", .string("object"))]
    let described = properties.map { property -> (String, JSONDocument) in
      let inner = orNull(schema(property.kind, bounds: property.bounds, inTemplate: inTemplate))
      guard case .object(let keys) = inner else { return (property.name, inner) }
      return (property.name, .object([("description", .string(description(property)))] + keys))
    }
    members.append(("properties", .object(described)))
    let required = properties.filter(\.isRequired).map { JSONDocument.string($0.name) }
    // A scenario that extends another one may leave required keys to it: editors see one file at a time.
    if !required.isEmpty, inTemplate == false, isClosed,
      !properties.contains(where: { $0.name == "version" }),
      !properties.contains(where: { $0.name == "into" })
    {
      members.append(("required", .array(required)))
    }
    if isClosed { members.append(("additionalProperties", .boolean(false))) }
    return members
  }

  static func description(_ property: PropertySchema) -> String {
    var text = property.help
    if let value = property.defaultText { text += "; default: \(value)" }
    if let feature = property.since { text += "; since \(feature.dateText)" }
    return text
  }

  // MARK: Definitions

  private static let intrinsic: JSONDocument = .object([
    ("type", .string("object")), ("minProperties", .number(1)), ("maxProperties", .number(1)),
    (
      "patternProperties",
      .object([
        (
          "^(Ref|Condition|Fn::(GetAtt|Sub|Join|Select|Split|FindInMap|If|Equals|And|Or|Not|ImportValue|GetAZs|Base64|Cidr|Length|ToJsonString|Transform))$",
          .boolean(true)
        )
      ])
    ),
    ("additionalProperties", .boolean(false)),
  ])

  private static var resource: JSONDocument {
    let rules = SchemaTable.resources.map { type -> JSONDocument in
      .object([
        (
          "if",
          .object([
            ("properties", .object([("Type", .object([("const", .string(type.type))]))])),
            ("required", .array([.string("Type")])),
          ])
        ),
        (
          "then",
          .object([
            (
              "properties",
              .object([
                ("Properties", orNull(.object(members(type.properties, inTemplate: true, isClosed: true))))
              ])
            )
          ])
        ),
      ])
    }
    return .object([
      ("type", .array([.string("object"), .string("null")])),
      ("properties", .object([("Type", .object([("type", .string("string"))]))])),
      ("allOf", .array(rules)),
    ])
  }

  private static func literal(_ quantity: Literal.Quantity) -> JSONDocument {
    let number = "[0-9][0-9_]*(\\.[0-9]+)?"
    let durations = "(us|ms|s|m|min|h|d|w)"
    let sizes = "(B|KB|MB|GB|KiB|MiB|GiB)"
    func text(_ pattern: String) -> JSONDocument {
      .object([("type", .string("string")), ("pattern", .string("^\(pattern)$"))])
    }
    func either(_ schemas: JSONDocument...) -> JSONDocument { .object([("anyOf", .array(schemas))]) }
    let anyNumber = JSONDocument.object([("type", .string("number"))])
    let fraction = JSONDocument.object([
      ("type", .string("number")), ("minimum", .number(0)), ("maximum", .number(1)),
    ])
    return switch quantity {
    case .duration: either(text(number + durations), .object([("const", .number(0))]))
    case .size:
      either(text(number + sizes), .object([("type", .string("integer")), ("minimum", .number(0))]))
    case .rate:
      either(text(number + "(k|M|B|KB|MB|GB|KiB|MiB|GiB)?/(s|m|min|h|d)"), .object([("const", .number(0))]))
    case .share: either(text(number + "%"), fraction)
    case .money: text(number + " ?USD")
    case .number: anyNumber
    case .measure: either(anyNumber, text(number + "(us|ms|s|m|min|h|d|w|B|KB|MB|GB|KiB|MiB|GiB|%)"))
    }
  }

  private static func law(_ quantity: Literal.Quantity) -> JSONDocument {
    let names = DistributionParser.names.filter { $0 != "zipf" }.joined(separator: "|")
    return .object([
      (
        "anyOf",
        .array([
          .object([("$ref", .string("#/$defs/\(quantity.rawValue)"))]),
          .object([("type", .string("string")), ("pattern", .string("^(\(names))\\([^,:]*\\)$"))]),
          .object([
            ("type", .string("object")),
            (
              "properties",
              .object([
                (
                  "choice",
                  .object([
                    ("type", .string("object")), ("minProperties", .number(1)),
                    ("additionalProperties", .object([("$ref", .string("#/$defs/share"))])),
                  ])
                ),
                ("file", .object([("type", .string("string"))])),
                ("column", .object([("type", .string("string"))])),
                ("draw", enumeration(SampleCall.draws)),
                ("family", enumeration(SampleCall.families)),
                ("unit", enumeration(TimeUnit.allCases.filter { $0 != .iso }.map(\.rawValue))),
              ])
            ),
            ("minProperties", .number(1)),
            ("additionalProperties", .boolean(false)),
          ]),
        ])
      )
    ])
  }
}

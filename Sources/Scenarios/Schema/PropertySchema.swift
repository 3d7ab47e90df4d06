/// What a value of a scenario may be.
package indirect enum SchemaKind: Sendable {
  case any
  case string, integer, number, boolean
  case enumeration([String])
  /// A number with a unit.
  case quantity(Literal.Quantity)
  /// A constant with a unit, `name(k=v)` or `{choice: {...}}`.
  case distribution(Literal.Quantity)
  /// A distribution, or the name of a numeric field of the message.
  case lawOrField(Literal.Quantity)
  case condition
  /// `AGG OP VALUE`.
  case thresholdExpression
  /// A mapping with these keys only.
  case object([PropertySchema])
  /// A mapping with exactly one of these keys.
  case oneKey([PropertySchema])
  /// A mapping with free names and values of one kind.
  case names(SchemaKind)
  case list(SchemaKind)
  /// The first kind whose shape fits: scalar, list or mapping.
  case either([SchemaKind])
  /// A kind of `SchemaTable.definitions`; steps contain steps.
  case defined(String)
}

/// A property of a resource type or a key of the `Simulation` block.
package struct PropertySchema: Sendable {
  /// What the model does with it.
  package enum Effect: Sendable, Hashable {
    case modelled
    /// Accepted; nothing that is simulated depends on it.
    case none
    /// Accepted; the real system would behave otherwise, so a scenario that sets it gets a warning.
    case notModelledYet
  }
  package var name: String
  package var kind: SchemaKind
  package var bounds: ClosedRange<Double>?
  package var isRequired: Bool
  package var defaultText: String?
  /// The feature that the property belongs to, for eras.
  package var since: Feature?
  package var effect: Effect
  /// Texts with which the property says nothing: no warning, no question of era.
  package var neutral: [String]
  package var help: String

  package init(
    _ name: String, _ kind: SchemaKind, in bounds: ClosedRange<Double>? = nil, required: Bool = false,
    default defaultText: String? = nil, since: Feature? = nil, effect: Effect = .modelled,
    neutral: [String] = [],
    _ help: String
  ) {
    self.name = name
    self.kind = kind
    self.bounds = bounds
    isRequired = required
    self.defaultText = defaultText
    self.since = since
    self.effect = effect
    self.neutral = neutral
    self.help = help
  }

  /// A property that would change the result and is not modelled yet.
  static func gap(_ name: String, since: Feature? = nil, neutral: [String] = [], _ help: String)
    -> PropertySchema
  {
    PropertySchema(name, .any, since: since, effect: .notModelledYet, neutral: neutral, help)
  }
  /// Properties that nothing simulated depends on.
  static func noEffect(_ names: [String]) -> [PropertySchema] {
    names.map { PropertySchema($0, .any, effect: .none, "no effect on the simulation") }
  }
}

/// A resource type, or a type of SAM event, with every property that CloudFormation knows.
package struct ResourceSchema: Sendable {
  package var type: String
  package var since: Feature?
  package var properties: [PropertySchema]
  package var help: String

  /// - Parameters:
  ///   - shared: Properties that several types have.
  ///   - noEffect: Names of properties that nothing simulated depends on.
  init(
    type: String, since: Feature? = nil, properties: [PropertySchema], shared: [PropertySchema] = [],
    noEffect: [String] = [], help: String
  ) {
    self.type = type
    self.since = since
    self.properties = properties + shared + PropertySchema.noEffect(noEffect)
    self.help = help
  }

  package subscript(_ name: String) -> PropertySchema? { properties.first { $0.name == name } }
}

/// The one table of types, properties and keys: validator, JSON Schema and `explain` are made from it.
package enum SchemaTable {
  package static let resources: [ResourceSchema] =
    [
      kinesisStream, streamConsumer, queue, eventSourceMapping, lambdaFunction, serverlessFunction,
      eventInvokeConfig, snsTopic,
    ]
    + [
      bucket, deliveryStream, snsSubscription, dynamodbTable, simpleTable, eventsRule, schedulerSchedule,
      alarm,
    ]

  /// Events of `AWS::Serverless::Function` that the model turns into deliveries.
  package static let events: [ResourceSchema] = [
    snsEvent, kinesisEvent, queueEvent, s3Event, scheduleEvent, scheduleV2Event,
  ]

  package static func resource(_ type: String) -> ResourceSchema? { resources.first { $0.type == type } }
  package static func event(_ type: String) -> ResourceSchema? { events.first { $0.type == type } }

  /// Keys of a scenario beside `Simulation`. Source: scenario format §2.
  package static let topLevelKeys = [
    "AWSTemplateFormatVersion", "Transform", "Description", "Metadata", "Parameters", "Mappings",
    "Conditions",
    "Rules", "Globals", "Resources", "Outputs", "Hooks", "Template", "extends", "Simulation",
  ]
}

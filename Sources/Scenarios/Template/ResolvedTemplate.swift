/// A resource of the template with every intrinsic function evaluated.
package struct ResolvedResource: Sendable, Hashable {
  package var logicalID: String
  package var idPosition: SourcePosition
  /// `AWS::Kinesis::Stream`.
  package var type: String
  package var typePosition: SourcePosition
  /// A mapping; empty when the resource has no properties.
  package var properties: Node
  /// Logical ids of `DependsOn`, in file order.
  package var dependsOn: [String]
  package init(
    logicalID: String, idPosition: SourcePosition, type: String, typePosition: SourcePosition,
    properties: Node,
    dependsOn: [String]
  ) {
    self.logicalID = logicalID
    self.idPosition = idPosition
    self.type = type
    self.typePosition = typePosition
    self.properties = properties
    self.dependsOn = dependsOn
  }
}

/// An entry of `Events` of a SAM function: what triggers it.
package struct EventBinding: Sendable, Hashable {
  package var function: String
  package var eventName: String
  package var position: SourcePosition
  /// `SNS`, `Kinesis`, `Schedule`, `ScheduleV2`, `SQS`, `S3`, `Api`, ...
  package var type: String
  package var typePosition: SourcePosition
  /// A mapping; empty when the event has no properties.
  package var properties: Node
  package init(
    function: String, eventName: String, position: SourcePosition, type: String, typePosition: SourcePosition,
    properties: Node
  ) {
    self.function = function
    self.eventName = eventName
    self.position = position
    self.type = type
    self.typePosition = typePosition
    self.properties = properties
  }
}

/// The template of a scenario after parameters, conditions, intrinsic functions and SAM's globals.
///
/// Values are plain scalars, lists and maps. A reference to a resource is a scalar of the form `${Id}` or
/// `${Id.Attribute}`, ask `referencedResource`; a value nobody can know before deployment is a scalar for which
/// `opaqueReason` answers.
package struct ResolvedTemplate: Sendable {
  /// In file order, without those whose condition is false.
  package var resources: [ResolvedResource]
  /// In order of functions, then events.
  package var events: [EventBinding]
  /// Logical ids left out because their condition is false, in file order.
  package var removed: [String]
  /// Logical id by physical name (`TopicName: orders`), for ARNs that are spelled out.
  package var physicalNames: [PhysicalName: String]
  package init(
    resources: [ResolvedResource] = [], events: [EventBinding] = [], removed: [String] = [],
    physicalNames: [PhysicalName: String] = [:]
  ) {
    self.resources = resources
    self.events = events
    self.removed = removed
    self.physicalNames = physicalNames
  }

  package func resource(_ logicalID: String) -> ResolvedResource? {
    resources.first { $0.logicalID == logicalID }
  }
}

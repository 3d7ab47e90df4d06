/// Evaluates a template: parameters, conditions, intrinsic functions, SAM's globals and events.
///
/// Everything is evaluated that can be known before a deployment. The rest becomes opaque with a warning (`M5xx`);
/// whether that matters is decided where a modelled property is read. Source: scenario format §6.
package enum TemplateResolver {
  /// - Parameters:
  ///   - root: The merged scenario or a template.
  ///   - parameters: `Simulation.parameters`, a map; values of template parameters by name.
  ///   - region: `AWS::Region`.
  ///   - stackName: `AWS::StackName`.
  package static func resolve(
    _ root: Node, parameters: Node?, region: String, stackName: String, into diagnostics: inout Diagnostics
  ) -> ResolvedTemplate {
    var evaluator = TemplateEvaluator(root: root, region: region, stackName: stackName)
    evaluator.readTransform(root["Transform"])
    evaluator.readParameters(declared: root["Parameters"], given: parameters)
    evaluator.readConditions()
    let globals = SAMGlobals(root["Globals"], evaluator: &evaluator)

    var template = ResolvedTemplate()
    let declared = evaluator.declaredResources(root["Resources"])
    template.removed = declared.filter { !$0.isPresent }.map(\.logicalID)
    evaluator.nameResources(declared)
    for resource in declared where resource.isPresent {
      let resolved = evaluator.resolve(resource, globals: globals)
      template.resources.append(resolved)
      if resolved.type == "AWS::Serverless::Function" {
        template.events += evaluator.events(of: resolved)
      }
      if let (service, property) = PhysicalName.properties[resolved.type],
        let name = resolved.properties[property]?.text
      {
        template.physicalNames[PhysicalName(service: service, name: name)] = resolved.logicalID
      }
    }
    for diagnostic in evaluator.diagnostics { diagnostics.add(diagnostic) }
    return template
  }
}

/// A resource as the file declares it, before its properties are evaluated.
struct DeclaredResource {
  var logicalID: String
  var idPosition: SourcePosition
  var type: String
  var typePosition: SourcePosition
  var body: Node
  var conditionName: String?
  var isPresent: Bool
}

extension TemplateEvaluator {
  mutating func readTransform(_ transform: Node?) {
    for node in transform?.elements ?? transform.map({ [$0] }) ?? [] {
      let name = node.text ?? node["Name"]?.text ?? ""
      switch name {
      case "AWS::Serverless-2016-10-31": usesSAM = true
      case "AWS::LanguageExtensions": break
      default:
        report(
          .warning, "M504", node.position,
          "transform '\(name)' is not run; what it would add is missing here",
          length: name.unicodeScalars.count)
      }
    }
  }

  mutating func declaredResources(_ resources: Node?) -> [DeclaredResource] {
    guard let resources, !resources.isNull else { return [] }
    guard let entries = resources.entries else {
      report(.error, "T201", resources.position, "Resources is a map of logical ids")
      return []
    }
    return entries.compactMap { declared($0) }
  }

  private mutating func declared(_ entry: Node.Entry) -> DeclaredResource? {
    let id = entry.key
    let length = id.unicodeScalars.count
    path = ["Resources", id]
    defer { path = [] }
    if id.hasPrefix("Fn::") {
      report(
        .warning, "M502", entry.keyPosition, "\(id) is not evaluated; its resources are missing",
        length: length)
      return nil
    }
    guard let keys = entry.value.entries else {
      report(
        .error, "T201", entry.keyPosition, "resource '\(id)' is a map with Type and Properties",
        length: length)
      return nil
    }
    guard let type = entry.value["Type"], let typeName = type.text, !typeName.isEmpty else {
      report(.error, "T201", entry.keyPosition, "resource '\(id)' has no Type", length: length)
      return nil
    }
    for key in keys where !TemplateKeys.resource.contains(key.key) {
      // SAM ignores such keys where CloudFormation refuses them.
      report(
        typeName.hasPrefix("AWS::Serverless::") ? .warning : .error, "T202", key.keyPosition,
        "a resource has no key '\(key.key)'", length: key.key.unicodeScalars.count,
        hint: NearestName.of(key.key, in: TemplateKeys.resource).map { "did you mean '\($0)'?" }
          ?? "properties stand below Properties")
    }
    if typeName.hasPrefix("AWS::Serverless::"), !usesSAM {
      usesSAM = true
      report(
        .warning, "M507", type.position,
        "\(typeName) needs 'Transform: AWS::Serverless-2016-10-31' to be deployed",
        length: typeName.unicodeScalars.count)
    }
    let condition = entry.value["Condition"]
    let isPresent =
      condition?.text.map { conditionHolds($0, at: condition?.position ?? type.position) } ?? true
    return DeclaredResource(
      logicalID: id, idPosition: entry.keyPosition, type: typeName, typePosition: type.position,
      body: entry.value,
      conditionName: condition?.text, isPresent: isPresent)
  }

  mutating func resolve(_ resource: DeclaredResource, globals: SAMGlobals) -> ResolvedResource {
    let empty = Node(.mapping([]), at: resource.typePosition)
    var declared = resource.body["Properties"] ?? empty
    path = ["Resources", resource.logicalID, "Properties"]
    if declared.isNull { declared = empty }
    if declared.entries == nil {
      report(.error, "T201", declared.position, "Properties is a map")
      declared = empty
    }
    if resource.type == "AWS::Serverless::Function" { declared = globals.applied(to: declared, of: resource) }
    let properties = evaluate(declared).flatMap { $0.entries == nil ? nil : $0 } ?? empty
    path = ["Resources", resource.logicalID]
    let dependsOn = dependencies(resource.body["DependsOn"])
    path = []
    return ResolvedResource(
      logicalID: resource.logicalID, idPosition: resource.idPosition, type: resource.type,
      typePosition: resource.typePosition, properties: properties, dependsOn: dependsOn)
  }

  private mutating func dependencies(_ node: Node?) -> [String] {
    guard let node, !node.isNull else { return [] }
    var ids: [String] = []
    for element in node.elements ?? [node] {
      guard let id = element.text else {
        report(.error, "T213", element.position, "DependsOn takes logical ids")
        continue
      }
      if isKnownResource(id) {
        ids.append(id)
      } else if isRemoved(id) || isGeneratedBySAM(id) {
        // CloudFormation ignores a dependency on a resource that its condition leaves out.
        continue
      } else {
        reportUnknown(id, at: element.position, code: "T213", what: "DependsOn: ")
      }
    }
    return ids
  }

  /// The entries of `Events` of a SAM function.
  mutating func events(of function: ResolvedResource) -> [EventBinding] {
    guard let events = function.properties["Events"], !events.isNull else { return [] }
    path = ["Resources", function.logicalID, "Properties", "Events"]
    defer { path = [] }
    guard let entries = events.entries else {
      report(.error, "T214", events.position, "Events is a map of events by name")
      return []
    }
    return entries.compactMap { entry in
      guard let type = entry.value["Type"], let typeName = type.text else {
        report(
          .error, "T214", entry.keyPosition,
          "event '\(entry.key)' has no Type, such as SNS, Kinesis or Schedule",
          length: entry.key.unicodeScalars.count)
        return nil
      }
      for key in entry.value.entries ?? [] where key.key != "Type" && key.key != "Properties" {
        report(
          .error, "T214", key.keyPosition, "an event has no key '\(key.key)'",
          length: key.key.unicodeScalars.count,
          hint: "an event has Type and Properties")
      }
      var properties = entry.value["Properties"] ?? Node(.mapping([]), at: type.position)
      if properties.entries == nil {
        if !properties.isNull {
          report(.error, "T214", properties.position, "Properties of an event is a map")
        }
        properties = Node(.mapping([]), at: type.position)
      }
      return EventBinding(
        function: function.logicalID, eventName: entry.key, position: entry.keyPosition, type: typeName,
        typePosition: type.position, properties: properties)
    }
  }
}

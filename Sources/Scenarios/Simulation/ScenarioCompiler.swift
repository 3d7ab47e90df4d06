import Kernel
import Services

/// Turns a loaded scenario into a system, or says everything that is wrong with it.
package enum ScenarioCompiler {
  /// Compiles a scenario.
  ///
  /// - Returns: nothing when the scenario has an error; `diagnostics` then says which.
  package static func compile(_ loaded: LoadedScenario, into diagnostics: inout Diagnostics)
    -> CompiledScenario?
  {
    var found: [Diagnostic] = []
    checkTopLevel(loaded.root, into: &found)
    let simulation = loaded.simulation
    // With a file missing, half of the scenario is: what else seems wrong would mislead.
    if diagnostics.all.contains(where: { $0.severity == .error && missingFileCodes.contains($0.code) }) {
      return nil
    }
    guard loaded.root["Simulation"] != nil else {
      diagnostics.add(
        Diagnostic(
          .error, "S300", at: loaded.root.position,
          "nothing to simulate: the scenario has no 'Simulation' block"))
      checkTemplate(loaded, into: &diagnostics)
      return nil
    }
    let era = readEra(simulation, into: &found)
    var validator = SchemaValidator(.simulation, era: era)
    validator.check(simulation, properties: SchemaTable.simulation, owner: "Simulation", path: "Simulation")
    found += validator.diagnostics
    let run = RunReader.read(simulation, into: &found)
    let region = simulation["region"]?.text ?? "us-east-1"

    var resolution = Diagnostics()
    let template = TemplateResolver.resolve(
      loaded.root, parameters: simulation["parameters"], region: region, stackName: loaded.name,
      into: &resolution)
    found += resolution.all
    let summary = checkTemplate(template, era: era, file: loaded.files.first, isScenario: true, into: &found)

    var compilation = Compilation(
      simulation: simulation, template: template, project: loaded.project, era: era,
      limits: EraPreset.limits(era, region: region), name: loaded.name, run: run)
    compilation.reported = resolution.all.filter { $0.severity == .error }
    compilation.checkVariants()
    let overridden = compilation.overrideLimits()
    compilation.compileResources()
    compilation.compileServices()
    compilation.compileDeliveries()
    compilation.compileWorkloads()
    compilation.compileFunctions()
    compilation.compileTimeline()
    compilation.compileAlarms()
    let thresholds = compilation.compileThresholds(variant: loaded.variant)
    let expectations = compilation.compileExpectations()
    let measures = compilation.compileMeasures()
    let precision = compilation.compilePrecision()
    let output = compilation.compileOutput()
    found += compilation.diagnostics
    var axes = Diagnostics()
    _ = SweepReader.axes(of: loaded.root, into: &axes)
    found += axes.all
    guard !found.contains(where: { $0.severity == .error }), !diagnostics.hasErrors else {
      report(found, into: &diagnostics)
      return nil
    }
    let before = compilation.diagnostics.count
    compilation.advise()
    found += compilation.diagnostics[before...]
    report(found, into: &diagnostics)

    let system = compilation.spec
    let warmup = simulation["run"]?["warmup"]
    return CompiledScenario(
      system: system, name: loaded.name, description: simulation["description"]?.text, era: era,
      region: region,
      thresholds: thresholds, alarmExpectations: expectations, measures: measures,
      precision: precision, automaticWarmUp: warmup?.text == "auto" ? warmup?.position : nil,
      variantNames: loaded.variantNames, overriddenLimits: overridden, notModelled: summary, output: output,
      picture: SystemPicture(system), inputs: compilation.inputs.withoutRepetition
    ).measured(after: system.run.warmup)
  }

  /// Files that are not there or not allowed.
  private static let missingFileCodes = ["Y101", "Y102", "Y120", "Y121", "Y122", "Y123"]

  /// Checks a template that has no `Simulation` block: types, properties, values and references.
  package static func checkTemplate(_ loaded: LoadedScenario, into diagnostics: inout Diagnostics) {
    var found: [Diagnostic] = []
    checkTopLevel(loaded.root, into: &found)
    var resolution = Diagnostics()
    let template = TemplateResolver.resolve(
      loaded.root, parameters: nil, region: "us-east-1", stackName: loaded.name, into: &resolution)
    found += resolution.all
    _ = checkTemplate(template, era: .now, file: loaded.files.first, isScenario: false, into: &found)
    report(found, into: &diagnostics)
  }

  /// Adds what was found, each mistake once: a block that several functions share is read for each of them.
  private static func report(_ found: [Diagnostic], into diagnostics: inout Diagnostics) {
    var seen: Set<Diagnostic> = Set(diagnostics.all)
    for diagnostic in found where seen.insert(diagnostic).inserted { diagnostics.add(diagnostic) }
  }

  private static func checkTopLevel(_ root: Node, into found: inout [Diagnostic]) {
    for entry in root.entries ?? [] where !SchemaTable.topLevelKeys.contains(entry.key) {
      let nearest = NearestName.of(entry.key, in: SchemaTable.topLevelKeys)
      found.append(
        Diagnostic(
          .error, "T228", at: entry.keyPosition, "a scenario has no key '\(entry.key)'",
          length: entry.key.count,
          hint: nearest.map { "did you mean '\($0)'?" }, path: entry.key))
    }
  }

  private static func readEra(_ simulation: Node, into found: inout [Diagnostic]) -> Era {
    guard let node = simulation["era"], let text = node.text else { return .now }
    guard let era = Era(text) else {
      found.append(
        Diagnostic(
          .error, "E401", at: node.position,
          "'\(text)' is not an era: write now, a year or a month from 2014-11 on, such as 2017 or 2016-08",
          length: SchemaValidator.markedLength(node), path: "Simulation.era"))
      return .now
    }
    if !era.isCovered {
      found.append(
        Diagnostic(
          .note, "E405", at: node.position,
          "era \(text) takes the numbers of preset '\(era.preset.rawValue)', the nearest one; "
            + "'highwater limits --era \(text)' prints them", length: text.count, path: "Simulation.era"))
    }
    return era
  }

  // MARK: Template

  /// Checks every resource and event against the schema and counts what has no effect.
  private static func checkTemplate(
    _ template: ResolvedTemplate, era: Era, file: String?, isScenario: Bool, into found: inout [Diagnostic]
  ) -> NotModelledSummary {
    var validator = SchemaValidator(.template, era: era)
    var ignored: [String] = []
    for resource in template.resources {
      let path = "Resources.\(resource.logicalID)"
      guard let schema = SchemaTable.resource(resource.type) else {
        unknownType(resource, ignored: &ignored, into: &found)
        continue
      }
      if let feature = schema.since, !era.has(feature) {
        found.append(
          SchemaValidator.missing(feature, resource.type, era: era, at: resource.typePosition, path: path))
      }
      var properties = resource.properties
      // Events are checked one by one, by their own type.
      if resource.type == "AWS::Serverless::Function" { properties = properties.setting("Events", to: nil) }
      validator.check(
        properties, properties: schema.properties, owner: resource.type, path: "\(path).Properties")
    }
    for event in template.events {
      let path = "Resources.\(event.function).Properties.Events.\(event.eventName)"
      guard let schema = SchemaTable.event(event.type) else {
        unknownEvent(event, isScenario: isScenario, path: path, into: &found)
        continue
      }
      if let feature = schema.since, !era.has(feature) {
        found.append(
          SchemaValidator.missing(feature, event.type, era: era, at: event.typePosition, path: path))
      }
      validator.check(
        event.properties, properties: schema.properties, owner: "a \(event.type) event",
        path: "\(path).Properties")
    }
    found += validator.diagnostics
    let summary = NotModelledSummary(types: ignored, properties: validator.withoutEffect)
    // Line 0 stands for the whole file.
    let whole = file.map { SourcePosition(file: $0, line: 0, column: 0) }
    if !summary.resourceTypes.isEmpty {
      let listed = summary.resourceTypes.prefix(5).map { "\(shortType($0.type)) \($0.count)" }.joined(
        separator: ", ")
      let rest = summary.resourceTypes.count > 5 ? ", ..." : ""
      let count = summary.resourceCount
      found.append(
        Diagnostic(
          .note, "M501", at: whole,
          "\(count) resource\(count == 1 ? "" : "s") of \(summary.resourceTypes.count) "
            + "type\(summary.resourceTypes.count == 1 ? "" : "s") \(count == 1 ? "has" : "have") no effect here "
            + "(\(listed)\(rest))"))
    }
    if !summary.properties.isEmpty {
      let count = summary.properties.reduce(0) { $0 + $1.count }
      found.append(
        Diagnostic(
          .note, "M513", at: whole,
          "\(count) propert\(count == 1 ? "y has" : "ies have") no effect here ("
            + summary.properties.prefix(5).map { "\(shortType($0.type)) \($0.count)" }.joined(separator: ", ")
            + (summary.properties.count > 5 ? ", ...)" : ")")))
    }
    return summary
  }

  private static func shortType(_ type: String) -> String {
    type.hasPrefix("AWS::") ? String(type.dropFirst(5)) : type
  }

  private static func unknownType(
    _ resource: ResolvedResource, ignored: inout [String], into found: inout [Diagnostic]
  ) {
    let isKnownFamily = SchemaTable.isSignificant(resource.type)
    if !isKnownFamily, let nearest = nearestType(resource.type) {
      found.append(
        Diagnostic(
          .error, "T227", at: resource.typePosition, "there is no resource type '\(resource.type)'",
          length: resource.type.count, hint: "did you mean '\(nearest)'?",
          path: "Resources.\(resource.logicalID)"))
      return
    }
    ignored.append(resource.type)
    if isKnownFamily {
      found.append(
        Diagnostic(
          .warning, "M511", at: resource.typePosition,
          "\(resource.type) is not modelled yet: '\(resource.logicalID)' does nothing here",
          length: resource.type.count, path: "Resources.\(resource.logicalID)"))
    }
  }

  /// A modelled type that differs by a slip of the pen; other types of AWS are too many to list and never so near.
  private static func nearestType(_ type: String) -> String? {
    guard let nearest = NearestName.of(type, in: SchemaTable.resources.map(\.type)) else { return nil }
    let difference = abs(nearest.count - type.count)
    let family = nearest.split(separator: ":", omittingEmptySubsequences: true).prefix(2)
    let ownFamily = type.split(separator: ":", omittingEmptySubsequences: true).prefix(2)
    return difference <= 2 && (family == ownFamily || nearest.lowercased() == type.lowercased())
      ? nearest : nil
  }

  private static func unknownEvent(
    _ event: EventBinding, isScenario: Bool, path: String, into found: inout [Diagnostic]
  ) {
    let known = SchemaTable.events.map(\.type) + SAMEventTypes.notModelled
    if !SAMEventTypes.notModelled.contains(event.type) {
      let nearest = NearestName.of(event.type, in: known)
      found.append(
        Diagnostic(
          .error, "T229", at: event.typePosition, "there is no event type '\(event.type)' in SAM",
          length: event.type.count, hint: nearest.map { "did you mean '\($0)'?" }, path: path))
      return
    }
    // A template alone is only looked at; a scenario would run without what its function waits for.
    found.append(
      Diagnostic(
        isScenario ? .error : .warning, "S320", at: event.typePosition,
        "\(event.function) is invoked by an event of type \(event.type), which is not modelled yet",
        length: event.type.count, path: path))
  }
}

/// Event types of SAM that have no model yet. Source: SAM reference, EventSource.
enum SAMEventTypes {
  static let notModelled = [
    "Api", "HttpApi", "DynamoDB", "EventBridgeRule", "CloudWatchEvent", "CloudWatchLogs",
    "IoTRule",
    "AlexaSkill", "Cognito", "MSK", "MQ", "SelfManagedKafka", "DocumentDB",
  ]
}

extension [InputNote] {
  /// Each note once: a block that several functions share is read for each of them.
  fileprivate var withoutRepetition: [InputNote] {
    var seen: Set<InputNote> = []
    return filter { seen.insert($0).inserted }
  }
}

extension NotModelledSummary {
  /// Counts names; most frequent first, equals by name.
  init(types: [String], properties: [String]) {
    func count(_ names: [String]) -> [TypeCount] {
      var counts: [String: Int] = [:]
      for name in names { counts[name, default: 0] += 1 }
      return counts.map { TypeCount(type: $0.key, count: $0.value) }
        .sorted { $0.count != $1.count ? $0.count > $1.count : $0.type < $1.type }
    }
    self.init()
    resourceTypes = count(types)
    self.properties = count(properties)
  }
}

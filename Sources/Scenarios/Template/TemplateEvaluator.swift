/// What is known while a template is evaluated, and the names its functions may use.
///
/// The functions themselves are in `TemplateEvaluator+Functions`, the conditions in `TemplateEvaluator+Conditions`.
struct TemplateEvaluator {
  var diagnostics: [Diagnostic] = []
  /// Keys from the root to what is being evaluated.
  var path: [String] = []
  var usesSAM = false
  let mappings: Node?
  let conditions: Node?
  var conditionResults: [String: Bool] = [:]
  /// Conditions being worked on, outermost first.
  var openConditions: [String] = []
  private let pseudoParameters: [(name: String, value: String)]
  private var parameters: [String: Node] = [:]
  private var parameterNames: [String] = []
  private var resources: [DeclaredResource] = []
  private var resourceIndex: [String: Int] = [:]
  /// Mistakes in globals would be reported once for every function.
  private var reported: Set<String> = []

  init(root: Node, region: String, stackName: String) {
    mappings = root["Mappings"]
    conditions = root["Conditions"]
    let account = "123456789012"
    pseudoParameters = [
      ("AWS::Region", region), ("AWS::AccountId", account), ("AWS::StackName", stackName),
      ("AWS::Partition", "aws"),
      ("AWS::URLSuffix", "amazonaws.com"),
      ("AWS::StackId", "arn:aws:cloudformation:\(region):\(account):stack/\(stackName)/1"),
      ("AWS::NotificationARNs", ""),
    ]
  }

  // MARK: Names

  mutating func nameResources(_ declared: [DeclaredResource]) {
    resources = declared
    for (index, resource) in declared.enumerated() { resourceIndex[resource.logicalID] = index }
  }

  func isKnownResource(_ id: String) -> Bool { resourceIndex[id].map { resources[$0].isPresent } ?? false }
  func isRemoved(_ id: String) -> Bool { resourceIndex[id].map { !resources[$0].isPresent } ?? false }

  /// Whether SAM makes a resource of this name: roles, versions, aliases, stages, permissions of events.
  ///
  /// Source: SAM developer guide, "Generated CloudFormation resources".
  func isGeneratedBySAM(_ name: String) -> Bool {
    guard usesSAM else { return false }
    if name.hasPrefix("ServerlessRestApi") || name.hasPrefix("ServerlessHttpApi") { return true }
    if name == "ServerlessDeploymentApplication" || name == "CodeDeployServiceRole" { return true }
    return resources.contains { resource in
      guard resource.type.hasPrefix("AWS::Serverless::"), name.hasPrefix(resource.logicalID) else {
        return false
      }
      let suffix = String(name.dropFirst(resource.logicalID.count))
      switch resource.type {
      case "AWS::Serverless::Function", "AWS::Serverless::StateMachine":
        let events = resource.body["Properties"]?["Events"]?.entries?.map(\.key) ?? []
        return ["Role", "Url", "EventInvokeConfig", "DeadLetterQueue", "EventQueue"].contains(suffix)
          || suffix.hasPrefix("Version") || suffix.hasPrefix("Alias")
          || events.contains { suffix.hasPrefix($0) }
      case "AWS::Serverless::Api", "AWS::Serverless::HttpApi":
        return suffix.hasSuffix("Stage") || suffix.hasPrefix("Deployment")
      default: return false
      }
    }
  }

  /// The value of `Ref` or `${Name}`; nothing for `AWS::NoValue`.
  mutating func value(ofName name: String, at position: SourcePosition) -> Node? {
    func scalar(_ text: String) -> Node { Node(.scalar(text, isPlain: true), at: position) }
    if name == "AWS::NoValue" { return nil }
    if let pseudo = pseudoParameters.first(where: { $0.name == name }) { return scalar(pseudo.value) }
    if let parameter = parameters[name] { return parameter.moved(to: position) }
    if isKnownResource(name) { return scalar(TemplateText.reference(name, attribute: nil)) }
    // SAM: `!Ref Function.Alias` is the alias it publishes.
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    if parts.count == 2, isKnownResource(parts[0]), usesSAM {
      return scalar(TemplateText.reference(parts[0], attribute: parts[1]))
    }
    if isGeneratedBySAM(name) { return scalar(TemplateText.opaque(name)) }
    reportUnknown(name, at: position)
    return scalar(TemplateText.opaque(name))
  }

  mutating func attribute(_ attribute: String, of id: String, at position: SourcePosition) -> Node {
    let text: String
    if isKnownResource(id) {
      text = TemplateText.reference(id, attribute: attribute)
    } else {
      if !isGeneratedBySAM(id) { reportUnknown(id, at: position) }
      text = TemplateText.opaque("\(id).\(attribute)")
    }
    return Node(.scalar(text, isPlain: true), at: position)
  }

  mutating func reportUnknown(
    _ name: String, at position: SourcePosition, code: String = "T207", what: String = ""
  ) {
    let length = name.unicodeScalars.count
    if let index = resourceIndex[name], !resources[index].isPresent {
      let condition = resources[index].conditionName ?? ""
      report(
        .error, "T208", position, "\(what)'\(name)' is left out because condition '\(condition)' is false",
        length: length)
      return
    }
    if parameters[name] != nil {
      report(.error, code, position, "\(what)'\(name)' is a parameter, not a resource", length: length)
      return
    }
    let names = resources.filter(\.isPresent).map(\.logicalID) + parameterNames + pseudoParameters.map(\.name)
    let nearest = NearestName.of(name, in: names).map { "; nearest: '\($0)'" } ?? ""
    report(
      .error, code, position, "\(what)'\(name)' is not a resource of this template\(nearest)", length: length)
  }

  mutating func report(
    _ severity: Diagnostic.Severity, _ code: String, _ position: SourcePosition, _ message: String,
    length: Int = 1,
    hint: String? = nil
  ) {
    let key = "\(code) \(position.file):\(position.line):\(position.column) \(message)"
    guard reported.insert(key).inserted else { return }
    diagnostics.append(
      Diagnostic(
        severity, code, at: position, message, length: max(1, length), hint: hint,
        path: path.isEmpty ? nil : ScenarioPath(path).description))
  }

  // MARK: Parameters

  mutating func readParameters(declared: Node?, given: Node?) {
    let entries = declared?.entries ?? []
    parameterNames = entries.map(\.key)
    for entry in entries {
      path = ["Parameters", entry.key]
      parameters[entry.key] = parameterValue(entry, given: given?[entry.key])
    }
    for entry in given?.entries ?? [] where !parameterNames.contains(entry.key) {
      path = ["Simulation", "parameters"]
      let nearest = NearestName.of(entry.key, in: parameterNames)
      report(
        .error, "T206", entry.keyPosition, "the template has no parameter '\(entry.key)'",
        length: entry.key.unicodeScalars.count, hint: nearest.map { "did you mean '\($0)'?" })
    }
    path = []
  }

  private mutating func parameterValue(_ entry: Node.Entry, given: Node?) -> Node {
    let name = entry.key
    let type = entry.value["Type"]?.text ?? "String"
    let opaque = Node(.scalar(TemplateText.opaque(name), isPlain: true), at: entry.keyPosition)
    guard let value = given ?? entry.value["Default"].map({ $0.isNull ? $0.asEmptyText : $0 }) else {
      report(
        .error, "T205", entry.keyPosition, "parameter '\(name)' has neither a value nor a Default",
        length: name.unicodeScalars.count, hint: "give it one under Simulation.parameters")
      return opaque
    }
    if type.hasPrefix("AWS::SSM::Parameter::Value"), given == nil {
      report(
        .warning, "M505", value.position,
        "parameter '\(name)' is read from the parameter store at deployment",
        length: value.text?.unicodeScalars.count ?? 1, hint: "give its value under Simulation.parameters")
      return opaque
    }
    let isList = type == "CommaDelimitedList" || type.hasPrefix("List<")
    if let elements = value.elements, isList, elements.allSatisfy({ $0.text != nil }) { return value }
    guard let text = value.text else {
      report(
        .error, "T206", value.position,
        "parameter '\(name)' is one value\(isList ? " or a list of values" : "")")
      return opaque
    }
    checkAllowed(text, entry: entry, type: type, at: value.position)
    guard isList else { return Node(.scalar(text, isPlain: true), at: value.position) }
    let pieces = text.split(separator: ",").map { piece in
      Node(.scalar(String(piece.drop { $0 == " " }), isPlain: true), at: value.position)
    }
    return Node(.sequence(pieces), at: value.position)
  }

  private mutating func checkAllowed(
    _ text: String, entry: Node.Entry, type: String, at position: SourcePosition
  ) {
    let length = text.unicodeScalars.count
    if let allowed = entry.value["AllowedValues"]?.elements?.compactMap(\.text), !allowed.contains(text) {
      report(
        .error, "T206", position,
        "parameter '\(entry.key)' is '\(text)'; allowed: \(allowed.joined(separator: ", "))",
        length: length)
    }
    guard type == "Number" else { return }
    guard let number = Double(text) else {
      report(.error, "T206", position, "parameter '\(entry.key)' is a number, not '\(text)'", length: length)
      return
    }
    for (key, isWrong) in [
      ("MinValue", { (bound: Double) in number < bound }),
      ("MaxValue", { (bound: Double) in number > bound }),
    ] {
      if let bound = entry.value[key]?.text, let value = Double(bound), isWrong(value) {
        report(
          .error, "T206", position, "parameter '\(entry.key)' is \(text); its \(key) is \(bound)",
          length: length)
      }
    }
  }
}

extension Node {
  /// The same value standing at another place, for messages that point at the use.
  func moved(to position: SourcePosition) -> Node {
    var copy = self
    copy.position = position
    switch value {
    case .sequence(let elements): copy.value = .sequence(elements.map { $0.moved(to: position) })
    case .mapping(let entries):
      copy.value = .mapping(
        entries.map { Entry(key: $0.key, keyPosition: position, value: $0.value.moved(to: position)) })
    case .scalar, .null: break
    }
    return copy
  }

  fileprivate var asEmptyText: Node { Node(.scalar("", isPlain: false), at: position) }
}

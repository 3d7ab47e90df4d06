import Kernel
import Services

/// A scenario on its way to a system: what has been found so far and what is wrong with it.
///
/// Every part reports its own mistakes and goes on with a default, so that one reading finds them all. Literals and
/// shapes have been checked against the schema before; the parts here report only what the schema cannot know.
struct Compilation {
  let simulation: Node
  let template: ResolvedTemplate
  let project: ProjectFiles
  let era: Era
  var limits: Limits
  var spec: SystemSpec
  var diagnostics: [Diagnostic] = []
  /// Mistakes that the template's evaluation has already reported.
  var reported: [Diagnostic] = []
  var names = NameTable()
  /// Deliveries that a timeline may switch, by path.
  var switches: [String: Switch] = [:]
  /// Service blocks by partner index, for the timeline.
  var partnerNodes: [Node] = []
  /// Error rules by function index, for the timeline.
  var errorNodes: [[Node]] = []
  /// Filters and where they stand: their fields are looked at when the workloads are known.
  var filters: [(pattern: FilterPattern, node: Node, path: String)] = []

  /// What was taken from data files.
  var inputs: [InputNote] = []

  enum Switch { case mapping(Int), schedule(Int), queueMapping(Int) }

  init(
    simulation: Node, template: ResolvedTemplate, project: ProjectFiles, era: Era, limits: Limits,
    name: String,
    run: RunSpec
  ) {
    self.simulation = simulation
    self.template = template
    self.project = project
    self.era = era
    self.limits = limits
    spec = SystemSpec(name: name, limits: limits, run: run)
  }

  // MARK: Reports

  mutating func report(
    _ code: String, _ node: Node, _ message: String, hint: String? = nil, path: String? = nil,
    severity: Diagnostic.Severity = .error
  ) {
    diagnostics.append(
      Diagnostic(
        severity, code, at: node.position, message, length: SchemaValidator.markedLength(node), hint: hint,
        path: path))
  }

  mutating func report(
    _ code: String, at position: SourcePosition, length: Int, _ message: String, hint: String? = nil,
    path: String? = nil, severity: Diagnostic.Severity = .error
  ) {
    diagnostics.append(
      Diagnostic(severity, code, at: position, message, length: length, hint: hint, path: path))
  }

  mutating func report(_ code: String, _ error: LiteralError, in node: Node, path: String?) {
    var position = node.position
    if case .scalar(_, let isPlain) = node.value { position.column += error.offset + (isPlain ? 0 : 1) }
    report(code, at: position, length: error.length, error.message, hint: error.hint, path: path)
  }

  /// Reports a name that nothing has, with the nearest one.
  mutating func unknownName(_ node: Node, _ what: String, among candidates: [String], path: String) {
    let nearest = NearestName.of(node.text ?? "", in: candidates)
    let known = candidates.isEmpty ? "there is none" : "there is \(Self.listing(candidates))"
    report(
      "S307", node, "no \(what) is named '\(node.text ?? "")'" + (nearest == nil ? "; \(known)" : ""),
      hint: nearest.map { "did you mean '\($0)'?" }, path: path)
  }

  /// Reports that the model needs a value which nobody can know, unless its mistake has been named before.
  mutating func needsKnown(_ node: Node, _ what: String, path: String) {
    // `Order.Arn` is open because of 'Order', which has been reported where it stands.
    let cause = (node.opaqueReason ?? "").prefix { $0 != "." }
    guard !reported.contains(where: { $0.position == node.position || $0.message.contains("'\(cause)'") })
    else { return }
    report(
      "T225", node, "the model needs this \(what), but its value is known only after deployment", path: path)
  }

  static func listing(_ names: [String]) -> String {
    names.count <= 6 ? names.joined(separator: ", ") : names.prefix(5).joined(separator: ", ") + ", ..."
  }

  // MARK: Values; nil when absent or already reported by the schema

  func seconds(_ node: Node?) -> Double? {
    node?.text.flatMap { try? Literal.read($0, as: .duration) }
  }
  func duration(_ node: Node?) -> SimDuration? { seconds(node).map { SimDuration(seconds: $0) } }
  func perSecond(_ node: Node?) -> Double? { node?.text.flatMap { try? Literal.read($0, as: .rate) } }
  func share(_ node: Node?) -> Double? { node?.text.flatMap { try? Literal.read($0, as: .share) } }
  func integer(_ node: Node?) -> Int? { node?.text.flatMap(Literal.integer) }
  func boolean(_ node: Node?) -> Bool? { node?.text.flatMap(Literal.boolean) }

  func condition(_ node: Node?) -> Condition? { node?.text.flatMap { try? ConditionParser.parse($0) } }

  /// A distribution of any of its forms.
  mutating func distribution(_ node: Node?, _ quantity: Literal.Quantity, path: String) -> Distribution? {
    guard let node else { return nil }
    if let text = node.text {
      if SampleCall.isMeant(text) { return measured(node, quantity, path: path) }
      return try? DistributionParser.parse(text, as: quantity)
    }
    if node["file"] != nil { return measured(node, quantity, path: path) }
    guard let choices = node["choice"]?.entries else { return nil }
    // A choice is a law by quantiles with a jump at each value.
    var steps: [(value: Double, share: Double)] = []
    for choice in choices {
      guard let value = try? Literal.read(choice.key, as: quantity), let share = share(choice.value) else {
        return nil
      }
      steps.append((value, share))
    }
    steps.sort { $0.value < $1.value }
    var points: [PiecewiseQuantiles.Point] = []
    var below = 0.0
    for step in steps {
      points.append(.init(p: below, value: step.value))
      below = min(1, below + step.share)
      points.append(.init(p: below, value: step.value))
    }
    return points.isEmpty ? nil : .piecewise(PiecewiseQuantiles(points))
  }
}

/// Every name of a scenario and what it stands for.
struct NameTable {
  var functions: [String: Int] = [:]
  var streams: [String: Int] = [:]
  var consumers: [String: Int] = [:]
  var topics: [String: Int] = [:]
  var queues: [String: Int] = [:]
  var tables: [String: Int] = [:]
  var buckets: [String: Int] = [:]
  var deliveryStreams: [String: Int] = [:]
  var stores: [String: Int] = [:]
  var partners: [String: Int] = [:]
  var workloads: [String: Int] = [:]
  /// Names in scenario order, for messages and wildcards.
  var functionNames: [String] = []
  var streamNames: [String] = []
  var consumerNames: [String] = []
  var topicNames: [String] = []
  var queueNames: [String] = []
  var tableNames: [String] = []
  var bucketNames: [String] = []
  var deliveryStreamNames: [String] = []
  var storeNames: [String] = []
  var partnerNames: [String] = []
  var workloadNames: [String] = []

  /// Everything that messages can be sent to.
  func destination(_ name: String) -> Destination? {
    if let index = stores[name] { return .store(index) }
    if let index = topics[name] { return .topic(index) }
    if let index = queues[name] { return .queue(index) }
    if let index = streams[name] { return .stream(index) }
    if let index = functions[name] { return .function(index) }
    if let index = buckets[name] { return .bucket(index) }
    if let index = deliveryStreams[name] { return .deliveryStream(index) }
    return nil
  }
  var destinationNames: [String] {
    storeNames + topicNames + queueNames + streamNames + functionNames + bucketNames + deliveryStreamNames
  }
  var resourceNames: [String] {
    functionNames + streamNames + consumerNames + topicNames + queueNames + tableNames + bucketNames
      + deliveryStreamNames
  }
}

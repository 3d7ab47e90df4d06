/// Random scenarios over all services, with whole features left out in some of them.
///
/// Leaving features out entirely finds more than mixing all of them always: a bug that needs a full stream
/// never shows while a topic takes most messages. Source: swarm testing, Groce et al. 2012.
///
/// Messages flow in layers, so that every scenario can settle: workloads and a fetcher fill the *entries* (stream,
/// topic, queue, asynchronous worker), whose functions pass messages on to the *deep* layer (a function, a queue, a
/// bucket, a delivery stream); what is given up goes to the dead-letter queue, which may have a consumer.
struct Swarm {
  var generator: Generator
  let features: Features
  var resources = ""
  var functions = ""
  var changes: [String] = []
  var names: [String] = []
  /// Concurrency reserved so far; the account has to have more.
  var reserved = 0
  /// Steps that pass a message on to the deep layer.
  var deepSteps: [String] = []

  /// A scenario, always the same for a seed.
  static func scenario(seed: UInt64) -> String {
    var swarm = Swarm(seed: seed)
    return swarm.text(seed: seed)
  }

  private init(seed: UInt64) {
    var generator = Generator(state: seed &* 0x9E37_79B9_7F4A_7C15)
    features = Features(&generator)
    self.generator = generator
  }

  private mutating func text(seed: UInt64) -> String {
    addTable()
    if features.hasDeadLetters { addDeadLetterQueue() }
    addDeepLayer()
    var destinations: [String] = []
    if features.hasStream { destinations.append(addStream()) }
    if features.hasQueue { destinations.append(addQueue()) }
    if features.hasTopic { destinations.append(addTopic()) }
    if features.hasDirect {
      addFunction("Worker", events: nil, scope: "perMessage", asynchronous: true)
      destinations.append("Worker")
    }
    if features.hasStore { addFetcher(to: destinations) }
    let entries = destinations + (features.hasStore ? ["Store", "Store"] : [])
    let workloads = (0..<generator.pick([1, 1, 2])).map { workload($0, into: generator.pick(entries)) }
      .joined()
    let account = generator.pick([101, 105, 130])

    return """
      Transform: AWS::Serverless-2016-10-31
      Resources:
      \(resources)\
      Simulation:
        version: 1
        name: swarm-\(seed)
        era: now
        run: {duration: \(generator.pick([2, 3, 5]))m, drain: \(features.drainHours)h, replications: 1, seed: \(seed)}
        output: {messages: all, traces: 100000}
      \(features.hasLimits ? "  limits: {lambda.accountConcurrency: \(account), lambda.unreservedMinimum: 0}\n" : "")\
        services:
          Store: {kind: store}
          Partner: \(partner())
        workloads:
      \(workloads)\
        functions:
      \(functions)\(timeline())
      """
  }
}

extension Swarm {
  /// What a scenario has at all.
  struct Features {
    let hasStream: Bool, hasTopic: Bool, hasStore: Bool, hasQueue: Bool, hasDirect: Bool
    let hasTable: Bool, hasBucket: Bool, hasArchive: Bool, hasPartner: Bool
    let hasErrors: Bool, hasTimeline: Bool, hasLimits: Bool, hasPoison: Bool
    let hasDeadLetters: Bool, hasFilters: Bool, hasDeepFunction: Bool, hasDeepQueue: Bool
    let readerCount: Int
    let drainHours: Int

    init(_ generator: inout Generator) {
      hasStream = generator.chance(0.5)
      hasTopic = generator.chance(0.4)
      hasStore = generator.chance(0.4)
      hasQueue = generator.chance(0.5)
      hasDirect = generator.chance(0.4) || !(hasStream || hasTopic || hasStore || hasQueue)
      hasTable = generator.chance(0.4)
      hasBucket = generator.chance(0.4)
      hasArchive = generator.chance(0.3)
      hasPartner = generator.chance(0.6)
      hasErrors = generator.chance(0.5)
      hasTimeline = generator.chance(0.4)
      hasLimits = generator.chance(0.5)
      hasPoison = generator.chance(0.4)
      hasDeadLetters = generator.chance(0.5)
      hasFilters = generator.chance(0.4)
      hasDeepFunction = generator.chance(0.4)
      hasDeepQueue = generator.chance(0.3)
      readerCount = generator.pick([1, 1, 2, 4])
      // Past retention; not with readers that contend for the polls of an idle shard, each of which takes time.
      let isLong = generator.chance(0.3)
      drainHours = isLong && readerCount <= 2 ? 30 : generator.pick([0, 1])
    }
  }
}

/// Random scenarios over all services, with whole features left out in some of them.
///
/// Leaving features out entirely finds more than mixing all of them always: a bug that needs a full stream
/// never shows while a topic takes most messages. Source: swarm testing, Groce et al. 2012.
struct Swarm {
  private var generator: Generator
  private let hasStream: Bool
  private let hasTopic: Bool
  private let hasStore: Bool
  private let hasTable: Bool
  private let hasPartner: Bool
  private let hasErrors: Bool
  private let hasTimeline: Bool
  private let hasLimits: Bool
  private let hasDirect: Bool
  private let hasPoison: Bool
  private let readerCount: Int
  private let drainHours: Int
  private var resources = ""
  private var functions = ""
  private var names: [String] = []

  /// A scenario, always the same for a seed.
  static func scenario(seed: UInt64) -> String {
    var swarm = Swarm(seed: seed)
    return swarm.text(seed: seed)
  }

  private init(seed: UInt64) {
    generator = Generator(state: seed &* 0x9E37_79B9_7F4A_7C15)
    hasStream = generator.chance(0.7)
    hasTopic = generator.chance(0.5)
    hasStore = generator.chance(0.5)
    hasTable = generator.chance(0.6)
    hasPartner = generator.chance(0.7)
    hasErrors = generator.chance(0.5)
    hasTimeline = generator.chance(0.4)
    hasLimits = generator.chance(0.5)
    hasDirect = generator.chance(0.5) || !(hasStream || hasTopic || hasStore)
    hasPoison = generator.chance(0.4)
    let readers = generator.pick([1, 1, 2, 4])
    readerCount = readers
    // Past retention; not with readers that contend for the polls of an idle shard, each of which takes time.
    let isLong = generator.chance(0.4)
    drainHours = isLong && readers <= 2 ? 30 : generator.pick([0, 1])
  }

  private mutating func text(seed: UInt64) -> String {
    if hasTable {
      let capacity =
        generator.chance(0.3)
        ? "BillingMode: PAY_PER_REQUEST"
        : "ProvisionedThroughput: {ReadCapacityUnits: \(generator.pick([1, 5, 100])), WriteCapacityUnits: \(generator.pick([1, 5, 100]))}"
      resources += """
          Table:
            Type: AWS::DynamoDB::Table
            Properties:
              AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
              KeySchema: [{AttributeName: id, KeyType: HASH}]
              \(capacity)

        """
    }
    var destinations: [String] = []
    if hasStream {
      resources +=
        "  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: \(generator.pick([1, 2, 5]))}}\n"
      destinations.append("Stream")
      for index in 0..<readerCount { addReader("Reader\(index)") }
    }
    if hasTopic {
      resources += "  Topic: {Type: AWS::SNS::Topic}\n"
      destinations.append("Topic")
      for index in 0..<generator.pick([1, 2]) {
        addFunction(
          "Subscriber\(index)", events: "{M: {Type: SNS, Properties: {Topic: !Ref Topic}}}",
          scope: "perMessage")
      }
    }
    if hasDirect {
      addFunction("Worker", events: nil, scope: "perMessage")
      destinations.append("Worker")
    }
    if hasStore { addFetcher(to: destinations) }
    let entries = destinations + (hasStore ? ["Store", "Store"] : [])
    let workloads = (0..<generator.pick([1, 1, 2])).map { workload($0, into: generator.pick(entries)) }
      .joined()

    return """
      Transform: AWS::Serverless-2016-10-31
      Resources:
      \(resources.isEmpty ? "  Unused: {Type: AWS::SNS::Topic}\n" : resources)\
      Simulation:
        version: 1
        name: swarm-\(seed)
        era: now
        run: {duration: \(generator.pick([2, 4, 8]))m, drain: \(drainHours)h, replications: 1, seed: \(seed)}
        output: {messages: all, traces: 100000}
      \(hasLimits ? "  limits: {lambda.accountConcurrency: \(generator.pick([101, 105, 130])), lambda.unreservedMinimum: 0}\n" : "")\
        services:
          Store: {kind: store}
          Partner: \(partner())
        workloads:
      \(workloads)\
        functions:
      \(functions)\(timeline())
      """
  }

  // MARK: Parts

  private mutating func addReader(_ name: String) {
    var properties =
      "Stream: !GetAtt Stream.Arn, StartingPosition: TRIM_HORIZON, BatchSize: \(generator.pick([1, 3, 10, 100]))"
    if generator.chance(0.4) { properties += ", MaximumRetryAttempts: \(generator.pick([0, 1, 3]))" }
    if generator.chance(0.2) { properties += ", MaximumRecordAgeInSeconds: \(generator.pick([60, 300]))" }
    if generator.chance(0.4) { properties += ", BisectBatchOnFunctionError: true" }
    let scope = generator.pick(["perMessage", "perBatch"])
    addFunction(name, events: "{S: {Type: Kinesis, Properties: {\(properties)}}}", scope: scope)
  }

  private mutating func addFetcher(to destinations: [String]) {
    let target = destinations.isEmpty ? nil : generator.pick(destinations)
    var steps = ["{take: {from: Store, max: \(generator.pick(["all", "20", "200"]))}}"]
    if let target {
      let batch = target == "Worker" ? 1 : generator.pick([1, 5, 10])
      steps.append(
        "{send: {to: \(target), each: true, batch: \(batch), resend: \(generator.pick(["true", "true", "false"]))}}"
      )
    }
    if hasErrors, generator.chance(0.3) { steps.append("{fail: {rate: 30%, name: fetch-failed}}") }
    declare("Fetcher", events: "{T: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}}")
    functions += "    Fetcher: {coldStart: 100ms, perInvocation: [\(steps.joined(separator: ", "))]}\n"
  }

  private mutating func addFunction(_ name: String, events: String?, scope: String) {
    declare(name, events: events)
    var steps = [generator.pick(["{compute: exp(mean=20ms)}", "{sleep: exp(mean=300ms)}", "{sleep: 10ms}"])]
    if hasTable {
      steps.append("{read: {from: Table}}")
      steps.append("{write: {to: Table, size: \(generator.pick(["500B", "3KiB"])), set: {seen: 1}}}")
    }
    if hasPartner {
      var call = "service: Partner, times: \(generator.pick([1, 1, 3]))"
      if generator.chance(0.3) { call += ", timeout: \(generator.pick(["200ms", "2s"]))" }
      if generator.chance(0.3) { call += ", retries: {max: 2, backoff: 500ms}" }
      steps.append("{call: {\(call)}}")
    }
    if hasPoison { steps.append("{fail: {when: state == 'poison', name: poison}}") }
    if hasErrors, generator.chance(0.5) {
      steps.append("{fail: {rate: \(generator.pick([5, 30]))%, name: fault}}")
    }
    if scope == "perBatch", generator.chance(0.5) {
      steps = ["{parallel: {each: message, do: [\(steps.joined(separator: ", "))]}}"]
    }
    functions += "    \(name):\n      coldStart: \(generator.pick(["0s", "lognormal(mean=900ms cv=0.4)"]))\n"
    functions += "      \(scope): [\(steps.joined(separator: ", "))]\n"
    if hasErrors, generator.chance(0.5) { functions += "      errors: [{when: call.failed, catch: true}]\n" }
  }

  private mutating func declare(_ name: String, events: String?) {
    names.append(name)
    resources += """
        \(name):
          Type: AWS::Serverless::Function
          Properties:
            Handler: index.handler
            Runtime: nodejs22.x
            CodeUri: src/
            Timeout: \(generator.pick([3, 20, 60]))
            MemorySize: \(generator.pick([128, 512, 2048]))
      \(events.map { "      Events: \($0)\n" } ?? "")\
      \(hasLimits && generator.chance(0.3) ? "      ReservedConcurrentExecutions: \(generator.pick([1, 2, 10]))\n" : "")
      """
  }

  private mutating func partner() -> String {
    var keys = ["latency: \(generator.pick(["50ms", "exp(mean=200ms)", "lognormal(mean=1s cv=1)"]))"]
    if generator.chance(0.5) { keys.append("maxConcurrent: \(generator.pick([1, 3, 10]))") }
    if generator.chance(0.3) { keys.append("maxRate: \(generator.pick([2, 20]))/s") }
    if generator.chance(0.3) { keys.append("overLimit: {suspend: 1m, tolerate: 5}") }
    if hasErrors { keys.append("errorRate: \(generator.pick([0, 1, 20]))%") }
    if generator.chance(0.5) { keys.append("dedupe: true") }
    return "{\(keys.joined(separator: ", "))}"
  }

  private mutating func workload(_ index: Int, into destination: String) -> String {
    let arrivals = generator.pick([
      "{process: poisson, rate: \(generator.pick([20, 60, 120]))/min}", "{process: constant, rate: 1/s}",
      "{process: mmpp, states: [{rate: 3/s, stay: 10s}, {rate: 0.2/s, stay: 40s}]}",
      "{process: backlog, count: \(generator.pick([50, 200]))}",
      "{process: backlog, count: 150, sendRate: 20/s}",
      "{process: schedule, expression: rate(1 minute), count: 20}",
    ])
    return """
          load\(index):
            into: \(destination)
            arrivals: \(arrivals)
            size: \(generator.pick(["300B", "lognormal(mean=2KiB cv=1)", "40KiB"]))
            key: \(generator.pick(["uniform", "constant", "zipf(s=1 keys=20)"]))
            fields: {state: {choice: {good: 98%, poison: 2%}}}

      """
  }

  private mutating func timeline() -> String {
    guard hasTimeline else { return "" }
    var entries = ["{at: 1m, for: 1m, set: {Simulation.services.Partner.errorRate: 100%}}"]
    if let name = names.first, generator.chance(0.5) {
      entries.append(
        "{at: 30s, for: 2m, set: {Resources.\(name).Properties.ReservedConcurrentExecutions: \(generator.pick([0, 1]))}}"
      )
    }
    return "  timeline: [\(entries.joined(separator: ", "))]\n"
  }
}

/// SplitMix64: small, good enough to choose, and the same everywhere.
struct Generator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func pick<T>(_ values: [T]) -> T { values[Int(next() % UInt64(values.count))] }
  mutating func chance(_ share: Double) -> Bool { Double(next() >> 11) < share * 9_007_199_254_740_992 }
}

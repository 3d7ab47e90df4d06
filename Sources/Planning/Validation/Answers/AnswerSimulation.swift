import Kernel
import KnownAnswers
import Records

/// A known answer as a scenario, and how its values are read off a run.
struct AnswerSimulation: Sendable {
  /// What is run; answers with equal setups share the runs.
  struct Setup: Sendable, Hashable {
    /// YAML.
    var scenario: String
    /// Arrivals that no process of a scenario gives; they take the place of those of the first workload.
    var arrivals: GivenArrivals?

    /// From the text of the scenario and the arrivals.
    var seed: UInt64 {
      let scenario = EntityAddress.name(scenario)
      guard case .renewal(let renewal)? = arrivals else { return scenario }
      return EntityAddress.combine(scenario, EntityAddress.name("\(renewal.initial) \(renewal.rates)"))
    }
  }
  /// The values of the answer from one replication, in its order.
  typealias Reading = @Sendable (RunRecords) -> [Double]

  var setup: Setup
  var reading: Reading

  init(_ setup: Setup, reading: @escaping Reading) {
    self.setup = setup
    self.reading = reading
  }

  /// The simulation of an answer whose model a scenario is: of all that no `ReferenceSimulation` is for.
  ///
  /// - Throws: `KnownAnswer.Mismatch` for a model or a quantity that nobody has looked at.
  static func of(_ answer: KnownAnswer) throws -> AnswerSimulation {
    switch answer.category {
    case "mm1", "mmc", "mg1", "mdc", "gim1", "map", "gg1", "erlangb", "bulk":
      return try QueueSimulations.simulation(of: answer)
    case "mmck", "design", "coldstart": return try FunctionSimulations.simulation(of: answer)
    case "jackson", "closed", "finite-source": return try NetworkSimulations.simulation(of: answer)
    case "semantics": return try SemanticsSimulations.simulation(of: answer)
    case "transient", "nhpp": return try TransientSimulations.simulation(of: answer)
    case "fluid", "deterministic": return try SequenceSimulations.simulation(of: answer)
    default: throw answer.unanswered()
    }
  }
}

/// The scenario of a known answer: messages that a function without delays of its own handles, or several such.
struct AnswerScenario: Sendable {
  /// Steps of the function `Caller` for each message.
  var steps: String
  /// Entries of `services`.
  var services: [String] = []
  /// Of the workload `jobs`.
  var arrivals: String
  /// Fields of its messages.
  var fields: String?
  /// Where it goes.
  var into = "Caller"
  /// Arrivals last this long, of which this much is left out. [s]
  var duration: Double
  var warmUp = 0.0
  var drain = "1d"
  var replications = 20
  /// Whether runs keep every message.
  var keepsMessages = true
  /// Further entries of `Resources`, of `functions`, of `workloads` and of `limits`.
  var resources: [String] = []
  var functions: [String] = []
  var workloads: [String] = []
  var limits: [String] = []
  /// Events of the function `Caller`, and what a new environment takes. [s]
  var events: String?
  var coldStart = 0.0

  /// A function that adds no time of its own and never tries again.
  static func function(_ name: String, properties: String = "") -> String {
    """
    \(name): {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, Handler: index.handler, MemorySize: 1024, \
    Timeout: 900, EventInvokeConfig: {MaximumRetryAttempts: 0}\(properties)}}
    """
  }

  var text: String {
    let caller = Self.function("Caller", properties: events.map { ", Events: \($0)" } ?? "")
    let limits =
      [
        "lambda.invokeOverheadSeconds: 0", "lambda.requestsPerConcurrency: 1000",
        "lambda.accountConcurrency: 1000000", "lambda.functionBurst: 1000000", "sdk.maxAttempts: 1",
      ] + self.limits
    let workload =
      "jobs: {into: \(into), size: 100B, arrivals: \(arrivals)\(fields.map { ", fields: \($0)" } ?? "")}"
    let lines =
      ["Transform: AWS::Serverless-2016-10-31", "Resources:"]
      + ([caller] + resources).map { "  " + $0 }
      + [
        "Simulation:", "  version: 1", "  limits:",
      ] + limits.map { "    " + $0 }
      + [
        "  run: {duration: \(duration)s, warmup: \(warmUp)s, drain: \(drain), replications: \(replications), seed: 7}",
        "  output: {messages: \(keepsMessages ? "all" : "none"), traces: 0}",
      ]
      + (services.isEmpty ? [] : ["  services:"] + services.map { "    " + $0 })
      + ["  workloads:"] + ([workload] + workloads).map { "    " + $0 }
      + ["  functions:"]
      + (["Caller: {coldStart: \(coldStart)s, perMessage: [\(steps)]}"] + functions).map { "    " + $0 }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A partner with so many places, first come, first served; without a limit for nil.
  static func partner(_ name: String, latency: String, places: Int?, waits: String? = "890s") -> String {
    guard let places else { return "\(name): {latency: \(latency)}" }
    let line = waits.map { ", overLimit: {queue: \($0)}" } ?? ""
    return "\(name): {latency: \(latency), maxConcurrent: \(places)\(line)}"
  }
}

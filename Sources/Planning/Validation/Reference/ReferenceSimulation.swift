import Kernel
import KnownAnswers
import Statistics

/// A known answer whose model no system of services is, simulated by a small model on the kernel alone.
struct ReferenceSimulation: Sendable {
  /// The values of the answer from one replication, in its order.
  typealias Replication = @Sendable (ReferenceDraws) -> [Double]

  /// Why no scenario is the model.
  var reason: String
  var replications = 20
  var run: Replication

  /// The simulation of an answer; nil where a scenario is the model.
  ///
  /// - Throws: `KnownAnswer.Mismatch` for a quantity that nobody has looked at.
  static func of(_ answer: KnownAnswer) throws -> ReferenceSimulation? {
    guard let (reason, make) = modelsByID[answer.id] ?? modelsByModel[answer.model] else { return nil }
    let replication = try make(answer)
    // Nothing is random in a sequence.
    return ReferenceSimulation(
      reason: reason, replications: answer.category == "deterministic" ? 1 : 20, run: replication)
  }

  private typealias Model = (reason: String, make: @Sendable (KnownAnswer) throws -> Replication)

  private static let sharing = "no service shares its capacity among calls or interrupts one for another"
  private static let polls = "mappings poll: an idle one does not see a record at once"
  private static let idleLife = "idle environments live between two given times, not an exponential one"

  private static let modelsByModel: [String: Model] = [
    "M/M/c+M (Erlang A)": (
      "callers wait equally long for a place, not an exponential time", ImpatientPool.replication
    ),
    "M/G/1, 3 classes, non-preemptive priority": (
      "no service serves some calls first", SharedServer.priorities
    ),
    "M/M/1 processor sharing": (sharing, SharedServer.oneClass),
    "M/G/1 LCFS preemptive-resume": (sharing, SharedServer.oneClass),
    "M/M/1 SRPT": (sharing, SharedServer.oneClass),
    "two-class closed network with think times, processor-sharing station (exact MVA)": (
      sharing, SharedServer.closedNetwork
    ),
    "M/M^[1,b]/1, batch closed at start": (polls, BatchServer.replication),
    "M/D(n)^[1,B]/1": (polls, BatchServer.replication),
    "batching window, Poisson arrivals": (polls, BatchWindow.replication),
    "cyclic polling, 4 symmetric queues, gated": (
      "no server goes round queues and takes time to change over", GatedPolling.replication
    ),
    "M/M/1 with retries (exponential, independent)": (
      "pauses before retries are fixed or grow; none is exponential", RetryOrbit.replication
    ),
    "single-concurrency worker with idle timeout": (
      "a busy environment refuses requests; they do not wait for it", IdleWorker.replication
    ),
    "unlimited pool, exponential keep-alive, cold slower than warm": (
      idleLife, EnvironmentPool.exponentialLives
    ),
    "slotted service, repeating slots, given trace": (
      "no service starts its work at given times", SlottedService.replication
    ),
    "batch retried as a whole when any record fails": (
      "how many records share a batch is the mapping's choice", RepeatedTrials.failedBatches
    ),
  ]
  private static let modelsByID: [String: Model] = [
    "cold-mru-0.9-pool": (
      "runs do not record how many idle environments there are", EnvironmentPool.fixedLives
    ),
    "repair-20-5-p0": ("runs do not record how long a service is idle", FiniteSource.replication),
    "dlq-0.02-3-p": (
      "eight in a million are too few for scenarios of this length", RepeatedTrials.deadLetters
    ),
    "bulk-det-40-100-idle": (
      "two in a million million are too few for any run: drawn with more short batches, and weighted",
      RareIdleness.replication
    ),
  ]
}

/// The random numbers of one replication of a reference simulation.
struct ReferenceDraws: Sendable {
  /// What a number is for.
  enum Use: Int {
    case arrival, service, pause, change
  }
  private let draws: Draws

  init(seed: UInt64, replication: Int) { draws = Draws(seed: seed, replication: replication) }

  /// In [0, 1).
  ///
  /// - Parameters:
  ///   - number: Of the job, or whatever draws.
  ///   - attempt: Which try of the same thing, 0 ..< 2¹⁶.
  func uniform(_ use: Use, _ number: Int, attempt: Int = 0) -> Double {
    draws.uniform(.reference, entity: UInt64(number), attempt: attempt, index: use.rawValue)
  }

  func sample(_ law: Distribution, _ use: Use, _ number: Int, attempt: Int = 0) -> Double {
    law.sample(uniform(use, number, attempt: attempt))
  }
}

/// The present of a reference simulation and what is to happen, in whole nanoseconds like every simulation.
struct ReferenceClock<Kind: RawRepresentable>: ~Copyable where Kind.RawValue == UInt8 {
  private var events = EventQueue()
  private var present = SimTime.zero

  /// [s]
  var now: Double { (present - SimTime.zero).seconds }

  /// - Parameters:
  ///   - delay: From now. [s]
  ///   - number: Below 2⁵⁶: what the event is about.
  mutating func schedule(_ kind: Kind, _ number: Int = 0, after delay: Double) {
    events.schedule(
      at: present + SimDuration(seconds: delay), rank: .completion,
      payload: UInt64(number) << 8 | UInt64(kind.rawValue))
  }

  /// Goes on to the next event; nil when nothing is left before the end. [s]
  mutating func next(before end: Double) -> (kind: Kind, number: Int)? {
    guard let event = events.popNext(), event.time < .zero + SimDuration(seconds: end) else { return nil }
    present = event.time
    let kind = Kind(rawValue: UInt8(truncatingIfNeeded: event.payload))
    guard let kind else { preconditionFailure("an event of no kind") }
    return (kind, Int(event.payload >> 8))
  }
}

/// The mean of a level over the time from a first instant on.
struct LevelAverage {
  private let start: Double
  private var since: Double
  private var area = 0.0
  private(set) var level = 0.0

  /// - Parameter start: What was before is left out.
  init(from start: Double) {
    self.start = start
    since = start
  }

  mutating func set(_ level: Double, at now: Double) {
    if now > since {
      area += self.level * (now - since)
      since = now
    }
    self.level = level
  }

  func mean(until end: Double) -> Double { (area + level * (end - since)) / (end - start) }
}

/// The mean of values that come one by one.
struct RunningMean {
  private(set) var count = 0
  private var sum = 0.0

  mutating func add(_ value: Double) {
    count += 1
    sum += value
  }

  var mean: Double { sum / Double(count) }
}

extension KnownAnswer {
  /// The law of a parameter, as the kernel draws it.
  func distribution(_ name: String) throws -> Distribution { try distribution(from: try fields(name)) }

  /// The laws of a list.
  func distributions(_ name: String) throws -> [Distribution] {
    try require(try parameter(name).elements).map { element in
      guard case .object(let fields) = element else { throw unanswered() }
      return try distribution(from: fields)
    }
  }

  private func distribution(from fields: [String: JSONValue]) throws -> Distribution {
    func number(_ name: String) throws -> Double { try require(fields[name]?.number) }
    switch fields["distribution"]?.text {
    case "deterministic": return .constant(try number("value"))
    case "exponential": return .exponential(mean: try number("mean"))
    case "erlang": return .erlang(k: Int(try number("stages")), mean: try number("mean"))
    case "lognormal": return .lognormal(mean: try number("mean"), cv: try number("scv").squareRoot())
    default: throw unanswered()
    }
  }
}

import Kernel
import KnownAnswers

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

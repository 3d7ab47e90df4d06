import DequeModule
import Kernel
import Records

/// A function: its environments, its share of the account's concurrency, its books.
struct FunctionState {
  struct Metrics {
    let invocations, errors, throttles, duration, iteratorAge: MetricID
    let asyncReceived, asyncAge, asyncDropped: MetricID
    /// From the creation of a message, namespace Simulation.
    let deliveryLatency, completionLatency: MetricID
    let deadLetterErrors, destinationFailures: MetricID
    /// Gauge.
    let concurrency: MetricID
  }
  /// What its handler is made of, without the scenario's form of it.
  enum Body {
    case immediate
    case steps(StepCode)
    case swift
  }
  let spec: FunctionSpec
  let name: ResourceName
  /// Hash of the logical id: addresses draws that belong to no message.
  let entity: UInt64
  let metrics: Metrics
  let body: Body
  var errors: [ErrorRule]
  /// ReservedConcurrentExecutions now.
  var reserved: Int?
  var pool: EnvironmentPool
  /// The era's scaling rate when it is per function.
  var scaling: ScalingRate?
  /// Requests per second, where the era limits them.
  var requestRate: TokenBucket?
  var inFlight = 0
  /// Little's law over its invocations, from admission to end.
  var load = LittleMeter()
  var invocationCount: UInt64 = 0
  var errorCount = 0
  var throttleCount = 0
  var usage = LambdaUsage()
  /// Latencies of messages from their creation, a book per cut of the ledger.
  var latencies: [FunctionRecord.Book] = []
}

/// What all functions of the account share.
struct AccountState {
  struct Backoff {
    let base: SimDuration
    let max: SimDuration
    var jitter = 0.0
  }
  let concurrencyLimit: Int
  /// Region-wide scaling pool, in the eras that have one.
  var scaling: ScalingRate?
  /// In flight in functions without reserved concurrency.
  var unreservedInFlight = 0
  /// Σ reserved concurrency of all functions.
  var reservedTotal: Int
  let sdk: SDKRetry
  let dynamodbSDK: SDKRetry
  let resendFirst: SimDuration
  let resendMax: SimDuration
  let mappingBackoff: Backoff
  let asyncRetry: AsyncRetry
  /// Idle life of an environment. [s]
  let idleLife: Distribution
  let invokeOverhead: SimDuration
  let fullCPUMemory: Double
  let billing: LambdaBilling
  /// Length of a GetRecords call that returns records. [s]
  let getRecordsTime: Distribution
  /// No call takes longer: records in order share their delays, and an open tail would hold up whole minutes. [s]
  let getRecordsTimeMax: Double
  /// Largest PutRecords call, and largest record.
  let putRecordsMax: Int
  let putRecordsMaxBytes: Int
  let recordMaxBytes: Int
  /// Length of a wave of splits or merges.
  let reshardTime: SimDuration
  /// Length of a PutRecords or Publish call.
  let putTime: SimDuration
  let publishTime: SimDuration
  /// Of a SendMessage, ReceiveMessage or DeleteMessage call.
  let queueCallTime: SimDuration
  /// Messages of one such call.
  let queueBatchMax: Int
  /// Largest message of a topic, and of an asynchronous invocation. [bytes]
  let publishMaxBytes: Int
  let asyncPayloadMaxBytes: Int
  /// Messages published by the account.
  var publishRate: TokenBucket
  /// When topics try a delivery to a queue again.
  let deliverySchedule: DeliverySchedule
  /// Size of a record that describes a message and leaves it out. [bytes]
  let failureRecordBytes: Int
}

/// A message that an invocation has received from a queue.
struct HeldMessage {
  var received: ReceivedMessage
  /// Whether the end of the invocation deletes it when the handler succeeded: the `take` step.
  var isDeletedOnSuccess: Bool
}

/// An invocation that has got its environment and has not ended.
///
/// A class because handlers, operations and timers refer to it while it changes; objects are used again.
final class Invocation {
  enum Source {
    /// The batch in the hands of this lane of a mapping.
    case mapping(lane: Int)
    case asyncEvent(Int)
    /// Messages that a mapping has received from a queue: position in `World.queueBatches`.
    case queueBatch(Int)
    /// The operation of another handler that waits for the answer.
    case operation(Int)
  }
  let slot: Int
  /// Counts up with every use of the slot; timers and operations of an earlier use are void.
  var serial: UInt32 = 0
  var isActive = false
  var function = 0
  var source = Source.asyncEvent(0)
  var attempt = 1
  var messages: [MessageReference] = []
  /// Items that the handler reports as failed, where the mapping has ReportBatchItemFailures.
  var itemFailures = ItemFailures()
  /// What a Swift handler has returned for the next invocation of its tumbling window.
  var windowState: [TableItem.Attribute]?
  /// Threads of its steps, as positions in `World.strands`.
  var strands: [Int] = []
  /// Of the sampled messages it handles.
  var spans: [SpanID] = []
  /// What it has taken out of stores and not passed on, and from where.
  var taken: [(store: Int, messages: Deque<MessageReference>)] = []
  /// What it has received from queues, each with a leg of its own.
  var held: [HeldMessage] = []
  /// Messages of its batch that a target refused and has not accepted since, and which target.
  var refused: [(message: MessageReference, target: ResourceName)] = []
  var environment: Environment?
  /// Whether it counts against the account's unreserved concurrency.
  var isUnreserved = true
  /// Admission, and the start of the handler after init.
  var admitted = SimTime.zero
  var started = SimTime.zero
  var initTime = SimDuration.zero
  /// Addresses draws that belong to no message: the number of the invocation within its function.
  var number: UInt64 = 0
  /// Draws of steps without a message, counted.
  var drawCount = 0

  init(slot: Int) { self.slot = slot }

  var id: InvocationID { InvocationID(rawValue: UInt64(serial) << 24 | UInt64(slot)) }
}

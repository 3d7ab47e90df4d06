package import Kernel

/// Runs handlers written in Swift for the engine.
///
/// The engine never runs handler code from inside one of its own transitions: `start` and `resume` only note what
/// is ready, and the engine calls `runReadyJobs` between events, when no state is being changed. Handler code then
/// calls back through `HandlerServices`.
package protocol InvocationHost: AnyObject {
  /// Notes that an invocation has got its environment and its handler is to start now.
  func start(_ invocation: HandlerInvocation)
  /// Notes the answer to an operation; unknown ids (of killed invocations) are ignored.
  func resume(_ operation: OperationID, with result: OperationResult)
  /// Ends an invocation that is over its timeout: its task is cancelled and whatever it does later is ignored.
  func kill(_ invocation: InvocationID)
  var hasReadyJobs: Bool { get }
  /// Runs jobs until every handler waits for an operation.
  func runReadyJobs(_ services: any HandlerServices)
  /// Handlers that have started, have not finished and wait for no operation: something outside virtual time.
  var stalledInvocations: [InvocationID] { get }
}

/// What a handler can ask of the simulated world; the engine.
package protocol HandlerServices: AnyObject {
  var now: SimTime { get }
  /// Begins an operation; its answer comes by `InvocationHost.resume`, in the same instant at the earliest.
  func begin(_ operation: OperationRequest, for invocation: InvocationID) -> OperationID
  /// The handler returned or threw.
  func handlerFinished(_ invocation: InvocationID, _ result: HandlerResult)
  /// Counts a log line of a handler under its resource.
  func note(_ text: String, from invocation: InvocationID)
}

/// What the platform reads from the end of a handler.
package struct HandlerResult: Sendable, Hashable {
  /// A name for what it threw; nil when it returned.
  package var error: String?
  /// Identifiers of a batch response as the handler wrote them: sequence numbers of a stream, message ids of a queue.
  package var failedItems: [String]
  /// State for the next invocation of a tumbling window; nil when the reply has none.
  package var windowState: [TableItem.Attribute]?
  package init(
    error: String? = nil, failedItems: [String] = [], windowState: [TableItem.Attribute]? = nil
  ) {
    self.error = error
    self.failedItems = failedItems
    self.windowState = windowState
  }
}

/// Unique in a run, in order of starting.
package struct InvocationID: Hashable, Sendable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// Unique in a run, in order of beginning.
package struct OperationID: Hashable, Sendable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// Refers to a message that is still open; stale references are a bug and trap.
package struct MessageReference: Hashable, Sendable {
  package let slot: UInt32
  package let generation: UInt32
  package init(slot: UInt32, generation: UInt32) {
    self.slot = slot
    self.generation = generation
  }
}

package struct HandlerInvocation: Sendable {
  package enum Source: Sendable, Hashable {
    case stream(name: String, shard: Int)
    case topic(name: String)
    case queue(name: String)
    case schedule(name: String, time: SimTime)
    /// An object was written or deleted.
    case bucket(name: String, key: String, sizeBytes: Int)
    case direct
  }
  package var id: InvocationID
  /// Index in `SystemSpec.functions`.
  package var function: Int
  package var source: Source
  package var deadline: SimTime
  /// 1 for the first attempt of this event or batch.
  package var attempt: Int
  package var messages: [HandlerMessage]
  /// Of the batch, where its mapping has tumbling windows.
  package var window: TumblingWindow?
  package init(
    id: InvocationID, function: Int, source: Source, deadline: SimTime, attempt: Int,
    messages: [HandlerMessage], window: TumblingWindow? = nil
  ) {
    self.id = id
    self.function = function
    self.source = source
    self.deadline = deadline
    self.attempt = attempt
    self.messages = messages
    self.window = window
  }
}

/// A message as a handler sees it.
package struct HandlerMessage: Sendable {
  package var reference: MessageReference
  /// `<workload>-<index>`: the same in every design.
  package var id: String
  package var created: SimTime
  package var sizeBytes: Int
  package var partitionKey: String
  package var fields: [(name: String, value: FieldValue)]
  /// When it reached its source, and its position there.
  package var arrival: SimTime
  package var sequenceNumber: Int
  /// Of a message received from a queue.
  package var receipt: QueueReceipt?
  package init(
    reference: MessageReference, id: String, created: SimTime, sizeBytes: Int, partitionKey: String,
    fields: [(name: String, value: FieldValue)], arrival: SimTime, sequenceNumber: Int
  ) {
    self.reference = reference
    self.id = id
    self.created = created
    self.sizeBytes = sizeBytes
    self.partitionKey = partitionKey
    self.fields = fields
    self.arrival = arrival
    self.sequenceNumber = sequenceNumber
  }
}

/// The right to delete a message received from a queue, until somebody else receives it.
package struct QueueReceipt: Sendable, Hashable {
  package var slot: Int32
  package var number: UInt64
  /// ApproximateReceiveCount.
  package var receiveCount: Int
  package init(slot: Int32, number: UInt64, receiveCount: Int) {
    self.slot = slot
    self.number = number
    self.receiveCount = receiveCount
  }
}

/// An item of a table: attributes in the order they were first set.
package struct TableItem: Sendable, Hashable {
  package struct Attribute: Sendable, Hashable {
    package var name: String
    package var value: FieldValue
    package init(name: String, value: FieldValue) { self.name = name; self.value = value }
  }
  package var key: String
  package var attributes: [Attribute]
  package var sizeBytes: Int
  package init(key: String, attributes: [Attribute] = [], sizeBytes: Int) {
    self.key = key
    self.attributes = attributes
    self.sizeBytes = sizeBytes
  }
  package subscript(_ name: String) -> FieldValue? {
    get { attributes.first { $0.name == name }?.value }
    set {
      if let index = attributes.firstIndex(where: { $0.name == name }) {
        if let newValue { attributes[index].value = newValue } else { attributes.remove(at: index) }
      } else if let newValue {
        attributes.append(.init(name: name, value: newValue))
      }
    }
  }
}

/// A condition of a conditional write.
package enum ItemCondition: Sendable, Hashable {
  case itemExists, itemNotExists
  case attributeExists(String), attributeNotExists(String)
  case equals(String, FieldValue)
}

package enum OperationRequest: Sendable {
  case sleep(SimDuration)
  /// CPU time at one full vCPU.
  case compute(SimDuration)
  /// Part `part` (from 1) of `parts` calls that make one job; the last part has the effect.
  case partnerCall(
    partner: Int, message: MessageReference?, part: Int, parts: Int, timeout: SimDuration?, replyBytes: Int)
  case getItem(table: Int, key: String, consistent: Bool)
  case putItem(table: Int, item: TableItem, condition: ItemCondition?)
  /// Sets attributes and keeps the others; creates the item when missing. `sizeBytes` is the item's size afterwards.
  case updateItem(
    table: Int, key: String, set: [TableItem.Attribute], sizeBytes: Int?, condition: ItemCondition?)
  case deleteItem(table: Int, key: String, condition: ItemCondition?)
  /// Items in order of first insertion, from `start`, one page.
  case scan(table: Int, start: Int, limit: Int?)
  case bucket(Int, BucketRequest)
  /// PutRecord or PutRecordBatch of a delivery stream; the SDK tries a call again that is refused as a whole.
  case deliver(deliveryStream: Int, entries: [OutgoingMessage])
  /// Entries that pass a message on; each is judged by itself.
  case putRecords(stream: Int, entries: [OutgoingMessage])
  case publish(topic: Int, entries: [OutgoingMessage])
  /// Puts messages into a store outside AWS.
  case store(store: Int, entries: [OutgoingMessage])
  /// Takes messages out of a store; what the invocation has not passed on when it fails goes back.
  case take(store: Int, max: Int?)
  case invoke(function: Int, isAsync: Bool, entries: [OutgoingMessage])
  /// - Parameter delay: In place of the queue's own.
  case sendMessages(queue: Int, entries: [OutgoingMessage], delay: SimDuration?)
  case receiveMessages(queue: Int, ReceiveOptions)
  case deleteMessages(queue: Int, [QueueReceipt])
  case changeVisibility(queue: Int, [QueueReceipt], timeout: SimDuration)
}

/// What a receive asks for.
package struct ReceiveOptions: Sendable, Hashable {
  /// Messages at most; several calls where one returns fewer.
  package var max: Int?
  /// In place of the queue's own. [ns]
  package var visibility: SimDuration?
  package var wait: SimDuration?
  /// Whether the end of the invocation deletes what was received when the handler succeeded.
  package var isDeletedOnSuccess: Bool
  package init(
    max: Int?, visibility: SimDuration? = nil, wait: SimDuration? = nil, isDeletedOnSuccess: Bool = false
  ) {
    self.max = max
    self.visibility = visibility
    self.wait = wait
    self.isDeletedOnSuccess = isDeletedOnSuccess
  }
}

/// A message that a handler passes on or makes anew.
package struct OutgoingMessage: Sendable, Hashable {
  /// The message that travels on; nil makes a new one that belongs to the same workload item as `about`.
  package var passing: MessageReference?
  /// The `<workload>-<index>` id that a new message is about.
  package var about: String?
  package var partitionKey: String?
  package var sizeBytes: Int?
  package init(
    passing: MessageReference? = nil, about: String? = nil, partitionKey: String? = nil, sizeBytes: Int? = nil
  ) {
    self.passing = passing
    self.about = about
    self.partitionKey = partitionKey
    self.sizeBytes = sizeBytes
  }
}

package enum OperationResult: Sendable {
  case done
  case partner(status: Int)
  /// The partner's client library threw instead of returning: an error rule of the scenario.
  case clientFault(name: String)
  case timedOut
  case item(TableItem?)
  case page(items: [TableItem], next: Int?)
  case object(StoredObject)
  case objects([StoredObject], next: String?)
  case conditionFailed
  /// An AWS error code after the SDK's retries: `ProvisionedThroughputExceededException`, ...
  case serviceError(code: String)
  /// Per entry of a batch call: nil = accepted, otherwise its error code.
  case batch([String?])
  case messages([HandlerMessage])
}

import HandlerKit
import Kernel
import Services
import VirtualRuntime

/// A small world for handlers: answers every operation after a delay, in order of time and then of beginning.
///
/// Sleeps last as asked, a partner's answer takes 1 s, everything else 10 ms. Keeps a journal that tests
/// compare.
final class VirtualWorld: HandlerServices {
  struct Entry { var time: SimTime, id: OperationID, result: OperationResult }
  struct Finish: Equatable {
    var invocation: UInt64, time: SimTime, error: String?, failedItems: [String] = []
  }

  var now = SimTime.zero
  private(set) var journal: [String] = []
  private(set) var finished: [Finish] = []
  private(set) var notes: [String] = []
  private(set) var requests: [OperationRequest] = []
  private var nextID: UInt64 = 0
  private var pending: [Entry] = []
  private var items: [String: TableItem] = [:]
  private(set) var objects: [String: StoredObject] = [:]
  private var insertionOrder: [String] = []
  /// Answers of partners that differ from 200, by number of the call.
  var partnerAnswers: [Int: OperationResult] = [:]
  private var partnerCalls = 0
  /// Entries of each batch call that are rejected, by number of the call.
  var rejected: [Int: Set<Int>] = [:]
  private var batchCalls = 0
  var store: [HandlerMessage] = []
  /// Calls `resume` from inside `begin`.
  var answersAtOnce: ((OperationID, OperationResult) -> Void)?

  func begin(_ operation: OperationRequest, for invocation: InvocationID) -> OperationID {
    let id = OperationID(rawValue: nextID)
    nextID += 1
    requests.append(operation)
    let (result, delay) = answer(operation)
    journal.append("\(now.nanoseconds) \(invocation.rawValue) \(describe(operation))")
    if let answersAtOnce {
      answersAtOnce(id, result)
    } else {
      pending.append(.init(time: now + delay, id: id, result: result))
    }
    return id
  }
  func handlerFinished(_ invocation: InvocationID, _ result: HandlerResult) {
    journal.append("\(now.nanoseconds) \(invocation.rawValue) finished \(result.error ?? "-")")
    finished.append(
      .init(
        invocation: invocation.rawValue, time: now, error: result.error, failedItems: result.failedItems))
  }
  func note(_ text: String, from invocation: InvocationID) { notes.append(text) }

  /// Runs until nothing is left to happen, or until the given instant.
  func run(_ host: HandlerHost, until end: SimTime = .distantFuture) {
    host.runReadyJobs(self)
    while let next = pending.indices.min(by: { pending[$0].isBefore(pending[$1]) }), pending[next].time <= end
    {
      let entry = pending.remove(at: next)
      now = entry.time
      host.resume(entry.id, with: entry.result)
      host.runReadyJobs(self)
    }
    if end != .distantFuture { now = end }
  }

  func item(_ key: String) -> TableItem? { items[key] }

  private func answer(_ operation: OperationRequest) -> (OperationResult, SimDuration) {
    switch operation {
    case .sleep(let duration), .compute(let duration): return (.done, duration)
    case .partnerCall:
      partnerCalls += 1
      return (partnerAnswers[partnerCalls] ?? .partner(status: 200), .seconds(1))
    case .getItem(_, let key, _): return (.item(items[key]), .milliseconds(10))
    case .putItem(_, let item, let condition):
      if condition == .itemNotExists, items[item.key] != nil { return (.conditionFailed, .milliseconds(10)) }
      keep(item)
      return (.done, .milliseconds(10))
    case .updateItem(_, let key, let set, let size, _):
      var item = items[key] ?? TableItem(key: key, sizeBytes: size ?? 1)
      for attribute in set { item[attribute.name] = attribute.value }
      keep(item)
      return (.done, .milliseconds(10))
    case .deleteItem: return (.done, .milliseconds(10))
    case .scan(_, let start, let limit):
      let end = min(start + (limit ?? 100), insertionOrder.count)
      let page = insertionOrder[start..<end].map { items[$0]! }
      return (.page(items: page, next: end < insertionOrder.count ? end : nil), .milliseconds(10))
    case .putRecords(_, let entries), .publish(_, let entries), .store(_, let entries),
      .invoke(_, _, let entries), .sendMessages(_, let entries, _),
      .deliver(_, let entries):
      batchCalls += 1
      let refused = rejected[batchCalls] ?? []
      return (
        .batch(entries.indices.map { refused.contains($0) ? "ProvisionedThroughputExceededException" : nil }),
        .milliseconds(10)
      )
    case .bucket(_, let request): return (answer(request), .milliseconds(10))
    case .take, .receiveMessages:
      defer { store = [] }
      return (.messages(store), .milliseconds(10))
    case .deleteMessages(_, let receipts), .changeVisibility(_, let receipts, _):
      return (.batch(receipts.map { _ in nil }), .milliseconds(10))
    }
  }

  private func answer(_ request: BucketRequest) -> OperationResult {
    switch request {
    case .put(let key, let sizeBytes, let metadata, _):
      objects[key] = StoredObject(key: key, sizeBytes: sizeBytes, metadata: metadata, lastModified: now)
      return .done
    case .get(let key):
      return objects[key].map { .object($0) } ?? .serviceError(code: "NoSuchKey")
    case .delete(let key):
      objects[key] = nil
      return .done
    case .list(let prefix, _, _):
      return .objects(objects.keys.filter { $0.hasPrefix(prefix) }.sorted().map { objects[$0]! }, next: nil)
    }
  }

  private func keep(_ item: TableItem) {
    if items.updateValue(item, forKey: item.key) == nil { insertionOrder.append(item.key) }
  }

  private func describe(_ operation: OperationRequest) -> String {
    switch operation {
    case .sleep(let duration): "sleep \(duration.nanoseconds)"
    case .compute(let duration): "compute \(duration.nanoseconds)"
    case .partnerCall(let partner, _, let part, let parts, _, _): "partner \(partner) \(part)/\(parts)"
    case .getItem(_, let key, _): "get \(key)"
    case .putItem(_, let item, _): "put \(item.key)"
    case .updateItem(_, let key, let set, _, _): "update \(key) \(set.map(\.name).joined(separator: ","))"
    case .deleteItem(_, let key, _): "delete \(key)"
    case .scan(_, let start, _): "scan \(start)"
    case .putRecords(_, let entries): "putRecords \(entries.count)"
    case .publish(_, let entries): "publish \(entries.count)"
    case .store(_, let entries): "store \(entries.count)"
    case .take: "take"
    case .deliver(_, let entries): "deliver \(entries.count)"
    case .bucket(_, .put(let key, _, _, _)): "putObject \(key)"
    case .bucket(_, .get(let key)): "getObject \(key)"
    case .bucket(_, .delete(let key)): "deleteObject \(key)"
    case .bucket(_, .list(let prefix, _, _)): "listObjects \(prefix)"
    case .invoke(_, _, let entries): "invoke \(entries.count)"
    case .sendMessages(_, let entries, _): "sendMessages \(entries.count)"
    case .receiveMessages(_, let options): "receiveMessages \(options.max ?? 0)"
    case .deleteMessages(_, let receipts): "deleteMessages \(receipts.map(\.slot))"
    case .changeVisibility(_, let receipts, let timeout):
      "changeVisibility \(receipts.map(\.slot)) \(timeout.nanoseconds)"
    }
  }
}

extension VirtualWorld.Entry {
  func isBefore(_ other: Self) -> Bool { (time, id.rawValue) < (other.time, other.id.rawValue) }
}

/// A handler made of a closure.
struct Script: LambdaHandler {
  let body: @Sendable (TriggerEvent, Context) async throws -> Void
  func handle(_ event: TriggerEvent, context: Context) async throws { try await body(event, context) }
}

/// A system with one function of each handler, a table, two partners, a stream, a topic and a store.
func makeHost(
  _ registry: HandlerRegistry, config: [(name: String, value: FieldValue)] = [],
  executor: VirtualExecutor = VirtualExecutor(), change: (inout SystemSpec) -> Void = { _ in }
) throws -> HandlerHost {
  try HandlerHost(
    registry: registry, system: makeSystem(registry.names, config: config, change: change), executor: executor
  )
}

func makeSystem(
  _ handlers: [String], config: [(name: String, value: FieldValue)] = [],
  change: (inout SystemSpec) -> Void = { _ in }
) -> SystemSpec {
  var system = SystemSpec(
    name: "test", limits: Limits(),
    run: RunSpec(duration: .hours(1), drain: .hours(1), replications: 1, seed: 1))
  system.functions = handlers.map {
    FunctionSpec(
      logicalID: "Function", memorySize: 256, timeout: .seconds(60), handler: .swift(name: $0, config: config)
    )
  }
  system.tables = [
    TableSpec(logicalID: "OrdersTable", keyAttribute: "orderId", capacity: .onDemand)
  ]
  system.partners = [
    PartnerSpec(name: "ZipUrlApi", latency: .constant(1)),
    PartnerSpec(name: "EmailApi", latency: .constant(1)),
  ]
  system.stores = [StoreSpec(name: "OrdersDb")]
  system.topics = [TopicSpec(logicalID: "OrdersTopic")]
  system.streams = [StreamSpec(logicalID: "OrderStream", shardCount: 1, retention: .hours(24))]
  change(&system)
  return system
}

func makeHost(_ body: @escaping @Sendable (TriggerEvent, Context) async throws -> Void) throws -> HandlerHost
{
  try makeHost(["script": { _ in Script(body: body) }])
}

func makeMessage(_ index: Int) -> HandlerMessage {
  HandlerMessage(
    reference: MessageReference(slot: UInt32(index), generation: 7), id: "orders-\(index)", created: .zero,
    sizeBytes: 2048, partitionKey: "orders-\(index)",
    fields: [("country", .text("allowed")), ("price", .number(9))],
    arrival: SimTime(nanoseconds: 5), sequenceNumber: index)
}

func makeInvocation(
  _ id: UInt64, function: Int = 0, messages: [HandlerMessage] = [],
  source: HandlerInvocation.Source = .direct,
  attempt: Int = 1
) -> HandlerInvocation {
  HandlerInvocation(
    id: InvocationID(rawValue: id), function: function, source: source, deadline: SimTime.zero + .seconds(60),
    attempt: attempt, messages: messages)
}

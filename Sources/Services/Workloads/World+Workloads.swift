import DequeModule
import Kernel
import Records

struct WorkloadState {
  var source: ArrivalSource
  /// Arrival that the pending event announces.
  var nextTraceRow: Int?
  var nextIndex = 0
  var isExhausted = false

  init(_ source: ArrivalSource) { self.source = source }
}

/// Messages that wait in a database outside AWS until a handler takes them, oldest first.
struct StoreState {
  let name: ResourceName
  var waiting: Deque<MessageReference> = []
  let depth: MetricID
}

extension World {
  mutating func scheduleNextArrival(of workload: Int) {
    let horizon = SimTime.zero + spec.run.duration
    guard let next = arrivals[workload].source.next(before: horizon, draws: draws) else {
      arrivals[workload].isExhausted = true
      return
    }
    arrivals[workload].nextTraceRow = next.traceRow
    schedule(.init(.workloadArrival, workload), at: next.time)
  }

  /// A message arrives: the ledger opens its book and its destination receives it.
  mutating func messageArrives(from workload: Int) {
    let index = arrivals[workload].nextIndex
    arrivals[workload].nextIndex += 1
    let root = MessageRoot(workload: Int32(workload), index: Int32(index))
    let message = create(
      population: Int32(workload), root: root, sizeBytes: sources[workload].size(index, draws))
    emit(message, to: spec.workloads[workload].destination)
    scheduleNextArrival(of: workload)
  }

  mutating func create(population: Int32, root: MessageRoot, sizeBytes: Int) -> MessageReference {
    ledger.created(population: population, at: now)
    return slab.insert(
      Message(
        population: population, root: root, created: now, sizeBytes: Int32(clamping: sizeBytes), openLegs: 1))
  }

  /// Hands a message with one open leg to a destination on behalf of a producer outside AWS, which takes the leg over.
  mutating func emit(_ message: MessageReference, to destination: Destination) {
    switch destination {
    case .store(let store): put(message, intoStore: store)
    case .topic, .queue: producerSends(message, to: destination, attempt: 1)
    case .stream(let stream): producerPuts(message, into: stream, from: Int(slab[message].root.workload))
    case .bucket(let bucket): upload(message, to: bucket)
    case .function(let function):
      if Int(slab[message].sizeBytes) > account.asyncPayloadMaxBytes {
        endLeg(message, .dropped, at: functions[function].name, "payload too large")
      } else {
        acceptAsync(message, for: function, after: .zero)
      }
    case .deliveryStream(let stream): producerPutsToDelivery(message, stream, failures: 0)
    }
  }

  // MARK: Stores

  mutating func put(_ message: MessageReference, intoStore store: Int) {
    traceStored(message, store)
    stores[store].waiting.append(message)
    metrics.set(gauge: stores[store].depth, to: Double(stores[store].waiting.count), at: now)
  }

  mutating func take(from store: Int, max limit: Int?) -> [MessageReference] {
    let count = min(limit ?? .max, stores[store].waiting.count)
    let taken = Array(stores[store].waiting.prefix(count))
    stores[store].waiting.removeFirst(count)
    if spans.tracesPerWorkload > 0 {
      for message in taken where spans.isTraced(slab[message].root) {
        spans.endNewest(slab[message].root, kind: "store", at: now)
      }
    }
    metrics.set(gauge: stores[store].depth, to: Double(stores[store].waiting.count), at: now)
    return taken
  }

  /// Gives back what a failed invocation had taken and not passed on; it goes to the head, in its old order.
  mutating func giveBack(_ messages: Deque<MessageReference>, toStore store: Int) {
    for message in messages { traceStored(message, store) }
    stores[store].waiting.prepend(contentsOf: messages)
    metrics.set(gauge: stores[store].depth, to: Double(stores[store].waiting.count), at: now)
  }

  private mutating func traceStored(_ message: MessageReference, _ store: Int) {
    let root = slab[message].root
    if spans.isTraced(root) {
      _ = spans.link(root, resource: spec.stores[store].name, kind: "store", start: now)
    }
  }

  // MARK: Messages made by handlers

  /// Makes a message about an item of a workload; its books stand under the function that made it.
  mutating func derive(about root: MessageRoot, by function: Int, sizeBytes: Int) -> MessageReference {
    let population: Int32
    if let known = derivedPopulations[function] {
      population = known
    } else {
      population = ledger.addPopulation(named: spec.functions[function].logicalID)
      derivedPopulations[function] = population
    }
    return create(population: population, root: root, sizeBytes: sizeBytes)
  }

  /// The workload item that an id `<workload>-<index>` names.
  func root(named id: String) -> MessageRoot? {
    var id = id
    return id.withUTF8 { bytes in
      for workload in sources.indices {
        guard let index = sources[workload].index(ofID: bytes) else { continue }
        guard index < arrivals[workload].nextIndex else { return nil }
        return MessageRoot(workload: Int32(workload), index: Int32(index))
      }
      return nil
    }
  }
}

package import Kernel
package import Records

/// One replication of a system: the world of the services, its clock and its event loop.
///
/// Single-threaded. The folders beside this one extend it, one service each; what a service decides lives in small
/// state machines there, and this class makes their decisions happen.
package final class Simulation: HandlerServices {
  let spec: SystemSpec
  let draws: Draws
  let host: (any InvocationHost)?
  let isInterrupted: @Sendable () -> Bool

  package internal(set) var now = SimTime.zero
  var queue: EventQueue
  private var traceHash = TraceHash()
  private var eventCount: UInt64 = 0
  private var ending: RunRecords.Ending?
  /// Why a run stalled, in words for the user.
  package internal(set) var stallReason: String?

  var slab = MessageSlab()
  var ledger: Ledger
  var resourceNames = NameTable()
  var reasonNames = NameTable()
  var metrics = MetricRegistry()
  var notes = NoteBook()
  var spans: SpanBook

  var sources: [MessageSource]
  var arrivals: [WorkloadState]
  /// Populations of messages that functions make, by function and workload.
  var derivedPopulations: [Int: Int32] = [:]
  var derivedCount: UInt64 = 0
  var stores: [StoreState]
  var partners: [PartnerState]
  var topics: [TopicState]
  var streams: [StreamState]
  var mappings: [MappingState]
  var readers: [ShardReader]
  var tables: [TableState]
  var functions: [FunctionState]
  var account: AccountState
  var schedules: [ScheduleState]
  var alarms: [AlarmState]

  var invocations: [Invocation] = []
  var freeInvocations: [Int] = []
  var invocationSerial: UInt32 = 0
  var runningInvocations = 0
  var operations = OperationSlab()
  var asyncEvents = AsyncEventSlab()
  var retries: [PendingProducerPut] = []
  var freeRetries: [Int] = []

  /// - Parameters:
  ///   - tieSeed: Test mode: permutes events of equal time and rank.
  ///   - isInterrupted: Asked every few thousand events; true ends the run as `interrupted`.
  package init(
    _ spec: SystemSpec, replication: Int, host: (any InvocationHost)? = nil, tieSeed: UInt64? = nil,
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) {
    self.spec = spec
    self.host = host
    self.isInterrupted = isInterrupted
    draws = Draws(seed: spec.run.seed, replication: replication)
    self.replication = replication
    queue = EventQueue(tieSeed: tieSeed)
    ledger = Ledger(workloads: spec.workloads.map(\.name), cuts: spec.ledgerCuts)
    spans = SpanBook(tracesPerWorkload: spec.output.traces)
    sources = spec.workloads.map(MessageSource.init)
    let epoch = spec.run.startEpochMinutes
    arrivals = spec.workloads.map { WorkloadState(ArrivalSource($0, startEpochMinutes: epoch)) }

    var build = SystemBuilder(spec: spec, draws: draws)
    stores = build.stores()
    partners = build.partners()
    topics = build.topics()
    streams = build.streams()
    mappings = build.mappings()
    readers = build.readers(mappings: mappings)
    tables = build.tables()
    functions = build.functions()
    account = build.account()
    schedules = build.schedules()
    alarms = build.alarms()
    metrics = build.metrics
    resourceNames = build.names
    for reader in readers.indices {
      streams[readers[reader].stream].shards[readers[reader].shard].readers.append(reader)
    }
  }

  let replication: Int

  /// Runs until everything is settled, the drain time is over or the event budget is spent.
  package func run() -> RunRecords {
    scheduleFirstEvents()
    let horizon = SimTime.zero + spec.run.duration
    let deadline = horizon + spec.run.drain
    while ending == nil {
      guard let time = queue.nextTime else {
        now = max(now, horizon)
        ending = slab.openCount == 0 ? .settled : .drainExpired
        break
      }
      if time >= horizon, isSettled {
        now = max(now, horizon)
        ending = .settled
        break
      }
      if time > deadline {
        now = deadline
        ending = .drainExpired
        break
      }
      let event = queue.popNext()!
      now = event.time
      eventCount += 1
      // Time and payload pin the whole history: kind, entity and every generation counter are in them.
      traceHash.fold(UInt64(bitPattern: now.nanoseconds), event.payload)
      handle(SimulationEvent(payload: event.payload))
      runHandlers()
      if eventCount & 0xFFF == 0 { checkLimits() }
    }
    return finish(ending!, traceHash: traceHash.value, eventCount: eventCount)
  }

  /// Ends the run before its time.
  func end(_ reason: RunRecords.Ending) { ending = ending ?? reason }

  private func checkLimits() {
    if eventCount >= spec.run.eventBudget { end(.budgetExhausted) }
    if isInterrupted() { end(.interrupted) }
  }

  private var isSettled: Bool {
    slab.openCount == 0 && runningInvocations == 0 && asyncEvents.openCount == 0
      && arrivals.allSatisfy { $0.isExhausted }
  }

  private func runHandlers() {
    guard let host else { return }
    while host.hasReadyJobs { host.runReadyJobs(self) }
  }

  func schedule(_ event: SimulationEvent, at time: SimTime) {
    queue.schedule(at: time, rank: event.rank, payload: event.payload)
  }

  private func scheduleFirstEvents() {
    for (index, entry) in spec.timeline.enumerated() { schedule(.init(.timelineChange, index), at: entry.time) }
    for workload in arrivals.indices { scheduleNextArrival(of: workload) }
    for index in schedules.indices { scheduleNextFire(of: index) }
    schedule(.init(.minuteEnds, 0), at: .zero + .minutes(1))
  }

  private func handle(_ event: SimulationEvent) {
    switch event.kind {
    case .workloadArrival: messageArrives(from: event.entity)
    case .workloadRetry: retryProducerPut(event.entity)
    case .scheduleFires: scheduleFired(event.entity)
    case .timelineChange: apply(spec.timeline[event.entity])
    case .asyncDue: asyncEventDue(event.entity, generation: event.detail)
    case .shardPoll: shardPollDue(reader: event.entity, generation: event.detail)
    case .shardDeliver: deliverBatch(reader: event.entity, generation: event.detail)
    case .shardRetry: retryBatch(reader: event.entity, generation: event.detail)
    case .shardExpiry: recordsExpire(stream: event.entity, shard: Int(event.detail))
    case .environmentReady: environmentReady(event.entity, serial: event.detail)
    case .invocationTimeout: invocationTimedOut(event.entity, serial: event.detail)
    case .operationDue: operationDue(event.entity, generation: event.detail)
    case .operationTimeout: operationTimedOut(event.entity, generation: event.detail)
    case .partnerFreed: partners[event.entity].callEnded(now: now)
    case .minuteEnds: minuteEnded()
    }
  }

  private func minuteEnded() {
    ledger.minuteEnded()
    evaluateAlarms()
    schedule(.init(.minuteEnds, 0), at: now + .minutes(1))
  }

  private func apply(_ entry: TimelineEntry) {
    switch entry.change {
    case .partner(let index, let spec): partners[index].replace(spec, now: now)
    case .errorRule(let function, let rule, let value): functions[function].errors[rule] = value
    case .reservedConcurrency(let function, let value):
      account.reservedTotal += (value ?? 0) - (functions[function].reserved ?? 0)
      functions[function].reserved = value
    case .mappingEnabled(let mapping, let isEnabled): setMapping(mapping, enabled: isEnabled)
    case .scheduleEnabled(let index, let isEnabled): schedules[index].isEnabled = isEnabled
    }
  }

  // MARK: Messages

  /// Closes one copy of a message; the last one ends the message with the worst outcome of all.
  func endLeg(
    _ reference: MessageReference, _ outcome: Outcome, at resource: ResourceName, _ reason: StaticString = ""
  ) {
    let reasonName: ReasonName = reason.utf8CodeUnitCount == 0
      ? .none : ReasonName(rawValue: reasonNames.intern("\(reason)"))
    endLeg(reference, outcome, at: resource, because: reasonName)
  }

  func endLeg(
    _ reference: MessageReference, _ outcome: Outcome, at resource: ResourceName, because reason: ReasonName
  ) {
    slab[reference].openLegs -= 1
    if outcome.severity >= slab[reference].outcome.severity {
      slab[reference].outcome = outcome
      slab[reference].lastResource = resource
      slab[reference].reason = reason
    }
    guard slab[reference].openLegs == 0 else { return }
    let message = slab[reference]
    ledger.ended(message, outcome: message.outcome, at: now)
    keepIfWanted(message)
    slab.remove(reference)
  }

  func keepIfWanted(_ message: Message) {
    switch spec.output.messages {
    case .none: return
    case .sample(let share):
      guard draws.uniform(.sample, entity: address(of: message)) < share else { return }
    case .all: break
    }
    ledger.keep(
      MessageRecord(
        workload: Int(message.population), index: Int(message.root.index), created: message.created,
        sizeBytes: Int(message.sizeBytes),
        key: sources[Int(message.root.workload)].key(Int(message.root.index), draws),
        outcome: message.outcome, ended: now, attempts: Int(message.attempts),
        deliveries: Int(message.deliveries), lastResource: resourceNames[message.lastResource.rawValue],
        reason: reasonNames[message.reason.rawValue]))
  }

  func address(of message: Message) -> UInt64 {
    sources[Int(message.root.workload)].address(Int(message.root.index))
  }

  func id(of message: Message) -> String {
    sources[Int(message.root.workload)].id(Int(message.root.index))
  }
}

extension Outcome {
  /// Which outcome of several copies speaks for the message: the worst.
  var severity: Int {
    switch self {
    case .completed: 0
    case .filtered: 1
    case .deadLettered: 2
    case .discarded: 3
    case .expired: 4
    case .dropped: 5
    case .open: 6
    }
  }
}

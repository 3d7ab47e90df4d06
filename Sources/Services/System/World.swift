import Kernel
import Records

/// The services of one replication, their clock and their pending events.
///
/// A struct with a single owner, so that the compiler proves every access to be alone: the same state in a class costs a
/// dynamic exclusivity check per property and event. The folders beside this one extend it, one service each; what a
/// service decides lives in small state machines there, and the world makes their decisions happen.
struct World: ~Copyable {
  let spec: SystemSpec
  let draws: Draws
  let replication: Int
  let host: (any InvocationHost)?

  var now = SimTime.zero
  var queue: EventQueue
  var traceHash = TraceHash()
  var eventCount: UInt64 = 0
  var ending: RunRecords.Ending?
  /// Why a run stalled, in words for the user.
  var stallReason: String?

  var slab = MessageSlab()
  var ledger: Ledger
  var resourceNames = NameTable()
  var reasonNames = NameTable()
  var metrics = MetricRegistry()
  var notes = NoteBook()
  var spans: SpanBook

  let sources: [MessageSource]
  /// Hash of each workload's name: addresses the draws of its messages.
  let workloadEntities: [UInt64]
  var arrivals: [WorkloadState]
  /// Populations of messages that functions make, by function and workload.
  var derivedPopulations: [Int: Int32] = [:]
  var derivedCount: UInt64 = 0
  var producers: [ProducerState]
  var stores: [StoreState]
  var partners: [PartnerState]
  var topics: [TopicState]
  var streams: [StreamState]
  var consumers: [ConsumerState]
  var mappings: [MappingState]
  var readers: [ShardReader]
  var lanes: [ShardLane] = []
  /// Tumbling windows that have begun and whose last invocation has not ended.
  var openWindowCount = 0
  var queues: [StandardQueue]
  var queueMappings: [QueueMappingState]
  var tables: [TableState]
  var buckets: [BucketState]
  var deliveryStreams: [DeliveryStreamState]
  var functions: [FunctionState]
  var account: AccountState
  var schedules: [ScheduleState]
  var alarms: [AlarmState]

  var invocations: [Invocation] = []
  var freeInvocations: [Int] = []
  /// Serial of the invocation active in each slot, 0 for none: asked at every answer, without touching the object.
  var activeSerials: [UInt32] = []
  var invocationSerial: UInt32 = 0
  var runningInvocations = 0
  /// The messages that the next invocation gets; empty in between. Swapped with the invocation's own array, so that
  /// neither is allocated anew.
  var batch: [MessageReference] = []
  /// Threads of step programs, in slots that are used again.
  var strands: [Strand] = []
  var freeStrands: [Int] = []
  var operations = OperationSlab()
  /// Memory for the idle polls of one shard at a time.
  var idlePolling = IdlePolling()
  var asyncEvents = AsyncEventSlab()
  /// Uploads and events of buckets under way.
  var bucketErrands = SlotStore<BucketErrand>()
  /// Objects on their way from delivery streams to buckets, and puts that are tried again.
  var objectDeliveries = SlotStore<ObjectDelivery>()
  var deliveryPuts = SlotStore<PendingDeliveryPut>()
  var retries: [PendingProducerPut] = []
  var freeRetries: [Int] = []
  /// Batches of queues in hand, in slots that are used again.
  var queueBatches: [QueueBatch] = []
  var freeQueueBatches: [Int] = []
  /// Deliveries of topics that are tried again.
  var redeliveries: [PendingDelivery] = []
  var freeRedeliveries: [Int] = []

  init(_ spec: SystemSpec, replication: Int, host: (any InvocationHost)?, tieSeed: UInt64?) {
    self.spec = spec
    self.host = host
    self.replication = replication
    draws = Draws(seed: spec.run.seed, replication: replication)
    queue = EventQueue(tieSeed: tieSeed)
    ledger = Ledger(workloads: spec.workloads.map(\.name), cuts: spec.ledgerCuts)
    spans = SpanBook(tracesPerWorkload: spec.output.traces, workloadCount: spec.workloads.count)
    sources = spec.workloads.map { MessageSource($0) }
    workloadEntities = spec.workloads.map { EntityAddress.name($0.name) }
    let epoch = spec.run.startEpochMinutes
    arrivals = spec.workloads.map { WorkloadState(ArrivalSource($0, startEpochMinutes: epoch)) }

    var build = SystemBuilder(spec: spec, draws: draws)
    producers = spec.workloads.map { _ in ProducerState() }
    stores = build.stores()
    partners = build.partners()
    topics = build.topics()
    streams = build.streams()
    consumers = build.consumers()
    mappings = build.mappings()
    readers = build.readers(mappings: mappings)
    queues = build.queues()
    queueMappings = build.queueMappings()
    tables = build.tables()
    buckets = build.buckets()
    deliveryStreams = build.deliveryStreams()
    functions = build.functions()
    account = build.account()
    schedules = build.schedules()
    alarms = build.alarms()
    metrics = build.metrics
    resourceNames = build.names
    for reader in readers.indices {
      lanes.append(contentsOf: readers[reader].lanes.map { _ in ShardLane(reader: reader) })
      let (stream, shard) = (readers[reader].stream, readers[reader].shard)
      streams[stream].shards[shard].readers.append(reader)
      if !readers[reader].isFanOut { streams[stream].shards[shard].pollers.append(reader) }
    }
  }

  /// Handles events until a Swift handler can run, something is to be asked for every so often, or the run has ended.
  mutating func handleEvents(atMost count: UInt64) {
    let horizon = SimTime.zero + spec.run.duration
    let deadline = horizon + spec.run.drain
    let pause = eventCount + count
    while ending == nil, eventCount < pause {
      guard let time = queue.nextTime else {
        now = max(now, horizon)
        ending = slab.openCount == 0 ? .settled : .drainExpired
        return
      }
      if time >= horizon, isSettled {
        now = max(now, horizon)
        ending = .settled
        return
      }
      if time > deadline {
        now = deadline
        ending = .drainExpired
        return
      }
      let event = queue.popNext()!
      now = event.time
      eventCount += 1
      // Time and payload pin the whole history: kind, entity and every generation counter are in them.
      traceHash.fold(UInt64(bitPattern: now.nanoseconds), event.payload)
      handle(SimulationEvent(payload: event.payload))
      if let host, host.hasReadyJobs { return }
    }
  }

  /// Ends the run before its time.
  mutating func end(_ reason: RunRecords.Ending) { ending = ending ?? reason }

  private var isSettled: Bool {
    slab.openCount == 0 && runningInvocations == 0 && asyncEvents.openCount == 0 && openWindowCount == 0
      && arrivals.allSatisfy { $0.isExhausted }
  }

  mutating func schedule(_ event: SimulationEvent, at time: SimTime) {
    queue.schedule(at: time, rank: event.rank, payload: event.payload)
  }

  mutating func scheduleFirstEvents() {
    for (index, entry) in spec.timeline.enumerated() {
      schedule(.init(.timelineChange, index), at: entry.time)
    }
    for workload in arrivals.indices { scheduleNextArrival(of: workload) }
    for index in schedules.indices { scheduleNextFire(of: index) }
    schedule(.init(.minuteEnds, 0), at: .zero + .minutes(1))
  }

  private mutating func handle(_ event: SimulationEvent) {
    switch event.kind {
    case .workloadArrival: messageArrives(from: event.entity)
    case .workloadRetry: retryProducerPut(event.entity)
    case .scheduleFires: scheduleFired(event.entity)
    case .timelineChange: apply(spec.timeline[event.entity])
    case .asyncDue: asyncEventDue(event.entity, generation: event.detail)
    case .shardPoll: shardPollDue(reader: event.entity, generation: event.detail)
    case .shardDeliver: deliverBatch(lane: event.entity, generation: event.detail)
    case .shardRetry: retryBatch(lane: event.entity, generation: event.detail)
    case .shardExpiry: recordsExpire(stream: event.entity, shard: Int(event.detail))
    case .environmentReady: environmentReady(event.entity, serial: event.detail)
    case .invocationTimeout: invocationTimedOut(event.entity, serial: event.detail)
    case .queueDue: queueDue(event.entity, generation: event.detail)
    case .queueBatchDue: queueBatchDue(event.entity, generation: event.detail)
    case .queueGrowth: queueMappingGrows(event.entity, generation: event.detail)
    case .subscriptionRetry: redeliver(event.entity)
    case .operationDue: operationDue(event.entity, generation: event.detail)
    case .operationTimeout: operationTimedOut(event.entity, generation: event.detail)
    case .bucketErrand: bucketErrandDue(event.entity)
    case .deliveryPut: deliveryPutDue(event.entity)
    case .deliveryFlush: deliveryFlushDue(event.entity, number: event.detail)
    case .deliveryDue: deliveryDue(event.entity)
    case .partnerWaitEnds: partnerWaitEnds(event.entity, generation: event.detail)
    case .minuteEnds: minuteEnded()
    case .onDemandSplit: onDemandSplitEnds(event.entity, shard: Int(event.detail))
    case .producerSends: producerCallDue(event.entity, generation: event.detail)
    case .reshardingWaveEnds: reshardingWaveEnded(event.entity)
    }
  }

  private mutating func minuteEnded() {
    ledger.minuteEnded()
    queueMinuteEnded()
    evaluateAlarms()
    scaleOnDemandStreams()
    schedule(.init(.minuteEnds, 0), at: now + .minutes(1))
  }

  private mutating func apply(_ entry: TimelineEntry) {
    switch entry.change {
    case .partner(let index, let spec):
      partners[index].replace(spec, now: now)
      if !partners[index].line.isEmpty { serveWaiting(index) }
    case .errorRule(let function, let rule, let value): functions[function].errors[rule] = value
    case .reservedConcurrency(let function, let value):
      account.reservedTotal += (value ?? 0) - (functions[function].reserved ?? 0)
      functions[function].reserved = value
    case .mappingEnabled(let mapping, let isEnabled): setMapping(mapping, enabled: isEnabled)
    case .scheduleEnabled(let index, let isEnabled): schedules[index].isEnabled = isEnabled
    case .bucketAvailable(let bucket, let isAvailable): buckets[bucket].isAvailable = isAvailable
    case .queueMappingEnabled(let mapping, let isEnabled): setQueueMapping(mapping, enabled: isEnabled)
    case .queueOutage(let queue, let isDown): setQueue(queue, down: isDown)
    case .shardCount(let stream, let count): updateShardCount(stream, to: count)
    }
  }
}

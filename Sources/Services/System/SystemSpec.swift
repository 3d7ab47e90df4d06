package import Kernel

/// A compiled system: what the resolved scenario becomes before any event happens.
///
/// Every cross-reference is an index into one of the arrays here, so that the engine never looks a name up. Arrays
/// keep the order of the scenario file, which is also the order of ties.
package struct SystemSpec: Sendable {
  package var name: String
  package var limits: Limits
  package var run: RunSpec
  package var output = OutputSpec()
  package var workloads: [WorkloadSpec] = []
  package var stores: [StoreSpec] = []
  package var partners: [PartnerSpec] = []
  package var topics: [TopicSpec] = []
  package var subscriptions: [SubscriptionSpec] = []
  package var streams: [StreamSpec] = []
  package var consumers: [StreamConsumerSpec] = []
  package var mappings: [StreamMappingSpec] = []
  package var queues: [QueueSpec] = []
  package var queueMappings: [QueueMappingSpec] = []
  package var tables: [TableSpec] = []
  package var buckets: [BucketSpec] = []
  package var deliveryStreams: [DeliveryStreamSpec] = []
  package var functions: [FunctionSpec] = []
  package var schedules: [ScheduleSpec] = []
  package var alarms: [AlarmSpec] = []
  package var timeline: [TimelineEntry] = []
  /// Instants from which the ledger keeps books of its own: zero first, then `warmup` and every `after`. Ascending.
  package var ledgerCuts: [SimTime] = [.zero]

  package init(name: String, limits: Limits, run: RunSpec) {
    self.name = name
    self.limits = limits
    self.run = run
  }
}

package struct RunSpec: Sendable, Hashable {
  /// How long workloads emit. [ns]
  package var duration: SimDuration
  /// Measured values of messages created before this are left out. [ns]
  package var warmup: SimDuration
  /// Time allowed after `duration` until everything is settled. [ns]
  package var drain: SimDuration
  package var replications: Int
  package var seed: UInt64
  /// Upper bound of handled events, against scenarios that never settle. [events]
  package var eventBudget: UInt64 = 20_000_000_000
  /// Minutes since 1970 of the scenario's start, for cron expressions and labels only.
  package var startEpochMinutes: Int64

  package init(
    duration: SimDuration, warmup: SimDuration = .zero, drain: SimDuration, replications: Int, seed: UInt64,
    startEpochMinutes: Int64 = 0
  ) {
    self.duration = duration
    self.warmup = warmup
    self.drain = drain
    self.replications = replications
    self.seed = seed
    self.startEpochMinutes = startEpochMinutes
  }
}

package struct OutputSpec: Sendable, Hashable {
  package enum Messages: Sendable, Hashable { case all, none, sample(Double) }
  package var messages: Messages = .all
  /// How many messages of each workload leave spans. [messages]
  package var traces = 20
  package init() {}
}

/// Where a message or an event can be sent. The integer indexes the array of that kind in `SystemSpec`.
package enum Destination: Sendable, Hashable {
  case store(Int)
  case topic(Int)
  case stream(Int)
  case queue(Int)
  /// Asynchronous invocation.
  case function(Int)
  /// An object under the id of the message.
  case bucket(Int)
  case deliveryStream(Int)
}

// MARK: Messages

/// A named population of messages.
package struct WorkloadSpec: Sendable {
  package var name: String
  package var destination: Destination
  package var arrivals: ArrivalProcess
  /// [bytes]
  package var size: Distribution
  package var key: KeySpec
  package var fields: [FieldSpec]
  /// How its messages are put into a stream.
  package var producer = ProducerSpec()

  package init(
    name: String, destination: Destination, arrivals: ArrivalProcess, size: Distribution = .constant(1024),
    key: KeySpec = .uniform, fields: [FieldSpec] = []
  ) {
    self.name = name
    self.destination = destination
    self.arrivals = arrivals
    self.size = size
    self.key = key
    self.fields = fields
  }
}

/// How a producer outside AWS puts records into a stream. Source: fact sheet §1.3.
package struct ProducerSpec: Sendable, Hashable {
  package enum Retry: String, Sendable, Hashable, CaseIterable {
    /// A throttled PutRecord is sent again by the SDK; entries that PutRecords rejects never are.
    case sdk
    /// Nothing is sent again.
    case none
    /// The producer looks at every answer and sends again until the stream takes the record.
    case untilAccepted = "until-accepted"
  }
  package var retry = Retry.sdk
  /// Records of one PutRecords call; 1 is PutRecord.
  package var batch = 1
  /// How long a record waits for others to fill its call.
  package var linger = SimDuration.zero
  package init() {}
}

/// How messages of a workload come to be. Rates are per second.
package enum ArrivalProcess: Sendable {
  /// Evenly spaced, the first after one gap.
  case constant(rate: Double)
  /// Poisson with a rate linear between the knots; the last rate holds until `run.duration`.
  case poisson([RateKnot])
  /// Markov-modulated Poisson: states in a ring, each with a rate and a mean stay [s].
  case mmpp([(rate: Double, stay: Double)])
  /// `count` messages waiting at time zero, released at `sendRate`; all at once when that is nil.
  case backlog(count: Int, sendRate: Double?)
  /// One row a message, sorted by time; begins again after `cycle`, which is no shorter than the last row's time.
  case trace([TraceRow], cycle: SimDuration? = nil)
  /// As many messages in each period as were counted in it.
  case counts(CountProfile)
  /// `count` messages each time the schedule fires.
  case schedule(ScheduleExpression, count: Int)
}

/// A knot of a piecewise-linear rate profile.
package struct RateKnot: Sendable, Hashable {
  /// [s since start]
  package var time: Double
  /// [1/s]
  package var rate: Double
  package init(time: Double, rate: Double) { self.time = time; self.rate = rate }
}

/// Messages counted period by period, one after another.
package struct CountProfile: Sendable, Hashable {
  /// Where the messages of a period stand in it.
  package enum Placement: Sendable, Hashable {
    /// In the middles of equal parts: the same in every replication.
    case even
    /// Each anywhere, drawn for each replication.
    case uniform
  }
  /// Of the first period.
  package var start: SimTime
  /// Length of each. Above zero.
  package var period: SimDuration
  /// [messages]
  package var counts: [Int]
  package var placement: Placement
  /// Whether the first period follows the last one.
  package var isCyclic: Bool
  package init(
    start: SimTime, period: SimDuration, counts: [Int], placement: Placement, isCyclic: Bool = false
  ) {
    precondition(period > .zero, "a period of \(period.nanoseconds) ns")
    self.start = start
    self.period = period
    self.counts = counts
    self.placement = placement
    self.isCyclic = isCyclic
  }
}

package struct TraceRow: Sendable, Hashable {
  package var time: SimTime
  package var sizeBytes: Int?
  package var key: String?
  /// Parallel to the workload's `fields`.
  package var fields: [FieldValue]
  package init(time: SimTime, sizeBytes: Int? = nil, key: String? = nil, fields: [FieldValue] = []) {
    self.time = time
    self.sizeBytes = sizeBytes
    self.key = key
    self.fields = fields
  }
}

/// The partition key of a message.
package enum KeySpec: Sendable, Hashable {
  /// A key of its own for every message: `<workload>-<index>`.
  case uniform
  case constant(String)
  /// `key-<rank>` with P(rank) ∝ 1/rank^s.
  case zipf(exponent: Double, keys: Int)
  /// The text of a field.
  case field(String)
}

package struct FieldSpec: Sendable {
  package enum Source: Sendable {
    /// Cumulative probabilities ascending to 1.
    case choice([(value: String, cumulative: Double)])
    case number(Distribution)
    /// The n-th message has the n-th value; after the last one the first comes again. At least one.
    case sequence([Double])
    /// From the trace, by position.
    case trace
  }
  package var name: String
  package var source: Source
  package init(name: String, source: Source) { self.name = name; self.source = source }
}

package enum FieldValue: Sendable, Hashable {
  case text(String)
  case number(Double)
}

/// Holds messages until something takes them: a database outside AWS.
package struct StoreSpec: Sendable {
  package var name: String
  package init(name: String) { self.name = name }
}

// MARK: Services

package struct TopicSpec: Sendable {
  package var logicalID: String
  package init(logicalID: String) { self.logicalID = logicalID }
}

package struct SubscriptionSpec: Sendable {
  package enum Endpoint: Sendable, Hashable {
    /// The function's asynchronous queue.
    case function(Int)
    case queue(Int)
  }
  package var logicalID: String
  package var topic: Int
  package var endpoint: Endpoint
  /// nil lets everything through.
  package var filter: FilterPattern?
  /// Queue for what cannot be delivered; without one it is lost.
  package var deadLetterQueue: Int?
  package init(
    logicalID: String, topic: Int, endpoint: Endpoint, filter: FilterPattern? = nil,
    deadLetterQueue: Int? = nil
  ) {
    self.logicalID = logicalID
    self.topic = topic
    self.endpoint = endpoint
    self.filter = filter
    self.deadLetterQueue = deadLetterQueue
  }
  package init(logicalID: String, topic: Int, function: Int) {
    self.init(logicalID: logicalID, topic: topic, endpoint: .function(function))
  }
  /// The function that receives, when one does.
  package var function: Int? { if case .function(let function) = endpoint { function } else { nil } }
  /// The queue that receives, when one does.
  package var queue: Int? { if case .queue(let queue) = endpoint { queue } else { nil } }
}

package struct StreamSpec: Sendable {
  package var logicalID: String
  /// At the start of the run.
  package var shardCount: Int
  package var retention: SimDuration
  /// Capacity follows the traffic; billed by bytes.
  package var isOnDemand = false
  package init(logicalID: String, shardCount: Int, retention: SimDuration) {
    self.logicalID = logicalID
    self.shardCount = shardCount
    self.retention = retention
  }
}

/// A consumer with enhanced fan-out: a throughput of its own on every shard of a stream.
package struct StreamConsumerSpec: Sendable {
  package var logicalID: String
  package var stream: Int
  package init(logicalID: String, stream: Int) {
    self.logicalID = logicalID
    self.stream = stream
  }
}

/// An event source mapping from a stream to a function.
package struct StreamMappingSpec: Sendable {
  package enum StartingPosition: Sendable, Hashable { case trimHorizon, latest }
  package var logicalID: String
  package var stream: Int
  /// The consumer whose throughput the mapping reads with; nil for a poller that shares the shards' own.
  package var consumer: Int?
  package var function: Int
  package var batchSize: Int
  package var startingPosition: StartingPosition = .trimHorizon
  /// nil = until the record expires.
  package var maximumRetryAttempts: Int?
  /// nil = until the record expires.
  package var maximumRecordAge: SimDuration?
  package var bisectBatchOnFunctionError = false
  /// Invocations of one shard at a time. 1...10
  package var parallelizationFactor = 1
  /// How long a batch is collected when it is not full. Zero: not at all.
  package var maximumBatchingWindow = SimDuration.zero
  /// Length of a tumbling window; nil = none.
  package var tumblingWindow: SimDuration?
  /// AT_TIMESTAMP: records written before are not for the function.
  package var startTime: SimTime?
  /// FilterCriteria; nil lets every record through.
  package var filter: FilterPattern?
  /// DestinationConfig.OnFailure: a queue, a topic or a bucket.
  package var onFailure: FailureDestination?
  /// MetricsConfig: [EventCount].
  package var countsEvents = false
  /// FunctionResponseTypes: [ReportBatchItemFailures].
  package var reportsBatchItemFailures = false
  package var enabled = true
  package init(logicalID: String, stream: Int, function: Int, batchSize: Int) {
    self.logicalID = logicalID
    self.stream = stream
    self.function = function
    self.batchSize = batchSize
  }
}

package struct TableSpec: Sendable {
  package enum Capacity: Sendable, Hashable {
    case provisioned(readUnits: Int, writeUnits: Int)
    case onDemand
  }
  package var logicalID: String
  /// Name of the HASH attribute.
  package var keyAttribute: String
  package var capacity: Capacity
  package init(logicalID: String, keyAttribute: String, capacity: Capacity) {
    self.logicalID = logicalID
    self.keyAttribute = keyAttribute
    self.capacity = capacity
  }
}

package struct FunctionSpec: Sendable {
  package var logicalID: String
  /// [MB]
  package var memorySize: Int
  package var timeout: SimDuration
  package var reservedConcurrentExecutions: Int?
  package var isArm = false
  /// Asynchronous invocation: retries after a function error, and how long an event may wait.
  package var asyncMaximumRetryAttempts: Int
  package var asyncMaximumEventAge: SimDuration
  /// Where asynchronous events go that the function could not handle: the event itself (DeadLetterConfig) and a record
  /// of the invocation (DestinationConfig.OnFailure); and a record of each that it handled (OnSuccess).
  package var deadLetterTarget: FailureDestination?
  package var onFailure: FailureDestination?
  package var onSuccess: FailureDestination?
  package var coldStart: Distribution
  package var handler: HandlerProgram
  package var errors: [ErrorRule]
  package init(
    logicalID: String, memorySize: Int, timeout: SimDuration, reservedConcurrentExecutions: Int? = nil,
    asyncMaximumRetryAttempts: Int = 2, asyncMaximumEventAge: SimDuration = .hours(6),
    coldStart: Distribution = .constant(0), handler: HandlerProgram = .immediate, errors: [ErrorRule] = []
  ) {
    self.logicalID = logicalID
    self.memorySize = memorySize
    self.timeout = timeout
    self.reservedConcurrentExecutions = reservedConcurrentExecutions
    self.asyncMaximumRetryAttempts = asyncMaximumRetryAttempts
    self.asyncMaximumEventAge = asyncMaximumEventAge
    self.coldStart = coldStart
    self.handler = handler
    self.errors = errors
  }
}

package struct ScheduleSpec: Sendable {
  package var logicalID: String
  package var expression: ScheduleExpression
  package var function: Int
  package var enabled = true
  package init(logicalID: String, expression: ScheduleExpression, function: Int) {
    self.logicalID = logicalID
    self.expression = expression
    self.function = function
  }
}

/// When a rule fires, in whole minutes.
package enum ScheduleExpression: Sendable, Hashable {
  case rate(minutes: Int)
  case cron(CronExpression)
}

/// The six fields of an AWS cron expression as sets of allowed values, UTC.
package struct CronExpression: Sendable, Hashable {
  package var text: String
  /// Ascending.
  package var minutes: [Int], hours: [Int], months: [Int], years: [Int]
  /// Day of month 1...31, nil for `?`; day of week 1 = SUN ... 7 = SAT, nil for `?`.
  package var daysOfMonth: [Int]?, daysOfWeek: [Int]?
  package init(
    text: String, minutes: [Int], hours: [Int], daysOfMonth: [Int]?, months: [Int], daysOfWeek: [Int]?,
    years: [Int]
  ) {
    self.text = text
    self.minutes = minutes
    self.hours = hours
    self.daysOfMonth = daysOfMonth
    self.months = months
    self.daysOfWeek = daysOfWeek
    self.years = years
  }
}

package struct AlarmSpec: Sendable {
  package enum Comparison: String, Sendable, Hashable {
    case greaterThan = "GreaterThanThreshold", greaterOrEqual = "GreaterThanOrEqualToThreshold"
    case lessThan = "LessThanThreshold", lessOrEqual = "LessThanOrEqualToThreshold"
  }
  package enum Statistic: Sendable, Hashable {
    case sampleCount, sum, minimum, maximum, average
    /// `ExtendedStatistic: pNN`, the fraction in 0...1.
    case percentile(Double)
  }
  package enum MissingData: String, Sendable, Hashable { case missing, ignore, breaching, notBreaching }
  package var logicalID: String
  package var namespace: String
  package var metricName: String
  /// Logical id of the resource that its dimensions name.
  package var resource: String
  package var statistic: Statistic
  /// Multiple of 60 s.
  package var period: SimDuration
  package var evaluationPeriods: Int
  package var datapointsToAlarm: Int
  package var threshold: Double
  package var comparison: Comparison
  package var treatMissingData: MissingData
  package init(
    logicalID: String, namespace: String, metricName: String, resource: String, statistic: Statistic,
    period: SimDuration, evaluationPeriods: Int, datapointsToAlarm: Int, threshold: Double,
    comparison: Comparison, treatMissingData: MissingData
  ) {
    self.logicalID = logicalID
    self.namespace = namespace
    self.metricName = metricName
    self.resource = resource
    self.statistic = statistic
    self.period = period
    self.evaluationPeriods = evaluationPeriods
    self.datapointsToAlarm = datapointsToAlarm
    self.threshold = threshold
    self.comparison = comparison
    self.treatMissingData = treatMissingData
  }
}

// MARK: Timeline

/// A change of the configuration while the clock runs.
package struct TimelineEntry: Sendable {
  package enum Change: Sendable {
    /// The service behaves as this from now on.
    case partner(Int, PartnerSpec)
    case errorRule(function: Int, rule: Int, ErrorRule)
    case reservedConcurrency(function: Int, Int?)
    case mappingEnabled(Int, Bool)
    case scheduleEnabled(Int, Bool)
    /// Whether the bucket answers; otherwise every request gets a 503.
    case bucketAvailable(Int, Bool)
    case queueMappingEnabled(Int, Bool)
    /// While true the queue answers every call with an error of the server.
    case queueOutage(Int, Bool)
    /// UpdateShardCount of a stream.
    case shardCount(stream: Int, Int)
  }
  package var time: SimTime
  package var change: Change
  package var note: String?
  package init(time: SimTime, change: Change, note: String? = nil) {
    self.time = time
    self.change = change
    self.note = note
  }
}

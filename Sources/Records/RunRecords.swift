package import Kernel

/// Everything one replication leaves behind; reports and estimates are functions of this alone.
package struct RunRecords: Sendable {
  package var replication: Int
  /// Instant of the last handled event. [ns since start]
  package var end: SimTime
  /// How the run ended.
  package var ending: Ending
  package var traceHash: UInt64
  /// [events]
  package var eventCount: UInt64
  /// Parallel to the system's workloads.
  package var workloads: [WorkloadRecord] = []
  /// Little's law for the open messages of each workload, parallel to `workloads`.
  package var workloadChecks: [LittleCheck] = []
  /// Sorted by (namespace, resource, metric).
  package var metrics: [MetricSeries] = []
  package var partners: [PartnerRecord] = []
  /// Parallel to the system's functions.
  package var functions: [FunctionRecord] = []
  package var stations: [StationRecord] = []
  package var alarms: [AlarmTransition] = []
  /// Sorted by (resource, item).
  package var usage: [UsageItem] = []
  /// In order of ending; empty unless kept.
  package var messages: [MessageRecord] = []
  package var spans: [SpanRecord] = []
  /// What handlers and caught errors logged, counted by text.
  package var notes: [NoteCount] = []

  package enum Ending: String, Sendable, Hashable {
    case settled, drainExpired, budgetExhausted, interrupted, stalled
  }

  package init(replication: Int, end: SimTime, ending: Ending, traceHash: UInt64, eventCount: UInt64) {
    self.replication = replication
    self.end = end
    self.ending = ending
    self.traceHash = traceHash
    self.eventCount = eventCount
  }
}

/// How a message ended. Source: design §3.6.
package enum Outcome: UInt8, Sendable, Hashable, CaseIterable {
  case completed, deadLettered, expired, dropped, discarded, filtered, open

  /// The word in `messages.csv`.
  package var label: String {
    switch self {
    case .completed: "completed"
    case .deadLettered: "dead_lettered"
    case .expired: "expired"
    case .dropped: "dropped"
    case .discarded: "discarded"
    case .filtered: "filtered"
    case .open: "open"
    }
  }
  /// Lost for the workload: nobody will process it any more.
  package var isLost: Bool { self == .expired || self == .dropped || self == .discarded }
}

/// The books of one workload.
package struct WorkloadRecord: Sendable {
  package var name: String
  /// One book per entry of the system's `ledgerCuts`: messages created at that instant or later.
  package var books: [LedgerBook]
  /// Last creation. [ns since start]
  package var lastArrival: SimTime
  /// When the last message ended; nil while some are open.
  package var emptiedAt: SimTime?
  /// Open messages: peak, when it was first reached, and the integral over time. [messages], [messages·s]
  package var backlogPeak: Int
  package var backlogPeakAt: SimTime
  package var backlogIntegral: Double
  /// Open messages at the end of each minute. [messages], index = minute
  package var backlogByMinute: [Int]
  /// Messages by (outcome, reason): why messages were lost or delayed. Sorted by outcome, then reason.
  package var reasons: [ReasonCount]

  package init(name: String, cutCount: Int) {
    self.name = name
    books = Array(repeating: LedgerBook(), count: cutCount)
    lastArrival = .zero
    backlogPeak = 0
    backlogPeakAt = .zero
    backlogIntegral = 0
    backlogByMinute = []
    reasons = []
  }
}

/// Counts of one workload from one cut on. created = Σ outcomes, always.
package struct LedgerBook: Sendable {
  package var created = 0
  /// Indexed by `Outcome.rawValue`.
  package var outcomes = Array(repeating: 0, count: Outcome.allCases.count)
  /// Times a handler saw a message. [deliveries]
  package var deliveries = 0
  /// Messages that a handler completed more than once, or that a partner acted on more than once.
  package var duplicated = 0
  /// Creation to completion of completed messages.
  package var latency = LatencyHistogram()

  package init() {}
  package subscript(_ outcome: Outcome) -> Int { outcomes[Int(outcome.rawValue)] }
  package var lost: Int { Outcome.allCases.reduce(0) { $1.isLost ? $0 + self[$1] : $0 } }
  package var isBalanced: Bool { created == outcomes.reduce(0, +) }
}

package struct ReasonCount: Sendable, Hashable {
  package var outcome: Outcome
  package var resource: String
  package var reason: String
  package var count: Int
  package init(outcome: Outcome, resource: String, reason: String, count: Int) {
    self.outcome = outcome
    self.resource = resource
    self.reason = reason
    self.count = count
  }
}

package struct NoteCount: Sendable, Hashable {
  package var resource: String
  package var text: String
  package var count: Int
  package init(resource: String, text: String, count: Int) {
    self.resource = resource
    self.text = text
    self.count = count
  }
}

/// One CloudWatch metric of one resource.
package struct MetricSeries: Sendable {
  package var namespace: String
  package var resource: String
  package var metric: String
  /// CloudWatch's unit: `Count`, `Milliseconds`, `Bytes`, `None`.
  package var unit: String
  /// Ascending by minute; a minute without samples has no data point.
  package var datapoints: [Datapoint]
  package init(namespace: String, resource: String, metric: String, unit: String, datapoints: [Datapoint]) {
    self.namespace = namespace
    self.resource = resource
    self.metric = metric
    self.unit = unit
    self.datapoints = datapoints
  }
}

/// CloudWatch's statistic set of one minute.
package struct Datapoint: Sendable, Hashable {
  /// Minutes since the start of the scenario.
  package var minute: Int
  package var sampleCount: Int
  package var sum: Double
  package var minimum: Double
  package var maximum: Double
  /// Exact quantiles of the minute's samples, where the metric keeps them.
  package var p50: Double?, p95: Double?, p99: Double?
  package init(minute: Int, sample: Double) {
    self.minute = minute
    sampleCount = 1
    sum = sample
    minimum = sample
    maximum = sample
  }
  package var average: Double { sum / Double(sampleCount) }
}

package struct PartnerRecord: Sendable {
  package var name: String
  package var calls = 0
  package var succeeded = 0
  package var overLimit = 0
  package var suspendedReplies = 0
  package var suspensions = 0
  /// When the first suspension began.
  package var suspendedAt: SimTime?
  package var errors = 0
  /// Of the errors, those of calls that were too many at once.
  package var overloaded = 0
  /// Calls that had to wait for a place.
  package var queued = 0
  package var timeouts = 0
  /// Calls that a deduplicating partner dropped.
  package var deduplicated = 0
  /// Effects, and messages with more than one.
  package var effects = 0
  package var messagesWithEffect = 0
  package var messagesWithSeveralEffects = 0
  package var inFlightPeak = 0
  package var inFlightPeakAt = SimTime.zero
  /// [calls·s]
  package var inFlightIntegral = 0.0
  package var latency = LatencyHistogram()
  package init(name: String) { self.name = name }
}

/// The load on one station of the system, for the summary's table and its WHY line.
package struct StationRecord: Sendable {
  package enum Kind: String, Sendable, Hashable {
    case store, topic, stream, queue, mapping, function, partner, table, bucket, deliveryStream
  }
  package var name: String
  package var kind: Kind
  /// Servers, slots or units per second, nil when unlimited.
  package var capacity: Double?
  /// `5 shards`, `conc 5`, `limit 10`, `100 WCU`.
  package var capacityLabel: String
  /// Busy share of capacity over time, by minute, 0...1, when capacity is limited. Index = minute.
  package var loadByMinute: [Double]
  package var peak: Double
  package var peakLabel: String
  package var throttled: Int
  /// Little's law: mean number inside, arrival rate [1/s], mean time inside [s]; nil where it does not apply.
  package var little: LittleCheck?
  package init(name: String, kind: Kind, capacity: Double?, capacityLabel: String) {
    self.name = name
    self.kind = kind
    self.capacity = capacity
    self.capacityLabel = capacityLabel
    loadByMinute = []
    peak = 0
    peakLabel = ""
    throttled = 0
  }
}

/// Exact integers of Little's law over one run: Σ time inside must equal the integral of the number inside.
package struct LittleCheck: Sendable, Hashable {
  package var arrivals: Int
  package var departures: Int
  package var inside: Int
  /// Σ over departures of the time inside plus the age of those inside at the end. [ns]
  package var sojournSum: Int128
  /// ∫ number inside dt. [ns]
  package var numberIntegral: Int128
  package init(arrivals: Int, departures: Int, inside: Int, sojournSum: Int128, numberIntegral: Int128) {
    self.arrivals = arrivals
    self.departures = departures
    self.inside = inside
    self.sojournSum = sojournSum
    self.numberIntegral = numberIntegral
  }
  package var holds: Bool { arrivals == departures + inside && sojournSum == numberIntegral }
}

package struct AlarmTransition: Sendable, Hashable {
  package var alarm: String
  package var time: SimTime
  package var from: String
  package var to: String
  /// The newest real data point of the window.
  package var value: Double?
  package var reason: String
  package init(alarm: String, time: SimTime, from: String, to: String, value: Double?, reason: String) {
    self.alarm = alarm
    self.time = time
    self.from = from
    self.to = to
    self.value = value
    self.reason = reason
  }
}

/// A line of the bill: a quantity and its price.
package struct UsageItem: Sendable, Hashable {
  package var resource: String
  package var service: String
  package var item: String
  package var quantity: Double
  package var unit: String
  package var unitPriceUSD: Double
  package init(
    resource: String, service: String, item: String, quantity: Double, unit: String, unitPriceUSD: Double
  ) {
    self.resource = resource
    self.service = service
    self.item = item
    self.quantity = quantity
    self.unit = unit
    self.unitPriceUSD = unitPriceUSD
  }
  package var costUSD: Double { quantity * unitPriceUSD }
}

/// A row of `messages.csv`.
package struct MessageRecord: Sendable, Hashable {
  /// Index of the workload in the system.
  package var workload: Int
  /// Position in the workload, from 0.
  package var index: Int
  package var created: SimTime
  package var sizeBytes: Int
  package var key: String
  package var outcome: Outcome
  package var ended: SimTime
  package var attempts: Int
  package var deliveries: Int
  package var lastResource: String
  package var reason: String
  package init(
    workload: Int, index: Int, created: SimTime, sizeBytes: Int, key: String, outcome: Outcome,
    ended: SimTime,
    attempts: Int, deliveries: Int, lastResource: String, reason: String
  ) {
    self.workload = workload
    self.index = index
    self.created = created
    self.sizeBytes = sizeBytes
    self.key = key
    self.outcome = outcome
    self.ended = ended
    self.attempts = attempts
    self.deliveries = deliveries
    self.lastResource = lastResource
    self.reason = reason
  }
}

/// A row of `spans.csv`.
package struct SpanRecord: Sendable, Hashable {
  package var workload: Int
  package var index: Int
  /// Unique in the run, in order of starting.
  package var span: Int
  package var parent: Int?
  package var resource: String
  /// `store`, `publish`, `queue`, `stream`, `invocation`, `call`, `read`, `write`.
  package var kind: String
  package var start: SimTime
  package var end: SimTime
  package var attempt: Int
  /// `ok`, `error`, `throttled`, `timeout`.
  package var status: String
  package var detail: String
  package init(
    workload: Int, index: Int, span: Int, parent: Int?, resource: String, kind: String, start: SimTime,
    end: SimTime, attempt: Int, status: String, detail: String
  ) {
    self.workload = workload
    self.index = index
    self.span = span
    self.parent = parent
    self.resource = resource
    self.kind = kind
    self.start = start
    self.end = end
    self.attempt = attempt
    self.status = status
    self.detail = detail
  }
}

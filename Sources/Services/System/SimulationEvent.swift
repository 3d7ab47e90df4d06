import Kernel

/// What an event of the queue is about: a kind and up to two small integers, packed into its payload.
///
/// Integers instead of closures keep an event free of allocation and reference counting (design §3.3).
struct SimulationEvent {
  enum Kind: UInt8 {
    case workloadArrival, workloadRetry, scheduleFires, timelineChange
    case asyncDue, shardPoll, shardDeliver, shardRetry, shardExpiry
    case environmentReady, invocationTimeout, operationDue, operationTimeout
    // Its number is part of the trace hash.
    case minuteEnds = 14
    case queueDue = 32
    case queueBatchDue, queueGrowth, subscriptionRetry
    case bucketErrand = 40
    case partnerWaitEnds = 41
    case deliveryPut = 42
    case deliveryFlush = 43
    case deliveryDue = 44
    case reshardingWaveEnds = 20
    case producerSends = 21
    case onDemandSplit = 22
  }
  let kind: Kind
  /// Index of the entity, below 2²⁴.
  let entity: Int
  /// A second index or a generation, below 2³².
  let detail: UInt32

  init(_ kind: Kind, _ entity: Int, _ detail: UInt32 = 0) {
    precondition(entity >= 0 && entity < 1 << 24, "event entity \(entity) does not fit 24 bits")
    self.kind = kind
    self.entity = entity
    self.detail = detail
  }

  init(payload: UInt64) {
    kind = Kind(rawValue: UInt8(truncatingIfNeeded: payload >> 56))!
    entity = Int(payload >> 32 & 0xFF_FFFF)
    detail = UInt32(truncatingIfNeeded: payload)
  }

  var payload: UInt64 { UInt64(kind.rawValue) << 56 | UInt64(entity) << 32 | UInt64(detail) }

  /// The rank of the documented order at equal times. Source: fact sheet §0.
  var rank: EventRank {
    switch kind {
    case .shardExpiry, .invocationTimeout, .operationTimeout, .shardRetry, .timelineChange: .timer
    case .queueDue, .partnerWaitEnds, .deliveryFlush: .timer
    case .environmentReady, .operationDue, .deliveryDue, .reshardingWaveEnds, .onDemandSplit: .completion
    case .workloadArrival, .workloadRetry, .scheduleFires, .asyncDue, .bucketErrand, .deliveryPut: .arrival
    case .producerSends: .arrival
    case .subscriptionRetry: .arrival
    case .shardPoll, .shardDeliver: .poll
    case .queueBatchDue, .queueGrowth: .poll
    case .minuteEnds: .metric
    }
  }
}

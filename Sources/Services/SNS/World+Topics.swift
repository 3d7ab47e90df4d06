import Kernel
import Records

struct TopicState {
  struct Metrics {
    let published, publishSize, delivered, failed, filteredOut, redriven: MetricID
  }
  let name: ResourceName
  let subscriptions: [SubscriptionState]
  /// [s]
  let deliveryLatency: Distribution
  let metrics: Metrics
  var publishedUnits = 0
  let unitBytes: Int
}

struct SubscriptionState {
  let endpoint: SubscriptionSpec.Endpoint
  let filter: FilterPattern?
  let deadLetterQueue: Int?
  /// Hash of its logical id: addresses the delivery draws.
  let entity: UInt64
}

/// Why a topic does not take a message.
enum PublishRefusal {
  case tooLong, throttled

  /// What the SDK tells.
  var code: String {
    switch self {
    case .tooLong: "InvalidParameter"
    case .throttled: "Throttled"
    }
  }
}

extension World {
  /// Asks whether the account may publish a message now; nil when it may. Source: fact sheet §5.2.
  mutating func publishRefusal(sizeBytes: Int) -> PublishRefusal? {
    if sizeBytes > account.publishMaxBytes { return .tooLong }
    return account.publishRate.take(1, now: now) ? nil : .throttled
  }

  /// A topic has accepted a message; every subscription that its filter lets it through to gets a copy of its own.
  ///
  /// Delivery to a function means acceptance by its asynchronous queue: function errors and throttles are the queue's
  /// business. The topic takes over one leg of the message and splits it. Source: fact sheet §5.1.
  mutating func publish(_ message: MessageReference, to topic: Int) {
    let size = Int(slab[message].sizeBytes)
    let unit = topics[topic].unitBytes
    metrics.record(topics[topic].metrics.published, 1, at: now)
    metrics.record(topics[topic].metrics.publishSize, Double(size), at: now)
    topics[topic].publishedUnits += max(1, (size + unit - 1) / unit)
    let base = address(of: slab[message].root)
    let nth = Int(slab[message].attempts)
    let subscriptions = topics[topic].subscriptions
    var deliveredCount = 0
    for (index, subscription) in subscriptions.enumerated() {
      if let filter = subscription.filter, !passes(message, filter) {
        metrics.record(topics[topic].metrics.filteredOut, 1, at: now)
        continue
      }
      deliveredCount += 1
      let entity = EntityAddress.combine(base, subscription.entity)
      let latency = SimDuration(
        seconds: topics[topic].deliveryLatency.sample(draws.uniform(.delivery, entity: entity, attempt: nth)))
      slab[message].openLegs += 1
      let root = slab[message].root
      if spans.isTraced(root) {
        let span = spans.link(root, resource: spec.topics[topic].logicalID, kind: "publish", start: now)
        spans.end(span, at: now + latency)
      }
      switch subscription.endpoint {
      case .function(let function):
        if size > account.asyncPayloadMaxBytes {
          deliveryFailed(message, topic, subscription, "payload too large for its function")
        } else {
          metrics.record(topics[topic].metrics.delivered, 1, at: now + latency)
          acceptAsync(message, for: function, after: latency)
        }
      case .queue:
        pend(
          PendingDelivery(message: message, target: .subscription(topic: topic, index: index), attempt: 1),
          after: latency)
      }
    }
    if subscriptions.isEmpty {
      endLeg(message, .dropped, at: topics[topic].name, "topic without subscription")
    } else if deliveredCount == 0 {
      endLeg(message, .filtered, at: topics[topic].name, "no subscription's filter lets it through")
    } else {
      endLeg(message, .completed, at: topics[topic].name)
    }
  }
}

import Kernel
import Records

struct TopicState {
  let name: ResourceName
  let subscriptions: [SubscriptionState]
  /// [s]
  let deliveryLatency: Distribution
  let published: MetricID
  let publishSize: MetricID
  let delivered: MetricID
  var publishedUnits = 0
  let unitBytes: Int
}

struct SubscriptionState {
  let function: Int
  /// Hash of its logical id: addresses the delivery draws.
  let entity: UInt64
}

extension World {
  /// A topic has accepted a message; every subscription gets a copy of its own.
  ///
  /// Delivery to a function means acceptance by its asynchronous queue, which never refuses: function errors and
  /// throttles are the queue's business. The topic takes over one leg of the message and splits it. Source: fact sheet §5.1.
  mutating func publish(_ message: MessageReference, to topic: Int) {
    let size = Int(slab[message].sizeBytes)
    let unit = topics[topic].unitBytes
    metrics.record(topics[topic].published, 1, at: now)
    metrics.record(topics[topic].publishSize, Double(size), at: now)
    topics[topic].publishedUnits += max(1, (size + unit - 1) / unit)
    let base = address(of: slab[message].root)
    let nth = Int(slab[message].attempts)
    let subscriptions = topics[topic].subscriptions
    for subscription in subscriptions {
      let entity = EntityAddress.combine(base, subscription.entity)
      let latency = SimDuration(
        seconds: topics[topic].deliveryLatency.sample(draws.uniform(.delivery, entity: entity, attempt: nth)))
      slab[message].openLegs += 1
      let root = slab[message].root
      if spans.isTraced(root) {
        let span = spans.link(root, resource: spec.topics[topic].logicalID, kind: "publish", start: now)
        spans.end(span, at: now + latency)
      }
      metrics.record(topics[topic].delivered, 1, at: now + latency)
      acceptAsync(message, for: subscription.function, after: latency)
    }
    endLeg(
      message, subscriptions.isEmpty ? .dropped : .completed, at: topics[topic].name,
      subscriptions.isEmpty ? "topic without subscription" : "")
  }
}

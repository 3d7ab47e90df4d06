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
    let state = topics[topic]
    metrics.record(state.published, 1, at: now)
    metrics.record(state.publishSize, Double(slab[message].sizeBytes), at: now)
    topics[topic].publishedUnits += max(1, (Int(slab[message].sizeBytes) + state.unitBytes - 1) / state.unitBytes)
    let base = address(of: slab[message])
    let nth = Int(slab[message].attempts)
    for subscription in state.subscriptions {
      let entity = EntityAddress.combine(base, subscription.entity)
      let latency = SimDuration(
        seconds: state.deliveryLatency.sample(draws.uniform(.delivery, entity: entity, attempt: nth)))
      slab[message].openLegs += 1
      metrics.record(state.delivered, 1, at: now + latency)
      acceptAsync(message, for: subscription.function, after: latency)
    }
    endLeg(
      message, state.subscriptions.isEmpty ? .dropped : .completed, at: state.name,
      state.subscriptions.isEmpty ? "topic without subscription" : "")
  }
}

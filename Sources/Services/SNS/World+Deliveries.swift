import Kernel
import Records

/// A call that is made at a later time: the delivery of a topic, or a producer's next attempt.
struct PendingDelivery {
  enum Target {
    /// Position in the topic's subscriptions.
    case subscription(topic: Int, index: Int)
    /// A producer outside AWS that sends to a topic or a queue.
    case producer(Destination)
  }
  var message: MessageReference
  var target: Target
  /// From 1.
  var attempt: Int
}

/// Deliveries of topics and what happens when the other side refuses. Source: fact sheet §5.1.
extension World {
  mutating func pend(_ delivery: PendingDelivery, after delay: SimDuration) {
    let slot: Int
    if let free = freeRedeliveries.popLast() {
      slot = free
      redeliveries[free] = delivery
    } else {
      slot = redeliveries.count
      redeliveries.append(delivery)
    }
    schedule(.init(.subscriptionRetry, slot), at: now + delay)
  }

  mutating func redeliver(_ slot: Int) {
    let delivery = redeliveries[slot]
    freeRedeliveries.append(slot)
    switch delivery.target {
    case .subscription(let topic, let index): deliver(delivery, topic, topics[topic].subscriptions[index])
    case .producer(let destination):
      producerSends(delivery.message, to: destination, attempt: delivery.attempt)
    }
  }

  private mutating func deliver(_ delivery: PendingDelivery, _ topic: Int, _ subscription: SubscriptionState)
  {
    guard case .queue(let queue) = subscription.endpoint else {
      preconditionFailure("a function's asynchronous queue takes deliveries at once")
    }
    let size = Int(slab[delivery.message].sizeBytes)
    switch refusal(of: queue, sizeBytes: size) {
    case nil:
      metrics.record(topics[topic].metrics.delivered, 1, at: now)
      send(delivery.message, toQueue: queue, sizeBytes: size)
    case .tooLong:
      // An error of the client: never tried again.
      deliveryFailed(delivery.message, topic, subscription, "message too long for its queue")
    case .unavailable:
      guard let delay = account.deliverySchedule.delay(attempt: delivery.attempt) else {
        deliveryFailed(delivery.message, topic, subscription, "delivery retries used up")
        return
      }
      var next = delivery
      next.attempt += 1
      pend(next, after: delay)
    }
  }

  /// SNS gives a delivery up: to the subscription's dead-letter queue, or it is lost.
  mutating func deliveryFailed(
    _ message: MessageReference, _ topic: Int, _ subscription: SubscriptionState, _ reason: StaticString
  ) {
    metrics.record(topics[topic].metrics.failed, 1, at: now)
    let name = topics[topic].name
    if let queue = subscription.deadLetterQueue,
      deliver(
        message, to: .queue(queue), isMetadataOnly: false, endsAs: .deadLettered, from: name, reason)
    {
      metrics.record(topics[topic].metrics.redriven, 1, at: now)
    } else {
      endLeg(message, .discarded, at: name, reason)
    }
  }

  // MARK: Producers outside AWS

  /// One call of a producer to a topic or a queue, with its SDK's retries; one that gives up loses the message.
  mutating func producerSends(_ message: MessageReference, to destination: Destination, attempt: Int) {
    let size = Int(slab[message].sizeBytes)
    let isPermanent: Bool
    let resource: ResourceName
    let reason: StaticString
    switch destination {
    case .topic(let topic):
      guard let refusal = publishRefusal(sizeBytes: size) else { return publish(message, to: topic) }
      isPermanent = refusal == .tooLong
      resource = topics[topic].name
      reason = isPermanent ? "message too long for a topic" : "publishes over the account's rate"
    case .queue(let queue):
      guard let refusal = refusal(of: queue, sizeBytes: size) else {
        return send(message, toQueue: queue, sizeBytes: size)
      }
      isPermanent = refusal == .tooLong
      resource = queues[queue].name
      reason = isPermanent ? "message too long for its queue" : "queue unavailable"
    default: preconditionFailure("only topics and queues are sent to this way")
    }
    let u = draws.uniform(.backoff, entity: address(of: slab[message]), attempt: attempt)
    if !isPermanent, let delay = account.sdk.delay(attempt: attempt, u: u) {
      pend(
        PendingDelivery(message: message, target: .producer(destination), attempt: attempt + 1), after: delay)
    } else {
      endLeg(message, .dropped, at: resource, reason)
    }
  }
}

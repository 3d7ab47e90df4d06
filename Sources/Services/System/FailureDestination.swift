import Kernel
import Records

/// Where messages go that something has given up, and records of invocations. The integer indexes `SystemSpec`.
package enum FailureDestination: Sendable, Hashable {
  case queue(Int)
  case topic(Int)
  case function(Int)
  case bucket(Int)
  /// An event bus, behind which nothing is modelled.
  case eventBus
}

extension World {
  /// Hands over messages that their service has given up, each with one leg.
  ///
  /// Behind a queue with a consumer, a topic with a subscription or a function, the leg travels on and the message ends
  /// as what becomes of it. Elsewhere it ends here as dead-lettered, with the reason, so that runs settle; a queue keeps
  /// what a handler may receive later. Returns how many could not be handed over: these legs end as discarded.
  ///
  /// - Parameters:
  ///   - isMetadataOnly: A description of the message instead of the message itself.
  ///   - resource: What gave them up.
  @discardableResult
  mutating func sendToFailureDestination(
    _ messages: [MessageReference], _ destination: FailureDestination, isMetadataOnly: Bool,
    from resource: ResourceName, reason: StaticString
  ) -> Int {
    var failedCount = 0
    for message in messages
    where !deliver(
      message, to: destination, isMetadataOnly: isMetadataOnly, endsAs: .deadLettered, from: resource, reason)
    {
      failedCount += 1
      endLeg(message, .discarded, at: resource, reason)
    }
    return failedCount
  }

  /// Hands over one leg of a message; false leaves the leg with the caller: the destination refused it.
  ///
  /// - Parameter outcome: How the leg ends where nothing consumes what arrives.
  mutating func deliver(
    _ message: MessageReference, to destination: FailureDestination, isMetadataOnly: Bool,
    endsAs outcome: Outcome, from resource: ResourceName, _ reason: StaticString
  ) -> Bool {
    let size = isMetadataOnly ? account.failureRecordBytes : Int(slab[message].sizeBytes)
    switch destination {
    case .queue(let queue):
      guard refusal(of: queue, sizeBytes: size) == nil else { return false }
      send(message, toQueue: queue, sizeBytes: size, restsAs: (outcome, resource, reason))
    case .topic(let topic):
      guard size <= account.publishMaxBytes else { return false }
      if topics[topic].subscriptions.isEmpty {
        endLeg(message, outcome, at: resource, reason)
      } else {
        publish(message, to: topic)
      }
    case .function(let function):
      guard size <= account.asyncPayloadMaxBytes else { return false }
      acceptAsync(message, for: function, after: .zero)
    case .bucket(let bucket):
      guard buckets[bucket].isAvailable else { return false }
      let key = "\(resourceNames[resource.rawValue])/\(id(of: slab[message]))"
      buckets[bucket].writeRequests += 1
      storeObject(bucket, key, sizeBytes: size)
      endLeg(message, outcome, at: resource, reason)
    case .eventBus: endLeg(message, outcome, at: resource, reason)
    }
    return true
  }
}

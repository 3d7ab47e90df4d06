import Kernel

extension SystemBuilder {
  mutating func queues() -> [StandardQueue] {
    let redriveTargets = Set(spec.queues.compactMap { $0.redrive?.deadLetterQueue })
    return spec.queues.enumerated().map { index, queue in
      let id = queue.logicalID
      let mappings = spec.queueMappings.indices.filter { spec.queueMappings[$0].queue == index }
      return StandardQueue(
        spec: queue, name: name(id),
        metrics: StandardQueue.Metrics(
          sent: metrics.add("AWS/SQS", id, "NumberOfMessagesSent"),
          received: metrics.add("AWS/SQS", id, "NumberOfMessagesReceived"),
          deleted: metrics.add("AWS/SQS", id, "NumberOfMessagesDeleted"),
          emptyReceives: metrics.add("AWS/SQS", id, "NumberOfEmptyReceives"),
          sentSize: metrics.add("AWS/SQS", id, "SentMessageSize", unit: "Bytes"),
          age: metrics.add("AWS/SQS", id, "ApproximateAgeOfOldestMessage", unit: "Seconds"),
          visible: metrics.addGauge("AWS/SQS", id, "ApproximateNumberOfMessagesVisible"),
          notVisible: metrics.addGauge("AWS/SQS", id, "ApproximateNumberOfMessagesNotVisible"),
          delayed: metrics.addGauge("AWS/SQS", id, "ApproximateNumberOfMessagesDelayed")),
        mappings: mappings, isConsumed: !mappings.isEmpty || queue.isTaken,
        isDeadLetterQueue: redriveTargets.contains(index), inFlightMax: integer(.sqsInFlightMax),
        unitBytes: integer(.priceSqsRequestUnitBytes), state: QueueState(retention: queue.retention))
    }
  }

  mutating func queueMappings() -> [QueueMappingState] {
    spec.queueMappings.map { mapping in
      let queue = spec.queues[mapping.queue]
      let function = spec.functions[mapping.function]
      // Where window and timeout do not fit into the queue's visibility timeout, Lambda asks for more.
      let needed = mapping.batchingWindow + function.timeout
      let visibility =
        needed > queue.visibilityTimeout
        ? needed + seconds(.sqsMappingVisibilityExtraSeconds) : queue.visibilityTimeout
      let idlePollers = mapping.pollers?.minimum ?? integer(.sqsPollersStart)
      return QueueMappingState(
        spec: mapping, name: name(mapping.logicalID), entity: EntityAddress.name(mapping.logicalID),
        visibility: visibility,
        deliveryLatency: .piecewise(
          PiecewiseQuantiles([
            .init(p: 0.1, value: limits.required(.sqsDeliveryP10Seconds)),
            .init(p: 0.5, value: limits.required(.sqsDeliveryP50Seconds)),
            .init(p: 0.9, value: limits.required(.sqsDeliveryP90Seconds)),
            .init(p: 0.99, value: limits.required(.sqsDeliveryP99Seconds)),
          ])),
        payloadMaxBytes: integer(.mappingPayloadMaxBytes),
        recordOverheadBytes: integer(.sqsRecordOverheadBytes), receiveMax: integer(.sqsBatchMax),
        backoffBase: seconds(.sqsThrottleBackoffBaseSeconds),
        backoffMax: seconds(.sqsThrottleBackoffMaxSeconds),
        backoffJitter: limits.required(.sqsThrottleBackoffJitter),
        idlePollers: min(idlePollers, mapping.maximumConcurrency ?? idlePollers),
        longPoll: seconds(.sqsLongPollSeconds), scaling: pollerScaling(mapping), isEnabled: mapping.enabled)
    }
  }

  private func pollerScaling(_ mapping: QueueMappingSpec) -> PollerScaling {
    guard let pollers = mapping.pollers else {
      return PollerScaling(
        start: limits.required(.sqsPollersStart), growthPerMinute: limits.required(.sqsPollersPerMinute),
        maximum: limits.required(.sqsPollersMax))
    }
    let each = limits.required(.sqsProvisionedPollerConcurrency)
    return PollerScaling(
      start: Double(pollers.minimum) * each,
      growthPerMinute: limits.required(.sqsProvisionedPollersPerMinute),
      maximum: Double(pollers.maximum) * each)
  }
}

import Kernel
import Records
import Services
import Testing

/// Subscriptions of queues, filters, retries and dead letters of deliveries. Source: fact sheet §5.
@Suite struct SubscriptionTests {
  /// A topic T with a queue Q behind it that a mapping hands to F, and a dead-letter queue D.
  private func system(
    at times: [Double], bad: Set<Int> = [], change: (inout SystemSpec) -> Void = { _ in }
  ) -> SystemSpec {
    var spec = EngineWorld.system(duration: .minutes(30))
    spec.topics = [TopicSpec(logicalID: "T")]
    spec.queues = [QueueSpec(logicalID: "Q"), QueueSpec(logicalID: "D")]
    spec.subscriptions = [
      SubscriptionSpec(logicalID: "S", topic: 0, endpoint: .queue(0), deadLetterQueue: 1)
    ]
    spec.workloads = [EngineWorld.messages(at: times, bad: bad, to: .topic(0))]
    spec.queueMappings = [QueueMappingSpec(logicalID: "M", queue: 0, function: 0)]
    spec.functions = [EngineWorld.function("F", [])]
    spec.functions[0].timeout = .seconds(20)
    change(&spec)
    return spec
  }

  @Test("A published message reaches the queue after the delivery time, and the function behind it")
  func delivered() {
    let records = EngineWorld.run(system(at: [0, 1]))
    #expect(records.count(.completed) == 2)
    #expect(records.total("T", "NumberOfNotificationsDelivered") == 2)
    #expect(records.total("Q", "NumberOfMessagesSent") == 2)
    #expect(records.messages[0].ended == .zero + .milliseconds(100))
  }

  @Test("A filter keeps messages back; one that no subscription wants ends as filtered")
  func filtered() {
    let records = EngineWorld.run(
      system(at: [0, 1, 2], bad: [1]) {
        $0.subscriptions[0].filter = FilterPattern(.init(field: "bad", tests: [.text("yes")]))
      })
    #expect(records.count(.completed) == 1)
    #expect(records.count(.filtered) == 2)
    #expect(records.total("T", "NumberOfNotificationsFilteredOut") == 2)
    #expect(records.total("Q", "NumberOfMessagesSent") == 1)
  }

  /// Pauses 0, 0, 0, 1, 1 s, then from 1 to 20 s: the first attempt after 30 s is the tenth.
  @Test("During an outage the topic tries again by its schedule, and nothing is lost")
  func outage() {
    let records = EngineWorld.run(
      system(at: [10]) {
        $0.timeline = [
          TimelineEntry(time: .zero, change: .queueOutage(0, true)),
          TimelineEntry(time: .zero + .seconds(40), change: .queueOutage(0, false)),
        ]
      })
    #expect(records.count(.completed) == 1)
    #expect(records.total("T", "NumberOfNotificationsFailed") == 0)
    let schedule = DeliverySchedule.awsEndpoint
    var time = 10.1
    var attempt = 1
    while time < 40 {
      time += schedule.delay(attempt: attempt)!.seconds
      attempt += 1
    }
    #expect(abs(records.messages[0].ended.seconds - time) < 1e-6)
  }

  @Test(
    "A message too long for the queue is an error of the client: to the dead-letter queue, or lost without one"
  )
  func tooLong() {
    let kept = EngineWorld.run(system(at: [0]) { $0.queues[0].maximumMessageSize = 99 })
    #expect(kept.count(.deadLettered) == 1)
    #expect(kept.total("T", "NumberOfNotificationsFailed") == 1)
    #expect(kept.total("T", "NumberOfNotificationsRedrivenToDlq") == 1)
    #expect(kept.total("D", "NumberOfMessagesSent") == 1)
    let lost = EngineWorld.run(
      system(at: [0]) {
        $0.queues[0].maximumMessageSize = 99
        $0.subscriptions[0].deadLetterQueue = nil
      })
    #expect(lost.count(.discarded) == 1)
    #expect(lost.messages[0].reason == "message too long for its queue")
  }

  @Test("Publishes beyond the account's rate are tried again by the producer, then dropped")
  func publishRate() {
    let records = EngineWorld.run(
      system(at: [0, 0, 0]) {
        $0.limits[.snsPublishPerSecond] = 1
        $0.limits[.sdkMaxAttempts] = 2
        $0.limits[.sdkBackoffBaseSeconds] = 0.001
      })
    #expect(records.count(.completed) == 1)
    #expect(records.count(.dropped) == 2)
    #expect(records.workloads[0].reasons.contains { $0.reason == "publishes over the account's rate" })
  }

  @Test("A message over the topic's maximum is refused") func topicMaximum() {
    let records = EngineWorld.run(system(at: [0]) { $0.limits[.snsMessageMaxBytes] = 99 })
    #expect(records.count(.dropped) == 1)
    #expect(records.total("T", "NumberOfMessagesPublished") == 0)
  }
}

/// What becomes of asynchronous events that a function could not handle, and could. Source: fact sheet §4.5.
@Suite struct AsyncDestinationTests {
  private func system(change: (inout SystemSpec) -> Void) -> SystemSpec {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.queues = [QueueSpec(logicalID: "D"), QueueSpec(logicalID: "R")]
    spec.topics = [TopicSpec(logicalID: "T")]
    spec.workloads = [EngineWorld.messages(at: [0, 1], bad: [0], to: .function(0))]
    spec.functions = [
      EngineWorld.function("F", [EngineWorld.failsForBad]), EngineWorld.function("G", []),
    ]
    change(&spec)
    return spec
  }

  @Test("Without a destination a failing event is lost after three attempts; with one it is kept")
  func deadLetters() {
    #expect(EngineWorld.run(system { _ in }).count(.discarded) == 1)
    let records = EngineWorld.run(system { $0.functions[0].deadLetterTarget = .queue(0) })
    #expect(records.count(.deadLettered) == 1)
    #expect(records.count(.completed) == 1)
    #expect(records.total("F", "Invocations") == 4)
    #expect(records.total("D", "NumberOfMessagesSent") == 1)
    #expect(records.messages.last?.ended == .zero + .seconds(180))
  }

  @Test("A failed write to the dead-letter queue loses the event and is counted")
  func deadLetterErrors() {
    let records = EngineWorld.run(
      system {
        $0.functions[0].deadLetterTarget = .queue(0)
        $0.timeline = [TimelineEntry(time: .zero, change: .queueOutage(0, true))]
      })
    #expect(records.count(.discarded) == 1)
    #expect(records.total("F", "DeadLetterErrors") == 1)
  }

  @Test("A function as on-failure destination handles the event, which ends as what becomes of it")
  func onFailure() {
    let records = EngineWorld.run(system { $0.functions[0].onFailure = .function(1) })
    #expect(records.count(.completed) == 2)
    #expect(records.total("G", "Invocations") == 1)
  }

  @Test("A record of success goes to its destination and leaves the outcome as it is")
  func onSuccess() {
    let records = EngineWorld.run(
      system {
        $0.functions[0].onSuccess = .queue(1)
        $0.functions[0].onFailure = .topic(0)
      })
    #expect(records.total("R", "NumberOfMessagesSent") == 1)
    #expect(records.count(.completed) == 1)
    // Nobody subscribes to the topic.
    #expect(records.count(.deadLettered) == 1)
  }

  @Test("A payload over the limit of asynchronous events is refused") func payload() {
    let records = EngineWorld.run(system { $0.limits[.lambdaAsyncPayloadMaxBytes] = 99 })
    #expect(records.count(.dropped) == 2)
    #expect(records.total("F", "Invocations") == 0)
  }
}

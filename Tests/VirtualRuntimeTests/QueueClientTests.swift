import HandlerKit
import Kernel
import Records
import Services
import Synchronization
import Testing
import VirtualRuntime

/// The SQS client and event against the engine's own queue.
@Suite struct QueueClientTests {
  private func run(
    _ count: Int, isScheduled: Bool, _ handler: @escaping @Sendable () -> any LambdaHandler
  ) throws -> RunRecords {
    var system = makeSystem(["script"])
    system.limits = .bucketTest
    for (name, value) in [
      (LimitName.sqsBatchMax, 10.0), (.sqsInFlightMax, 1000), (.sqsPollersStart, 5), (.sqsPollersMax, 10),
      (.sqsLongPollSeconds, 20), (.mappingPayloadMaxBytes, 6_291_456), (.priceSqsRequestUnitBytes, 65_536),
      (.sqsThrottleBackoffMaxSeconds, 30), (.sqsThrottleBackoffBaseSeconds, 1),
    ] { system.limits[name] = value }
    system.queues = [
      QueueSpec(
        logicalID: "Jobs", visibilityTimeout: .seconds(90),
        redrive: .init(deadLetterQueue: 1, maxReceiveCount: 2)),
      QueueSpec(logicalID: "Dead"),
    ]
    system.workloads = [
      WorkloadSpec(name: "jobs", destination: .queue(0), arrivals: .backlog(count: count, sendRate: nil))
    ]
    if isScheduled {
      system.schedules = [ScheduleSpec(logicalID: "Tick", expression: .rate(minutes: 1), function: 0)]
      system.timeline = [TimelineEntry(time: .zero + .minutes(10), change: .scheduleEnabled(0, false))]
    } else {
      var mapping = QueueMappingSpec(logicalID: "Map", queue: 0, function: 0)
      mapping.batchingWindow = .seconds(1)
      mapping.reportsItemFailures = true
      system.queueMappings = [mapping]
    }
    let registry: HandlerRegistry = ["script": { _ in handler() }]
    let host = try HandlerHost(registry: registry, system: system)
    return Simulation(system, replication: 0, host: host).run()
  }

  private struct Reports: LambdaHandler {
    func handle(_ event: SQSEvent, context: Context) async throws -> SQSBatchResponse {
      SQSBatchResponse(
        batchItemFailures: event.records.filter { $0.messageID == "jobs-2" }.map {
          BatchItemFailure(itemIdentifier: $0.messageID)
        })
    }
  }

  @Test("A batch response leaves the named message in the queue and deletes the others")
  func batchResponse() throws {
    let records = try run(4, isScheduled: false) { Reports() }
    #expect(records.workloads[0].books[0][.completed] == 3)
    #expect(records.workloads[0].books[0][.deadLettered] == 1)
    #expect(records.workloads[0].books[0].deliveries == 5)
  }

  @Test("A scheduled handler drains a queue: what it deletes is done, what it does not comes again")
  func drains() throws {
    let counts = Mutex<[Int]>([])
    let records = try run(13, isScheduled: true) {
      Script { _, context in
        let messages = try await context.sqs.receive("Jobs", max: 10)
        counts.withLock { $0.append(messages.count) }
        let kept = messages.filter { $0.id == "jobs-3" }
        if kept.first?.receiptHandle?.receiveCount == 1 {
          try await context.sqs.changeVisibility("Jobs", kept, timeout: .seconds(200))
          try await context.sqs.delete("Jobs", messages.filter { $0.id != "jobs-3" })
        } else {
          try await context.sqs.delete("Jobs", messages)
        }
      }
    }
    #expect(records.workloads[0].books[0][.completed] == 13)
    // At 1, 2 and 5 minutes; the message that was hidden for 200 s is visible again by then.
    #expect(counts.withLock { $0.prefix(5) } == [10, 3, 0, 0, 1])
  }

  @Test("Messages sent by a handler wait for their delay, and are new ones about the same item")
  func sends() throws {
    let records = try run(1, isScheduled: true) {
      Script { _, context in
        let messages = try await context.sqs.receive("Jobs")
        for message in messages {
          try await context.sqs.send("Dead", OutgoingEntry(passing: message), delay: .seconds(5))
        }
        try await context.sqs.delete("Jobs", messages)
      }
    }
    // It travels on in a queue that nothing reads.
    #expect(records.workloads[0].books[0][.open] == 1)
  }
}

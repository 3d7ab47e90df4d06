import Kernel
import Records
import Services
import Testing

/// Queues and the mappings that read them, on small systems worked out by hand. Source: fact sheet §3, §6.
@Suite struct QueueTests {
  /// A queue Q with a mapping M to a function F, and a dead-letter queue D that nothing reads.
  private func system(
    at times: [Double], bad: Set<Int> = [], maxReceiveCount: Int? = 3, visibility: SimDuration = .seconds(60),
    reserved: Int? = nil, duration: SimDuration = .minutes(10), steps: [Step] = [EngineWorld.failsForBad],
    mapping change: (inout QueueMappingSpec) -> Void = { _ in }
  ) -> SystemSpec {
    var spec = EngineWorld.system(duration: duration)
    spec.queues = [
      QueueSpec(
        logicalID: "Q", visibilityTimeout: visibility,
        redrive: maxReceiveCount.map { .init(deadLetterQueue: 1, maxReceiveCount: $0) }),
      QueueSpec(logicalID: "D"),
    ]
    spec.workloads = [EngineWorld.messages(at: times, bad: bad, to: .queue(0))]
    var mapping = QueueMappingSpec(logicalID: "M", queue: 0, function: 0)
    change(&mapping)
    spec.queueMappings = [mapping]
    var function = EngineWorld.function("F", reserved: reserved, steps)
    function.timeout = .seconds(20)
    spec.functions = [function]
    return spec
  }

  @Test("A message is received, handled once and deleted")
  func handled() {
    let records = EngineWorld.run(system(at: [0, 1, 2]))
    #expect(records.count(.completed) == 3)
    #expect(records.total("Q", "NumberOfMessagesSent") == 3)
    #expect(records.total("Q", "NumberOfMessagesReceived") == 3)
    #expect(records.total("Q", "NumberOfMessagesDeleted") == 3)
    #expect(records.total("F", "Invocations") == 3)
    #expect(records.ending == .settled)
  }

  /// Seen at 0, 60 and 120 s; the receive at 180 s finds the count exhausted and moves the message.
  @Test("A message that always fails goes to the dead-letter queue on the receive after the last one")
  func deadLettered() {
    let records = EngineWorld.run(system(at: [0], bad: [0]))
    #expect(records.count(.deadLettered) == 1)
    #expect(records.total("F", "Invocations") == 3)
    #expect(records.total("F", "Errors") == 3)
    #expect(records.workloads[0].books[0].deliveries == 3)
    #expect(records.messages[0].ended == .zero + .seconds(180))
    #expect(records.messages[0].lastResource == "Q")
    #expect(records.messages[0].reason == "maxReceiveCount exceeded")
    // A move is no send.
    #expect(records.total("D", "NumberOfMessagesSent") == 0)
    #expect(records.points("D", "ApproximateNumberOfMessagesVisible").last?.maximum == 1)
  }

  @Test("Without a redrive policy a failing message comes again until its retention ends")
  func expires() {
    var spec = system(at: [0], bad: [0], maxReceiveCount: nil)
    spec.queues[0].retention = .seconds(250)
    let records = EngineWorld.run(spec)
    // Handled at 0, 60, 120, 180 and 240 s; in flight when retention ends, and looked at when it reappears.
    #expect(records.total("F", "Invocations") == 5)
    #expect(records.count(.expired) == 1)
    #expect(records.messages[0].ended == .zero + .seconds(300))
  }

  @Test("A dead letter keeps the time of its first send: retention does not start again")
  func deadLetterRetention() {
    var spec = system(at: [0], bad: [0])
    spec.queues[1].retention = .seconds(200)
    // A mapping that is off makes the dead-letter queue a consumed one: its messages stay open.
    var replay = QueueMappingSpec(logicalID: "R", queue: 1, function: 0)
    replay.enabled = false
    spec.queueMappings.append(replay)
    let records = EngineWorld.run(spec)
    #expect(records.count(.expired) == 1)
    #expect(records.messages[0].ended == .zero + .seconds(200))
    #expect(records.messages[0].lastResource == "D")
  }

  @Test("A mapping that the timeline switches on replays dead letters")
  func replays() {
    var spec = system(at: [0], bad: [0])
    var replay = QueueMappingSpec(logicalID: "R", queue: 1, function: 1)
    replay.enabled = false
    spec.queueMappings.append(replay)
    spec.functions.append(EngineWorld.function("G", []))
    spec.timeline = [TimelineEntry(time: .zero + .minutes(5), change: .queueMappingEnabled(1, true))]
    let records = EngineWorld.run(spec)
    #expect(records.count(.completed) == 1)
    #expect(records.total("G", "Invocations") == 1)
    #expect(records.messages[0].ended == .zero + .minutes(5))
  }

  @Test("A partial batch response deletes what succeeded and leaves the rest")
  func partialBatch() {
    let records = EngineWorld.run(
      system(at: [0, 0, 0, 0], bad: [2]) { mapping in
        mapping.reportsItemFailures = true
        mapping.batchingWindow = .seconds(1)
      })
    #expect(records.count(.completed) == 3)
    #expect(records.count(.deadLettered) == 1)
    // One batch of four, then the bad message alone twice.
    #expect(records.total("F", "Invocations") == 3)
    #expect(records.workloads[0].books[0].deliveries == 6)
    #expect(records.total("F", "Errors") == 0)
  }

  @Test("A window collects a batch, and a full batch does not wait for its end")
  func window() {
    let two = EngineWorld.run(
      system(at: [0, 4, 11]) { $0.batchingWindow = .seconds(10) })
    // [0, 4] at 10 s, [11] at 21 s.
    #expect(two.total("F", "Invocations") == 2)
    #expect(two.messages.map { $0.ended.seconds } == [10, 10, 21])
    let full = EngineWorld.run(
      system(at: [0, 4, 11]) {
        $0.batchingWindow = .seconds(300)
        $0.batchSize = 2
      })
    #expect(full.messages.map { $0.ended.seconds }.prefix(2) == [4, 4])
  }

  @Test("Messages that the filter does not let through are deleted without an invocation")
  func filtered() {
    let records = EngineWorld.run(
      system(at: [0, 1, 2], bad: [1], steps: []) {
        $0.filter = FilterPattern(.init(field: "bad", tests: [.text("yes")]))
      })
    #expect(records.count(.completed) == 1)
    #expect(records.count(.filtered) == 2)
    #expect(records.total("F", "Invocations") == 1)
    #expect(records.total("Q", "NumberOfMessagesDeleted") == 3)
  }

  @Test("A delay hides a new message")
  func delayed() {
    var spec = system(at: [0])
    spec.queues[0].delay = .seconds(90)
    let records = EngineWorld.run(spec)
    #expect(records.messages[0].ended == .zero + .seconds(90))
    #expect(records.points("Q", "ApproximateNumberOfMessagesDelayed").first?.maximum == 1)
  }

  /// Received at 60 s and again at 120 s; the delete at 130 s comes with the older receipt, that at 190 s counts.
  @Test(
    "A handler slower than the visibility timeout sees its message twice, and the newest receipt deletes it")
  func visibilityTooShort() {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.timeline = [TimelineEntry(time: .zero + .seconds(150), change: .scheduleEnabled(0, false))]
    var queue = QueueSpec(logicalID: "Q", visibilityTimeout: .seconds(30))
    queue.isTaken = true
    spec.queues = [queue]
    spec.workloads = [EngineWorld.messages(at: [1], to: .queue(0))]
    spec.functions = [
      EngineWorld.function("F", scope: .perInvocation, [.receive(queue: 0, max: 1), .sleep(.constant(70))])
    ]
    spec.schedules = [ScheduleSpec(logicalID: "R", expression: .rate(minutes: 1), function: 0)]
    let records = EngineWorld.run(spec)
    #expect(records.total("Q", "NumberOfMessagesReceived") == 2)
    #expect(records.total("Q", "NumberOfMessagesDeleted") == 1)
    #expect(records.count(.completed) == 1)
    #expect(records.messages[0].ended == .zero + .seconds(190))
  }

  @Test("Where window and timeout do not fit into the visibility timeout, the mapping asks for a longer one")
  func longerVisibility() {
    var spec = system(at: [0], visibility: .seconds(20), steps: [.sleep(.constant(18))])
    spec.queueMappings[0].batchingWindow = .seconds(5)
    #expect(EngineWorld.run(spec).total("F", "Invocations") == 1)
  }

  /// Handler 10 s, reserved concurrency 2: of five batches in hand three are throttled until their visibility ends.
  @Test("Over-pull under reserved concurrency 2 sends good messages to the dead-letter queue")
  func overPull() {
    let times = Array(repeating: 0.0, count: 400)
    let steps = [Step.sleep(.constant(10))]
    let pulled = EngineWorld.run(
      system(at: times, reserved: 2, duration: .minutes(1), steps: steps) { $0.batchSize = 1 })
    #expect(pulled.count(.deadLettered) > 0)
    #expect(pulled.count(.deadLettered) + pulled.count(.completed) == 400)
    #expect(pulled.total("F", "Errors") == 0)
    #expect(pulled.total("F", "Throttles") > 0)
    let limited = EngineWorld.run(
      system(at: times, duration: .minutes(1), steps: steps) {
        $0.batchSize = 1
        $0.maximumConcurrency = 2
      })
    #expect(limited.count(.completed) == 400)
    #expect(limited.total("F", "Throttles") == 0)
    #expect(limited.station("F")?.peak == 2)
    // 400 messages of 10 s, two at a time.
    #expect(limited.messages.map(\.ended).max() == .zero + .seconds(2000))
  }

  @Test("335 run at a time after 5.5 minutes of backlog at +60 a minute. Source: fact sheet §17")
  func growth() {
    var spec = system(at: [], duration: .minutes(7), steps: [.sleep(.constant(15))]) { $0.batchSize = 1 }
    // Six minutes take about 5,200 of them.
    spec.workloads = [EngineWorld.backlog(10_000, to: .queue(0))]
    spec.run.drain = .minutes(1)
    let records = EngineWorld.run(spec)
    let peaks = records.points("F", "ConcurrentExecutions").map(\.maximum)
    // Minute 5 ends at 6 min with 365; half a minute before 335 ran.
    #expect(peaks[0] >= 64 && peaks[0] <= 65)
    #expect(peaks[4] >= 304 && peaks[4] <= 305)
    #expect(peaks[5] >= 364 && peaks[5] <= 365)
  }

  @Test("An idle mapping costs no events: its empty receives are counted, and billed")
  func idle() {
    let records = EngineWorld.run(system(at: [0], duration: .hours(24)))
    // Five long polls of 20 s each.
    let expected = 24.0 * 60 * 15
    #expect(abs(records.total("Q", "NumberOfEmptyReceives") - expected) < 5)
    let requests = records.usage.first { $0.service == "SQS" }!.quantity * 1e6
    #expect(abs(requests - expected - 3) < 5)
    // One event a minute is the clock's own.
    #expect(records.eventCount < 24 * 60 + 20)
  }

  @Test("A step takes messages from a queue: deleted when the handler succeeds, visible again when it fails")
  func taken() {
    var spec = EngineWorld.system(duration: .minutes(10))
    var queue = QueueSpec(logicalID: "Q", visibilityTimeout: .seconds(90))
    queue.isTaken = true
    spec.queues = [queue]
    spec.workloads = [EngineWorld.messages(at: [1, 2, 3], to: .queue(0))]
    spec.functions = [
      EngineWorld.function(
        "F", retries: 0, scope: .perInvocation,
        [.receive(queue: 0, max: 2), .sleep(.constant(1)), EngineWorld.fails])
    ]
    spec.schedules = [ScheduleSpec(logicalID: "R", expression: .rate(minutes: 1), function: 0)]
    let failing = EngineWorld.run(spec)
    #expect(failing.count(.completed) == 0)
    #expect(failing.total("Q", "NumberOfMessagesDeleted") == 0)
    spec.functions[0] = EngineWorld.function(
      "F", retries: 0, scope: .perInvocation, [.receive(queue: 0, max: 2), .sleep(.constant(1))])
    let draining = EngineWorld.run(spec)
    #expect(draining.count(.completed) == 3)
    #expect(draining.total("Q", "NumberOfMessagesReceived") == 3)
    #expect(draining.ending == .settled)
  }

  @Test("The age of the oldest message grows until it is deleted, and leaves out poison")
  func age() {
    var spec = system(at: [0], bad: [0], maxReceiveCount: nil, visibility: .seconds(100))
    spec.queues[0].retention = .hours(1)
    let records = EngineWorld.run(spec)
    let ages = records.points("Q", "ApproximateAgeOfOldestMessage").map(\.maximum)
    // Received at 0, 100 and 200 s: from then on it no longer counts.
    #expect(Array(ages.prefix(5)) == [60, 120, 180, 0, 0])
  }

  @Test("A message over the queue's maximum is refused at once")
  func tooLong() {
    var spec = system(at: [0])
    spec.queues[0].maximumMessageSize = 99
    let records = EngineWorld.run(spec)
    #expect(records.count(.dropped) == 1)
    #expect(records.messages[0].reason == "message too long for its queue")
  }
}

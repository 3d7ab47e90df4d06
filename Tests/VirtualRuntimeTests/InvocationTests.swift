import HandlerKit
import Kernel
import Services
import Testing
import VirtualRuntime

private struct Typed: LambdaHandler {
  func handle(_ event: KinesisEvent, context: Context) async throws -> StreamsEventResponse {
    context.logger.info(
      "\(event.stream)/\(event.shard)", metadata: ["first": "\(event.records[0].sequenceNumber)"])
    return StreamsEventResponse(batchItemFailures: [.init(itemIdentifier: "1")])
  }
}

@Suite struct InvocationTests {
  @Test func `an event carries its messages`() throws {
    let log = Log()
    let host = try makeHost { event, context in
      for message in event.messages {
        log.add(
          "\(message.id) \(message.sizeBytes) \(message.fields.text("country") ?? "-") "
            + "\(message.fields.number("price") ?? 0) \(message.sequenceNumber) \(message.fields.names)")
      }
      log.add("\(context.requestID) \(context.memoryLimit) \(context.attempt)")
    }
    let world = VirtualWorld()
    host.start(makeInvocation(4, messages: [makeMessage(1), makeMessage(2)], attempt: 3))
    world.run(host)
    #expect(
      log.lines == [
        #"orders-1 2048 allowed 9.0 1 ["country", "price"]"#,
        #"orders-2 2048 allowed 9.0 2 ["country", "price"]"#,
        "Function-4 256 3",
      ])
  }

  @Test func `calls are about the only message, or about the one that the handler names`() throws {
    let host = try makeHost { event, context in
      try await context.partner("EmailApi").request()
      for message in event.messages { try await context.about(message).partner("EmailApi").request() }
    }
    func references(_ messages: [HandlerMessage]) -> [UInt32?] {
      let world = VirtualWorld()
      host.start(makeInvocation(1, messages: messages))
      world.run(host)
      return world.requests.map {
        guard case .partnerCall(_, let message, _, _, _, _) = $0 else { return nil }
        return message?.slot
      }
    }
    #expect(references([makeMessage(5)]) == [5, 5])
    #expect(references([makeMessage(5), makeMessage(6)]) == [nil, 5, 6])
  }

  @Test func `a typed handler gets its records and may log`() throws {
    let host = try makeHost(["typed": { _ in Typed() }])
    let world = VirtualWorld()
    host.start(makeInvocation(1, messages: [makeMessage(1)], source: .stream(name: "OrderStream", shard: 2)))
    world.run(host)
    #expect(world.notes == ["info: OrderStream/2 first=1"])
    #expect(world.finished == [.init(invocation: 1, time: .zero, error: nil, failedItems: ["1"])])
  }

  @Test func `an event of the wrong source is a function error`() throws {
    let host = try makeHost(["typed": { _ in Typed() }])
    let world = VirtualWorld()
    host.start(makeInvocation(1, messages: [makeMessage(1)], source: .topic(name: "OrdersTopic")))
    world.run(host)
    #expect(world.finished.first?.error == "EventMismatch")
  }

  @Test(arguments: [
    (OperationResult.partner(status: 429), "ZipUrlApi answered 429"),
    (.partner(status: 500), "ZipUrlApi answered 500"),
    (.clientFault(name: "parse-error"), "parse-error"), (.timedOut, "ZipUrlApi timed out"),
    (.serviceError(code: "ProvisionedThroughputExceededException"), "ProvisionedThroughputExceededException"),
    (.conditionFailed, "ConditionalCheckFailedException"),
  ])
  func `what a handler does not catch is the invocation's error`(_ answer: OperationResult, _ name: String)
    throws
  {
    let host = try makeHost { _, context in try await context.partner("ZipUrlApi").request() }
    let world = VirtualWorld()
    world.partnerAnswers = [1: answer]
    host.start(makeInvocation(1))
    world.run(host)
    #expect(world.finished == [.init(invocation: 1, time: SimTime.zero + .seconds(1), error: name)])
  }

  @Test func `an unknown resource is an error with the nearest name`() throws {
    let log = Log()
    let host = try makeHost { _, context in
      do { _ = try await context.dynamoDB.getItem("OrdersTabel", key: "k") } catch { log.add("\(error)") }
      do { _ = try await context.partner("Bank").request() } catch { log.add("\(error)") }
    }
    let world = VirtualWorld()
    host.start(makeInvocation(1))
    world.run(host)
    #expect(log.lines == ["no table named 'OrdersTabel'; nearest: OrdersTable", "no partner named 'Bank'"])
  }

  @Test func `a conditional write that fails is an error of its own type`() throws {
    let log = Log()
    let host = try makeHost { _, context in
      let item = Item(key: "k", attributes: ["a": 1], sizeBytes: 100)
      try await context.dynamoDB.putItem("OrdersTable", item, condition: .itemNotExists)
      log.add("\(try await context.dynamoDB.getItem("OrdersTable", key: "k")?["a"]?.number ?? 0)")
      do {
        try await context.dynamoDB.putItem("OrdersTable", item, condition: .itemNotExists)
      } catch is ConditionalCheckFailedException { log.add("exists") }
    }
    let world = VirtualWorld()
    host.start(makeInvocation(1))
    world.run(host)
    #expect(log.lines == ["1.0", "exists"])
  }

  @Test func `a handler over its timeout is cancelled, and what it does later has no effect`() throws {
    let log = Log()
    let host = try makeHost { _, context in
      do { try await context.clock.sleep(for: .seconds(100)) } catch { log.add("\(type(of: error))") }
      do { try await context.partner("EmailApi").request() } catch { log.add("\(type(of: error))") }
      context.logger.info("never seen")
    }
    let world = VirtualWorld()
    host.start(makeInvocation(1))
    host.start(makeInvocation(2))
    world.run(host, until: SimTime.zero + .seconds(60))
    host.kill(InvocationID(rawValue: 1))
    world.run(host, until: SimTime.zero + .seconds(60))
    #expect(log.lines == ["CancellationError", "CancellationError"])
    #expect(world.finished.isEmpty && world.notes.isEmpty)
    #expect(host.stalledInvocations.isEmpty)
    world.run(host)
    #expect(world.finished.map(\.invocation) == [2])
    #expect(world.requests.count == 3)
  }

  @Test func `children of a killed handler are cancelled too`() throws {
    let log = Log()
    let host = try makeHost { _, context in
      await withTaskGroup(of: Void.self) { group in
        for i in 1...3 {
          group.addTask {
            do { try await context.clock.sleep(for: .seconds(100)) } catch { log.add("\(i)") }
          }
        }
      }
      log.add("unwound")
    }
    let world = VirtualWorld()
    host.start(makeInvocation(1))
    world.run(host, until: SimTime.zero + .seconds(1))
    host.kill(InvocationID(rawValue: 1))
    world.run(host)
    #expect(log.lines == ["1", "2", "3", "unwound"])
    #expect(world.finished.isEmpty)
  }

  @Test func `a killed handler that tries for ever does not hold the simulation`() throws {
    let host = try makeHost { _, context in
      while true { try? await context.clock.sleep(for: .seconds(100)) }
    }
    let world = VirtualWorld()
    host.start(makeInvocation(1))
    world.run(host, until: SimTime.zero + .seconds(1))
    host.kill(InvocationID(rawValue: 1))
    world.run(host)
    #expect(!host.hasReadyJobs)
    #expect(world.requests.count == 1)
  }

  @Test func `killing before the start runs nothing`() throws {
    let log = Log()
    let host = try makeHost { _, _ in log.add("ran") }
    let world = VirtualWorld()
    host.start(makeInvocation(1))
    host.kill(InvocationID(rawValue: 1))
    world.run(host)
    #expect(log.lines.isEmpty && world.finished.isEmpty)
  }

  @Test func `answers for unknown operations are ignored`() throws {
    let host = try makeHost { _, context in try await context.clock.sleep(for: .seconds(1)) }
    let world = VirtualWorld()
    host.resume(OperationID(rawValue: 99), with: .done)
    host.start(makeInvocation(1))
    world.run(host)
    #expect(world.finished.count == 1)
  }

  @Test func `a task that outlives its invocation cannot act any more`() throws {
    let log = Log()
    let host = try makeHost { _, context in
      Task {
        do { try await context.clock.sleep(for: .seconds(5)) } catch { log.add("\(type(of: error))") }
        try await context.partner("EmailApi").request()
        log.add("never")
      }
      try await context.clock.sleep(for: .seconds(1))
    }
    let world = VirtualWorld()
    host.start(makeInvocation(1))
    world.run(host)
    #expect(log.lines == ["CancellationError"])
    #expect(!world.journal.contains { $0.contains("partner") })
  }

  @Test func `slots are used again and operations found among thousands`() throws {
    let host = try makeHost { event, context in
      try await context.clock.sleep(for: .seconds(event.messages[0].sequenceNumber))
    }
    let world = VirtualWorld()
    for round in 0..<3 {
      for i in 0..<300 {
        host.start(makeInvocation(UInt64(round * 1000 + i), messages: [makeMessage((i * 7919) % 300 + 1)]))
      }
      world.run(host)
    }
    #expect(world.finished.count == 900)
    #expect(world.finished.allSatisfy { $0.error == nil })
  }
}

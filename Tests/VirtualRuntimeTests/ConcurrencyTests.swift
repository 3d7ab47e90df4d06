import HandlerKit
import Kernel
import Services
import Testing
import VirtualRuntime

/// Keeps what handlers saw, in the order they saw it. Confined to the thread of one simulation.
final class Log: @unchecked Sendable {
  private(set) var lines: [String] = []
  func add(_ line: String) { lines.append(line) }
}

private actor Counter {
  var values: [Int] = []
  func add(_ value: Int) { values.append(value) }
  /// Lets other callers in at the await.
  func addAfter(_ value: Int, _ clock: HandlerClock) async throws {
    try await clock.sleep(for: .seconds(value))
    values.append(value)
  }
}

@Suite struct ConcurrencyTests {
  private func run(_ body: @escaping @Sendable (TriggerEvent, Context) async throws -> Void) throws
    -> VirtualWorld
  {
    let world = VirtualWorld()
    let host = try makeHost(body)
    host.start(makeInvocation(1))
    world.run(host)
    #expect(host.stalledInvocations.isEmpty)
    return world
  }

  @Test func `sleeping takes virtual time only`() throws {
    let log = Log()
    let world = try run { _, context in
      try await context.clock.sleep(for: .seconds(30))
      log.add("\(context.clock.now.nanoseconds) \(context.remainingTime)")
    }
    #expect(log.lines == ["30000000000 30.0 seconds"])
    #expect(world.finished == [.init(invocation: 1, time: SimTime.zero + .seconds(30), error: nil)])
  }

  @Test func `sleepers wake in order of time, then of falling asleep`() throws {
    let log = Log()
    _ = try run { _, context in
      await withThrowingTaskGroup(of: Void.self) { group in
        for (name, seconds) in [("a", 3), ("b", 1), ("c", 2), ("d", 1)] {
          group.addTask {
            try await context.clock.sleep(for: .seconds(seconds))
            log.add(name)
          }
        }
      }
    }
    #expect(log.lines == ["b", "d", "c", "a"])
  }

  @Test func `an unstructured task runs in the simulation`() throws {
    let log = Log()
    let world = try run { _, context in
      let task = Task {
        try await context.clock.sleep(for: .seconds(2))
        log.add("task \(context.clock.now.nanoseconds)")
      }
      log.add("handler \(context.clock.now.nanoseconds)")
      try await task.value
    }
    #expect(log.lines == ["handler 0", "task 2000000000"])
    #expect(world.finished.first?.time == SimTime.zero + .seconds(2))
  }

  @Test func `async let overlaps its calls`() throws {
    let world = try run { _, context in
      async let one = context.partner("ZipUrlApi").request()
      async let two = context.partner("EmailApi").request()
      _ = try await (one, two)
    }
    #expect(world.finished.first?.time == SimTime.zero + .seconds(1))
    #expect(world.requests.count == 2)
  }

  @Test func `a group of calls takes as long as its longest`() throws {
    let world = try run { _, context in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for seconds in 1...50 { group.addTask { try await context.clock.sleep(for: .seconds(51 - seconds)) } }
        try await group.waitForAll()
      }
    }
    #expect(world.finished.first?.time == SimTime.zero + .seconds(50))
  }

  @Test func `an actor takes turns in order of arrival`() throws {
    let counter = Counter()
    let log = Log()
    _ = try run { _, context in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for value in [3, 1, 2] { group.addTask { try await counter.addAfter(value, context.clock) } }
        for value in [10, 11, 12] { group.addTask { await counter.add(value) } }
        try await group.waitForAll()
      }
      log.add("\(await counter.values)")
    }
    #expect(log.lines == ["[10, 11, 12, 1, 2, 3]"])
  }

  @Test func `AsyncStream hands values over in virtual time`() throws {
    let log = Log()
    _ = try run { _, context in
      let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
      let producer = Task {
        for value in 1...3 {
          try await context.clock.sleep(for: .seconds(1))
          continuation.yield(value)
        }
        continuation.finish()
      }
      for await value in stream { log.add("\(value)@\(context.clock.now.nanoseconds / 1_000_000_000)") }
      try await producer.value
    }
    #expect(log.lines == ["1@1", "2@2", "3@3"])
  }

  @Test func `a cancelled child task stops waiting at once`() throws {
    let log = Log()
    let world = try run { _, context in
      await withTaskGroup(of: String.self) { group in
        group.addTask {
          do {
            try await context.partner("ZipUrlApi").request()
            return "answered"
          } catch { return "gave up: \(error is CancellationError)" }
        }
        group.addTask {
          try? await context.clock.sleep(for: .milliseconds(300))
          return "timeout"
        }
        log.add(await group.next()!)
        group.cancelAll()
        log.add(await group.next()!)
      }
    }
    #expect(log.lines == ["timeout", "gave up: true"])
    #expect(world.finished == [.init(invocation: 1, time: SimTime.zero + .milliseconds(300), error: nil)])
  }

  @Test func `a call in a task that is cancelled already is never made`() throws {
    let log = Log()
    let world = try run { _, context in
      let task = Task {
        while !Task.isCancelled { try? await context.clock.sleep(for: .seconds(1)) }
        do { try await context.partner("ZipUrlApi").request() } catch { log.add("\(type(of: error))") }
      }
      try await context.clock.sleep(for: .milliseconds(10))
      task.cancel()
      await task.value
    }
    #expect(log.lines == ["CancellationError"])
    #expect(!world.journal.contains { $0.contains("partner") })
  }

  @Test func `an answer given from inside the call arrives`() throws {
    let world = VirtualWorld()
    let host = try makeHost { _, context in
      for _ in 0..<3 { try await context.clock.sleep(for: .seconds(1)) }
      async let other: Void = context.clock.sleep(for: .seconds(1))
      try await other
    }
    world.answersAtOnce = { host.resume($0, with: $1) }
    host.start(makeInvocation(1))
    world.run(host)
    #expect(world.finished.count == 1)
  }
}

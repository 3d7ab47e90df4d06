import HandlerKit
import Kernel
import Services
import Synchronization
import Testing
import VirtualRuntime

@Suite struct StallTests {
  @Test func `a handler that waits for something outside is named`() throws {
    let host = try makeHost { event, context in
      if event.messages.isEmpty {
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
      } else {
        try await context.clock.sleep(for: .seconds(10))
      }
    }
    let world = VirtualWorld()
    host.start(makeInvocation(7))
    host.start(makeInvocation(8, messages: [makeMessage(1)]))
    host.start(makeInvocation(9))
    world.run(host, until: SimTime.zero + .seconds(1))
    #expect(host.stalledInvocations == [InvocationID(rawValue: 7), InvocationID(rawValue: 9)])
    #expect(host.stallHint.contains("outside virtual time"))
    world.run(host)
    #expect(world.finished.map(\.invocation) == [8])
    #expect(host.stalledInvocations.count == 2)
  }

  @Test(.timeLimit(.minutes(1)))
  func `Task.sleep is a stall and stays one after it has woken up`() async throws {
    let (wakings, waking) = AsyncStream<Void>.makeStream()
    let host = try makeHost { _, _ in
      try await Task.sleep(for: .milliseconds(20))
      waking.yield()
    }
    let world = VirtualWorld()
    host.start(makeInvocation(1))
    world.run(host)
    #expect(host.stalledInvocations == [InvocationID(rawValue: 1)])
    // Waited for without keeping a thread, which the handler needs to wake up on.
    for await _ in wakings { break }
    world.run(host)
    #expect(host.stalledInvocations == [InvocationID(rawValue: 1)])
    #expect(world.finished.isEmpty)
  }

  @Test func `a handler on the main actor is a stall`() throws {
    // Held until the test has looked: a main thread that is done before the handler waits leaves nothing to see.
    let gate = Gate()
    defer { gate.open() }
    let host = try makeHost { _, _ in await Task { @MainActor in gate.wait() }.value }
    let world = VirtualWorld()
    host.start(makeInvocation(1))
    world.run(host)
    #expect(host.stalledInvocations == [InvocationID(rawValue: 1)])
    #expect(world.finished.isEmpty)
  }

  @Test func `nothing is stalled while handlers wait for answers`() throws {
    let host = try makeHost { _, context in
      async let one: Void = context.clock.sleep(for: .seconds(1))
      async let two: Void = context.clock.sleep(for: .seconds(2))
      try await one
      try await two
    }
    let world = VirtualWorld()
    host.start(makeInvocation(1))
    for second in 0...3 {
      world.run(host, until: SimTime.zero + .seconds(Int64(second)))
      #expect(host.stalledInvocations.isEmpty)
    }
    #expect(world.finished.count == 1)
  }
}

/// Keeps a thread until the test lets it go.
private final class Gate: Sendable {
  private let isOpen = Mutex(false)
  func open() { isOpen.withLock { $0 = true } }
  func wait() { while !isOpen.withLock({ $0 }) {} }
}

@Suite struct ExecutorTests {
  @Test func `the hook catches every kind of concurrency here`() {
    #expect(Canary.hookWorks)
    #expect(Canary.run(VirtualExecutor(method: .enqueueHook)) == [])
    #expect(VirtualExecutor().method == .enqueueHook)
  }

  @Test func `an executor preference catches structured concurrency`() {
    let missed = Canary.run(VirtualExecutor(method: .executorPreference))
    #expect(!missed.contains("async let") && !missed.contains("a task group") && !missed.contains("an actor"))
  }

  @Test func `a task started outside of a simulation is not inside it`() async {
    let executor = VirtualExecutor(method: .enqueueHook)
    let escaped = await Task.detached { executor.isInside }.value
    #expect(!escaped && executor.hookedJobCount == 0)
  }

  @Test func `handlers run by the fallback as well`() throws {
    let world = VirtualWorld()
    let host = try makeHost(
      [
        "script": { _ in
          Script { _, context in
            async let one: Void = context.clock.sleep(for: .seconds(1))
            try await context.clock.sleep(for: .seconds(2))
            try await one
          }
        }
      ], executor: VirtualExecutor(method: .executorPreference))
    #expect(host.method == .executorPreference)
    host.start(makeInvocation(1))
    world.run(host)
    #expect(world.finished == [.init(invocation: 1, time: SimTime.zero + .seconds(2), error: nil)])
  }

  @Test func `tasks outside of a simulation are left alone`() async {
    _ = VirtualExecutor()
    let value = await Task { 42 }.value
    #expect(value == 42)
  }
}

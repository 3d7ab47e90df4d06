import HandlerKit
import Kernel
import Services
import Synchronization
import Testing
import VirtualRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

private actor Board {
  var order: [Int] = []
  func note(_ value: Int) { order.append(value) }
}

/// Every kind of concurrency at once, many invocations that overlap, sleeps that tie.
private struct Tangle: LambdaHandler {
  let board = Board()
  func handle(_ event: TriggerEvent, context: Context) async throws {
    let base = event.messages[0].sequenceNumber
    try await withThrowingTaskGroup(of: Int.self) { group in
      for i in 0..<6 {
        group.addTask {
          try await context.clock.sleep(for: .milliseconds((base * 31 + i * 17) % 5))
          await board.note(base * 10 + i)
          async let part = context.partner(i % 2 == 0 ? "ZipUrlApi" : "EmailApi").request()
          async let item = context.dynamoDB.getItem("OrdersTable", key: "k\(base)")
          _ = try await (part, item)
          return i
        }
      }
      var sum = 0
      for try await value in group { sum = sum &* 7 &+ value }
      context.logger.info("\(base): \(sum)")
    }
    let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
    let producer = Task {
      for i in 0..<3 {
        try await context.clock.sleep(for: .milliseconds(base % 3))
        continuation.yield(i)
      }
      continuation.finish()
    }
    for await value in stream { await board.note(value) }
    try await producer.value
    try await context.dynamoDB.updateItem("OrdersTable", key: "k\(base)", set: ["n": .number(Double(base))])
    let order = await board.order
    context.logger.info("\(order)")
  }
}

private func runTangle() throws -> [String] {
  let host = try makeHost(["tangle": { _ in Tangle() }])
  let world = VirtualWorld()
  for i in 1...40 { host.start(makeInvocation(UInt64(i), messages: [makeMessage(i)])) }
  world.run(host)
  return world.journal + world.notes
}

@Suite struct DeterminismTests {
  @Test func `two runs make the same calls in the same order`() throws {
    let first = try runTangle()
    #expect(first.count >= 1000)
    #expect(try runTangle() == first)
  }

  @Test func `eight simulations on eight threads do not see each other`() throws {
    let expected = try runTangle()
    let results = Mutex<[[String]]>([])
    var threads: [pthread_t] = []
    let box = Unmanaged.passRetained(
      ThreadBody {
        let result = (try? runTangle()) ?? []
        results.withLock { $0.append(result) }
      })
    for _ in 0..<8 {
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { argument in
          Unmanaged<ThreadBody>.fromOpaque(argument!).takeUnretainedValue().body()
          return nil
        }, box.toOpaque())
      threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
    box.release()
    let all = results.withLock { $0 }
    #expect(all.count == 8)
    #expect(all.allSatisfy { $0 == expected })
  }
}

private final class ThreadBody: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

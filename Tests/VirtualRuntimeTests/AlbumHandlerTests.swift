import ExampleHandlers
import HandlerKit
import Kernel
import Services
import Testing
import VirtualRuntime

@Suite struct AlbumHandlerTests {
  private func host(_ name: String, _ config: [(name: String, value: FieldValue)] = []) throws -> HandlerHost
  {
    try HandlerHost(registry: albumHandlers, system: makeSystem([name], config: config))
  }
  /// What the handler asked for, without times and invocation.
  private func calls(_ world: VirtualWorld) -> [String] {
    world.journal.map { $0.split(separator: " ").dropFirst(2).joined(separator: " ") }
  }

  @Test func `a new order makes three zip calls, one e-mail and two writes`() throws {
    let world = VirtualWorld()
    let host = try host("album.sendZip")
    host.start(makeInvocation(1, messages: [makeMessage(1)]))
    world.run(host)
    #expect(
      calls(world) == [
        "get orders-1", "partner 0 1/3", "partner 0 2/3", "partner 0 3/3", "update orders-1 zipUrl",
        "partner 1 1/1",
        "update orders-1 emailed", "finished -",
      ])
    #expect(world.item("orders-1")?.sizeBytes == 1024)
  }

  @Test func `an order that failed at the e-mail asks for no second zip URL`() throws {
    let world = VirtualWorld()
    world.partnerAnswers = [4: .partner(status: 500)]
    let host = try host("album.sendZip")
    host.start(makeInvocation(1, messages: [makeMessage(1)]))
    world.run(host)
    #expect(world.finished.last?.error == "EmailApi answered 500")
    let before = calls(world).count
    host.start(makeInvocation(2, messages: [makeMessage(1)], attempt: 2))
    world.run(host)
    #expect(
      calls(world).dropFirst(before) == [
        "get orders-1", "partner 1 1/1", "update orders-1 emailed", "finished -",
      ])
    host.start(makeInvocation(3, messages: [makeMessage(1)], attempt: 3))
    world.run(host)
    #expect(calls(world).suffix(2) == ["get orders-1", "finished -"])
  }

  @Test func `the fixed version records the error and goes on with the next order`() throws {
    let world = VirtualWorld()
    world.partnerAnswers = [3: .clientFault(name: "parse-error")]
    let host = try host("album.sendZip", [("catchErrors", .text("true"))])
    host.start(makeInvocation(1, messages: [makeMessage(1), makeMessage(2)]))
    world.run(host)
    #expect(world.finished.map(\.error) == [nil])
    #expect(world.item("orders-1")?["error"] == .text("parse-error"))
    #expect(world.item("orders-1")?["emailed"] == nil)
    #expect(world.item("orders-2")?["emailed"] == .number(1))
    #expect(world.notes == ["error: order skipped: parse-error"])
  }

  @Test func `without catching, the parse error fails the invocation under its own name`() throws {
    let world = VirtualWorld()
    world.partnerAnswers = [3: .clientFault(name: "parse-error")]
    let host = try host("album.sendZip")
    host.start(makeInvocation(1, messages: [makeMessage(1), makeMessage(2)]))
    world.run(host)
    #expect(world.finished.map(\.error) == ["parse-error"])
    #expect(world.item("orders-2") == nil)
  }

  @Test func `the fetcher sends batches of 500 and again what was rejected`() throws {
    let world = VirtualWorld()
    world.store = (1...1200).map(makeMessage)
    world.rejected = [2: [0, 7], 3: [1]]
    let host = try host("album.fetchOrders")
    host.start(makeInvocation(1, source: .schedule(name: "Tick", time: .zero)))
    world.run(host)
    #expect(
      calls(world) == [
        "take", "putRecords 500", "putRecords 500", "sleep 100000000", "putRecords 2", "sleep 200000000",
        "putRecords 1", "putRecords 200", "finished -",
      ])
    let resent = world.requests.compactMap { request -> [UInt32?]? in
      guard case .putRecords(_, let entries) = request, entries.count <= 2 else { return nil }
      return entries.map { $0.passing?.slot }
    }
    #expect(resent == [[501, 508], [508]])
  }

  @Test func `the fetcher publishes one by one with its pause`() throws {
    let world = VirtualWorld()
    world.store = (1...2).map(makeMessage)
    let host = try host("album.fetchOrders", [("to", .text("topic")), ("pause", .text("15ms"))])
    host.start(makeInvocation(1))
    world.run(host)
    #expect(
      calls(world) == ["take", "sleep 15000000", "publish 1", "sleep 15000000", "publish 1", "finished -"])
  }

  @Test func `the replay sends orders without an e-mail once, page by page`() throws {
    let world = VirtualWorld()
    world.partnerAnswers = [4: .partner(status: 500), 8: .partner(status: 500)]
    let sender = try host("album.sendZip", [("catchErrors", .text("true"))])
    for i in 1...3 {
      sender.start(makeInvocation(UInt64(i), messages: [makeMessage(i)]))
      world.run(sender)
    }
    let before = calls(world).count
    let replay = try host("album.replayOrders", [("page", .number(2))])
    replay.start(makeInvocation(10))
    world.run(replay)
    #expect(calls(world).dropFirst(before) == ["scan 0", "putRecords 2", "scan 2", "finished -"])
    guard case .putRecords(_, let entries)? = world.requests.dropLast().last else {
      Issue.record("no putRecords")
      return
    }
    #expect(entries.map(\.about) == ["orders-1", "orders-2"])
    #expect(entries.map(\.partitionKey) == ["orders-1", "orders-2"])

    for i in 1...2 {
      sender.start(makeInvocation(UInt64(20 + i), messages: [makeMessage(i)]))
      world.run(sender)
    }
    let again = calls(world).count
    replay.start(makeInvocation(30))
    world.run(replay)
    #expect(calls(world).dropFirst(again) == ["scan 0", "scan 2", "finished -"])
  }

  @Test func `a misspelt key of a handler's config is refused`() {
    #expect(throws: HandlerHostError.self) { try host("album.sendZip", [("catchError", .text("true"))]) }
    #expect(throws: HandlerHostError.self) { try host("album.fetchOrders", [("to", .text("queue"))]) }
  }
}

import ExampleHandlers
import HandlerKit
import Kernel
import Services
import Testing
import VirtualRuntime

@Suite struct FanOutHandlerTests {
  private func world(
    rejected: [Int: Set<Int>] = [:], _ config: [(name: String, value: FieldValue)]
  ) throws -> (VirtualWorld, HandlerHost) {
    let world = VirtualWorld()
    world.rejected = rejected
    let system = makeSystem(["fanout.dispatch"], config: config) { system in
      system.topics = [TopicSpec(logicalID: "A"), TopicSpec(logicalID: "B")]
      system.streams = [
        StreamSpec(logicalID: "S", shardCount: 1, retention: .hours(24)),
        StreamSpec(logicalID: "T", shardCount: 1, retention: .hours(24)),
      ]
    }
    return (world, try HandlerHost(registry: exampleHandlers, system: system))
  }
  private func calls(_ world: VirtualWorld) -> [String] {
    world.journal.map { $0.split(separator: " ").dropFirst(2).joined(separator: " ") }
  }

  @Test("each event is invoked on its own, target after target")
  func functions() throws {
    let (world, host) = try world([
      ("targets", .text("Function, Function")), ("parallel", .text("false")),
    ])
    host.start(makeInvocation(1, messages: [makeMessage(1), makeMessage(2)]))
    world.run(host)
    #expect(calls(world) == ["invoke 1", "invoke 1", "invoke 1", "invoke 1", "finished -"])
    // One after another: 10 ms each.
    #expect(world.finished.first?.time == .zero + .milliseconds(40))
  }

  @Test("a topic gets ten events a call, all targets at the same time")
  func topics() throws {
    let (world, host) = try world([("kind", .text("topic")), ("targets", .text("A,B"))])
    host.start(makeInvocation(1, messages: (0..<25).map { makeMessage($0) }))
    world.run(host)
    #expect(
      calls(world).sorted()
        == ["finished -"] + Array(repeating: "publish 10", count: 4) + ["publish 5", "publish 5"])
    #expect(world.finished.first?.time == .zero + .milliseconds(30))
  }

  @Test("what a target refused is sent again alone, after a pause that doubles")
  func refusals() throws {
    let (world, host) = try world(
      rejected: [1: [1, 2], 2: [0]], [("kind", .text("stream")), ("targets", .text("S"))])
    host.start(makeInvocation(1, messages: (0..<4).map { makeMessage($0) }))
    world.run(host)
    #expect(
      calls(world) == [
        "putRecords 4", "sleep 100000000", "putRecords 2", "sleep 200000000", "putRecords 1", "finished -",
      ])
  }

  @Test(
    "a target that never takes an event fails, reports or swallows it",
    arguments: [("fail", "T refused", [], 0), ("report", nil, ["2"], 0), ("swallow", nil, [], 1)]
      as [(String, String?, [String], Int)])
  func policies(_ policy: String, _ error: String?, _ reported: [String], _ logged: Int) throws {
    // S takes all at its first call; T refuses the third event at both of its calls.
    let (world, host) = try world(
      rejected: [2: [2], 3: [0]],
      [
        ("kind", .text("stream")), ("targets", .text("S,T")), ("parallel", .text("false")),
        ("attempts", .number(2)), ("onFailure", .text(policy)),
      ])
    host.start(makeInvocation(1, messages: (0..<4).map { makeMessage($0) }))
    world.run(host)
    #expect(world.finished.map(\.error) == [error])
    #expect(world.finished.flatMap(\.failedItems) == reported)
    #expect(world.notes.filter { $0.contains("missed") }.count == logged)
  }

  @Test(
    "a configuration without targets or with an unknown word is refused",
    arguments: [[], [("targets", "A"), ("kind", "topics")], [("targets", "A,,B")]] as [[(String, String)]])
  func badConfig(_ config: [(String, String)]) {
    #expect(throws: HandlerHostError.self) {
      _ = try self.world(config.map { (name: $0.0, value: FieldValue.text($0.1)) })
    }
  }
}

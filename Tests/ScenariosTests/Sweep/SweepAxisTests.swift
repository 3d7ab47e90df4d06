import Testing

@testable import Scenarios

@Suite struct `Axes of a sweep take the values that are written` {
  static let scenario = """
    Resources:
      Orders: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
      Worker: {Type: AWS::Lambda::Function, Properties: {MemorySize: 256}}
    Simulation:
      services: {Api: {latency: 1s}}
      sweep:
        axes:
          shards: {set: Orders.ShardCount, values: [1, 2, 4]}
          parts: {toggle: [Orders, Worker, Api]}
    """

  struct Case: Sendable, CustomTestStringConvertible {
    var argument: String
    /// Names and levels of all axes that the argument changes or adds, or the first message.
    var expected: String
    var testDescription: String { argument }
  }

  @Test(arguments: [
    Case(argument: "Worker.MemorySize=128,256,512", expected: "Worker.MemorySize: 128 256 512"),
    Case(argument: "Worker.MemorySize=1..5", expected: "Worker.MemorySize: 1 2 3 4 5"),
    Case(argument: "Worker.MemorySize=1..64:log7", expected: "Worker.MemorySize: 1 2 4 8 16 32 64"),
    Case(argument: "Worker.MemorySize=1..4:log9", expected: "Worker.MemorySize: 1 2 3 4"),
    Case(argument: "Worker.MemorySize=128..1024:lin4", expected: "Worker.MemorySize: 128 427 725 1024"),
    Case(argument: "Api.latency=10ms..90ms:5", expected: "Api.latency: 10ms 30ms 50ms 70ms 90ms"),
    Case(argument: "Api.errorRate=0.0..1.0:5", expected: "Api.errorRate: 0 0.25 0.5 0.75 1"),
    Case(
      argument: "Api.maxRate=100/min..1000/min:log4",
      expected: "Api.maxRate: 100/min 215.443/min 464.159/min 1000/min"),
    Case(argument: "Api.errorRate=0.001..0.1:log3", expected: "Api.errorRate: 0.001 0.01 0.1"),
    Case(
      argument: "Api.latency=lognormal(mean=1s cv=0.3),2s",
      expected: "Api.latency: lognormal(mean=1s cv=0.3) 2s"),
    Case(argument: "Api.overLimit={reply: 429},null", expected: "Api.overLimit: {reply: 429} none"),
    Case(argument: "shards=8,16", expected: "shards: 8 16"),
    Case(argument: "Orders.ShardCount=8,16", expected: "shards: 8 16"),
    Case(argument: "Resources.Orders.Properties.ShardCount=3", expected: "shards: 3"),
    Case(argument: "parts=2..3", expected: "parts: 2 3"),
    Case(
      argument: "parts=0,4",
      expected: "S331 '0' is not a number from 1 to 3: axis 'parts' keeps the first of Orders, Worker, Api"),
    Case(
      argument: "Worker.MemorySize",
      expected: "S330 'Worker.MemorySize' has no '='; write PATH=1,2,4 or PATH=1..40 or PATH=1..64:log7"),
    Case(
      argument: "Worker.MemorySize=1..2:log1",
      expected: "S330 behind the colon stands a number of steps from 2 on, such as 7, lin7 or log7"),
    Case(argument: "Worker.MemorySize=5..1", expected: "S330 a range goes upwards: 5 is not below 1"),
    Case(argument: "Api.latency=1s..2s", expected: "S330 say in how many steps: 1s..2s:5, or 1s..2s:log5"),
    Case(
      argument: "Wroker.MemorySize=1",
      expected: "Y125 'Wroker.MemorySize' leads nowhere: the scenario has no 'Wroker'"),
    Case(
      argument: "Worker.MemorySize=1,1", expected: "S330 axis 'Worker.MemorySize' has the value '1' twice"),
    Case(
      argument: "Worker.MemorySize=", expected: "S330 axis 'Worker.MemorySize' has no value; write PATH=1,2,4"
    ),
  ])
  func `an argument gives`(_ test: Case) throws {
    let root = try #require(load(["main.yaml": Self.scenario]).0).root
    var diagnostics = Diagnostics()
    let before = SweepReader.axes(of: root, into: &diagnostics)
    #expect(before.map(\.name) == ["shards", "parts"])
    #expect(before.map { $0.levels.map(\.label) } == [["1", "2", "4"], ["1", "2", "3"]])
    let axes = SweepReader.axes(of: root, arguments: [test.argument], into: &diagnostics)
    let changed = axes.filter { !before.contains($0) }.map { axis in
      "\(axis.name): \(axis.levels.map(\.label).joined(separator: " "))"
    }
    let messages = diagnostics.all.map { "\($0.code) \($0.message)" }
    #expect((messages.isEmpty ? changed : Array(messages.prefix(1))) == [test.expected])
  }

  @Test func `a message points at its argument`() throws {
    let root = try #require(load(["main.yaml": Self.scenario]).0).root
    var diagnostics = Diagnostics()
    _ = SweepReader.axes(of: root, arguments: ["shards=1,2", "Worker.Timeout=1,{"], into: &diagnostics)
    let position = try #require(diagnostics.all.first?.position)
    #expect(position.file == "--axis")
    #expect(position.line == 2)
  }

  @Test func `the last axis of a grid changes fastest`() throws {
    let root = try #require(load(["main.yaml": Self.scenario]).0).root
    var diagnostics = Diagnostics()
    let grid = SweepGrid(SweepReader.axes(of: root, arguments: ["parts=1,2"], into: &diagnostics))
    #expect(
      grid.points.map { $0.map(\.label).joined(separator: " ") } == [
        "1 1", "1 2", "2 1", "2 2", "4 1", "4 2",
      ])
  }

  @Test func `a sample takes equal parts of every axis and each point once`() throws {
    let root = try #require(load(["main.yaml": Self.scenario]).0).root
    var diagnostics = Diagnostics()
    let axes = SweepReader.axes(
      of: root, arguments: ["Worker.MemorySize=1..4", "Api.latency=1s..3s:2"], into: &diagnostics)
    let grid = SweepGrid(
      axes,
      sample: [
        [0, 0, 0, 0], [0.34, 0.34, 0.25, 0.5], [0.99, 0.99, 0.99, 0.25], [0.1, 0.1, 0.1, 0],
      ])
    #expect(
      grid.points.map { $0.map(\.label).joined(separator: " ") } == ["1 1 1 1s", "2 2 2 2s", "4 3 4 1.5s"])
  }
}

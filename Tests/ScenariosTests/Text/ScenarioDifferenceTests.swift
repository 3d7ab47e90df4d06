import Scenarios
import Testing

@Suite struct ScenarioDifferenceTests {
  private static func changes(_ old: String, _ new: String) throws -> [String] {
    var diagnostics = Diagnostics()
    let a = try #require(YAMLReader.read(old, file: "a", into: &diagnostics))
    let b = try #require(YAMLReader.read(new, file: "b", into: &diagnostics))
    return ScenarioDifference.changes(from: a, to: b).map {
      "\($0.kind.rawValue) \($0.path) \($0.old ?? "-") \($0.new ?? "-")"
    }
  }

  private static let base = """
    Resources:
      Orders: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 4, Tags: [a, b]}}
      Audit: {Type: AWS::SQS::Queue}
    Simulation:
      run: {duration: 1h, seed: 7}
      workloads: {orders: {arrivals: {rate: 5/s}}}
      variants: {x: {}}
    """

  @Test func `lists resources, properties and settings in the order of the file`() throws {
    let other = """
      Resources:
        Orders: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 16, Tags: [a, c], StreamModeDetails: {Mode: X}}}
        Mail: {Type: AWS::SNS::Topic}
      Simulation:
        run: {duration: 1h, seed: 7, drain: 2h}
        workloads: {orders: {arrivals: {rate: [1, 2]}}}
        variants: {y: {}}
        description: another
      """
    #expect(
      try Self.changes(Self.base, other) == [
        "changed Orders.ShardCount 4 16",
        "changed Orders.Tags.1 b c",
        "added Orders.StreamModeDetails - {Mode: X}",
        "removed Audit AWS::SQS::Queue -",
        "added Mail - AWS::SNS::Topic",
        "added run.drain - 2h",
        "changed workloads.orders.arrivals.rate 5/s [1, 2]",
      ])
  }

  @Test func `equal scenarios do not differ, wherever their text stands`() throws {
    #expect(try Self.changes(Self.base, "\n# moved\n" + Self.base).isEmpty)
  }

  @Test func `functions are values and differ as a whole`() throws {
    #expect(
      try Self.changes(
        "Resources: {Q: {Properties: {A: !Ref X}}}", "Resources: {Q: {Properties: {A: !Ref Y}}}")
        == ["changed Q.A {Ref: X} {Ref: Y}"])
  }

  @Test func `long values are cut`() throws {
    let long = String(repeating: "x", count: 100)
    let change = try Self.changes("Simulation: {name: n, era: now}", "Simulation: {name: m, era: \(long)}")
    #expect(change == ["changed era now \(String(repeating: "x", count: 59))…"])
  }
}

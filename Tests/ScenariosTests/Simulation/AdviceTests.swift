import Scenarios
import Testing

@Suite struct AdviceTests {
  @Test("allowed and rarely meant things are named") func advises() throws {
    let text = """
      Resources:
        Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
        Slow: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}
        Empty: {Type: AWS::Lambda::Function, Properties: {}}
        Lonely: {Type: AWS::Lambda::Function, Properties: {}}
        Map:
          Type: AWS::Lambda::EventSourceMapping
          Properties: {EventSourceArn: !GetAtt Stream.Arn, FunctionName: !Ref Slow, StartingPosition: LATEST}
      Simulation:
        version: 1
        services: {Api: {latency: 2s, overLimit: {reply: 503}}, Box: {kind: store}}
        workloads:
          a: {into: Stream, arrivals: {process: constant, rate: 1/s}}
          b: {into: Empty, arrivals: {process: constant, rate: 1/s}}
          c: {into: Box, arrivals: {process: poisson, startRate: 1/s, stages: [{duration: 2h, target: 1/s}]}}
        functions:
          Slow: {perMessage: [{call: {service: Api, times: 2}}]}
          Lonely: {perMessage: [{sleep: 1s}]}
      """
    var diagnostics = Diagnostics()
    let loaded = try ScenarioLoader(fileSystem: MemoryFiles(["x.yaml": text])).load(
      path: "x.yaml", into: &diagnostics)
    let compiled = ScenarioCompiler.compile(loaded, into: &diagnostics)
    #expect(compiled != nil)
    let advice = diagnostics.all.filter { $0.code.hasPrefix("A6") }
    #expect(advice.map(\.code).sorted() == ["A602", "A603", "A604", "A606", "A608", "A609", "A609"])
    #expect(advice.allSatisfy { $0.severity == .warning })
    #expect(advice.contains { $0.message.contains("times out after 3s, and its calls take 4s") })
  }

  @Test("failure controls that the era lacks are not advised") func advisesNothingImpossible() throws {
    let report = BrokenScenarioTests.report("base.sim.yaml")
    #expect(!report.all.contains { $0.code == "A602" })
  }
}

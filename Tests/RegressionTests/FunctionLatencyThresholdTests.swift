import Foundation
import Kernel
import Planning
import Records
import Scenarios
import Services
import Testing

/// Thresholds and summary rows about the latencies of functions.
@Suite struct FunctionLatencyThresholdTests {
  private static let scenario = """
    Resources:
      Slow:
        Type: AWS::Lambda::Function
        Properties: {Runtime: nodejs22.x, Handler: a.b, Timeout: 60}
    Simulation:
      version: 1
      run: {duration: 10m, warmup: 5m, replications: 1}
      workloads:
        jobs: {into: Slow, arrivals: {process: constant, rate: 6/min}}
      functions:
        Slow: {coldStart: 0s, perMessage: [{sleep: 2s}]}
      thresholds:
        Slow.CompletionLatency: ['p(99) < 3s', 'min > 1s']
        Slow.DeliveryLatency: ['max < 1s']
        '*.CompletionLatency': ['max < 1s']
    """

  @Test("thresholds read the latencies of messages created behind the warm-up")
  func thresholds() throws {
    let compiled = try Lab.compile(Self.scenario)
    let run = try Lab.run(compiled.system)
    let verdicts = ThresholdEvaluator(system: compiled.system).evaluate(compiled.thresholds, [], [run])
    #expect(verdicts.map(\.outcome) == [.pass, .pass, .pass, .fail])
    #expect(run.functions[0].books.map(\.completion.count) == [59, 30])
    let estimates = Estimates([run], system: compiled.system)
    let mean = try #require(estimates["Slow.CompletionLatency", "avg"]?.mean)
    #expect(mean > 2 && mean < 2.1)
    #expect(estimates["Slow.DeliveryLatency", "p(99)"] != nil)
  }

  @Test("a latency that no function has is a mistake with the nearest name")
  func unknown() throws {
    do {
      _ = try Lab.compile(
        Self.scenario.replacingOccurrences(of: "Slow.DeliveryLatency", with: "Slow.DeliverLatency"))
      Issue.record("compiled")
    } catch let error as Lab.Refused {
      #expect(error.words.contains("nearest: 'Slow.DeliveryLatency'"))
    }
  }
}

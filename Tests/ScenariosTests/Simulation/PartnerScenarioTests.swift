import Foundation
import Kernel
import Scenarios
import Services
import Testing

@Suite struct PartnerScenarioTests {
  private func compile(_ text: String) throws -> (CompiledScenario?, [Diagnostic]) {
    var diagnostics = Diagnostics()
    let loader = ScenarioLoader(fileSystem: MemoryFiles(["a.sim.yaml": text]))
    let loaded = try loader.load(path: "a.sim.yaml", sets: [], into: &diagnostics)
    return (ScenarioCompiler.compile(loaded, into: &diagnostics), diagnostics.all)
  }

  private static let text = """
    Resources:
      F: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Handler: a.b}}
    Simulation:
      version: 1
      services:
        P:
          latency: 1s
          maxConcurrent: 40
          maxRate: 100/min
          rateWindow: 1m
          overLimit: {queue: 5s, reply: 504}
          underLoad: {knee: 20, contention: 5%, coherency: 0.1%}
          collapse: {from: 30, dead: 60, timeout: 10s}
          bandwidth: 10MB/s
      workloads:
        w: {into: F, arrivals: {process: constant, rate: 1/s}, fields: {bytes: 5}}
      functions:
        F: {perMessage: [{call: {service: P, reply: bytes}}]}
      timeline:
        - {at: 1m, for: 1m, set: {Simulation.services.P.underLoad: {knee: 1, contention: 10%}}}
    """

  @Test("a service's behaviour under load becomes part of the system")
  func system() throws {
    let (compiled, diagnostics) = try compile(Self.text)
    let partner = try #require(compiled?.system.partners.first, "\(diagnostics)")
    #expect(partner.overLimit == .queue(wait: .seconds(5), status: 504))
    #expect(partner.underLoad == .init(knee: 20, contention: 0.05, coherency: 0.001))
    #expect(partner.collapse == .init(from: 30, dead: 60, timeout: .seconds(10)))
    #expect(partner.bandwidth == 1e7)
    #expect(partner.rateWindow == .minutes(1))
    guard case .steps(let program) = compiled?.system.functions.first?.handler,
      case .call(let call) = program.steps[0], case .field("bytes") = call.reply
    else {
      Issue.record("no reply size")
      return
    }
    let changes = compiled?.system.timeline.compactMap { entry -> PartnerSpec.Contention? in
      guard case .partner(0, let changed) = entry.change else { return nil }
      return changed.underLoad
    }
    #expect(changes == [.init(knee: 1, contention: 0.1, coherency: 0), try #require(partner.underLoad)])
  }

  @Test(
    "mistakes about load are found where they stand",
    arguments: [
      ("dead: 60", "dead: 30", "S305"), ("bandwidth: 10MB/s", "bandwidth: 10/s", "S304"),
      ("maxConcurrent: 40", "errorRate: 1%", "S308"),
      ("queue: 5s, reply: 504", "queue: 5s, after: 1s", "S308"),
      ("queue: 5s, reply: 504", "queue: 5s, suspend: 1h", "S308"),
      ("maxRate: 100/min", "errorRate: 1%", "S308"),
      ("reply: bytes}", "reply: bites}", "S307"), ("from: 30, ", "", "S303"),
      ("bandwidth: 10MB/s", "dedupe: true", "A615"), ("rateWindow: 1m", "rateWindow: 0s", "S305"),
    ])
  func mistakes(_ old: String, _ new: String, _ code: String) throws {
    let (_, diagnostics) = try compile(Self.text.replacingOccurrences(of: old, with: new))
    let found = diagnostics.filter { $0.code == code }
    #expect(found.count == 1, "\(diagnostics)")
    #expect(found.first?.position != nil)
  }
}

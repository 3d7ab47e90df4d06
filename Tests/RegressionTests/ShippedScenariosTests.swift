import Foundation
import Kernel
import Planning
import Records
import Scenarios
import Services
import Testing

/// The scenario files of the story: they load without a warning, and a shortened day shows what each is
/// about.
@Suite struct ShippedScenariosTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "scenarios/album-launch")

  static let names = [
    "v01-sns", "v02-kinesis", "v02-incident", "v02-incident-no-fix", "v02-replay", "today",
  ]

  private func compile(_ name: String, sets: [String] = []) throws -> (CompiledScenario, [Diagnostic]) {
    var diagnostics = Diagnostics()
    let path = Self.folder.appending(path: "\(name).sim.yaml").path
    let loaded = try ScenarioLoader(fileSystem: DiskFiles()).load(path: path, sets: sets, into: &diagnostics)
    let compiled = ScenarioCompiler.compile(loaded, into: &diagnostics)
    return (try #require(compiled, "\(diagnostics.all.map(\.message))"), diagnostics.all)
  }

  @Test("every shipped scenario is free of errors and has something to judge", arguments: names)
  func isValid(name: String) throws {
    let (compiled, diagnostics) = try compile(name)
    #expect(diagnostics.allSatisfy { $0.severity != .error })
    #expect(!compiled.thresholds.isEmpty)
    #expect(compiled.system.workloads.map(\.name) == ["orders"])
  }

  /// The first 7 minutes of orders: 2,625 while the rate climbs and 2,000 after it, instead of the day's
  /// 90,625.
  @Test("a shortened day of v0.1 breaks the partner, one of v0.2 and of today's answer does not")
  func shortened() throws {
    let sets = ["Simulation.run.duration=7m", "Simulation.output={messages: none, traces: 0}"]
    for (name, limit) in [("v01-sns", nil), ("v02-kinesis", 5), ("today", 10)] as [(String, Int?)] {
      let (compiled, _) = try compile(name, sets: sets)
      let run = try Lab.run(compiled.system)
      let partner = try run.partner("ZipUrlApi")
      let book = try run.book("orders")
      #expect((4000...5300).contains(book.created), "\(name): \(book.created)")
      let verdicts = ThresholdEvaluator(system: compiled.system)
        .evaluate(compiled.thresholds, compiled.alarmExpectations, [run])
      let overLimit = verdicts.filter { $0.metric == "ZipUrlApi.OverLimit" }.map(\.outcome)
      if let limit {
        #expect(partner.overLimit == 0 && partner.inFlightPeak <= limit, "\(name)")
        #expect(book[.completed] == book.created, "\(name)")
        #expect(overLimit == [.pass], "\(name)")
      } else {
        #expect(partner.overLimit > 0 && book.lost > 0)
        #expect(overLimit == [.fail])
      }
    }
  }
}

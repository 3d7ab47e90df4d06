import Foundation
import Kernel
import Planning
import Records
import Scenarios
import Services
import Testing

/// The scenario files: they load without an error, and a shortened day shows what those of the album are about.
@Suite struct ShippedScenariosTests {
  @Test("every shipped scenario is free of errors and has something to judge", arguments: Shipped.names)
  func isValid(name: String) throws {
    let (compiled, diagnostics) = try Shipped.compile(name)
    #expect(diagnostics.allSatisfy { $0.severity != .error })
    #expect(!compiled.thresholds.isEmpty)
  }

  /// The first 7 minutes of orders: 2,625 while the rate climbs and 2,000 after it, instead of the day's
  /// 90,625.
  @Test("a shortened day of v0.1 breaks the partner, one of v0.2 and of today's answer does not")
  func shortened() throws {
    let sets = ["Simulation.run.duration=7m", "Simulation.output={messages: none, traces: 0}"]
    for (name, limit) in [("v01-sns", nil), ("v02-kinesis", 5), ("today", 10)] as [(String, Int?)] {
      let (compiled, _) = try Shipped.compile("album-launch/\(name)", sets: sets)
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

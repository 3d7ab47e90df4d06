import Kernel
import Records
import Services
import Testing

/// How many messages a process means to send, before any run.
@Suite struct ArrivalCountTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var process: ArrivalProcess
    /// In ten minutes. [messages]
    var count: Double
    var testDescription: String { "\(count)" }
  }

  private static func counts(_ counts: [Int], isCyclic: Bool) -> ArrivalProcess {
    .counts(
      CountProfile(
        start: .zero + .minutes(1), period: .minutes(2), counts: counts, placement: .even, isCyclic: isCyclic)
    )
  }

  @Test(arguments: [
    Case(process: .constant(rate: 2), count: 1200),
    Case(process: .poisson([RateKnot(time: 0, rate: 2)]), count: 1200),
    // Up to 4/s in 200 s, down to nothing in another 800, of which 400 are left: a mean of 2, then of 3.
    Case(
      process: .poisson([
        RateKnot(time: 0, rate: 0), RateKnot(time: 200, rate: 4), RateKnot(time: 1000, rate: 0),
      ]), count: 400 + 1200),
    Case(process: .mmpp([(rate: 1, stay: 10), (rate: 4, stay: 20)]), count: 1800),
    Case(process: .backlog(count: 70, sendRate: nil), count: 70),
    Case(process: .backlog(count: 70, sendRate: 1), count: 70),
    Case(process: .backlog(count: 70, sendRate: 0), count: 0),
    Case(process: counts([1, 2, 4], isCyclic: false), count: 7),
    // Begins at minute 1: a whole cycle of six minutes, and a period and a half.
    Case(process: counts([1, 2, 4], isCyclic: true), count: 7 + 3),
    Case(process: .schedule(.rate(minutes: 3), count: 5), count: 15),
  ])
  func `a process is counted without drawing from it`(_ c: Case) {
    #expect(abs(c.process.count(within: 600, startEpochMinutes: 0) - c.count) < 1e-9)
  }

  @Test func `many firings are told from the first ones`() {
    let year = 365.0 * 86_400
    let process = ArrivalProcess.schedule(.rate(minutes: 2), count: 3)
    #expect(abs(process.count(within: year, startEpochMinutes: 0) / (3 * year / 120) - 1) < 1e-3)
  }

  @Test func `a backlog that is sent at no rate never comes`() {
    var spec = EngineWorld.system(duration: .minutes(1))
    spec.stores = [StoreSpec(name: "Inbox")]
    spec.workloads = [EngineWorld.backlog(3, to: .store(0))]
    spec.workloads[0].arrivals = .backlog(count: 3, sendRate: 0)
    #expect(EngineWorld.run(spec).workloads[0].books[0].created == 0)
  }
}

import Kernel
import Records
import Services
import Testing

/// Partners with queues, latency under load and collapse. Source: fact sheet §15.
@Suite struct PartnerLoadTests {
  private func run(
    _ partner: PartnerSpec, _ workload: WorkloadSpec, _ call: CallStep = CallStep(partner: 0),
    duration: SimDuration = .minutes(10)
  ) -> RunRecords {
    var spec = EngineWorld.system(duration: duration)
    spec.partners = [partner]
    spec.workloads = [workload]
    spec.functions = [EngineWorld.function("F", retries: 0, [.call(call)])]
    return EngineWorld.run(spec)
  }
  private func latencies(_ records: RunRecords) -> [Double] {
    records.points("P", "Latency").map(\.maximum)
  }

  @Test("calls over the limit wait in order, and who waits too long is turned away")
  func queue() {
    var partner = PartnerSpec(name: "P", latency: .constant(2), maxConcurrent: 1)
    partner.overLimit = .queue(wait: .seconds(3), status: 503)
    let records = run(partner, EngineWorld.messages(at: [0, 0, 0], to: .function(0)))
    #expect(records.partners[0].succeeded == 2)
    #expect(records.partners[0].queued == 2)
    #expect(records.partners[0].overLimit == 1)
    // The second call waits for the first one's two seconds and takes two itself.
    #expect(latencies(records) == [4000])
    #expect(records.partners[0].inFlightPeak == 3)
    #expect(records.notes.map(\.text) == ["P answered 503"])
    #expect(records.station("P")?.little?.holds == true)
  }

  @Test("a call whose caller has given up still gets its place and wastes it")
  func abandoned() {
    var partner = PartnerSpec(name: "P", latency: .constant(2), maxConcurrent: 1)
    partner.overLimit = .queue(wait: .minutes(1), status: 503)
    let call = CallStep(partner: 0, timeout: .milliseconds(2500))
    let records = run(partner, EngineWorld.messages(at: [0, 0, 0], to: .function(0)), call)
    #expect(records.partners[0].timeouts == 2)
    #expect(records.count(.completed) == 1)
    // All three were served in the end: two of them for nobody.
    #expect(records.partners[0].succeeded == 3)
    #expect(latencies(records) == [6000])
  }

  @Test("the queue moves when the timeline adds places")
  func morePlaces() {
    var partner = PartnerSpec(name: "P", latency: .constant(10), maxConcurrent: 1)
    partner.overLimit = .queue(wait: .minutes(5), status: 503)
    var wider = partner
    wider.maxConcurrent = 3
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.partners = [partner]
    spec.workloads = [EngineWorld.messages(at: [0, 0, 0], to: .function(0))]
    spec.functions = [EngineWorld.function("F", [.call(CallStep(partner: 0))])]
    spec.timeline = [TimelineEntry(time: .zero + .seconds(4), change: .partner(0, wider))]
    let records = EngineWorld.run(spec)
    #expect(latencies(records) == [14_000])
    #expect(records.count(.completed) == 3)
  }

  /// S(c) = S₀·(1 + α·max(0, c − knee) + β·c·(c − 1)): 1, 1.02, 1.5 + 0.06 s for the first three calls.
  @Test("latency grows with the calls in service")
  func contention() {
    var partner = PartnerSpec(name: "P", latency: .constant(1))
    partner.underLoad = .init(knee: 2, contention: 0.5, coherency: 0.01)
    let records = run(partner, EngineWorld.messages(at: [0, 0, 0], to: .function(0)))
    #expect(records.partners[0].latency.minimum == .seconds(1))
    #expect(records.partners[0].latency.maximum == .milliseconds(1560))
    #expect(abs(records.partners[0].latency.mean! - (1 + 1.02 + 1.56) / 3) < 1e-9)
  }

  @Test("a fixed window forgets what it did not use, and lets twice its count through across its end")
  func window() {
    var partner = PartnerSpec(name: "P", latency: .constant(0), maxRate: (perSecond: 0.5, burst: 1))
    partner.rateWindow = .seconds(10)
    let times = Array(repeating: 9.0, count: 8) + Array(repeating: 10.0, count: 8) + [19, 20]
    let records = run(partner, EngineWorld.messages(at: times, to: .function(0)))
    #expect(records.partners[0].succeeded == 5 + 5 + 1)
    #expect(records.partners[0].overLimit == 3 + 3 + 1)
  }

  @Test("the size of a reply takes time by the bandwidth of its connection")
  func bandwidth() {
    var partner = PartnerSpec(name: "P", latency: .constant(1))
    partner.bandwidth = 1e6
    let call = CallStep(partner: 0, reply: .law(.constant(250_000)))
    #expect(latencies(run(partner, EngineWorld.messages(at: [0], to: .function(0)), call)) == [1250])
    #expect(latencies(run(partner, EngineWorld.messages(at: [0], to: .function(0)))) == [1000])
  }

  /// Five calls a second take one second each: five in service. A burst of 200 makes calls fail, which hold their
  /// place for ten seconds and are tried three times more: 5 · 4 · 10 = 200 in service, far above the 60 from which
  /// every call fails. At half a call a second these are 20, where none fails. Source: fact sheet §15.4.
  @Test("goodput stays down long after a burst while callers retry, until the load drops")
  func metastability() {
    let steady = collapse(retries: 3)
    #expect(steady.goodput(minutes: 1..<2) > 0.9)
    #expect(steady.goodput(minutes: 5..<15) < 0.1)
    // The load falls at minute 15; what is still being retried lasts less than a minute.
    #expect(steady.goodput(minutes: 17..<25) > 0.9)
    let withoutRetries = collapse(retries: 0)
    #expect(withoutRetries.goodput(minutes: 5..<15) > 0.95)
    #expect(steady.records.partners[0].overloaded > 10 * withoutRetries.records.partners[0].overloaded)
  }

  private struct Collapsed {
    let records: RunRecords
    /// Share of the messages of some minutes that their function completed within them.
    func goodput(minutes: Range<Int>) -> Double {
      func total(_ metric: String) -> Double {
        records.points("F", metric).reduce(0) {
          minutes.contains($1.minute) ? $0 + Double($1.sampleCount) : $0
        }
      }
      return total("CompletionLatency") / total("Invocations")
    }
  }

  private func collapse(retries: Int) -> Collapsed {
    var partner = PartnerSpec(name: "P", latency: .constant(1))
    partner.collapse = .init(from: 20, dead: 60, timeout: .seconds(10))
    var spec = EngineWorld.system(duration: .minutes(25))
    spec.partners = [partner]
    let load = [
      RateKnot(time: 0, rate: 5), RateKnot(time: 900, rate: 5), RateKnot(time: 901, rate: 0.5),
    ]
    spec.workloads = [
      WorkloadSpec(name: "load", destination: .function(0), arrivals: .poisson(load)),
      WorkloadSpec(
        name: "burst", destination: .function(0),
        arrivals: .trace((0..<200).map { _ in TraceRow(time: .zero + .seconds(120)) })),
    ]
    let call = CallStep(partner: 0, retries: (max: retries, backoff: .milliseconds(100)))
    spec.functions = [EngineWorld.function("F", retries: 0, [.call(call)])]
    return Collapsed(records: EngineWorld.run(spec))
  }

  @Test("a suspension is dated, counted by the minute, and answers 403 as long as it lasts")
  func suspension() throws {
    var partner = PartnerSpec(name: "P", latency: .constant(1), maxConcurrent: 2)
    partner.overLimit = .suspend(duration: .minutes(2), tolerate: 2)
    let records = run(partner, EngineWorld.messages(at: [60, 60, 60, 60, 90, 170, 190], to: .function(0)))
    #expect(records.partners[0].suspendedAt == .zero + .seconds(60))
    #expect(records.points("P", "Suspended").map(\.minute) == [1])
    #expect(records.partners[0].suspensions == 1)
    // Two were admitted, two over the limit; 90 s and 170 s fall into the suspension, which ends at 180 s.
    #expect(records.partners[0].suspendedReplies == 2)
    #expect(records.notes.map(\.text).sorted() == ["P answered 403", "P answered 429"])
    #expect(records.count(.completed) == 3)
  }
}

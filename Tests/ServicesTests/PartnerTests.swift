import Kernel
import Services
import Testing

@Suite struct PartnerTests {
  private func milliseconds(_ n: Int64) -> SimTime { .zero + .milliseconds(n) }
  private let refused = PartnerGate.Decision.overLimit(status: 429, after: .milliseconds(10))
  private let banned = PartnerGate.Decision.suspended(status: 403, after: .milliseconds(10))

  @Test func `answers with the scenario's status over its concurrency limit`() {
    var gate = PartnerGate(
      spec: PartnerSpec(
        name: "ZipUrlApi", latency: .constant(1), maxConcurrent: 2,
        overLimit: .reply(status: 503, after: .milliseconds(30))))
    #expect(gate.callArrived(now: .zero) == .admitted)
    #expect(gate.callArrived(now: .zero) == .admitted)
    let reply = PartnerGate.Decision.overLimit(status: 503, after: .milliseconds(30))
    #expect(gate.callArrived(now: .zero) == reply)
    gate.callEnded(begun: .zero, wasAdmitted: true, now: milliseconds(5))
    #expect(gate.callArrived(now: milliseconds(5)) == .admitted)
    // The refused call is with the partner until it is answered.
    #expect(gate.inFlight == 3)
    #expect(gate.inFlightPeak == 3)
    #expect(gate.inFlightPeakAt == .zero)
    gate.callEnded(begun: .zero, wasAdmitted: false, now: milliseconds(30))
    #expect(gate.callArrived(now: milliseconds(30)) == reply)
  }

  @Test func `limits the rate, and a call refused for concurrency takes no token`() {
    var gate = PartnerGate(
      spec: PartnerSpec(name: "P", latency: .constant(1), maxConcurrent: 1, maxRate: (perSecond: 1, burst: 2))
    )
    #expect(gate.callArrived(now: .zero) == .admitted)
    for _ in 0..<10 { #expect(gate.callArrived(now: .zero) == refused) }
    gate.callEnded(begun: .zero, wasAdmitted: true, now: .zero)
    #expect(gate.callArrived(now: .zero) == .admitted)
    gate.callEnded(begun: .zero, wasAdmitted: true, now: .zero)
    #expect(gate.callArrived(now: milliseconds(999)) == refused)
    #expect(gate.callArrived(now: milliseconds(1000)) == .admitted)
  }

  @Test func `suspends after the tolerated excess and forgives when it is over`() {
    var gate = PartnerGate(
      spec: PartnerSpec(
        name: "ImageHost", latency: .constant(1), maxConcurrent: 1,
        overLimit: .suspend(duration: .hours(1), tolerate: 3)))
    #expect(gate.callArrived(now: .zero) == .admitted)
    for _ in 0..<3 { #expect(gate.callArrived(now: .zero) == refused) }
    #expect(gate.isSuspended(now: .zero))
    gate.callEnded(begun: .zero, wasAdmitted: true, now: milliseconds(1))
    // Free again, but every call is refused.
    #expect(gate.callArrived(now: milliseconds(2)) == banned)
    #expect(gate.callArrived(now: milliseconds(3_599_999)) == banned)
    #expect(gate.callArrived(now: milliseconds(3_600_000)) == .admitted)
    for _ in 0..<2 { #expect(gate.callArrived(now: milliseconds(3_600_000)) == refused) }
    #expect(!gate.isSuspended(now: milliseconds(3_600_000)))
    #expect(gate.suspensions == 1)
  }

  @Test func `a partner that tolerates nothing suspends at the first excess call`() {
    var gate = PartnerGate(
      spec: PartnerSpec(
        name: "P", latency: .constant(1), maxConcurrent: 0,
        overLimit: .suspend(duration: .hours(1), tolerate: 0)))
    #expect(gate.callArrived(now: .zero) == banned)
    #expect(gate.suspensions == 1)
  }

  @Test func `counts calls in flight over time`() {
    var gate = PartnerGate(spec: PartnerSpec(name: "P", latency: .constant(1)))
    _ = gate.callArrived(now: milliseconds(0))
    _ = gate.callArrived(now: milliseconds(500))
    gate.callEnded(begun: .zero, wasAdmitted: true, now: milliseconds(1500))
    #expect(gate.inFlightIntegral(now: milliseconds(1500)) == 0.5 + 2)
    #expect(gate.inFlightIntegral(now: milliseconds(2500)) == 3.5)
    #expect(gate.inFlightPeakAt == milliseconds(500))
  }

  @Test func `a changed service keeps its calls in flight and its tokens`() {
    var gate = PartnerGate(
      spec: PartnerSpec(name: "P", latency: .constant(1), maxRate: (perSecond: 1, burst: 5)))
    for _ in 0..<5 { #expect(gate.callArrived(now: .zero) == .admitted) }
    gate.replace(
      PartnerSpec(name: "P", latency: .constant(1), maxConcurrent: 6, maxRate: (perSecond: 10, burst: 5)),
      now: .zero)
    #expect(gate.callArrived(now: .zero) == refused)
    #expect(gate.callArrived(now: milliseconds(100)) == .admitted)
    #expect(gate.callArrived(now: milliseconds(1000)) == refused)
    #expect(gate.admitted == 6)
    #expect(gate.inFlight == 8)
  }

  @Test func `a service that stops suspending lets everybody in again`() {
    let strict = PartnerSpec(
      name: "P", latency: .constant(1), maxConcurrent: 0,
      overLimit: .suspend(duration: .hours(9), tolerate: 0))
    var gate = PartnerGate(spec: strict)
    _ = gate.callArrived(now: .zero)
    var stillStrict = strict
    stillStrict.maxConcurrent = 5
    gate.replace(stillStrict, now: .zero)
    #expect(gate.callArrived(now: .zero) == banned)
    gate.replace(PartnerSpec(name: "P", latency: .constant(1)), now: .zero)
    #expect(gate.callArrived(now: .zero) == .admitted)
  }

  @Test func `counts effects per message and saturates`() {
    var counts = EffectCounts()
    #expect(counts.add(workload: 1, index: 700) == 1)
    #expect(counts.add(workload: 1, index: 700) == 2)
    #expect(counts.add(workload: 1, index: 3) == 1)
    #expect(counts.add(workload: 0, index: 3) == 1)
    for _ in 0..<300 { _ = counts.add(workload: 0, index: 3) }
    #expect(counts.count(workload: 0, index: 3) == 255)
    #expect(counts.count(workload: 1, index: 700) == 2)
    #expect(counts.count(workload: 9, index: 0) == 0)
    #expect(counts.total == 304)
    #expect(counts.messagesWithEffect == 3)
    #expect(counts.messagesWithSeveral == 2)
  }
}

import Testing

@testable import Kernel

@Suite struct SimTimeTests {
  @Test func `a span of seconds is rounded once to the nearest nanosecond, ties away from zero`() {
    #expect(SimDuration(seconds: 0.5e-9).nanoseconds == 1)
    #expect(SimDuration(seconds: -0.5e-9).nanoseconds == -1)
    #expect(SimDuration(seconds: 0.49e-9).nanoseconds == 0)
    #expect(SimDuration(seconds: 1.5).nanoseconds == 1_500_000_000)
  }

  @Test func `instants and spans add up`() {
    let noon = SimTime.zero + .hours(12)
    #expect(noon - .minutes(1) == SimTime.zero + .minutes(719))
    #expect(noon - SimTime.zero == .seconds(43_200))
    #expect((SimTime.zero + .milliseconds(119_999)).minute == 1)
    #expect((SimTime.zero + .minutes(2)).minute == 2)
  }

  // Printed, because an optimised build drops a sum that nobody reads, and its trap with it.
  @Test func `overflow and spans that are no number trap`() async {
    await #expect(processExitsWith: .failure) { print(SimTime.distantFuture + .milliseconds(1)) }
    await #expect(processExitsWith: .failure) { print(SimDuration(seconds: .nan)) }
  }

  @Test func `an extreme draw is a century and no trap`() {
    #expect(SimDuration(seconds: .infinity).seconds == 3.15576e9)
    #expect(SimDuration(seconds: 1e300) == SimDuration(seconds: 3.15576e9))
  }
}

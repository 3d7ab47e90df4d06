import Kernel
import Services
import Testing

@Suite struct PollerScalingTests {
  private func at(_ seconds: Double) -> SimTime { .zero + SimDuration(seconds: seconds) }

  @Test("At +60 a minute 335 batches run at a time after 5.5 minutes. Source: fact sheet §17")
  func slow() {
    var scaling = PollerScaling(start: 5, growthPerMinute: 60, maximum: 1000)
    scaling.follow(.growing, at: .zero)
    #expect(scaling.limit(at: at(329.9)) == 334)
    #expect(scaling.limit(at: at(330)) == 335)
    #expect(scaling.time(ofReaching: 1000, from: at(330)) == at(995))
    #expect(scaling.limit(at: at(2000)) == 1000)
    #expect(scaling.time(ofReaching: 1001, from: at(2000)) == nil)
  }

  @Test("At +300 a minute 1,250 batches run at a time after 4.15 minutes. Source: fact sheet §17")
  func fast() {
    var scaling = PollerScaling(start: 5, growthPerMinute: 300, maximum: 1250)
    scaling.follow(.growing, at: .zero)
    #expect(scaling.limit(at: at(248.9)) == 1249)
    #expect(scaling.limit(at: at(4.15 * 60)) == 1250)
  }

  @Test("A failed invocation halves the batches, never below the start")
  func halves() {
    var scaling = PollerScaling(start: 5, growthPerMinute: 60, maximum: 1000)
    scaling.follow(.growing, at: .zero)
    scaling.invocationFailed(at: at(35))
    #expect(scaling.limit(at: at(35)) == 20)
    scaling.invocationFailed(at: at(35))
    scaling.invocationFailed(at: at(35))
    scaling.invocationFailed(at: at(35))
    #expect(scaling.limit(at: at(35)) == 5)
    #expect(scaling.limit(at: at(36)) == 6)
  }

  @Test("With nothing to receive a tenth goes every minute; while it is steady nothing changes")
  func shrinks() {
    var scaling = PollerScaling(start: 5, growthPerMinute: 60, maximum: 1000)
    scaling.follow(.growing, at: .zero)
    scaling.follow(.steady, at: at(95))
    #expect(scaling.limit(at: at(1000)) == 100)
    scaling.follow(.shrinking, at: at(1000))
    #expect(scaling.limit(at: at(1059)) == 100)
    #expect(scaling.limit(at: at(1060)) == 90)
    #expect(scaling.limit(at: at(1120)) == 81)
    #expect(scaling.limit(at: at(100_000)) == 5)
  }

  @Test("The integral of the batches is exact while they grow and while they stay")
  func integral() {
    var scaling = PollerScaling(start: 5, growthPerMinute: 60, maximum: 15)
    #expect(scaling.concurrencySeconds(until: at(10)) == 50)
    scaling.follow(.growing, at: at(10))
    #expect(abs(scaling.concurrencySeconds(until: at(20)) - 150) < 1e-9)
  }
}

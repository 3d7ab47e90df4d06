import Kernel
import Services
import Testing

@Suite struct EnvironmentTests {
  private func minutes(_ m: Int64) -> SimTime { .zero + .minutes(m) }

  @Test func `the region of 2017 starts 3,000 at once and 5,000 after four minutes`() {
    var rate = ScalingRate(regionBurst: 3000, perMinute: 500)
    #expect(rate.scope == .region)
    for _ in 0..<3000 { #expect(rate.takeEnvironment(now: .zero) == true) }
    #expect(rate.takeEnvironment(now: .zero) == false)
    var started = 3000
    var now = SimTime.zero
    while started < 5000 {
      now = now + .milliseconds(10)
      while started < 5000, rate.takeEnvironment(now: now) { started += 1 }
    }
    #expect(now == minutes(4))
    #expect(rate.available(now: minutes(10)) == 3000)
    #expect(rate.available(now: minutes(60)) == 3000)
  }

  @Test func `a function of today starts 1,000 at once and 5,000 after forty seconds`() {
    var rate = ScalingRate(functionBurst: 1000, perSecond: 100)
    #expect(rate.scope == .function)
    var started = 0
    var now = SimTime.zero
    while rate.takeEnvironment(now: now) { started += 1 }
    #expect(started == 1000)
    while started < 5000 {
      now = now + .milliseconds(1)
      while started < 5000, rate.takeEnvironment(now: now) { started += 1 }
    }
    #expect(now == .zero + .seconds(40))
  }

  @Test func `the preset decides between the region and the function`() {
    var limits = Limits()
    limits[.lambdaRegionBurst] = 3000
    limits[.lambdaRegionBurstPerMinute] = 500
    #expect(ScalingRate(limits: limits).scope == .region)
    limits[.lambdaFunctionBurst] = 1000
    limits[.lambdaFunctionBurstPerSecond] = 100
    #expect(ScalingRate(limits: limits).scope == .function)
  }

  @Test func `the environment used last is used first`() throws {
    var pool = EnvironmentPool(maxLifetime: .hours(2))
    #expect(pool.acquire(now: .zero) == nil)
    let first = pool.create(now: .zero)
    let second = pool.create(now: .zero)
    #expect((first.id, second.id) == (0, 1))
    #expect(pool.inUse == 2)
    pool.release(second, idleUntil: minutes(10), now: minutes(1))
    pool.release(first, idleUntil: minutes(10), now: minutes(2))
    #expect(pool.warmCount(now: minutes(2)) == 2)
    let acquired = pool.acquire(now: minutes(3))
    let reused = try #require(acquired)
    #expect(reused.id == first.id)
    #expect(reused.uses == 2)
    #expect(pool.acquire(now: minutes(3))?.id == second.id)
    #expect(pool.acquire(now: minutes(3)) == nil)
    #expect(pool.created == 2)
  }

  @Test func `an idle environment is gone at its instant, not before`() {
    var pool = EnvironmentPool(maxLifetime: .hours(2))
    let old = pool.create(now: .zero)
    pool.release(old, idleUntil: minutes(6), now: .zero)
    var copy = pool
    #expect(copy.acquire(now: SimTime(nanoseconds: minutes(6).nanoseconds - 1))?.id == old.id)
    #expect(pool.acquire(now: minutes(6)) == nil)
    #expect(pool.warmCount(now: minutes(6)) == 0)
  }

  @Test func `one that is gone does not hide one that is still warm`() {
    var pool = EnvironmentPool(maxLifetime: .hours(2))
    let long = pool.create(now: .zero)
    let short = pool.create(now: .zero)
    pool.release(long, idleUntil: minutes(60), now: .zero)
    pool.release(short, idleUntil: minutes(5), now: .zero)
    #expect(pool.warmCount(now: minutes(4)) == 2)
    #expect(pool.warmCount(now: minutes(5)) == 1)
    #expect(pool.acquire(now: minutes(10))?.id == long.id)
  }

  @Test func `no environment outlives its maximum life`() {
    var pool = EnvironmentPool(maxLifetime: .hours(2))
    let early = pool.create(now: .zero)
    pool.release(early, idleUntil: .zero + .hours(3), now: .zero + .hours(1))
    #expect(pool.warmCount(now: minutes(119)) == 1)
    #expect(pool.acquire(now: .zero + .hours(2)) == nil)
    let late = pool.create(now: .zero)
    pool.release(late, idleUntil: .zero + .hours(4), now: .zero + .hours(3))
    #expect(pool.warmCount(now: .zero + .hours(3)) == 0)
  }

  @Test func `an environment that failed comes back once to be initialised again`() {
    var pool = EnvironmentPool(maxLifetime: .hours(2))
    let broken = pool.create(now: .zero)
    pool.reset(broken, idleUntil: minutes(5), now: .zero)
    #expect(pool.inUse == 0)
    let again = pool.acquire(now: .zero)
    #expect(again?.id == broken.id && again?.isReset == true)
    pool.release(again!, idleUntil: minutes(5), now: .zero)
    #expect(pool.acquire(now: .zero)?.isReset == false)
    #expect(pool.created == 1)
  }
}

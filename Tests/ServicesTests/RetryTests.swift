import Kernel
import Services
import Testing

@Suite struct RetryTests {
  @Test func `a mapping doubles its pause up to the cap`() {
    let delays = (1...9).map {
      StreamRetry.delay(failure: $0, base: .seconds(1), cap: .seconds(60), jitter: 0, u: 0.7)
    }
    #expect(delays == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { SimDuration.seconds($0) })
    #expect(
      StreamRetry.delay(failure: 500, base: .seconds(1), cap: .seconds(60), jitter: 0, u: 0) == .seconds(60))
  }

  @Test func `jitter of a mapping is symmetric`() {
    func delay(_ u: Double) -> SimDuration {
      StreamRetry.delay(failure: 3, base: .seconds(1), cap: .seconds(60), jitter: 0.2, u: u)
    }
    #expect(delay(0) == .milliseconds(3200))
    #expect(delay(0.5) == .seconds(4))
    #expect(delay(1) == .milliseconds(4800))
  }

  @Test func `a throttled reader waits between half and all of its pause`() {
    func delay(_ k: Int, _ word: UInt32) -> SimDuration {
      StreamRetry.readThrottleDelay(failure: k, base: .seconds(1), cap: .seconds(10), word: word)
    }
    #expect(delay(1, 0) == .milliseconds(500))
    #expect(.seconds(2) - delay(2, .max) < SimDuration(nanoseconds: 2))
    #expect(delay(5, 1 << 31) == .milliseconds(7500))
  }

  @Test func `a poison pill is invoked about 1,445 times in a day`() {
    var invocations = 0
    var now = SimTime.zero
    while now < .zero + .hours(24) {
      invocations += 1
      now =
        now
        + StreamRetry.delay(failure: invocations, base: .seconds(1), cap: .seconds(60), jitter: 0.2, u: 0.5)
    }
    #expect(invocations == 1445)
  }

  private let async = AsyncRetry(
    first: .minutes(1), second: .minutes(2), throttleBase: .seconds(1), throttleMax: .seconds(300),
    throttleJitter: 0.1)

  @Test func `an event that always fails is tried at 0, 60 and 180 s`() {
    var attempts = [SimTime.zero]
    while let delay = async.errorDelay(failure: attempts.count, maximumRetryAttempts: 2) {
      attempts.append(attempts.last! + delay)
    }
    #expect(attempts == [.zero, .zero + .seconds(60), .zero + .seconds(180)])
    #expect(async.errorDelay(failure: 1, maximumRetryAttempts: 0) == nil)
    #expect(async.errorDelay(failure: 2, maximumRetryAttempts: 1) == nil)
  }

  @Test func `a throttled event waits up to five minutes`() {
    #expect(
      (1...3).map { async.throttleDelay(failure: $0, u: 0.5) } == [.seconds(1), .seconds(2), .seconds(4)])
    #expect(async.throttleDelay(failure: 10, u: 0.5) == .seconds(300))
    #expect(async.throttleDelay(failure: 10, u: 0) == .seconds(270))
    #expect(async.throttleDelay(failure: 10, u: 1) == .seconds(330))
  }

  @Test func `SNS gives up on a Lambda endpoint after 50 retries in 2017 and 100,015 now`() {
    func total(_ schedule: DeliverySchedule) -> (retries: Int, hours: Double) {
      var retries = 0
      var sum = SimDuration.zero
      while let delay = schedule.delay(attempt: retries + 1) {
        retries += 1
        sum = sum + delay
      }
      return (retries, sum.seconds / 3600)
    }
    let old = total(.lambda2017)
    #expect(old.retries == 50)
    #expect(13..<14 ~= old.hours)
    let new = total(.awsEndpoint)
    #expect(new.retries == 100_015)
    #expect(23..<24 ~= new.hours / 24)
    let http = total(.http)
    #expect(http.retries == 3)
    #expect(http.hours * 3600 == 60)
  }

  @Test func `SNS backs off exponentially between its phases`() {
    let schedule = DeliverySchedule.awsEndpoint
    #expect((1...3).map { schedule.delay(attempt: $0) } == [.zero, .zero, .zero])
    #expect((4...5).map { schedule.delay(attempt: $0) } == [.seconds(1), .seconds(1)])
    #expect(schedule.delay(attempt: 6) == .seconds(1))
    #expect(schedule.delay(attempt: 15) == .seconds(20))
    #expect(schedule.delay(attempt: 16) == .seconds(20))
    // 20^(1/9) = 1.3949508
    let ratio = schedule.delay(attempt: 7)!.seconds
    #expect(abs(ratio - 1.394_950_8) < 1e-6)
    let phase = (6...15).map { schedule.delay(attempt: $0)! }
    for (earlier, later) in zip(phase, phase.dropFirst()) {
      #expect(abs(later.seconds / earlier.seconds - ratio) < 1e-6)
    }
  }

  @Test func `the JavaScript SDK waits a drawn share of a doubling pause`() {
    let plain = SDKRetry(maxAttempts: 4, base: .milliseconds(100), cap: nil)
    let delays = (1...4).map { plain.delay(attempt: $0, u: 0.5) }
    #expect(delays == [.milliseconds(50), .milliseconds(100), .milliseconds(200), nil])
    let dynamodb = SDKRetry(maxAttempts: 11, base: .milliseconds(50), cap: nil)
    let worst = (1...10).reduce(SimDuration.zero) { $0 + dynamodb.delay(attempt: $1, u: 1)! }
    #expect(worst == .milliseconds(51_150))
    #expect(dynamodb.delay(attempt: 11, u: 1) == nil)
  }

  @Test func `current SDKs give up after three attempts and wait 20 s at most`() {
    let standard = SDKRetry(maxAttempts: 3, base: .seconds(1), cap: .seconds(20))
    #expect((1...3).map { standard.delay(attempt: $0, u: 1) } == [.seconds(1), .seconds(2), nil])
    #expect(
      SDKRetry(maxAttempts: 9, base: .seconds(1), cap: .seconds(20)).delay(attempt: 8, u: 0.25) == .seconds(5)
    )
  }

  @Test func `a producer that sends rejected entries again backs off to a cap`() {
    let delays = (1...5).map {
      SDKRetry.resendDelay(round: $0, first: .milliseconds(100), max: .milliseconds(500))
    }
    #expect(delays == [100, 200, 400, 500, 500].map { SimDuration.milliseconds($0) })
  }
}

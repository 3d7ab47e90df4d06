import Kernel
import Services
import Testing

@Suite struct TokenBucketTests {
  private func seconds(_ s: Int64) -> SimTime { .zero + .seconds(s) }

  @Test func `admits exactly the burst and then one token per interval`() {
    var bucket = TokenBucket(ratePerSecond: 100, capacity: 1000)
    for _ in 0..<1000 { #expect(bucket.take(1, now: .zero) == true) }
    #expect(bucket.take(1, now: .zero) == false)
    #expect(bucket.take(1, now: SimTime(nanoseconds: 9_999_999)) == false)
    #expect(bucket.take(1, now: SimTime(nanoseconds: 10_000_000)) == true)
    #expect(bucket.take(1, now: SimTime(nanoseconds: 10_000_000)) == false)
  }

  @Test func `does not drift over a week of odd steps`() {
    // 7 tokens every 3 s have no finite decimal rate per second.
    var bucket = TokenBucket(rate: 7, per: .seconds(3), capacity: 10, initial: 0)
    var taken = 0
    var now: Int64 = 0
    let end: Int64 = 604_800_000_000_000
    while now < end {
      now = min(end, now + 999_999_937)
      while bucket.take(1, now: SimTime(nanoseconds: now)) { taken += 1 }
    }
    #expect(taken == 604_800 / 3 * 7)
    #expect(bucket.available(now: SimTime(nanoseconds: end)) == 0)
  }

  @Test func `says exactly when tokens will be there`() throws {
    var bucket = TokenBucket(rate: 500, per: .minutes(1), capacity: 3000, initial: 0)
    let first = bucket.timeUntil(1, now: .zero)
    let wait = try #require(first)
    #expect(wait == .milliseconds(120))
    #expect(bucket.take(1, now: .zero + wait - SimDuration(nanoseconds: 1)) == false)
    #expect(bucket.take(1, now: .zero + wait) == true)
    #expect(bucket.timeUntil(3000, now: .zero + wait) == .minutes(6))
    #expect(bucket.timeUntil(3001, now: .zero + wait) == nil)
    var stopped = TokenBucket(ratePerSecond: 0, capacity: 5)
    #expect(stopped.timeUntil(5, now: .zero) == SimDuration.zero)
    #expect(stopped.take(5, now: .zero) == true)
    #expect(stopped.timeUntil(1, now: .zero) == nil)
  }

  @Test func `rounds waiting up to a nanosecond at which the token is there`() throws {
    var bucket = TokenBucket(ratePerSecond: 3, capacity: 1, initial: 0)
    let first = bucket.timeUntil(1, now: .zero)
    let wait = try #require(first)
    #expect(wait.nanoseconds == 333_333_334)
    #expect(bucket.take(1, now: .zero + wait) == true)
  }

  @Test func `owes what a request larger than the bucket took`() {
    var bucket = TokenBucket(ratePerSecond: 10, capacity: 10)
    #expect(bucket.take(25, now: .zero) == false)
    #expect(bucket.takeOrBorrow(25, now: .zero) == true)
    #expect(bucket.available(now: .zero) == -15)
    #expect(bucket.takeOrBorrow(1, now: SimTime(nanoseconds: 1_599_999_999)) == false)
    #expect(bucket.takeOrBorrow(1, now: SimTime(nanoseconds: 1_600_000_000)) == true)
    #expect(bucket.takeOrBorrow(25, now: seconds(2)) == false)
  }

  @Test func `starts empty when it is told to, wherever the clock stands`() {
    var bucket = TokenBucket(ratePerSecond: 1, capacity: 5, initial: 0, at: seconds(1000))
    #expect(bucket.take(1, now: seconds(1000)) == false)
    #expect(bucket.take(1, now: seconds(1001)) == true)
  }

  @Test func `admits burst plus refill under steady excess demand`() {
    // Known answer fluid-bucket-burst: 10/s, burst 3000, demand 25/s for 600 s admit 9000.
    var bucket = TokenBucket(ratePerSecond: 10, capacity: 3000)
    var admitted = 0
    for request in 0...15_000 where bucket.take(1, now: .zero + .milliseconds(Int64(request) * 40)) {
      admitted += 1
    }
    #expect(admitted == 9000)
  }
}

@Suite struct ShardAdmissionTests {
  @Test func `a shard takes one thousand records in an instant and one per millisecond after that`() {
    var shard = ShardWriteAdmission(recordsPerSecond: 1000, bytesPerSecond: 1_048_576)
    for _ in 0..<1000 { #expect(shard.admit(bytes: 100, now: .zero) == true) }
    #expect(shard.admit(bytes: 100, now: .zero) == false)
    #expect(shard.admit(bytes: 100, now: SimTime(nanoseconds: 999_999)) == false)
    #expect(shard.admit(bytes: 100, now: SimTime(nanoseconds: 1_000_000)) == true)
  }

  @Test func `a shard takes one mebibyte in an instant`() {
    var shard = ShardWriteAdmission(recordsPerSecond: 1000, bytesPerSecond: 1_048_576)
    for _ in 0..<4 { #expect(shard.admit(bytes: 262_144, now: .zero) == true) }
    #expect(shard.admit(bytes: 1, now: .zero) == false)
    #expect(shard.admit(bytes: 262_144, now: SimTime(nanoseconds: 249_999_999)) == false)
    #expect(shard.admit(bytes: 262_144, now: SimTime(nanoseconds: 250_000_000)) == true)
  }

  @Test func `a refused record is charged to neither budget`() {
    var shard = ShardWriteAdmission(recordsPerSecond: 2, bytesPerSecond: 100)
    #expect(shard.admit(bytes: 90, now: .zero) == true)
    for _ in 0..<50 { #expect(shard.admit(bytes: 50, now: .zero) == false) }
    #expect(shard.admit(bytes: 10, now: .zero) == true)
    #expect(shard.admit(bytes: 0, now: .zero) == false)
  }

  @Test func `a record of one mebibyte and its key goes through an idle shard`() {
    var shard = ShardWriteAdmission(recordsPerSecond: 1000, bytesPerSecond: 1_048_576)
    #expect(shard.admit(bytes: 1_048_576 + 256, now: .zero) == true)
    #expect(shard.admit(bytes: 1, now: .zero) == false)
    #expect(shard.admit(bytes: 1_048_320, now: .zero + .seconds(1)) == true)
  }

  private func reader() -> ShardReadAdmission {
    ShardReadAdmission(callsPerSecond: 5, bytesPerSecond: 2_097_152)
  }

  @Test func `five calls fit into any second and the sixth does not`() {
    var shard = reader()
    for call in 0..<5 { #expect(shard.admit(now: .zero + .milliseconds(Int64(call) * 100)) == true) }
    #expect(shard.nextAdmission == .zero + .seconds(1))
    for call in 5..<10 { #expect(shard.admit(now: .zero + .milliseconds(Int64(call) * 100)) == false) }
    // Throttled calls do not count: the first of the five leaves the window at 1 s sharp.
    #expect(shard.admit(now: SimTime(nanoseconds: 999_999_999)) == false)
    #expect(shard.admit(now: .zero + .seconds(1)) == true)
    #expect(shard.admit(now: .zero + .seconds(1)) == false)
    #expect(shard.admit(now: .zero + .milliseconds(1100)) == true)
  }

  @Test func `five readers in step never throttle, a sixth does every second`() {
    var shard = reader()
    var throttled = 0
    for second in 0..<600 {
      for consumer in 0..<6 where !shard.admit(now: .zero + .milliseconds(Int64(second * 1000 + consumer))) {
        throttled += 1
        #expect(consumer == 5)
      }
    }
    #expect(throttled == 600)
  }

  @Test func `a reply of ten mebibytes blocks the shard for five seconds`() {
    var shard = reader()
    #expect(shard.admit(now: .zero) == true)
    shard.served(bytes: 10_485_760, now: .zero)
    #expect(shard.admit(now: SimTime(nanoseconds: 4_999_999_999)) == false)
    #expect(shard.admit(now: .zero + .seconds(5)) == true)
    shard.served(bytes: 2_097_152, now: .zero + .seconds(5))
    shard.served(bytes: 2_097_152, now: .zero + .seconds(5))
    #expect(shard.blockedUntil == .zero + .seconds(7))
  }

  @Test func `readers together get two mebibytes a second`() {
    var shard = reader()
    var bytes = 0
    for tick in 0..<60_000 where shard.admit(now: .zero + .milliseconds(Int64(tick))) {
      shard.served(bytes: 600_000, now: .zero + .milliseconds(Int64(tick)))
      bytes += 600_000
    }
    #expect(bytes <= 60 * 2_097_152 + 600_000)
    #expect(Double(bytes) > 0.99 * 60 * 2_097_152)
  }

  @Test func `a bucket too large for its fixed point never runs dry`() {
    var bucket = TokenBucket(rate: 1e15, per: .seconds(1), capacity: 1e15, initial: 1e15)
    let taken = (0..<1_000).count { _ in bucket.take(1e6, now: .zero) }
    #expect(taken == 1_000)
  }
}

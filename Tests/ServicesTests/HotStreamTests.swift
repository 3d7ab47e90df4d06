import Kernel
import Services
import Testing

@Suite struct HotStreamTests {
  /// Throttled calls per minute on one shard that this many mappings poll once a second for an hour and a half.
  ///
  /// The model of fact sheet §1.5 without catch-up reads: first poll U(0, 1 s), then every 1 s · U(0.95, 1.05);
  /// after the k-th throttle in a row a pause of min(10 s, 1 s·2^(k−1)) · U(1/2, 1).
  private func throttlesPerMinute(subscribers: Int) -> Double {
    var state: UInt64 = 20_170_501
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    var shard = ShardReadAdmission(callsPerSecond: 5, bytesPerSecond: 2_097_152)
    var due = (0..<subscribers).map { _ in SimTime.zero + SimDuration(seconds: uniform()) }
    var failures = Array(repeating: 0, count: subscribers)
    var throttled = 0
    let minutes: Int64 = 90
    while true {
      let next = due.indices.min { due[$0] < due[$1] }!
      let now = due[next]
      if now >= .zero + .minutes(minutes) { break }
      if shard.admit(now: now) {
        failures[next] = 0
        due[next] = now + SimDuration(seconds: 0.95 + 0.1 * uniform())
      } else {
        throttled += 1
        failures[next] += 1
        due[next] =
          now
          + StreamRetry.readThrottleDelay(
            failure: failures[next], base: .seconds(1), cap: .seconds(10), u: uniform())
      }
    }
    return Double(throttled) / Double(minutes)
  }

  @Test(arguments: [(5, 54.0), (6, 82), (8, 129), (10, 170), (15, 249)])
  func `throttles as the prototype of the fact sheet does, within a fifth`(subscribers: Int, expected: Double)
  {
    let measured = throttlesPerMinute(subscribers: subscribers)
    #expect(abs(measured - expected) < 0.2 * expected, "\(measured) per minute")
  }

  @Test func `up to four subscribers fit`() {
    #expect(throttlesPerMinute(subscribers: 3) < 0.5)
    #expect(throttlesPerMinute(subscribers: 4) < 5)
  }
}

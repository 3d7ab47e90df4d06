import Kernel

/// How many requests a second each prefix of a bucket takes. Source: fact sheet §8, "Request rate".
///
/// A prefix is everything up to the last `/` of a key. Buckets of tokens hold one second's worth.
struct RequestRates {
  private struct Lane {
    var writes: TokenBucket
    var reads: TokenBucket
  }
  private let writesPerSecond: Double
  private let readsPerSecond: Double
  private var lanes: [Lane] = []
  private var laneByPrefix: [String: Int] = [:]

  init(limits: Limits) {
    writesPerSecond = limits.required(.s3WritesPerSecond)
    readsPerSecond = limits.required(.s3ReadsPerSecond)
  }

  /// Lists count as writes, as the guidance does. Source: fact sheet §8.
  mutating func admit(key: String, isWrite: Bool, now: SimTime) -> Bool {
    let lane = self.lane(of: key)
    return isWrite ? lanes[lane].writes.take(1, now: now) : lanes[lane].reads.take(1, now: now)
  }

  private mutating func lane(of key: String) -> Int {
    // Keys without a slash are the usual case and share the empty prefix, which needs no look-up.
    let prefix = key.utf8.lastIndex(of: UInt8(ascii: "/")).map { key[...$0] }
    if prefix == nil, !lanes.isEmpty { return 0 }
    if let prefix, let lane = laneByPrefix[String(prefix)] { return lane }
    if lanes.isEmpty { lanes.append(fresh) }
    guard let prefix else { return 0 }
    lanes.append(fresh)
    laneByPrefix[String(prefix)] = lanes.count - 1
    return lanes.count - 1
  }

  private var fresh: Lane {
    Lane(
      writes: TokenBucket(ratePerSecond: writesPerSecond, capacity: writesPerSecond),
      reads: TokenBucket(ratePerSecond: readsPerSecond, capacity: readsPerSecond))
  }
}

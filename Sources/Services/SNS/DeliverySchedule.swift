package import Kernel

/// When SNS tries a delivery again: four phases, each with a number of retries.
///
/// Client-side errors (endpoint gone, no permission) are never retried; that is the caller's rule. Jitter is
/// not modelled here: AWS applies some, of unknown size. Source: fact sheet §5.1.
package struct DeliverySchedule: Sendable, Hashable {
  package struct Phase: Sendable, Hashable {
    package var count: Int
    package var first: SimDuration
    package var last: SimDuration
    package init(count: Int, first: SimDuration, last: SimDuration) {
      self.count = count
      self.first = first
      self.last = last
    }
    package init(count: Int, every delay: SimDuration) { self.init(count: count, first: delay, last: delay) }
  }

  private let immediateCount: Int
  private let preBackoff: Phase
  /// Delays of the backoff phase. [ns], ascending
  private let backoff: [SimDuration]
  private let postBackoff: Phase

  /// - Parameter backoff: Exponential from its first to its last delay: d0·(d1/d0)^(i/(n−1)).
  package init(immediateCount: Int, preBackoff: Phase, backoff: Phase, postBackoff: Phase) {
    self.immediateCount = immediateCount
    self.preBackoff = preBackoff
    self.backoff = Self.exponential(backoff)
    self.postBackoff = postBackoff
  }

  /// The schedule of an era for queues.
  package init(limits: Limits) {
    func count(_ name: LimitName) -> Int { Int(limits.required(name)) }
    func seconds(_ name: LimitName) -> SimDuration { SimDuration(seconds: limits.required(name)) }
    let first = seconds(.snsBackoffFirstSeconds)
    let last = seconds(.snsBackoffLastSeconds)
    self.init(
      immediateCount: count(.snsImmediateRetries),
      preBackoff: Phase(count: count(.snsPreBackoffRetries), every: first),
      backoff: Phase(count: count(.snsBackoffRetries), first: first, last: last),
      postBackoff: Phase(count: count(.snsPostBackoffRetries), every: last))
  }

  /// Retries after the first attempt. [retries]
  package var retryCount: Int { immediateCount + preBackoff.count + backoff.count + postBackoff.count }

  /// The pause after the failed attempt of this number, from 1; nil when SNS gives up.
  package func delay(attempt: Int) -> SimDuration? {
    precondition(attempt >= 1, "attempts are numbered from 1")
    var retry = attempt - 1
    if retry < immediateCount { return .zero }
    retry -= immediateCount
    if retry < preBackoff.count { return preBackoff.first }
    retry -= preBackoff.count
    if retry < backoff.count { return backoff[retry] }
    retry -= backoff.count
    return retry < postBackoff.count ? postBackoff.first : nil
  }

  /// Lambda, SQS and Firehose endpoints since about 2019: 100,015 retries over 23 days.
  package static let awsEndpoint = DeliverySchedule(
    immediateCount: 3, preBackoff: Phase(count: 2, every: .seconds(1)),
    backoff: Phase(count: 10, first: .seconds(1), last: .seconds(20)),
    postBackoff: Phase(count: 100_000, every: .seconds(20)))

  /// Lambda endpoints of 2017: 50 retries over 13 hours.
  package static let lambda2017 = DeliverySchedule(
    immediateCount: 0, preBackoff: Phase(count: 2, every: .seconds(1)),
    backoff: Phase(count: 10, first: .seconds(1), last: .minutes(20)),
    postBackoff: Phase(count: 38, every: .minutes(20)))

  /// Queues of 2017: 100,010 retries over 23 days.
  package static let queue2017 = DeliverySchedule(
    immediateCount: 10, preBackoff: Phase(count: 0, every: .zero),
    backoff: Phase(count: 0, every: .zero), postBackoff: Phase(count: 100_000, every: .seconds(20)))

  /// HTTP endpoints with the default policy, both eras: four attempts in about a minute.
  package static let http = DeliverySchedule(
    immediateCount: 0, preBackoff: Phase(count: 0, every: .zero),
    backoff: Phase(count: 3, every: .seconds(20)),
    postBackoff: Phase(count: 0, every: .zero))

  /// Delays of a geometric phase by repeated multiplication with its ratio.
  ///
  /// The ratio is found by bisection, with additions and multiplications only: a library's `pow` differs in
  /// its last bits from machine to machine.
  private static func exponential(_ phase: Phase) -> [SimDuration] {
    guard phase.count > 1, phase.last != phase.first else {
      return Array(repeating: phase.first, count: phase.count)
    }
    let quotient = Double(phase.last.nanoseconds) / Double(phase.first.nanoseconds)
    precondition(quotient > 1, "delays of a backoff ascend")
    var low = 1.0, high = quotient
    for _ in 0..<80 {
      let middle = low + (high - low) / 2
      var power = 1.0
      for _ in 1..<phase.count { power *= middle }
      if power < quotient { low = middle } else { high = middle }
    }
    var factor = 1.0
    var delays: [SimDuration] = []
    for _ in 1..<phase.count {
      delays.append(phase.first.scaled(by: factor))
      factor *= high
    }
    return delays + [phase.last]
  }
}
